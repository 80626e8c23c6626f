/* SPDX-License-Identifier: MIT */
/** A file that appears under its name only when it is whole. */

#ifndef RL_WRITER_NEW_FILE_H
#define RL_WRITER_NEW_FILE_H

#include "common/cleanup.h"

#include <limits.h>
#include <stdbool.h>

/** The file. */
struct rl_new_file {
	/** The file, open for reading and writing; owned. */
	int fd;
	/** The path that it will have; owned. */
	char *path;
	/** The directory of @path; owned. */
	int dir_fd;
	/** The last component of @path; borrowed from it. */
	const char *base;
	/** The name in @dir_fd that the file has meanwhile; "" while it has none. */
	char temp[NAME_MAX + 1];
	/** All of it is on the disk, and has @temp's name. */
	bool is_settled;
	/** It has its final name. */
	bool is_committed;
};

/**
 * Makes one, for its owner alone to read, in the directory of @path: without a name (O_TMPFILE) or,
 * where the file system has no such thing, with a name of its own. What is at @path is left alone; of a
 * symlink that would be the symlink.
 *
 * @return 0, -ENOMEM, -EISDIR if a directory is at @path, or a negative errno; after a failure too it is
 *         to be released.
 */
int rl_new_file_open(const char *path, struct rl_new_file *file) RL_CHECKED;

/**
 * Has all that was written on the disk, and gives the file a name of its own, so that a rename is all
 * that is left.
 *
 * @return 0 or a negative errno.
 */
int rl_new_file_settle(struct rl_new_file *file) RL_CHECKED;

/** Gives a settled file its name. @return 0 or a negative errno. */
int rl_new_file_commit(struct rl_new_file *file) RL_CHECKED;

/** Takes the name from a file that was committed. */
void rl_new_file_withdraw(const struct rl_new_file *file);

/** Releases it. A file that was not committed is gone. */
void rl_new_file_free(struct rl_new_file *file);

#endif
