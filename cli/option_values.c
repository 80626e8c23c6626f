/* SPDX-License-Identifier: MIT */
#include "cli/option_values.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int rl_option_choice(const char *option, const char *value, const char *const choices[2],
	bool *is_second, struct rl_error *err)
{
	if (strcmp(value, choices[0]) != 0 && strcmp(value, choices[1]) != 0)
		return rl_error_text(err, EINVAL, "%s is %s or %s, not '%s'", option, choices[0],
			choices[1], value);
	*is_second = strcmp(value, choices[1]) == 0;
	return 0;
}

int rl_option_bytes(
	uint64_t *to, const char *option, const char *what, const char *value, struct rl_error *err)
{
	static const char units[] = "KMG";
	const char *unit = NULL;
	unsigned long long number;
	unsigned int shift = 0;
	char *end;

	errno = 0;
	number = strtoull(value, &end, 10);
	if (*end != '\0')
		unit = strchr(units, toupper((unsigned char)*end));
	if (unit != NULL) {
		shift = (unsigned int)(unit - units + 1) * 10;
		end++;
	}
	if (value[0] < '0' || value[0] > '9' || errno != 0 || *end != '\0' || number == 0 ||
		number > UINT64_MAX >> shift)
		return rl_error_text(err, EINVAL, "%s takes %s, as 500K, 20M or 1G, not '%s'",
			option, what, value);
	*to = (uint64_t)number << shift;
	return 0;
}

int rl_option_number(unsigned int *to, const char *option, const char *value, unsigned int max,
	struct rl_error *err)
{
	char *end;
	unsigned long number = strtoul(value, &end, 10);

	if (value[0] < '0' || value[0] > '9' || *end != '\0' || number == 0 || number > max)
		return rl_error_text(err, EINVAL, "%s takes a number from 1 to %u, not '%s'",
			option, max, value);
	*to = (unsigned int)number;
	return 0;
}
