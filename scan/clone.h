/* SPDX-License-Identifier: MIT */
/** Detached read-only clones of mounts (open_tree(2), mount_setattr(2); Linux 5.12). */

#ifndef RL_SCAN_CLONE_H
#define RL_SCAN_CLONE_H

#include "common/cleanup.h"

/**
 * Clones what is mounted at @path below @dirfd, without the mounts beneath it: a mount of one's own
 * that nobody else sees, that cannot be written through, updates no atime, opens no device and is
 * gone when nothing of it is open. What lies beneath mount points shows in it.
 *
 * @path      "" clones @dirfd itself; no symlink is followed in the last component
 * @clone_ret for a descriptor that the caller closes, or -1. As long as it is open the clone is attached
 *            (to a namespace of its own); without that all works as well, but the kernel takes a lock
 *            for the whole machine each time that a file in it is closed
 *
 * @return a descriptor of the directory, or of the regular file, that the caller closes; or a negative
 *         errno: -ENOSYS (old kernel), -EPERM (no CAP_SYS_ADMIN), -EINVAL (a locked mount), -ENOTDIR
 *         (what is mounted is neither directory nor regular file), ...
 */
int rl_clone_mount(int dirfd, const char *path, int *clone_ret) RL_CHECKED;

/**
 * Clones the mount of the directory @dirfd with all mounts beneath it, for looking at files by their
 * paths: as rl_clone_mount() but for that, and symlinks are followed in it.
 *
 * @return an O_PATH descriptor that the caller closes, or a negative errno as rl_clone_mount().
 */
int rl_clone_tree(int dirfd) RL_CHECKED;

/**
 * As rl_clone_mount() of @dirfd itself, but with O_PATH: its file system is not asked anything.
 *
 * @return a descriptor that the caller closes, or a negative errno.
 */
int rl_clone_place(int dirfd) RL_CHECKED;

#endif
