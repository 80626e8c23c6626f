/* SPDX-License-Identifier: MIT */
/**
 * Compression, block by block: each block of an input becomes something that can be decompressed by
 * itself, and one behind the other they are what gunzip and zstd take for one file. So blocks can be
 * compressed by any number of threads in any order, and the bytes are always the same.
 */

#ifndef RL_WRITER_COMPRESS_H
#define RL_WRITER_COMPRESS_H

#include "common/cleanup.h"

#include <stddef.h>

/** How something is compressed. */
enum rl_method {
	/** Not at all. */
	RL_METHOD_NONE,
	/** gzip (RFC 1952). */
	RL_METHOD_GZIP,
	/** Zstandard (RFC 8878). */
	RL_METHOD_ZSTD,
	/** How many there are. */
	RL_METHOD_COUNT
};

/** How something is compressed, and how hard. `= {0}` is valid: not at all. */
struct rl_compression {
	/** The method. */
	enum rl_method method;
	/** gzip: 1 to 12; zstd: 1 to 19; none: 0. */
	int level;
};

/** What one thread compresses with; opaque. */
struct rl_compressor;

/**
 * Reads "none", "gzip", "zstd", and "gzip:9" for another level than the usual one.
 *
 * @return 0 with *@out set; -EINVAL if it is none of these, or the method has no such level.
 */
int rl_compression_parse(const char *text, struct rl_compression *out) RL_CHECKED;

/** The method's name: "none", "gzip", "zstd". */
const char *rl_method_name(enum rl_method method);

/**
 * The size that all blocks but the last one should have, in bytes: it has to be the same each time, as the
 * output depends on it. Also of what is not compressed.
 */
size_t rl_compression_block(const struct rl_compression *compression);

/**
 * What @size bytes, at most rl_compression_block(), become at most, in bytes; of what is not compressed 0: it
 * stays where it is.
 */
size_t rl_compression_bound(const struct rl_compression *compression, size_t size);

/** What a compressor takes at most beside the blocks, in bytes. */
size_t rl_compression_memory(const struct rl_compression *compression);

/**
 * Makes what one thread compresses with; not for RL_METHOD_NONE.
 *
 * @block the size of the largest block, at most rl_compression_block()
 *
 * @return 0 with *@compressor_ret set, which the caller frees with rl_compressor_free(); -ENOMEM.
 */
int rl_compressor_new(const struct rl_compression *compression, size_t block,
	struct rl_compressor **compressor_ret) RL_CHECKED;

/**
 * Compresses one block of @size bytes, perhaps 0, at most as much as rl_compressor_new() was told.
 *
 * @out room for rl_compression_bound() of the largest block; must not overlap @data
 * @size_ret how many of them were needed
 *
 * @return 0; -ENOMEM; -EIO if the library fails otherwise.
 */
int rl_compressor_run(struct rl_compressor *compressor, const void *data, size_t size, void *out,
	size_t *size_ret) RL_CHECKED;

/** Releases the compressor. NULL is fine. */
void rl_compressor_free(struct rl_compressor *compressor);

#endif
