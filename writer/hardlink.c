/* SPDX-License-Identifier: MIT */
/*
 * Paths are kept as trees are: each component once, with where its directory is. The walk goes through
 * a directory as a whole, so a component that is there already is one of the path last added, and
 * nothing has to be searched for. Should a directory come twice, it is only kept twice.
 */
#include "writer/hardlink.h"

#include <string.h>

/* Bytes that a distance can take: 64 bits, 7 in each. */
#define DISTANCE_MAX 10

static size_t hash(dev_t dev, ino_t ino)
{
	/* Fibonacci hashing: inode numbers come in runs, the multiplier spreads them. */
	uint64_t value = ((uint64_t)ino ^ (uint64_t)dev << 40) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(value >> 20);
}

/* The slot that has the inode, or the free one where it belongs. */
static uint32_t *find_slot(const struct rl_hardlinks *links, dev_t dev, ino_t ino)
{
	size_t at = hash(dev, ino) & (links->slot_count - 1);

	while (links->slots[at] != 0) {
		const struct rl_hardlink *inode = &links->inodes[links->slots[at] - 1];

		if (inode->dev == dev && inode->ino == ino)
			break;
		at = (at + 1) & (links->slot_count - 1);
	}
	return &links->slots[at];
}

static int grow_slots(struct rl_hardlinks *links)
{
	size_t i, count = links->slot_count == 0 ? 64 : links->slot_count * 2;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (slots == NULL)
		return -ENOMEM;
	free(links->slots);
	links->slots = slots;
	links->slot_count = count;
	for (i = 0; i < links->count; i++)
		*find_slot(links, links->inodes[i].dev, links->inodes[i].ino) = (uint32_t)(i + 1);
	return 0;
}

/* Makes room for one more inode. */
static int make_room(struct rl_hardlinks *links)
{
	size_t cap = links->cap == 0 ? 64 : links->cap * 2;
	struct rl_hardlink *inodes;

	/* Slots have no higher numbers. */
	if (links->count == UINT32_MAX)
		return -ENOMEM;
	/* At most three quarters full. */
	if (links->count >= links->slot_count / 4 * 3 && grow_slots(links) != 0)
		return -ENOMEM;
	if (links->count < links->cap)
		return 0;
	inodes = reallocarray(links->inodes, cap, sizeof(*inodes));
	if (inodes == NULL)
		return -ENOMEM;
	links->inodes = inodes;
	links->cap = cap;
	return 0;
}

/* The name at @at, and where its directory's is; that is @at itself if there is none. */
static const char *read_name(const struct rl_hardlinks *links, size_t at, size_t *dir_ret)
{
	const char *data = links->names.data + at;
	uint64_t distance = 0;
	unsigned int shift = 0;
	unsigned char byte;

	do {
		byte = (unsigned char)*data++;
		distance |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while ((byte & 0x80) != 0);
	*dir_ret = at - (size_t)distance;
	return data;
}

/* Adds a name in the directory that the trail ends with, and the name to the trail. */
static int add_name(struct rl_hardlinks *links, const char *name, size_t len)
{
	struct rl_buf *names = &links->names;
	size_t at = names->len;
	uint64_t distance = links->trail_len > 0 ? at - links->trail[links->trail_len - 1] : 0;

	if (links->trail_len == links->trail_cap) {
		size_t cap = links->trail_cap == 0 ? 16 : links->trail_cap * 2;
		size_t *trail = reallocarray(links->trail, cap, sizeof(*trail));

		if (trail == NULL)
			return -ENOMEM;
		links->trail = trail;
		links->trail_cap = cap;
	}
	if (rl_buf_reserve(names, DISTANCE_MAX + len + 1) != 0)
		return -ENOMEM;
	for (; distance > 0x7f; distance >>= 7)
		names->data[names->len++] = (char)((distance & 0x7f) | 0x80);
	names->data[names->len++] = (char)distance;
	memcpy(names->data + names->len, name, len);
	names->len += len;
	names->data[names->len++] = '\0';
	links->trail[links->trail_len++] = at;
	return 0;
}

/* Adds what of @path is not there; the trail is then its. */
static int add_path(struct rl_hardlinks *links, const char *path)
{
	size_t level = 0;
	bool is_last = false;

	while (!is_last) {
		const char *end = strchrnul(path, '/');
		size_t len = (size_t)(end - path), unused;
		const char *known = NULL;

		is_last = *end == '\0';
		/* The last component is a file's, which is nobody's directory. */
		if (level < links->trail_len && !is_last)
			known = read_name(links, links->trail[level], &unused);
		if (known == NULL || strncmp(known, path, len) != 0 || known[len] != '\0') {
			links->trail_len = level < links->trail_len ? level : links->trail_len;
			if (add_name(links, path, len) != 0)
				return -ENOMEM;
		}
		level++;
		path = end + !is_last;
	}
	return 0;
}

/* Makes the path of the name at @at, from its end on. */
static int make_path(struct rl_hardlinks *links, size_t at)
{
	size_t here, above = at, size = 0;
	char *to;

	do {
		here = above;
		size += strlen(read_name(links, here, &above)) + 1;
	} while (above != here);
	rl_buf_truncate(&links->path, 0);
	if (rl_buf_reserve(&links->path, size) != 0)
		return -ENOMEM;
	to = links->path.data + size;
	above = at;
	do {
		const char *name;
		size_t len;

		here = above;
		name = read_name(links, here, &above);
		len = strlen(name);
		/* Behind the last one, the NUL; behind the others, a slash. */
		*--to = here == at ? '\0' : '/';
		to -= len;
		memcpy(to, name, len);
	} while (above != here);
	return 0;
}

int rl_hardlinks_find(
	struct rl_hardlinks *links, const struct rl_entry *entry, const char **path_ret)
{
	uint32_t number = 0;

	*path_ret = NULL;
	if (links->count > 0)
		number = *find_slot(links, entry->dev, entry->ino);
	if (number == 0)
		return 0;
	if (make_path(links, links->inodes[number - 1].name) != 0)
		return -ENOMEM;
	*path_ret = links->path.data;
	return 0;
}

int rl_hardlinks_add(struct rl_hardlinks *links, const struct rl_entry *entry)
{
	if (make_room(links) != 0 || add_path(links, entry->path) != 0)
		return -ENOMEM;
	links->inodes[links->count++] = (struct rl_hardlink){
		.dev = entry->dev, .ino = entry->ino, .name = links->trail[links->trail_len - 1]};
	*find_slot(links, entry->dev, entry->ino) = (uint32_t)links->count;
	return 0;
}

void rl_hardlinks_free(struct rl_hardlinks *links)
{
	free(links->inodes);
	free(links->slots);
	free(links->trail);
	rl_buf_free(&links->names);
	rl_buf_free(&links->path);
	*links = (struct rl_hardlinks){0};
}
