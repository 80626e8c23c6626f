/* SPDX-License-Identifier: MIT */
/** A directory that appears under its name only when all that is in it is whole. */

#ifndef RL_WRITER_NEW_DIR_H
#define RL_WRITER_NEW_DIR_H

#include "common/error.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/** The directory. */
struct rl_new_dir {
	/** The directory itself, open for reading; owned. */
	int fd;
	/** The path that it will have, without slashes at its end; owned. */
	char *path;
	/** The directory that @path is in; owned. */
	int parent_fd;
	/** The last component of @path; borrowed from it. */
	const char *base;
	/** The name in @parent_fd that it has meanwhile; "" once it has its own. */
	char temp[NAME_MAX + 1];
	/** How many bytes are in the files in it, as who writes them counts. */
	uint64_t bytes;
};

/**
 * Makes one, for its owner alone to use, beside @path. An empty directory that is there will be replaced.
 *
 * @path slashes at its end mean nothing
 *
 * @return 0; -ENOTEMPTY, -ENOTDIR or -EBUSY if something is at @path that cannot be replaced; -ENOMEM; or
 *         another negative errno. After a failure too it is to be released.
 */
int rl_new_dir_open(const char *path, struct rl_new_dir *dir, struct rl_error *err) RL_CHECKED;

/**
 * Has the names of all files in the directory, and in those in it, on the disk; the files themselves must be.
 *
 * @return 0 or a negative errno.
 */
int rl_new_dir_settle(const struct rl_new_dir *dir) RL_CHECKED;

/**
 * Gives it its name.
 *
 * @return 0 or a negative errno; -ENOTEMPTY if a directory is there by now that is not empty.
 */
int rl_new_dir_commit(struct rl_new_dir *dir) RL_CHECKED;

/** Releases it. One that was not committed is gone, with all that is in it. */
void rl_new_dir_free(struct rl_new_dir *dir);

#endif
