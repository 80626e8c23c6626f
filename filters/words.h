/* SPDX-License-Identifier: MIT */
/** The words of the profile language, and the one that a wrong word was probably meant to be. */

#ifndef RL_FILTERS_WORDS_H
#define RL_FILTERS_WORDS_H

#include "common/error.h"

#include <stddef.h>

/** A list of words that are valid somewhere; borrowed. */
struct rl_word_list {
	/** What they are: "an action". */
	const char *what;
	/** The words. */
	const char *const *words;
	/** How many. */
	size_t count;
};

/**
 * Finds the @len bytes at @word in @list.
 *
 * @return 0 with *@index_ret set; -EINVAL with the list, and the nearest of it if one is near, in
 *         @err; -ENOMEM.
 */
int rl_words_find(const struct rl_word_list *list, const char *word, size_t len, size_t *index_ret,
	struct rl_error *err) RL_CHECKED;

/** The word of @list that @word was probably meant to be, or NULL. */
const char *rl_words_nearest(const struct rl_word_list *list, const char *word);

#endif
