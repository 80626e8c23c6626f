/* SPDX-License-Identifier: MIT */
/*
 * For each directory that the walk is in, the chain knows which rules can still match beneath it,
 * and how far into their pattern they have come: "/var/cache/apt" is a place at its second
 * component within var, and no place at all within usr. So an entry is only held against the few
 * rules that its path has led to. Those whose next component is a literal are looked up by name,
 * so that a directory with hundreds of them costs a binary search.
 *
 * What follows "**" may match at any depth. It is kept once, in the directory where the rule has come
 * to it, rather than copied into each directory below: most rules without a "/" begin in ROOT, and
 * there they stay.
 *
 * Rules have the order of the chain; a decision is the match with the highest index, where a
 * directory's decision counts as a match of all that is in it.
 */
#include "filters/chain.h"

#include <assert.h>
#include <string.h>

/* One component of one rule, as what a name would have to match next. */
struct place {
	const struct rl_rule *rule;
	const struct rl_component *component;
	/* The rule's index in the chain. */
	size_t index;
	/* Where it stands among all: literals first, by their text. */
	size_t rank;
	/* The pattern ends here. */
	bool is_last;
	/* It is among the lasting ones of a directory that the walk is in. */
	bool is_lasting;
};

/* Places, in order of their ranks. */
struct set {
	/* The array is owned, the places are not. */
	struct place **places;
	size_t count;
	size_t cap;
	/* How many of them, from the first, are literals. */
	size_t literal_count;
	/* One more than the highest index of a rule that does not drop; 0 if there is none. */
	size_t keep_end;
};

/* One directory that the walk is in. */
struct level {
	/* What a name in it may match. */
	struct set here;
	/* What a name in it, or at any depth below it, may match. */
	struct set lasting;
	/* The rule that decides what no later rule matches, or NO_RULE; and what it does. */
	size_t inherited;
	enum rl_action inherited_action;
};

#define NO_RULE SIZE_MAX

struct rl_chain {
	/* All rules in order; the pointers are owned, the rules are not. */
	const struct rl_rule **rules;
	size_t rule_count;
	/* The places of all rules, those of one rule in a row. Owned. */
	struct place *places;
	size_t place_count;
	/* The level of ROOT first. Owned; levels beyond @depth keep their room for the next. */
	struct level *levels;
	size_t depth;
	size_t cap;
};

static int add_place(struct set *set, struct place *place)
{
	if (set->count == set->cap) {
		size_t cap = set->cap == 0 ? 16 : set->cap * 2;
		struct place **places = reallocarray(set->places, cap, sizeof(*places));

		if (places == NULL)
			return -ENOMEM;
		set->places = places;
		set->cap = cap;
	}
	set->places[set->count++] = place;
	if (place->component->kind == RL_COMPONENT_LITERAL)
		set->literal_count++;
	if (place->rule->action != RL_ACTION_DROP && place->index >= set->keep_end)
		set->keep_end = place->index + 1;
	return 0;
}

/*
 * A rule has come to @place in the directory of @level. "**" may be no directory at all, so it is
 * what follows it that names are held against, here and below.
 */
static int arrive(struct level *level, struct place *place)
{
	int ret;

	if (place->component->kind != RL_COMPONENT_ANY_DEPTH)
		return add_place(&level->here, place);
	if (!place->is_last)
		place++;
	/* Lasting in a directory above, it is held against all names here as it is. */
	if (place->is_lasting)
		return 0;
	ret = add_place(&level->lasting, place);
	if (ret == 0)
		place->is_lasting = true;
	return ret;
}

static int compare_places(const void *a, const void *b)
{
	const struct place *x = *(struct place *const *)a, *y = *(struct place *const *)b;
	bool x_is_literal = x->component->kind == RL_COMPONENT_LITERAL;
	int order = 0;

	if (x_is_literal != (y->component->kind == RL_COMPONENT_LITERAL))
		return x_is_literal ? -1 : 1;
	if (x_is_literal)
		order = strcmp(x->component->text, y->component->text);
	/* Those of all rules are in one array. */
	return order != 0 ? order : (x > y) - (x < y);
}

static int compare_ranks(const void *a, const void *b)
{
	const struct place *x = *(struct place *const *)a, *y = *(struct place *const *)b;

	return (x->rank > y->rank) - (x->rank < y->rank);
}

static void sort(struct set *set)
{
	if (set->count > 1)
		qsort(set->places, set->count, sizeof(struct place *), compare_ranks);
}

/* The first literal place whose component is not less than @name. */
static size_t find_literal(const struct set *set, const char *name)
{
	size_t low = 0, high = set->literal_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(set->places[middle]->component->text, name) < 0)
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
 * Goes on from one place, whose component matches @entry: into @below (NULL: the entry is no
 * directory), or into *@best if the pattern ends here.
 */
static int follow(
	struct place *place, const struct rl_entry *entry, struct level *below, size_t *best)
{
	if (!place->is_last)
		return below != NULL ? arrive(below, place + 1) : 0;
	if (is_applicable(place->rule, entry) && (*best == NO_RULE || place->index > *best))
		*best = place->index;
	return 0;
}

/* Holds @entry, whose name ends with the byte @last, against the places of @set. */
static int match_set(const struct set *set, const struct rl_entry *entry, char last,
	struct level *below, size_t *best)
{
	size_t i;
	int ret = 0;

	for (i = find_literal(set, entry->name);
		ret == 0 && i < set->literal_count &&
		strcmp(set->places[i]->component->text, entry->name) == 0;
		i++)
		ret = follow(set->places[i], entry, below, best);
	for (i = set->literal_count; ret == 0 && i < set->count; i++) {
		const struct rl_component *component = set->places[i]->component;

		if (component->kind == RL_COMPONENT_ANY_DEPTH ||
			((component->last == '\0' || component->last == last) &&
				rl_component_matches(component, entry->name)))
			ret = follow(set->places[i], entry, below, best);
	}
	return ret;
}

/* Holds @entry against all that a name in its directory may match. */
static int match(const struct rl_chain *chain, const struct rl_entry *entry, struct level *below,
	size_t *best)
{
	char last = entry->name[strlen(entry->name) - 1];
	int ret = match_set(&chain->levels[entry->depth].here, entry, last, below, best);
	size_t i;

	for (i = 0; ret == 0 && i <= entry->depth; i++) {
		if (chain->levels[i].lasting.count > 0)
			ret = match_set(&chain->levels[i].lasting, entry, last, below, best);
	}
	if (ret == 0 && below != NULL) {
		sort(&below->here);
		sort(&below->lasting);
	}
	return ret;
}

static void empty_set(struct set *set)
{
	set->count = 0;
	set->literal_count = 0;
	set->keep_end = 0;
}

/* Leaves the levels from number @depth on. */
static void leave_levels(struct rl_chain *chain, size_t depth)
{
	while (chain->depth > depth) {
		struct set *lasting = &chain->levels[--chain->depth].lasting;
		size_t i;

		for (i = 0; i < lasting->count; i++)
			lasting->places[i]->is_lasting = false;
		empty_set(lasting);
	}
}

/* Enters one level more, which is empty. */
static int enter_level(struct rl_chain *chain)
{
	struct level *level;

	if (chain->depth == chain->cap) {
		size_t cap = chain->cap == 0 ? 16 : chain->cap * 2;
		struct level *levels = reallocarray(chain->levels, cap, sizeof(*levels));

		if (levels == NULL)
			return -ENOMEM;
		memset(levels + chain->cap, 0, (cap - chain->cap) * sizeof(*levels));
		chain->levels = levels;
		chain->cap = cap;
	}
	level = &chain->levels[chain->depth++];
	empty_set(&level->here);
	empty_set(&level->lasting);
	level->inherited = NO_RULE;
	level->inherited_action = RL_ACTION_KEEP;
	return 0;
}

/* Whether a rule that keeps, and that wins over @than, may match beneath the innermost level. */
static bool has_keep_after(const struct rl_chain *chain, size_t than)
{
	size_t i;

	if (chain->levels[chain->depth - 1].here.keep_end > than + 1)
		return true;
	for (i = 0; i < chain->depth; i++) {
		if (chain->levels[i].lasting.keep_end > than + 1)
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
	leave_levels(chain, entry->depth + 1);
	if (S_ISDIR(entry->mode)) {
		ret = enter_level(chain);
		if (ret != 0)
			return ret;
		below = &chain->levels[entry->depth + 1];
	}
	level = &chain->levels[entry->depth];
	ret = match(chain, entry, below, &best);
	if (ret != 0)
		return ret;
	own = best;
	if (level->inherited != NO_RULE && (own == NO_RULE || level->inherited >= own))
		best = level->inherited;
	is_own = best != NO_RULE && best == own && best != level->inherited;
	decide(chain, best, level->inherited_action, !is_own, decision);
	if (below == NULL)
		return 0;
	below->inherited = best;
	below->inherited_action = decision->action;
	if (is_own && chain->rules[own]->action == RL_ACTION_EMPTY)
		below->inherited_action = RL_ACTION_DROP;
	decision->may_keep_below =
		decision->action != RL_ACTION_DROP || has_keep_after(chain, best);
	return 0;
}

static int collect_rules(
	struct rl_chain *chain, const struct rl_profile *const *profiles, size_t count)
{
	size_t i, j, at = 0;

	for (i = 0; i < count; i++) {
		chain->rule_count += profiles[i]->rule_count;
		for (j = 0; j < profiles[i]->rule_count; j++)
			chain->place_count += profiles[i]->rules[j].pattern.count;
	}
	chain->rules = calloc(chain->rule_count + 1, sizeof(*chain->rules));
	chain->places = calloc(chain->place_count + 1, sizeof(*chain->places));
	if (chain->rules == NULL || chain->places == NULL)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		for (j = 0; j < profiles[i]->rule_count; j++)
			chain->rules[at++] = &profiles[i]->rules[j];
	}
	return 0;
}

/* Makes the places of all rules, and ranks them. */
static int make_places(struct rl_chain *chain)
{
	struct place **order = calloc(chain->place_count + 1, sizeof(struct place *));
	size_t i, j, at = 0;

	if (order == NULL)
		return -ENOMEM;
	for (i = 0; i < chain->rule_count; i++) {
		const struct rl_pattern *pattern = &chain->rules[i]->pattern;

		for (j = 0; j < pattern->count; j++, at++) {
			chain->places[at] = (struct place){.rule = chain->rules[i],
				.component = &pattern->components[j],
				.index = i,
				.is_last = j + 1 == pattern->count};
			order[at] = &chain->places[at];
		}
	}
	qsort(order, at, sizeof(struct place *), compare_places);
	for (i = 0; i < at; i++)
		order[i]->rank = i;
	free(order);
	return 0;
}

/* Enters ROOT, where all rules begin. */
static int enter_root(struct rl_chain *chain)
{
	struct place *place = chain->places;
	int ret = enter_level(chain);
	size_t i;

	for (i = 0; ret == 0 && i < chain->rule_count; i++) {
		ret = arrive(&chain->levels[0], place);
		place += chain->rules[i]->pattern.count;
	}
	if (ret == 0) {
		sort(&chain->levels[0].here);
		sort(&chain->levels[0].lasting);
	}
	return ret;
}

int rl_chain_new(
	const struct rl_profile *const *profiles, size_t count, struct rl_chain **chain_ret)
{
	struct rl_chain *chain = calloc(1, sizeof(*chain));
	int ret;

	if (chain == NULL)
		return -ENOMEM;
	ret = collect_rules(chain, profiles, count);
	if (ret == 0)
		ret = make_places(chain);
	if (ret == 0)
		ret = enter_root(chain);
	if (ret != 0) {
		rl_chain_free(chain);
		return ret;
	}
	*chain_ret = chain;
	return 0;
}

void rl_chain_free(struct rl_chain *chain)
{
	size_t i;

	if (chain == NULL)
		return;
	for (i = 0; i < chain->cap; i++) {
		free(chain->levels[i].here.places);
		free(chain->levels[i].lasting.places);
	}
	free(chain->levels);
	free(chain->places);
	free(chain->rules);
	free(chain);
}
