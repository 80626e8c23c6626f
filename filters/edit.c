/* SPDX-License-Identifier: MIT */
#include "filters/edit.h"

#include "filters/pattern.h"
#include "filters/words.h"

#include <ctype.h>
#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define GROUP_MAX 10
#define FIELD_MAX 99

enum verb { VERB_DELETE, VERB_REPLACE, VERB_APPEND, VERB_SET, VERB_COUNT };

struct command {
	enum verb verb;
	/* DELETE, REPLACE. */
	regex_t regex;
	bool has_regex;
	/* REPLACE, APPEND, SET: the text or value. Owned. */
	char *text;
	/* SET: which field, from 1; of whom; and for which old values (NULL: all). Owned. */
	size_t field;
	char *name;
	char *when;
};

struct rl_edit {
	struct command *commands;
	size_t count;
};

static const char *const verbs[VERB_COUNT] = {"delete", "replace", "append", "set"};
static const struct rl_word_list verb_words = {"an edit", verbs, VERB_COUNT};

/* Fields by their names: passwd(5) has the first seven, shadow(5) the others from the third on. */
static const char *const field_names[] = {"name", "password", "uid", "gid", "gecos", "home",
	"shell", "lastchange", "min", "max", "warn", "inactive", "expire"};
static const size_t field_numbers[] = {1, 2, 3, 4, 5, 6, 7, 3, 4, 5, 6, 7, 8};
static const struct rl_word_list field_words = {
	"a field", field_names, sizeof(field_names) / sizeof(*field_names)};

static int fail(size_t *column_ret, const char *line, const char *at, struct rl_error *err,
	const char *what)
{
	*column_ret = (size_t)(at - line);
	return rl_error_text(err, EINVAL, "%s", what);
}

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot read a profile");
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/*
 * The part that begins at @at and ends before the next @delimiter, which may stand in it with a
 * backslash before it. NULL if there is no delimiter, or no memory.
 */
static char *cut_part(const char *at, char delimiter, const char **end_ret)
{
	char *part = malloc(strlen(at) + 1), *to = part;

	if (part == NULL)
		return NULL;
	for (; *at != '\0' && *at != delimiter; at++) {
		if (*at == '\\' && at[1] == delimiter)
			at++;
		else if (*at == '\\' && at[1] != '\0')
			*to++ = *at++;
		*to++ = *at;
	}
	*to = '\0';
	*end_ret = at;
	return part;
}

static int compile_regex(struct command *command, const char *line, const char *at,
	const char *expression, size_t *column_ret, struct rl_error *err)
{
	char why[128];
	int code = regcomp(&command->regex, expression, REG_EXTENDED | REG_NEWLINE);

	if (code == REG_ESPACE)
		return no_memory(err);
	if (code != 0) {
		(void)regerror(code, &command->regex, why, sizeof(why));
		*column_ret = (size_t)(at - line);
		return rl_error_text(err, EINVAL, "expected a regular expression: %s", why);
	}
	command->has_regex = true;
	return 0;
}

/* "/ERE/" or "/ERE/TEXT/". */
static int take_expression(struct command *command, const char *line, const char *at,
	size_t *column_ret, struct rl_error *err)
{
	char delimiter = *at;
	const char *end;
	RL_AUTO_FREE char *expression = NULL;
	int ret;

	if (delimiter == '\0' || delimiter == '\\' || isalnum((unsigned char)delimiter))
		return fail(column_ret, line, at, err, "expected an expression like /ERE/");
	expression = cut_part(at + 1, delimiter, &end);
	if (expression == NULL)
		return no_memory(err);
	if (*end == '\0')
		return fail(column_ret, line, end, err, "expected the expression to end");
	if (expression[0] == '\0')
		return fail(column_ret, line, at + 1, err, "expected a regular expression");
	ret = compile_regex(command, line, at + 1, expression, column_ret, err);
	if (ret != 0)
		return ret;
	if (command->verb == VERB_REPLACE) {
		command->text = cut_part(end + 1, delimiter, &end);
		if (command->text == NULL)
			return no_memory(err);
		if (*end == '\0')
			return fail(column_ret, line, end, err, "expected the new text to end");
	}
	if (*skip_blanks(end + 1) != '\0')
		return fail(
			column_ret, line, end + 1, err, "expected nothing behind the expression");
	return 0;
}

/* The next word of @at; NULL if out of memory. */
static char *next_word(const char **at)
{
	const char *begin = skip_blanks(*at);
	size_t len = strcspn(begin, " \t");

	*at = begin + len;
	return strndup(begin, len);
}

/* The word @wanted has to come next. */
static int expect_word(const char *line, const char **at, const char *wanted, size_t *column_ret,
	struct rl_error *err)
{
	const char *begin = skip_blanks(*at);
	RL_AUTO_FREE char *word = next_word(at);

	if (word == NULL)
		return no_memory(err);
	if (strcmp(word, wanted) == 0)
		return 0;
	*column_ret = (size_t)(begin - line);
	return rl_error_text(err, EINVAL, "expected '%s', found '%s'", wanted, word);
}

static int take_field(struct command *command, const char *line, const char **at,
	size_t *column_ret, struct rl_error *err)
{
	const char *begin = skip_blanks(*at);
	RL_AUTO_FREE char *word = next_word(at);
	size_t index;
	int ret;

	if (word == NULL)
		return no_memory(err);
	*column_ret = (size_t)(begin - line);
	if (isdigit((unsigned char)word[0])) {
		char *end;
		unsigned long number = strtoul(word, &end, 10);

		if (*end != '\0' || number == 0 || number > FIELD_MAX)
			return rl_error_text(err, EINVAL, "expected a field's number or name");
		command->field = number;
		return 0;
	}
	ret = rl_words_find(&field_words, word, strlen(word), &index, err);
	if (ret == 0)
		command->field = field_numbers[index];
	return ret;
}

static int take_glob(
	char **to, const char *line, const char **at, size_t *column_ret, struct rl_error *err)
{
	const char *begin = skip_blanks(*at);
	size_t column = 0;
	int ret;

	*to = next_word(at);
	if (*to == NULL)
		return no_memory(err);
	ret = rl_glob_check(*to, &column, err);
	*column_ret = (size_t)(begin - line) + column;
	if (ret == 0 && (*to)[0] == '\0')
		return rl_error_text(err, EINVAL, "expected a name or a glob");
	return ret;
}

/* "FIELD of NAME [when GLOB] to VALUE". */
static int take_set(struct command *command, const char *line, const char *at, size_t *column_ret,
	struct rl_error *err)
{
	int ret = take_field(command, line, &at, column_ret, err);
	const char *next;

	if (ret == 0)
		ret = expect_word(line, &at, "of", column_ret, err);
	if (ret == 0)
		ret = take_glob(&command->name, line, &at, column_ret, err);
	next = skip_blanks(at);
	if (ret == 0 && strncmp(next, "when", 4) == 0 && (next[4] == ' ' || next[4] == '\t')) {
		at = next + 4;
		ret = take_glob(&command->when, line, &at, column_ret, err);
	}
	if (ret == 0)
		ret = expect_word(line, &at, "to", column_ret, err);
	if (ret != 0)
		return ret;
	/* It may be empty. */
	at = skip_blanks(at);
	if (strchr(at, ':') != NULL)
		return fail(column_ret, line, strchr(at, ':'), err, "a field cannot have a ':'");
	command->text = strdup(at);
	return command->text != NULL ? 0 : no_memory(err);
}

static void free_command(struct command *command)
{
	if (command->has_regex)
		regfree(&command->regex);
	free(command->text);
	free(command->name);
	free(command->when);
}

int rl_edit_add(struct rl_edit **edit, const char *line, size_t *column_ret, struct rl_error *err)
{
	const char *at = skip_blanks(line), *rest = at + strcspn(at, " \t");
	struct command command = {0}, *more;
	size_t verb;
	int ret;

	*column_ret = (size_t)(at - line);
	if (*edit == NULL)
		*edit = calloc(1, sizeof(**edit));
	if (*edit == NULL)
		return no_memory(err);
	ret = rl_words_find(&verb_words, at, (size_t)(rest - at), &verb, err);
	if (ret != 0)
		return ret;
	command.verb = (enum verb)verb;
	at = skip_blanks(rest);
	if (command.verb == VERB_SET) {
		ret = take_set(&command, line, at, column_ret, err);
	} else if (command.verb == VERB_APPEND) {
		command.text = strdup(*rest != '\0' ? rest + 1 : rest);
		ret = command.text != NULL ? 0 : no_memory(err);
	} else {
		ret = take_expression(&command, line, at, column_ret, err);
	}
	more = ret == 0 ? reallocarray((*edit)->commands, (*edit)->count + 1, sizeof(*more)) : NULL;
	if (more == NULL) {
		free_command(&command);
		return ret != 0 ? ret : no_memory(err);
	}
	(*edit)->commands = more;
	more[(*edit)->count++] = command;
	return 0;
}

/*
 * Whether @regex matches @line from byte @from on; the groups are then places in the line. Returns 1, 0,
 * or -ENOMEM: what could not be looked at must not be taken for what does not match.
 */
static int match(const regex_t *regex, const char *line, size_t from, regmatch_t groups[GROUP_MAX])
{
	int code = regexec(regex, line + from, GROUP_MAX, groups, from > 0 ? REG_NOTBOL : 0);
	size_t i;

	if (code != 0)
		return code == REG_NOMATCH ? 0 : -ENOMEM;
	for (i = 0; i < GROUP_MAX; i++) {
		if (groups[i].rm_so < 0)
			continue;
		groups[i].rm_so += (regoff_t)from;
		groups[i].rm_eo += (regoff_t)from;
	}
	return 1;
}

/* Appends the new text of one match. */
static int append_replacement(
	const char *text, const char *line, const regmatch_t groups[GROUP_MAX], struct rl_buf *out)
{
	int ret = 0;

	for (; ret == 0 && *text != '\0'; text++) {
		int group = -1;

		if (*text == '&')
			group = 0;
		else if (*text == '\\' && isdigit((unsigned char)text[1]))
			group = *++text - '0';
		else if (*text == '\\' && text[1] != '\0')
			text++;
		if (group < 0)
			ret = rl_buf_append(out, text, 1);
		else if (groups[group].rm_so >= 0)
			ret = rl_buf_append(out, line + groups[group].rm_so,
				(size_t)(groups[group].rm_eo - groups[group].rm_so));
	}
	return ret;
}

static int replace_in(
	const struct command *command, const char *line, size_t len, struct rl_buf *out)
{
	regmatch_t groups[GROUP_MAX];
	size_t at = 0, last_end = SIZE_MAX;
	int ret = 0, found = 0;

	while (ret == 0 && at <= len && (found = match(&command->regex, line, at, groups)) == 1) {
		size_t begin = (size_t)groups[0].rm_so, end = (size_t)groups[0].rm_eo;

		ret = rl_buf_append(out, line + at, begin - at);
		/* What is empty right behind a match is no other one. */
		if (ret == 0 && (begin != end || end != last_end))
			ret = append_replacement(command->text, line, groups, out);
		last_end = end;
		/* After an empty match the next byte is passed over, so that there is an end. */
		if (ret == 0 && end == begin && end < len)
			ret = rl_buf_append(out, line + end, 1);
		at = end == begin ? end + 1 : end;
	}
	if (ret == 0 && found < 0)
		ret = found;
	if (ret == 0 && at < len)
		ret = rl_buf_append(out, line + at, len - at);
	return ret;
}

/* Where field number @field of a line begins, and its length; false if there is none. */
static bool find_field(
	const char *line, size_t len, size_t field, size_t *begin_ret, size_t *len_ret)
{
	size_t at = 0;
	const char *colon;

	for (; field > 1; field--) {
		colon = memchr(line + at, ':', len - at);
		if (colon == NULL)
			return false;
		at = (size_t)(colon - line) + 1;
	}
	colon = memchr(line + at, ':', len - at);
	*begin_ret = at;
	*len_ret = colon != NULL ? (size_t)(colon - line) - at : len - at;
	return true;
}

static int set_in(const struct command *command, const char *line, size_t len, struct rl_buf *out)
{
	size_t name, name_len, begin, old_len;
	int ret;

	if (!find_field(line, len, 1, &name, &name_len) || name_len == len ||
		!rl_glob_matches_bytes(command->name, line, name_len) ||
		!find_field(line, len, command->field, &begin, &old_len) ||
		(command->when != NULL &&
			!rl_glob_matches_bytes(command->when, line + begin, old_len)))
		return rl_buf_append(out, line, len);
	ret = rl_buf_append(out, line, begin);
	if (ret == 0)
		ret = rl_buf_append(out, command->text, strlen(command->text));
	if (ret == 0)
		ret = rl_buf_append(out, line + begin + old_len, len - begin - old_len);
	return ret;
}

static int append_line(const struct command *command, bool is_there, struct rl_buf *out)
{
	int ret = 0;

	if (is_there)
		return 0;
	if (out->len > 0 && out->data[out->len - 1] != '\n')
		ret = rl_buf_append(out, "\n", 1);
	if (ret == 0)
		ret = rl_buf_append(out, command->text, strlen(command->text));
	return ret == 0 ? rl_buf_append(out, "\n", 1) : ret;
}

/* Whether a line is text, which can be held against an expression; @copy gets it, terminated. */
static int copy_line(const char *line, size_t len, struct rl_buf *copy, bool *is_text)
{
	rl_buf_truncate(copy, 0);
	*is_text = memchr(line, '\0', len) == NULL;
	if (rl_buf_append(copy, line, len) != 0)
		return -ENOMEM;
	return rl_buf_append_str(copy, "");
}

/* Applies one command to one line. */
static int apply_to_line(const struct command *command, const char *line, size_t len,
	struct rl_buf *copy, struct rl_buf *out, bool *is_deleted)
{
	regmatch_t groups[GROUP_MAX];
	bool is_text;
	int ret;

	*is_deleted = false;
	if (command->verb == VERB_SET)
		return set_in(command, line, len, out);
	if (command->verb == VERB_APPEND)
		return rl_buf_append(out, line, len);
	ret = copy_line(line, len, copy, &is_text);
	if (ret != 0)
		return ret;
	if (is_text && command->verb == VERB_REPLACE)
		return replace_in(command, copy->data, len, out);
	if (is_text && command->verb == VERB_DELETE) {
		ret = match(&command->regex, copy->data, 0, groups);
		if (ret < 0)
			return ret;
		*is_deleted = ret == 1;
	}
	return *is_deleted ? 0 : rl_buf_append(out, line, len);
}

/* Applies one command to all lines of @in. */
static int apply(const struct command *command, const char *in, size_t len, struct rl_buf *out)
{
	const char *end = in + len;
	struct rl_buf copy = {0};
	bool is_there = false, is_deleted;
	int ret = 0;

	while (ret == 0 && in < end) {
		const char *newline = memchr(in, '\n', (size_t)(end - in));
		size_t line = newline != NULL ? (size_t)(newline - in) : (size_t)(end - in);

		ret = apply_to_line(command, in, line, &copy, out, &is_deleted);
		if (command->verb == VERB_APPEND && line == strlen(command->text) &&
			memcmp(in, command->text, line) == 0)
			is_there = true;
		if (ret == 0 && newline != NULL && !is_deleted)
			ret = rl_buf_append(out, "\n", 1);
		in += line + (newline != NULL);
	}
	if (ret == 0 && command->verb == VERB_APPEND)
		ret = append_line(command, is_there, out);
	rl_buf_free(&copy);
	return ret;
}

int rl_edit_apply(const struct rl_edit *edit, const char *content, size_t len, struct rl_buf *out)
{
	struct rl_buf in = {0};
	size_t i;
	int ret;

	rl_buf_truncate(out, 0);
	ret = rl_buf_append(out, content, len);
	for (i = 0; ret == 0 && edit != NULL && i < edit->count; i++) {
		struct rl_buf swap = in;

		in = *out;
		*out = swap;
		rl_buf_truncate(out, 0);
		ret = apply(&edit->commands[i], in.data != NULL ? in.data : "", in.len, out);
	}
	rl_buf_free(&in);
	if (ret != 0)
		return ret;
	return out->len != len || (len > 0 && memcmp(out->data, content, len) != 0);
}

void rl_edit_free(struct rl_edit *edit)
{
	size_t i;

	if (edit == NULL)
		return;
	for (i = 0; i < edit->count; i++)
		free_command(&edit->commands[i]);
	free(edit->commands);
	free(edit);
}
