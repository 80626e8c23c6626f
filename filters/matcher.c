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
 */
#include "filters/matcher.h"

#include <assert.h>
#include <string.h>

/* One component of one rule, as what a name would have to match next. */
struct place {
	const struct rl_pattern *pattern;
	const struct rl_component *component;
	/* The rule's index. */
	size_t index;
	/* Where it stands among all: literals first, by their text. */
	size_t rank;
	/* The pattern ends here. */
	bool is_last;
	/* The rule may keep what it matches. */
	bool keeps;
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
	/* One more than the highest index of a rule that may keep; 0 if there is none. */
	size_t keep_end;
};

/* One directory that the walk is in. */
struct level {
	/* What a name in it may match. */
	struct set here;
	/* What a name in it, or at any depth below it, may match. */
	struct set lasting;
};

struct rl_matcher {
	/* Borrowed. */
	const struct rl_matched *rules;
	size_t rule_count;
	rl_matcher_found *found;
	void *ctx;
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
	if (place->keeps && place->index >= set->keep_end)
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

/*
 * Goes on from one place, whose component matches @entry: into @below (NULL: the entry is no
 * directory), or to its rule if the pattern ends here.
 */
static int follow(struct rl_matcher *matcher, struct place *place, const struct rl_entry *entry,
	struct level *below)
{
	if (!place->is_last)
		return below != NULL ? arrive(below, place + 1) : 0;
	if (!place->pattern->directories_only || S_ISDIR(entry->mode))
		matcher->found(matcher->ctx, place->index, entry);
	return 0;
}

/* Holds @entry, whose name ends with the byte @last, against the places of @set. */
static int match_set(struct rl_matcher *matcher, const struct set *set,
	const struct rl_entry *entry, char last, struct level *below)
{
	size_t i;
	int ret = 0;

	for (i = find_literal(set, entry->name);
		ret == 0 && i < set->literal_count &&
		strcmp(set->places[i]->component->text, entry->name) == 0;
		i++)
		ret = follow(matcher, set->places[i], entry, below);
	for (i = set->literal_count; ret == 0 && i < set->count; i++) {
		const struct rl_component *component = set->places[i]->component;

		if (component->kind == RL_COMPONENT_ANY_DEPTH ||
			((component->last == '\0' || component->last == last) &&
				rl_component_matches(component, entry->name)))
			ret = follow(matcher, set->places[i], entry, below);
	}
	return ret;
}

/* Holds @entry against all that a name in its directory may match. */
static int match(struct rl_matcher *matcher, const struct rl_entry *entry, struct level *below)
{
	char last = entry->name[strlen(entry->name) - 1];
	int ret = match_set(matcher, &matcher->levels[entry->depth].here, entry, last, below);
	size_t i;

	for (i = 0; ret == 0 && i <= entry->depth; i++) {
		if (matcher->levels[i].lasting.count > 0)
			ret = match_set(matcher, &matcher->levels[i].lasting, entry, last, below);
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
static void leave_levels(struct rl_matcher *matcher, size_t depth)
{
	while (matcher->depth > depth) {
		struct set *lasting = &matcher->levels[--matcher->depth].lasting;
		size_t i;

		for (i = 0; i < lasting->count; i++)
			lasting->places[i]->is_lasting = false;
		empty_set(lasting);
	}
}

/* Enters one level more, which is empty. */
static int enter_level(struct rl_matcher *matcher)
{
	struct level *level;

	if (matcher->depth == matcher->cap) {
		size_t cap = matcher->cap == 0 ? 16 : matcher->cap * 2;
		struct level *levels = reallocarray(matcher->levels, cap, sizeof(*levels));

		if (levels == NULL)
			return -ENOMEM;
		memset(levels + matcher->cap, 0, (cap - matcher->cap) * sizeof(*levels));
		matcher->levels = levels;
		matcher->cap = cap;
	}
	level = &matcher->levels[matcher->depth++];
	empty_set(&level->here);
	empty_set(&level->lasting);
	return 0;
}

bool rl_matcher_keeps_after(const struct rl_matcher *matcher, size_t than)
{
	size_t i;

	if (matcher->levels[matcher->depth - 1].here.keep_end > than + 1)
		return true;
	for (i = 0; i < matcher->depth; i++) {
		if (matcher->levels[i].lasting.keep_end > than + 1)
			return true;
	}
	return false;
}

/* Makes the places of all rules, and ranks them. */
static int make_places(struct rl_matcher *matcher)
{
	struct place **order = calloc(matcher->place_count + 1, sizeof(struct place *));
	size_t i, j, at = 0;

	if (order == NULL)
		return -ENOMEM;
	for (i = 0; i < matcher->rule_count; i++) {
		const struct rl_pattern *pattern = matcher->rules[i].pattern;

		for (j = 0; pattern != NULL && j < pattern->count; j++, at++) {
			matcher->places[at] = (struct place){.pattern = pattern,
				.keeps = matcher->rules[i].keeps,
				.component = &pattern->components[j],
				.index = i,
				.is_last = j + 1 == pattern->count};
			order[at] = &matcher->places[at];
		}
	}
	qsort(order, at, sizeof(struct place *), compare_places);
	for (i = 0; i < at; i++)
		order[i]->rank = i;
	free(order);
	return 0;
}

/* Enters ROOT, where all rules begin. */
static int enter_root(struct rl_matcher *matcher)
{
	struct place *place = matcher->places;
	int ret = enter_level(matcher);
	size_t i;

	for (i = 0; ret == 0 && i < matcher->rule_count; i++) {
		if (matcher->rules[i].pattern == NULL)
			continue;
		ret = arrive(&matcher->levels[0], place);
		place += matcher->rules[i].pattern->count;
	}
	if (ret == 0) {
		sort(&matcher->levels[0].here);
		sort(&matcher->levels[0].lasting);
	}
	return ret;
}

int rl_matcher_new(const struct rl_matched *rules, size_t count, rl_matcher_found *found, void *ctx,
	struct rl_matcher **matcher_ret)
{
	struct rl_matcher *matcher = calloc(1, sizeof(*matcher));
	size_t i;
	int ret;

	if (matcher == NULL)
		return -ENOMEM;
	matcher->rules = rules;
	matcher->rule_count = count;
	matcher->found = found;
	matcher->ctx = ctx;
	for (i = 0; i < count; i++)
		matcher->place_count += rules[i].pattern != NULL ? rules[i].pattern->count : 0;
	matcher->places = calloc(matcher->place_count + 1, sizeof(*matcher->places));
	ret = matcher->places != NULL ? make_places(matcher) : -ENOMEM;
	if (ret == 0)
		ret = enter_root(matcher);
	if (ret != 0) {
		rl_matcher_free(matcher);
		return ret;
	}
	*matcher_ret = matcher;
	return 0;
}

int rl_matcher_match(struct rl_matcher *matcher, const struct rl_entry *entry)
{
	struct level *below = NULL;
	int ret;

	assert(entry->depth < matcher->depth);
	leave_levels(matcher, entry->depth + 1);
	if (S_ISDIR(entry->mode)) {
		ret = enter_level(matcher);
		if (ret != 0)
			return ret;
		below = &matcher->levels[entry->depth + 1];
	}
	return match(matcher, entry, below);
}

void rl_matcher_free(struct rl_matcher *matcher)
{
	size_t i;

	if (matcher == NULL)
		return;
	for (i = 0; i < matcher->cap; i++) {
		free(matcher->levels[i].here.places);
		free(matcher->levels[i].lasting.places);
	}
	free(matcher->levels);
	free(matcher->places);
	free(matcher);
}
