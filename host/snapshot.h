/* SPDX-License-Identifier: MIT */
/** Snapshots of file systems: what kinds there are, and what each can do. */

#ifndef RL_HOST_SNAPSHOT_H
#define RL_HOST_SNAPSHOT_H

#include "common/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** What every snapshot's name begins with; another run finds those that were left behind by it. */
#define RL_SNAPSHOT_PREFIX ".rootlift-snapshot-"

/** A mounted file system, or a part of one, that is to be captured. */
struct rl_place {
	/** Where it is captured, below ROOT, without "/" before it; "" is ROOT. Borrowed. */
	const char *path;
	/** What it is mounted from, "/dev/sda2"; borrowed. */
	const char *source;
	/** The file system's type, "btrfs"; borrowed. */
	const char *type;
	/** A descriptor of the directory, open for reading; borrowed. */
	int fd;
};

/** One snapshot. */
struct rl_snapshot {
	/** Where what it shows lies, below ROOT. Owned. */
	char *path;
	/** The directory that is to be read instead; a read-only mount that nobody else sees. Owned. */
	int root_fd;
	/** The device that files there have (st_dev), as the live file system says it. */
	dev_t live_dev;
	/** Its name; NULL: nothing was made, as what it shows cannot change. Owned. */
	char *name;
	/** Holds the lock that says that it is in use; owned; or -1. */
	int lock_fd;
	/** The directory that it has its name in; owned; or -1. */
	int top_fd;
};

/** Snapshots in the order in which they were made. Release with rl_snapshots_free(). */
struct rl_snapshots {
	/** The snapshots. Owned. */
	struct rl_snapshot *items;
	/** How many. */
	size_t count;
};

/** Releases what @snapshot owns; what was made stays. */
void rl_snapshot_clear(struct rl_snapshot *snapshot);

/**
 * Appends a snapshot, which the list then owns, also on failure.
 *
 * @return 0 or -ENOMEM.
 */
int rl_snapshots_add(struct rl_snapshots *list, struct rl_snapshot *snapshot) RL_CHECKED;

/** Releases the list. What was made stays: see rl_btrfs_remove(). */
void rl_snapshots_free(struct rl_snapshots *list);

/**
 * Makes snapshots of the btrfs subvolume that @place lies in, and of those nested in it.
 *
 * @return 0; -EOPNOTSUPP if it is no btrfs, or rootlift was built without; another negative errno.
 *         What has been made by then is in @list.
 */
int rl_btrfs_snapshot(
	const struct rl_place *place, struct rl_snapshots *list, struct rl_error *err) RL_CHECKED;

/**
 * Removes a snapshot.
 *
 * @return 0 or a negative errno.
 */
int rl_btrfs_remove(const struct rl_snapshot *snapshot) RL_CHECKED;

/**
 * Removes the snapshots on the file system of @source that no run of rootlift uses.
 *
 * @removed_ret how many were removed
 *
 * @return 0, or a negative errno with @err set.
 */
int rl_btrfs_clean(const char *source, size_t *removed_ret, struct rl_error *err) RL_CHECKED;

#endif
