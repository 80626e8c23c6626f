/* SPDX-License-Identifier: MIT */
/** One step of a walk on its way from the discovery of a name to who decides about the file. */

#ifndef RL_SCAN_SLOT_H
#define RL_SCAN_SLOT_H

#include "common/buf.h"
#include "scan/dir.h"
#include "scan/entry.h"
#include "scan/handle.h"

/** The step; `= {0}` with RL_HANDLE_NONE, see rl_slot_init(). Used again and again. */
struct rl_slot {
	/** What is known of the file. */
	struct rl_entry entry;
	/** The directory to open it in; held. NULL: @handle was there first. */
	struct rl_dir *dir;
	/** Under which name. */
	struct rl_buf name;
	/** Its type as the directory lists it (DT_REG); DT_UNKNOWN: that is not known. */
	unsigned char type;
	/** The open file, if it is open. */
	struct rl_handle handle;
	/** What keeps the clone attached that the file is the root of (rl_clone_mount()), or -1; owned. */
	int clone_fd;
	/** For a directory that the walk goes into: that directory, held. */
	struct rl_dir *self;
	/** It is the root of a mount. */
	bool is_mount_root;
	/** Opening it changes its atime, unless that is forbidden: it is not in a clone. */
	bool has_atime;
	/** It is the root of a left-out mount that may make one wait: nothing more is asked. */
	bool is_far;
	/** A mount was to be there that is no longer. */
	bool is_unmounted;
	/** It is the root of a mount that was given up (scan/far.h). */
	bool is_lost;
	/** It is only to be counted. */
	bool is_counted;
	/**
	 * There is no entry but an exception at its path, of this errno and kind; below a directory it
	 * has the depth of what is in that. 0: there is one.
	 */
	int fault;
	/** The kind. */
	enum rl_exception_kind fault_kind;
	/** The whole content, which did not change while it was read; borrowed; or NULL. */
	const char *content;
};

/** Makes an empty one. */
void rl_slot_init(struct rl_slot *slot);

/** Empties it, with room for the next file. */
void rl_slot_clear(struct rl_slot *slot);

/** Releases all that it owns. */
void rl_slot_free(struct rl_slot *slot);

#endif
