/* SPDX-License-Identifier: MIT */
/** The kernel's list of mounts (proc(5), /proc/self/mountinfo), and which path leads into which. */

#ifndef RL_SCAN_MOUNTINFO_H
#define RL_SCAN_MOUNTINFO_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** One line of the list. Strings are unescaped and owned. */
struct rl_mountinfo_entry {
	/** The mount's number. */
	int id;
	/** The number of the mount it is mounted on; not in the list for the outermost. */
	int parent;
	/** The parent is not in the list: nothing that can be seen is above it. */
	bool is_outermost;
	/** The file system's device. */
	dev_t dev;
	/** What of the file system is mounted. */
	char *fs_root;
	/** Where. */
	char *mount_point;
	/** The file system's type. */
	char *type;
	/** The source. */
	char *source;
	/** The options of the file system itself. */
	char *super_options;
};

/** The list; release with rl_mountinfo_free(). `= {0}` is empty. */
struct rl_mountinfo {
	/** In the kernel's order. */
	struct rl_mountinfo_entry *entries;
	/** How many. */
	size_t count;
};

/** No mount of the list: a chroot's root that is no mount point, say. */
#define RL_MOUNTINFO_NONE SIZE_MAX

/**
 * Reads a list.
 *
 * @return 0; -EBADMSG with "FILE:LINE: ..." in @err if a line is not in the form; -ENOMEM; or the
 *         errno of reading it.
 */
int rl_mountinfo_read(const char *path, struct rl_mountinfo *info, struct rl_error *err) RL_CHECKED;

/**
 * Which mount an absolute path without symlinks leads into, when every mount hides what is beneath
 * it: the index in the list, or RL_MOUNTINFO_NONE.
 */
size_t rl_mountinfo_lookup(const struct rl_mountinfo *info, const char *path);

/**
 * What is left of @path below @dir, both absolute: "" if they are the same, "var/lib" of
 * "/srv/var/lib" below "/srv"; NULL if it is not below.
 */
const char *rl_mountinfo_below(const char *path, const char *dir);

/** Releases what @info owns. */
void rl_mountinfo_free(struct rl_mountinfo *info);

#endif
