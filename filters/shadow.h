/* SPDX-License-Identifier: MIT */
/** Rules of a profile that can never decide anything, because of another rule. */

#ifndef RL_FILTERS_SHADOW_H
#define RL_FILTERS_SHADOW_H

#include "filters/profile.h"

/**
 * Called for each such rule.
 *
 * @by         the rule that is in its way
 * @is_earlier @by comes before it and drops all that it would drop; else @by comes after it and
 *             matches all that it matches
 */
typedef void rl_shadow_found(
	void *ctx, const struct rl_rule *rule, const struct rl_rule *by, bool is_earlier);

/** Looks at all rules of @profile that decide. What cannot be told for certain is not told. */
void rl_shadow_find(const struct rl_profile *profile, rl_shadow_found *found, void *ctx);

/**
 * Whether every path that @pattern matches is matched by @by, or, if @or_inside, lies in a directory
 * that is. If it is not clear, it is false.
 */
bool rl_pattern_covers(
	const struct rl_pattern *by, const struct rl_pattern *pattern, bool or_inside);

#endif
