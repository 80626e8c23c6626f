/* SPDX-License-Identifier: MIT */
/** Words of a command line, for images in which there is no shell that would split it. */

#ifndef RL_CLI_SHELL_WORDS_H
#define RL_CLI_SHELL_WORDS_H

#include "common/error.h"
#include "writer/config.h"

/**
 * Splits @text as a POSIX shell does ("Shell Command Language", 2.2 and 2.3), and takes quotes and backslashes
 * away. What only a shell could do is refused: variables, redirections, several commands.
 *
 * @words has to be empty; release it in every case
 *
 * @return 0; -EINVAL with one line in @err; -ENOMEM.
 */
int rl_shell_words_split(
	const char *text, struct rl_strings *words, struct rl_error *err) RL_CHECKED;

#endif
