/* SPDX-License-Identifier: MIT */
/** A source of entries (scan/source.h) that is a tree in memory, with contents in a store. */

#ifndef RL_ARCHIVE_TREE_SOURCE_H
#define RL_ARCHIVE_TREE_SOURCE_H

#include "archive/store.h"
#include "archive/tree.h"
#include "common/buf.h"
#include "scan/source.h"

/**
 * Makes one. Entries come with all that the tree knows of them, loaded; fstype is NULL.
 *
 * @tree       sorted; borrowed, and not to be changed meanwhile
 * @store      borrowed; NULL: there are no contents, so that regular files that are not empty cannot be opened
 * @exceptions told of contents that cannot be read; may be NULL; borrowed
 *
 * @return 0 with *@source_ret set, which is released with rl_source_close(); or -ENOMEM.
 */
int rl_tree_source_new(const struct rl_tree *tree, const struct rl_store *store,
	const struct rl_exception_sink *exceptions, struct rl_source **source_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * Reads the whole content of a regular file of a tree, and a NUL behind it. Symlinks are not followed (but see
 * archive/resolve.h).
 *
 * @path as rl_tree_find() wants it
 * @max  how many bytes it may have
 * @text what it held is lost
 *
 * @return 1; 0 if there is no such regular file; -EFBIG if it has more than @max bytes; -ENODATA if its content
 *         is not in the store; -ENOMEM; or the errno of read(2).
 */
int rl_tree_read_file(const struct rl_tree *tree, const struct rl_store *store, const char *path,
	size_t max, struct rl_buf *text, struct rl_error *err) RL_CHECKED;

#endif
