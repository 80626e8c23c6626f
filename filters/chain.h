/* SPDX-License-Identifier: MIT */
/** The chain: all profiles of one run, one behind the other, deciding about each entry in turn. */

#ifndef RL_FILTERS_CHAIN_H
#define RL_FILTERS_CHAIN_H

#include "common/error.h"
#include "filters/profile.h"
#include "scan/entry.h"

/** The chain; opaque. */
struct rl_chain;

/** What becomes of one entry. */
struct rl_decision {
	/** RL_ACTION_KEEP, RL_ACTION_DROP or RL_ACTION_TRUNCATE. */
	enum rl_action action;
	/** The rule that decided, owned by its profile; NULL if none matches. */
	const struct rl_rule *rule;
	/** Of a directory: a keep rule may match something in it. */
	bool may_keep_below;
};

/**
 * Makes a chain of @profiles, in order: later rules win over earlier ones.
 *
 * @profiles borrowed; must outlive the chain
 *
 * @return 0 with *@chain_ret set, which the caller frees with rl_chain_free(); -ENOMEM.
 */
int rl_chain_new(const struct rl_profile *const *profiles, size_t count,
	struct rl_chain **chain_ret) RL_CHECKED;

/**
 * Decides about @entry. Entries must come as sources give them: depth first, each directory before
 * what is in it. ROOT itself (the path "") is always kept.
 *
 * What a rule decides for a directory holds for all that is in it, unless a later rule matches
 * there; TRUNCATE holds for the file alone.
 *
 * @return 0 with @decision filled in, or -ENOMEM.
 */
int rl_chain_decide(struct rl_chain *chain, const struct rl_entry *entry,
	struct rl_decision *decision) RL_CHECKED;

/** Releases @chain. NULL is fine. */
void rl_chain_free(struct rl_chain *chain);

#endif
