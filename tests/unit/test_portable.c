/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"
#include "writer/portable.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

/* The exceptions that were told, "KIND DETAIL;" each. */
static char told[4096];

static void take(void *ctx, enum rl_exception_kind kind, const char *path, const char *detail)
{
	size_t used = strlen(told);

	(void)ctx;
	assert_non_null(path);
	(void)snprintf(told + used, sizeof(told) - used, "%s %s;", rl_exception_info(kind)->name,
		detail != NULL ? detail : "-");
}

static const struct rl_exception_sink sink = {.tell = take};

static int clear_told(void **state)
{
	(void)state;
	told[0] = '\0';
	return 0;
}

static void what_can_be_in_an_image(void **state)
{
	char long_path[RL_PORTABLE_PATH_MAX + 2];
	const struct {
		const char *path;
		mode_t mode;
		dev_t rdev;
		const char *expect;
	} cases[] = {
		{"file", S_IFREG, 0, ""},
		{"a/.wh.b", S_IFREG, 0, "whiteout-name -;"},
		{".wh.", S_IFREG, 0, "whiteout-name -;"},
		{".wh..wh..opq", S_IFDIR, 0, "whiteout-name -;"},
		{"a.wh.b", S_IFREG, 0, ""},
		{".wh", S_IFREG, 0, ""},
		{"null", S_IFCHR, makedev(1, 3), ""},
		{"whiteout", S_IFCHR, makedev(0, 0), "whiteout-device -;"},
		{"disk", S_IFBLK, makedev(0, 0), ""},
		{"socket", S_IFSOCK, 0, "socket -;"},
		{"pipe", S_IFIFO, 0, ""},
		{long_path + 1, S_IFREG, 0, ""},
		{long_path, S_IFREG, 0, "path-too-long -;"},
	};
	size_t i;

	(void)state;
	memset(long_path, 'x', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_entry entry = {.mode = cases[i].mode, .rdev = cases[i].rdev};

		told[0] = '\0';
		assert_int_equal(rl_entry_set_path(&entry, cases[i].path), 0);
		assert_int_equal(rl_portable_check(&entry, &sink), cases[i].expect[0] == '\0');
		assert_string_equal(told, cases[i].expect);
		rl_entry_clear(&entry);
	}
}

static void dates(void **state)
{
	static const struct {
		struct timespec in;
		int64_t latest;
		struct timespec expect;
		const char *told;
	} cases[] = {
		{{1000, 5}, INT64_MAX, {1000, 5}, ""},
		{{-1, 999999999}, INT64_MAX, {0, 0}, "date -;"},
		{{2000, 5}, 1000, {1000, 0}, ""},
		{{1000, 5}, 1000, {1000, 0}, ""},
		{{999, 5}, 1000, {999, 5}, ""},
		{{-5, 0}, 0, {0, 0}, "date -;"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_entry entry = {.mtime = cases[i].in};
		struct rl_portable_options options = {.latest_mtime = cases[i].latest};

		told[0] = '\0';
		assert_int_equal(rl_entry_set_path(&entry, "x"), 0);
		rl_portable_dates(&entry, &options, &sink);
		assert_int_equal(entry.mtime.tv_sec, cases[i].expect.tv_sec);
		assert_int_equal(entry.mtime.tv_nsec, cases[i].expect.tv_nsec);
		assert_string_equal(told, cases[i].told);
		rl_entry_clear(&entry);
	}
}

static void attributes_that_engines_refuse(void **state)
{
	static const struct {
		const char *name;
		size_t size;
		const char *expect;
	} cases[] = {
		{"user.note", 5, ""},
		{"trusted.x", 1, ""},
		{"security.ima", 20, ""},
		{"user.empty", 0, "xattr-empty user.empty;"},
		{"system.nfs4_acl", 8, "xattr-unsupported system.nfs4_acl;"},
		{"btrfs.compression", 4, "xattr-unsupported btrfs.compression;"},
		{"user.a=b", 1, "xattr-unsupported user.a=b;"},
		{"user.50%", 1, "xattr-unsupported user.50%;"},
		{"user.\xc3\xbc", 1, "xattr-unsupported user.\xc3\xbc;"},
		{"user.a b", 1, "xattr-unsupported user.a b;"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_entry entry = {.mode = S_IFREG};

		told[0] = '\0';
		assert_int_equal(rl_entry_set_path(&entry, "x"), 0);
		assert_int_equal(rl_entry_add_xattr(&entry, cases[i].name, "01234567890123456789",
					 cases[i].size),
			0);
		assert_int_equal(rl_portable_attributes(&entry, &sink), 0);
		assert_string_equal(told, cases[i].expect);
		assert_int_equal(entry.xattr_count, cases[i].expect[0] == '\0');
		rl_entry_clear(&entry);
	}
}

static void capabilities(void **state)
{
	static const unsigned char one[] = {1, 0, 0, 1, 0, 0x20, 0, 0, 3, 0, 0, 0},
				   widened[] = {1, 0, 0, 2, 0, 0x20, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0,
					   0, 0, 0, 0},
				   three[24] = {1, 0, 0, 3}, unknown[20] = {1, 0, 0, 9};
	const struct {
		const unsigned char *in;
		size_t size;
		mode_t mode;
		const unsigned char *expect;
		size_t expect_size;
	} cases[] = {
		{one, 12, S_IFREG, widened, 20},
		{widened, 20, S_IFREG, widened, 20},
		{three, 24, S_IFREG, three, 24},
		{widened, 19, S_IFREG, NULL, 0},
		{widened, 3, S_IFREG, NULL, 0},
		{unknown, 20, S_IFREG, NULL, 0},
		{widened, 20, S_IFDIR, NULL, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_entry entry = {.mode = cases[i].mode};

		told[0] = '\0';
		assert_int_equal(rl_entry_set_path(&entry, "x"), 0);
		assert_int_equal(rl_entry_add_xattr(
					 &entry, "security.capability", cases[i].in, cases[i].size),
			0);
		assert_int_equal(rl_portable_attributes(&entry, &sink), 0);
		if (cases[i].expect == NULL) {
			assert_int_equal(entry.xattr_count, 0);
			assert_string_equal(told, "xattr-unsupported security.capability;");
		} else {
			assert_int_equal(entry.xattrs[0].size, cases[i].expect_size);
			assert_memory_equal(
				entry.xattrs[0].value, cases[i].expect, cases[i].expect_size);
			assert_string_equal(told, "");
		}
		rl_entry_clear(&entry);
	}
}

static void what_does_not_fit_goes_the_largest_first(void **state)
{
	struct rl_entry entry = {.mode = S_IFREG};
	char value[4000];

	(void)state;
	memset(value, 'x', sizeof(value));
	assert_int_equal(rl_entry_set_path(&entry, "x"), 0);
	assert_int_equal(rl_entry_add_xattr(&entry, "security.ima", value, 1500), 0);
	assert_int_equal(rl_entry_add_xattr(&entry, "user.large", value, 1400), 0);
	assert_int_equal(rl_entry_add_xattr(&entry, "user.larger", value, 1450), 0);
	assert_int_equal(rl_entry_add_xattr(&entry, "user.small", value, 10), 0);
	assert_int_equal(rl_portable_attributes(&entry, &sink), 0);
	/* security.* stays as long as there is anything else. */
	assert_string_equal(told, "xattr-too-large user.larger;");
	assert_int_equal(entry.xattr_count, 3);
	rl_entry_clear(&entry);
}

static void an_acl_that_does_not_fit_goes_too(void **state)
{
	struct rl_entry entry = {.mode = S_IFDIR};
	size_t i;

	(void)state;
	assert_int_equal(rl_entry_set_path(&entry, "x"), 0);
	entry.acl_access.entries = calloc(500, sizeof(struct rl_acl_entry));
	assert_non_null(entry.acl_access.entries);
	entry.acl_access.count = 500;
	entry.acl_default.entries = calloc(5, sizeof(struct rl_acl_entry));
	assert_non_null(entry.acl_default.entries);
	for (i = 0; i < 5; i++)
		entry.acl_default.entries[i].tag = RL_ACL_USER;
	entry.acl_default.count = 5;
	assert_int_equal(rl_portable_attributes(&entry, &sink), 0);
	assert_string_equal(told, "xattr-too-large access ACL;");
	assert_int_equal(entry.acl_access.count, 0);
	assert_int_equal(entry.acl_default.count, 5);
	rl_entry_clear(&entry);
}

static void an_inode_flag_is_told(void **state)
{
	struct rl_entry entry = {.mode = S_IFREG, .is_immutable = true};

	(void)state;
	assert_int_equal(rl_entry_set_path(&entry, "x"), 0);
	assert_int_equal(rl_portable_attributes(&entry, &sink), 0);
	assert_string_equal(told, "inode-flag -;");
	rl_entry_clear(&entry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_can_be_in_an_image, clear_told),
		cmocka_unit_test_setup(dates, clear_told),
		cmocka_unit_test_setup(attributes_that_engines_refuse, clear_told),
		cmocka_unit_test_setup(capabilities, clear_told),
		cmocka_unit_test_setup(what_does_not_fit_goes_the_largest_first, clear_told),
		cmocka_unit_test_setup(an_acl_that_does_not_fit_goes_too, clear_told),
		cmocka_unit_test_setup(an_inode_flag_is_told, clear_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
