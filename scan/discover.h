/* SPDX-License-Identifier: MIT */
/**
 * The discovery of what there is: the walk through directories, across mounts and snapshots. It may be
 * ahead of who decides about files; it then learns late that something is not wanted.
 */

#ifndef RL_SCAN_DISCOVER_H
#define RL_SCAN_DISCOVER_H

#include "scan/fetch.h"
#include "scan/mounts.h"
#include "scan/substitute.h"
#include "scan/walk.h"

/** A discovery. Zero it, set what is marked so, release it with rl_discovery_free(). */
struct rl_discovery {
	/** ROOT as it is on the host; owned; set by the caller. */
	int host_fd;
	/** Mounts are read through clones; set by the caller. */
	bool cloned;
	/** ROOT's far number (scan/far.h), or 0; set by the caller. */
	int root_far;
	/** What to begin with, open: ROOT, or a clone of its mount. Owned; set by the caller. */
	struct rl_handle root;
	/** What keeps that clone attached, or -1. Owned; set by the caller. */
	int root_clone_fd;
	/** The mounts beneath ROOT; owned; set by the caller. */
	struct rl_mounts mounts;
	/** Snapshots; owned; set by the caller. */
	struct rl_substitutes substitutes;
	/** The directories that it is in; the caller sets the limit of open ones. */
	struct rl_walk walk;
	/** ROOT has been given. */
	bool is_started;
	/** The directory to list next; held. */
	struct rl_dir *next_dir;
	/** That is the root of a mount. */
	bool next_is_mount_root;
	/** Why the directory that was given last is not to be listed; 0: it is no such one. */
	int next_fault;
};

/**
 * Opens a path below ROOT as it is on the host, without a symlink in any component, across mounts.
 * Mount points are not longer than PATH_MAX: mountinfo could not show them.
 *
 * @return an O_PATH descriptor that the caller closes, or a negative errno.
 */
int rl_discovery_open_on_host(const struct rl_discovery *discovery, const char *path) RL_CHECKED;

/** Has the discovery begin with the directory of a snapshot. @return 0 or a negative errno. */
int rl_discovery_start_with(
	struct rl_discovery *discovery, const struct rl_substitute *substitute) RL_CHECKED;

/**
 * The next step: first ROOT, with the path "". Directories and mount points are fetched, as the way
 * goes on in them; of all else @slot only says where it is.
 *
 * @fetch with what to fetch
 * @slot  emptied before
 *
 * @return 1; 0 at the end; -ENOMEM.
 */
int rl_discovery_next(
	struct rl_discovery *discovery, struct rl_fetch *fetch, struct rl_slot *slot) RL_CHECKED;

/** Looks which directories are not wanted any more (rl_dir_want()), and leaves those. */
void rl_discovery_catch_up(struct rl_discovery *discovery);

/** Whether the file of @slot has been fetched by rl_discovery_next(). */
bool rl_discovery_has_fetched(const struct rl_slot *slot);

/** Releases what @discovery owns. */
void rl_discovery_free(struct rl_discovery *discovery);

#endif
