/* SPDX-License-Identifier: MIT */
/** What a capture would keep and leave out, added up by directory and by package. */

#ifndef RL_CLI_PLAN_H
#define RL_CLI_PLAN_H

#include "cli/report.h"
#include "cli/session.h"

/** What goes and what stays of one thing. */
struct rl_plan_sums {
	/** What is kept. */
	struct rl_tally kept;
	/** What is left out. */
	struct rl_tally dropped;
};

/** One directory (or file) of the tree. */
struct rl_plan_node {
	/** Its path below ROOT, "" for ROOT; owned. */
	char *path;
	/** The node that it is in. */
	size_t parent;
	/** How deep it is: ROOT is 0. */
	unsigned int depth;
	/** What is in it, with itself. */
	struct rl_plan_sums sums;
};

/** A plan; zero it, then set what is borrowed; release it with rl_plan_free(). */
struct rl_plan {
	/** For who owns what; borrowed. */
	const struct rl_session *session;
	/** How many directories deep the tree goes. */
	unsigned int depth;
	/** The tree in the order of the walk, ROOT first. Owned. */
	struct rl_plan_node *nodes;
	/** How many. */
	size_t count;
	/** How many there is room for. */
	size_t cap;
	/** The nodes that the walk is in, outermost first. Owned. */
	size_t *stack;
	/** How many. */
	size_t stack_count;
	/** For each package its files' sums, what no package owns at the end; NULL without packages. Owned. */
	struct rl_plan_sums *packages;
	/** It is incomplete for want of memory. */
	bool no_memory;
};

/**
 * Begins a plan.
 *
 * @return 0 or -ENOMEM.
 */
int rl_plan_begin(struct rl_plan *plan) RL_CHECKED;

/** An rl_report_observer; @ctx is the plan. */
void rl_plan_observe(void *ctx, const struct rl_entry *entry, int count, uint64_t bytes,
	const struct rl_rule *rule);

/** Prints the plan for people to standard output. */
void rl_plan_print(const struct rl_plan *plan, const struct rl_report *report);

/** Prints it as JSON. @return 0, or -1 if that failed. */
int rl_plan_print_json(const struct rl_plan *plan, const struct rl_report *report);

/** Releases what @plan owns. */
void rl_plan_free(struct rl_plan *plan);

#endif
