/* SPDX-License-Identifier: MIT */
#include "filters/active.h"

#include "filters/condition.h"

#include <string.h>

/*
 * More home directories than this, but for those in /home, no system has: each has rules of its own,
 * so that a hostile list could make millions.
 */
#define HOMES_MAX 8192

/* What one making of active rules needs. */
struct making {
	struct rl_actives *actives;
	const struct rl_chain_options *options;
	const struct rl_facts *facts;
	/* The real paths of home directories that the usual rules do not match; each once. Owned. */
	char **homes;
	size_t home_count;
	struct rl_error *err;
};

static int no_memory(const struct making *making)
{
	return rl_error_set(making->err, ENOMEM, "cannot load profiles");
}

static struct rl_packages *packages_of(const struct making *making)
{
	return making->facts->packages;
}

static size_t package_count(const struct making *making)
{
	return packages_of(making) != NULL ? rl_packages_count(packages_of(making)) : 0;
}

static int set_packages(const struct making *making, struct rl_selector *selector)
{
	const struct rl_packages *packages = packages_of(making);
	size_t i, count = package_count(making);
	RL_AUTO_FREE bool *meant = calloc(count + 1, sizeof(*meant));
	bool is_any_meant = false;

	making->actives->asks_owners = true;
	if (meant == NULL)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		meant[i] =
			rl_glob_matches(selector->term->value, rl_packages_get(packages, i)->name);
		is_any_meant |= meant[i];
	}
	if (is_any_meant)
		selector->packages = rl_steal_ptr(&meant);
	return 0;
}

static uint32_t types_of(const char *letters)
{
	static const struct {
		char letter;
		mode_t type;
	} known[] = {{'f', S_IFREG}, {'d', S_IFDIR}, {'l', S_IFLNK}, {'c', S_IFCHR}, {'b', S_IFBLK},
		{'p', S_IFIFO}};
	uint32_t types = 0;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strchr(letters, known[i].letter) != NULL)
			types |= 1U << (known[i].type >> 12);
	}
	return types;
}

static int make_selector(
	const struct making *making, const struct rl_term *term, struct rl_selector *selector)
{
	*selector = (struct rl_selector){.term = term};
	switch (term->kind) {
	case RL_TERM_PACKAGE:
		return set_packages(making, selector);
	case RL_TERM_UNOWNED:
		making->actives->asks_owners = true;
		return 0;
	case RL_TERM_TYPE:
		selector->types = types_of(term->value);
		return 0;
	case RL_TERM_OWNER:
		selector->has_uid =
			rl_accounts_user(&making->facts->accounts, term->value, &selector->uid);
		return 0;
	case RL_TERM_OLDER:
		selector->before =
			term->is_date ? term->number : making->options->now - term->number;
		return 0;
	default:
		return 0;
	}
}

static int make_selectors(const struct making *making, struct rl_active *active)
{
	const struct rl_rule *rule = active->rule;
	size_t i;

	active->selectors = calloc(rule->selector_count + 1, sizeof(*active->selectors));
	if (active->selectors == NULL)
		return -ENOMEM;
	for (i = 0; i < rule->selector_count; i++) {
		const struct rl_term *term = &rule->selectors[i];
		struct rl_selector *selector;

		/* What is in a directory is not of its type for certain, but goes with it. */
		if (term->kind != RL_TERM_TYPE)
			active->is_each = true;
		if (term->kind == RL_TERM_CONTAINS) {
			active->has_contains = true;
			continue;
		}
		selector = &active->selectors[active->selector_count];
		if (make_selector(making, term, selector) != 0)
			return -ENOMEM;
		active->selector_count++;
		if (term->kind == RL_TERM_PACKAGE && !term->is_negated &&
			selector->packages == NULL)
			active->is_idle = true;
	}
	return 0;
}

/* Finds the numbers of "USER[:GROUP]" in this root. */
static int find_owner(const struct making *making, struct rl_active *active)
{
	const struct rl_rule *rule = active->rule;
	const struct rl_accounts *accounts = &making->facts->accounts;
	RL_AUTO_FREE char *user = NULL;
	char *group;

	active->change = (struct rl_change){.rule = rule};
	if (rule->parameters.owner == NULL)
		return 0;
	user = strdup(rule->parameters.owner);
	if (user == NULL)
		return no_memory(making);
	group = strchr(user, ':');
	if (group != NULL)
		*group++ = '\0';
	active->change.has_group = group != NULL;
	if (!rl_accounts_user(accounts, user, &active->change.uid))
		return rl_error_text(making->err, EINVAL, "%s:%u: ROOT has no user '%s'",
			rule->origin, rule->line, user);
	if (group != NULL && !rl_accounts_group(accounts, group, &active->change.gid))
		return rl_error_text(making->err, EINVAL, "%s:%u: ROOT has no group '%s'",
			rule->origin, rule->line, group);
	return 0;
}

static bool is_noted(const struct making *making, const struct rl_rule *rule)
{
	return making->options->secrets == RL_SECRETS_REPORT &&
	       rule->category == RL_CATEGORY_SECRET && rule->action != RL_ACTION_KEEP;
}

/* Adds an active rule. @own: its pattern here, NULL if it is the rule's. */
static int add(const struct making *making, const struct rl_rule *rule, const char *own)
{
	struct rl_actives *actives = making->actives;
	struct rl_active *active;
	int ret = 0;

	if (actives->count == actives->cap) {
		size_t cap = actives->cap == 0 ? 256 : actives->cap * 2;
		struct rl_active *more = reallocarray(actives->rules, cap, sizeof(*more));

		if (more == NULL)
			return no_memory(making);
		actives->rules = more;
		actives->cap = cap;
	}
	active = &actives->rules[actives->count++];
	*active = (struct rl_active){.rule = rule, .is_noted = is_noted(making, rule)};
	if (own != NULL)
		ret = rl_pattern_compile(own, &active->own, NULL, making->err);
	if (ret != 0)
		return ret;
	if (make_selectors(making, active) != 0)
		return no_memory(making);
	return find_owner(making, active);
}

/* A path as a pattern that matches just it: "/" before it, and wildcards with a backslash. */
static char *pattern_of(const char *path)
{
	char *pattern = malloc(2 * strlen(path) + 2), *to = pattern;

	if (pattern == NULL)
		return NULL;
	*to++ = '/';
	for (; *path != '\0'; path++) {
		if (strchr("*?[\\", *path) != NULL)
			*to++ = '\\';
		*to++ = *path;
	}
	*to = '\0';
	return pattern;
}

/* Whether @home is one that "/root" and the children of "/home" are not. */
static bool is_further_home(const char *home)
{
	return home[0] == '/' && strcmp(home, "/root") != 0 &&
	       (strncmp(home, "/home/", 6) != 0 || strchr(home + 6, '/') != NULL);
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Notes the home directory @home, if the usual rules do not match it. */
static int note_home(struct making *making, const char *home)
{
	RL_AUTO_FREE char *real = rl_facts_real_path(making->facts, home, true);
	char **more;

	if (real == NULL)
		return no_memory(making);
	/* /home may be a symlink: what it leads to is what is walked. */
	if (!is_further_home(home) && strcmp(real, home + 1) == 0)
		return 0;
	if (making->home_count == HOMES_MAX)
		return rl_error_text(making->err, E2BIG,
			"ROOT's etc/passwd names more than %d home directories outside of /home",
			HOMES_MAX);
	more = reallocarray(making->homes, making->home_count + 1, sizeof(*more));
	if (more == NULL)
		return no_memory(making);
	making->homes = more;
	more[making->home_count++] = rl_steal_ptr(&real);
	return 0;
}

/* Sorts @count words, and has each once; those that go are freed if they are owned. */
static size_t make_unique(char **words, size_t count, bool is_owned)
{
	size_t i, kept = 0;

	if (count > 0)
		qsort(words, count, sizeof(*words), compare_words);
	for (i = 0; i < count; i++) {
		if (kept == 0 || strcmp(words[kept - 1], words[i]) != 0)
			words[kept++] = words[i];
		else if (is_owned)
			free(words[i]);
	}
	return kept;
}

static int find_homes(struct making *making)
{
	const struct rl_accounts *accounts = &making->facts->accounts;
	RL_AUTO_FREE char **named = calloc(accounts->user_count + 1, sizeof(*named));
	size_t i, count = 0;
	int ret = 0;

	if (named == NULL)
		return no_memory(making);
	for (i = 0; i < accounts->user_count; i++) {
		if (accounts->users[i].home[0] == '/')
			named[count++] = accounts->users[i].home;
	}
	count = make_unique(named, count, false);
	for (i = 0; ret == 0 && i < count; i++)
		ret = note_home(making, named[i]);
	making->home_count = make_unique(making->homes, making->home_count, true);
	return ret;
}

/* Adds a rule that begins in the home directory whose real path is @home. */
static int add_in_home(const struct making *making, const struct rl_rule *rule, const char *home)
{
	RL_AUTO_FREE char *base = pattern_of(home);
	RL_AUTO_FREE char *pattern = NULL;

	if (base == NULL)
		return no_memory(making);
	/* With "/" as a home, "**" would be about all there is. */
	if (base[1] == '\0' && strncmp(rule->pattern.text, "/**", 3) == 0)
		return 0;
	if (asprintf(&pattern, "%s%s", base[1] != '\0' ? base : "", rule->pattern.text) < 0) {
		pattern = NULL;
		return no_memory(making);
	}
	return add(making, rule, pattern);
}

/* Adds a rule for /root, what is in /home, and each home directory of ROOT's passwd. */
static int add_in_homes(const struct making *making, const struct rl_rule *rule)
{
	static const char *const usual[] = {"/root", "/home/*"};
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < 2; i++) {
		RL_AUTO_FREE char *pattern = NULL;

		if (asprintf(&pattern, "%s%s", usual[i], rule->pattern.text) < 0) {
			pattern = NULL;
			return no_memory(making);
		}
		ret = add(making, rule, pattern);
	}
	for (i = 0; ret == 0 && i < making->home_count; i++)
		ret = add_in_home(making, rule, making->homes[i]);
	return ret;
}

static int take_rule(const struct making *making, const struct rl_rule *rule)
{
	RL_AUTO_FREE char *real = NULL;
	RL_AUTO_FREE char *pattern = NULL;
	int ret;

	if (!rl_conditions_hold(rule->conditions, rule->condition_count, making->facts))
		return 0;
	if (making->options->secrets == RL_SECRETS_KEEP && rule->category == RL_CATEGORY_SECRET &&
		rule->action != RL_ACTION_KEEP)
		return 0;
	if (rule->is_in_homes)
		return add_in_homes(making, rule);
	if (!rl_action_adds(rule->action) &&
		(rule->action != RL_ACTION_RENAME || !rl_pattern_is_path(&rule->pattern)))
		return add(making, rule, NULL);
	/* What is put there has to be put where the directories really are. */
	real = rl_facts_real_path(making->facts, rule->pattern.text, false);
	pattern = real != NULL ? pattern_of(real) : NULL;
	if (pattern == NULL)
		return no_memory(making);
	ret = add(making, rule, pattern);
	if (ret == 0)
		making->actives->rules[making->actives->count - 1].path = rl_steal_ptr(&real);
	return ret;
}

/* Whether @active is about everything that its packages own, and nothing else. */
static bool is_about_packages(const struct rl_active *active)
{
	return active->selector_count == 1 && !active->has_contains &&
	       active->selectors[0].term->kind == RL_TERM_PACKAGE &&
	       !active->selectors[0].term->is_negated && active->selectors[0].packages != NULL &&
	       active->pattern->count == 1 && !active->pattern->directories_only &&
	       active->pattern->components[0].kind == RL_COMPONENT_ANY_DEPTH &&
	       (active->rule->action == RL_ACTION_DROP || active->rule->action == RL_ACTION_KEEP);
}

/* Finds the packages that are dropped as a whole, less those that others need. */
static int find_dropped(const struct making *making)
{
	struct rl_actives *actives = making->actives;
	const struct rl_packages *packages = packages_of(making);
	size_t i, j, count = package_count(making);

	if (count == 0)
		return 0;
	actives->dropped = calloc(count, sizeof(bool));
	actives->dropped_by = calloc(count, sizeof(size_t));
	if (actives->dropped == NULL || actives->dropped_by == NULL)
		return no_memory(making);
	for (i = 0; i < actives->count; i++) {
		const struct rl_active *active = &actives->rules[i];

		if (!is_about_packages(active) || active->is_noted)
			continue;
		for (j = 0; j < count; j++) {
			if (!active->selectors[0].packages[j])
				continue;
			actives->dropped[j] = active->rule->action == RL_ACTION_DROP;
			actives->dropped_by[j] = i;
		}
	}
	if (rl_packages_rescue(packages, actives->dropped) < 0)
		return no_memory(making);
	for (i = 0; i < actives->count; i++) {
		struct rl_active *active = &actives->rules[i];

		active->is_by_package = is_about_packages(active);
		for (j = 0; j < count && active->is_by_package; j++) {
			if (active->rule->action == RL_ACTION_DROP && !actives->dropped[j])
				active->selectors[0].packages[j] = false;
		}
	}
	for (j = 0; j < count; j++)
		actives->dropped_count += actives->dropped[j];
	return 0;
}

/*
 * Distributions' profiles have hundreds of rules about packages, and each of them would be held against
 * every file. What a file's owner is meant by is known beforehand.
 */
static int index_packages(const struct making *making)
{
	struct rl_actives *actives = making->actives;
	size_t i, j, at = 0, room = 0, by_count = 0, count = package_count(making);
	RL_AUTO_FREE size_t *by = NULL;

	if (count == 0)
		return 0;
	by = calloc(actives->count + 1, sizeof(*by));
	if (by == NULL)
		return no_memory(making);
	for (i = 0; i < actives->count; i++) {
		const struct rl_active *active = &actives->rules[i];

		if (!active->is_by_package)
			continue;
		by[by_count++] = i;
		for (j = 0; j < count; j++)
			room += active->selectors[0].packages[j];
		if (active->rule->action == RL_ACTION_KEEP)
			actives->package_keep_end = i + 1;
	}
	actives->package_rules = calloc(room + 1, sizeof(size_t));
	actives->package_first = calloc(count + 1, sizeof(size_t));
	if (actives->package_rules == NULL || actives->package_first == NULL)
		return no_memory(making);
	for (j = 0; j < count; j++) {
		for (i = 0; i < by_count; i++) {
			if (actives->rules[by[i]].selectors[0].packages[j])
				actives->package_rules[at++] = by[i];
		}
		actives->package_first[j + 1] = at;
	}
	return 0;
}

int rl_actives_make(const struct rl_profile *const *profiles, size_t count,
	const struct rl_chain_options *options, struct rl_actives *actives, struct rl_error *err)
{
	static const struct rl_facts unknown = {.root_fd = -1};
	struct making making = {.actives = actives,
		.options = options,
		.facts = options->facts != NULL ? options->facts : &unknown,
		.err = err};
	size_t i, j;
	int ret = find_homes(&making);

	for (i = 0; ret == 0 && i < count; i++) {
		for (j = 0; ret == 0 && j < profiles[i]->rule_count; j++)
			ret = take_rule(&making, &profiles[i]->rules[j]);
	}
	for (i = 0; i < making.home_count; i++)
		free(making.homes[i]);
	free(making.homes);
	/* The array has its final place now. */
	for (i = 0; i < actives->count; i++) {
		struct rl_active *active = &actives->rules[i];

		active->pattern = active->own.count > 0 ? &active->own : &active->rule->pattern;
	}
	if (ret == 0)
		ret = find_dropped(&making);
	return ret == 0 ? index_packages(&making) : ret;
}

void rl_actives_free(struct rl_actives *actives)
{
	size_t i, j;

	for (i = 0; i < actives->count; i++) {
		struct rl_active *active = &actives->rules[i];

		rl_pattern_free(&active->own);
		free(active->path);
		for (j = 0; active->selectors != NULL && j < active->rule->selector_count; j++)
			free(active->selectors[j].packages);
		free(active->selectors);
	}
	free(actives->rules);
	free(actives->dropped);
	free(actives->dropped_by);
	free(actives->package_rules);
	free(actives->package_first);
	*actives = (struct rl_actives){0};
}
