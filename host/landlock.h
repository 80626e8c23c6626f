/* SPDX-License-Identifier: MIT */
/** Which files may be changed, and whether the network may be used (landlock(7)). */

#ifndef RL_HOST_LANDLOCK_H
#define RL_HOST_LANDLOCK_H

#include "common/cleanup.h"

#include <stddef.h>

/**
 * From now on this process opens nothing for writing, and makes, renames and removes nothing, but
 * for files directly in the given directories or below; nor does it use TCP, or signal others. What
 * is open already stays open as it is. Needs no_new_privs.
 *
 * @dirs  descriptors of the directories where files may get names; negative ones are passed over
 * @count how many
 *
 * @return the version of the kernel's Landlock (1 or more); -ENOSYS or -EOPNOTSUPP if the kernel has
 *         none; another negative errno.
 */
int rl_landlock_restrict(const int *dirs, size_t count) RL_CHECKED;

#endif
