/* SPDX-License-Identifier: MIT */
/** The mounts beneath ROOT, from /proc/self/mountinfo (proc(5)), and which of them to capture. */

#ifndef RL_SCAN_MOUNTS_H
#define RL_SCAN_MOUNTS_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** Why a mount is captured or left out. */
enum rl_mount_class {
	/** A local, real file system: captured. */
	RL_MOUNT_REAL,
	/** The user asked for it (--mount): captured. */
	RL_MOUNT_WANTED,
	/** proc, sysfs, tmpfs and the like: left out. */
	RL_MOUNT_PSEUDO,
	/** A network file system, FUSE included: left out. */
	RL_MOUNT_NETWORK,
	/** On a removable medium: left out. */
	RL_MOUNT_REMOVABLE,
	/** A squashfs image on a loop device (a snap): left out. */
	RL_MOUNT_IMAGE,
	/** Made by a container engine: left out. */
	RL_MOUNT_ENGINE,
	/** What it shows is captured at another place: left out. */
	RL_MOUNT_BIND,
	/** The user did not want it (--no-mount, --one-file-system): left out. */
	RL_MOUNT_UNWANTED,
	/** It lies beneath a mount that is left out, where the walk does not come: left out. */
	RL_MOUNT_BENEATH
};

/** One mount beneath ROOT that can be seen (no later mount hides it). */
struct rl_mount {
	/** Where, below ROOT, without "/" before it ("var/lib"). */
	char *path;
	/** The absolute path of the mount point as mountinfo has it, unescaped. */
	char *mount_point;
	/** What of the file system is mounted: "/" or a directory or subvolume of it, unescaped. */
	char *fs_root;
	/** The type, "ext4", "fuse.sshfs". */
	char *type;
	/** The source, "/dev/sda2", unescaped. */
	char *source;
	/** The device of the file system (st_dev). */
	dev_t dev;
	/** The kernel's number of the mount. */
	int id;
	/** The verdict. */
	enum rl_mount_class class;
	/**
	 * The number of its root if a helper asks it (scan/far.h); 0: it is asked directly; a negative
	 * errno: it cannot be asked. Set by rl_far_mounts_start().
	 */
	int far_root;
	/** It has been told that it does not answer. */
	bool is_told;
	/** For RL_MOUNT_BIND: where its content is captured, absolute; owned. NULL else. */
	char *covered_by;
};

/** What the user said of mounts. */
struct rl_mount_options {
	/** Nothing beneath ROOT's own mount is captured, except @wanted. */
	bool one_file_system;
	/** Mount points to capture whatever they are, paths below ROOT or absolute; borrowed. */
	const char *const *wanted;
	/** How many. */
	size_t wanted_count;
	/** Mount points to leave out, likewise. @unwanted wins over @wanted. */
	const char *const *unwanted;
	/** How many. */
	size_t unwanted_count;
};

/** The mounts beneath one ROOT; release with rl_mounts_free(). `= {0}` is "none". */
struct rl_mounts {
	/** Sorted by path, bytewise. */
	struct rl_mount *mounts;
	/** How many. */
	size_t count;
	/** The type of the file system that ROOT itself is on; owned; NULL if mountinfo has it not. */
	char *root_type;
	/** What ROOT's own mount is mounted from; owned; NULL likewise. */
	char *root_source;
	/** ROOT itself as it was given to rl_mounts_read(); borrowed. */
	const char *root_path;
};

/**
 * The type of the file system that @path (below ROOT) is on, "ext4"; owned by @mounts; NULL if it is
 * not known.
 */
const char *rl_mounts_type(const struct rl_mounts *mounts, const char *path);

/**
 * Reads @mountinfo (a file in the form of /proc/self/mountinfo) and decides about each mount
 * beneath @root.
 *
 * @mountinfo the file's path; NULL: /proc/self/mountinfo
 * @sys_block a directory in the form of /sys/dev/block, which says what is removable; NULL: that
 * @root      ROOT as an absolute path without symlinks, "/" or "/srv/old"
 * @options   what the user said
 * @mounts    filled in; the caller frees it with rl_mounts_free()
 *
 * @return 0; -EINVAL if a wanted or unwanted path names no mount point beneath ROOT, or a wanted
 *         one lies beneath a mount that is left out; -EBADMSG if @mountinfo has a line that is not
 *         in its form; -ENOMEM; or the errno of reading it.
 */
int rl_mounts_read(const char *mountinfo, const char *sys_block, const char *root,
	const struct rl_mount_options *options, struct rl_mounts *mounts,
	struct rl_error *err) RL_CHECKED;

/** The mount at @path (below ROOT, as struct rl_mount has it), or NULL. */
const struct rl_mount *rl_mounts_find(const struct rl_mounts *mounts, const char *path);

/** Whether mounts of @class are captured. */
bool rl_mount_is_captured(enum rl_mount_class class);

/** A word for @class: "pseudo", "network"; static. */
const char *rl_mount_class_name(enum rl_mount_class class);

/** Releases what @mounts owns. */
void rl_mounts_free(struct rl_mounts *mounts);

#endif
