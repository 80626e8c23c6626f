/* SPDX-License-Identifier: MIT */
/**
 * Entries of ACLs of which an archive has only the name of a user or group, as GNU tar writes them. What numbers
 * these are, the files of the archive itself say, once all of it has been read.
 */

#ifndef RL_ARCHIVE_ACL_NAMES_H
#define RL_ARCHIVE_ACL_NAMES_H

#include "archive/store.h"
#include "archive/tar_reader.h"
#include "archive/tree.h"

/** What waits for its numbers; `= {0}` is nothing. Release with rl_acl_names_free(). */
struct rl_acl_names {
	/** For each inode that lacks something, what that is. Owned. */
	struct rl_acl_names_of *inodes;
	/** How many. */
	size_t count;
};

/** What one inode lacks. */
struct rl_acl_names_of {
	/** Owned. */
	struct rl_tar_acl_name *names;
	/** How many. */
	size_t count;
};

/**
 * Takes over what @member lacks, which has become @inode. That has a mark from then on.
 *
 * @return 0 or -ENOMEM.
 */
int rl_acl_names_take(struct rl_acl_names *names, struct rl_tar_member *member,
	struct rl_inode *inode) RL_CHECKED;

/**
 * Gives all inodes what they lack, by etc/passwd and etc/group of the tree, and takes the marks away.
 *
 * @store      NULL: nothing can be found
 * @exceptions told of what is not found; may be NULL
 *
 * @return 0 or -ENOMEM.
 */
int rl_acl_names_settle(struct rl_acl_names *names, const struct rl_tree *tree,
	const struct rl_store *store, const struct rl_exception_sink *exceptions) RL_CHECKED;

/** Releases what @names owns. */
void rl_acl_names_free(struct rl_acl_names *names);

#endif
