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
	/** The path that it will have; owned; NULL if it was opened in a directory. */
	char *path;
	/** The directory of @path; owned, unless @borrows_dir. */
	int dir_fd;
	/** Whoever opened it keeps @dir_fd open. */
	bool borrows_dir;
	/** The last component of @path, borrowed from it; NULL while there is none. */
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
 * Makes one in a directory, whose name will be known later: rl_new_file_commit_as().
 *
 * @dir_fd borrowed for as long as the file is there
 *
 * @return 0 or a negative errno; after a failure too it is to be released.
 */
int rl_new_file_open_in(int dir_fd, struct rl_new_file *file) RL_CHECKED;

/** Takes the name from a file that has one meanwhile, as it will get none. @return 0 or a negative errno. */
int rl_new_file_hide(struct rl_new_file *file) RL_CHECKED;

/**
 * Has all that was written on the disk, and gives the file a name of its own, so that a rename is all
 * that is left.
 *
 * @return 0 or a negative errno.
 */
int rl_new_file_settle(struct rl_new_file *file) RL_CHECKED;

/** Gives a settled file its name. @return 0 or a negative errno. */
int rl_new_file_commit(struct rl_new_file *file) RL_CHECKED;

/**
 * Gives a settled file, of rl_new_file_open_in(), this name; what has it is replaced.
 *
 * @name borrowed for as long as the file is there
 *
 * @return 0 or a negative errno.
 */
int rl_new_file_commit_as(struct rl_new_file *file, const char *name) RL_CHECKED;

/** Takes the name from a file that was committed. */
void rl_new_file_withdraw(const struct rl_new_file *file);

/** Releases it. A file that was not committed is gone. */
void rl_new_file_free(struct rl_new_file *file);

#endif
