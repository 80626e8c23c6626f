/* SPDX-License-Identifier: MIT */
/** The rights of root, one by one (capabilities(7)). */

#ifndef RL_HOST_CAPABILITIES_H
#define RL_HOST_CAPABILITIES_H

#include "common/cleanup.h"

#include <stdbool.h>
#include <stdint.h>

/** A set of capabilities: bit CAP_X for each. */
typedef uint64_t rl_capabilities;

/** The set of one capability, a CAP_ constant of <linux/capability.h>. */
#define RL_CAPABILITY(cap) (UINT64_C(1) << (cap))

/** Those that this process may use; all of them if that cannot be told. */
rl_capabilities rl_capabilities_held(void);

/**
 * Gives up all capabilities but those of @kept that are held, for the present: they can be taken up
 * again with rl_capabilities_keep().
 *
 * @return 0 or a negative errno.
 */
int rl_capabilities_lower(rl_capabilities kept) RL_CHECKED;

/**
 * Gives up all capabilities but those of @kept that this process has, for good.
 *
 * @return 0 or a negative errno.
 */
int rl_capabilities_keep(rl_capabilities kept) RL_CHECKED;

/**
 * The names in @set, "dac_read_search sys_admin", or "none".
 *
 * @return a string that the caller frees, or NULL if memory is short.
 */
char *rl_capabilities_names(rl_capabilities set);

#endif
