/* SPDX-License-Identifier: MIT */
/*
 * Names are sorted once; each requirement is then a few searches. What a package that stays needs is
 * taken back; that has needs of its own, and so it waits in a queue behind those that stay anyway.
 * Each package comes up once, however long a chain a hostile database makes of them. The other way round,
 * what a selection needs is found in the same way, but each requirement by itself.
 */
#include "scan/packages.h"

#include <string.h>

#define OWNERS_MAX 16

/* A name that a package has or provides. */
struct provider {
	const char *name;
	size_t package;
	const struct rl_package *of;
};

struct providers {
	struct provider *list;
	size_t count;
};

static bool is_virtual(const struct provider *provider)
{
	return provider->name != provider->of->name;
}

static int compare(const void *a, const void *b)
{
	const struct provider *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order == 0)
		order = is_virtual(x) - is_virtual(y);
	if (order == 0)
		order = strcmp(x->of->name, y->of->name);
	if (order == 0)
		order = strcmp(x->of->arch, y->of->arch);
	if (order == 0)
		order = strcmp(x->of->version, y->of->version);
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
		providers->list[providers->count++] = (struct provider){package->name, i, package};
		for (j = 0; j < package->provides_count; j++)
			providers->list[providers->count++] =
				(struct provider){package->provides[j], i, package};
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

/* Finds what meets @requirement, if nothing that stays does. Returns its number; SIZE_MAX: none. */
static size_t find_missing(const struct rl_packages *packages, const struct providers *providers,
	const struct rl_requirement *requirement, const bool *selected)
{
	size_t i, at, found = SIZE_MAX;

	for (i = 0; i < requirement->count; i++) {
		const char *name = requirement->names[i];

		for (at = first_of(providers, name);
			at < providers->count && strcmp(providers->list[at].name, name) == 0;
			at++) {
			size_t package = providers->list[at].package;

			if (!selected[package])
				return SIZE_MAX;
			if (found == SIZE_MAX)
				found = package;
		}
		if (name[0] == '/' && has_owner(packages, name, selected, &found))
			return SIZE_MAX;
	}
	/* If none is found, it was not met before either. */
	return found;
}

long rl_packages_rescue(const struct rl_packages *packages, bool *selected)
{
	size_t i, j, found, kept = 0, waiting = 0, count = rl_packages_count(packages);
	RL_AUTO_FREE size_t *queue = calloc(count + 1, sizeof(*queue));
	struct providers providers = {0};

	if (queue == NULL || collect(packages, &providers) != 0)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		if (!selected[i] && rl_packages_get(packages, i)->is_installed)
			queue[waiting++] = i;
	}
	kept = waiting;
	for (i = 0; i < waiting; i++) {
		const struct rl_package *package = rl_packages_get(packages, queue[i]);

		for (j = 0; j < package->requirement_count; j++) {
			found = find_missing(
				packages, &providers, &package->requirements[j], selected);
			if (found == SIZE_MAX)
				continue;
			selected[found] = false;
			queue[waiting++] = found;
		}
	}
	free(providers.list);
	return (long)(waiting - kept);
}

/* The first by name of who owns a file that is required by its path; SIZE_MAX: nobody. */
static size_t first_owner(const struct rl_packages *packages, const char *path)
{
	uint32_t owners[OWNERS_MAX];
	size_t i, first = SIZE_MAX,
		  count = rl_packages_owners_of(packages, path, owners, OWNERS_MAX);

	for (i = 0; i < count && i < OWNERS_MAX; i++) {
		const struct rl_package *package = rl_packages_get(packages, owners[i]);

		if (package->is_installed &&
			(first == SIZE_MAX ||
				strcmp(package->name, rl_packages_get(packages, first)->name) < 0))
			first = owners[i];
	}
	return first;
}

/* What would meet @requirement of @package, as rl_packages_complete() says. SIZE_MAX: nothing. */
static size_t find_best(const struct rl_packages *packages, const struct providers *providers,
	const struct rl_requirement *requirement, const struct rl_package *package)
{
	size_t i, j;

	for (i = 0; i < requirement->count; i++) {
		const char *name = requirement->names[i];
		size_t at = first_of(providers, name);
		const struct provider *first = &providers->list[at];

		if (at == providers->count || strcmp(first->name, name) != 0) {
			size_t owner = name[0] == '/' ? first_owner(packages, name) : SIZE_MAX;

			if (owner != SIZE_MAX)
				return owner;
			continue;
		}
		/* Of those with that name themselves there is one an architecture. */
		for (j = at; !is_virtual(first) && j < providers->count && j < at + OWNERS_MAX;
			j++) {
			const struct provider *other = &providers->list[j];

			if (strcmp(other->name, name) != 0 || is_virtual(other))
				break;
			if (strcmp(other->of->arch, package->arch) == 0)
				return other->package;
		}
		return first->package;
	}
	return SIZE_MAX;
}

int rl_packages_complete(const struct rl_packages *packages, bool *selected)
{
	size_t i, j, found, waiting = 0, count = rl_packages_count(packages);
	RL_AUTO_FREE size_t *queue = calloc(count + 1, sizeof(*queue));
	struct providers providers = {0};

	if (queue == NULL || collect(packages, &providers) != 0)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		if (selected[i])
			queue[waiting++] = i;
	}
	for (i = 0; i < waiting; i++) {
		const struct rl_package *package = rl_packages_get(packages, queue[i]);

		for (j = 0; j < package->requirement_count; j++) {
			found = find_best(packages, &providers, &package->requirements[j], package);
			if (found == SIZE_MAX || selected[found])
				continue;
			selected[found] = true;
			queue[waiting++] = found;
		}
	}
	free(providers.list);
	return 0;
}
