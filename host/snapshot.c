/* SPDX-License-Identifier: MIT */
#include "host/snapshot.h"

void rl_snapshot_clear(struct rl_snapshot *snapshot)
{
	free(snapshot->path);
	free(snapshot->name);
	rl_cleanup_fd(&snapshot->root_fd);
	rl_cleanup_fd(&snapshot->lock_fd);
	rl_cleanup_fd(&snapshot->top_fd);
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

void rl_snapshots_free(struct rl_snapshots *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		rl_snapshot_clear(&list->items[i]);
	free(list->items);
	*list = (struct rl_snapshots){0};
}
