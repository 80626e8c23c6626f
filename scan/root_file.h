/* SPDX-License-Identifier: MIT */
/**
 * Files of a root by their path: symlinks are followed within the root only, and nothing that is
 * not a regular file is ever opened for reading.
 */

#ifndef RL_SCAN_ROOT_FILE_H
#define RL_SCAN_ROOT_FILE_H

#include "common/buf.h"
#include "common/error.h"
#include "scan/entry.h"

/**
 * Opens a path of a root.
 *
 * @flags as of open(2), without O_CREAT
 *
 * @return a descriptor, perhaps a far one, that the caller closes with rl_close(); or a negative errno:
 *         -ENOENT also for what lies on a mount that is not to be asked.
 */
int rl_root_open(int root_fd, const char *path, int flags) RL_CHECKED;

/**
 * Opens a regular file for reading, without changing its atime where that is allowed.
 *
 * @return as rl_root_open(); -ENOENT if it is there, but no regular file.
 */
int rl_root_open_file(int root_fd, const char *path) RL_CHECKED;

/**
 * Reads the first @max bytes of a regular file of a root, and a NUL behind them.
 *
 * @text what it held is lost
 *
 * @return 1; 0 if there is no such regular file; a negative errno if it cannot be read.
 */
int rl_root_read(int root_fd, const char *path, size_t max, struct rl_buf *text) RL_CHECKED;

/**
 * Looks at @path itself, if it is a symlink.
 *
 * @return 0 with @entry filled in as by rl_stat(), or a negative errno.
 */
int rl_root_stat(int root_fd, const char *path, struct rl_entry *entry) RL_CHECKED;

/**
 * Lists a directory: its names, each with a NUL behind it, without "." and "..", in no order. One that
 * is not there has none.
 *
 * @names what it held is lost
 *
 * @return 0 or a negative errno.
 */
int rl_root_list(int root_fd, const char *path, struct rl_buf *names) RL_CHECKED;

/** Whether there is something at @path. */
bool rl_root_exists(int root_fd, const char *path);

/**
 * The path without symlinks that @path leads to, without "/" before it; "" is the root. What is not
 * there stays as it is written, behind the last directory that is.
 *
 * @real what it held is lost; NUL-terminated
 *
 * @return 0, -ENOMEM, or -ELOOP and the like.
 */
int rl_root_realpath(int root_fd, const char *path, struct rl_buf *real) RL_CHECKED;

#endif
