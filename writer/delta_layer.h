/* SPDX-License-Identifier: MIT */
/** What a layer has beside the members that were given: directories above them, other names, whiteouts. */

#ifndef RL_WRITER_DELTA_LAYER_H
#define RL_WRITER_DELTA_LAYER_H

#include "archive/tree.h"
#include "writer/writer.h"

/** rl_inode::mark of a directory of the tree that is in the layer. */
#define RL_DELTA_DIRECTORY_WRITTEN 1

/** A layer; zero it, and set @inner. Release with rl_delta_layer_free(). */
struct rl_delta_layer {
	/** What writes it. Owned. */
	struct rl_writer *inner;
	/** Directories of the tree that were written since rl_delta_layer_keep(). Owned. */
	struct rl_inode **written;
	/** How many, and how many there is room for. */
	size_t written_count, written_cap;
};

/**
 * Writes a file as the tree has it.
 *
 * @hardlink the path of which it is a further name; NULL: none
 *
 * @return 0; -ENOMEM; or the errno of writing.
 */
int rl_delta_layer_node(struct rl_delta_layer *layer, const struct rl_node *node,
	const char *hardlink, struct rl_error *err) RL_CHECKED;

/** Notes that the directory @inode of the tree is in the layer. @return 0 or -ENOMEM. */
int rl_delta_layer_note(
	struct rl_delta_layer *layer, struct rl_inode *inode, struct rl_error *err) RL_CHECKED;

/**
 * Has a directory of the tree in the layer, with those above it, unless it is there: it is the same, and
 * something in it is written. Returns as rl_delta_layer_node().
 */
int rl_delta_layer_directory(
	struct rl_delta_layer *layer, struct rl_node *node, struct rl_error *err) RL_CHECKED;

/**
 * Writes whiteouts for all that the tree has in the directory @node and that is not seen.
 *
 * @is_opaque nothing that the tree has in it is kept: one whiteout says so
 *
 * @return as rl_delta_layer_node().
 */
int rl_delta_layer_whiteouts(struct rl_delta_layer *layer, struct rl_node *node, bool is_opaque,
	struct rl_error *err) RL_CHECKED;

/** What has been written will not be taken back. */
void rl_delta_layer_keep(struct rl_delta_layer *layer);

/** What has been written since then has been taken back. */
void rl_delta_layer_take_back(struct rl_delta_layer *layer);

/** Releases what it owns. */
void rl_delta_layer_free(struct rl_delta_layer *layer);

#endif
