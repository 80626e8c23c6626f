/* SPDX-License-Identifier: MIT */
/** Which file system a file is on, and what that lies on in turn: a loop device's file, say. */

#ifndef RL_SCAN_FILESYSTEM_H
#define RL_SCAN_FILESYSTEM_H

#include "scan/mountinfo.h"

/** File systems that lie on each other, at most. */
#define RL_FILESYSTEM_DEPTH 16

/** One file system. */
struct rl_filesystem {
	/** Its own device as mountinfo has it, the same for all subvolumes; then those it lies on. */
	dev_t devs[RL_FILESYSTEM_DEPTH];
	/** How many; more than for any that it lies on. */
	size_t count;
};

/**
 * Finds the file system that the file @fd (O_PATH will do) is on.
 *
 * @mounts the mounts of this process
 *
 * @return 0; -ENOENT if none of @mounts has it; another negative errno. What it lies on is found as
 *         far as that can be seen.
 */
int rl_filesystem_find(
	int fd, const struct rl_mountinfo *mounts, struct rl_filesystem *fs) RL_CHECKED;

/** Whether writing to @upper writes to @lower: they are the same, or it lies on it. */
bool rl_filesystem_lies_on(const struct rl_filesystem *upper, const struct rl_filesystem *lower);

#endif
