/* SPDX-License-Identifier: MIT */
/** Unpacking a tar of rootlift's own, with all that is in it, for programs that read directories. */

#ifndef RL_WRITER_UNPACK_H
#define RL_WRITER_UNPACK_H

#include "common/error.h"

#include <sys/types.h>
#include <time.h>

/** What the directory itself is given in the end. */
struct rl_unpack_root {
	/** Permission bits. */
	mode_t mode;
	/** Owner. */
	uid_t uid;
	/** Group. */
	gid_t gid;
	/** Date. */
	struct timespec mtime;
};

/**
 * Unpacks the tar that comes from @tar into the present directory. To be called with that as the root of the
 * process, and all rights of root.
 *
 * @return 0; a negative errno if anything could not be made as the tar has it.
 */
int rl_unpack(int tar, const struct rl_unpack_root *root, struct rl_error *err) RL_CHECKED;

#endif
