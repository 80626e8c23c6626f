/* SPDX-License-Identifier: MIT */
/*
 * glibc's sysdeps/generic/dl-cache.h has the formats: an old one, the present one, or the old one with the
 * present one behind it. Offsets of strings count from the beginning of the present one, or in the old one
 * from the end of its table. All numbers are in the byte order of the machine, of which the present one has
 * told since glibc 2.33; before, the number of entries tells, for a table of the wrong order is too long.
 */
#include "scan/ld_cache.h"

#include "scan/bytes.h"
#include "scan/root_file.h"

#include <limits.h>
#include <string.h>

/* Real ones have some hundred KiB. */
#define CACHE_MAX ((size_t)16 << 20)

#define OLD_MAGIC "ld.so-1.7.0"
#define NEW_MAGIC "glibc-ld.so.cache1.1"

/* As they are in the file. */
struct old_header {
	char magic[12];
	uint32_t count;
};

struct old_entry {
	int32_t flags;
	uint32_t key, value;
};

struct new_header {
	char magic[20];
	uint32_t count, strings_size;
	uint8_t flags, padding[3];
	uint32_t extension, unused[3];
};

struct new_entry {
	int32_t flags;
	uint32_t key, value, osversion;
	uint64_t hwcap;
};

/* A table of entries in the text. */
struct table {
	/* Where it begins, what one entry takes, and where offsets of strings count from. */
	size_t at, entry_size, strings;
	size_t count;
	bool is_new, is_big;
};

/* Takes the header at @at, in one byte order, if the table can be true. */
static bool take_header(const struct rl_bytes *bytes, size_t at, bool is_new, struct table *table)
{
	size_t size = is_new ? sizeof(struct new_header) : sizeof(struct old_header);

	*table = (struct table){.at = at + size,
		.entry_size = is_new ? sizeof(struct new_entry) : sizeof(struct old_entry),
		.is_new = is_new,
		.is_big = bytes->is_big};
	if (at > bytes->len || bytes->len - at < size)
		return false;
	table->count = (size_t)(is_new ? RL_BYTES_FIELD(bytes, at, struct new_header, count)
				       : RL_BYTES_FIELD(bytes, at, struct old_header, count));
	if (table->count > (bytes->len - table->at) / table->entry_size)
		return false;
	table->strings = is_new ? at : table->at + table->count * table->entry_size;
	return true;
}

static bool take_header_of_any_order(
	struct rl_bytes *bytes, size_t at, bool is_new, struct table *table)
{
	bytes->is_big = false;
	if (take_header(bytes, at, is_new, table))
		return true;
	bytes->is_big = true;
	return take_header(bytes, at, is_new, table);
}

static bool has_magic(const struct rl_bytes *bytes, size_t at, const char *magic)
{
	return at <= bytes->len && bytes->len - at >= strlen(magic) &&
	       memcmp(bytes->data + at, magic, strlen(magic)) == 0;
}

/* Finds the table that the loader looks into. */
static bool find_table(struct rl_bytes *bytes, struct table *table)
{
	struct table old;
	size_t end;

	if (has_magic(bytes, 0, NEW_MAGIC))
		return take_header_of_any_order(bytes, 0, true, table);
	if (!has_magic(bytes, 0, OLD_MAGIC) || !take_header_of_any_order(bytes, 0, false, &old))
		return false;
	/* Behind it, aligned as 64-bit numbers are, which differs between machines. */
	for (end = old.strings; end < old.strings + 8; end++) {
		if (has_magic(bytes, end, NEW_MAGIC))
			return take_header_of_any_order(bytes, end, true, table);
	}
	*table = old;
	return true;
}

/* The string that is @offset behind where they begin; NULL: there is none. */
static const char *string_at(const struct rl_buf *text, const struct table *table, uint64_t offset)
{
	return offset < text->len - table->strings ? text->data + table->strings + offset : NULL;
}

static void take_entry(struct rl_ld_cache *cache, const struct rl_bytes *bytes,
	const struct table *table, size_t at)
{
	struct rl_ld_cache_entry entry = {0};

	if (table->is_new) {
		entry.name = string_at(
			&cache->text, table, RL_BYTES_FIELD(bytes, at, struct new_entry, key));
		entry.path = string_at(
			&cache->text, table, RL_BYTES_FIELD(bytes, at, struct new_entry, value));
		entry.is_variant = RL_BYTES_FIELD(bytes, at, struct new_entry, hwcap) != 0;
	} else {
		entry.name = string_at(
			&cache->text, table, RL_BYTES_FIELD(bytes, at, struct old_entry, key));
		entry.path = string_at(
			&cache->text, table, RL_BYTES_FIELD(bytes, at, struct old_entry, value));
	}
	/* No file has a longer name, and what sorting takes is bounded by this. */
	if (entry.name != NULL && entry.path != NULL && entry.path[0] == '/' &&
		strnlen(entry.name, NAME_MAX + 1) <= NAME_MAX)
		cache->entries[cache->count++] = entry;
}

static int compare(const void *a, const void *b)
{
	const struct rl_ld_cache_entry *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order != 0)
		return order;
	if (x->is_variant != y->is_variant)
		return x->is_variant ? 1 : -1;
	/* As they stand in the text: the sorting has to be the same each time. */
	return x->path < y->path ? -1 : x->path > y->path;
}

int rl_ld_cache_read(int root_fd, struct rl_ld_cache *cache)
{
	struct rl_bytes bytes = {0};
	struct table table;
	size_t i;
	int ret = rl_root_read(root_fd, "etc/ld.so.cache", CACHE_MAX, &cache->text);

	if (ret <= 0)
		return ret;
	bytes.data = (const unsigned char *)cache->text.data;
	bytes.len = cache->text.len;
	if (!find_table(&bytes, &table) || table.count == 0)
		return 0;
	bytes.is_big = table.is_big;
	cache->entries = calloc(table.count, sizeof(*cache->entries));
	if (cache->entries == NULL)
		return -ENOMEM;
	for (i = 0; i < table.count; i++)
		take_entry(cache, &bytes, &table, table.at + i * table.entry_size);
	qsort(cache->entries, cache->count, sizeof(*cache->entries), compare);
	return 0;
}

const struct rl_ld_cache_entry *rl_ld_cache_find(
	const struct rl_ld_cache *cache, const char *name, size_t *count_ret)
{
	size_t low = 0, high = cache->count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(cache->entries[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < cache->count && strcmp(cache->entries[end].name, name) == 0; end++)
		;
	*count_ret = end - low;
	return cache->entries != NULL ? cache->entries + low : NULL;
}

void rl_ld_cache_free(struct rl_ld_cache *cache)
{
	rl_buf_free(&cache->text);
	free(cache->entries);
	*cache = (struct rl_ld_cache){0};
}
