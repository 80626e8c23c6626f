/* SPDX-License-Identifier: MIT */
/** What a package is to its system; for filters/layering.c only. */

#ifndef RL_FILTERS_LAYERING_ROLES_H
#define RL_FILTERS_LAYERING_ROLES_H

#include "scan/packages.h"

/** From what all hosts of a distribution have to what few have. */
enum rl_role {
	/** No system is without it. */
	RL_ROLE_BASE,
	/** It is installed with a system unless it is left out. */
	RL_ROLE_USUAL,
	/** A library. */
	RL_ROLE_LIBRARY,
	/** An interpreter or what is written for one. */
	RL_ROLE_RUNTIME,
	/** All else. */
	RL_ROLE_PROGRAM,
};

/**
 * Finds the role of each package.
 *
 * @roles_ret one a package; owned by the caller
 *
 * @return 0 or -ENOMEM.
 */
int rl_roles_find(const struct rl_packages *packages, enum rl_role *roles_ret) RL_CHECKED;

#endif
