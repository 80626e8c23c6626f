/* SPDX-License-Identifier: MIT */
/** Profiles: text files of rules that say what an image leaves out, and why. See docs/PROFILES.md. */

#ifndef RL_FILTERS_PROFILE_H
#define RL_FILTERS_PROFILE_H

#include "common/buf.h"
#include "common/error.h"
#include "filters/rule.h"
#include "scan/distro.h"

/** What becomes of what rules of the category secret match. */
enum rl_secrets {
	/** No profile says. */
	RL_SECRETS_UNSET,
	/** What the rules say. */
	RL_SECRETS_DROP,
	/** It is kept, and named in the report. */
	RL_SECRETS_REPORT,
	/** It is kept. */
	RL_SECRETS_KEEP
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
	/** What its last `secrets` line says, those of included profiles too. */
	enum rl_secrets secrets;
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
	/** What `include detected` is about; borrowed; NULL: nothing, it includes "common". */
	const struct rl_distro *distro;
	/**
	 * Set once a profile for a distribution has been loaded, by name or as the detected one, which
	 * `include detected` does not do again; borrowed; NULL: it always does.
	 */
	bool *has_distro;
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

/**
 * Appends a rule behind all others.
 *
 * @rule taken over: what it owns is the profile's, or, on failure, released
 *
 * @return 0 or -ENOMEM.
 */
int rl_profile_append(struct rl_profile *profile, struct rl_rule *rule) RL_CHECKED;

/** The words for enum rl_secrets from DROP on. */
extern const struct rl_word_list rl_secrets_words;

/**
 * Names of all profiles that @dirs and the binary have, sorted, each once.
 *
 * @return 0 with *@names_ret an array that the caller frees, and each of its @count_ret strings too;
 *         -ENOMEM.
 */
int rl_profile_names(
	const struct rl_profile_dirs *dirs, char ***names_ret, size_t *count_ret) RL_CHECKED;

/**
 * The text of a profile, as rl_profile_load() finds it.
 *
 * @origin_ret where it was found; the caller frees it
 *
 * @return as rl_profile_load().
 */
int rl_profile_text(const struct rl_profile_dirs *dirs, const char *name, struct rl_buf *text,
	char **origin_ret, struct rl_error *err) RL_CHECKED;

#endif
