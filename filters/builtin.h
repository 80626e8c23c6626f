/* SPDX-License-Identifier: MIT */
/** The profiles built into the binary; the table is made from profiles/ by profiles/embed.sh. */

#ifndef RL_FILTERS_BUILTIN_H
#define RL_FILTERS_BUILTIN_H

#include <stddef.h>

/** One built-in profile. */
struct rl_builtin {
	/** Its name: "debian". */
	const char *name;
	/** Its text. */
	const char *text;
	/** The text's length in bytes. */
	size_t size;
};

/** All of them, in order of their names. */
extern const struct rl_builtin rl_builtins[];

/** How many. */
extern const size_t rl_builtin_count;

#endif
