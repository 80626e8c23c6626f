/* SPDX-License-Identifier: MIT */
#include "cli/format.h"

#include "common/escape.h"

#include <inttypes.h>
#include <string.h>

const char *rl_format_count(uint64_t count, char out[RL_FORMAT_MAX])
{
	char digits[RL_FORMAT_MAX];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, count), i;
	char *to = out;

	for (i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return out;
}

const char *rl_format_bytes(uint64_t bytes, char out[RL_FORMAT_MAX])
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 999.95 && unit + 1 < sizeof(units) / sizeof(*units)) {
		value /= 1000;
		unit++;
	}
	(void)snprintf(out, RL_FORMAT_MAX, "%.*f %s", unit == 0 ? 0 : 1, value, units[unit]);
	return out;
}

char *rl_format_path(const char *path)
{
	return rl_escape(path[0] != '\0' ? path : ".");
}

bool rl_wants_colour(int fd)
{
	const char *no = getenv("NO_COLOR");

	return isatty(fd) == 1 && (no == NULL || no[0] == '\0');
}
