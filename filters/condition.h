/* SPDX-License-Identifier: MIT */
/** Whether the conditions of a rule hold in a root. */

#ifndef RL_FILTERS_CONDITION_H
#define RL_FILTERS_CONDITION_H

#include "filters/term.h"
#include "scan/facts.h"

/** Whether all @count conditions hold. Packages that have not been read are not installed. */
bool rl_conditions_hold(
	const struct rl_term *conditions, size_t count, const struct rl_facts *facts);

/** Compares @version with @value as far as @value goes: 12.5 is 12. @return < 0, 0 or > 0. */
int rl_version_compare(const char *version, const char *value);

#endif
