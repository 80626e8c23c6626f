/* SPDX-License-Identifier: MIT */
/** --fsfreeze: which file systems may be frozen for a capture, and what is told of it. */

#ifndef RL_CLI_FROZEN_H
#define RL_CLI_FROZEN_H

#include "cli/options.h"
#include "host/keeper.h"
#include "scan/live.h"

/** What a capture wants frozen. `= {0}` is nothing; release with rl_frozen_free(). */
struct rl_frozen_places {
	/** Those that lie on another one before that one. Their descriptors and the array are owned. */
	struct rl_freeze_place *items;
	/** How many. */
	size_t count;
};

/**
 * Finds the file systems that are captured, each once, with a reason with those that the host needs.
 *
 * @return 0; -EBUSY if one is to be frozen that this run itself writes to; another negative errno.
 */
int rl_frozen_find(struct rl_frozen_places *places, const struct rl_options *options,
	const struct rl_source *source, struct rl_error *err) RL_CHECKED;

/** Releases what @places own. */
void rl_frozen_free(struct rl_frozen_places *places);

/** What ended a freeze before its time, for people: a static text; NULL if nothing did. */
const char *rl_frozen_thaw_text(enum rl_thaw thaw);

#endif
