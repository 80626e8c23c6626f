/* SPDX-License-Identifier: MIT */
#include "filters/condition.h"

#include "filters/pattern.h"

#include <ctype.h>
#include <string.h>

/* Whether @word is one of @values, which have "|" between them. */
static bool is_among(const char *values, const char *word)
{
	size_t len = strlen(word);

	for (;;) {
		size_t value = strcspn(values, "|");

		if (value == len && strncmp(values, word, len) == 0)
			return true;
		if (values[value] == '\0')
			return false;
		values += value + 1;
	}
}

static bool is_like(const char *values, const struct rl_distro *distro)
{
	size_t i;

	if (is_among(values, distro->id))
		return true;
	for (i = 0; i < distro->like_count; i++) {
		if (is_among(values, distro->like[i]))
			return true;
	}
	return false;
}

int rl_version_compare(const char *version, const char *value)
{
	for (;;) {
		char *version_end, *value_end;
		unsigned long a = strtoul(version, &version_end, 10);
		unsigned long b = strtoul(value, &value_end, 10);

		if (a != b)
			return a < b ? -1 : 1;
		if (*value_end != '.' || !isdigit((unsigned char)value_end[1]))
			return 0;
		value = value_end + 1;
		/* "12" is before "12.1". */
		version = *version_end == '.' ? version_end + 1 : "";
	}
}

static bool compares(const struct rl_term *term, const char *version)
{
	int order;

	if (!isdigit((unsigned char)version[0]))
		return false;
	order = rl_version_compare(version, term->value);
	switch (term->compare) {
	case RL_COMPARE_LT:
		return order < 0;
	case RL_COMPARE_LE:
		return order <= 0;
	case RL_COMPARE_GT:
		return order > 0;
	case RL_COMPARE_GE:
		return order >= 0;
	default:
		return order == 0;
	}
}

static bool is_installed(const char *glob, const struct rl_packages *packages)
{
	size_t i, count = packages != NULL ? rl_packages_count(packages) : 0;

	for (i = 0; i < count; i++) {
		const struct rl_package *package = rl_packages_get(packages, i);

		if (package->is_installed && rl_glob_matches(glob, package->name))
			return true;
	}
	return false;
}

static bool holds(const struct rl_term *term, const struct rl_facts *facts)
{
	switch (term->kind) {
	case RL_TERM_ID:
		return is_among(term->value, facts->distro.id);
	case RL_TERM_LIKE:
		return is_like(term->value, &facts->distro);
	case RL_TERM_VERSION:
		return compares(term, facts->distro.version);
	case RL_TERM_EXISTS:
		return rl_facts_exists(facts, term->value);
	case RL_TERM_ARCH:
		return is_among(term->value, facts->arch);
	default:
		return is_installed(term->value, facts->packages);
	}
}

bool rl_conditions_hold(
	const struct rl_term *conditions, size_t count, const struct rl_facts *facts)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (holds(&conditions[i], facts) == conditions[i].is_negated)
			return false;
	}
	return true;
}
