/* SPDX-License-Identifier: MIT */
/**
 * The files of an image in memory, as a tree: the tars of its layers applied one over the other (OCI
 * image-spec, layer.md), or what a list of files says. It has everything about each file but its content.
 *
 * A file takes about 250 bytes and its name; what few files have (attributes, ACLs, a label) comes on top.
 */

#ifndef RL_ARCHIVE_TREE_H
#define RL_ARCHIVE_TREE_H

#include "common/error.h"
#include "scan/entry.h"

/** How many bytes a SHA-256 has. */
#define RL_TREE_DIGEST_SIZE 32

/** What few files have. Owned by its inode. */
struct rl_inode_extra {
	/** Extended attributes sorted by name, without ACLs and the SELinux label. Owned. */
	struct rl_xattr *xattrs;
	/** How many. */
	size_t xattr_count;
	/** The access ACL, and the default ACL. Owned. */
	struct rl_acl acl_access, acl_default;
	/** The SELinux label, or NULL; its bytes with the final NUL. Owned. */
	char *label;
	/** See rl_entry. */
	size_t label_size;
};

/** A file without its names. Owned by its nodes together. */
struct rl_inode {
	/** How many nodes are its names. */
	uint32_t links;
	/** Type and permission bits. */
	mode_t mode;
	/** The numeric owner and group. */
	uid_t uid;
	gid_t gid;
	/** The device that a device node is. */
	dev_t rdev;
	/** The content's length in bytes, of regular files; 0 for all else. */
	uint64_t size;
	/** When the content last changed, with nanoseconds where the archive has them. */
	struct timespec mtime;
	/** Where the content begins in the tree's store (archive/store.h); UINT64_MAX: it is not there. */
	uint64_t content;
	/** The SHA-256 of the content; of regular files only. */
	unsigned char digest[RL_TREE_DIGEST_SIZE];
	/** Whether @digest is known. */
	bool has_digest;
	/** Where a symlink leads; NULL for all else. Owned. */
	char *target;
	/** NULL: none of it. Owned. */
	struct rl_inode_extra *extra;
	/** Which inode of which device it was on the host, and when that last changed; 0: not known. */
	dev_t host_dev;
	ino_t host_ino;
	struct timespec host_ctime;
	/** For who compares trees: free to use, 0 at first. */
	uint64_t mark;
};

/** One name of a file. */
struct rl_node {
	/** The directory above it; NULL: this is ROOT. */
	struct rl_node *parent;
	/** The file. */
	struct rl_inode *inode;
	/** What is in a directory, by name (bytewise) once rl_tree_sort() was called. Owned. */
	struct rl_node **children;
	/** How many, and how many there is room for. */
	uint32_t count, cap;
	/** Where it is in its parent's children. */
	uint32_t index;
	/** The number of the layer that said this last, from 0 on (rl_tree_set_layer()). */
	uint32_t layer;
	/** No member was there for this directory: its metadata are made up (0755, root, the epoch). */
	bool is_implied;
	/** For who compares trees: free to use, false at first. */
	bool is_seen;
	/** The last component; "" is ROOT. */
	char name[];
};

/** A tree; opaque. */
struct rl_tree;

/** An empty tree: ROOT alone, implied. @return 0 with *@tree_ret set; -ENOMEM. */
int rl_tree_new(struct rl_tree **tree_ret) RL_CHECKED;

/** ROOT. */
struct rl_node *rl_tree_root(const struct rl_tree *tree);

/** How many nodes there are, with ROOT. */
size_t rl_tree_count(const struct rl_tree *tree);

/** Says which layer all that is put there from now on is of; 0 at first. */
void rl_tree_set_layer(struct rl_tree *tree, uint32_t layer);

/** What @directory has by the name of the @len bytes at @name, or NULL. */
struct rl_node *rl_tree_child(
	const struct rl_tree *tree, const struct rl_node *directory, const char *name, size_t len);

/** The node at @path below ROOT ("" is ROOT; no "/" before it), symlinks not followed; or NULL. */
struct rl_node *rl_tree_find(const struct rl_tree *tree, const char *path);

/**
 * Puts a file where @entry's path says, in the place of what is there; directories that are missing above
 * it are implied. A directory that is there keeps what is in it. What @entry owns is moved out of it.
 *
 * @hardlink the path of a file in the tree of which this is to be a further name; NULL: none
 * @node_ret the node; may be NULL
 *
 * @return 0; -ENOTDIR: what is above it is no directory; -ENOENT: there is no such @hardlink; -EINVAL: the
 *         path has a component that is "..", "." or "", or @hardlink is a directory; -ENOMEM.
 */
int rl_tree_add(struct rl_tree *tree, struct rl_entry *entry, const char *hardlink,
	struct rl_node **node_ret) RL_CHECKED;

/** Takes a node out, with what is in it. Not ROOT. Its directory is not sorted any more. */
void rl_tree_remove(struct rl_tree *tree, struct rl_node *node);

/** Makes a directory one that no member was there for, again: empty of metadata, but not of files. */
void rl_tree_imply(struct rl_tree *tree, struct rl_node *directory);

/** Sorts all directories by name, which is needed before a walk, after all that was put there or taken out. */
void rl_tree_sort(struct rl_tree *tree);

/**
 * The node behind @node in a walk of all of the tree: ROOT first, each directory before what is in it.
 *
 * @return NULL: @node is the last.
 */
struct rl_node *rl_tree_next(const struct rl_node *node);

/** As rl_tree_next(), but what is in @node, if it is a directory, is passed over. */
struct rl_node *rl_tree_next_behind(const struct rl_node *node);

/**
 * The path of @node below ROOT.
 *
 * @return a new string, or NULL if there is no memory.
 */
char *rl_tree_path(const struct rl_node *node) RL_CHECKED;

/**
 * An entry of its own, loaded, that says what the tree knows of @node; released with rl_entry_clear().
 * nlink is the number of names in the tree; dev is 0 and ino a number that only its names have.
 *
 * @return 0 or -ENOMEM.
 */
int rl_tree_entry(const struct rl_node *node, struct rl_entry *entry) RL_CHECKED;

/** Releases the tree. NULL is fine. */
void rl_tree_free(struct rl_tree *tree);

#endif
