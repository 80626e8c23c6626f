/* SPDX-License-Identifier: MIT */
/** Which files the programs of this machine write to at present (proc(5): /proc/PID/fd, cwd). */

#ifndef RL_SCAN_OPEN_FILES_H
#define RL_SCAN_OPEN_FILES_H

#include "common/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** One file that is in use. */
struct rl_open_file {
	/** Its device. */
	dev_t dev;
	/** Its inode number. */
	ino_t ino;
};

/** The regular files that are open for writing, and the directories that processes work in. */
struct rl_open_files {
	/** Sorted. Owned. */
	struct rl_open_file *files;
	/** How many. */
	size_t count;
};

/**
 * Looks at all processes that this one may look at; others, and those that end meanwhile, are passed
 * over.
 *
 * @proc a directory in the form of /proc; NULL: that
 *
 * @return 0, -ENOMEM, or the errno of listing @proc. Release @open in every case.
 */
int rl_open_files_read(const char *proc, struct rl_open_files *open) RL_CHECKED;

/** Whether the file is among them. */
bool rl_open_files_has(const struct rl_open_files *open, dev_t dev, ino_t ino);

/** Releases what @open owns. */
void rl_open_files_free(struct rl_open_files *open);

#endif
