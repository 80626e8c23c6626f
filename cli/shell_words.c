/* SPDX-License-Identifier: MIT */
#include "cli/shell_words.h"

#include <string.h>

#define BLANKS " \t\n"
/* What begins something, wherever it stands without quotes. */
#define OPERATORS "|&;<>()$`"

static int refuse(struct rl_error *err, char c)
{
	return rl_error_text(err, EINVAL,
		"'%c' is for a shell, and there is none in the image: quote it, or give a JSON "
		"array of words",
		c);
}

static int take_single_quoted(const char **at, struct rl_buf *word, struct rl_error *err)
{
	const char *end = strchr(*at, '\'');
	int ret;

	if (end == NULL)
		return rl_error_text(err, EINVAL, "a ' is not closed");
	ret = rl_buf_append(word, *at, (size_t)(end - *at));
	*at = end + 1;
	return ret;
}

/* Between double quotes a backslash stands for itself, but before what it takes the meaning from. */
static int take_double_quoted(const char **at, struct rl_buf *word, struct rl_error *err)
{
	int ret = 0;

	while (ret == 0 && **at != '"') {
		if (**at == '\0')
			return rl_error_text(err, EINVAL, "a \" is not closed");
		if (**at == '$' || **at == '`')
			return refuse(err, **at);
		if (**at == '\\' && (*at)[1] == '\n') {
			*at += 2;
			continue;
		}
		if (**at == '\\' && (*at)[1] != '\0' && strchr("$`\"\\", (*at)[1]) != NULL)
			(*at)++;
		ret = rl_buf_append(word, (*at)++, 1);
	}
	(*at)++;
	return ret;
}

/* The word that begins at @at, which is no blank; @at gets behind it. */
static int take_word(const char **at, struct rl_buf *word, bool *has_ret, struct rl_error *err)
{
	int ret = 0;

	*has_ret = false;
	while (ret == 0 && **at != '\0' && strchr(BLANKS, **at) == NULL) {
		char c = *(*at)++;

		if (strchr(OPERATORS, c) != NULL || (c == '#' && !*has_ret))
			return refuse(err, c);
		if (c == '\\' && **at == '\n') {
			(*at)++;
			continue;
		}
		*has_ret = true;
		if (c == '\'')
			ret = take_single_quoted(at, word, err);
		else if (c == '"')
			ret = take_double_quoted(at, word, err);
		else if (c == '\\' && **at != '\0')
			ret = rl_buf_append(word, (*at)++, 1);
		else
			ret = rl_buf_append(word, &c, 1);
	}
	return ret;
}

int rl_shell_words_split(const char *text, struct rl_strings *words, struct rl_error *err)
{
	struct rl_buf word = {0};
	bool has_word;
	int ret = 0;

	while (ret == 0 && *(text += strspn(text, BLANKS)) != '\0') {
		rl_buf_truncate(&word, 0);
		ret = take_word(&text, &word, &has_word, err);
		if (ret == 0 && has_word)
			ret = rl_strings_add(words, word.data != NULL ? word.data : "", word.len);
	}
	rl_buf_free(&word);
	return ret == -ENOMEM ? rl_error_set(err, ENOMEM, "cannot take the options") : ret;
}
