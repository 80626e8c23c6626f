/* SPDX-License-Identifier: MIT */
/** Fetching files ahead of who decides about them, on other threads, in the order of the walk. */

#ifndef RL_SCAN_AHEAD_H
#define RL_SCAN_AHEAD_H

#include "scan/discover.h"

/** The fetching; opaque. */
struct rl_ahead;

/** How to fetch. */
struct rl_ahead_options {
	/** Where files come from; borrowed; nobody else touches it meanwhile. */
	struct rl_discovery *discovery;
	/** Which metadata to read; borrowed. */
	const struct rl_meta_options *meta;
	/** The page cache is left as it is found. */
	bool keeps_page_cache;
	/** Small contents are read ahead too. */
	bool reads_content;
	/** How many threads fetch; 0: none, each step is made when it is asked for. */
	unsigned int threads;
	/** How many descriptors may be open for this. */
	size_t fd_limit;
};

/**
 * Begins. Threads take the rights and limits that the caller has now. With fewer threads than wanted, or
 * none, all goes on as well, only slower.
 *
 * @return 0 with *@ahead_ret set, or -ENOMEM.
 */
int rl_ahead_start(const struct rl_ahead_options *options, struct rl_ahead **ahead_ret) RL_CHECKED;

/**
 * The next step of the walk, valid until the next call. Not to be changed but for its entry, and by
 * opening and closing its file.
 *
 * @return 1 with *@slot_ret set; 0 at the end; -ENOMEM.
 */
int rl_ahead_next(struct rl_ahead *ahead, struct rl_slot **slot_ret) RL_CHECKED;

/** Ends the threads, which finish the file that they are at, and releases all. NULL is fine. */
void rl_ahead_stop(struct rl_ahead *ahead);

#endif
