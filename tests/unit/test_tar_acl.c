/* SPDX-License-Identifier: MIT */
/* ACLs and labels in all the forms that archives have them in. */
#include "tests/unit/tar_made.h"

static void acls_come_as_text(void **state)
{
	static const struct {
		/* For what type of file. */
		char type;
		const char *key, *text, *access, *inherited;
		mode_t mode;
		const char *told;
	} cases[] = {
		/* GNU tar's, with and without names; the mask is the mode's, whatever libarchive does. */
		{'0', "SCHILY.acl.access",
			"user::rw-,user:joe:r--:1234,group::---,mask::rw-,other::r--",
			"1:-1:6 2:1234:4 4:-1:0 10:-1:6 20:-1:4 ", "", 0664, ""},
		{'0', "SCHILY.acl.access",
			"user::rw-\ngroup::r-x\ngroup:5:-w-\nuser:7:--x\nuser:6:rwx\nmask::"
			"rwx\nother::---\n",
			"1:-1:6 2:6:7 2:7:1 4:-1:5 8:5:2 10:-1:7 20:-1:0 ", "", 0670, ""},
		/* No more than the mode. */
		{'0', "SCHILY.acl.access", "user::rw-,group::r--,other::r--", "", "", 0644, ""},
		{'5', "SCHILY.acl.default", "user::rwx,user:5:r-x,group::r-x,mask::r-x,other::---",
			"", "1:-1:7 2:5:5 4:-1:5 10:-1:5 20:-1:0 ", 0664, ""},
		{'0', "SCHILY.acl.default", "user::rwx,group::r-x,other::---", "", "", 0664,
			"f: default ACL of what is no directory\n"},
		/* Who joe is, is for others to find out. */
		{'0', "SCHILY.acl.access",
			"user::rw-,user:joe:r--,user:5:rw-,group::r--,mask::rw-,other::r--",
			"1:-1:6 2:5:6 4:-1:4 10:-1:6 20:-1:4 ", "", 0664, ""},
		{'0', "SCHILY.acl.access",
			"user::rw-,group:4000000000:r--,group::r--,mask::rw-,other::r--",
			"1:-1:6 4:-1:4 8:-294967296:4 10:-1:6 20:-1:4 ", "", 0664, ""},
		/* What a kernel would not take: no mask. */
		{'0', "SCHILY.acl.access", "user::rw-,user:5:r--,group::r--,other::r--", "", "",
			0644, "f: SCHILY.acl.access\n"},
		{'0', "SCHILY.acl.access", "user::rw-,nonsense", "", "", 0664,
			"f: Parse error:  SCHILY.acl.access\n"},
		{'0', "SCHILY.acl.ace", "owner@:rw-p--aARWcCos:-------:allow", "", "", 0664,
			"f: NFSv4 ACL\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_entry entry;

		told[0] = '\0';
		PAX(cases[i].key, cases[i].text);
		put("f", cases[i].type, "", "", 0);
		entry = only();
		assert_string_equal(acl_text(&entry.acl_access), cases[i].access);
		assert_string_equal(acl_text(&entry.acl_default), cases[i].inherited);
		assert_int_equal(entry.mode & 07777, cases[i].mode);
		assert_string_equal(told, cases[i].told);
		assert_int_equal(entry.xattr_count, 0);
		rl_entry_clear(&entry);
	}
}

#define NO_ID "\377\377\377\377"
#define BINARY                                                            \
	"\2\0\0\0\1\0\6\0" NO_ID "\4\0\4\0" NO_ID "\2\0\4\0\0\50\153\356" \
	"\20\0\6\0" NO_ID "\40\0\4\0" NO_ID

static void acls_come_in_the_kernels_form(void **state)
{
	static const struct {
		const char *value;
		size_t len;
		const char *access, *told;
	} cases[] = {
#define CASE(value, access, told) {value, sizeof(value) - 1, access, told}
		CASE(BINARY, "1:-1:6 2:-294967296:4 4:-1:4 10:-1:6 20:-1:4 ", ""),
		/* No more than the mode; and nothing at all, which takes away what is inherited. */
		CASE("\2\0\0\0\1\0\6\0" NO_ID "\4\0\4\0" NO_ID "\40\0\4\0" NO_ID, "", ""),
		CASE("\2\0\0\0", "", ""),
#define BAD "f: system.posix_acl_access\n"
		CASE("\1\0\0\0", "", BAD),
		CASE("\2\0\0", "", BAD),
		CASE("\2\0\0\0\1\0\6\0", "", BAD),
		CASE("\2\0\0\0\1\0\6\0" NO_ID, "", BAD),
		CASE("\2\0\0\0\1\0\6\0" NO_ID "\1\0\6\0" NO_ID "\4\0\4\0" NO_ID "\40\0\4\0" NO_ID,
			"", BAD),
		CASE("\2\0\0\0\3\0\6\0" NO_ID "\4\0\4\0" NO_ID "\40\0\4\0" NO_ID, "", BAD),
		CASE("\2\0\0\0\1\0\10\0" NO_ID "\4\0\4\0" NO_ID "\40\0\4\0" NO_ID, "", BAD),
		CASE("\2\0\0\0\1\0\6\0" NO_ID "\4\0\4\0" NO_ID "\10\0\4\0\1\0\0\0"
		     "\40\0\4\0" NO_ID,
			"", BAD),
	};
	char records[512];
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_entry entry;

		told[0] = '\0';
		len = 0;
		record(records, &len, "SCHILY.xattr.system.posix_acl_access", cases[i].value,
			cases[i].len);
		put("PaxHeader", 'x', "", records, len);
		put("f", '0', "", "", 0);
		entry = only();
		assert_string_equal(acl_text(&entry.acl_access), cases[i].access);
		assert_int_equal(entry.mode & 07777, 0664);
		assert_string_equal(told, cases[i].told);
		assert_int_equal(entry.xattr_count, 0);
		rl_entry_clear(&entry);
	}
}

static void the_kernels_form_wins(void **state)
{
	struct rl_entry entry;
	char records[512];
	size_t len = 0;

	(void)state;
	record(records, &len, "SCHILY.acl.access",
		"user::rwx,user:joe:rwx,group::---,mask::rwx,other::---", 54);
	record(records, &len, "SCHILY.xattr.system.posix_acl_access", BINARY, sizeof(BINARY) - 1);
	put("PaxHeader", 'x', "", records, len);
	put("f", '0', "", "", 0);
	entry = only();
	assert_string_equal(
		acl_text(&entry.acl_access), "1:-1:6 2:-294967296:4 4:-1:4 10:-1:6 20:-1:4 ");
	assert_int_equal(entry.mode & 07777, 0664);
	assert_string_equal(told, "");
	rl_entry_clear(&entry);
}

static void labels_come_in_two_forms(void **state)
{
	static const struct {
		const char *rht, *xattr;
		size_t len, expect;
	} cases[] = {{"u:r:t", NULL, 0, 6}, {NULL, "u:r:t", 6, 6}, {"u:r:t", "u:r:t", 6, 6},
		{"u:r:t", "u:r:t", 5, 5}};
	char records[512];
	size_t i, len, order;

	(void)state;
	for (i = 0; i < COUNT(cases) * 2; i++) {
		size_t n = i / 2;
		struct rl_entry entry;

		len = 0;
		for (order = 0; order < 2; order++) {
			if ((i + order) % 2 == 0 && cases[n].rht != NULL)
				record(records, &len, "RHT.security.selinux", cases[n].rht, 5);
			if ((i + order) % 2 == 1 && cases[n].xattr != NULL)
				record(records, &len, "SCHILY.xattr.security.selinux",
					cases[n].xattr, cases[n].len);
		}
		put("PaxHeader", 'x', "", records, len);
		put("f", '0', "", "", 0);
		entry = only();
		assert_string_equal(entry.label, "u:r:t");
		assert_int_equal(entry.label_size, cases[n].expect);
		assert_int_equal(entry.xattr_count, 0);
		rl_entry_clear(&entry);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(acls_come_as_text),
		TEST(acls_come_in_the_kernels_form),
		TEST(the_kernels_form_wins),
		TEST(labels_come_in_two_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
