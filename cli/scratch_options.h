/* SPDX-License-Identifier: MIT */
/** The command line of `rootlift scratch`, as far as it is not that of `capture`. */

#ifndef RL_CLI_SCRATCH_OPTIONS_H
#define RL_CLI_SCRATCH_OPTIONS_H

#include "cli/options.h"

/** The options, as getopt_long(3) returns them; above those of images. */
enum rl_scratch_option {
	RL_SCRATCH_OPTION_ROOT = 2048,
	RL_SCRATCH_OPTION_ALSO,
	RL_SCRATCH_OPTION_WITH,
	RL_SCRATCH_OPTION_ALLOW_MISSING
};

/** Whether `scratch` takes the option that is called @name as `capture` does. */
bool rl_scratch_option_is_taken(const char *name);

/**
 * Takes one option.
 *
 * @option one of enum rl_scratch_option
 * @value  borrowed for as long as @options are used
 *
 * @return 0; -EINVAL with one line in @err; -ENOMEM.
 */
int rl_scratch_option(
	struct rl_options *options, int option, const char *value, struct rl_error *err) RL_CHECKED;

/** Takes the FILEs, which are borrowed, once all options have been taken. @return as rl_scratch_option(). */
int rl_scratch_take_files(
	struct rl_options *options, int count, char **files, struct rl_error *err) RL_CHECKED;

#endif
