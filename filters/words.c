/* SPDX-License-Identifier: MIT */
#include "filters/words.h"

#include <stdio.h>
#include <string.h>

/* Longer words are no near miss of any that there is. */
#define WORD_MAX 32

/* How many bytes have to be put in, taken out or changed to make @b of @a (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1], i, j, len = strlen(b);

	for (j = 0; j <= len; j++)
		row[j] = j;
	for (i = 0; a[i] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (j = 1; j <= len; j++) {
			size_t best = diagonal + (a[i] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[len];
}

const char *rl_words_nearest(const struct rl_word_list *list, const char *word)
{
	const char *best = NULL;
	/* A short word is near to nearly all short ones. */
	size_t i, least = strlen(word) < 4 ? 2 : 3;

	if (strlen(word) > WORD_MAX)
		return NULL;
	for (i = 0; i < list->count; i++) {
		size_t far;

		if (strlen(list->words[i]) > WORD_MAX)
			continue;
		far = distance(word, list->words[i]);
		if (far < least) {
			least = far;
			best = list->words[i];
		}
	}
	return best;
}

static int fail(const struct rl_word_list *list, const char *word, struct rl_error *err)
{
	const char *meant = rl_words_nearest(list, word);
	char text[320] = "";
	size_t i, used = 0;

	for (i = 0; i < list->count && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
			i == 0                 ? ""
			: i + 1 == list->count ? " or "
					       : ", ",
			list->words[i]);
	if (meant == NULL)
		return rl_error_text(
			err, EINVAL, "expected %s (%s), found '%s'", list->what, text, word);
	return rl_error_text(err, EINVAL, "expected %s (%s), found '%s'; did you mean '%s'?",
		list->what, text, word, meant);
}

int rl_words_find(const struct rl_word_list *list, const char *word, size_t len, size_t *index_ret,
	struct rl_error *err)
{
	RL_AUTO_FREE char *copy = strndup(word, len);
	size_t i;

	if (copy == NULL)
		return rl_error_set(err, ENOMEM, "cannot read a profile");
	for (i = 0; i < list->count; i++) {
		if (strcmp(copy, list->words[i]) == 0) {
			*index_ret = i;
			return 0;
		}
	}
	return fail(list, copy, err);
}
