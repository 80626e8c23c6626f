/* SPDX-License-Identifier: MIT */
#include "cli/dockerfile_health.h"

#include "cli/dockerfile_words.h"

#include <ctype.h>
#include <string.h>

/* Docker takes no shorter time. */
#define SHORTEST 1000000
#define RETRIES_MAX 1000000

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot take the options");
}

/* The unit at *@at, in nanoseconds, or 0. */
static int64_t take_unit(const char **at)
{
	static const struct {
		const char *name;
		int64_t nanoseconds;
	} units[] = {{"ns", 1}, {"us", 1000}, {"µs", 1000}, {"ms", 1000000}, {"s", 1000000000},
		{"m", 60000000000}, {"h", 3600000000000}};
	size_t i, len = strcspn(*at, "0123456789.");

	for (i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strlen(units[i].name) != len || memcmp(*at, units[i].name, len) != 0)
			continue;
		*at += len;
		return units[i].nanoseconds;
	}
	return 0;
}

/* One number with its unit, "1.5s", which is added to *@sum. */
static bool add_part(const char **at, int64_t *sum)
{
	int64_t whole = 0, fraction = 0, scale = 1, unit;
	const char *start = *at;

	for (; isdigit((unsigned char)**at); (*at)++) {
		if (__builtin_mul_overflow(whole, 10, &whole) ||
			__builtin_add_overflow(whole, **at - '0', &whole))
			return false;
	}
	if (**at == '.') {
		start++;
		(*at)++;
		/* Six digits are enough of any unit, and do not overflow with hours. */
		for (; isdigit((unsigned char)**at); (*at)++) {
			if (scale < 1000000) {
				fraction = fraction * 10 + (**at - '0');
				scale *= 10;
			}
		}
	}
	if (*at == start)
		return false;
	unit = take_unit(at);
	return unit != 0 && !__builtin_mul_overflow(whole, unit, &whole) &&
	       !__builtin_add_overflow(*sum, whole, sum) &&
	       !__builtin_add_overflow(*sum, fraction * unit / scale, sum);
}

static int take_duration(int64_t *to, const char *name, const char *value, struct rl_error *err)
{
	const char *at = value;
	int64_t sum = 0;
	bool is_duration = *at != '\0';

	while (is_duration && *at != '\0')
		is_duration = add_part(&at, &sum);
	if (!is_duration || sum < SHORTEST)
		return rl_error_text(err, EINVAL,
			"--%s takes a time of at least 1ms, as 30s or 1m30s, not '%s'", name,
			value);
	*to = sum;
	return 0;
}

static int take_retries(int64_t *to, const char *value, struct rl_error *err)
{
	char *end;
	unsigned long number = strtoul(value, &end, 10);

	if (!isdigit((unsigned char)value[0]) || *end != '\0' || number == 0 ||
		number > RETRIES_MAX)
		return rl_error_text(
			err, EINVAL, "--retries takes a number from 1, not '%s'", value);
	*to = (int64_t)number;
	return 0;
}

/* Takes "--NAME=VALUE". */
static int take_flag(struct rl_health *health, char *flag, struct rl_error *err)
{
	char *name = flag + 2, *value = strchr(name, '=');

	if (value == NULL)
		return rl_error_text(err, EINVAL, "'%s' is not --NAME=VALUE", flag);
	*value++ = '\0';
	if (strcmp(name, "interval") == 0)
		return take_duration(&health->interval, name, value, err);
	if (strcmp(name, "timeout") == 0)
		return take_duration(&health->timeout, name, value, err);
	if (strcmp(name, "start-period") == 0)
		return take_duration(&health->start_period, name, value, err);
	if (strcmp(name, "retries") == 0)
		return take_retries(&health->retries, value, err);
	return rl_error_text(err, EINVAL, "has no option '%s'", flag);
}

/* The word at *@at, which is moved to the next one. */
static char *take_word(char **at)
{
	char *word = *at, *end = word + strcspn(word, RL_DOCKERFILE_BLANKS);

	if (*end != '\0')
		*end++ = '\0';
	*at = end + strspn(end, RL_DOCKERFILE_BLANKS);
	return word;
}

static int take_test(struct rl_strings *test, const char *text, struct rl_error *err)
{
	struct rl_strings words = {0};
	bool is_array = false;
	const char *kind;
	size_t i;
	int ret;

	if (text[0] == '\0')
		return rl_error_text(err, EINVAL, "CMD needs a command");
	ret = rl_dockerfile_array(&words, text, &is_array, err);
	kind = is_array ? "CMD" : "CMD-SHELL";
	if (ret == 0 && is_array && words.count == 0)
		ret = rl_error_text(err, EINVAL, "CMD needs a command");
	if (ret == 0 && rl_strings_add(test, kind, strlen(kind)) != 0)
		ret = no_memory(err);
	if (ret == 0 && !is_array && rl_strings_add(test, text, strlen(text)) != 0)
		ret = no_memory(err);
	for (i = 0; ret == 0 && i < words.count; i++) {
		if (rl_strings_add(test, words.strings[i], strlen(words.strings[i])) != 0)
			ret = no_memory(err);
	}
	rl_strings_free(&words);
	return ret;
}

int rl_dockerfile_set_health(struct rl_health *health, char *text, struct rl_error *err)
{
	char *word;
	int ret = 0;

	rl_strings_free(&health->test);
	*health = (struct rl_health){0};
	while (ret == 0 && strncmp(text, "--", 2) == 0)
		ret = take_flag(health, take_word(&text), err);
	if (ret != 0)
		return ret;
	word = take_word(&text);
	if (strcasecmp(word, "CMD") == 0)
		return take_test(&health->test, text, err);
	if (strcasecmp(word, "NONE") != 0)
		return rl_error_text(err, EINVAL, "takes CMD or NONE, not '%s'", word);
	if (text[0] != '\0')
		return rl_error_text(err, EINVAL, "nothing follows NONE");
	*health = (struct rl_health){0};
	return rl_strings_add(&health->test, "NONE", 4) == 0 ? 0 : no_memory(err);
}
