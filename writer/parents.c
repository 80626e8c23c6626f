/* SPDX-License-Identifier: MIT */
#include "writer/parents.h"

#include <stdlib.h>
#include <string.h>

/* Users and groups from here on have numbers that differ between hosts (Debian policy, 9.2.2). */
#define HOST_IDS 100

/* Leaves the directories that @path does not lie in. */
static void leave(struct rl_parents *parents, const char *path)
{
	size_t len = strlen(path);

	while (parents->count > 0) {
		size_t end = parents->dirs[parents->count - 1].end;

		if (len > end && path[end] == '/' && memcmp(path, parents->path.data, end) == 0)
			return;
		parents->count--;
	}
}

int rl_parents_enter(struct rl_parents *parents, const struct rl_entry *entry)
{
	size_t len = strlen(entry->path);

	leave(parents, entry->path);
	if (parents->count == parents->cap) {
		size_t cap = parents->cap == 0 ? 16 : parents->cap * 2;
		struct rl_parent *dirs = reallocarray(parents->dirs, cap, sizeof(*dirs));

		if (dirs == NULL)
			return -ENOMEM;
		parents->dirs = dirs;
		parents->cap = cap;
	}
	rl_buf_truncate(&parents->path, 0);
	if (rl_buf_append(&parents->path, entry->path, len) != 0) {
		/* No path, no directories. */
		parents->count = 0;
		return -ENOMEM;
	}
	/* Numbers from 100 on are of users that each host has made for itself. The last layer has the true ones. */
	parents->dirs[parents->count++] = (struct rl_parent){.end = len,
		.mode = entry->mode,
		.uid = entry->uid < HOST_IDS ? entry->uid : 0,
		.gid = entry->gid < HOST_IDS ? entry->gid : 0};
	return 0;
}

int rl_parents_next(
	struct rl_parents *parents, const char *path, size_t archive, struct rl_entry *dir)
{
	uint64_t bit = UINT64_C(1) << archive % 64;
	struct rl_parent *parent = NULL;
	size_t i;

	leave(parents, path);
	for (i = 0; i < parents->count; i++) {
		parent = &parents->dirs[i];
		if ((parent->archives[archive / 64] & bit) == 0)
			break;
	}
	if (i == parents->count)
		return 0;
	rl_buf_truncate(&parents->shown, 0);
	if (rl_buf_append(&parents->shown, path, parent->end) != 0 ||
		rl_buf_append(&parents->shown, "", 1) != 0)
		return -ENOMEM;
	parent->archives[archive / 64] |= bit;
	*dir = (struct rl_entry){.path = parents->shown.data,
		.name = parents->shown.data,
		.depth = i,
		.mode = parent->mode,
		.uid = parent->uid,
		.gid = parent->gid,
		.nlink = 1,
		.is_loaded = true};
	return 1;
}

void rl_parents_free(struct rl_parents *parents)
{
	free(parents->dirs);
	rl_buf_free(&parents->path);
	rl_buf_free(&parents->shown);
	*parents = (struct rl_parents){0};
}
