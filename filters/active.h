/* SPDX-License-Identifier: MIT */
/**
 * Active rules: those of a chain's rules whose conditions hold in this root, each with the pattern
 * that it has here (one for each home directory, say) and its selectors made ready. For chain.c.
 */

#ifndef RL_FILTERS_ACTIVE_H
#define RL_FILTERS_ACTIVE_H

#include "filters/chain.h"
#include "scan/packages.h"

/** Owners of one path that are looked at; a path that more packages own is shared in any case. */
#define RL_OWNERS_MAX 16

/** A selector made ready. */
struct rl_selector {
	/** What it asks; borrowed. */
	const struct rl_term *term;
	/** PACKAGE: for each package whether it is meant; owned; NULL if none is. */
	bool *packages;
	/** TYPE: a bit for each S_IFMT >> 12. */
	uint32_t types;
	/** OWNER: the uid; if there is one. */
	uint32_t uid;
	bool has_uid;
	/** OLDER: seconds since 1970 that the content's last change is before. */
	int64_t before;
};

/** One active rule. */
struct rl_active {
	/** The rule; borrowed. */
	const struct rl_rule *rule;
	/** What it matches here: the rule's pattern, or @own. */
	const struct rl_pattern *pattern;
	/** A pattern that is not the rule's; owned; count is 0 if there is none. */
	struct rl_pattern own;
	/** Of rules that put a file there: its path below ROOT; owned. */
	char *path;
	/** Its selectors, but for CONTAINS; owned. */
	struct rl_selector *selectors;
	/** How many. */
	size_t selector_count;
	/** It has a selector that looks at content. */
	bool has_contains;
	/** It decides about each file by itself: what it says of a directory says nothing of its content. */
	bool is_each;
	/** It takes away a secret that is only to be reported. */
	bool is_noted;
	/** Not its pattern finds what it is about, but who owns it: see rl_actives.package_rules. */
	bool is_by_package;
	/** It asks for packages, and none is meant: it is about nothing. */
	bool is_idle;
	/** What it changes, with the owner's numbers. */
	struct rl_change change;
};

/** All active rules of a chain, in order. */
struct rl_actives {
	/** The rules; owned. */
	struct rl_active *rules;
	/** How many. */
	size_t count;
	/** How many there is room for. */
	size_t cap;
	/** For each package, whether a rule drops it as a whole; owned; NULL without packages. */
	bool *dropped;
	/** For each package that is dropped, the index of the rule; owned. */
	size_t *dropped_by;
	/** How many packages are dropped. */
	size_t dropped_count;
	/**
	 * Indices of the rules about all that a package owns, "package:GLOB" with a pattern for
	 * everything: those of package number N from package_rules[package_first[N]] to before
	 * package_rules[package_first[N + 1]]. Owned; NULL without packages.
	 */
	size_t *package_rules;
	size_t *package_first;
	/** One more than the highest index of such a rule that keeps; 0 if there is none. */
	size_t package_keep_end;
	/** Some rule asks who owns a file. */
	bool asks_owners;
};

/**
 * Makes the active rules of @profiles.
 *
 * @return 0; -EINVAL if a rule names a user that ROOT does not have; -ENOMEM. Release @actives with
 *         rl_actives_free() in every case.
 */
int rl_actives_make(const struct rl_profile *const *profiles, size_t count,
	const struct rl_chain_options *options, struct rl_actives *actives,
	struct rl_error *err) RL_CHECKED;

/** What is asked of a file's owners. */
struct rl_owners {
	/** The packages that own it: the first RL_OWNERS_MAX of them. */
	uint32_t list[RL_OWNERS_MAX];
	/** How many own it. */
	size_t count;
};

/** Whether all selectors of @active but CONTAINS hold for @entry. */
bool rl_active_selects(const struct rl_actives *actives, const struct rl_active *active,
	const struct rl_entry *entry, const struct rl_owners *owners);

/** Whether the CONTAINS selectors of @active hold for a content that begins with @head. */
bool rl_active_selects_content(const struct rl_active *active, const char *head, size_t len);

/** Releases what @actives owns. */
void rl_actives_free(struct rl_actives *actives);

#endif
