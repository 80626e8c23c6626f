/* SPDX-License-Identifier: MIT */
/** The language of profiles; for filters/profile.c only. See docs/PROFILES.md. */

#ifndef RL_FILTERS_PROFILE_PARSE_H
#define RL_FILTERS_PROFILE_PARSE_H

#include "filters/profile.h"

/** The text of a profile; borrowed. */
struct rl_profile_text {
	/** For messages, and the origin of its rules. */
	const char *origin;
	/** The bytes, not NUL-terminated. */
	const char *text;
	/** How many. */
	size_t len;
};

/** Called where a profile includes another: appends that one's rules to @into. */
typedef int rl_profile_include(
	void *ctx, const char *name, struct rl_profile *into, struct rl_error *err);

/**
 * Parses @text and appends its rules to @into; `title` and `for` lines go there too.
 *
 * @return 0; -EINVAL with "ORIGIN:LINE:COLUMN: what is wrong" in @err; -ENOMEM; what @include
 *         returned.
 */
int rl_profile_parse_text(const struct rl_profile_text *text, rl_profile_include *include,
	void *ctx, struct rl_profile *into, struct rl_error *err) RL_CHECKED;

/** Whether a `for` line of @text names @id. Looks at nothing else, so faults do not matter. */
bool rl_profile_text_is_for(const struct rl_profile_text *text, const char *id);

#endif
