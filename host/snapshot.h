/* SPDX-License-Identifier: MIT */
/**
 * Snapshots of file systems. There are kinds of them, a file each (snapshot_btrfs.c, snapshot_lvm.c);
 * others need not know which there are.
 */

#ifndef RL_HOST_SNAPSHOT_H
#define RL_HOST_SNAPSHOT_H

#include "common/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** What every snapshot's name begins with; another run finds those that were left behind by it. */
#define RL_SNAPSHOT_PREFIX "rootlift-snapshot-"

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

struct rl_snapshot_kind;

/** One snapshot. */
struct rl_snapshot {
	/** What kind it is of. */
	const struct rl_snapshot_kind *kind;
	/** Where what it shows lies, below ROOT. Owned. */
	char *path;
	/** The directory that is to be read instead; a read-only mount that nobody else sees. Owned. */
	int root_fd;
	/** The device that files there have (st_dev), as the live file system says it. */
	dev_t live_dev;
	/** It may become unusable while it is read: rl_snapshots_verify() tells. */
	bool may_break;
	/** Its name; NULL: nothing was made, as what it shows cannot change, or is another's. Owned. */
	char *name;
	/** Says, by a lock or by being open, that the snapshot is in use; owned; or -1. */
	int lock_fd;
	/** The directory that it has its name in, or the root of its file system; owned; or -1. */
	int top_fd;
};

/** Snapshots in the order in which they were made. Release with rl_snapshots_free(). */
struct rl_snapshots {
	/** The snapshots. Owned. */
	struct rl_snapshot *items;
	/** How many. */
	size_t count;
	/** How much may be written to the origin of one that has a size of its own, in bytes; 0: the kind
	 * knows. */
	uint64_t size;
};

/**
 * Told what was removed: how many snapshots from which @where, "/dev/sda2"; or what went wrong there,
 * in @failure, which is NULL otherwise.
 */
typedef void rl_snapshots_told(
	void *ctx, const char *where, size_t removed, const struct rl_error *failure);

/** What every kind can do; each function is called by those further below. */
struct rl_snapshot_kind {
	/** "btrfs". */
	const char *name;
	/** What it is that can have a snapshot: "btrfs", "a logical volume". */
	const char *what;
	/** Whether @place is what this kind is for. */
	bool (*suits)(const struct rl_place *place);
	/** As rl_snapshots_make(). */
	int (*make)(const struct rl_place *place, struct rl_snapshots *list, struct rl_error *err);
	/** Takes one back that has a name. Returns 0 or a negative errno with the reason in @err. */
	int (*remove)(struct rl_snapshot *snapshot, struct rl_error *err);
	/** Whether it still shows what it should: 0 or a negative errno with @err set. NULL: always. */
	int (*verify)(const struct rl_snapshot *snapshot, struct rl_error *err);
	/** As rl_snapshots_clean(). */
	void (*clean)(
		const struct rl_place *places, size_t count, rl_snapshots_told *told, void *ctx);
};

/** Of btrfs. */
extern const struct rl_snapshot_kind rl_snapshot_btrfs;
/** Of logical volumes (LVM). */
extern const struct rl_snapshot_kind rl_snapshot_lvm;

/** A name for a new snapshot, with a random number in it, behind @before; NULL without memory. */
char *rl_snapshot_make_name(const char *before);

/** Releases what @snapshot owns; what was made stays. */
void rl_snapshot_clear(struct rl_snapshot *snapshot);

/** The kind of that name; NULL if there is none. */
const struct rl_snapshot_kind *rl_snapshot_find_kind(const char *name);

/** Whether @place can have a snapshot of @kind; NULL: of any. */
bool rl_snapshot_suits(const struct rl_snapshot_kind *kind, const struct rl_place *place);

/**
 * Makes the snapshots that @place needs, of whichever kind it can have.
 *
 * @return 0; -EOPNOTSUPP if it can have none; another negative errno; @err is set.
 *         What has been made by then is in @list.
 */
int rl_snapshots_make(
	const struct rl_place *place, struct rl_snapshots *list, struct rl_error *err) RL_CHECKED;

/**
 * Appends a snapshot, which the list then owns, also on failure.
 *
 * @return 0 or -ENOMEM.
 */
int rl_snapshots_add(struct rl_snapshots *list, struct rl_snapshot *snapshot) RL_CHECKED;

/**
 * Removes the snapshots from number @from on, the last first, all that can be.
 *
 * @return 0, or a negative errno with the first failure in @err.
 */
int rl_snapshots_remove(struct rl_snapshots *list, size_t from, struct rl_error *err) RL_CHECKED;

/**
 * Whether all snapshots still show what they should. What has been read of one that does not may be wrong.
 *
 * @return 0, or a negative errno with @err set.
 */
int rl_snapshots_verify(const struct rl_snapshots *list, struct rl_error *err) RL_CHECKED;

/** Releases the list. What was made stays: see rl_snapshots_remove(). */
void rl_snapshots_free(struct rl_snapshots *list);

/**
 * Removes the snapshots that no run of rootlift uses.
 *
 * @places what is mounted: source and type of each, the same perhaps several times
 * @told   told what was done, for each file system or volume group where there was something to do
 */
void rl_snapshots_clean(
	const struct rl_place *places, size_t count, rl_snapshots_told *told, void *ctx);

#endif
