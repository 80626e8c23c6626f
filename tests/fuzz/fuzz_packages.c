/* SPDX-License-Identifier: MIT */
/** Any bytes as a package database: the first says which, the others are its text. */
#include "scan/packages_parse.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int parse(struct rl_packages *packages, int which, const char *text, size_t len)
{
	switch (which % 4) {
	case 0:
		return rl_dpkg_parse_status(packages, text, len);
	case 1:
		return rl_apk_parse(packages, text, len);
	case 2:
		if (rl_packages_add(packages, RL_MANAGER_PACMAN) == NULL)
			return -ENOMEM;
		return rl_pacman_parse(packages, text, len);
	default:
		return rl_rpm_parse(packages, text, len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rl_packages *packages;
	bool *selected;
	char *text;
	size_t i;

	if (size == 0)
		return 0;
	/* As rl_root_read() gives it. */
	text = malloc(size);
	packages = rl_packages_new();
	if (text == NULL || packages == NULL)
		abort();
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (rl_packages_alias(packages, "lib", "usr/lib") != 0 ||
		rl_packages_alias(packages, "usr/lib", "lib") != 0 ||
		parse(packages, data[0], text, size - 1) != 0)
		abort();
	(void)!rl_packages_sort(packages);
	selected = calloc(rl_packages_count(packages) + 1, sizeof(bool));
	if (selected == NULL)
		abort();
	for (i = 0; i < rl_packages_count(packages); i++)
		selected[i] = i % 2 == 0;
	if (rl_packages_rescue(packages, selected) < 0)
		abort();
	free(selected);
	free(text);
	rl_packages_free(packages);
	return 0;
}
