/* SPDX-License-Identifier: MIT */
#include "host/snapshot.h"

#include <inttypes.h>
#include <string.h>
#include <sys/random.h>

/* In the order in which they are tried: a btrfs on a logical volume is a btrfs. */
static const struct rl_snapshot_kind *const kinds[] = {&rl_snapshot_btrfs, &rl_snapshot_lvm};

#define KIND_COUNT (sizeof(kinds) / sizeof(*kinds))

char *rl_snapshot_make_name(const char *before)
{
	uint64_t number;
	char *name;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number) ||
		asprintf(&name, "%s" RL_SNAPSHOT_PREFIX "%016" PRIx64, before, number) < 0)
		return NULL;
	return name;
}

void rl_snapshot_clear(struct rl_snapshot *snapshot)
{
	free(snapshot->path);
	free(snapshot->name);
	rl_cleanup_fd(&snapshot->root_fd);
	rl_cleanup_fd(&snapshot->lock_fd);
	rl_cleanup_fd(&snapshot->top_fd);
}

const struct rl_snapshot_kind *rl_snapshot_find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < KIND_COUNT; i++) {
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	}
	return NULL;
}

static const struct rl_snapshot_kind *find_suiting(const struct rl_place *place)
{
	size_t i;

	for (i = 0; i < KIND_COUNT; i++) {
		if (kinds[i]->suits(place))
			return kinds[i];
	}
	return NULL;
}

bool rl_snapshot_suits(const struct rl_snapshot_kind *kind, const struct rl_place *place)
{
	const struct rl_snapshot_kind *suiting = find_suiting(place);

	return suiting != NULL && (kind == NULL || kind == suiting);
}

int rl_snapshots_make(const struct rl_place *place, struct rl_snapshots *list, struct rl_error *err)
{
	const struct rl_snapshot_kind *kind = find_suiting(place);

	if (kind == NULL)
		return rl_error_text(err, EOPNOTSUPP,
			"'/%s' is on %s, neither on btrfs nor on a logical volume", place->path,
			place->type);
	return kind->make(place, list, err);
}

int rl_snapshots_add(struct rl_snapshots *list, struct rl_snapshot *snapshot)
{
	struct rl_snapshot *more =
		reallocarray(list->items, list->count + 1, sizeof(struct rl_snapshot));

	if (more == NULL) {
		rl_snapshot_clear(snapshot);
		return -ENOMEM;
	}
	more[list->count++] = *snapshot;
	list->items = more;
	return 0;
}

int rl_snapshots_remove(struct rl_snapshots *list, size_t from, struct rl_error *err)
{
	int first = 0;

	while (list->count > from) {
		struct rl_snapshot *last = &list->items[--list->count];
		struct rl_error failure = {0};

		if (last->name != NULL && last->kind->remove(last, &failure) != 0 && first == 0)
			first = rl_error_text(err, failure.code,
				"cannot remove the snapshot '%s' (rootlift cleanup tries again): "
				"%s",
				last->name, failure.message);
		rl_snapshot_clear(last);
	}
	return first;
}

int rl_snapshots_verify(const struct rl_snapshots *list, struct rl_error *err)
{
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < list->count; i++) {
		if (list->items[i].may_break)
			ret = list->items[i].kind->verify(&list->items[i], err);
	}
	return ret;
}

void rl_snapshots_free(struct rl_snapshots *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		rl_snapshot_clear(&list->items[i]);
	free(list->items);
	*list = (struct rl_snapshots){0};
}

void rl_snapshots_clean(
	const struct rl_place *places, size_t count, rl_snapshots_told *told, void *ctx)
{
	size_t i;

	for (i = 0; i < KIND_COUNT; i++)
		kinds[i]->clean(places, count, told, ctx);
}
