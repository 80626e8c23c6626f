/* SPDX-License-Identifier: MIT */
/**
 * Where the contents of a tree's files are kept: one file without a name, to which each content is appended
 * as it comes by. It is gone with the process, whatever ends that.
 */

#ifndef RL_ARCHIVE_STORE_H
#define RL_ARCHIVE_STORE_H

#include "common/error.h"

#include <stddef.h>
#include <stdint.h>

/** Contents of so many bytes and more, and all with holes, begin at whole blocks: they can be shared. */
#define RL_STORE_ALIGN_MIN ((uint64_t)64 << 10)
/** What a block is, in bytes. */
#define RL_STORE_ALIGNMENT 4096U

/** A store; opaque. */
struct rl_store;

/**
 * Makes an empty one.
 *
 * @directory where; NULL: what TMPDIR names, else /var/tmp
 * @max       how many bytes may be kept, holes not counted
 *
 * @return 0 with *@store_ret set, which is released with rl_store_free(); -ENOMEM; or the errno of open(2).
 */
int rl_store_new(const char *directory, uint64_t max, struct rl_store **store_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * Says that the content of one file follows.
 *
 * @size    how many bytes it will have
 * @is_sparse it has holes
 *
 * @return where it begins, for rl_inode.content.
 */
uint64_t rl_store_begin(struct rl_store *store, uint64_t size, bool is_sparse);

/**
 * Appends to the content that has begun.
 *
 * @return 0; -EFBIG if there is more than may be; or the errno of write(2).
 */
int rl_store_append(
	struct rl_store *store, const void *data, size_t size, struct rl_error *err) RL_CHECKED;

/** Appends a hole of @size bytes. @return as rl_store_append(). */
int rl_store_skip(struct rl_store *store, uint64_t size, struct rl_error *err) RL_CHECKED;

/** Makes all that was appended readable. @return as rl_store_append(). */
int rl_store_flush(struct rl_store *store, struct rl_error *err) RL_CHECKED;

/**
 * Reads @size bytes of what is readable.
 *
 * @offset a content's beginning, or further on in it
 *
 * @return 0, -ENODATA if there is not so much, or the errno of read(2).
 */
int rl_store_read(const struct rl_store *store, uint64_t offset, void *buffer, size_t size,
	struct rl_error *err) RL_CHECKED;

/** The file, which the store owns. */
int rl_store_fd(const struct rl_store *store);

/** How many bytes of a content are not in holes. */
uint64_t rl_store_allocated(const struct rl_store *store, uint64_t offset, uint64_t size);

/** Releases the store, and all that was kept. NULL is fine. */
void rl_store_free(struct rl_store *store);

#endif
