/* SPDX-License-Identifier: MIT */
/** Snapshots of what a capture reads: the command line's side of host/keeper.h. */

#ifndef RL_CLI_SNAPSHOTS_H
#define RL_CLI_SNAPSHOTS_H

#include "cli/options.h"
#include "host/keeper.h"
#include "scan/live.h"

/**
 * Makes the snapshots that @options ask for, and has @source read them.
 *
 * @return an exit status: RL_EXIT_OK, or another one with @err set.
 */
int rl_snapshots_begin(struct rl_keeper *keeper, const struct rl_options *options,
	struct rl_source *source, const volatile sig_atomic_t *stop, struct rl_error *err);

#endif
