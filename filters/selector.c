/* SPDX-License-Identifier: MIT */
#include "filters/active.h"

#include <string.h>

/* Whether the file belongs to a package that is meant. */
static bool is_of_package(const struct rl_actives *actives, const struct rl_active *active,
	const struct rl_selector *selector, const struct rl_owners *owners)
{
	bool found = false, is_shared = owners->count > RL_OWNERS_MAX;
	/* A file that a package which stays owns too is never taken away. */
	bool takes_away = active->rule->action == RL_ACTION_DROP ||
			  active->rule->action == RL_ACTION_EMPTY ||
			  active->rule->action == RL_ACTION_TRUNCATE;
	size_t i, count = is_shared ? RL_OWNERS_MAX : owners->count;

	if (selector->packages == NULL)
		return false;
	for (i = 0; i < count; i++) {
		uint32_t owner = owners->list[i];

		if (selector->packages[owner])
			found = true;
		else if (!actives->dropped[owner])
			is_shared = true;
	}
	return found && !(takes_away && is_shared);
}

static bool holds(const struct rl_actives *actives, const struct rl_active *active,
	const struct rl_selector *selector, const struct rl_entry *entry,
	const struct rl_owners *owners)
{
	switch (selector->term->kind) {
	case RL_TERM_PACKAGE:
		return is_of_package(actives, active, selector, owners);
	case RL_TERM_UNOWNED:
		return owners->count == 0;
	case RL_TERM_TYPE:
		return (selector->types & (1U << ((entry->mode & S_IFMT) >> 12))) != 0;
	case RL_TERM_OWNER:
		return selector->has_uid && entry->uid == selector->uid;
	case RL_TERM_LARGER:
		return entry->size > (uint64_t)selector->term->number;
	case RL_TERM_OLDER:
		return entry->mtime.tv_sec < selector->before;
	case RL_TERM_FSTYPE:
		return entry->fstype != NULL &&
		       rl_glob_matches(selector->term->value, entry->fstype);
	default:
		return true;
	}
}

bool rl_active_selects(const struct rl_actives *actives, const struct rl_active *active,
	const struct rl_entry *entry, const struct rl_owners *owners)
{
	size_t i;

	for (i = 0; i < active->selector_count; i++) {
		const struct rl_selector *selector = &active->selectors[i];

		if (holds(actives, active, selector, entry, owners) == selector->term->is_negated)
			return false;
	}
	return true;
}

static bool has_line(const char *glob, const char *head, size_t len)
{
	const char *end = head + len;

	while (head < end) {
		const char *newline = memchr(head, '\n', (size_t)(end - head));
		size_t line = newline != NULL ? (size_t)(newline - head) : (size_t)(end - head);

		/* Files that come from elsewhere have "\r" too. */
		if (rl_glob_matches_bytes(glob, head, line) ||
			(line > 0 && head[line - 1] == '\r' &&
				rl_glob_matches_bytes(glob, head, line - 1)))
			return true;
		head += line + 1;
	}
	return false;
}

bool rl_active_selects_content(const struct rl_active *active, const char *head, size_t len)
{
	const struct rl_rule *rule = active->rule;
	size_t i;

	for (i = 0; i < rule->selector_count; i++) {
		const struct rl_term *term = &rule->selectors[i];

		if (term->kind == RL_TERM_CONTAINS &&
			has_line(term->value, head, len) == term->is_negated)
			return false;
	}
	return true;
}
