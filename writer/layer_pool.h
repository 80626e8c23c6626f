/* SPDX-License-Identifier: MIT */
/**
 * The threads and the memory that layers of an image are made with: several layers that are written at the
 * same time share them.
 */

#ifndef RL_WRITER_LAYER_POOL_H
#define RL_WRITER_LAYER_POOL_H

#include "writer/compress.h"
#include "writer/digest.h"
#include "writer/sink.h"

/** The pool; opaque. */
struct rl_layer_pool;

/** How to make layers. `= {0}` is valid: one, not compressed, without threads. */
struct rl_layer_options {
	/** How they are compressed. */
	struct rl_compression compression;
	/**
	 * How many threads do that, beside the one that writes; fewer are taken if memory would not do
	 * for so many. 0: none, the one that writes does all. The bytes are the same.
	 */
	unsigned int threads;
	/**
	 * How many layers there are at the same time, at most; 0: one. Of more than a few the blocks are
	 * smaller, so that all have room in memory: the bytes depend on it.
	 */
	size_t layers;
	/** For how many layers blocks are filled at the same time, if that are more than @layers. */
	size_t filling;
	/** Nothing is hashed: there are no digests in the end. */
	bool is_unnamed;
};

/**
 * Makes a pool. Threads are started when there is something to do for them, and take the rights that the
 * caller has then.
 *
 * @return 0 with *@pool_ret set, which the caller frees with rl_layer_pool_free(); -ENOMEM.
 */
int rl_layer_pool_new(const struct rl_layer_options *options, struct rl_layer_pool **pool_ret,
	struct rl_error *err) RL_CHECKED;

/** Releases the pool, whose layers must have been released. NULL is fine. */
void rl_layer_pool_free(struct rl_layer_pool *pool);

/** What becomes of the blocks of one layer; for writer/layer.c. */
struct rl_layer_lane {
	/** Where they go; borrowed. */
	struct rl_sink *out;
	/** Of what was written; owned by the layer, as @digest. Both NULL if there are to be none. */
	struct rl_digest *diff_id;
	/** Of what it has become; NULL if nothing is compressed: it is the same. */
	struct rl_digest *digest;
	/** Bytes that have been written to @out. */
	uint64_t size;
	/** How many blocks of all layers had been handed over when the last one of this layer had been. */
	uint64_t end;
};

/** Whether layers are to have no digests. */
bool rl_layer_pool_is_unnamed(const struct rl_layer_pool *pool);

/** Whether layers are compressed. */
bool rl_layer_pool_compresses(const struct rl_layer_pool *pool);

/** The size of all blocks of a layer but its last one, in bytes. */
size_t rl_layer_pool_block(const struct rl_layer_pool *pool);

/**
 * Hands over a block, perhaps when others have been written out. Blocks of a layer are hashed and written out in the
 * order in which they are handed over, by one thread at a time. Only one thread may call this.
 *
 * @data rl_layer_pool_block() bytes of malloc(), which become the pool's; replaced by others, which become
 *       the caller's, or by NULL
 * @len  how many of them are used
 *
 * @return 0, or what has failed in any layer first; @data is the caller's then too.
 */
int rl_layer_pool_hand_over(struct rl_layer_pool *pool, struct rl_layer_lane *lane, char **data,
	size_t len, struct rl_error *err) RL_CHECKED;

/** Waits until all blocks of @lane are written out. @return as rl_layer_pool_hand_over(). */
int rl_layer_pool_settle(struct rl_layer_pool *pool, const struct rl_layer_lane *lane,
	struct rl_error *err) RL_CHECKED;

/** Ends all threads with what they are at; no block may be handed over any more. */
void rl_layer_pool_stop(struct rl_layer_pool *pool);

#endif
