/* SPDX-License-Identifier: MIT */
/**
 * A layer of an image on its way: what is written to it is hashed, compressed, hashed again and written
 * out, in one pass, by the threads of a pool.
 */

#ifndef RL_WRITER_LAYER_H
#define RL_WRITER_LAYER_H

#include "writer/layer_pool.h"

/** A layer; opaque. */
struct rl_layer;

/** What is known of a layer when it is finished. */
struct rl_layer_facts {
	/** The digest of what was written to it: the "diff_id" of an image's configuration. "": none was made. */
	char diff_id[RL_DIGEST_SIZE];
	/** The digest of what it has become: how the blob is named. "": none was made. */
	char digest[RL_DIGEST_SIZE];
	/** How much it has become, in bytes. */
	uint64_t size;
	/** How much was written to it, in bytes. */
	uint64_t uncompressed;
};

/**
 * Begins a layer that goes to @out, which belongs to it until rl_layer_finish() or rl_layer_free():
 * nobody else touches @out. All layers of a pool are written to by one thread, in any order; their memory
 * is taken when that begins.
 *
 * @pool must outlive the layer
 *
 * @return 0 with *@layer_ret set, which the caller frees with rl_layer_free(); -ENOMEM.
 */
int rl_layer_open(struct rl_layer_pool *pool, struct rl_sink *out, struct rl_layer **layer_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * Where the uncompressed layer is written to; owned by the layer. Once writing to the @out of any layer of the
 * pool has failed, or there is no memory, writing fails with that error, perhaps some mebibytes later; nothing
 * is written to any @out after that.
 */
struct rl_sink *rl_layer_sink(struct rl_layer *layer);

/**
 * Waits until all that has been written to the layer has been written to @out, which is not flushed. What
 * comes after that begins a block, and so something that can be decompressed by itself.
 *
 * @return as rl_layer_finish().
 */
int rl_layer_settle(struct rl_layer *layer, struct rl_error *err) RL_CHECKED;

/**
 * Hands over what is left of the layer, without waiting for it: so that the ends of several layers are
 * compressed at the same time. Nothing may be written to the layer any more.
 *
 * @return 0 or a negative errno, as rl_layer_finish().
 */
int rl_layer_end(struct rl_layer *layer, struct rl_error *err) RL_CHECKED;

/**
 * Ends the layer, if rl_layer_end() has not: waits until all of it has been written to @out, which is not
 * flushed.
 *
 * @facts filled in
 *
 * @return 0 or a negative errno: that of writing to @out, -ENOMEM, -EIO if a library has failed.
 */
int rl_layer_finish(
	struct rl_layer *layer, struct rl_layer_facts *facts, struct rl_error *err) RL_CHECKED;

/**
 * Releases the layer, finished or given up. One that is given up ends the work for all layers of the pool:
 * threads end with what they are at, which may be writing to @out. NULL is fine.
 */
void rl_layer_free(struct rl_layer *layer);

#endif
