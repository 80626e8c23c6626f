/* SPDX-License-Identifier: MIT */
/** The chain: all profiles of one run, one behind the other, deciding about each entry in turn. */

#ifndef RL_FILTERS_CHAIN_H
#define RL_FILTERS_CHAIN_H

#include "common/error.h"
#include "filters/profile.h"
#include "scan/entry.h"
#include "scan/facts.h"

/** The chain; opaque. */
struct rl_chain;

/** What a run knows besides its profiles. `= {0}` is nothing: no condition holds. */
struct rl_chain_options {
	/** What is known of ROOT; borrowed; NULL: nothing. Its packages are looked at if they were read. */
	const struct rl_facts *facts;
	/** What becomes of secrets; UNSET is DROP. */
	enum rl_secrets secrets;
	/** The present, for ages, in seconds since 1970. */
	int64_t now;
};

/** One change of what is kept: what a rule EDIT, CHMOD, CHOWN, STRIP_XATTR or RENAME does. */
struct rl_change {
	/** The rule. */
	const struct rl_rule *rule;
	/** CHOWN (and rules that put files there): the owner. */
	uid_t uid;
	/** The group, if one is named. */
	gid_t gid;
	/** One is. */
	bool has_group;
	/** The rule is about a secret that is only to be reported: no change, but to be told. */
	bool is_noted;
};

/** What becomes of one entry. */
struct rl_decision {
	/** RL_ACTION_KEEP, RL_ACTION_DROP or RL_ACTION_TRUNCATE. */
	enum rl_action action;
	/** The rule that decided, owned by its profile; NULL if none matches. */
	const struct rl_rule *rule;
	/** Of a directory: a keep rule may match something in it, or a rule that asks for each file. */
	bool may_keep_below;
	/** Rules that look at content match: rl_chain_decide_content() has the last word. */
	bool needs_content;
	/** It is kept, though it is a secret by this rule (RL_SECRETS_REPORT); NULL: it is none. */
	const struct rl_rule *secret;
	/** The changes, in order; valid until the next decision. */
	const struct rl_change *changes;
	/** How many. */
	size_t change_count;
};

/** One file that a rule puts there. */
struct rl_addition {
	/** The rule, with the owner's numbers. */
	const struct rl_change *change;
	/** Where: the path below ROOT, directories resolved; owned by the chain. */
	const char *path;
};

/** Bytes of a file's beginning that rules with `contains:` look at. */
#define RL_CHAIN_HEAD_MAX ((size_t)64 << 10)

/**
 * Makes a chain of @profiles, in order: later rules win over earlier ones.
 *
 * @profiles borrowed; must outlive the chain
 * @options  what they point to is borrowed too; NULL is `{0}`
 *
 * @return 0 with *@chain_ret set, which the caller frees with rl_chain_free(); -EINVAL if a rule names
 *         a user whom ROOT does not have; -ENOMEM.
 */
int rl_chain_new(const struct rl_profile *const *profiles, size_t count,
	const struct rl_chain_options *options, struct rl_chain **chain_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * Decides about @entry. Entries must come as sources give them: depth first, each directory before
 * what is in it. ROOT itself (the path "") is always kept.
 *
 * What a rule decides for a directory holds for all that is in it, unless a later rule matches
 * there; TRUNCATE holds for the file alone, and so does what a rule with selectors decides.
 *
 * @return 0 with @decision filled in, or -ENOMEM.
 */
int rl_chain_decide(struct rl_chain *chain, const struct rl_entry *entry,
	struct rl_decision *decision) RL_CHECKED;

/**
 * Goes on from the last decision, which needs content.
 *
 * @head the first bytes of the file, RL_CHAIN_HEAD_MAX or all
 */
void rl_chain_decide_content(
	struct rl_chain *chain, const char *head, size_t len, struct rl_decision *decision);

/**
 * The files that rules put there, in the order of their paths' bytes, each path once.
 *
 * @return 0 with *@list_ret an array that the caller frees; -ENOMEM.
 */
int rl_chain_additions(
	const struct rl_chain *chain, struct rl_addition **list_ret, size_t *count_ret) RL_CHECKED;

/** Whether a rule gives the file at @path, which is as that of an addition, another name. */
bool rl_chain_renames(const struct rl_chain *chain, const char *path);

/**
 * Called for each rule that matches an entry.
 *
 * @index    its place: of two rules that decide, the one with the higher index wins
 * @is_each  it decides about each file by itself, not about what is in a directory
 */
typedef void rl_chain_match(void *ctx, const struct rl_rule *rule, size_t index, bool is_each);

/** Has @match called for each rule that matches in later decisions; NULL: no more. */
void rl_chain_trace(struct rl_chain *chain, rl_chain_match *match, void *ctx);

/**
 * The rule that drops package number @index as a whole.
 *
 * @return the rule, or NULL if the package stays.
 */
const struct rl_rule *rl_chain_drops_package(const struct rl_chain *chain, size_t index);

/** How many packages are dropped as a whole. */
size_t rl_chain_dropped_packages(const struct rl_chain *chain);

/** Releases @chain. NULL is fine. */
void rl_chain_free(struct rl_chain *chain);

#endif
