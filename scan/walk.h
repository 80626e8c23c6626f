/* SPDX-License-Identifier: MIT */
/**
 * The stack of directories that a walk is in: their names, sorted, and their descriptors.
 *
 * Only single components are ever handed to the kernel, so that depth has no limit, and every
 * directory is checked to be the one that was listed: no rename and no symlink leads outside.
 * Descriptors are few: those of shallow directories are closed when there are too many, and opened
 * again through ".." or from above when the walk comes back to them.
 */

#ifndef RL_SCAN_WALK_H
#define RL_SCAN_WALK_H

#include "common/buf.h"
#include "common/error.h"
#include "scan/dir.h"

#include <sys/types.h>

/** One directory of the stack. */
struct rl_level {
	/** The open directory, or NULL while it is closed; held. */
	struct rl_dir *dir;
	/** What is wanted of it, while it is closed. */
	enum rl_dir_wanted wanted;
	/** It is the root of a mount (or ROOT): ".." does not lead back, and it stays open. */
	bool is_mount_root;
	/** Its device. */
	dev_t dev;
	/** Its inode number. */
	ino_t ino;
	/** The names in it, one behind the other, each with its type before it and a NUL. Owned. */
	struct rl_buf arena;
	/** Where in @arena each name begins, in bytewise order of the names. Owned. */
	size_t *names;
	/** How many names. */
	size_t name_count;
	/** The next name to return. */
	size_t next;
	/** Length of the directory's path below ROOT, in bytes. */
	size_t path_len;
};

/** A walk; `= {0}` is valid and empty. */
struct rl_walk {
	/** The directories, ROOT first. Owned. */
	struct rl_level *levels;
	/** How many the walk is in. */
	size_t depth;
	/** How many there is room for. */
	size_t cap;
	/** How many are open. */
	size_t open_count;
	/** How many may be open, besides mount roots. */
	size_t open_limit;
	/** The shallowest level that may be open and is no mount root: all above are closed. */
	size_t oldest_open;
	/** The path below ROOT of the innermost directory, or of the name last returned. */
	struct rl_buf path;
};

/**
 * Enters a directory: lists and sorts its names.
 *
 * @dir open for reading; the walk takes it over, also on failure
 * @is_mount_root see struct rl_level
 *
 * @return 0, -ENOMEM, or the errno of listing it (it has then not been entered).
 */
int rl_walk_enter(struct rl_walk *walk, struct rl_dir *dir, bool is_mount_root) RL_CHECKED;

/** A name in a directory. */
struct rl_walk_name {
	/** The name, valid until the walk changes. */
	const char *name;
	/** Its type as the directory has it, DT_REG or the like; DT_UNKNOWN where it has none. */
	unsigned char type;
};

/**
 * The next name in the innermost directory; rl_walk::path is then the path of it.
 *
 * @name_ret its name is NULL at the directory's end
 *
 * @return 0 or -ENOMEM.
 */
int rl_walk_next(struct rl_walk *walk, struct rl_walk_name *name_ret) RL_CHECKED;

/** Leaves the innermost directory. */
void rl_walk_leave(struct rl_walk *walk);

/**
 * The directory of a level, opened again if need be.
 *
 * @dir_ret the directory, which the walk holds
 *
 * @return 0, or a negative errno: -ENOENT if the directory is no longer where it was.
 */
int rl_walk_dir(struct rl_walk *walk, size_t level, struct rl_dir **dir_ret) RL_CHECKED;

/** What is wanted of the directory of a level. */
enum rl_dir_wanted rl_walk_wanted(const struct rl_walk *walk, size_t level);

/** Releases all that @walk owns. */
void rl_walk_free(struct rl_walk *walk);

#endif
