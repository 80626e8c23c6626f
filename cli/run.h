/* SPDX-License-Identifier: MIT */
/** A run of capture, convert or scratch: all that they need is opened, used and released here. */

#ifndef RL_CLI_RUN_H
#define RL_CLI_RUN_H

#include "cli/options.h"

/**
 * Runs the command.
 *
 * @command RL_COMMAND_CAPTURE, RL_COMMAND_CONVERT or RL_COMMAND_SCRATCH
 * @help    its help text
 * @argv    its arguments; argv[0] is its name
 *
 * @return the exit status.
 */
int rl_run(enum rl_command command, const char *help, int argc, char **argv);

#endif
