/* SPDX-License-Identifier: MIT */
/** Which files may be changed, and whether the network may be used (landlock(7)). */

#ifndef RL_HOST_LANDLOCK_H
#define RL_HOST_LANDLOCK_H

#include "common/cleanup.h"

#include <stdbool.h>
#include <stddef.h>

/** A directory in which names may change. */
struct rl_landlock_names {
	/** A descriptor of it; negative: passed over. */
	int dir_fd;
	/** Those of directories; else of regular files. */
	bool of_directories;
};

/**
 * From now on this process opens nothing for writing, and makes, renames and removes nothing, but
 * for what the given places allow, directly in them or below; nor does it use TCP, or signal others. What
 * is open already stays open as it is. Needs no_new_privs.
 *
 * Truncating what is not open for writing is left to rl_landlock_keep_sizes(): where that is taken, the
 * kernel looks at all directories above each file that is opened, also for reading.
 *
 * @places where names may change
 * @count  how many
 *
 * @return the version of the kernel's Landlock (1 or more); -ENOSYS or -EOPNOTSUPP if the kernel has
 *         none; another negative errno.
 */
int rl_landlock_restrict(const struct rl_landlock_names *places, size_t count) RL_CHECKED;

/**
 * From now on this process truncates no file but those that are open for writing already. Needs
 * no_new_privs.
 *
 * @return as rl_landlock_restrict(); -EOPNOTSUPP also from a version before 3, which does not know this.
 */
int rl_landlock_keep_sizes(void) RL_CHECKED;

/** What a shut-in process may do at a place. */
enum rl_landlock_use {
	/** Read and execute what is there. */
	RL_LANDLOCK_READ,
	/** Also write, make and remove regular files, and directories of them. */
	RL_LANDLOCK_WRITE,
	/** Read and write one device node. */
	RL_LANDLOCK_DEVICE
};

/** A place that is left to a shut-in process. */
struct rl_landlock_place {
	/** The path; borrowed. What is not there is passed over. */
	const char *path;
	/** What it may do there, and, of a directory, below. */
	enum rl_landlock_use use;
};

/**
 * From now on this process opens nothing, neither to read nor to write, but at the given places; nor
 * does it use TCP, or signal others. What is open already stays open. Needs no_new_privs.
 *
 * @return as rl_landlock_restrict().
 */
int rl_landlock_shut_in(const struct rl_landlock_place *places, size_t count) RL_CHECKED;

#endif
