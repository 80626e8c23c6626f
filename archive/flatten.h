/* SPDX-License-Identifier: MIT */
/** The layers of an image, laid over each other. */

#ifndef RL_ARCHIVE_FLATTEN_H
#define RL_ARCHIVE_FLATTEN_H

#include "archive/image.h"
#include "archive/store.h"
#include "archive/tree.h"
#include "common/exception.h"

#include <signal.h>

/** How much a layer, or a tar, may come to without being compressed, for each byte that it has, and in any case. */
#define RL_FLATTEN_RATIO ((uint64_t)200)
#define RL_FLATTEN_ALWAYS ((uint64_t)1 << 30)

/** What to make of them. `= {0}`: only metadata are wanted. */
struct rl_flatten_options {
	/** Contents get a SHA-256. */
	bool digests;
	/** Where contents are kept; borrowed; NULL: nowhere. */
	struct rl_store *store;
	/**
	 * How many bytes each layer, or the tar, may come to without being compressed: what would fill a disk out of
	 * a small file is not read to its end; 0: as RL_FLATTEN_RATIO and RL_FLATTEN_ALWAYS say.
	 */
	uint64_t max_bytes;
	/** Asked now and then whether to go on: not, if it is not 0. Borrowed; NULL: always. */
	const volatile sig_atomic_t *stop;
	/** Told how many bytes of layers have been read, now and then; NULL: nobody is. */
	void (*progress)(void *ctx, uint64_t bytes);
	/** What @progress is called with; borrowed. */
	void *ctx;
};

/**
 * Applies all layers of @image to @tree, the lowest first, and sorts it.
 *
 * @exceptions told of what cannot be kept; may be NULL
 *
 * @return 0; -EINTR: it was told to stop; or as rl_image_layer_open() and rl_tree_apply().
 */
int rl_flatten_image(const struct rl_image *image, struct rl_tree *tree,
	const struct rl_flatten_options *options, const struct rl_exception_sink *exceptions,
	struct rl_error *err) RL_CHECKED;

/**
 * The same with a plain tar, perhaps compressed, that @stream gives, which is borrowed.
 *
 * @size how many bytes the stream has; UINT64_MAX: it is not known
 */
int rl_flatten_tar(struct rl_stream *stream, uint64_t size, struct rl_tree *tree,
	const struct rl_flatten_options *options, const struct rl_exception_sink *exceptions,
	struct rl_error *err) RL_CHECKED;

#endif
