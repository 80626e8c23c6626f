/* SPDX-License-Identifier: MIT */
/** statx(2), and fstatat(2) where the kernel lacks it. */

#ifndef RL_SCAN_STAT_H
#define RL_SCAN_STAT_H

#include "scan/entry.h"

/**
 * Fills in the part of @entry that statx(2) knows; path, name, depth and what is loaded stay.
 * No symlink is followed, no automount triggered, no server asked for what is cached.
 *
 * @dirfd a directory, or with @name "" the file itself (O_PATH will do)
 *
 * @return 0 or a negative errno.
 */
int rl_stat(int dirfd, const char *name, struct rl_entry *entry) RL_CHECKED;

/** As rl_stat() for real descriptors, but a network file system is asked for what is true now. */
int rl_stat_now(int dirfd, const char *name, struct rl_entry *entry) RL_CHECKED;

/**
 * As rl_stat(), but symlinks are followed: for those in /proc, which are the file itself, so that nothing
 * is asked of its file system, which may hang.
 */
int rl_stat_link(int dirfd, const char *name, struct rl_entry *entry) RL_CHECKED;

/** Copies what rl_stat() fills in. */
void rl_stat_copy(const struct rl_entry *from, struct rl_entry *to);

/** Whether two entries are the same inode of the same type. */
bool rl_stat_same_file(const struct rl_entry *a, const struct rl_entry *b);

/** Whether nothing says that a file has changed from @a to @b: size, mtime and ctime are the same. */
bool rl_stat_same_state(const struct rl_entry *a, const struct rl_entry *b);

/** Whether the inode has changed within the last minute, so that it may go on changing. */
bool rl_stat_is_hot(const struct rl_entry *entry);

#endif
