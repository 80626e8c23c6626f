/* SPDX-License-Identifier: MIT */
/*
 * Rules have the order of the chain; a decision is the match with the highest index, where a
 * directory's decision counts as a match of all that is in it.
 */
#include "filters/chain.h"

#include "filters/active.h"
#include "filters/matcher.h"

#include <string.h>

/* One directory that the walk is in. */
struct level {
	/* The rule that decides what no later rule matches, or NO_RULE; and what it does. */
	size_t inherited;
	enum rl_action inherited_action;
	/* Hash of the directory's path, for who owns what is in it. */
	uint64_t hash;
};

#define NO_RULE SIZE_MAX

/* What the rules that match one entry come to, as indices of rules or NO_RULE. */
struct outcome {
	/* The last that decides about it, and the last whose decision holds for what is in it too. */
	size_t best, lasting;
	/* The last that takes away a secret which is only to be reported. */
	size_t noted;
};

struct rl_chain {
	struct rl_actives actives;
	/* Borrowed; NULL without packages. */
	const struct rl_packages *packages;
	/* Who owns the entry at hand. */
	struct rl_owners owners;
	/* What matches it, and what it inherits. */
	struct outcome outcome;
	size_t inherited;
	enum rl_action inherited_action;
	/* Its changes, and the indices of their rules; indices of rules that want its content. Owned. */
	struct rl_change *changes;
	size_t *change_rules;
	size_t change_count;
	size_t *contents;
	size_t content_count;
	rl_chain_match *trace;
	void *trace_ctx;
	/* The patterns of the rules, and what holds entries against them. Owned. */
	struct rl_matched *matched;
	struct rl_matcher *matcher;
	/* The level of ROOT first. Owned. */
	struct level *levels;
	size_t level_count;
};

/* Whether a rule whose pattern matches can be about an entry of this type. */
static bool is_applicable(const struct rl_active *active, const struct rl_entry *entry)
{
	switch (active->rule->action) {
	case RL_ACTION_EMPTY:
		return S_ISDIR(entry->mode);
	case RL_ACTION_TRUNCATE:
	case RL_ACTION_EDIT:
		return S_ISREG(entry->mode);
	case RL_ACTION_WRITE:
	case RL_ACTION_LINK:
	case RL_ACTION_MKNOD:
		return entry->is_added;
	case RL_ACTION_CHMOD:
		return !S_ISLNK(entry->mode);
	case RL_ACTION_RENAME:
		return !entry->is_added;
	default:
		return !active->has_contains || S_ISREG(entry->mode);
	}
}

static bool is_later(size_t index, size_t than)
{
	return than == NO_RULE || index > than;
}

/* Takes a rule that changes what is kept. A rule may match by several ways. */
static void add_change(struct rl_chain *chain, const struct rl_active *active, size_t index)
{
	size_t i, at = chain->change_count;

	while (at > 0 && chain->change_rules[at - 1] > index)
		at--;
	if (at > 0 && chain->change_rules[at - 1] == index)
		return;
	for (i = chain->change_count; i > at; i--) {
		chain->changes[i] = chain->changes[i - 1];
		chain->change_rules[i] = chain->change_rules[i - 1];
	}
	chain->changes[at] = active->change;
	chain->changes[at].is_noted = active->is_noted;
	chain->change_rules[at] = index;
	chain->change_count++;
}

/* Takes a rule that decides. */
static void take_deciding(struct rl_chain *chain, const struct rl_active *active, size_t index)
{
	struct outcome *outcome = &chain->outcome;

	if (active->is_noted) {
		if (is_later(index, outcome->noted))
			outcome->noted = index;
		return;
	}
	if (is_later(index, outcome->best))
		outcome->best = index;
	if (!active->is_each && is_later(index, outcome->lasting))
		outcome->lasting = index;
}

/* The pattern of rule number @index matches @entry. */
static void found(void *ctx, size_t index, const struct rl_entry *entry)
{
	struct rl_chain *chain = ctx;
	const struct rl_active *active = &chain->actives.rules[index];
	size_t i;

	if (!is_applicable(active, entry) ||
		!rl_active_selects(&chain->actives, active, entry, &chain->owners))
		return;
	if (chain->trace != NULL && !active->has_contains)
		chain->trace(chain->trace_ctx, active->rule, index, active->is_each);
	if (!rl_action_decides(active->rule->action)) {
		add_change(chain, active, index);
	} else if (active->has_contains) {
		for (i = 0; i < chain->content_count && chain->contents[i] != index; i++)
			;
		if (i == chain->content_count)
			chain->contents[chain->content_count++] = index;
	} else {
		take_deciding(chain, active, index);
	}
}

/* Makes room for what is to be known of a directory at depth @depth. */
static int reserve_level(struct rl_chain *chain, size_t depth)
{
	size_t count = chain->level_count == 0 ? 16 : chain->level_count * 2;
	struct level *levels;

	if (depth < chain->level_count)
		return 0;
	levels = reallocarray(chain->levels, count, sizeof(*levels));
	if (levels == NULL)
		return -ENOMEM;
	chain->levels = levels;
	chain->level_count = count;
	return 0;
}

static const struct rl_rule *rule_of(const struct rl_chain *chain, size_t index)
{
	return index != NO_RULE ? chain->actives.rules[index].rule : NULL;
}

/* Makes the decision of what is known of the entry at hand. */
static void decide(const struct rl_chain *chain, struct rl_decision *decision)
{
	const struct outcome *outcome = &chain->outcome;
	size_t best = outcome->best;
	bool is_own = best != NO_RULE && is_later(best, chain->inherited);

	if (!is_own)
		best = chain->inherited;
	decision->rule = rule_of(chain, best);
	decision->action = RL_ACTION_KEEP;
	if (is_own && (decision->rule->action == RL_ACTION_DROP ||
			      decision->rule->action == RL_ACTION_TRUNCATE))
		decision->action = decision->rule->action;
	if (!is_own && best != NO_RULE)
		decision->action = chain->inherited_action;
	decision->secret = NULL;
	if (outcome->noted != NO_RULE && is_later(outcome->noted, best) &&
		decision->action != RL_ACTION_DROP)
		decision->secret = rule_of(chain, outcome->noted);
}

/* What is in the directory at hand inherits its last rule that is not about it alone. */
static void pass_on(struct rl_chain *chain, struct level *below, struct rl_decision *decision)
{
	size_t lasting = chain->outcome.lasting;

	below->inherited = chain->inherited;
	below->inherited_action = chain->inherited_action;
	if (lasting != NO_RULE && is_later(lasting, chain->inherited)) {
		enum rl_action action = chain->actives.rules[lasting].rule->action;

		below->inherited = lasting;
		below->inherited_action = action == RL_ACTION_EMPTY ? RL_ACTION_DROP : action;
	}
	decision->may_keep_below = below->inherited == NO_RULE ||
				   below->inherited_action != RL_ACTION_DROP ||
				   chain->actives.package_keep_end > below->inherited + 1 ||
				   rl_matcher_keeps_after(chain->matcher, below->inherited);
}

static void forget_entry(struct rl_chain *chain)
{
	chain->outcome = (struct outcome){NO_RULE, NO_RULE, NO_RULE};
	chain->change_count = 0;
	chain->content_count = 0;
	chain->owners.count = 0;
}

/* Finds out who owns the entry at hand. */
static void find_owners(struct rl_chain *chain, const struct rl_entry *entry, struct level *below)
{
	uint64_t hash;

	if (chain->packages == NULL || !chain->actives.asks_owners)
		return;
	hash = rl_packages_hash(chain->levels[entry->depth].hash, entry->name);
	chain->owners.count =
		rl_packages_owners(chain->packages, hash, chain->owners.list, RL_OWNERS_MAX);
	if (below != NULL)
		below->hash = hash;
}

/* Holds the entry at hand against the rules about all that its owners own. */
static void match_owners(struct rl_chain *chain, const struct rl_entry *entry)
{
	const struct rl_actives *actives = &chain->actives;
	size_t i, j;

	for (i = 0; i < chain->owners.count && i < RL_OWNERS_MAX; i++) {
		const size_t *first = &actives->package_first[chain->owners.list[i]];

		for (j = first[0]; j < first[1]; j++)
			found(chain, actives->package_rules[j], entry);
	}
}

int rl_chain_decide(
	struct rl_chain *chain, const struct rl_entry *entry, struct rl_decision *decision)
{
	struct level *below = NULL;
	int ret;

	*decision = (struct rl_decision){.action = RL_ACTION_KEEP};
	if (entry->path[0] == '\0')
		return 0;
	forget_entry(chain);
	if (S_ISDIR(entry->mode)) {
		ret = reserve_level(chain, entry->depth + 1);
		if (ret != 0)
			return ret;
		below = &chain->levels[entry->depth + 1];
	}
	chain->inherited = chain->levels[entry->depth].inherited;
	chain->inherited_action = chain->levels[entry->depth].inherited_action;
	find_owners(chain, entry, below);
	match_owners(chain, entry);
	ret = rl_matcher_match(chain->matcher, entry);
	if (ret != 0)
		return ret;
	decide(chain, decision);
	decision->changes = chain->changes;
	decision->change_count = chain->change_count;
	decision->needs_content = chain->content_count > 0;
	if (below != NULL)
		pass_on(chain, below, decision);
	return 0;
}

void rl_chain_decide_content(
	struct rl_chain *chain, const char *head, size_t len, struct rl_decision *decision)
{
	size_t i;

	for (i = 0; i < chain->content_count; i++) {
		const struct rl_active *active = &chain->actives.rules[chain->contents[i]];

		if (!rl_active_selects_content(active, head, len))
			continue;
		if (chain->trace != NULL)
			chain->trace(chain->trace_ctx, active->rule, chain->contents[i], true);
		take_deciding(chain, active, chain->contents[i]);
	}
	decision->needs_content = false;
	decide(chain, decision);
}

/* Whether a rule may keep what it matches. */
static bool may_keep(const struct rl_active *active)
{
	return active->rule->action != RL_ACTION_DROP && rl_action_decides(active->rule->action) &&
	       !active->is_noted;
}

/* Makes what holds entries against the rules, and room for all that may match one. */
static int make_matcher(struct rl_chain *chain)
{
	size_t i, count = chain->actives.count;

	chain->matched = calloc(count + 1, sizeof(*chain->matched));
	chain->changes = calloc(count + 1, sizeof(*chain->changes));
	chain->change_rules = calloc(count + 1, sizeof(*chain->change_rules));
	chain->contents = calloc(count + 1, sizeof(*chain->contents));
	if (chain->matched == NULL || chain->changes == NULL || chain->change_rules == NULL ||
		chain->contents == NULL || reserve_level(chain, 0) != 0)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		const struct rl_active *active = &chain->actives.rules[i];

		if (!active->is_by_package && !active->is_idle)
			chain->matched[i] = (struct rl_matched){active->pattern, may_keep(active)};
	}
	chain->levels[0] = (struct level){.inherited = NO_RULE};
	return rl_matcher_new(chain->matched, count, found, chain, &chain->matcher);
}

int rl_chain_new(const struct rl_profile *const *profiles, size_t count,
	const struct rl_chain_options *options, struct rl_chain **chain_ret, struct rl_error *err)
{
	static const struct rl_chain_options nothing;
	struct rl_chain *chain = calloc(1, sizeof(*chain));
	int ret;

	if (chain == NULL)
		return rl_error_set(err, ENOMEM, "cannot load profiles");
	if (options == NULL)
		options = &nothing;
	if (options->facts != NULL)
		chain->packages = options->facts->packages;
	ret = rl_actives_make(profiles, count, options, &chain->actives, err);
	if (ret == 0) {
		ret = make_matcher(chain);
		if (ret != 0)
			(void)rl_error_set(err, -ret, "cannot load profiles");
	}
	if (ret != 0) {
		rl_chain_free(chain);
		return ret;
	}
	*chain_ret = chain;
	return 0;
}

static int compare_additions(const void *a, const void *b)
{
	const struct rl_addition *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	/* Of two rules for one path the later one comes first: the other goes. */
	return order != 0 ? order : (x->change < y->change) - (x->change > y->change);
}

int rl_chain_additions(
	const struct rl_chain *chain, struct rl_addition **list_ret, size_t *count_ret)
{
	const struct rl_actives *actives = &chain->actives;
	struct rl_addition *list = calloc(actives->count + 1, sizeof(*list));
	size_t i, count = 0, kept = 0;

	if (list == NULL)
		return -ENOMEM;
	for (i = 0; i < actives->count; i++) {
		const struct rl_active *active = &actives->rules[i];

		if (rl_action_adds(active->rule->action) && !active->is_noted)
			list[count++] = (struct rl_addition){&active->change, active->path};
	}
	qsort(list, count, sizeof(*list), compare_additions);
	for (i = 0; i < count; i++) {
		if (kept == 0 || strcmp(list[kept - 1].path, list[i].path) != 0)
			list[kept++] = list[i];
	}
	*list_ret = list;
	*count_ret = kept;
	return 0;
}

bool rl_chain_renames(const struct rl_chain *chain, const char *path)
{
	const struct rl_actives *actives = &chain->actives;
	size_t i;

	for (i = 0; i < actives->count; i++) {
		const struct rl_active *active = &actives->rules[i];

		if (active->rule->action == RL_ACTION_RENAME && active->path != NULL &&
			strcmp(active->path, path) == 0)
			return true;
	}
	return false;
}

void rl_chain_trace(struct rl_chain *chain, rl_chain_match *trace, void *ctx)
{
	chain->trace = trace;
	chain->trace_ctx = ctx;
}

const struct rl_rule *rl_chain_drops_package(const struct rl_chain *chain, size_t index)
{
	if (chain->actives.dropped == NULL || !chain->actives.dropped[index])
		return NULL;
	return chain->actives.rules[chain->actives.dropped_by[index]].rule;
}

size_t rl_chain_dropped_packages(const struct rl_chain *chain)
{
	return chain->actives.dropped_count;
}

void rl_chain_free(struct rl_chain *chain)
{
	if (chain == NULL)
		return;
	rl_matcher_free(chain->matcher);
	free(chain->matched);
	free(chain->levels);
	free(chain->changes);
	free(chain->change_rules);
	free(chain->contents);
	rl_actives_free(&chain->actives);
	free(chain);
}
