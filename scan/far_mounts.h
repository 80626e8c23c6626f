/* SPDX-License-Identifier: MIT */
/** Which mounts of a ROOT are asked by helpers, and which are not asked at all: see scan/far.h. */

#ifndef RL_SCAN_FAR_MOUNTS_H
#define RL_SCAN_FAR_MOUNTS_H

#include "common/exception.h"
#include "scan/far.h"
#include "scan/mounts.h"

/**
 * Whether ROOT answers, if there is any mount on this machine that may not.
 *
 * @return as rl_far_probe().
 */
int rl_far_mounts_probe(
	const char *root, const struct rl_far_options *options, struct rl_error *err) RL_CHECKED;

/**
 * Starts helpers for ROOT's own mount and for those captured beneath it, as far as they may make one
 * wait, and sets rl_mount::far_root; has the others that may be avoided.
 *
 * @host_fd      ROOT as the host has it
 * @no_clone     no read-only clones of the mounts
 * @root_far_ret the far number of ROOT, or 0: it is not far
 * @cloned_ret   if it is, whether it is a clone
 *
 * @return 0 or a negative errno.
 */
int rl_far_mounts_start(struct rl_mounts *mounts, int host_fd, bool no_clone,
	const struct rl_far_options *options, int *root_far_ret, bool *cloned_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * Opens the root @far of a mount for reading: a directory, or a regular file that is a mount point.
 *
 * @flags O_NOATIME, which is left away if it is refused; or 0
 *
 * @return a far number, or a negative errno; @far itself if that is negative.
 */
int rl_far_mounts_open(int far, int flags) RL_CHECKED;

/**
 * Tells, once, that the mount which @path below ROOT is on was given up: all of it is missing from here
 * on.
 *
 * @seconds for how long it did not answer
 *
 * @return whether that is so, and nothing else has to be told.
 */
bool rl_far_mounts_tell(struct rl_mounts *mounts, const char *path, unsigned int seconds,
	const struct rl_exception_sink *exceptions);

/** The innermost mount that @path below ROOT is on, of those that have helpers; NULL if none has. */
struct rl_mount *rl_far_mounts_find(const struct rl_mounts *mounts, const char *path);

#endif
