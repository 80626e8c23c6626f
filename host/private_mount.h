/* SPDX-License-Identifier: MIT */
/** Mounts that nobody else sees, and that are gone with their descriptor (fsopen(2); Linux 5.2). */

#ifndef RL_HOST_PRIVATE_MOUNT_H
#define RL_HOST_PRIVATE_MOUNT_H

#include "common/cleanup.h"

#include <stdbool.h>

/**
 * Mounts a file system privately.
 *
 * @type      "btrfs"
 * @source    "/dev/sda2"
 * @options   pairs of an option's name and its value, or NULL if it has none ("ro"); a NULL name ends
 *            them
 * @read_only so that it cannot be written through, updates no atime, opens no device
 *
 * @return a descriptor of its root, which the caller closes; or a negative errno.
 */
int rl_private_mount(const char *type, const char *source, const char *const (*options)[2],
	bool read_only) RL_CHECKED;

#endif
