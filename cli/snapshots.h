/* SPDX-License-Identifier: MIT */
/** Snapshots of what a capture reads: the command line's side of host/keeper.h. */

#ifndef RL_CLI_SNAPSHOTS_H
#define RL_CLI_SNAPSHOTS_H

#include "cli/options.h"
#include "common/exception.h"
#include "host/keeper.h"
#include "scan/live.h"

/**
 * Makes the snapshots that @options ask for, has @source read them, and freezes what is to be frozen.
 *
 * @return an exit status: RL_EXIT_OK, or another one with @err set.
 */
int rl_snapshots_begin(struct rl_keeper *keeper, const struct rl_options *options,
	struct rl_source *source, const volatile sig_atomic_t *stop, struct rl_error *err);

/** Tells of file systems that are no longer frozen, each once. Makes no system call. */
void rl_snapshots_check(struct rl_keeper *keeper, const struct rl_exception_sink *exceptions);

/**
 * Ends what rl_snapshots_begin() began. What is open of the snapshots has to be closed before.
 *
 * @return 0, or a negative errno with @err set: something is left behind.
 */
int rl_snapshots_end(struct rl_keeper *keeper, struct rl_error *err) RL_CHECKED;

#endif
