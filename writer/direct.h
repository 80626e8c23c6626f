/* SPDX-License-Identifier: MIT */
/**
 * Writing a file past the page cache (O_DIRECT in open(2)), on a thread of its own: what is written
 * pushes nothing out of memory, is not copied once more, and is on the disk when it is said to be written.
 */

#ifndef RL_WRITER_DIRECT_H
#define RL_WRITER_DIRECT_H

#include "common/cleanup.h"

#include <stddef.h>
#include <stdint.h>

/** The writing; opaque. */
struct rl_direct;

/**
 * What begins in the file at a multiple of this, in bytes, begins at a block of every file system that
 * can share blocks.
 */
#define RL_DIRECT_ALIGNMENT ((size_t)4096)

/**
 * Begins at the beginning of @fd, an empty regular file, open for reading and writing, that nobody else
 * writes to; borrowed. The thread begins when there is something to do, with the rights that the caller
 * has then; without it all goes on, only slower.
 *
 * @return 0 with *@direct_ret set; -ENOMEM; -EINVAL and others if the file system cannot do this, with
 *         the file as it was.
 */
int rl_direct_open(int fd, struct rl_direct **direct_ret) RL_CHECKED;

/**
 * Writes @size bytes behind those before.
 *
 * @return 0 or a negative errno, of this or of an earlier call.
 */
int rl_direct_write(struct rl_direct *direct, const void *data, size_t size) RL_CHECKED;

/**
 * Writes up to @size bytes of @fd from @offset on by sharing its blocks (FICLONERANGE in
 * ioctl_ficlonerange(2)). The position has to be a multiple of RL_DIRECT_ALIGNMENT, and so has to be
 * @offset; whole blocks are shared.
 *
 * @return how many bytes are shared, 0 if there is no whole block; -EOPNOTSUPP if they cannot be shared;
 *         another negative errno, of an earlier call.
 */
int64_t rl_direct_share(
	struct rl_direct *direct, int fd, uint64_t offset, uint64_t size) RL_CHECKED;

/** Goes back to @position. @return 0 or a negative errno. */
int rl_direct_rewind(struct rl_direct *direct, uint64_t position) RL_CHECKED;

/**
 * Puts @size bytes in the place of those at @position, which have been written before.
 *
 * @return 0 or a negative errno.
 */
int rl_direct_patch(
	struct rl_direct *direct, uint64_t position, const void *data, size_t size) RL_CHECKED;

/** Writes out what is held back; nothing but freeing may follow. @return 0 or a negative errno. */
int rl_direct_finish(struct rl_direct *direct) RL_CHECKED;

/** Ends the thread, and releases all; what was held back is lost. NULL is fine. */
void rl_direct_free(struct rl_direct *direct);

#endif
