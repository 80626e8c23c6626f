/* SPDX-License-Identifier: MIT */
/** Profiles: text files of rules that say what an image leaves out, and why. See docs/PROFILES.md. */

#ifndef RL_FILTERS_PROFILE_H
#define RL_FILTERS_PROFILE_H

#include "common/error.h"
#include "filters/pattern.h"
#include "scan/distro.h"

/** What a rule does with what it matches. Later rules win. */
enum rl_action {
	/** Kept as it is (also what no rule matches). */
	RL_ACTION_KEEP,
	/** Left out, with all that is in it. */
	RL_ACTION_DROP,
	/** A directory is kept, what is in it is left out. Matches directories only. */
	RL_ACTION_EMPTY,
	/** A regular file is kept without its content. Matches regular files only. */
	RL_ACTION_TRUNCATE
};

/** What a rule's matches are to people and in the summary. */
enum rl_category {
	RL_CATEGORY_CACHE,
	RL_CATEGORY_LOG,
	RL_CATEGORY_TEMP,
	RL_CATEGORY_KERNEL,
	RL_CATEGORY_IDENTITY,
	RL_CATEGORY_SECRET,
	RL_CATEGORY_DOCS,
	RL_CATEGORY_PSEUDO,
	/** Storage of container engines. */
	RL_CATEGORY_ENGINE,
	/** Swap files. */
	RL_CATEGORY_SWAP,
	/** --exclude and --include. */
	RL_CATEGORY_USER,
	RL_CATEGORY_COUNT
};

/** One rule. Owned by its profile. */
struct rl_rule {
	/** What it does. */
	enum rl_action action;
	/** What its matches are. */
	enum rl_category category;
	/** What it matches. */
	struct rl_pattern pattern;
	/** Why, for people; owned. */
	char *reason;
	/** The profile's file or name that it was read from (an included one's own); owned. */
	char *origin;
	/** Its line there, from 1; 0 for the command line's. */
	unsigned int line;
};

/** Rules in order, those of included profiles where the include stands. */
struct rl_profile {
	/** The name: the file's without ".profile"; owned. */
	char *name;
	/** The text of its `title` line; owned; NULL if there is none. */
	char *title;
	/** Where it was found: a path, or "built in"; owned. */
	char *origin;
	/** The words of its `for` lines: os-release IDs it is made for; owned. */
	char **ids;
	/** How many. */
	size_t id_count;
	/** The rules; owned. */
	struct rl_rule *rules;
	/** How many. */
	size_t rule_count;
};

/** Where profiles are looked for, in this order; the first that has a name wins. */
struct rl_profile_dirs {
	/** Directories; borrowed. One that is not there is passed over. */
	const char *const *dirs;
	/** How many. */
	size_t count;
};

/**
 * Loads a profile by name ("debian") or, if @name has a "/" in it, by path. Names are looked up
 * in @dirs, then among those built into the binary. "none" is a profile without rules.
 *
 * @return 0 with *@profile_ret set, which the caller frees with rl_profile_free(); -ENOENT if there
 *         is no such profile; -EINVAL if it has a fault (file:line:column and what was expected are
 *         in @err); another negative errno if it cannot be read.
 */
int rl_profile_load(const struct rl_profile_dirs *dirs, const char *name,
	struct rl_profile **profile_ret, struct rl_error *err) RL_CHECKED;

/**
 * Loads the profile made for a distribution: the one that names its ID, else the first of ID_LIKE
 * that one names, else "common".
 *
 * @return as rl_profile_load().
 */
int rl_profile_load_for(const struct rl_profile_dirs *dirs, const struct rl_distro *distro,
	struct rl_profile **profile_ret, struct rl_error *err) RL_CHECKED;

/**
 * Parses @text as a profile without looking for includes anywhere but in @dirs and the binary.
 *
 * @return as rl_profile_load().
 */
int rl_profile_parse(const struct rl_profile_dirs *dirs, const char *name, const char *origin,
	const char *text, size_t len, struct rl_profile **profile_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * A profile of no rules, to which the command line's patterns can be added.
 *
 * @return a new profile, or NULL if out of memory.
 */
struct rl_profile *rl_profile_new(const char *name);

/**
 * Adds a rule behind all others. Copies all strings.
 *
 * @return 0, -EINVAL if @pattern has a fault, -ENOMEM.
 */
int rl_profile_add(struct rl_profile *profile, enum rl_action action, enum rl_category category,
	const char *pattern, const char *reason, const char *origin, unsigned int line,
	struct rl_error *err) RL_CHECKED;

/** Releases @profile. NULL is fine. */
void rl_profile_free(struct rl_profile *profile);

/** The word for @action in profiles: "drop"; static. */
const char *rl_action_name(enum rl_action action);

/** The word for @category in profiles: "cache"; static. */
const char *rl_category_name(enum rl_category category);

#endif
