/* SPDX-License-Identifier: MIT */
/** Paths in a root: a set of them, and where they lead, with each symlink on the way. */

#ifndef RL_SCAN_PATHS_H
#define RL_SCAN_PATHS_H

#include "common/buf.h"

#include <stdbool.h>
#include <sys/types.h>

/** A set of paths; `= {0}` is empty. Release with rl_paths_free(). */
struct rl_paths {
	/** The paths, in the order in which they were added; owned. */
	char **paths;
	/** How many. */
	size_t count;
	/** How many there is room for. */
	size_t cap;
	/** They are in it, by name (tsearch(3)). */
	void *tree;
};

/** Adds a copy of @path. @return 1; 0 if it is there already; -ENOMEM. */
int rl_paths_add(struct rl_paths *paths, const char *path) RL_CHECKED;

/** Adds all that are in @more. @return 0 or -ENOMEM. */
int rl_paths_add_all(struct rl_paths *paths, const struct rl_paths *more) RL_CHECKED;

/** Whether @path is there. */
bool rl_paths_have(const struct rl_paths *paths, const char *path);

/** Sorts them by their bytes. */
void rl_paths_sort(struct rl_paths *paths);

/** Releases them; the set is then empty. */
void rl_paths_free(struct rl_paths *paths);

/** A file that is not in the root, but is to be looked at as if it were. */
struct rl_placed_file {
	/** Where it is to be, below the root, in directories that are no symlinks; borrowed. */
	const char *path;
	/** It, open for reading; borrowed. */
	int fd;
};

/** What is asked about paths of one root. Zero it, set the first ones; release with rl_trails_free(). */
struct rl_trails {
	/** The root; borrowed. */
	int root_fd;
	/** Files that are to be in it; borrowed. */
	const struct rl_placed_file *placed;
	/** How many. */
	size_t placed_count;
	/** Directories and symlinks that have been looked at (tsearch(3)). */
	void *known;
};

/**
 * Follows @path within the root.
 *
 * @real_ret its path without symlinks, without "/" before it; what it held is lost; NUL-terminated
 * @links    each symlink on the way is added to it, by such a path; also on failure
 *
 * @return the type of file (S_IFREG, S_IFDIR); -ENOENT, -ENOTDIR, -ELOOP and the like if there is none;
 *         -ENOMEM.
 */
int rl_trails_follow(struct rl_trails *trails, const char *path, struct rl_buf *real_ret,
	struct rl_paths *links) RL_CHECKED;

/** Whether the file at @real, a path without symlinks, is one that is to be there. */
bool rl_trails_is_placed(const struct rl_trails *trails, const char *real);

/**
 * Opens the regular file at @real, a path without symlinks, for reading.
 *
 * @return as rl_root_open_file().
 */
int rl_trails_open(const struct rl_trails *trails, const char *real) RL_CHECKED;

/** Releases what @trails own. */
void rl_trails_free(struct rl_trails *trails);

#endif
