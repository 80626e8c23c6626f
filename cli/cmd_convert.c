/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/run.h"

int rl_cmd_convert(int argc, char **argv)
{
	return rl_run(RL_COMMAND_CONVERT, rl_help_convert, argc, argv);
}
