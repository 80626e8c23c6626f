/* SPDX-License-Identifier: MIT */
/** Which node of a tree is in which directory by which name; for archive/tree.c only. */

#ifndef RL_ARCHIVE_NAME_TABLE_H
#define RL_ARCHIVE_NAME_TABLE_H

#include "archive/tree.h"

/** The table. Made with rl_name_table_init(); what it owns is released with rl_name_table_free(). */
struct rl_name_table {
	/** The nodes, borrowed, each at or behind where its hash says; NULL: free. Owned. */
	struct rl_node **slots;
	/** How many slots there are: a power of two. */
	size_t size;
	/** How many of them are taken. */
	size_t count;
	/** What nobody who makes archives knows, so that nobody can have all names fall together. */
	uint64_t key[2];
};

/** Makes an empty table. @return 0 or -ENOMEM. */
int rl_name_table_init(struct rl_name_table *table) RL_CHECKED;

/** The node in @parent by the name of @len bytes, or NULL. */
struct rl_node *rl_name_table_find(const struct rl_name_table *table, const struct rl_node *parent,
	const char *name, size_t len);

/** Makes room for one more node, so that rl_name_table_put() cannot fail. @return 0 or -ENOMEM. */
int rl_name_table_reserve(struct rl_name_table *table) RL_CHECKED;

/** Puts a node in, which is not there; rl_name_table_reserve() was called. */
void rl_name_table_put(struct rl_name_table *table, struct rl_node *node);

/** Takes a node out, which is there. */
void rl_name_table_take(struct rl_name_table *table, const struct rl_node *node);

/** Releases what @table owns. */
void rl_name_table_free(struct rl_name_table *table);

#endif
