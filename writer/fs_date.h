/* SPDX-License-Identifier: MIT */
/** The one place of file system images where the program that made them has put the time of day. */

#ifndef RL_WRITER_FS_DATE_H
#define RL_WRITER_FS_DATE_H

#include "common/cleanup.h"

#include <stdint.h>

/**
 * Dates the root directory of a squashfs (version 4.0) whose inodes are not compressed. Does nothing to others,
 * nor to what is no squashfs.
 *
 * @fd      open for reading and writing
 * @seconds since 1970, up to UINT32_MAX
 *
 * @return 0 or the errno of reading or writing.
 */
int rl_fs_date_squashfs(int fd, int64_t seconds) RL_CHECKED;

/**
 * Dates an erofs: its superblock, which files without a date of their own go by. Does nothing to what is no
 * erofs, or has a superblock whose sum is not as expected.
 *
 * @fd      open for reading and writing
 * @seconds since 1970
 *
 * @return 0 or the errno of reading or writing.
 */
int rl_fs_date_erofs(int fd, int64_t seconds) RL_CHECKED;

#endif
