/* SPDX-License-Identifier: MIT */
/** Any bytes as a package database: the first says which, the others are its text. */
#include "filters/layering.h"
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

/* Divides an image of them into layers; each file has one. */
static void divide(const struct rl_packages *packages)
{
	static const char *const paths[] = {
		"usr/bin/a", "etc/a", "var/lib/dpkg/info/a.md5sums", ""};
	size_t i, j;

	for (i = 1; i <= 64; i *= 4) {
		const struct rl_layering_options options = {i};
		struct rl_layering *layering;

		if (rl_layering_new(packages, &options, &layering, NULL) != 0)
			abort();
		if (rl_layering_count(layering) > i)
			abort();
		for (j = 0; j < sizeof(paths) / sizeof(*paths); j++) {
			size_t layer = rl_layering_of(layering, paths[j]);

			if (layer >= rl_layering_count(layering) ||
				rl_layering_name(layering, layer)[0] == '\0')
				abort();
		}
		rl_layering_free(layering);
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
	if (rl_packages_rescue(packages, selected) < 0 ||
		rl_packages_complete(packages, selected) != 0)
		abort();
	divide(packages);
	free(selected);
	free(text);
	rl_packages_free(packages);
	return 0;
}
