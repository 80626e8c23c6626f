/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing. The hash is SipHash-1-3 with a random key: names come from archives,
 * which may have been made so that with any hash that can be foreseen all of them fall together.
 */
#include "archive/name_table.h"

#include <endian.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define FIRST_SIZE ((size_t)64)

static uint64_t rotate(uint64_t value, int bits)
{
	return value << bits | value >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

static uint64_t hash(const struct rl_name_table *table, const struct rl_node *parent,
	const char *name, size_t len)
{
	uint64_t v[4] = {table->key[0] ^ 0x736f6d6570736575U, table->key[1] ^ 0x646f72616e646f6dU,
		table->key[0] ^ 0x6c7967656e657261U, table->key[1] ^ 0x7465646279746573U};
	uint64_t word, last = (uint64_t)len << 56;
	size_t i;

	sip_word(v, (uint64_t)(uintptr_t)parent);
	for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, name + i, sizeof(word));
		sip_word(v, word);
	}
	word = 0;
	memcpy(&word, name + i, len - i);
	sip_word(v, le64toh(word) | last);
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static size_t home(const struct rl_name_table *table, const struct rl_node *node)
{
	return (size_t)hash(table, node->parent, node->name, strlen(node->name)) &
	       (table->size - 1);
}

int rl_name_table_init(struct rl_name_table *table)
{
	struct timespec now;

	*table = (struct rl_name_table){.size = FIRST_SIZE};
	table->slots = calloc(table->size, sizeof(struct rl_node *));
	if (table->slots == NULL)
		return -ENOMEM;
	/* Where there is no randomness (a sandbox), what is not known beforehand has to do. */
	if (getrandom(table->key, sizeof(table->key), GRND_NONBLOCK) !=
		(ssize_t)sizeof(table->key)) {
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
		table->key[0] = (uint64_t)now.tv_nsec;
		table->key[1] = (uint64_t)(uintptr_t)table->slots;
	}
	return 0;
}

struct rl_node *rl_name_table_find(const struct rl_name_table *table, const struct rl_node *parent,
	const char *name, size_t len)
{
	size_t at = (size_t)hash(table, parent, name, len) & (table->size - 1);
	struct rl_node *node;

	while ((node = table->slots[at]) != NULL) {
		if (node->parent == parent && strncmp(node->name, name, len) == 0 &&
			node->name[len] == '\0')
			return node;
		at = (at + 1) & (table->size - 1);
	}
	return NULL;
}

void rl_name_table_put(struct rl_name_table *table, struct rl_node *node)
{
	size_t at = home(table, node);

	while (table->slots[at] != NULL)
		at = (at + 1) & (table->size - 1);
	table->slots[at] = node;
	table->count++;
}

int rl_name_table_reserve(struct rl_name_table *table)
{
	struct rl_name_table larger = *table;
	size_t i;

	if (table->count < table->size / 4 * 3)
		return 0;
	if (table->size > SIZE_MAX / 2 / sizeof(struct rl_node *))
		return -ENOMEM;
	larger.size = table->size * 2;
	larger.count = 0;
	larger.slots = calloc(larger.size, sizeof(struct rl_node *));
	if (larger.slots == NULL)
		return -ENOMEM;
	for (i = 0; i < table->size; i++) {
		if (table->slots[i] != NULL)
			rl_name_table_put(&larger, table->slots[i]);
	}
	free(table->slots);
	*table = larger;
	return 0;
}

void rl_name_table_take(struct rl_name_table *table, const struct rl_node *node)
{
	size_t mask = table->size - 1, hole = home(table, node), at;

	while (table->slots[hole] != node)
		hole = (hole + 1) & mask;
	/* What follows without a gap moves up, unless it would come before its home. */
	for (at = (hole + 1) & mask; table->slots[at] != NULL; at = (at + 1) & mask) {
		if (((at - home(table, table->slots[at])) & mask) >= ((at - hole) & mask)) {
			table->slots[hole] = table->slots[at];
			hole = at;
		}
	}
	table->slots[hole] = NULL;
	table->count--;
}

void rl_name_table_free(struct rl_name_table *table)
{
	free(rl_steal_ptr(&table->slots));
}
