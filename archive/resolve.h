/* SPDX-License-Identifier: MIT */
/** Paths in a tree as whoever unpacks an archive follows them. */

#ifndef RL_ARCHIVE_RESOLVE_H
#define RL_ARCHIVE_RESOLVE_H

#include "archive/tree.h"
#include "common/buf.h"

/**
 * Finds out where @path leads: symlinks in all of its components but the last are followed within ROOT, which
 * ".." in them does not lead out of. What is not there stays as it is written.
 *
 * @path without "/" before it, and without components that are "..", "." or empty; "" is ROOT
 * @buf  what is made of it, if it is not @path itself
 *
 * @return the path, which is @path or in @buf; NULL: errno is ENOMEM, ELOOP or ENAMETOOLONG.
 */
const char *rl_tree_resolve(
	const struct rl_tree *tree, const char *path, struct rl_buf *buf) RL_CHECKED;

#endif
