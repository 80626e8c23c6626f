/* SPDX-License-Identifier: MIT */
/**
 * Any bytes as the files of all package databases of a root, one behind the other with zero bytes
 * between them: they are read as a capture reads them, and asked.
 */
#include "scan/packages.h"
#include "tests/fuzz/scratch_root.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	const char *dir, *name;
} files[] = {{"var/lib/dpkg", "status"}, {"var/lib/dpkg", "diversions"},
	{"var/lib/dpkg/info", "a.list"}, {"var/lib/dpkg/info", "b:all.list"},
	{"var/lib/dpkg/status.d", "c"}, {"lib/apk/db", "installed"},
	{"var/lib/pacman/local/d-1", "desc"}, {"var/lib/pacman/local/d-1", "files"}};

#define FILE_COUNT (sizeof(files) / sizeof(*files))

static void write_files(const uint8_t *data, size_t size)
{
	size_t i;

	for (i = 0; i < FILE_COUNT; i++) {
		const uint8_t *zero = size > 0 ? memchr(data, 0, size) : NULL;
		size_t len = zero != NULL ? (size_t)(zero - data) : size;
		char path[64];

		(void)snprintf(path, sizeof(path), "%s/%s", files[i].dir, files[i].name);
		/* The last one gets zero bytes too. */
		if (i + 1 == FILE_COUNT)
			len = size;
		fuzz_root_mkdir(files[i].dir);
		fuzz_root_write(path, data, len);
		data += len;
		size -= len;
		if (size > 0) {
			data++;
			size--;
		}
	}
}

static void ask(const struct rl_packages *packages)
{
	bool *selected = calloc(rl_packages_count(packages) + 1, sizeof(bool));
	uint32_t owners[2];
	size_t i, count = rl_packages_owners_of(packages, "/usr/bin/x", owners, 2);

	if (selected == NULL)
		abort();
	for (i = 0; i < count && i < 2; i++) {
		if (owners[i] >= rl_packages_count(packages))
			abort();
	}
	for (i = 0; i < rl_packages_count(packages); i++) {
		/* What a profile or a report would show. */
		if (rl_packages_get(packages, i)->name == NULL ||
			rl_packages_get(packages, i)->key == NULL)
			abort();
		selected[i] = i % 3 != 0;
	}
	if (rl_packages_rescue(packages, selected) < 0 ||
		rl_packages_rescue(packages, selected) != 0)
		abort();
	free(selected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rl_packages *packages;
	const char *path;

	write_files(data, size);
	if (rl_packages_read(fuzz_root(), "/nonexistent", &packages, &path, NULL) != 0)
		abort();
	ask(packages);
	rl_packages_free(packages);
	return 0;
}
