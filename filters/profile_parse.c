/* SPDX-License-Identifier: MIT */
/*
 * A profile is read a line at a time. A line is a comment, a directive (title, for, include, secrets,
 * match), a section's head "[ACTION CATEGORY]", a rule of the section (words, a pattern, the reason),
 * or a line of the content of the rule above it.
 */
#include "filters/profile_parse.h"

#include <string.h>

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
	/* The terms of the last match line; owned. */
	struct rl_term *conditions;
	size_t condition_count;
	/* The line before was a rule that takes content, or a line of such content. */
	bool takes_content;
};

static const char *const secrets_names[] = {"drop", "report", "keep"};
const struct rl_word_list rl_secrets_words = {"what becomes of secrets", secrets_names, 3};

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

static int no_memory(struct parser *parser)
{
	return rl_error_set(parser->err, ENOMEM, "cannot read a profile");
}

/* Puts the place before the error of what was called for @at, if that was a fault of the text. */
static int fail_if(struct parser *parser, int ret, const char *at)
{
	return ret == -EINVAL ? fail_at(parser, at) : ret;
}

/* Finds the word at @at, which ends before @end, in @list. */
static int find_word(struct parser *parser, const char *at, const char *end,
	const struct rl_word_list *list, size_t *index_ret)
{
	return fail_if(
		parser, rl_words_find(list, at, (size_t)(end - at), index_ret, parser->err), at);
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
	ret = find_word(parser, at, end, &rl_action_words, &index);
	if (ret != 0)
		return ret;
	parser->action = (enum rl_action)index;
	at = skip_blanks(end);
	end = at + strcspn(at, " \t]");
	ret = find_word(parser, at, end, &rl_category_words, &index);
	if (ret != 0)
		return ret;
	parser->category = (enum rl_category)index;
	if (skip_blanks(end) != close)
		return fail_text(parser, skip_blanks(end), "expected a ']' behind the category");
	parser->in_section = true;
	return 0;
}

/* The end of the word at @at; a blank in it has a backslash before it. */
static const char *skip_escaped(const char *at)
{
	while (*at != '\0' && !is_blank(*at))
		at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
	return at;
}

/* Takes a word before the pattern. Returns 1, 0 if it is the pattern, or a negative errno. */
static int take_word(struct parser *parser, struct rl_rule *rule, const char *at, size_t len)
{
	bool is_condition;
	struct rl_term term = {0};
	size_t column = 0;
	int ret = rl_parameters_take(&rule->parameters, at, len, &column, parser->err);

	if (ret == 0)
		ret = rl_term_parse(RL_PLACE_RULE, at, len, &term, &column, parser->err);
	else if (ret > 0)
		return 1;
	if (ret <= 0)
		return fail_if(parser, ret, at + column);
	is_condition = term.kind < RL_TERM_FIRST_SELECTOR;
	ret = rl_terms_append(is_condition ? &rule->conditions : &rule->selectors,
		is_condition ? &rule->condition_count : &rule->selector_count, &term, 1);
	rl_term_free(&term);
	return ret == 0 ? 1 : no_memory(parser);
}

/* Parses "WORD... PATTERN REASON" into @rule. */
static int parse_rule(struct parser *parser, struct rl_rule *rule, const char *at)
{
	const char *begin = at, *end, *reason;
	RL_AUTO_FREE char *pattern = NULL;
	size_t column = 0;
	int ret;

	for (;;) {
		end = skip_escaped(at);
		reason = skip_blanks(end);
		ret = *at != '\0' ? take_word(parser, rule, at, (size_t)(end - at)) : 0;
		if (ret < 0)
			return ret;
		if (ret == 0)
			break;
		at = reason;
	}
	if (*at == '\0')
		return fail_text(
			parser, at, "expected a pattern behind these words (/** is everything)");
	if (*reason == '\0')
		return fail_text(parser, end, "expected a reason behind the pattern");
	pattern = strndup(at, (size_t)(end - at));
	rule->text = strndup(begin, (size_t)(end - begin));
	rule->reason = strdup(reason);
	rule->origin = strdup(parser->text->origin);
	if (pattern == NULL || rule->text == NULL || rule->reason == NULL || rule->origin == NULL)
		return no_memory(parser);
	ret = rl_rule_set_pattern(rule, pattern, &column, parser->err);
	if (ret != 0)
		return fail_if(parser, ret, at + column);
	return fail_if(parser, rl_rule_check(rule, parser->err), begin);
}

static int take_rule(struct parser *parser, const char *at)
{
	struct rl_rule rule = {
		.action = parser->action, .category = parser->category, .line = parser->number};
	int ret;

	if (!parser->in_section)
		return fail_text(parser, at,
			"expected title, for, include, secrets, match, or a section like [drop "
			"cache]");
	ret = parse_rule(parser, &rule, at);
	if (ret == 0 && rl_terms_append(&rule.conditions, &rule.condition_count, parser->conditions,
				parser->condition_count) != 0)
		ret = no_memory(parser);
	if (ret != 0) {
		rl_rule_free(&rule);
		return ret;
	}
	parser->takes_content = rule.action == RL_ACTION_WRITE || rule.action == RL_ACTION_EDIT;
	return rl_profile_append(parser->into, &rule) == 0 ? 0 : no_memory(parser);
}

/* "| LINE": content of the rule above. The first blank behind the "|" is not part of it. */
static int take_content(struct parser *parser, const char *at)
{
	struct rl_profile *into = parser->into;
	struct rl_rule *rule;
	const char *line = at + 1 + (at[1] == ' ');
	size_t column = 0, len = strlen(line);
	char *more;

	if (!parser->takes_content)
		return fail_text(parser, at, "expected this behind a rule that writes or edits");
	rule = &into->rules[into->rule_count - 1];
	if (rule->action == RL_ACTION_EDIT) {
		int ret = rl_edit_add(&rule->edit, line, &column, parser->err);

		return fail_if(parser, ret, line + column);
	}
	more = realloc(rule->content, rule->content_len + len + 1);
	if (more == NULL)
		return no_memory(parser);
	rule->content = more;
	memcpy(more + rule->content_len, line, len);
	more[rule->content_len + len] = '\n';
	rule->content_len += len + 1;
	return 0;
}

/* An edit has commands, and a match line is behind what it is for. */
static int end_rule(struct parser *parser)
{
	const struct rl_profile *into = parser->into;

	if (!parser->takes_content)
		return 0;
	parser->takes_content = false;
	if (into->rules[into->rule_count - 1].action == RL_ACTION_EDIT &&
		into->rules[into->rule_count - 1].edit == NULL)
		return fail_text(parser, parser->line, "expected lines like '| delete /ERE/' here");
	return 0;
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
	struct rl_profile *into = parser->into;
	size_t i, before = into->rule_count;
	int ret;

	if (*skip_word(value) != '\0')
		return fail_text(parser, skip_blanks(skip_word(value)),
			"expected one profile's name behind include");
	ret = parser->include(parser->ctx, value, into, parser->err);
	if (ret == -EINVAL || ret == -ENOENT)
		return fail_at(parser, value);
	for (i = before; ret == 0 && i < into->rule_count; i++) {
		struct rl_rule *rule = &into->rules[i];

		if (rl_terms_append(&rule->conditions, &rule->condition_count, parser->conditions,
			    parser->condition_count) != 0)
			ret = no_memory(parser);
	}
	return ret;
}

static int take_secrets(struct parser *parser, const char *value)
{
	size_t index;
	int ret = find_word(parser, value, value + strlen(value), &rl_secrets_words, &index);

	if (ret == 0)
		parser->into->secrets = (enum rl_secrets)(RL_SECRETS_DROP + index);
	return ret;
}

/* "CONDITION...", or "always". */
static int take_match(struct parser *parser, const char *value)
{
	rl_terms_free(rl_steal_ptr(&parser->conditions), parser->condition_count);
	parser->condition_count = 0;
	if (strcmp(value, "always") == 0)
		return 0;
	while (*value != '\0') {
		const char *end = skip_escaped(value);
		struct rl_term term;
		size_t column = 0;
		int ret = rl_term_parse(
			RL_PLACE_MATCH, value, (size_t)(end - value), &term, &column, parser->err);

		if (ret < 0)
			return fail_if(parser, ret, value + column);
		ret = rl_terms_append(&parser->conditions, &parser->condition_count, &term, 1);
		rl_term_free(&term);
		if (ret != 0)
			return no_memory(parser);
		value = skip_blanks(end);
	}
	return 0;
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
	} directives[] = {{"title", take_title}, {"for", take_ids}, {"include", take_include},
		{"secrets", take_secrets}, {"match", take_match}};
	const char *at = skip_blanks(parser->line), *value = skip_blanks(skip_word(at));
	size_t i, len = (size_t)(skip_word(at) - at);
	int ret;

	if (*at == '\0' || *at == '#')
		return 0;
	if (*at == '|')
		return take_content(parser, at);
	ret = end_rule(parser);
	if (ret != 0)
		return ret;
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
		if (parser.line == NULL) {
			ret = no_memory(&parser);
			break;
		}
		if (memchr(begin, '\0', (size_t)(at - begin)) != NULL)
			ret = fail_text(&parser, parser.line + strlen(parser.line),
				"expected text, found a NUL byte");
		else
			ret = take_line(&parser);
		if (ret == 0 && left == 0)
			ret = end_rule(&parser);
		free(parser.line);
	}
	rl_terms_free(parser.conditions, parser.condition_count);
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
