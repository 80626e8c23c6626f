/* SPDX-License-Identifier: MIT */
/**
 * Reading files so that the page cache holds afterwards what it held before: pages that were not
 * resident go again, those that were stay. A capture reads every file once; what the host's programs
 * work with must not have to make room for that.
 */

#ifndef RL_SCAN_PAGE_CACHE_H
#define RL_SCAN_PAGE_CACHE_H

#include "common/cleanup.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** How many bytes of a file are looked at together where the kernel does not do it by itself. */
#define RL_PAGE_CACHE_WINDOW ((uint64_t)16 << 20)

/** What is known of a stretch of the file at hand. */
struct rl_page_window {
	/** Which stretch: it begins at this many times RL_PAGE_CACHE_WINDOW. */
	uint64_t index;
	/** How many bytes it has; 0: nothing is known. */
	size_t size;
	/** For each page: 1 in the lowest bit if it was resident (mincore(2)). Owned. */
	unsigned char *pages;
};

/** One reader of files, one at a time. Zeroed it reads plainly; release with rl_page_cache_free(). */
struct rl_page_cache {
	/** The page cache is to be left as it is found. */
	bool is_kept;
	/** The file system of @dev cannot drop what it has read by itself (RWF_DONTCACHE, Linux 6.14). */
	bool is_by_hand;
	/** Of which file system @is_by_hand is known. */
	dev_t dev;
	/** By hand: the stretch that is read now, and the one behind it, where readahead may go. */
	struct rl_page_window now, next;
};

/**
 * Whether this kernel may drop by itself what it has read. Where it does not, what is resident is asked
 * of mincore(2), which answers the owner of a file and those with CAP_FOWNER only.
 */
bool rl_page_cache_is_native(void);

/** Begins with a file. @dev is where it is. */
void rl_page_cache_begin(struct rl_page_cache *cache, dev_t dev);

/**
 * Reads as pread(2).
 *
 * @file_size the file's size in bytes
 *
 * @return how many bytes were read, perhaps fewer than @size; 0 at the end; or a negative errno.
 */
ssize_t rl_page_cache_read(struct rl_page_cache *cache, int fd, void *buffer, size_t size,
	uint64_t offset, uint64_t file_size) RL_CHECKED;

/**
 * Whether nothing of a file has to be read from the disk, or what is read may stay: its pages can be
 * handed on as they are.
 */
bool rl_page_cache_has_all(const struct rl_page_cache *cache, int fd, uint64_t file_size);

/** Ends with the file @fd, which is still open. */
void rl_page_cache_end(struct rl_page_cache *cache, int fd);

/** Releases what @cache owns. */
void rl_page_cache_free(struct rl_page_cache *cache);

#endif
