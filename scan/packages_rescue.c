/* SPDX-License-Identifier: MIT */
/*
 * Names are sorted once; each requirement is then a few searches. A round takes back what a package
 * that stays needs; what is taken back has needs of its own, so there are rounds until one takes
 * nothing back.
 */
#include "scan/packages.h"

#include <string.h>

#define OWNERS_MAX 16

/* A name that a package has or provides. */
struct provider {
	const char *name;
	size_t package;
};

struct providers {
	struct provider *list;
	size_t count;
};

static int compare(const void *a, const void *b)
{
	const struct provider *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->package > y->package) - (x->package < y->package);
}

static int collect(const struct rl_packages *packages, struct providers *providers)
{
	size_t i, j, count = rl_packages_count(packages), room = count;

	for (i = 0; i < count; i++)
		room += rl_packages_get(packages, i)->provides_count;
	providers->list = calloc(room + 1, sizeof(*providers->list));
	if (providers->list == NULL)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		const struct rl_package *package = rl_packages_get(packages, i);

		if (!package->is_installed)
			continue;
		providers->list[providers->count++] = (struct provider){package->name, i};
		for (j = 0; j < package->provides_count; j++)
			providers->list[providers->count++] =
				(struct provider){package->provides[j], i};
	}
	qsort(providers->list, providers->count, sizeof(*providers->list), compare);
	return 0;
}

static size_t first_of(const struct providers *providers, const char *name)
{
	size_t low = 0, high = providers->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(providers->list[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Looks for who owns a file that is required by its path. Returns whether one of them stays; if none
 * does, *@found is one that does not.
 */
static bool has_owner(
	const struct rl_packages *packages, const char *path, const bool *selected, size_t *found)
{
	uint32_t owners[OWNERS_MAX];
	size_t i, count = rl_packages_owners_of(packages, path, owners, OWNERS_MAX);

	for (i = 0; i < count && i < OWNERS_MAX; i++) {
		if (!selected[owners[i]])
			return true;
		if (*found == SIZE_MAX)
			*found = owners[i];
	}
	return count > OWNERS_MAX;
}

/* Takes back what @requirement needs, if nothing that stays meets it. Returns how many. */
static long meet(const struct rl_packages *packages, const struct providers *providers,
	const struct rl_requirement *requirement, bool *selected)
{
	size_t i, at, found = SIZE_MAX;

	for (i = 0; i < requirement->count; i++) {
		const char *name = requirement->names[i];

		for (at = first_of(providers, name);
			at < providers->count && strcmp(providers->list[at].name, name) == 0;
			at++) {
			size_t package = providers->list[at].package;

			if (!selected[package])
				return 0;
			if (found == SIZE_MAX)
				found = package;
		}
		if (name[0] == '/' && has_owner(packages, name, selected, &found))
			return 0;
	}
	/* It was not met before either. */
	if (found == SIZE_MAX)
		return 0;
	selected[found] = false;
	return 1;
}

long rl_packages_rescue(const struct rl_packages *packages, bool *selected)
{
	struct providers providers = {0};
	size_t i, j, count = rl_packages_count(packages);
	long rescued = 0, before = -1;

	if (collect(packages, &providers) != 0)
		return -ENOMEM;
	while (rescued != before) {
		before = rescued;
		for (i = 0; i < count; i++) {
			const struct rl_package *package = rl_packages_get(packages, i);

			if (selected[i] || !package->is_installed)
				continue;
			for (j = 0; j < package->requirement_count; j++)
				rescued += meet(
					packages, &providers, &package->requirements[j], selected);
		}
	}
	free(providers.list);
	return rescued;
}
