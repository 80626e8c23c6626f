/* SPDX-License-Identifier: MIT */
/** A root's /etc/ld.so.cache, in which glibc's loader looks for libraries. Nothing of it is trusted. */

#ifndef RL_SCAN_LD_CACHE_H
#define RL_SCAN_LD_CACHE_H

#include "common/buf.h"

#include <stdbool.h>

/** Where one library is. */
struct rl_ld_cache_entry {
	/** What programs call it: "libc.so.6"; borrowed from the cache. */
	const char *name;
	/** Its path; likewise. */
	const char *path;
	/** It is only for processors that have more than each of their kind has. */
	bool is_variant;
};

/** The cache; `= {0}` is an empty one. Release with rl_ld_cache_free(). */
struct rl_ld_cache {
	/** Its text; owned. */
	struct rl_buf text;
	/** What is in it, by name, and of one name those for all processors first; owned. */
	struct rl_ld_cache_entry *entries;
	/** How many. */
	size_t count;
};

/**
 * Reads the cache of a root. One that is not there, or has faults, is empty, as it is to the loader.
 *
 * @cache has to be empty
 *
 * @return 0; -ENOMEM; another negative errno if it cannot be read.
 */
int rl_ld_cache_read(int root_fd, struct rl_ld_cache *cache) RL_CHECKED;

/**
 * The entries of a library, of all machines.
 *
 * @count_ret how many
 *
 * @return the first one; valid until the cache is released.
 */
const struct rl_ld_cache_entry *rl_ld_cache_find(
	const struct rl_ld_cache *cache, const char *name, size_t *count_ret);

/** Releases what @cache owns; it is then empty. */
void rl_ld_cache_free(struct rl_ld_cache *cache);

#endif
