/* SPDX-License-Identifier: MIT */
/**
 * What is read of a file before it is known what becomes of it: one open, one statx, one list of
 * attributes, and the content if that is small.
 */

#ifndef RL_SCAN_FETCH_H
#define RL_SCAN_FETCH_H

#include "scan/meta.h"
#include "scan/page_cache.h"
#include "scan/slot.h"

/** The largest content that is read together with the metadata, in bytes. */
#define RL_FETCH_CONTENT_MAX ((uint64_t)64 << 10)

/** The same for contents that have to be read from the disk: others are better handed on by their pages. */
#define RL_FETCH_COLD_MAX ((uint64_t)512 << 10)

/** Room for contents of several files. */
struct rl_fetch_room {
	/** The room; owned by who made it. */
	char *data;
	/** How large it is. */
	size_t size;
	/** How much of it is taken. */
	size_t used;
};

/** With what files are fetched; one for each thread. */
struct rl_fetch {
	/** Which metadata to read; borrowed. */
	const struct rl_meta_options *meta;
	/** What becomes of the page cache. */
	struct rl_page_cache cache;
	/** Where contents go; borrowed; NULL: none are read. */
	struct rl_fetch_room *room;
};

/**
 * Fills in what @slot, whose place is known, still lacks. What goes wrong is in the slot: its fault, or
 * of its entry what could not be read (rl_entry::held, unopenable).
 *
 * @return 0 or -ENOMEM.
 */
int rl_fetch(struct rl_fetch *fetch, struct rl_slot *slot) RL_CHECKED;

/**
 * Opens the file of @slot if it is not open, and checks that it is the one that was looked at.
 *
 * @return 0; -ENOENT if another one has taken its place; or another negative errno.
 */
int rl_fetch_open(struct rl_slot *slot) RL_CHECKED;

/**
 * Reads the metadata of the open file of @slot.
 *
 * @return 0 or -ENOMEM.
 */
int rl_fetch_load(const struct rl_meta_options *meta, struct rl_slot *slot) RL_CHECKED;

#endif
