/* SPDX-License-Identifier: MIT */
/**
 * Freezing a mounted file system (FIFREEZE, see fsfreeze(8)) in such a way that it is thawed whatever
 * happens: by a process of its own, the watch, which ends the freeze when it is told to, when whoever
 * told it to begin is gone, or when the time is up.
 *
 * The watches of several file systems do not know of each other, so that one which hangs keeps nobody.
 * What file systems lie on has to be frozen after them (a loop device's file): see rl_freeze_begin().
 */

#ifndef RL_HOST_FREEZE_H
#define RL_HOST_FREEZE_H

#include "common/error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

/** How a freeze ended. */
enum rl_thaw {
	/** It has not. */
	RL_THAW_NOT,
	/** When it was meant to: nothing changed meanwhile. */
	RL_THAW_MEANT,
	/** The time was up. */
	RL_THAW_TIME_UP,
	/** Whoever had begun it was killed, or the watch. */
	RL_THAW_KILLED,
	/** Somebody else had thawed it. */
	RL_THAW_FOREIGN
};

/** One file system. Set what is not filled in by rl_freeze_begin(). */
struct rl_freeze {
	/** Where it is captured, below ROOT, for messages; borrowed. */
	const char *path;
	/** A descriptor of a directory in it; borrowed. */
	int fd;
	/**
	 * An enum rl_thaw, in memory that is shared with whoever has to know. The watch sets it before it
	 * thaws without having been told to: whoever reads something, and then finds RL_THAW_NOT here,
	 * has read what was frozen, but for RL_THAW_FOREIGN, which shows in the end. Borrowed.
	 */
	atomic_int *thaw;
	/** The way to the watch, which becomes readable when it has thawed, or is gone; owned; or -1. */
	int watch_fd;
	/** The watch. */
	pid_t watch;
	/** After rl_freeze_end(): how long it was frozen, in milliseconds. */
	unsigned int milliseconds;
};

/**
 * Memory for @count values that processes started later share; all RL_THAW_NOT.
 *
 * @return NULL without memory. Release it with rl_freeze_unshare().
 */
atomic_int *rl_freeze_share(size_t count);

/** Releases what rl_freeze_share() gave; NULL is fine. */
void rl_freeze_unshare(atomic_int *thaws, size_t count);

/**
 * Freezes a file system: those that lie on another one before that one, else writing them out waits
 * for what is frozen.
 *
 * @until   when the freeze ends at the latest (CLOCK_MONOTONIC), also if it is still beginning
 * @stop_fd if this becomes readable, it is given up
 *
 * @return 0: it is frozen; -EOPNOTSUPP: it cannot be; -EBUSY: it is already, by somebody else;
 *         -ETIMEDOUT, -EINTR (@stop_fd), or another negative errno, all with @err set.
 *         rl_freeze_end() has to follow in every case.
 */
int rl_freeze_begin(struct rl_freeze *freeze, const struct timespec *until, int stop_fd,
	struct rl_error *err) RL_CHECKED;

/** Asks the watch to thaw, without waiting for it. */
void rl_freeze_ask_end(const struct rl_freeze *freeze);

/**
 * Has the file system thawed, if it is not yet, and waits for that. Ask the watches of all first:
 * writing one out may wait for another one.
 *
 * @return 0 with @freeze's @thaw and @milliseconds set, or a negative errno with @err set: it may still
 *         be frozen.
 */
int rl_freeze_end(struct rl_freeze *freeze, struct rl_error *err) RL_CHECKED;

/** Whether one of @count is frozen, or may be: rl_freeze_end() has not been called. */
bool rl_freeze_is_any(const struct rl_freeze *freezes, size_t count);

/**
 * Has all of them thawed, the last first, as rl_freeze_end().
 *
 * @return 0, or a negative errno with @err set: one may still be frozen.
 */
int rl_freeze_end_all(struct rl_freeze *freezes, size_t count, struct rl_error *err) RL_CHECKED;

/**
 * Waits until @stop_fd becomes readable or its other end is closed (true), or one of the freezes has
 * ended without that (false).
 */
bool rl_freeze_wait(const struct rl_freeze *freezes, size_t count, int stop_fd);

#endif
