/* SPDX-License-Identifier: MIT */
/** An open directory that the walk and those who open files in it share, also between threads. */

#ifndef RL_SCAN_DIR_H
#define RL_SCAN_DIR_H

#include "common/cleanup.h"

/** What is wanted of what is in a directory; in this order, one takes the place of another. */
enum rl_dir_wanted {
	/** All that can be known. */
	RL_DIR_WANTED,
	/** It is only to be counted: files need not be opened. */
	RL_DIR_COUNTED,
	/** Nothing: the walk may leave it. */
	RL_DIR_UNWANTED
};

/** The directory. */
struct rl_dir {
	/** Its descriptor, which may be far (scan/far.h); owned. */
	int fd;
	/**
	 * What keeps the clone attached that it is the root of (rl_clone_mount()), or -1; owned; the
	 * caller may set it.
	 */
	int clone_fd;
	/** How many hold it; atomic. */
	unsigned int holders;
	/** An enum rl_dir_wanted; atomic: it is set by who decides while the walk has gone on. */
	int wanted;
};

/**
 * Makes one of @fd, which it then owns, also on failure.
 *
 * @return the directory, held once; or NULL if there is no memory.
 */
struct rl_dir *rl_dir_new(int fd) RL_CHECKED;

/** Holds it once more. @return @dir. */
struct rl_dir *rl_dir_hold(struct rl_dir *dir);

/** Lets go of it; the last who does closes it. NULL is fine. */
void rl_dir_release(struct rl_dir *dir);

/** What is wanted of what is in it. */
enum rl_dir_wanted rl_dir_wanted(const struct rl_dir *dir);

/** Wants no more of what is in it than @wanted. */
void rl_dir_want(struct rl_dir *dir, enum rl_dir_wanted wanted);

#endif
