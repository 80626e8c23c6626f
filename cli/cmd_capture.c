/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/run.h"

int rl_cmd_capture(int argc, char **argv)
{
	return rl_run(RL_COMMAND_CAPTURE, rl_help_capture, argc, argv);
}
