/* SPDX-License-Identifier: MIT */
/** The words of a Dockerfile's line: how they are split, and what quotes and variables in them become. */

#ifndef RL_CLI_DOCKERFILE_WORDS_H
#define RL_CLI_DOCKERFILE_WORDS_H

#include "common/error.h"
#include "writer/config.h"

/** What separates words, in a Dockerfile's line. */
#define RL_DOCKERFILE_BLANKS " \t\v\f\r\n"

/** PATH of an image that says nothing else, as engines have it. */
#define RL_DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/**
 * Splits @text at blanks that are neither quoted nor behind a backslash. Quotes and backslashes stay.
 *
 * @words has to be empty; release it in every case
 *
 * @return 0 or -ENOMEM.
 */
int rl_dockerfile_split(const char *text, struct rl_strings *words) RL_CHECKED;

/**
 * Takes quotes and backslashes out of a word and puts in what variables stand for: $NAME, ${NAME},
 * ${NAME:-WORD}, ${NAME:+WORD}, ${NAME:?WORD}.
 *
 * @environment what they stand for; PATH, if it is not there, for RL_DEFAULT_PATH, others for nothing
 * @out         what it held is lost; NUL-terminated
 *
 * @return 0; -EINVAL if a quote or brace is not closed, or ${...} is none of these; -ENOMEM.
 */
int rl_dockerfile_expand(const char *word, const struct rl_pairs *environment, struct rl_buf *out,
	struct rl_error *err) RL_CHECKED;

/**
 * Takes the strings of a JSON array, if @text is one.
 *
 * @to           has to be empty; release it in every case
 * @is_array_ret whether it is one
 *
 * @return 0; -EINVAL if it is an array with faults, or of anything but strings; -ENOMEM.
 */
int rl_dockerfile_array(struct rl_strings *to, const char *text, bool *is_array_ret,
	struct rl_error *err) RL_CHECKED;

#endif
