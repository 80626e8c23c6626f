/* SPDX-License-Identifier: MIT */
/**
 * A tar put into a tree: as the whole of it, or as a layer over what is there, with its whiteouts (OCI
 * image-spec, layer.md).
 */

#ifndef RL_ARCHIVE_APPLY_H
#define RL_ARCHIVE_APPLY_H

#include "archive/store.h"
#include "archive/stream.h"
#include "archive/tree.h"

/** How many members an archive, and how many files a tree, may have, unless it is said otherwise. */
#define RL_APPLY_MEMBERS_MAX ((uint64_t)16000000)
/** How many bytes the contents of an archive may come to, holes counted, unless it is said otherwise. */
#define RL_APPLY_CONTENT_MAX ((uint64_t)4 << 40)

/** What to make of an archive. `= {0}`: a plain tar of which only metadata are wanted. */
struct rl_apply_options {
	/** It is a layer: names that begin with ".wh." take out what lower layers have. */
	bool is_layer;
	/** The number of the layer, from 0 on. */
	uint32_t layer;
	/** It may be compressed (rl_tar_reader_new()). */
	bool has_filters;
	/** Contents get a SHA-256. */
	bool digests;
	/** Where contents are kept; borrowed; NULL: nowhere. */
	struct rl_store *store;
	/** See RL_APPLY_MEMBERS_MAX; 0: that. */
	uint64_t members_max;
	/** See RL_APPLY_CONTENT_MAX; 0: that. */
	uint64_t content_max;
};

/**
 * Reads @stream to its end and puts all members into @tree. Of members of the same name the last one counts.
 * Symlinks above a member are followed, as whoever unpacks it follows them.
 *
 * @stream     borrowed
 * @exceptions told of what cannot be kept; may be NULL
 *
 * @return 0; -EINVAL: it is no tar, or damaged, or has members that no root file system can have; -ENOTDIR,
 *         -ELOOP, -ENAMETOOLONG: a member has an impossible path; -EFBIG: more of anything than may be; -ENOMEM;
 *         or what the stream or the store failed with. The tree is then good for nothing but being freed.
 */
int rl_tree_apply(struct rl_tree *tree, struct rl_stream *stream,
	const struct rl_apply_options *options, const struct rl_exception_sink *exceptions,
	struct rl_error *err) RL_CHECKED;

#endif
