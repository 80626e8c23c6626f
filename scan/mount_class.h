/* SPDX-License-Identifier: MIT */
/** What kind of file system a mount is, by itself. */

#ifndef RL_SCAN_MOUNT_CLASS_H
#define RL_SCAN_MOUNT_CLASS_H

#include "scan/mountinfo.h"
#include "scan/mounts.h"

/**
 * The class of a mount by its type, source and place alone: PSEUDO, NETWORK, REMOVABLE, IMAGE,
 * ENGINE or REAL.
 *
 * @root      ROOT's own mount, or NULL if that is none: what lies on a medium as removable as that
 *            of ROOT is not foreign, for a system may run from a stick
 * @below     its mount point below ROOT, "var/lib/docker"
 * @sys_block a directory in the form of /sys/dev/block
 */
enum rl_mount_class rl_mount_class_of(const struct rl_mountinfo_entry *entry,
	const struct rl_mountinfo_entry *root, const char *below, const char *sys_block);

/** Whether a call on a file system of @type may make one wait: a network's, or somebody's program. */
bool rl_mount_may_wait(const char *type);

#endif
