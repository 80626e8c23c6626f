/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/run.h"

int rl_cmd_scratch(int argc, char **argv)
{
	return rl_run(RL_COMMAND_SCRATCH, rl_help_scratch, argc, argv);
}
