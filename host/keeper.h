/* SPDX-License-Identifier: MIT */
/**
 * The keeper: a process beside the capture that brings applications to rest, makes snapshots, and
 * undoes all of that in the end, however the capture ends. The capture itself can then give up the
 * rights that this takes.
 *
 * If both are killed, snapshots stay, which nobody uses then: rl_snapshots_clean() finds them.
 */

#ifndef RL_HOST_KEEPER_H
#define RL_HOST_KEEPER_H

#include "common/error.h"
#include "host/snapshot.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

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
	/** The hooks' directory; borrowed. */
	const char *hooks_dir;
	/** How long a hook may take, in seconds. */
	unsigned int hook_seconds;
};

/** A place that is read as it is. */
struct rl_unsnapped {
	/** Which, below ROOT. Owned. */
	char *path;
	/** Why. Owned. */
	char *reason;
};

/** A keeper at work; zero it, end it with rl_keeper_end(), release it with rl_keeper_free(). */
struct rl_keeper {
	/** The way to it; owned; or -1 (0 in a zeroed one that was never started). */
	int socket;
	/** It was started. */
	bool is_started;
	/** What it has made: path, directory and live device of each. Owned. */
	struct rl_snapshots snapshots;
	/** What has no snapshot. Owned. */
	struct rl_unsnapped *unsnapped;
	/** How many. */
	size_t unsnapped_count;
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

/**
 * Asks whether the snapshots, which have been read to the end, still show what they should.
 *
 * @return 0, or a negative errno with @err set: what was read may be wrong.
 */
int rl_keeper_check(struct rl_keeper *keeper, struct rl_error *err) RL_CHECKED;

/**
 * Has the keeper undo what it has done, and waits for that. Does nothing if none was started. The
 * directories of the snapshots have to be closed by then, but those in @keeper, which this closes.
 *
 * @return 0, or a negative errno with @err set: something is left behind.
 */
int rl_keeper_end(struct rl_keeper *keeper, struct rl_error *err) RL_CHECKED;

/** Releases what @keeper owns. One that has not been ended goes on by itself to undo what it did. */
void rl_keeper_free(struct rl_keeper *keeper);

#endif
