/* SPDX-License-Identifier: MIT */
/** What the values of options look like: numbers, sizes, one of two words. */

#ifndef RL_CLI_OPTION_VALUES_H
#define RL_CLI_OPTION_VALUES_H

#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * Takes one of two words.
 *
 * @option    the option as users type it, for the message
 * @is_second set to whether it is the second one
 *
 * @return 0 or -EINVAL.
 */
int rl_option_choice(const char *option, const char *value, const char *const choices[2],
	bool *is_second, struct rl_error *err) RL_CHECKED;

/**
 * Takes a number of bytes, with K, M or G behind it if need be (1024 each).
 *
 * @what what it is, for the message: "bytes a second"
 *
 * @return 0 or -EINVAL.
 */
int rl_option_bytes(uint64_t *to, const char *option, const char *what, const char *value,
	struct rl_error *err) RL_CHECKED;

/** Takes a number from 1 to @max. @return 0 or -EINVAL. */
int rl_option_number(unsigned int *to, const char *option, const char *value, unsigned int max,
	struct rl_error *err) RL_CHECKED;

#endif
