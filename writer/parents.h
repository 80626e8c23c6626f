/* SPDX-License-Identifier: MIT */
/**
 * The directories that members of several archives lie in: each archive that gets a member needs the
 * directories above it too, once.
 */

#ifndef RL_WRITER_PARENTS_H
#define RL_WRITER_PARENTS_H

#include "common/buf.h"
#include "scan/entry.h"

/** How many archives there may be. */
#define RL_PARENTS_MAX 128

/** A directory that the walk is in. */
struct rl_parent {
	/** Where its path ends in rl_parents.path. */
	size_t end;
	/** Its type and permissions. */
	mode_t mode;
	/** Its owner. */
	uid_t uid;
	/** Its group. */
	gid_t gid;
	/** Which archives have it: a bit each. */
	uint64_t archives[RL_PARENTS_MAX / 64];
};

/** The directories that the walk is in, the outermost first; `= {0}` is valid: none. */
struct rl_parents {
	/** Owned. */
	struct rl_parent *dirs;
	/** How many. */
	size_t count;
	/** How many there is room for. */
	size_t cap;
	/** The path of the innermost one. */
	struct rl_buf path;
	/** The path of the one that was given last. */
	struct rl_buf shown;
};

/**
 * Enters the directory @entry. Others that it does not lie in are left.
 *
 * @return 0 or -ENOMEM.
 */
int rl_parents_enter(struct rl_parents *parents, const struct rl_entry *entry) RL_CHECKED;

/**
 * Gives the outermost directory above @path that archive number @archive has not got yet; from now on it
 * has. Directories that @path does not lie in are left.
 *
 * @dir filled in: only path, type, permissions, owner and group; the date is the epoch. Valid until the next
 *      call
 *
 * @return 1; 0 if there is no more; -ENOMEM.
 */
int rl_parents_next(struct rl_parents *parents, const char *path, size_t archive,
	struct rl_entry *dir) RL_CHECKED;

/** Releases what @parents owns. */
void rl_parents_free(struct rl_parents *parents);

#endif
