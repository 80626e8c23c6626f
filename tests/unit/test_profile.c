/* SPDX-License-Identifier: MIT */
#include "filters/builtin.h"
#include "filters/chain.h"
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
			"docs, pseudo, engine, swap or container), found 'cahce'; did you mean "
			"'cache'?"},
		{"[drpo cache]", "test.profile:1:2: expected an action (keep, drop, empty, "
				 "truncate, write, link, mknod, edit, chmod, "
				 "chown, strip-xattr or rename), found "
				 "'drpo'; did you mean 'drop'?"},
		{"[remove cache]", "test.profile:1:2: expected an action (keep, drop, empty, "
				   "truncate, write, link, mknod, edit, chmod, "
				   "chown, strip-xattr or rename), found "
				   "'remove'"},
		{"[drop user]", "test.profile:1:7: expected a category (cache, log, temp, kernel, "
				"identity, secret, "
				"docs, pseudo, engine, swap or container), found 'user'"},
		{"[drop cache", "test.profile:1:12: expected a ']' to end the section's head"},
		{"[drop cache] and/or", "test.profile:1:14: expected nothing behind the ']'"},
		{"[drop cache] x", "test.profile:1:14: expected nothing behind the ']'"},
		{"[drop cache now]", "test.profile:1:13: expected a ']' behind the category"},
		{"\n\n/var/cache reason",
			"test.profile:3:1: expected title, for, include, secrets, "
			"match, or a section like [drop cache]"},
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
	const struct rl_profile_dirs dirs = {.dirs = words, .count = 1};
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
	const struct rl_profile_dirs dirs = {.dirs = words, .count = 2};
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
	const struct rl_profile_dirs dirs = {.dirs = words, .count = 1};
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

/* Decides about @path by way of its directories, as a source would come to it. */
static struct rl_decision decide(const struct rl_profile *profile, const char *path)
{
	const struct rl_profile *profiles[] = {profile};
	struct rl_decision decision;
	struct rl_chain *chain;
	size_t depth = 0;
	const char *at = path;

	assert_int_equal(rl_chain_new(profiles, 1, NULL, &chain, NULL), 0);
	while (*at != '\0') {
		size_t len = strcspn(at, "/");
		struct rl_entry entry = {.depth = depth++};
		char above[256];

		at += len;
		/* A path in the table that ends with "/" is a directory. */
		entry.mode = *at == '/' ? S_IFDIR : S_IFREG;
		(void)snprintf(above, sizeof(above), "%.*s", (int)(at - path), path);
		assert_int_equal(rl_entry_set_path(&entry, above), 0);
		assert_int_equal(rl_chain_decide(chain, &entry, &decision), 0);
		rl_entry_clear(&entry);
		at += *at == '/';
	}
	rl_chain_free(chain);
	return decision;
}

#define KEEP RL_ACTION_KEEP
#define DROP RL_ACTION_DROP
#define TRUNCATE RL_ACTION_TRUNCATE

static const struct {
	const char *profile, *path;
	enum rl_action expect;
} builtin_cases[] = {
	{"common", "core", DROP},
	{"common", "core/", KEEP},
	{"common", "core/app", KEEP},
	{"common", "core/lost+found/", DROP},
	{"common", "home/ann/.nfs0000000000a1b2c300000001", DROP},
	{"common", "home/ann/.nfsrc", KEEP},
	/* The directories that programs expect. */
	{"common", "tmp/", KEEP},
	{"common", "tmp/x", DROP},
	{"common", "run/lock/", DROP},
	{"common", "var/log/tomcat-8.5/", KEEP},
	{"common", "var/log/tomcat-8.5/catalina.out", TRUNCATE},
	{"common", "var/log/journal/", KEEP},
	{"common", "var/log/journal/abc/", DROP},
	/* Logs that are written to, and those that no longer are. */
	{"common", "var/log/syslog", TRUNCATE},
	{"common", "var/log/syslog.1", DROP},
	{"common", "var/log/syslog.10", DROP},
	{"common", "var/log/syslog.2.gz", DROP},
	{"common", "var/log/a/b/app.log", TRUNCATE},
	{"common", "var/log/a/b/app.log-20240131", DROP},
	{"rhel", "var/log/httpd/access_log", TRUNCATE},
	{"rhel", "var/log/httpd/access_log-20240131", DROP},
	{"rhel", "var/log/tuned/tuned.log.1", DROP},
	{"rhel", "var/log/amazon/ssm/errors.log", TRUNCATE},
	{"debian", "var/log/exim4/mainlog", TRUNCATE},
	{"debian", "var/log/exim4/mainlog.1", DROP},
	{"debian", "var/log/exim4/mainlog.2.gz", DROP},
	/* Both layouts of /usr. */
	{"common", "lib/modules/6.1/", DROP},
	{"common", "usr/lib/modules/6.1/", DROP},
	{"common", "lib/firmware/x", DROP},
	{"common", "usr/lib/firmware/x", DROP},
	/* Identity; files stay where engines or systemd put theirs. */
	{"common", "etc/machine-id", TRUNCATE},
	{"common", "etc/hostname", TRUNCATE},
	{"common", "etc/resolv.conf", TRUNCATE},
	{"common", "etc/ssh/ssh_host_ed25519_key", DROP},
	{"common", "etc/ssh/sshd_config", KEEP},
	{"common", "var/lib/dhcp/dhclient.eth0.leases", DROP},
	{"common", "var/lib/dhcp/dhcpd.leases", KEEP},
	{"common", "etc/NetworkManager/system-connections/x.nmconnection", DROP},
	{"common", "home/ann/.local/share/containers/storage/", DROP},
	{"common", "home/staff/ann/.local/share/containers/storage/", DROP},
	{"common", "etc/ld.so.cache", KEEP},
	/* What package managers need. */
	{"debian", "var/lib/dpkg/status", KEEP},
	{"debian", "var/lib/dpkg/status-old", DROP},
	{"debian", "var/lib/dpkg/updates/", KEEP},
	{"debian", "var/cache/debconf/config.dat", KEEP},
	{"debian", "var/cache/debconf/config.dat-old", DROP},
	{"debian", "var/cache/debconf/passwords.dat", KEEP},
	{"debian", "var/cache/apt/pkgcache.bin", DROP},
	{"debian", "var/cache/apt/archives/x.deb", DROP},
	{"debian", "var/cache/apt/archives/partial/", KEEP},
	{"debian", "var/cache/apt/archives/partial/x.deb", DROP},
	{"debian", "var/lib/apt/lists/x_Packages", DROP},
	{"debian", "var/lib/apt/lists/partial/", KEEP},
	{"debian", "var/lib/apt/lists/partial/x", DROP},
	{"debian", "var/lib/apt/lists/auxfiles/", KEEP},
	{"debian", "var/lib/apt/extended_states", KEEP},
	{"ubuntu", "var/lib/update-notifier/package-data-downloads/partial/", KEEP},
	{"ubuntu", "var/lib/ubuntu-advantage/apt-esm/etc/", KEEP},
	{"ubuntu", "var/lib/ubuntu-advantage/private/machine-token.json", DROP},
	{"fedora", "var/lib/rpm/rpmdb.sqlite", KEEP},
	{"fedora", "usr/lib/sysimage/rpm/rpmdb.sqlite", KEEP},
	{"fedora", "var/lib/rpm/__db.001", DROP},
	{"fedora", "var/lib/dnf/history.sqlite", KEEP},
	{"fedora", "var/cache/dnf/", KEEP},
	{"fedora", "var/cache/dnf/x/", DROP},
};

static void built_in_profiles_keep_what_systems_need(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(builtin_cases); i++) {
		struct rl_profile *profile;
		struct rl_decision decision;

		assert_int_equal(
			rl_profile_load(&no_dirs, builtin_cases[i].profile, &profile, NULL), 0);
		decision = decide(profile, builtin_cases[i].path);
		if (decision.action != builtin_cases[i].expect)
			fail_msg("%s: '%s': %s", builtin_cases[i].profile, builtin_cases[i].path,
				rl_action_name(decision.action));
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
		cmocka_unit_test(built_in_profiles_keep_what_systems_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
