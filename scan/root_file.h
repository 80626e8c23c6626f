/* SPDX-License-Identifier: MIT */
/**
 * Files of a root by their path: symlinks are followed within the root only, and nothing that is
 * not a regular file is ever opened for reading.
 */

#ifndef RL_SCAN_ROOT_FILE_H
#define RL_SCAN_ROOT_FILE_H

#include "common/buf.h"
#include "common/error.h"

/**
 * Opens a path of a root.
 *
 * @flags as of open(2), without O_CREAT
 *
 * @return a descriptor that the caller closes, or a negative errno.
 */
int rl_root_open(int root_fd, const char *path, int flags) RL_CHECKED;

/**
 * Reads the first @max bytes of a regular file of a root, and a NUL behind them.
 *
 * @text what it held is lost
 *
 * @return 1; 0 if there is no such regular file; a negative errno if it cannot be read.
 */
int rl_root_read(int root_fd, const char *path, size_t max, struct rl_buf *text) RL_CHECKED;

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
