/* SPDX-License-Identifier: MIT */
#include "filters/term.h"

#include "filters/pattern.h"
#include "filters/words.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

/* The word of each kind; conditions have "if-" before them where selectors may stand too. */
static const char *const names[] = {
	[RL_TERM_ID] = "id",
	[RL_TERM_LIKE] = "like",
	[RL_TERM_VERSION] = "version",
	[RL_TERM_EXISTS] = "exists",
	[RL_TERM_ARCH] = "arch",
	[RL_TERM_IF_PACKAGE] = "package",
	[RL_TERM_PACKAGE] = "package",
	[RL_TERM_UNOWNED] = "unowned",
	[RL_TERM_TYPE] = "type",
	[RL_TERM_OWNER] = "owner",
	[RL_TERM_LARGER] = "larger-than",
	[RL_TERM_OLDER] = "older-than",
	[RL_TERM_FSTYPE] = "fstype",
	[RL_TERM_CONTAINS] = "contains",
};

#define CONDITION_COUNT ((size_t)RL_TERM_FIRST_SELECTOR)
#define KIND_COUNT (sizeof(names) / sizeof(*names))
#define DAY INT64_C(86400)

static const struct rl_word_list conditions = {
	.what = "a condition", .words = names, .count = CONDITION_COUNT};

static int fail(size_t *column_ret, size_t at, struct rl_error *err, const char *what)
{
	*column_ret = at;
	return rl_error_text(err, EINVAL, "%s", what);
}

char *rl_term_unescape(const char *word, size_t len)
{
	char *copy = malloc(len + 1), *to = copy;
	size_t i;

	if (copy == NULL)
		return NULL;
	for (i = 0; i < len; i++) {
		if (word[i] == '\\' && i + 1 < len)
			i++;
		*to++ = word[i];
	}
	*to = '\0';
	return copy;
}

/* A number with a unit behind it: "10M". Returns false if it is none. */
static bool take_number(const char *value, const char *units, const int64_t *factors, int64_t *ret)
{
	char *end;
	long long number;
	const char *unit;

	if (!isdigit((unsigned char)value[0]))
		return false;
	errno = 0;
	number = strtoll(value, &end, 10);
	if (errno != 0)
		return false;
	if (*end == '\0') {
		*ret = number * factors[0];
		return factors[0] == 1;
	}
	unit = strchr(units, *end);
	if (unit == NULL || end[1] != '\0')
		return false;
	return !__builtin_mul_overflow(number, factors[unit - units], ret);
}

static int take_size(struct rl_term *term, size_t at, size_t *column_ret, struct rl_error *err)
{
	static const int64_t factors[] = {1, 1 << 10, 1 << 20, 1 << 30, INT64_C(1) << 40};

	if (take_number(term->value, "ckMGT", factors, &term->number))
		return 0;
	return fail(column_ret, at, err, "expected a size like 500k, 10M or 2G (of 1024 each)");
}

/* "30d", or "2024-01-31": the beginning of that day, UTC. */
static int take_age(struct rl_term *term, size_t at, size_t *column_ret, struct rl_error *err)
{
	static const int64_t factors[] = {0, 3600, DAY, 7 * DAY, 365 * DAY};
	struct tm day = {0};
	const char *end;

	if (take_number(term->value, "-hdwy", factors, &term->number))
		return 0;
	end = strptime(term->value, "%Y-%m-%d", &day);
	if (end == NULL || *end != '\0')
		return fail(column_ret, at, err,
			"expected an age like 12h, 30d, 8w or 2y, or a date like 2024-01-31");
	term->is_date = true;
	term->number = timegm(&day);
	return 0;
}

static int take_version(struct rl_term *term, size_t at, size_t *column_ret, struct rl_error *err)
{
	static const struct {
		const char *sign;
		enum rl_compare compare;
	} signs[] = {{"<=", RL_COMPARE_LE}, {">=", RL_COMPARE_GE}, {"<", RL_COMPARE_LT},
		{">", RL_COMPARE_GT}, {"=", RL_COMPARE_EQ}};
	size_t i, len;

	for (i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		len = strlen(signs[i].sign);
		if (strncmp(term->value, signs[i].sign, len) != 0)
			continue;
		term->compare = signs[i].compare;
		memmove(term->value, term->value + len, strlen(term->value + len) + 1);
		break;
	}
	if (!isdigit((unsigned char)term->value[0]))
		return fail(column_ret, at, err, "expected a version like 12, >=8 or <9.2");
	return 0;
}

/* Checks the value of @term, which begins at column @at, and takes numbers out of it. */
static int take_value(struct rl_term *term, size_t at, size_t *column_ret, struct rl_error *err)
{
	if (term->value[0] == '\0')
		return fail(column_ret, at, err, "expected a value behind the ':'");
	switch (term->kind) {
	case RL_TERM_VERSION:
		return take_version(term, at, column_ret, err);
	case RL_TERM_EXISTS:
		if (term->value[0] != '/')
			return fail(column_ret, at, err, "expected a path that begins with '/'");
		return 0;
	case RL_TERM_TYPE:
		if (term->value[strspn(term->value, "fdlcbp")] != '\0')
			return fail(column_ret, at, err,
				"expected letters of fdlcbp (file, directory, link, character "
				"device, block device, pipe)");
		return 0;
	case RL_TERM_LARGER:
		return take_size(term, at, column_ret, err);
	case RL_TERM_OLDER:
		return take_age(term, at, column_ret, err);
	case RL_TERM_IF_PACKAGE:
	case RL_TERM_PACKAGE:
	case RL_TERM_FSTYPE:
	case RL_TERM_CONTAINS: {
		size_t column = 0;
		int ret = rl_glob_check(term->value, &column, err);

		if (ret != 0)
			*column_ret = at + column;
		return ret;
	}
	default:
		return 0;
	}
}

static bool has_glob(enum rl_term_kind kind)
{
	return kind == RL_TERM_IF_PACKAGE || kind == RL_TERM_PACKAGE || kind == RL_TERM_FSTYPE ||
	       kind == RL_TERM_CONTAINS;
}

/* Finds the selector that @word begins with. Returns KIND_COUNT if there is none. */
static size_t find_selector(const char *word, size_t len)
{
	size_t i;

	for (i = CONDITION_COUNT; i < KIND_COUNT; i++) {
		size_t name = strlen(names[i]);

		if (strncmp(word, names[i], name < len ? name : len) != 0 || name > len)
			continue;
		/* "unowned" stands alone, all others have a value. */
		if (i == RL_TERM_UNOWNED ? len == name : len > name && word[name] == ':')
			return i;
	}
	return KIND_COUNT;
}

/* Finds out what kind of term the word is. Returns 1 with its kind and where its value begins. */
static int find_kind(enum rl_term_place place, const char *word, size_t len, size_t at,
	size_t *kind_ret, size_t *value_ret, size_t *column_ret, struct rl_error *err)
{
	const char *colon;
	int ret;

	if (place == RL_PLACE_RULE) {
		*kind_ret = find_selector(word + at, len - at);
		if (*kind_ret < KIND_COUNT) {
			*value_ret = at + strlen(names[*kind_ret]) + 1;
			return 1;
		}
		if (len - at < 3 || strncmp(word + at, "if-", 3) != 0)
			return 0;
		at += 3;
	}
	colon = memchr(word + at, ':', len - at);
	/* A file's name may begin with "if-". */
	if (colon == NULL && place == RL_PLACE_RULE)
		return 0;
	*column_ret = at;
	ret = rl_words_find(&conditions, word + at,
		colon != NULL ? (size_t)(colon - word) - at : len - at, kind_ret, err);
	if (ret != 0)
		return ret;
	if (colon == NULL)
		return fail(column_ret, len, err, "expected a ':' and a value");
	*value_ret = (size_t)(colon - word) + 1;
	return 1;
}

int rl_term_parse(enum rl_term_place place, const char *word, size_t len, struct rl_term *term,
	size_t *column_ret, struct rl_error *err)
{
	size_t kind = 0, value = 0, at = word[0] == '!';
	int ret = find_kind(place, word, len, at, &kind, &value, column_ret, err);

	if (ret <= 0)
		return ret;
	*term = (struct rl_term){.kind = (enum rl_term_kind)kind, .is_negated = at == 1};
	if (kind == RL_TERM_UNOWNED)
		return 1;
	/* In a glob a backslash has its own meaning. */
	term->value = has_glob(term->kind) ? strndup(word + value, len - value)
					   : rl_term_unescape(word + value, len - value);
	if (term->value == NULL)
		return rl_error_set(err, ENOMEM, "cannot read a profile");
	ret = take_value(term, value, column_ret, err);
	if (ret != 0)
		rl_term_free(term);
	return ret == 0 ? 1 : ret;
}

int rl_term_copy(const struct rl_term *from, struct rl_term *to)
{
	*to = *from;
	if (from->value == NULL)
		return 0;
	to->value = strdup(from->value);
	return to->value != NULL ? 0 : -ENOMEM;
}

void rl_term_free(struct rl_term *term)
{
	free(term->value);
	*term = (struct rl_term){0};
}
