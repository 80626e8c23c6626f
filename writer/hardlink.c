/* SPDX-License-Identifier: MIT */
#include "writer/hardlink.h"

#include <string.h>

static size_t hash(dev_t dev, ino_t ino)
{
	/* Fibonacci hashing: inode numbers come in runs, the multiplier spreads them. */
	uint64_t value = ((uint64_t)ino ^ (uint64_t)dev << 40) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(value >> 20);
}

/* The slot that has the inode, or the free one where it belongs. */
static size_t find_slot(const struct rl_hardlink *slots, size_t count, dev_t dev, ino_t ino)
{
	size_t at = hash(dev, ino) & (count - 1);

	while (slots[at].path != NULL && (slots[at].dev != dev || slots[at].ino != ino))
		at = (at + 1) & (count - 1);
	return at;
}

static int grow(struct rl_hardlinks *links)
{
	size_t i, count = links->slot_count == 0 ? 64 : links->slot_count * 2;
	struct rl_hardlink *slots = calloc(count, sizeof(*slots));

	if (slots == NULL)
		return -ENOMEM;
	for (i = 0; i < links->slot_count; i++) {
		const struct rl_hardlink *old = &links->slots[i];

		if (old->path != NULL)
			slots[find_slot(slots, count, old->dev, old->ino)] = *old;
	}
	free(links->slots);
	links->slots = slots;
	links->slot_count = count;
	return 0;
}

const char *rl_hardlinks_find(const struct rl_hardlinks *links, const struct rl_entry *entry)
{
	if (links->used == 0)
		return NULL;
	return links->slots[find_slot(links->slots, links->slot_count, entry->dev, entry->ino)]
		.path;
}

int rl_hardlinks_add(struct rl_hardlinks *links, const struct rl_entry *entry)
{
	struct rl_hardlink *slot;
	char *path;

	/* At most three quarters full. */
	if (links->used >= links->slot_count / 4 * 3 && grow(links) != 0)
		return -ENOMEM;
	path = strdup(entry->path);
	if (path == NULL)
		return -ENOMEM;
	slot = &links->slots[find_slot(links->slots, links->slot_count, entry->dev, entry->ino)];
	if (slot->path == NULL)
		links->used++;
	free(slot->path);
	*slot = (struct rl_hardlink){.dev = entry->dev, .ino = entry->ino, .path = path};
	return 0;
}

void rl_hardlinks_free(struct rl_hardlinks *links)
{
	size_t i;

	for (i = 0; i < links->slot_count; i++)
		free(links->slots[i].path);
	free(links->slots);
	*links = (struct rl_hardlinks){0};
}
