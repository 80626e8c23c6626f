/* SPDX-License-Identifier: MIT */
/**
 * A source that gives what another one gives, and further files, each where it belongs in the order
 * of the walk. A file that is at the path of a further one is not given; directories that are missing
 * above one are made.
 */

#ifndef RL_SCAN_ADDED_H
#define RL_SCAN_ADDED_H

#include "common/exception.h"
#include "scan/source.h"

/** One further file. */
struct rl_added_file {
	/** Where: the path below ROOT, whose directories are no symlinks; borrowed. */
	const char *path;
	/** The type (regular, symlink, device, FIFO) and the permission bits. */
	mode_t mode;
	/** The owner. */
	uid_t uid;
	/** The group. */
	gid_t gid;
	/** The device that a device node is. */
	dev_t rdev;
	/** Where a symlink leads; borrowed; NULL for all else. */
	const char *target;
	/** The content of a regular file; borrowed; NULL: empty, or in @content_fd. */
	const char *content;
	/** The content's length in bytes, also of one in @content_fd. */
	size_t size;
	/** An open file that has the content of a regular file; borrowed; -1: none. */
	int content_fd;
	/** Its date, if @has_mtime; else that of what is there already, or of its directory. */
	struct timespec mtime;
	bool has_mtime;
	/** What is there already is given as well, before this one: it will have another name. */
	bool keeps_there;
	/** Mode, owner and attributes of a file that is there already are not changed. */
	bool keeps_metadata;
};

/**
 * Compares two paths in the order of a walk: "/" comes before all bytes that names have.
 *
 * @return < 0, 0 or > 0.
 */
int rl_added_compare(const char *a, const char *b);

/**
 * Opens a source of @base and @files.
 *
 * @base       owned by the new source, also on failure
 * @files      in the order of a walk ("/" before all other bytes), each path once; borrowed
 * @exceptions is told of files that cannot be put where they belong; borrowed; NULL: nobody
 *
 * @return 0 with *@source_ret set, which the caller closes with rl_source_close(); -ENOMEM.
 */
int rl_added_open(struct rl_source *base, const struct rl_added_file *files, size_t count,
	const struct rl_exception_sink *exceptions, struct rl_source **source_ret) RL_CHECKED;

#endif
