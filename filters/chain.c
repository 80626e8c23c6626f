/* SPDX-License-Identifier: MIT */
/*
 * For each directory that the walk is in, the chain knows which rules can still match beneath it,
 * and how far into their pattern they have come: "/var/cache/apt" is a state at its second
 * component within var, and no state at all within usr. So an entry is only held against the few
 * rules that its path has led to. Those whose next component is a literal are looked up by name,
 * so that a directory with hundreds of them costs a binary search.
 *
 * Rules have the order of the chain; a decision is the match with the highest index, where a
 * directory's decision counts as a match of all that is in it.
 */
#include "filters/chain.h"

#include <assert.h>
#include <string.h>

/* A rule that may match beneath a directory: the component that a name in it would have to match. */
struct state {
	size_t rule;
	size_t component;
};

/* One directory that the walk is in. */
struct level {
	/* States; those with a literal component first, sorted by it. Owned. */
	struct state *states;
	size_t count;
	size_t cap;
	size_t literal_count;
	/* The rule that decides what no later rule matches, or NO_RULE; and what it does. */
	size_t inherited;
	enum rl_action inherited_action;
};

#define NO_RULE SIZE_MAX

struct rl_chain {
	/* All rules in order; the pointers are owned, the rules are not. */
	const struct rl_rule **rules;
	size_t rule_count;
	/* The level of ROOT first. Owned; levels beyond @depth keep their room for the next. */
	struct level *levels;
	size_t depth;
	size_t cap;
};

static const struct rl_component *component_of(
	const struct rl_chain *chain, const struct state *state)
{
	return &chain->rules[state->rule]->pattern.components[state->component];
}

static int add_state(struct level *level, size_t rule, size_t component)
{
	if (level->count == level->cap) {
		size_t cap = level->cap == 0 ? 16 : level->cap * 2;
		struct state *states = reallocarray(level->states, cap, sizeof(*states));

		if (states == NULL)
			return -ENOMEM;
		level->states = states;
		level->cap = cap;
	}
	level->states[level->count++] = (struct state){rule, component};
	return 0;
}

/*
 * Adds the state of a rule that has come to @component; one at "**" also stands at what follows,
 * since "**" may be no directory at all.
 */
static int add_closure(
	const struct rl_chain *chain, struct level *level, size_t rule, size_t component)
{
	const struct rl_pattern *pattern = &chain->rules[rule]->pattern;
	int ret = add_state(level, rule, component);

	if (ret == 0 && pattern->components[component].kind == RL_COMPONENT_ANY_DEPTH &&
		component + 1 < pattern->count)
		ret = add_state(level, rule, component + 1);
	return ret;
}

static int compare_states(const void *a, const void *b, void *ctx)
{
	const struct rl_chain *chain = ctx;
	const struct state *x = a, *y = b;
	const struct rl_component *cx = component_of(chain, x), *cy = component_of(chain, y);
	int order = 0;

	if ((cx->kind == RL_COMPONENT_LITERAL) != (cy->kind == RL_COMPONENT_LITERAL))
		return cx->kind == RL_COMPONENT_LITERAL ? -1 : 1;
	if (cx->kind == RL_COMPONENT_LITERAL)
		order = strcmp(cx->text, cy->text);
	if (order == 0)
		order = x->rule < y->rule ? -1 : x->rule > y->rule;
	if (order == 0)
		order = x->component < y->component ? -1 : x->component > y->component;
	return order;
}

/* Sorts the states, takes out doubles, and counts the literal ones. */
static void settle(struct rl_chain *chain, struct level *level)
{
	size_t i, kept = 0;

	level->literal_count = 0;
	if (level->count == 0)
		return;
	qsort_r(level->states, level->count, sizeof(*level->states), compare_states, chain);
	for (i = 1; i < level->count; i++) {
		if (compare_states(&level->states[kept], &level->states[i], chain) != 0)
			level->states[++kept] = level->states[i];
	}
	level->count = kept + 1;
	while (level->literal_count < level->count &&
		component_of(chain, &level->states[level->literal_count])->kind ==
			RL_COMPONENT_LITERAL)
		level->literal_count++;
}

/* The first literal state whose component is not less than @name. */
static size_t find_literal(
	const struct rl_chain *chain, const struct level *level, const char *name)
{
	size_t low = 0, high = level->literal_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(component_of(chain, &level->states[middle])->text, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether a rule whose pattern matches can be about an entry of this type. */
static bool is_applicable(const struct rl_rule *rule, const struct rl_entry *entry)
{
	if (rule->pattern.directories_only && !S_ISDIR(entry->mode))
		return false;
	if (rule->action == RL_ACTION_EMPTY)
		return S_ISDIR(entry->mode);
	if (rule->action == RL_ACTION_TRUNCATE)
		return S_ISREG(entry->mode);
	return true;
}

/*
 * Follows one state, whose component matches @entry, into @below (NULL: the entry is no directory),
 * and into *@best if the pattern ends here.
 */
static int follow(const struct rl_chain *chain, const struct state *state,
	const struct rl_entry *entry, struct level *below, size_t *best)
{
	const struct rl_rule *rule = chain->rules[state->rule];
	bool is_last = state->component + 1 == rule->pattern.count;
	int ret = 0;

	if (component_of(chain, state)->kind == RL_COMPONENT_ANY_DEPTH) {
		/* It takes this directory too, and stays; at the end it matches all it takes. */
		if (below != NULL)
			ret = add_closure(chain, below, state->rule, state->component);
	} else if (!is_last && below != NULL) {
		ret = add_closure(chain, below, state->rule, state->component + 1);
	}
	if (ret == 0 && is_last && is_applicable(rule, entry) &&
		(*best == NO_RULE || state->rule > *best))
		*best = state->rule;
	return ret;
}

/* Holds @entry against the states of @level. */
static int match(const struct rl_chain *chain, const struct level *level,
	const struct rl_entry *entry, struct level *below, size_t *best)
{
	size_t i;
	int ret = 0;

	for (i = find_literal(chain, level, entry->name);
		ret == 0 && i < level->literal_count &&
		strcmp(component_of(chain, &level->states[i])->text, entry->name) == 0;
		i++)
		ret = follow(chain, &level->states[i], entry, below, best);
	for (i = level->literal_count; ret == 0 && i < level->count; i++) {
		const struct rl_component *component = component_of(chain, &level->states[i]);

		if (component->kind == RL_COMPONENT_ANY_DEPTH ||
			rl_component_matches(component, entry->name))
			ret = follow(chain, &level->states[i], entry, below, best);
	}
	return ret;
}

/* Makes room for the level beneath number @index, and empties it. */
static int open_level(struct rl_chain *chain, size_t index)
{
	struct level *level;

	if (index == chain->cap) {
		size_t cap = chain->cap == 0 ? 16 : chain->cap * 2;
		struct level *levels = reallocarray(chain->levels, cap, sizeof(*levels));

		if (levels == NULL)
			return -ENOMEM;
		memset(levels + chain->cap, 0, (cap - chain->cap) * sizeof(*levels));
		chain->levels = levels;
		chain->cap = cap;
	}
	level = &chain->levels[index];
	level->count = 0;
	level->literal_count = 0;
	level->inherited = NO_RULE;
	level->inherited_action = RL_ACTION_KEEP;
	return 0;
}

/* Whether a rule that keeps, and that wins over @than, may match beneath the level. */
static bool has_keep_after(const struct rl_chain *chain, const struct level *level, size_t than)
{
	size_t i;

	for (i = 0; i < level->count; i++) {
		const struct state *state = &level->states[i];

		if (state->rule > than && chain->rules[state->rule]->action != RL_ACTION_DROP)
			return true;
	}
	return false;
}

/* Fills in @decision of the rule number @best. */
static void decide(const struct rl_chain *chain, size_t best, enum rl_action inherited_action,
	bool is_inherited, struct rl_decision *decision)
{
	*decision = (struct rl_decision){.action = RL_ACTION_KEEP};
	if (best == NO_RULE)
		return;
	decision->rule = chain->rules[best];
	decision->action = is_inherited ? inherited_action : decision->rule->action;
	if (decision->action == RL_ACTION_EMPTY)
		decision->action = RL_ACTION_KEEP;
}

int rl_chain_decide(
	struct rl_chain *chain, const struct rl_entry *entry, struct rl_decision *decision)
{
	struct level *level, *below = NULL;
	size_t best = NO_RULE, own;
	bool is_own;
	int ret;

	*decision = (struct rl_decision){.action = RL_ACTION_KEEP};
	if (entry->path[0] == '\0')
		return 0;
	assert(entry->depth < chain->depth);
	chain->depth = entry->depth + 1;
	if (S_ISDIR(entry->mode)) {
		ret = open_level(chain, chain->depth);
		if (ret != 0)
			return ret;
		below = &chain->levels[chain->depth];
	}
	level = &chain->levels[entry->depth];
	ret = match(chain, level, entry, below, &best);
	if (ret != 0)
		return ret;
	own = best;
	if (level->inherited != NO_RULE && (own == NO_RULE || level->inherited >= own))
		best = level->inherited;
	is_own = best != NO_RULE && best == own && best != level->inherited;
	decide(chain, best, level->inherited_action, !is_own, decision);
	if (below == NULL)
		return 0;
	settle(chain, below);
	chain->depth++;
	below->inherited = best;
	below->inherited_action = decision->action;
	if (is_own && chain->rules[own]->action == RL_ACTION_EMPTY)
		below->inherited_action = RL_ACTION_DROP;
	decision->may_keep_below =
		decision->action != RL_ACTION_DROP || has_keep_after(chain, below, best);
	return 0;
}

static int collect_rules(
	struct rl_chain *chain, const struct rl_profile *const *profiles, size_t count)
{
	size_t i, j, at = 0;

	for (i = 0; i < count; i++)
		chain->rule_count += profiles[i]->rule_count;
	chain->rules = calloc(chain->rule_count + 1, sizeof(*chain->rules));
	if (chain->rules == NULL)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		for (j = 0; j < profiles[i]->rule_count; j++)
			chain->rules[at++] = &profiles[i]->rules[j];
	}
	return 0;
}

int rl_chain_new(
	const struct rl_profile *const *profiles, size_t count, struct rl_chain **chain_ret)
{
	struct rl_chain *chain = calloc(1, sizeof(*chain));
	size_t i;
	int ret;

	if (chain == NULL)
		return -ENOMEM;
	ret = collect_rules(chain, profiles, count);
	if (ret == 0)
		ret = open_level(chain, 0);
	for (i = 0; ret == 0 && i < chain->rule_count; i++)
		ret = add_closure(chain, &chain->levels[0], i, 0);
	if (ret != 0) {
		rl_chain_free(chain);
		return ret;
	}
	settle(chain, &chain->levels[0]);
	chain->depth = 1;
	*chain_ret = chain;
	return 0;
}

void rl_chain_free(struct rl_chain *chain)
{
	size_t i;

	if (chain == NULL)
		return;
	for (i = 0; i < chain->cap; i++)
		free(chain->levels[i].states);
	free(chain->levels);
	free(chain->rules);
	free(chain);
}
