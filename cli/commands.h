/* SPDX-License-Identifier: MIT */
/** The commands, and the exit statuses. */

#ifndef RL_CLI_COMMANDS_H
#define RL_CLI_COMMANDS_H

#include "common/error.h"

/** Exit statuses, the same for all commands. */
enum rl_exit {
	/** All that was asked for is in the output. */
	RL_EXIT_OK = 0,
	/** The output is written, with exceptions that the report names. */
	RL_EXIT_EXCEPTIONS = 1,
	/** Wrong usage or profile; nothing was done. */
	RL_EXIT_USAGE = 2,
	/** Failed; there is no output. */
	RL_EXIT_FAILED = 3
};

/** `rootlift capture`; argv[0] is "capture". @return the exit status. */
int rl_cmd_capture(int argc, char **argv);

/** `rootlift scratch`; argv[0] is "scratch". @return the exit status. */
int rl_cmd_scratch(int argc, char **argv);

/** `rootlift convert`; argv[0] is "convert". @return the exit status. */
int rl_cmd_convert(int argc, char **argv);

/** `rootlift plan`; argv[0] is "plan". @return the exit status. */
int rl_cmd_plan(int argc, char **argv);

/** `rootlift cleanup`; argv[0] is "cleanup". @return the exit status. */
int rl_cmd_cleanup(int argc, char **argv);

/** `rootlift profile`; argv[0] is "profile". @return the exit status. */
int rl_cmd_profile(int argc, char **argv);

/** Prints "rootlift: MESSAGE", escaped, to standard error. */
void rl_print_error(const struct rl_error *err);

#endif
