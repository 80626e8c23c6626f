/* SPDX-License-Identifier: MIT */
/** An entry: everything known about one file. The common currency of all rooms. */

#ifndef RL_SCAN_ENTRY_H
#define RL_SCAN_ENTRY_H

#include "common/cleanup.h"
#include "common/exception.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/** One extended attribute. Owned by its entry. */
struct rl_xattr {
	/** The full name with its namespace, "user.mime_type"; NUL-terminated. */
	char *name;
	/** The value; any bytes. Not NULL, even if empty. */
	unsigned char *value;
	/** The value's length in bytes. */
	size_t size;
};

/** What an ACL entry is about: the e_tag values of the kernel (linux/posix_acl.h). */
enum rl_acl_tag {
	RL_ACL_USER_OBJ = 0x01,
	RL_ACL_USER = 0x02,
	RL_ACL_GROUP_OBJ = 0x04,
	RL_ACL_GROUP = 0x08,
	RL_ACL_MASK = 0x10,
	RL_ACL_OTHER = 0x20
};

/** One entry of a POSIX ACL. */
struct rl_acl_entry {
	/** About whom. */
	enum rl_acl_tag tag;
	/** Read 4, write 2, execute 1. */
	unsigned int perm;
	/** The uid or gid of RL_ACL_USER and RL_ACL_GROUP; RL_ACL_NO_ID else. */
	uint32_t id;
};

/** The id of ACL entries that are about no particular user or group. */
#define RL_ACL_NO_ID UINT32_MAX

/** A POSIX ACL; `= {0}` is "none". Owned by its entry. */
struct rl_acl {
	/** The entries in the kernel's order, or NULL. */
	struct rl_acl_entry *entries;
	/** How many. 0: the file has no such ACL. */
	size_t count;
};

/** An exception that is told only if its entry is kept. Owned by the entry. */
struct rl_held {
	/** Why. */
	enum rl_exception_kind kind;
	/** More about it, or NULL. */
	char *detail;
};

/** One file. `= {0}` is valid; release what it owns with rl_entry_clear(). */
struct rl_entry {
	/** The path below ROOT, without "/" or "./" before it or "/" behind it; "" is ROOT. */
	char *path;
	/** The last component: points into @path. */
	const char *name;
	/** How many directories lie above it below ROOT; children of ROOT have 0. */
	size_t depth;

	/** The type (S_IFMT) and the permission bits with setuid, setgid and sticky. */
	mode_t mode;
	/** The numeric owner. */
	uid_t uid;
	/** The numeric group. */
	gid_t gid;
	/** The content's length in bytes, of regular files; 0 for all else. */
	uint64_t size;
	/** Bytes allocated on disk. Less than @size: the file may have holes. */
	uint64_t allocated;
	/** When the content last changed. tv_sec may be negative (before 1970). */
	struct timespec mtime;
	/** When the inode last changed. */
	struct timespec ctime;
	/** The file system's device, which with @ino names the inode. */
	dev_t dev;
	/** The inode number. */
	ino_t ino;
	/** How many names the inode has. */
	nlink_t nlink;
	/** The device that a device node is. */
	dev_t rdev;
	/** The inode has the immutable or the append-only flag (FS_IOC_SETFLAGS). */
	bool is_immutable;
	/**
	 * The directory above it in the output has a default ACL, which the file gets when it is
	 * unpacked, unless its own ACLs are told even where it has none (acl(5), "Object creation and
	 * default ACLs"). Set by who knows the output.
	 */
	bool inherits_acl;
	/** The type of the file system that the file lies on, "ext4"; borrowed; NULL if unknown. */
	const char *fstype;
	/** The file is not in the source: a profile's rule puts it there. */
	bool is_added;
	/** A mount point whose file system is not captured: an empty directory, or an empty file. */
	bool is_left_out_mount;

	/** Set when the fields below are there: they are read on demand, rl_source_load(). */
	bool is_loaded;
	/** Where a symlink leads, raw bytes; NULL for all else. */
	char *target;
	/** Extended attributes sorted by name, without ACLs and the SELinux label. */
	struct rl_xattr *xattrs;
	/** How many. */
	size_t xattr_count;
	/** The access ACL; none unless it says more than the mode. */
	struct rl_acl acl_access;
	/** The default ACL of a directory. */
	struct rl_acl acl_default;
	/** The SELinux label, NUL-terminated, or NULL if there is none. */
	char *label;
	/** The label's bytes on disk: with the final NUL if it was stored with one, as usual. */
	size_t label_size;
	/** What of all that could not be read. */
	struct rl_held *held;
	/** How many. */
	size_t held_count;
	/** Why the file cannot be opened, as a positive errno; 0: it can, or nobody has tried. */
	int unopenable;
};

/** Releases what @entry owns and makes it empty. */
void rl_entry_clear(struct rl_entry *entry);

/**
 * Sets @entry->path to a copy of @path, and name to its last component.
 *
 * @return 0 or -ENOMEM.
 */
int rl_entry_set_path(struct rl_entry *entry, const char *path) RL_CHECKED;

/** Releases @entry's metadata that rl_source_load() read, and marks it as not loaded. */
void rl_entry_unload(struct rl_entry *entry);

/**
 * Moves what rl_source_load() read from @from to @to, which must not be loaded. @from is then not
 * loaded any more.
 */
void rl_entry_move_metadata(struct rl_entry *from, struct rl_entry *to);

/**
 * Appends an attribute; copies @name and @size bytes of @value.
 *
 * @return 0 or -ENOMEM.
 */
int rl_entry_add_xattr(
	struct rl_entry *entry, const char *name, const void *value, size_t size) RL_CHECKED;

/**
 * Appends an exception to those that are told if @entry is kept; copies @detail, which may be NULL.
 *
 * @return 0 or -ENOMEM.
 */
int rl_entry_hold(
	struct rl_entry *entry, enum rl_exception_kind kind, const char *detail) RL_CHECKED;

/** Tells @exceptions what @entry holds, once. */
void rl_entry_tell_held(struct rl_entry *entry, const struct rl_exception_sink *exceptions);

/** Takes attribute number @index out of @entry. */
void rl_entry_remove_xattr(struct rl_entry *entry, size_t index);

#endif
