/* SPDX-License-Identifier: MIT */
/** Which rule decides about one path, why, and which rules it wins over. */

#ifndef RL_CLI_EXPLAIN_H
#define RL_CLI_EXPLAIN_H

#include "cli/json.h"
#include "cli/session.h"

/** One rule that matches the path, or a directory above it. */
struct rl_explained_rule {
	/** The rule; borrowed. */
	const struct rl_rule *rule;
	/** Its place in the chain. */
	size_t index;
	/** What it matches: the length of that part of the path, in bytes. */
	size_t path_len;
};

/** What there is to say of one path; zero it, release it with rl_explanation_free(). */
struct rl_explanation {
	/** The path below ROOT, directories resolved; owned. */
	char *path;
	/** It is there. */
	bool exists;
	/** What becomes of it. */
	struct rl_decision decision;
	/** Its package is dropped, and this file of the database is about that alone. */
	bool is_of_package_db;
	/** The rules that match and decide, the last first; owned. */
	struct rl_explained_rule *rules;
	/** How many. */
	size_t rule_count;
	/** The packages that own it. */
	uint32_t owners[8];
	/** How many. */
	size_t owner_count;
};

/**
 * Finds out about @path.
 *
 * @return 0; -ENOMEM; or a negative errno if it cannot be looked at.
 */
int rl_explain(struct rl_session *session, const char *path, struct rl_explanation *explanation,
	struct rl_error *err) RL_CHECKED;

/** Prints it for people to standard output. */
void rl_explanation_print(
	const struct rl_session *session, const struct rl_explanation *explanation);

/** It as JSON; a new reference, NULL without memory. */
json_t *rl_explanation_json(
	const struct rl_session *session, const struct rl_explanation *explanation);

/** Releases what @explanation owns. */
void rl_explanation_free(struct rl_explanation *explanation);

#endif
