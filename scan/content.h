/* SPDX-License-Identifier: MIT */
/** The content of an open regular file, with its holes (lseek(2), SEEK_DATA and SEEK_HOLE). */

#ifndef RL_SCAN_CONTENT_H
#define RL_SCAN_CONTENT_H

#include "scan/source.h"

/**
 * Makes a content of an open file.
 *
 * @fd          open for reading; the content owns it from now on, also on failure
 * @buffer      where pieces are read to; borrowed, one content at a time
 * @buffer_size its size in bytes
 * @entry       gets size, times, mode and owner as the open file has them
 *
 * @return 0 with *@content_ret set, -ENOMEM, or the errno of statx(2).
 */
int rl_content_open(int fd, void *buffer, size_t buffer_size, struct rl_entry *entry,
	struct rl_content **content_ret) RL_CHECKED;

#endif
