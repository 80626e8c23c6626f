/* SPDX-License-Identifier: MIT */
/**
 * The keeper: a process beside the capture that brings applications to rest, makes snapshots, and
 * undoes all of that in the end, however the capture ends. The capture itself can then give up the
 * rights that this takes.
 *
 * If both are killed, snapshots stay, which nobody uses then: rl_snapshots_clean() finds them. File
 * systems that were frozen are thawed by their watches (host/freeze.h).
 */

#ifndef RL_HOST_KEEPER_H
#define RL_HOST_KEEPER_H

#include "common/error.h"
#include "host/freeze.h"
#include "host/snapshot.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/** A file system that is to stay frozen while it is captured, unless there is a snapshot of it. */
struct rl_freeze_place {
	/** Where it is captured, below ROOT; "" is ROOT. Borrowed. */
	const char *path;
	/** A descriptor of that directory; borrowed. */
	int fd;
	/** It is not to be frozen after all, since...; NULL: it is. A static text. */
	const char *reason;
};

/** What the keeper is to do. */
struct rl_keeper_plan {
	/** ROOT, for hooks and messages; borrowed. */
	const char *root;
	/** What to make snapshots of; borrowed. */
	const struct rl_place *places;
	/** How many. */
	size_t place_count;
	/** A place without a snapshot is no failure: it is read as it is. */
	bool is_optional;
	/** How much may be written to the origin of a snapshot that has a size, in bytes; 0: see there. */
	uint64_t snapshot_size;
	/** What to freeze, those that lie on another one before that one; borrowed. */
	const struct rl_freeze_place *freezes;
	/** How many. */
	size_t freeze_count;
	/** How long they stay frozen at most, in seconds. */
	unsigned int freeze_seconds;
	/** The hooks' directory; borrowed. */
	const char *hooks_dir;
	/** How long a hook may take, in seconds. */
	unsigned int hook_seconds;
};

/** A place that has no snapshot, or is not frozen. */
struct rl_unsnapped {
	/** Which, below ROOT. Owned. */
	char *path;
	/** Why. Owned. */
	char *reason;
};

/** A file system that was frozen for the capture. */
struct rl_frozen {
	/** Where it is captured, below ROOT. Owned. */
	char *path;
	/** Its place in the keeper's @thaws. */
	size_t slot;
	/** After rl_keeper_end(): how long it was frozen, in milliseconds. */
	unsigned int milliseconds;
	/** Its end before the time has been told; the caller's own. */
	bool is_told;
};

/** A keeper at work; zero it, end it with rl_keeper_end(), release it with rl_keeper_free(). */
struct rl_keeper {
	/** The way to it; owned; or -1 (0 in a zeroed one that was never started). */
	int socket;
	/** It was started. */
	bool is_started;
	/** What it has made: path, directory and live device of each. Owned. */
	struct rl_snapshots snapshots;
	/** Something of a freeze is left behind: what; known once all is read. */
	struct rl_error left;
	/** What has no snapshot. Owned. */
	struct rl_unsnapped *unsnapped;
	/** How many. */
	size_t unsnapped_count;
	/** What it has frozen. Owned. */
	struct rl_frozen *frozen;
	/** How many. */
	size_t frozen_count;
	/** What it has not frozen. Owned. */
	struct rl_unsnapped *unfrozen;
	/** How many. */
	size_t unfrozen_count;
	/** How each freeze ended, as struct rl_freeze has it. Owned. */
	atomic_int *thaws;
	/** How many. */
	size_t thaw_count;
};

/**
 * Starts a keeper, and waits until all is done that comes before the capture.
 *
 * @stop not zero once a signal asks to stop
 *
 * @return 0, or a negative errno with @err set: then all that had been done is undone.
 */
int rl_keeper_start(const struct rl_keeper_plan *plan, const volatile sig_atomic_t *stop,
	struct rl_keeper *keeper, struct rl_error *err) RL_CHECKED;

/** How the freeze of @keeper's @frozen number @i stands now. Makes no system call. */
enum rl_thaw rl_keeper_thaw(const struct rl_keeper *keeper, size_t i);

/**
 * Says that all is read: what is frozen is thawed, and it is asked whether the snapshots still show what
 * they should.
 *
 * @return 0, or a negative errno with @err set: what was read may be wrong.
 */
int rl_keeper_check(struct rl_keeper *keeper, struct rl_error *err) RL_CHECKED;

/**
 * Has the keeper undo what it has done, and waits for that. Does nothing if none was started. The
 * directories of the snapshots have to be closed by then, but those in @keeper, which this closes.
 * Has the keeper undo what it has done, and waits for that. Does nothing if none was started,
 * or it has been ended.
 *
 * @return 0, or a negative errno with @err set: something is left behind.
 */
int rl_keeper_end(struct rl_keeper *keeper, struct rl_error *err) RL_CHECKED;

/** Releases what @keeper owns. One that has not been ended goes on by itself to undo what it did. */
void rl_keeper_free(struct rl_keeper *keeper);

#endif
