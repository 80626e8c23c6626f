/* SPDX-License-Identifier: MIT */
/**
 * Which inode has been written under which name, so that further names become hardlinks to it.
 *
 * This grows with the number of such inodes: about 35 bytes each, and the name. What a path says of
 * directories is kept once for all that lies in them.
 */

#ifndef RL_WRITER_HARDLINK_H
#define RL_WRITER_HARDLINK_H

#include "common/buf.h"
#include "scan/entry.h"

/** A table of written inodes; `= {0}` is valid and empty. Release with rl_hardlinks_free(). */
struct rl_hardlinks {
	/** The inodes, in the order in which they were written. Owned. */
	struct rl_hardlink *inodes;
	/** How many. */
	size_t count;
	/** How many there is room for. */
	size_t cap;
	/** A hash table with open addressing: numbers of inodes, from 1 on; 0: free. Owned. */
	uint32_t *slots;
	/** How many slots: a power of two, or 0. */
	size_t slot_count;
	/**
	 * Names, each behind how many bytes before it the name of its directory begins. What is
	 * said so is 0 for the names in ROOT, and takes 7 bits a byte, the lowest first.
	 */
	struct rl_buf names;
	/** Where in @names the components of the path last added are. Owned. */
	size_t *trail;
	/** How many components. */
	size_t trail_len;
	/** How many there is room for. */
	size_t trail_cap;
	/** The path last found. */
	struct rl_buf path;
};

/** One written inode. */
struct rl_hardlink {
	/** Its device. */
	dev_t dev;
	/** Its inode number. */
	ino_t ino;
	/** Where the last component of the path that it was written under is. */
	size_t name;
};

/**
 * Finds the path under which @entry's inode was written.
 *
 * @path_ret the path, valid until the next search; NULL if the inode was not written
 *
 * @return 0 or -ENOMEM.
 */
int rl_hardlinks_find(
	struct rl_hardlinks *links, const struct rl_entry *entry, const char **path_ret) RL_CHECKED;

/**
 * Remembers that @entry's inode, which must not be in @links, has been written under its path.
 *
 * @return 0 or -ENOMEM.
 */
int rl_hardlinks_add(struct rl_hardlinks *links, const struct rl_entry *entry) RL_CHECKED;

/** Releases what @links owns. */
void rl_hardlinks_free(struct rl_hardlinks *links);

#endif
