/* SPDX-License-Identifier: MIT */
/** Where profiles are found; for filters/profile.c only. */

#ifndef RL_FILTERS_PROFILE_FIND_H
#define RL_FILTERS_PROFILE_FIND_H

#include "filters/profile.h"

/**
 * The last component of @path without ".profile".
 *
 * @return a new string, or NULL if out of memory.
 */
char *rl_profile_name_of(const char *path) RL_CHECKED;

/**
 * The name of the first profile that is made for @id.
 *
 * @return a new string, or NULL if there is none, or no memory.
 */
char *rl_profile_find_for_id(const struct rl_profile_dirs *dirs, const char *id) RL_CHECKED;

/**
 * The name of the profile for @distro, "common" if there is none.
 *
 * @return a new string, or NULL if out of memory.
 */
char *rl_profile_find_for(
	const struct rl_profile_dirs *dirs, const struct rl_distro *distro) RL_CHECKED;

#endif
