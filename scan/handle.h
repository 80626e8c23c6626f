/* SPDX-License-Identifier: MIT */
/** An open file whose metadata can be read, whatever its type. */

#ifndef RL_SCAN_HANDLE_H
#define RL_SCAN_HANDLE_H

#include "common/cleanup.h"

#include <stdbool.h>

/** An open file; `= RL_HANDLE_NONE` is none. */
struct rl_handle {
	/** The descriptor, or -1; owned. */
	int fd;
	/**
	 * Opened with O_PATH: symlinks, devices, FIFOs and what may not be read. The f*() calls
	 * refuse such a descriptor; rl_handle_proc() works.
	 */
	bool is_path;
};

/** Room for a path of rl_handle_proc(). */
#define RL_HANDLE_PROC_MAX 32

/** No open file. */
#define RL_HANDLE_NONE ((struct rl_handle){.fd = -1})

/**
 * Opens @name below @dirfd for reading if @readable, else with O_PATH, where nothing is read,
 * no device is opened and no FIFO blocks. Never follows a symlink. Where reading is not allowed,
 * the handle is an O_PATH one.
 *
 * @extra_flags O_DIRECTORY, O_NOATIME; a refused O_NOATIME (EPERM: not the owner) is left away
 *
 * @return 0 with @handle filled in, which the caller closes; or a negative errno.
 */
int rl_handle_open(int dirfd, const char *name, bool readable, int extra_flags,
	struct rl_handle *handle) RL_CHECKED;

/** Makes a handle of @fd, which it then owns. */
void rl_handle_of(int fd, bool is_path, struct rl_handle *handle);

/**
 * Writes "/proc/self/fd/N": as an argument of calls that follow symlinks it is the file itself, for
 * a symlink too. (The l*() calls would look at the magic link instead.)
 *
 * @return @path
 */
const char *rl_handle_proc(const struct rl_handle *handle, char path[RL_HANDLE_PROC_MAX]);

/** Closes @handle if it is open. */
void rl_handle_close(struct rl_handle *handle);

#endif
