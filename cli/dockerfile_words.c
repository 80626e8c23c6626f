/* SPDX-License-Identifier: MIT */
/*
 * As docker does it (buildkit's frontend/dockerfile: parser and shell): first a line is split, then its
 * words are expanded one by one, so that no value of a variable becomes two words.
 */
#include "cli/dockerfile_words.h"

#include <ctype.h>
#include <string.h>

/* Deeper ${A:-${B:-...}} is nobody's intention. */
#define DEPTH_MAX 32

static bool is_blank(char c)
{
	return c != '\0' && strchr(RL_DOCKERFILE_BLANKS, c) != NULL;
}

/* The word that begins at @at, up to @end_ret. A backslash at the text's end is passed over. */
static int take_word(const char *at, struct rl_buf *word, const char **end_ret)
{
	char quote = '\0';
	int ret = 0;

	for (; ret == 0 && *at != '\0' && (quote != '\0' || !is_blank(*at)); at++) {
		if (*at == quote)
			quote = '\0';
		else if (quote == '\0' && (*at == '"' || *at == '\''))
			quote = *at;
		if (*at == '\\' && quote != '\'') {
			if (at[1] == '\0')
				continue;
			ret = rl_buf_append(word, at++, 1);
		}
		if (ret == 0)
			ret = rl_buf_append(word, at, 1);
	}
	*end_ret = at;
	return ret;
}

int rl_dockerfile_split(const char *text, struct rl_strings *words)
{
	struct rl_buf word = {0};
	int ret = 0;

	while (ret == 0 && *(text += strspn(text, RL_DOCKERFILE_BLANKS)) != '\0') {
		rl_buf_truncate(&word, 0);
		ret = take_word(text, &word, &text);
		if (ret == 0 && word.len > 0)
			ret = rl_strings_add(words, word.data, word.len);
	}
	rl_buf_free(&word);
	return ret;
}

/* A word that is being expanded. */
struct expansion {
	/* What is left of it. */
	const char *at;
	const struct rl_pairs *environment;
	struct rl_buf *out;
	/* How many ${...} are around @at. */
	unsigned int depth;
	struct rl_error *err;
};

static int expand_until(struct expansion *expansion, char stop);

static int take_char(struct expansion *expansion)
{
	return rl_buf_append(expansion->out, expansion->at++, 1);
}

static int refuse(struct expansion *expansion, const char *what)
{
	return rl_error_text(expansion->err, EINVAL, "%s", what);
}

static const char *value_of(const struct expansion *expansion, const char *name)
{
	const char *value = rl_pairs_get(expansion->environment, name);

	if (value != NULL)
		return value;
	return strcmp(name, "PATH") == 0 ? RL_DEFAULT_PATH : "";
}

/* The name of a variable at @at, which may have none; $1 and $@ are names, of nothing. */
static size_t name_length(const char *at)
{
	size_t len = 0;

	if (*at != '\0' && strchr("0123456789@*#?-$!", *at) != NULL)
		return 1;
	while (isalnum((unsigned char)at[len]) || at[len] == '_')
		len++;
	return len;
}

/* Whether ${NAME:...} is to be what stands behind the colon, of a variable with this value. */
static int take_modified(struct expansion *expansion, const char *name, const char *value)
{
	struct rl_buf word = {0}, *out = expansion->out;
	char modifier = *expansion->at;
	int ret;

	if (modifier == '\0' || strchr("-+?", modifier) == NULL)
		return refuse(expansion, "in ${NAME:...} only :-, :+ and :? are known");
	if (expansion->depth == DEPTH_MAX)
		return refuse(expansion, "too many ${...} in each other");
	expansion->at++;
	expansion->depth++;
	expansion->out = &word;
	ret = expand_until(expansion, '}');
	expansion->out = out;
	expansion->depth--;
	/* Bytes that were appended one by one have no NUL behind them. */
	if (ret == 0)
		ret = rl_buf_append_str(&word, "");
	if (ret == 0 && modifier == '?' && value[0] == '\0')
		ret = rl_error_text(expansion->err, EINVAL, "%s: %s", name, word.data);
	else if (ret == 0)
		ret = rl_buf_append_str(
			out, (modifier == '+') == (value[0] != '\0') ? word.data : value);
	rl_buf_free(&word);
	return ret;
}

/* What @at, behind a "$", stands for. */
static int take_variable(struct expansion *expansion)
{
	bool has_brace = *expansion->at == '{';
	RL_AUTO_FREE char *name = NULL;
	const char *value;
	size_t len;

	expansion->at += has_brace;
	len = name_length(expansion->at);
	name = strndup(expansion->at, len);
	if (name == NULL)
		return -ENOMEM;
	expansion->at += len;
	value = value_of(expansion, name);
	if (!has_brace)
		return rl_buf_append_str(expansion->out, len > 0 ? value : "$");
	if (len == 0)
		return refuse(expansion, "${ without the name of a variable");
	if (*expansion->at == ':') {
		expansion->at++;
		return take_modified(expansion, name, value);
	}
	if (*expansion->at != '}')
		return refuse(expansion, "${NAME is not followed by } or :");
	expansion->at++;
	return rl_buf_append_str(expansion->out, value);
}

static int take_single_quoted(struct expansion *expansion)
{
	int ret = 0;

	while (ret == 0 && *expansion->at != '\'') {
		if (*expansion->at == '\0')
			return refuse(expansion, "a ' is not closed");
		ret = take_char(expansion);
	}
	expansion->at++;
	return ret;
}

/* Between double quotes a backslash stands for itself, but before what it takes the meaning from. */
static int take_double_quoted(struct expansion *expansion)
{
	int ret = 0;

	while (ret == 0 && *expansion->at != '"') {
		if (*expansion->at == '\0')
			return refuse(expansion, "a \" is not closed");
		if (*expansion->at == '$') {
			expansion->at++;
			ret = take_variable(expansion);
			continue;
		}
		if (*expansion->at == '\\' && expansion->at[1] != '\0' &&
			strchr("\"$\\", expansion->at[1]) != NULL)
			expansion->at++;
		ret = take_char(expansion);
	}
	expansion->at++;
	return ret;
}

/* Expands up to the text's end, or up to and with @stop. */
static int expand_until(struct expansion *expansion, char stop)
{
	int ret = 0;

	while (ret == 0 && *expansion->at != '\0') {
		char c = *expansion->at;

		if (stop != '\0' && c == stop) {
			expansion->at++;
			return 0;
		}
		if (c != '\'' && c != '"' && c != '$' && c != '\\') {
			ret = take_char(expansion);
			continue;
		}
		expansion->at++;
		if (c == '\'')
			ret = take_single_quoted(expansion);
		else if (c == '"')
			ret = take_double_quoted(expansion);
		else if (c == '$')
			ret = take_variable(expansion);
		else if (*expansion->at != '\0')
			ret = take_char(expansion);
	}
	return ret == 0 && stop != '\0' ? refuse(expansion, "a ${ is not closed") : ret;
}

int rl_dockerfile_expand(const char *word, const struct rl_pairs *environment, struct rl_buf *out,
	struct rl_error *err)
{
	struct expansion expansion = {
		.at = word, .environment = environment, .out = out, .err = err};
	int ret;

	rl_buf_truncate(out, 0);
	/* There is a string even if there is nothing in it. */
	ret = rl_buf_append_str(out, "");
	if (ret == 0)
		ret = expand_until(&expansion, '\0');
	if (ret == 0)
		ret = rl_buf_append_str(out, "");
	return ret == -ENOMEM ? rl_error_set(err, ENOMEM, "cannot take the options") : ret;
}
