/* SPDX-License-Identifier: MIT */
/** Which of many patterns match the entries of a walk, each path component looked at once. */

#ifndef RL_FILTERS_MATCHER_H
#define RL_FILTERS_MATCHER_H

#include "filters/pattern.h"
#include "scan/entry.h"

/** The patterns of a chain at work; opaque. */
struct rl_matcher;

/** One rule that is to be matched. */
struct rl_matched {
	/** Its pattern; borrowed. NULL: it matches nothing. */
	const struct rl_pattern *pattern;
	/** It may keep what it matches, for rl_matcher_keeps_after(). */
	bool keeps;
};

/** Called for each rule whose pattern matches @entry, in no order, perhaps several times for one. */
typedef void rl_matcher_found(void *ctx, size_t index, const struct rl_entry *entry);

/**
 * Makes a matcher of @count rules, which are borrowed and must outlive it.
 *
 * @return 0 with *@matcher_ret set, which the caller frees with rl_matcher_free(); -ENOMEM.
 */
int rl_matcher_new(const struct rl_matched *rules, size_t count, rl_matcher_found *found, void *ctx,
	struct rl_matcher **matcher_ret) RL_CHECKED;

/**
 * Matches @entry, which is not ROOT. Entries come depth first, each directory before what is in it.
 *
 * @return 0 or -ENOMEM.
 */
int rl_matcher_match(struct rl_matcher *matcher, const struct rl_entry *entry) RL_CHECKED;

/** Whether a rule that may keep, with an index above @than, may match in the last directory. */
bool rl_matcher_keeps_after(const struct rl_matcher *matcher, size_t than);

/** Releases @matcher. NULL is fine. */
void rl_matcher_free(struct rl_matcher *matcher);

#endif
