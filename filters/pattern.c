/* SPDX-License-Identifier: MIT */
#include "filters/pattern.h"

#include "common/escape.h"

#include <string.h>

static int fail(struct rl_error *err, size_t *column_ret, size_t at, const char *what)
{
	if (column_ret != NULL)
		*column_ret = at + 1;
	return rl_error_text(err, EINVAL, "%s", what);
}

/*
 * The end of the set that begins at @glob[0] == '[': behind its ']', or NULL if it has none. A ']'
 * that comes first is a member of the set.
 */
static const char *skip_set(const char *glob)
{
	const char *at = glob + 1;

	if (*at == '!' || *at == '^')
		at++;
	if (*at == ']')
		at++;
	while (*at != '\0' && *at != ']') {
		if (*at == '\\' && at[1] != '\0')
			at++;
		at++;
	}
	return *at == ']' ? at + 1 : NULL;
}

/* Takes one byte of a set, escapes undone. */
static unsigned char take_byte(const char **at)
{
	if (**at == '\\' && (*at)[1] != '\0')
		(*at)++;
	return (unsigned char)*(*at)++;
}

/* Whether @byte is in the set that begins at @set[0] == '[' and ends before @end. */
static bool set_has(const char *set, const char *end, unsigned char byte)
{
	const char *at = set + 1;
	bool is_negated = *at == '!' || *at == '^', found = false, is_first = true;

	if (is_negated)
		at++;
	while (at < end - 1 && (is_first || *at != ']')) {
		unsigned char low = take_byte(&at), high = low;

		is_first = false;
		if (*at == '-' && at + 1 < end - 1) {
			at++;
			high = take_byte(&at);
		}
		if (byte >= low && byte <= high)
			found = true;
	}
	return found != is_negated;
}

/*
 * Matches one element of @glob, which is not '*', against @byte. Returns what follows the element,
 * or NULL if it does not match.
 */
static const char *match_one(const char *glob, unsigned char byte)
{
	const char *end;

	switch (*glob) {
	case '\0':
		return NULL;
	case '?':
		return glob + 1;
	case '[':
		end = skip_set(glob);
		return set_has(glob, end, byte) ? end : NULL;
	case '\\':
		glob++;
		/* fall through */
	default:
		return (unsigned char)*glob == byte ? glob + 1 : NULL;
	}
}

/* Only the last '*' is ever gone back to, so that the time is length times length at worst. */
bool rl_glob_matches_bytes(const char *glob, const char *name, size_t len)
{
	const char *star = NULL, *retry = NULL, *end = name + len;

	while (name < end) {
		const char *next;

		if (*glob == '*') {
			star = ++glob;
			retry = name;
			continue;
		}
		next = match_one(glob, (unsigned char)*name);
		if (next != NULL) {
			glob = next;
			name++;
		} else if (star != NULL) {
			glob = star;
			name = ++retry;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return *glob == '\0';
}

bool rl_glob_matches(const char *glob, const char *text)
{
	return rl_glob_matches_bytes(glob, text, strlen(text));
}

bool rl_component_matches(const struct rl_component *component, const char *name)
{
	if (component->kind == RL_COMPONENT_LITERAL)
		return strcmp(component->text, name) == 0;
	return rl_glob_matches(component->text, name);
}

/* Takes the backslashes out of a component that has no wildcards. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (*text == '\\')
			text++;
		*to++ = *text;
	}
	*to = '\0';
}

/* Checks @text, and finds out whether it is a glob or literal bytes. @column_ret is from 0. */
static int check_glob(
	const char *text, size_t *column_ret, enum rl_component_kind *kind, struct rl_error *err)
{
	const char *s;

	for (s = text; *s != '\0'; s++) {
		*column_ret = (size_t)(s - text);
		if (*s == '*' || *s == '?') {
			*kind = RL_COMPONENT_GLOB;
		} else if (*s == '[') {
			*kind = RL_COMPONENT_GLOB;
			if (skip_set(s) == NULL)
				return rl_error_text(err, EINVAL,
					"expected a ']' to end the set that begins here");
			s = skip_set(s) - 1;
		} else if (*s == '\\' && *++s == '\0') {
			return rl_error_text(err, EINVAL, "expected a character behind '\\'");
		}
	}
	return 0;
}

int rl_glob_check(const char *glob, size_t *column_ret, struct rl_error *err)
{
	enum rl_component_kind kind;

	return check_glob(glob, column_ret, &kind, err);
}

/* Finds out what kind of component @text is, and whether it is a good one. */
static int classify(const char *text, enum rl_component_kind *kind, size_t *column_ret, size_t at,
	struct rl_error *err)
{
	size_t column;
	int ret;

	*kind = RL_COMPONENT_LITERAL;
	if (strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
		return fail(err, column_ret, at, "a pattern cannot have '.' or '..' in it");
	if (strcmp(text, "**") == 0) {
		*kind = RL_COMPONENT_ANY_DEPTH;
		return 0;
	}
	ret = check_glob(text, &column, kind, err);
	if (ret != 0 && column_ret != NULL)
		*column_ret = at + column + 1;
	return ret;
}

/* The byte that every name that @glob matches ends with; NUL if there is no such byte. */
static char last_byte(const char *glob)
{
	size_t len = strlen(glob);
	char last = glob[len - 1];

	/* A wildcard, or the end of a set; behind a backslash it would be itself, which is rare. */
	if (last == '*' || last == '?' || last == ']')
		return '\0';
	return last;
}

static int add_component(struct rl_pattern *pattern, enum rl_component_kind kind, const char *text)
{
	struct rl_component *more =
		reallocarray(pattern->components, pattern->count + 1, sizeof(*more));
	struct rl_component *component;

	if (more == NULL)
		return -ENOMEM;
	pattern->components = more;
	component = &more[pattern->count];
	*component = (struct rl_component){.kind = kind};
	if (kind != RL_COMPONENT_ANY_DEPTH) {
		component->text = strdup(text);
		if (component->text == NULL)
			return -ENOMEM;
	}
	if (kind == RL_COMPONENT_LITERAL)
		unescape(component->text);
	if (kind == RL_COMPONENT_GLOB)
		component->last = last_byte(component->text);
	pattern->count++;
	return 0;
}

/* Compiles the components of @text, which has no "/" at either end; @base is its column less one. */
static int compile_components(struct rl_pattern *pattern, const char *text, size_t base,
	size_t *column_ret, struct rl_error *err)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "/");
		RL_AUTO_FREE char *component = strndup(text, len);
		enum rl_component_kind kind;
		int ret;

		if (component == NULL)
			return rl_error_set(err, ENOMEM, "cannot compile a pattern");
		if (len == 0)
			return fail(err, column_ret, base, "expected a name between two '/'");
		ret = classify(component, &kind, column_ret, base, err);
		if (ret != 0)
			return ret;
		/* Two "**" in a row say no more than one. */
		if (kind != RL_COMPONENT_ANY_DEPTH || pattern->count == 0 ||
			pattern->components[pattern->count - 1].kind != kind)
			ret = add_component(pattern, kind, component);
		if (ret != 0)
			return rl_error_set(err, -ret, "cannot compile a pattern");
		text += len + (text[len] == '/');
		base += len + 1;
	}
	return 0;
}

static int compile(
	struct rl_pattern *pattern, const char *text, size_t *column_ret, struct rl_error *err)
{
	size_t begin = text[0] == '/', end = strlen(text);
	RL_AUTO_FREE char *middle = NULL;
	int ret = 0;

	pattern->text = strdup(text);
	if (end > begin && text[end - 1] == '/') {
		pattern->directories_only = true;
		end--;
	}
	if (end <= begin || text[end - 1] == '/')
		return fail(err, column_ret, 0, "expected a pattern that names something");
	middle = strndup(text + begin, end - begin);
	if (pattern->text == NULL || middle == NULL)
		return rl_error_set(err, ENOMEM, "cannot compile a pattern");
	if (begin == 0 && strchr(middle, '/') == NULL && strcmp(middle, "**") != 0)
		ret = add_component(pattern, RL_COMPONENT_ANY_DEPTH, NULL);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot compile a pattern");
	return compile_components(pattern, middle, begin, column_ret, err);
}

int rl_pattern_compile(
	const char *text, struct rl_pattern *pattern, size_t *column_ret, struct rl_error *err)
{
	int ret;

	*pattern = (struct rl_pattern){0};
	ret = compile(pattern, text, column_ret, err);
	if (ret != 0)
		rl_pattern_free(pattern);
	return ret;
}

bool rl_pattern_is_path(const struct rl_pattern *pattern)
{
	size_t i;

	for (i = 0; i < pattern->count; i++) {
		if (pattern->components[i].kind != RL_COMPONENT_LITERAL)
			return false;
	}
	return pattern->text[0] == '/' && !pattern->directories_only;
}

void rl_pattern_free(struct rl_pattern *pattern)
{
	size_t i;

	for (i = 0; i < pattern->count; i++)
		free(pattern->components[i].text);
	free(pattern->components);
	free(pattern->text);
	*pattern = (struct rl_pattern){0};
}
