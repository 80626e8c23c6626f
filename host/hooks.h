/* SPDX-License-Identifier: MIT */
/** Programs of the administrator that bring applications to rest before a snapshot. */

#ifndef RL_HOST_HOOKS_H
#define RL_HOST_HOOKS_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>

/** Where hooks lie by default. */
#define RL_HOOKS_DIR "/etc/rootlift/hooks.d"

/** The hooks of one directory; zero it, release it with rl_hooks_free(). */
struct rl_hooks {
	/** Paths of the programs, in the order of their names. Owned. */
	char **paths;
	/** How many. */
	size_t count;
	/** The first so many have been called with "freeze", and have to be called with "thaw". */
	size_t frozen;
	/** How long each may take, in seconds. */
	unsigned int seconds;
};

/**
 * Finds the executable files in @dir; a directory that is not there has none. Names that begin with a
 * dot or end with ~ are passed over.
 *
 * @return 0; -EPERM if somebody other than root and oneself could change a hook; another negative
 *         errno. Release @hooks in every case.
 */
int rl_hooks_find(const char *dir, struct rl_hooks *hooks, struct rl_error *err) RL_CHECKED;

/**
 * Calls each hook with "freeze", until one fails. Their standard output goes to standard error;
 * ROOTLIFT_ROOT in their environment is @root.
 *
 * @wait asked again and again while a hook runs; true: give up
 * @ctx  handed to @wait
 *
 * @return 0; -ETIMEDOUT, -ECHILD (one failed) or -EINTR with @err set, or another negative errno.
 *         rl_hooks_thaw() has to follow in every case.
 */
int rl_hooks_freeze(struct rl_hooks *hooks, const char *root, bool (*wait)(void *ctx), void *ctx,
	struct rl_error *err) RL_CHECKED;

/**
 * Calls the hooks that were called with "freeze" with "thaw", in reverse order, all of them.
 *
 * @return 0, or the first failure with @err set.
 */
int rl_hooks_thaw(struct rl_hooks *hooks, const char *root, struct rl_error *err) RL_CHECKED;

/** Releases what @hooks own. */
void rl_hooks_free(struct rl_hooks *hooks);

#endif
