/* SPDX-License-Identifier: MIT */
/* What profiles can say beside a pattern, and whether it holds. */
#include "filters/chain.h"
#include "filters/condition.h"
#include "filters/profile.h"
#include "filters/shadow.h"
#include "tests/unit/unit.h"

#include <string.h>

static int parse(const char *text, struct rl_profile **profile, struct rl_error *err)
{
	static const struct rl_profile_dirs none;

	return rl_profile_parse(&none, "t", "t", text, strlen(text), profile, err);
}

static void words_come_before_the_pattern(void **state)
{
	struct rl_profile *profile;
	const struct rl_rule *rule;

	(void)state;
	assert_int_equal(parse("match like:debian !exists:/x\n[drop secret]\n"
			       "if-package:a* !unowned type:fl larger-than:2k contains:a\\ b ~/x/y "
			       " a reason\n"
			       "match always\n!/keep  reason\n[write docs]\n mode=4755 owner=1:2 "
			       "/a/b  reason\n"
			       "| line\n|\n|   more\n# a comment\n| last\n[chmod "
			       "docs]\nmode=u+s,go-rwx /x  r\n",
				 &profile, NULL),
		0);
	assert_int_equal(profile->rule_count, 4);
	rule = &profile->rules[0];
	assert_string_equal(rule->text,
		"if-package:a* !unowned type:fl larger-than:2k contains:a\\ "
		"b ~/x/y");
	assert_true(rule->is_in_homes);
	assert_int_equal(rule->condition_count, 3);
	assert_int_equal(rule->conditions[0].kind, RL_TERM_IF_PACKAGE);
	assert_int_equal(rule->conditions[1].kind, RL_TERM_LIKE);
	assert_true(rule->conditions[2].is_negated);
	assert_int_equal(rule->selector_count, 4);
	assert_true(rule->selectors[0].is_negated);
	assert_int_equal(rule->selectors[2].number, 2048);
	assert_int_equal(profile->rules[1].action, RL_ACTION_KEEP);
	assert_int_equal(profile->rules[1].condition_count, 0);
	rule = &profile->rules[2];
	assert_int_equal(rule->parameters.mode_or, 04755);
	assert_string_equal(rule->parameters.owner, "1:2");
	assert_int_equal(rule->content_len, 18);
	assert_memory_equal(rule->content, "line\n\n  more\nlast\n", 18);
	rule = &profile->rules[3];
	assert_int_equal((0777 & rule->parameters.mode_and) | rule->parameters.mode_or, 04700);
	rl_profile_free(profile);
}

static void faults_are_told(void **state)
{
	static const struct {
		const char *text, *expect;
	} cases[] = {
		{"match vendor:x\n",
			"t:1:7: expected a condition (id, like, version, exists, arch or "
			"package), found 'vendor'"},
		{"match id\n", "t:1:9: expected a ':' and a value"},
		{"match id:\n", "t:1:10: expected a value behind the ':'"},
		{"match exists:x\n", "t:1:14: expected a path that begins with '/'"},
		{"match version:new\n", "t:1:15: expected a version like 12, >=8 or <9.2"},
		{"[drop log]\ntype:x /a r\n",
			"t:2:6: expected letters of fdlcbp (file, directory, link, character "
			"device, block device, pipe)"},
		{"[drop log]\nlarger-than:1X /a r\n",
			"t:2:13: expected a size like 500k, 10M or 2G (of 1024 each)"},
		{"[drop log]\nolder-than:30 /a r\n",
			"t:2:12: expected an age like 12h, 30d, 8w or 2y, or a date like "
			"2024-01-31"},
		{"[drop log]\npackage:[x /a r\n",
			"t:2:9: expected a ']' to end the set that begins here"},
		{"[drop log]\nif-packge:x /a r\n",
			"t:2:4: expected a condition (id, like, version, exists, arch or package), "
			"found 'packge'; did you mean 'package'?"},
		{"[drop log]\nunowned\n",
			"t:2:8: expected a pattern behind these words (/** is everything)"},
		{"[drop log]\nmode=644 /x r\n",
			"t:2:1: drop does not take all of these parameters"},
		{"[chmod log]\n/x r\n", "t:2:1: chmod needs mode=MODE before the pattern"},
		{"[chmod log]\nmode=999 /x r\n",
			"t:2:6: expected a mode like 755 or u-s,go-w, found '999'"},
		{"[chown log]\nowner=: /x r\n",
			"t:2:7: expected an owner like 0:0, root:adm or root, found ':'"},
		{"[mknod log]\nnode=x:1:3 /x r\n",
			"t:2:6: expected a node like c:1:3, b:8:0 or p, found 'x:1:3'"},
		{"[write log]\n/x/* r\n",
			"t:2:1: write needs one path that begins with '/', without "
			"wildcards or selectors"},
		{"[edit log]\n!/x r\n", "t:2:1: expected no '!' in a section of edit"},
		{"[edit log]\n/x r\n\n[drop log]\n",
			"t:4:1: expected lines like '| delete /ERE/' here"},
		{"[edit log]\n/x r\n", "t:2:1: expected lines like '| delete /ERE/' here"},
		{"[edit log]\n/x r\n| delete x\n", "t:3:10: expected an expression like /ERE/"},
		{"[drop log]\n/x r\n| y\n",
			"t:3:1: expected this behind a rule that writes or edits"},
		{"secrets hide\n",
			"t:1:9: expected what becomes of secrets (drop, report or keep), found "
			"'hide'"},
		{"[rename log]\nname=a/b /x r\n", "t:2:1: rename needs a name, not a path"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_profile *profile;
		struct rl_error err = {0};

		assert_int_equal(parse(cases[i].text, &profile, &err), -EINVAL);
		assert_string_equal(err.message, cases[i].expect);
	}
}

static bool holds(const char *words, const struct rl_facts *facts)
{
	struct rl_profile *profile;
	char text[256];
	bool ret;

	(void)snprintf(text, sizeof(text), "match %s\n[drop log]\n/x r\n", words);
	assert_int_equal(parse(text, &profile, NULL), 0);
	ret = rl_conditions_hold(
		profile->rules[0].conditions, profile->rules[0].condition_count, facts);
	rl_profile_free(profile);
	return ret;
}

static void conditions_hold(void **state)
{
	struct rl_facts facts = {.root_fd = -1,
		.distro = {.id = "rocky",
			.like = {"rhel", "fedora"},
			.like_count = 2,
			.version = "8.9"},
		.arch = "x86_64"};
	static const char *const hold[] = {"id:rocky", "id:rhel|rocky", "!id:rhel", "like:fedora",
		"like:rocky", "version:8", "version:8.9", "version:>=8", "version:<9",
		"version:<=8", "version:>7", "version:>8.8", "arch:x86_64|aarch64",
		"id:rocky version:8", "!package:x", "!exists:/etc"};
	static const char *const fail[] = {"id:rhel", "like:debian", "version:9", "version:8.10",
		"version:>8", "version:<8", "version:>=8.10", "arch:i686", "id:rocky version:9",
		"package:x", "exists:/etc", "!id:rocky"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(hold); i++) {
		if (!holds(hold[i], &facts))
			fail_msg("%s does not hold", hold[i]);
	}
	for (i = 0; i < COUNT(fail); i++) {
		if (holds(fail[i], &facts))
			fail_msg("%s holds", fail[i]);
	}
	facts.distro.version[0] = '\0';
	assert_false(holds("version:<9", &facts));
}

static bool covers(const char *by, const char *pattern, bool or_inside)
{
	struct rl_pattern a, b;
	bool ret;

	assert_int_equal(rl_pattern_compile(by, &a, NULL, NULL), 0);
	assert_int_equal(rl_pattern_compile(pattern, &b, NULL, NULL), 0);
	ret = rl_pattern_covers(&a, &b, or_inside);
	rl_pattern_free(&a);
	rl_pattern_free(&b);
	return ret;
}

static void patterns_cover_others(void **state)
{
	(void)state;
	assert_true(covers("/a", "/a", false));
	assert_true(covers("/*", "/a", false));
	assert_true(covers("*.log", "/var/log/x.log", false));
	assert_true(covers("/var/**", "/var/log/x", false));
	assert_true(covers("/**/x", "/a/**/b/x", false));
	assert_true(covers("/a", "/a/b", true));
	assert_true(covers("/a/", "/a/b", true));
	assert_false(covers("/a", "/a/b", false));
	assert_false(covers("/a/", "/a", true));
	assert_false(covers("/a/*", "/a/**", false));
	assert_false(covers("/a/b*", "/a/*", false));
	assert_false(covers("/var/**", "/var", true));
	assert_true(covers("/a/[bc]", "/a/b", false));
	assert_false(covers("/a/[bc]", "/a/[bcd]", false));
}

/* Of a rule with selectors a directory goes only if nothing stays in it. */
static void selectors_decide_about_each_file(void **state)
{
	struct rl_profile *profile;
	const struct rl_profile *profiles[1];
	struct rl_chain *chain;
	struct rl_entry entry = {.mode = S_IFDIR, .mtime = {.tv_sec = 5}};
	struct rl_decision decision;

	(void)state;
	assert_int_equal(
		parse("[drop log]\nolder-than:2001-01-01 /a/**  r\n/a/b/c r\n", &profile, NULL), 0);
	profiles[0] = profile;
	assert_int_equal(rl_chain_new(profiles, 1, NULL, &chain, NULL), 0);
	assert_int_equal(rl_entry_set_path(&entry, "a"), 0);
	assert_int_equal(rl_chain_decide(chain, &entry, &decision), 0);
	assert_int_equal(decision.action, RL_ACTION_KEEP);
	assert_int_equal(rl_entry_set_path(&entry, "a/b"), 0);
	entry.depth = 1;
	assert_int_equal(rl_chain_decide(chain, &entry, &decision), 0);
	assert_int_equal(decision.action, RL_ACTION_DROP);
	assert_true(decision.may_keep_below);
	assert_int_equal(rl_entry_set_path(&entry, "a/b/new"), 0);
	entry.depth = 2;
	entry.mode = S_IFREG;
	entry.mtime.tv_sec = INT64_C(2000000000);
	assert_int_equal(rl_chain_decide(chain, &entry, &decision), 0);
	assert_int_equal(decision.action, RL_ACTION_KEEP);
	assert_int_equal(rl_entry_set_path(&entry, "a/b/c"), 0);
	assert_int_equal(rl_chain_decide(chain, &entry, &decision), 0);
	assert_int_equal(decision.action, RL_ACTION_DROP);
	rl_entry_clear(&entry);
	rl_chain_free(chain);
	rl_profile_free(profile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_come_before_the_pattern),
		cmocka_unit_test(faults_are_told),
		cmocka_unit_test(conditions_hold),
		cmocka_unit_test(patterns_cover_others),
		cmocka_unit_test(selectors_decide_about_each_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
