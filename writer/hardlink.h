/* SPDX-License-Identifier: MIT */
/** Which inode has been written under which name, so that further names become hardlinks to it. */

#ifndef RL_WRITER_HARDLINK_H
#define RL_WRITER_HARDLINK_H

#include "scan/entry.h"

/** A table of written inodes; `= {0}` is valid and empty. Release with rl_hardlinks_free(). */
struct rl_hardlinks {
	/** The slots of a hash table with open addressing; owned. */
	struct rl_hardlink *slots;
	/** How many slots: a power of two, or 0. */
	size_t slot_count;
	/** How many are in use. */
	size_t used;
};

/** One written inode. */
struct rl_hardlink {
	/** Its device. */
	dev_t dev;
	/** Its inode number. */
	ino_t ino;
	/** The path it was written under; owned. NULL: the slot is free. */
	char *path;
};

/** The path under which @entry's inode was written, or NULL if it was not. */
const char *rl_hardlinks_find(const struct rl_hardlinks *links, const struct rl_entry *entry);

/**
 * Remembers that @entry's inode has been written under its path.
 *
 * @return 0 or -ENOMEM.
 */
int rl_hardlinks_add(struct rl_hardlinks *links, const struct rl_entry *entry) RL_CHECKED;

/** Releases what @links owns. */
void rl_hardlinks_free(struct rl_hardlinks *links);

#endif
