/* SPDX-License-Identifier: MIT */
#include "filters/shadow.h"

#include <string.h>

/* Whether every name that @component matches is matched by @by. */
static bool component_covers(const struct rl_component *by, const struct rl_component *component)
{
	if (by->kind == RL_COMPONENT_GLOB && strcmp(by->text, "*") == 0)
		return true;
	if (component->kind == RL_COMPONENT_LITERAL)
		return rl_component_matches(by, component->text);
	return by->kind == component->kind && strcmp(by->text, component->text) == 0;
}

static bool covers(const struct rl_component *by, size_t by_count,
	const struct rl_component *component, size_t count, bool or_inside)
{
	if (by_count == 0)
		return count == 0 || or_inside;
	if (by->kind == RL_COMPONENT_ANY_DEPTH) {
		/* At the end it is all that is inside. */
		if (by_count == 1)
			return count > 0;
		if (covers(by + 1, by_count - 1, component, count, or_inside))
			return true;
		return count > 0 && covers(by, by_count, component + 1, count - 1, or_inside);
	}
	if (count == 0 || component->kind == RL_COMPONENT_ANY_DEPTH)
		return false;
	return component_covers(by, component) &&
	       covers(by + 1, by_count - 1, component + 1, count - 1, or_inside);
}

/* Whether both have the same number of components, so that @by matches no directory above. */
static bool is_as_deep(const struct rl_pattern *by, const struct rl_pattern *pattern)
{
	return by->count >= pattern->count;
}

bool rl_pattern_covers(
	const struct rl_pattern *by, const struct rl_pattern *pattern, bool or_inside)
{
	/* What is not a directory is not matched by a pattern for directories, but by one above it. */
	if (by->directories_only && !pattern->directories_only && is_as_deep(by, pattern))
		return false;
	return covers(by->components, by->count, pattern->components, pattern->count, or_inside);
}

/* Whether @by holds wherever @rule does, and asks nothing but a path. */
static bool is_unconditional(const struct rl_rule *by, const struct rl_rule *rule)
{
	return by->condition_count == 0 && by->selector_count == 0 &&
	       by->is_in_homes == rule->is_in_homes && rl_action_decides(by->action) &&
	       !rl_action_adds(by->action);
}

/* Whether @by, which comes later, matches all that @rule matches. */
static bool is_overruled(const struct rl_rule *rule, const struct rl_rule *by)
{
	if (!is_unconditional(by, rule))
		return false;
	/* A profile may well say more broadly what one that it includes says already. */
	if (by->action == rule->action && strcmp(by->origin, rule->origin) != 0)
		return false;
	/* What these are about is a part of what the pattern is about. */
	if ((by->action == RL_ACTION_EMPTY || by->action == RL_ACTION_TRUNCATE) &&
		by->action != rule->action)
		return false;
	return rl_pattern_covers(&by->pattern, &rule->pattern, false);
}

/* Whether @by, which comes earlier, drops all that @rule would drop. */
static bool is_done_already(const struct rl_rule *rule, const struct rl_rule *by)
{
	return rule->action == RL_ACTION_DROP && by->action == RL_ACTION_DROP &&
	       is_unconditional(by, rule) && rl_pattern_covers(&by->pattern, &rule->pattern, true);
}

/* Whether a rule between the two may bring back some of what the earlier one drops. */
static bool is_broken(const struct rl_profile *profile, size_t from, size_t to)
{
	size_t i;

	for (i = from + 1; i < to; i++) {
		enum rl_action action = profile->rules[i].action;

		if (action != RL_ACTION_DROP && rl_action_decides(action))
			return true;
	}
	return false;
}

void rl_shadow_find(const struct rl_profile *profile, rl_shadow_found *found, void *ctx)
{
	size_t i, j;

	for (i = 0; i < profile->rule_count; i++) {
		const struct rl_rule *rule = &profile->rules[i], *by = NULL;
		bool is_earlier = false;

		if (!rl_action_decides(rule->action) || rl_action_adds(rule->action))
			continue;
		for (j = i + 1; by == NULL && j < profile->rule_count; j++) {
			if (is_overruled(rule, &profile->rules[j]))
				by = &profile->rules[j];
		}
		for (j = i; by == NULL && j-- > 0;) {
			if (!is_done_already(rule, &profile->rules[j]) || is_broken(profile, j, i))
				continue;
			by = &profile->rules[j];
			is_earlier = true;
		}
		if (by != NULL)
			found(ctx, rule, by, is_earlier);
	}
}
