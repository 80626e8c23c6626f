/* SPDX-License-Identifier: MIT */
/** What each method of compression implements; see writer/compress.h. */

#ifndef RL_WRITER_COMPRESS_OPS_H
#define RL_WRITER_COMPRESS_OPS_H

#include "common/cleanup.h"

#include <stddef.h>

/** A method. */
struct rl_compress_ops {
	/** Its name. */
	const char *name;
	/** The levels that it has, and the usual one. */
	int lowest, highest, usual;
	/** The size of a block at @level, in bytes. */
	size_t (*block)(int level);
	/** What a block of @size bytes becomes at most, in bytes. */
	size_t (*bound)(size_t size);
	/** What @state takes at most at @level, in bytes. */
	size_t (*memory)(int level);
	/** Makes what one thread needs. @return 0 with *@state_ret set, or -ENOMEM. */
	int (*open)(int level, void **state_ret);
	/** rl_compressor_run(); @room is how much room there is in @out. */
	int (*run)(void *state, const void *data, size_t size, void *out, size_t room,
		size_t *size_ret);
	/** Releases @state, which is not NULL. */
	void (*close)(void *state);
};

/** gzip, by libdeflate. */
extern const struct rl_compress_ops rl_compress_gzip;

/** Zstandard, by libzstd. */
extern const struct rl_compress_ops rl_compress_zstd;

#endif
