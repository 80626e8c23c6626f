/* SPDX-License-Identifier: MIT */
#include "filters/chain.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

/* A rule as the tables below have it. */
struct row {
	enum rl_action action;
	const char *pattern;
};

#define KEEP RL_ACTION_KEEP
#define DROP RL_ACTION_DROP
#define EMPTY RL_ACTION_EMPTY
#define TRUNCATE RL_ACTION_TRUNCATE

static struct rl_profile *make_profile(const struct row *rows, size_t count)
{
	struct rl_profile *profile = rl_profile_new("test");
	size_t i;

	assert_non_null(profile);
	for (i = 0; i < count && rows[i].pattern != NULL; i++)
		assert_int_equal(
			rl_profile_add(profile, rows[i].action, RL_CATEGORY_CACHE, rows[i].pattern,
				"reason", "test", (unsigned int)i + 1, NULL),
			0);
	return profile;
}

static struct rl_entry make_entry(const char *path, mode_t type)
{
	struct rl_entry entry = {.mode = type};
	const char *s;

	assert_int_equal(rl_entry_set_path(&entry, path), 0);
	for (s = path; *s != '\0'; s++)
		entry.depth += *s == '/';
	return entry;
}

/* Decides about @path, all the directories above it before. */
static struct rl_decision decide(struct rl_chain *chain, const char *path, mode_t type)
{
	struct rl_decision decision;
	const char *slash = path;
	struct rl_entry entry;

	while ((slash = strchr(slash, '/')) != NULL) {
		char above[256];

		(void)snprintf(above, sizeof(above), "%.*s", (int)(slash - path), path);
		entry = make_entry(above, S_IFDIR);
		assert_int_equal(rl_chain_decide(chain, &entry, &decision), 0);
		rl_entry_clear(&entry);
		slash++;
	}
	entry = make_entry(path, type);
	assert_int_equal(rl_chain_decide(chain, &entry, &decision), 0);
	rl_entry_clear(&entry);
	return decision;
}

static const struct {
	struct row rows[4];
	const char *path;
	mode_t type;
	enum rl_action expect;
	/* The rule that decides, from 1; 0: none. */
	unsigned int line;
} decisions[] = {
	{{{DROP, "/a"}}, "b", S_IFREG, KEEP, 0},
	{{{DROP, "/a"}}, "a", S_IFREG, DROP, 1},
	{{{DROP, "/a"}}, "b/a", S_IFREG, KEEP, 0},
	{{{DROP, "a"}}, "b/c/a", S_IFREG, DROP, 1},
	{{{DROP, "/a"}}, "a/b/c", S_IFREG, DROP, 1},
	{{{DROP, "/a"}, {KEEP, "/a/b"}}, "a/b/c", S_IFREG, KEEP, 2},
	{{{DROP, "/a"}, {KEEP, "/a/b"}}, "a/x", S_IFREG, DROP, 1},
	{{{KEEP, "/a/b"}, {DROP, "/a"}}, "a/b", S_IFREG, DROP, 2},
	{{{DROP, "/a"}, {KEEP, "/a/b"}, {DROP, "c"}}, "a/b/c", S_IFREG, DROP, 3},
	{{{DROP, "c"}, {KEEP, "/a"}}, "a/b/c", S_IFREG, KEEP, 2},
	{{{DROP, "a/"}}, "a", S_IFREG, KEEP, 0},
	{{{DROP, "a/"}}, "a", S_IFDIR, DROP, 1},
	{{{DROP, "a/"}}, "a/b", S_IFREG, DROP, 1},
	{{{DROP, "/a/**"}}, "a", S_IFDIR, KEEP, 0},
	{{{DROP, "/a/**"}}, "a/b/c", S_IFREG, DROP, 1},
	{{{DROP, "/a/**/z"}}, "a/z", S_IFREG, DROP, 1},
	{{{DROP, "/a/**/z"}}, "a/b/c/z", S_IFREG, DROP, 1},
	{{{DROP, "/a/**/z"}}, "z", S_IFREG, KEEP, 0},
	{{{DROP, "**"}}, "any/thing", S_IFREG, DROP, 1},
	{{{DROP, "/a/*/c"}}, "a/b/c", S_IFREG, DROP, 1},
	{{{DROP, "/a/*/c"}}, "a/b/x/c", S_IFREG, KEEP, 0},
	/* A directory that is emptied stays, what is in it goes. */
	{{{EMPTY, "/a"}}, "a", S_IFDIR, KEEP, 1},
	{{{EMPTY, "/a"}}, "a/b", S_IFREG, DROP, 1},
	{{{EMPTY, "/a"}}, "a/b/c", S_IFREG, DROP, 1},
	{{{EMPTY, "/a"}}, "a", S_IFREG, KEEP, 0},
	{{{EMPTY, "/a"}, {KEEP, "/a/b"}}, "a/b", S_IFREG, KEEP, 2},
	{{{DROP, "/v"}, {EMPTY, "/v/a"}}, "v/a", S_IFDIR, KEEP, 2},
	{{{DROP, "/v"}, {EMPTY, "/v/a"}}, "v/a/x", S_IFREG, DROP, 2},
	{{{EMPTY, "/v/a"}, {DROP, "/v"}}, "v/a", S_IFDIR, DROP, 2},
	/* Truncating is about files alone. */
	{{{TRUNCATE, "/a"}}, "a", S_IFREG, TRUNCATE, 1},
	{{{TRUNCATE, "/a"}}, "a", S_IFDIR, KEEP, 0},
	{{{TRUNCATE, "/a"}}, "a", S_IFLNK, KEEP, 0},
	{{{TRUNCATE, "/a"}}, "a/b", S_IFREG, KEEP, 0},
	{{{DROP, "/l"}, {TRUNCATE, "*.log"}}, "l/x.log", S_IFREG, TRUNCATE, 2},
	{{{TRUNCATE, "*.log"}, {DROP, "/l"}}, "l/x.log", S_IFREG, DROP, 2},
	{{{TRUNCATE, "*.log"}, {KEEP, "/l"}}, "l/x.log", S_IFREG, KEEP, 2},
};

static void the_last_rule_that_matches_wins(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(decisions); i++) {
		struct rl_profile *profile = make_profile(decisions[i].rows, 4);
		const struct rl_profile *profiles[] = {profile};
		struct rl_decision decision;
		struct rl_chain *chain;
		unsigned int line;

		assert_int_equal(rl_chain_new(profiles, 1, NULL, &chain, NULL), 0);
		decision = decide(chain, decisions[i].path, decisions[i].type);
		line = decision.rule != NULL ? decision.rule->line : 0;
		if (decision.action != decisions[i].expect || line != decisions[i].line)
			fail_msg("row %zu, '%s': %s by %u", i, decisions[i].path,
				rl_action_name(decision.action), line);
		rl_chain_free(chain);
		rl_profile_free(profile);
	}
}

static void tells_where_something_may_be_kept_below(void **state)
{
	static const struct {
		struct row rows[4];
		const char *path;
		bool expect;
	} cases[] = {
		{{{DROP, "/a"}}, "a", false},
		{{{DROP, "/a"}, {KEEP, "/a/b/c"}}, "a", true},
		{{{DROP, "/a"}, {KEEP, "/a/b/c"}}, "a/b", true},
		{{{DROP, "/a"}, {KEEP, "/a/b/c"}}, "a/x", false},
		{{{DROP, "/a"}, {KEEP, "*.conf"}}, "a/x/y", true},
		{{{KEEP, "*.conf"}, {DROP, "/a"}}, "a/x", false},
		{{{DROP, "/a"}, {KEEP, "/other/**"}}, "a", false},
		{{{EMPTY, "/a"}}, "a/b", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_profile *profile = make_profile(cases[i].rows, 4);
		const struct rl_profile *profiles[] = {profile};
		struct rl_decision decision;
		struct rl_chain *chain;

		assert_int_equal(rl_chain_new(profiles, 1, NULL, &chain, NULL), 0);
		decision = decide(chain, cases[i].path, S_IFDIR);
		assert_int_equal(decision.action, DROP);
		if (decision.may_keep_below != cases[i].expect)
			fail_msg("row %zu: %d", i, decision.may_keep_below);
		rl_chain_free(chain);
		rl_profile_free(profile);
	}
}

static void later_profiles_win(void **state)
{
	static const struct row first[] = {{DROP, "/a"}}, second[] = {{KEEP, "/a/b"}, {DROP, "/c"}};
	struct rl_profile *one = make_profile(first, 1), *two = make_profile(second, 2);
	const struct rl_profile *profiles[] = {one, two};
	struct rl_chain *chain;

	(void)state;
	assert_int_equal(rl_chain_new(profiles, 2, NULL, &chain, NULL), 0);
	assert_int_equal(decide(chain, "a/b", S_IFREG).action, KEEP);
	assert_int_equal(decide(chain, "a/c", S_IFREG).action, DROP);
	assert_int_equal(decide(chain, "c", S_IFREG).action, DROP);
	assert_int_equal(decide(chain, "", S_IFDIR).action, KEEP);
	rl_chain_free(chain);
	assert_int_equal(rl_chain_new(NULL, 0, NULL, &chain, NULL), 0);
	assert_int_equal(decide(chain, "a/b", S_IFREG).action, KEEP);
	rl_chain_free(chain);
	rl_profile_free(one);
	rl_profile_free(two);
}

/* The obvious way to match, against which the chain is held: @path has the names from @at on. */
static bool obvious_match(const struct rl_pattern *pattern, size_t component, char names[][2],
	size_t at, size_t count)
{
	if (component == pattern->count)
		return at == count;
	if (pattern->components[component].kind == RL_COMPONENT_ANY_DEPTH) {
		bool is_last = component + 1 == pattern->count;
		size_t end;

		for (end = at; end <= count; end++) {
			if (is_last ? (end == count && end > at)
				    : obvious_match(pattern, component + 1, names, end, count))
				return true;
		}
		return false;
	}
	return at < count && rl_component_matches(&pattern->components[component], names[at]) &&
	       obvious_match(pattern, component + 1, names, at + 1, count);
}

/* What the rules say of a path by going through all of them for each directory above it. */
static enum rl_action obvious_decision(
	const struct rl_profile *profile, char names[][2], size_t count, bool is_dir)
{
	enum rl_action action = KEEP, passed_on = KEEP;
	size_t length, i, best = 0;

	for (length = 1; length <= count; length++) {
		bool is_directory = length < count || is_dir;
		size_t own = 0;

		for (i = 0; i < profile->rule_count; i++) {
			const struct rl_rule *rule = &profile->rules[i];
			bool applies = rule->action == EMPTY      ? is_directory
				       : rule->action == TRUNCATE ? !is_directory
								  : true;

			if (applies && (is_directory || !rule->pattern.directories_only) &&
				obvious_match(&rule->pattern, 0, names, 0, length))
				own = i + 1;
		}
		if (own > best) {
			best = own;
			action = passed_on = profile->rules[own - 1].action;
			if (action == EMPTY) {
				action = KEEP;
				passed_on = DROP;
			}
		} else {
			action = passed_on;
		}
	}
	return action;
}

/* A small generator of its own: the same cases on every machine. */
static unsigned int next_random(unsigned int *seed, unsigned int below)
{
	*seed = *seed * 1103515245U + 12345U;
	return (*seed >> 16) % below;
}

static void random_pattern(unsigned int *seed, char *out, size_t size)
{
	static const char *const parts[] = {"a", "b", "c", "*", "**", "?", "[ab]", "*a", "**"};
	unsigned int i, count = 1 + next_random(seed, 4);
	size_t used = 0;

	if (next_random(seed, 2) == 0)
		used += (size_t)snprintf(out, size, "/");
	for (i = 0; i < count; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i > 0 ? "/" : "",
			parts[next_random(seed, COUNT(parts))]);
	if (next_random(seed, 5) == 0)
		(void)snprintf(out + used, size - used, "/");
}

/*
 * Goes through all paths of "a", "b" and "c" down to a depth, as a source would. @may_keep: the
 * chain has not said of a directory above that nothing in it is kept.
 */
static void hold_against(const struct rl_profile *profile, struct rl_chain *chain, char names[][2],
	size_t depth, bool may_keep)
{
	char path[16] = "";
	size_t i;
	char name;

	for (name = 'a'; name <= 'c'; name++) {
		bool is_dir = name != 'c' && depth < 4;
		struct rl_decision decision;
		struct rl_entry entry;

		names[depth][0] = name;
		names[depth][1] = '\0';
		path[0] = '\0';
		for (i = 0; i <= depth; i++)
			(void)snprintf(path + strlen(path), sizeof(path) - strlen(path), "%s%s",
				i > 0 ? "/" : "", names[i]);
		entry = make_entry(path, is_dir ? S_IFDIR : S_IFREG);
		assert_int_equal(rl_chain_decide(chain, &entry, &decision), 0);
		rl_entry_clear(&entry);
		if (decision.action != obvious_decision(profile, names, depth + 1, is_dir) ||
			(decision.action != DROP && !may_keep)) {
			for (i = 0; i < profile->rule_count; i++)
				print_message("%s %s\n", rl_action_name(profile->rules[i].action),
					profile->rules[i].pattern.text);
			fail_msg("%s: %s", path, rl_action_name(decision.action));
		}
		if (is_dir)
			hold_against(profile, chain, names, depth + 1,
				may_keep && decision.may_keep_below);
	}
}

static void agrees_with_the_obvious_way(void **state)
{
	unsigned int seed = 1, round;

	(void)state;
	for (round = 0; round < 3000; round++) {
		struct rl_profile *profile = rl_profile_new("random");
		const struct rl_profile *profiles[] = {profile};
		unsigned int i, count = 1 + next_random(&seed, 6);
		char names[5][2];
		struct rl_chain *chain;

		for (i = 0; i < count; i++) {
			char pattern[64];

			random_pattern(&seed, pattern, sizeof(pattern));
			assert_int_equal(
				rl_profile_add(profile, (enum rl_action)next_random(&seed, 4),
					RL_CATEGORY_CACHE, pattern, "reason", "test", i + 1, NULL),
				0);
		}
		assert_int_equal(rl_chain_new(profiles, 1, NULL, &chain, NULL), 0);
		hold_against(profile, chain, names, 0, true);
		rl_chain_free(chain);
		rl_profile_free(profile);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_rule_that_matches_wins),
		cmocka_unit_test(tells_where_something_may_be_kept_below),
		cmocka_unit_test(later_profiles_win),
		cmocka_unit_test(agrees_with_the_obvious_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
