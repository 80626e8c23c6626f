/* SPDX-License-Identifier: MIT */
#include "filters/builtin.h"
#include "filters/profile.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct rl_profile_dirs no_dirs;

static int parse(const char *text, struct rl_profile **profile, struct rl_error *err)
{
	return rl_profile_parse(&no_dirs, "test", "test.profile", text, strlen(text), profile, err);
}

static void rules_have_action_category_pattern_reason_and_line(void **state)
{
	static const char text[] = "# A comment.\n"
				   "title  A title of words\n"
				   "for debian  ubuntu\n"
				   "\n"
				   "[drop cache]\n"
				   "/var/cache/x   made anew, at once \n"
				   "  \t# another comment\n"
				   "\twith\\ blank\tnot wanted\r\n"
				   "[ truncate log ]\n"
				   "*.log  content of logs\n"
				   "[a-z]/x  a set, and what follows it\n"
				   "[ab]*.log  and / or in the reason\n"
				   "[0-9].tmp  a digit\n"
				   "[keep docs]\n"
				   "**/[a-z]  a set alone";
	struct rl_profile *profile;

	(void)state;
	assert_int_equal(parse(text, &profile, NULL), 0);
	assert_string_equal(profile->name, "test");
	assert_string_equal(profile->title, "A title of words");
	assert_int_equal(profile->id_count, 2);
	assert_string_equal(profile->ids[1], "ubuntu");
	assert_int_equal(profile->rule_count, 7);
	assert_int_equal(profile->rules[0].action, RL_ACTION_DROP);
	assert_int_equal(profile->rules[0].category, RL_CATEGORY_CACHE);
	assert_string_equal(profile->rules[0].pattern.text, "/var/cache/x");
	assert_string_equal(profile->rules[0].reason, "made anew, at once");
	assert_string_equal(profile->rules[0].origin, "test.profile");
	assert_int_equal(profile->rules[0].line, 6);
	assert_string_equal(profile->rules[1].pattern.components[1].text, "with blank");
	assert_string_equal(profile->rules[1].reason, "not wanted");
	assert_int_equal(profile->rules[2].action, RL_ACTION_TRUNCATE);
	assert_int_equal(profile->rules[2].category, RL_CATEGORY_LOG);
	assert_string_equal(profile->rules[3].pattern.text, "[a-z]/x");
	assert_string_equal(profile->rules[4].pattern.text, "[ab]*.log");
	assert_string_equal(profile->rules[5].pattern.text, "[0-9].tmp");
	assert_int_equal(profile->rules[5].action, RL_ACTION_TRUNCATE);
	assert_string_equal(profile->rules[6].pattern.text, "**/[a-z]");
	assert_int_equal(profile->rules[6].action, RL_ACTION_KEEP);
	rl_profile_free(profile);
}

static void faults_are_named_with_file_line_and_column(void **state)
{
	static const struct {
		const char *text, *expect;
	} cases[] = {
		{"[drop cahce]\n",
			"test.profile:1:7: expected a category (cache, log, temp, kernel, "
			"identity, secret, "
			"docs, pseudo, engine or swap), found 'cahce'; did you mean 'cache'?"},
		{"[drpo cache]", "test.profile:1:2: expected an action (keep, drop, empty or "
				 "truncate), found "
				 "'drpo'; did you mean 'drop'?"},
		{"[remove cache]", "test.profile:1:2: expected an action (keep, drop, empty or "
				   "truncate), found "
				   "'remove'"},
		{"[drop user]", "test.profile:1:7: expected a category (cache, log, temp, kernel, "
				"identity, secret, "
				"docs, pseudo, engine or swap), found 'user'"},
		{"[drop cache", "test.profile:1:12: expected a ']' to end the section's head"},
		{"[drop cache] and/or", "test.profile:1:14: expected nothing behind the ']'"},
		{"[drop cache] x", "test.profile:1:14: expected nothing behind the ']'"},
		{"[drop cache now]", "test.profile:1:13: expected a ']' behind the category"},
		{"\n\n/var/cache reason", "test.profile:3:1: expected title, for, include, or a "
					  "section like [drop cache]"},
		{"[drop cache]\n  /var/cache",
			"test.profile:2:13: expected a reason behind the pattern"},
		{"[drop cache]\n /var/[x reason",
			"test.profile:2:7: expected a ']' to end the set that begins here"},
		{"[drop cache]\n/a/../b reason",
			"test.profile:2:4: a pattern cannot have '.' or '..' in it"},
		{"title", "test.profile:1:6: expected a value"},
		{"include nothing", "test.profile:1:9: there is no profile 'nothing'"},
		{"include a b", "test.profile:1:11: expected one profile's name behind include"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_error err = {0};
		struct rl_profile *profile;
		int ret = parse(cases[i].text, &profile, &err);

		assert_int_equal(ret, -EINVAL);
		assert_string_equal(err.message, cases[i].expect);
		assert_int_equal(parse(cases[i].text, &profile, NULL), -EINVAL);
	}
}

static void a_nul_byte_is_a_fault(void **state)
{
	struct rl_error err = {0};
	struct rl_profile *profile;

	(void)state;
	assert_int_equal(
		rl_profile_parse(&no_dirs, "t", "t", "# x\n# \0y\n", 10, &profile, &err), -EINVAL);
	assert_string_equal(err.message, "t:2:3: expected text, found a NUL byte");
}

/* A directory with profiles in it. */
static char dir[] = "/var/tmp/rootlift-profile-XXXXXX";

static int make_dir(void **state)
{
	(void)state;
	memcpy(dir + strlen(dir) - 6, "XXXXXX", 6);
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command) == 0 ? 0 : -1;
}

static void write_profile(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s.profile", dir, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void includes_stand_where_they_are(void **state)
{
	const char *const words[] = {dir};
	const struct rl_profile_dirs dirs = {words, 1};
	struct rl_error err = {0};
	struct rl_profile *profile;
	char expect[512];

	(void)state;
	write_profile("outer", "[drop log]\n/one  1\ninclude inner\n/three  3\n");
	write_profile("inner", "title Inner\nfor x\n[keep docs]\n/two  2\n");
	assert_int_equal(rl_profile_load(&dirs, "outer", &profile, &err), 0);
	assert_int_equal(profile->rule_count, 3);
	assert_string_equal(profile->rules[1].pattern.text, "/two");
	assert_int_equal(profile->rules[1].line, 4);
	/* The section goes on behind the include, and title and for stay the outer one's. */
	assert_int_equal(profile->rules[2].action, RL_ACTION_DROP);
	assert_null(profile->title);
	assert_int_equal(profile->id_count, 0);
	rl_profile_free(profile);

	write_profile("inner", "include outer\n");
	assert_int_equal(rl_profile_load(&dirs, "outer", &profile, &err), -EINVAL);
	(void)snprintf(expect, sizeof(expect),
		"%s/outer.profile:3:9: %s/inner.profile:1:9: 'outer' includes itself, by way of "
		"here",
		dir, dir);
	assert_string_equal(err.message, expect);
}

static void directories_come_before_what_is_built_in(void **state)
{
	const char *const words[] = {"/nowhere/at/all", dir};
	const struct rl_profile_dirs dirs = {words, 2};
	struct rl_error err = {0};
	struct rl_profile *profile;
	char path[256];

	(void)state;
	assert_int_equal(rl_profile_load(&dirs, "common", &profile, &err), 0);
	assert_true(profile->rule_count > 50);
	assert_string_equal(profile->origin, "built-in common.profile");
	rl_profile_free(profile);
	write_profile("common", "[drop log]\n/one  1\n");
	assert_int_equal(rl_profile_load(&dirs, "common", &profile, &err), 0);
	assert_int_equal(profile->rule_count, 1);
	rl_profile_free(profile);
	/* By path; and what includes it gets the same. */
	(void)snprintf(path, sizeof(path), "%s/common.profile", dir);
	assert_int_equal(rl_profile_load(&no_dirs, path, &profile, &err), 0);
	assert_string_equal(profile->name, "common");
	rl_profile_free(profile);
	assert_int_equal(rl_profile_load(&dirs, "none", &profile, &err), 0);
	assert_int_equal(profile->rule_count, 0);
	rl_profile_free(profile);
	assert_int_equal(rl_profile_load(&dirs, "nothing", &profile, &err), -ENOENT);
	assert_int_equal(rl_profile_load(&dirs, "./nothing", &profile, &err), -ENOENT);
}

static void distributions_have_profiles(void **state)
{
	static const struct {
		struct rl_distro distro;
		const char *expect;
	} cases[] = {
		{{.id = "debian"}, "debian"},
		{{.id = "ubuntu", .like = {"debian"}, .like_count = 1}, "ubuntu"},
		{{.id = "rocky", .like = {"rhel", "centos", "fedora"}, .like_count = 3}, "rhel"},
		{{.id = "fedora"}, "fedora"},
		{{.id = "mine", .like = {"yours", "ubuntu", "debian"}, .like_count = 3}, "ubuntu"},
		{{.id = "mine", .like = {"debian", "ubuntu"}, .like_count = 2}, "debian"},
		{{.id = "plan9"}, "common"},
		{{.id = ""}, "common"},
	};
	const char *const words[] = {dir};
	const struct rl_profile_dirs dirs = {words, 1};
	struct rl_profile *profile;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
			rl_profile_load_for(&no_dirs, &cases[i].distro, &profile, NULL), 0);
		assert_string_equal(profile->name, cases[i].expect);
		rl_profile_free(profile);
	}
	/* One's own comes first; a faulty one that is not chosen is no matter. */
	write_profile("zz", "for debian\n");
	write_profile("aa", "for plan8\n[faulty\n");
	assert_int_equal(rl_profile_load_for(&dirs, &cases[0].distro, &profile, NULL), 0);
	assert_string_equal(profile->name, "zz");
	rl_profile_free(profile);
}

static void built_in_profiles_are_good(void **state)
{
	size_t i, j;

	(void)state;
	assert_true(rl_builtin_count >= 5);
	for (i = 0; i < rl_builtin_count; i++) {
		struct rl_error err = {0};
		struct rl_profile *profile;

		if (rl_profile_load(&no_dirs, rl_builtins[i].name, &profile, &err) != 0)
			fail_msg("%s", err.message);
		assert_non_null(profile->title);
		assert_true(profile->rule_count > 0);
		for (j = 0; j < profile->rule_count; j++)
			assert_true(strlen(profile->rules[j].reason) > 5);
		rl_profile_free(profile);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_have_action_category_pattern_reason_and_line),
		cmocka_unit_test(faults_are_named_with_file_line_and_column),
		cmocka_unit_test(a_nul_byte_is_a_fault),
		cmocka_unit_test_setup_teardown(
			includes_stand_where_they_are, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			directories_come_before_what_is_built_in, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(distributions_have_profiles, make_dir, remove_dir),
		cmocka_unit_test(built_in_profiles_are_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
