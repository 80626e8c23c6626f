/* SPDX-License-Identifier: MIT */
/**
 * A writer around another one that passes on only what differs from a tree, which is what a layer over that
 * tree has to have (OCI image-spec, layer.md): members that are new or changed, and whiteouts of what is
 * gone.
 *
 * Members come as a source gives them: each directory before what is in it, and all of that together.
 *
 * - Directories that are the same are written if something in them is: an engine that has to make up the
 *   directories above a member hides those of the layers below with their metadata.
 * - Engines unpack a layer without those below, so a hardlink has to have its target in the same layer: of a
 *   set of hardlinks all names are written or none.
 * - If nothing of a directory is kept, one opaque whiteout says so.
 */

#ifndef RL_WRITER_DELTA_H
#define RL_WRITER_DELTA_H

#include "archive/tree.h"
#include "writer/writer.h"

/** How to compare; `= {0}` is the default. */
struct rl_delta_options {
	/** mtimes by their nanoseconds; else by whole seconds. */
	bool mtime_ns;
};

/** What a delta has come to. */
struct rl_delta_facts {
	/** Members that are in the tree as they were given, and how many names of it have whiteouts. */
	uint64_t unchanged, removed;
	/** Of the unchanged, those that rl_writer_knows() knew. */
	uint64_t known;
};

/**
 * A writer that passes on to @inner, which it owns from now on, also on failure, what differs from @tree,
 * borrowed, which must outlive it, and may be filled until the first member comes. The marks of the tree are used up.
 *
 * rl_writer_begin() and rl_writer_end() of it may return -EAGAIN (writer/writer.h).
 *
 * @return 0 with *@writer_ret set, which the caller frees with rl_writer_free(); -ENOMEM.
 */
int rl_delta_new(struct rl_writer *inner, struct rl_tree *tree,
	const struct rl_delta_options *options, struct rl_writer **writer_ret,
	struct rl_error *err) RL_CHECKED;

/** What it has come to; after rl_writer_finish(). */
void rl_delta_facts(const struct rl_writer *writer, struct rl_delta_facts *facts);

#endif
