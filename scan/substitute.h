/* SPDX-License-Identifier: MIT */
/** Directories of snapshots that stand for directories of the host in a walk. */

#ifndef RL_SCAN_SUBSTITUTE_H
#define RL_SCAN_SUBSTITUTE_H

#include "common/cleanup.h"

#include <stddef.h>
#include <sys/types.h>

/** One of them. */
struct rl_substitute {
	/** For which directory, below ROOT; owned. */
	char *path;
	/** The directory to read instead; owned. */
	int fd;
	/** The device that its files have (st_dev). */
	dev_t dev;
	/** The one that they have on the host. */
	dev_t live_dev;
};

/** All of them; `= {0}` is none. Release with rl_substitutes_free(). */
struct rl_substitutes {
	/** In no order. Owned. */
	struct rl_substitute *items;
	/** How many. */
	size_t count;
};

/**
 * Adds one.
 *
 * @fd owned from now on, also on failure
 *
 * @return 0 or a negative errno.
 */
int rl_substitutes_add(
	struct rl_substitutes *substitutes, const char *path, int fd, dev_t live_dev) RL_CHECKED;

/** The one for @path; NULL if there is none. */
const struct rl_substitute *rl_substitutes_find(
	const struct rl_substitutes *substitutes, const char *path);

/** The device that files of @dev have on the host. */
dev_t rl_substitutes_live_dev(const struct rl_substitutes *substitutes, dev_t dev);

/** Releases what @substitutes own. */
void rl_substitutes_free(struct rl_substitutes *substitutes);

#endif
