/* SPDX-License-Identifier: MIT */
/** Reads the list of files that writer/inventory.h describes. */

#ifndef RL_ARCHIVE_INVENTORY_H
#define RL_ARCHIVE_INVENTORY_H

#include "archive/tree.h"

#include <signal.h>
#include <stdio.h>

/** What a list says of itself; release with rl_inventory_facts_free(). */
struct rl_inventory_facts {
	/** The digest of what the outcome depended on beside the files; NULL: not told. Owned. */
	char *rules;
	/** The diff_id of the top layer of the image that it is about; NULL: it is about none. Owned. */
	char *image;
};

/**
 * Fills a tree from a list, with what it knows of the host's files.
 *
 * @file  what the list is read from, borrowed
 * @name  what messages call it
 * @tree  what is filled, of whatever is right on failure
 * @stop  not zero once a signal asks to stop; NULL: none does
 * @facts filled in; to be released in every case
 *
 * @return 0; -EINTR if a signal asked to stop; -EINVAL if it is no such list, or not all of one, with the number of the line in @err; -ENOMEM; or
 *         the errno of reading.
 */
int rl_inventory_read(FILE *file, const char *name, struct rl_tree *tree,
	const volatile sig_atomic_t *stop, struct rl_inventory_facts *facts,
	struct rl_error *err) RL_CHECKED;

/** Releases what @facts own. */
void rl_inventory_facts_free(struct rl_inventory_facts *facts);

#endif
