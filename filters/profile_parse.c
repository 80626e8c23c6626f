/* SPDX-License-Identifier: MIT */
/*
 * A profile is read a line at a time. A line is a comment, a directive (title, for, include), a
 * section's head "[ACTION CATEGORY]", or a rule of the section: a pattern, blanks, the reason.
 */
#include "filters/profile_parse.h"

#include "common/escape.h"

#include <string.h>

/* Longer words are no near miss of any that there is. */
#define WORD_MAX 32

struct parser {
	const struct rl_profile_text *text;
	rl_profile_include *include;
	void *ctx;
	struct rl_profile *into;
	struct rl_error *err;
	/* The line, from 1, and a NUL-terminated copy of it. */
	unsigned int number;
	char *line;
	/* The section; false before the first. */
	bool in_section;
	enum rl_action action;
	enum rl_category category;
};

static const char *const action_names[] = {
	[RL_ACTION_KEEP] = "keep",
	[RL_ACTION_DROP] = "drop",
	[RL_ACTION_EMPTY] = "empty",
	[RL_ACTION_TRUNCATE] = "truncate",
};

static const char *const category_names[RL_CATEGORY_COUNT] = {
	[RL_CATEGORY_CACHE] = "cache",
	[RL_CATEGORY_LOG] = "log",
	[RL_CATEGORY_TEMP] = "temp",
	[RL_CATEGORY_KERNEL] = "kernel",
	[RL_CATEGORY_IDENTITY] = "identity",
	[RL_CATEGORY_SECRET] = "secret",
	[RL_CATEGORY_DOCS] = "docs",
	[RL_CATEGORY_PSEUDO] = "pseudo",
	[RL_CATEGORY_ENGINE] = "engine",
	[RL_CATEGORY_SWAP] = "swap",
	[RL_CATEGORY_USER] = "user",
};

#define ACTION_COUNT (sizeof(action_names) / sizeof(*action_names))
/* "user" is the command line's. */
#define PROFILE_CATEGORY_COUNT ((size_t)RL_CATEGORY_USER)

const char *rl_action_name(enum rl_action action)
{
	return action_names[action];
}

const char *rl_category_name(enum rl_category category)
{
	return category_names[category];
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

static const char *skip_word(const char *s)
{
	while (*s != '\0' && !is_blank(*s))
		s++;
	return s;
}

/* Puts file, line and column before the error's text; @at points into the line. */
static int fail_at(struct parser *parser, const char *at)
{
	rl_error_wrap(parser->err, "%s:%u:%zu", parser->text->origin, parser->number,
		(size_t)(at - parser->line) + 1);
	return -EINVAL;
}

static int fail_text(struct parser *parser, const char *at, const char *what)
{
	(void)rl_error_text(parser->err, EINVAL, "%s", what);
	return fail_at(parser, at);
}

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

/* The word of @words that @word was probably meant to be, or NULL. */
static const char *nearest(const char *word, const char *const *words, size_t count)
{
	const char *best = NULL;
	size_t i, least = 3;

	if (strlen(word) > WORD_MAX)
		return NULL;
	for (i = 0; i < count; i++) {
		size_t far = distance(word, words[i]);

		if (far < least) {
			least = far;
			best = words[i];
		}
	}
	return best;
}

static int fail_word(struct parser *parser, const char *at, const char *what, const char *word,
	const char *const *words, size_t count)
{
	const char *meant = nearest(word, words, count);
	char list[160] = "";
	size_t i, used = 0;

	for (i = 0; i < count && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
			i == 0           ? ""
			: i + 1 == count ? " or "
					 : ", ",
			words[i]);
	if (meant != NULL)
		(void)rl_error_text(parser->err, EINVAL,
			"expected %s (%s), found '%s'; did you mean '%s'?", what, list, word,
			meant);
	else
		(void)rl_error_text(
			parser->err, EINVAL, "expected %s (%s), found '%s'", what, list, word);
	return fail_at(parser, at);
}

/* Finds the word at @at, which ends before @end, in @words. */
static int find_word(struct parser *parser, const char *at, const char *end, const char *what,
	const char *const *words, size_t count, size_t *index_ret)
{
	RL_AUTO_FREE char *word = strndup(at, (size_t)(end - at));
	size_t i;

	if (word == NULL)
		return rl_error_set(parser->err, ENOMEM, "cannot read a profile");
	for (i = 0; i < count; i++) {
		if (strcmp(word, words[i]) == 0) {
			*index_ret = i;
			return 0;
		}
	}
	return fail_word(parser, at, what, word, words, count);
}

/* "[ACTION CATEGORY]". */
static int take_section(struct parser *parser, const char *at)
{
	const char *close = strchr(at, ']'), *end;
	size_t index = 0;
	int ret;

	if (close == NULL)
		return fail_text(
			parser, at + strlen(at), "expected a ']' to end the section's head");
	if (*skip_blanks(close + 1) != '\0')
		return fail_text(parser, skip_blanks(close + 1), "expected nothing behind the ']'");
	at = skip_blanks(at + 1);
	end = at + strcspn(at, " \t]");
	ret = find_word(parser, at, end, "an action", action_names, ACTION_COUNT, &index);
	if (ret != 0)
		return ret;
	parser->action = (enum rl_action)index;
	at = skip_blanks(end);
	end = at + strcspn(at, " \t]");
	ret = find_word(
		parser, at, end, "a category", category_names, PROFILE_CATEGORY_COUNT, &index);
	if (ret != 0)
		return ret;
	parser->category = (enum rl_category)index;
	if (skip_blanks(end) != close)
		return fail_text(parser, skip_blanks(end), "expected a ']' behind the category");
	parser->in_section = true;
	return 0;
}

/* "PATTERN REASON"; a blank in the pattern has a backslash before it. */
static int take_rule(struct parser *parser, const char *at)
{
	const char *end = at, *reason;
	RL_AUTO_FREE char *pattern = NULL;
	struct rl_pattern checked;
	size_t column = 1;
	int ret;

	while (*end != '\0' && !is_blank(*end))
		end += end[0] == '\\' && end[1] != '\0' ? 2 : 1;
	reason = skip_blanks(end);
	if (!parser->in_section)
		return fail_text(
			parser, at, "expected title, for, include, or a section like [drop cache]");
	if (*reason == '\0')
		return fail_text(parser, end, "expected a reason behind the pattern");
	pattern = strndup(at, (size_t)(end - at));
	if (pattern == NULL)
		return rl_error_set(parser->err, ENOMEM, "cannot read a profile");
	ret = rl_pattern_compile(pattern, &checked, &column, parser->err);
	if (ret == -EINVAL)
		return fail_at(parser, at + column - 1);
	if (ret != 0)
		return ret;
	rl_pattern_free(&checked);
	return rl_profile_add(parser->into, parser->action, parser->category, pattern, reason,
		parser->text->origin, parser->number, parser->err);
}

static int take_title(struct parser *parser, const char *value)
{
	free(parser->into->title);
	parser->into->title = strdup(value);
	if (parser->into->title == NULL)
		return rl_error_set(parser->err, ENOMEM, "cannot read a profile");
	return 0;
}

static int take_ids(struct parser *parser, const char *value)
{
	struct rl_profile *into = parser->into;

	while (*value != '\0') {
		const char *end = skip_word(value);
		char **more = reallocarray(into->ids, into->id_count + 1, sizeof(char *));

		if (more == NULL)
			return rl_error_set(parser->err, ENOMEM, "cannot read a profile");
		into->ids = more;
		more[into->id_count] = strndup(value, (size_t)(end - value));
		if (more[into->id_count] == NULL)
			return rl_error_set(parser->err, ENOMEM, "cannot read a profile");
		into->id_count++;
		value = skip_blanks(end);
	}
	return 0;
}

static int take_include(struct parser *parser, const char *value)
{
	int ret;

	if (*skip_word(value) != '\0')
		return fail_text(parser, skip_blanks(skip_word(value)),
			"expected one profile's name behind include");
	ret = parser->include(parser->ctx, value, parser->into, parser->err);
	if (ret == -EINVAL || ret == -ENOENT)
		return fail_at(parser, value);
	return ret;
}

/*
 * Whether a line that begins with "[" is a section's head. It is a rule if its pattern goes on behind
 * the set that it begins with: "[ab]*.log".
 */
static bool is_head(const char *at)
{
	const char *close = strchr(at, ']'), *end = skip_word(at);

	return close == NULL || close >= end || close + 1 == end;
}

static int take_line(struct parser *parser)
{
	static const struct {
		const char *word;
		int (*take)(struct parser *parser, const char *value);
	} directives[] = {{"title", take_title}, {"for", take_ids}, {"include", take_include}};
	const char *at = skip_blanks(parser->line), *value = skip_blanks(skip_word(at));
	size_t i, len = (size_t)(skip_word(at) - at);

	if (*at == '\0' || *at == '#')
		return 0;
	if (*at == '[' && is_head(at))
		return take_section(parser, at);
	for (i = 0; i < sizeof(directives) / sizeof(*directives); i++) {
		if (strlen(directives[i].word) != len || strncmp(at, directives[i].word, len) != 0)
			continue;
		if (*value == '\0')
			return fail_text(parser, value, "expected a value");
		return directives[i].take(parser, value);
	}
	return take_rule(parser, at);
}

/* Cuts the next line, without blanks and "\r" at its end, off @text. */
static char *cut_line(const char **text, size_t *left)
{
	const char *newline = memchr(*text, '\n', *left);
	size_t len = newline != NULL ? (size_t)(newline - *text) : *left;
	size_t used = newline != NULL ? len + 1 : len;
	char *line;

	while (len > 0 && (is_blank((*text)[len - 1]) || (*text)[len - 1] == '\r'))
		len--;
	line = strndup(*text, len);
	*text += used;
	*left -= used;
	return line;
}

int rl_profile_parse_text(const struct rl_profile_text *text, rl_profile_include *include,
	void *ctx, struct rl_profile *into, struct rl_error *err)
{
	struct rl_error unused = {0};
	struct parser parser = {.text = text,
		.include = include,
		.ctx = ctx,
		.into = into,
		.err = err != NULL ? err : &unused};
	const char *at = text->text;
	size_t left = text->len;
	int ret = 0;

	while (ret == 0 && left > 0) {
		const char *begin = at;

		parser.number++;
		parser.line = cut_line(&at, &left);
		if (parser.line == NULL)
			return rl_error_set(err, ENOMEM, "cannot read a profile");
		if (memchr(begin, '\0', (size_t)(at - begin)) != NULL)
			ret = fail_text(&parser, parser.line + strlen(parser.line),
				"expected text, found a NUL byte");
		else
			ret = take_line(&parser);
		free(parser.line);
	}
	return ret;
}

bool rl_profile_text_is_for(const struct rl_profile_text *text, const char *id)
{
	const char *at = text->text;
	size_t left = text->len;
	bool found = false;

	while (!found && left > 0) {
		RL_AUTO_FREE char *line = cut_line(&at, &left);
		const char *word;

		if (line == NULL)
			return false;
		word = skip_blanks(line);
		if (strncmp(word, "for", 3) != 0 || !is_blank(word[3]))
			continue;
		for (word = skip_blanks(word + 3); *word != '\0' && !found;
			word = skip_blanks(skip_word(word))) {
			size_t len = (size_t)(skip_word(word) - word);

			found = strlen(id) == len && strncmp(word, id, len) == 0;
		}
	}
	return found;
}
