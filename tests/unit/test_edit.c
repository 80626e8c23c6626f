/* SPDX-License-Identifier: MIT */
#include "filters/edit.h"
#include "tests/unit/unit.h"

#include <string.h>

struct edit_case {
	const char *commands, *in, *out;
};

/* Applies commands, one a line, to @in. Returns what rl_edit_apply() does. */
static int apply(const char *commands, const char *in, size_t len, struct rl_buf *out)
{
	struct rl_edit *edit = NULL;
	char *copy = strdup(commands), *rest = copy, *line;
	struct rl_error err = {0};
	size_t column;
	int ret;

	assert_non_null(copy);
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (rl_edit_add(&edit, line, &column, &err) != 0)
			fail_msg("%s: %s", line, err.message);
	}
	ret = rl_edit_apply(edit, in, len, out);
	rl_edit_free(edit);
	free(copy);
	return ret;
}

static const struct edit_case cases[] = {
	{"delete /^b/", "a\nb\nbc\nab\n", "a\nab\n"},
	{"delete /b/", "b", ""},
	{"delete #/x/#", "/x/\nx\n", "x\n"},
	{"delete /^$/", "a\n\nb\n", "a\nb\n"},
	{"replace /a/b/", "aXa\n\na", "bXb\n\nb"},
	{"replace /(.)(.)/\\2\\1/", "abcd\n", "badc\n"},
	{"replace /b*/-/", "abc\n", "-a-c-\n"},
	{"replace /x/[&]/", "axa\n", "a[x]a\n"},
	{"replace /x/\\&/", "axa\n", "a&a\n"},
	{"replace |/|\\||", "a/b\n", "a|b\n"},
	{"replace /^a/x/", "aa\naa\n", "xa\nxa\n"},
	{"replace /a$/x/", "aa\naa", "ax\nax"},
	{"append x", "a\n", "a\nx\n"},
	{"append x", "a", "a\nx\n"},
	{"append x", "x\na\n", "x\na\n"},
	{"append  x  y", "", " x  y\n"},
	{"append x\nappend x", "", "x\n"},
	{"set 2 of b to new", "a:1:2\nb:1:2\nb\n", "a:1:2\nb:new:2\nb\n"},
	{"set password of * when $* to !", "a:$6$x:1\nb::1\nc:*:1\n", "a:!:1\nb::1\nc:*:1\n"},
	{"set password of * when [!!*]* to *", "a:abc:1\nb:!abc:1\nc::1\n",
		"a:*:1\nb:!abc:1\nc::1\n"},
	{"set shell of r??t to", "root:x:0:0:r:/root:/bin/sh\n", "root:x:0:0:r:/root:\n"},
	{"set expire of a to 1", "a:x:1:2:3:4:5::\n", "a:x:1:2:3:4:5:1:\n"},
	{"set 9 of a to 1", "a:b\n", "a:b\n"},
	{"delete /a/\nreplace /b/a/\ndelete /zz/", "a\nb\n", "a\n"},
};

static void lines_are_edited(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_buf out = {0};
		const char *in = cases[i].in;
		int ret = apply(cases[i].commands, in, strlen(in), &out);

		if (out.len != strlen(cases[i].out) ||
			(out.len > 0 && memcmp(out.data, cases[i].out, out.len) != 0))
			fail_msg("%s on '%s': '%.*s'", cases[i].commands, in, (int)out.len,
				out.data != NULL ? out.data : "");
		assert_int_equal(ret, strcmp(in, cases[i].out) != 0);
		rl_buf_free(&out);
	}
}

/* Bytes that are no text pass; a line with a NUL in it is none that an expression could match. */
static void any_bytes_pass(void **state)
{
	static const char in[] = "a\0b\n\xff\xfe"
				 "b\nc\0d",
			  expected[] = "a\0b\n\xff\xfe"
				       "X\nc\0d";
	struct rl_buf out = {0};

	(void)state;
	assert_int_equal(apply("replace /b/X/", in, sizeof(in) - 1, &out), 1);
	assert_int_equal(out.len, sizeof(expected) - 1);
	assert_memory_equal(out.data, expected, out.len);
	rl_buf_free(&out);
}

static void faults_have_a_column(void **state)
{
	static const struct {
		const char *line, *message;
		size_t column;
	} faults[] = {
		{"remove /x/", "expected an edit (delete, replace, append or set), found 'remove'",
			0},
		{"delte /x/",
			"expected an edit (delete, replace, append or set), found 'delte'; "
			"did you mean 'delete'?",
			0},
		{"delete x", "expected an expression like /ERE/", 7},
		{"delete /x", "expected the expression to end", 9},
		{"delete //", "expected a regular expression", 8},
		{"delete /x/ y", "expected nothing behind the expression", 10},
		{"replace /x/y", "expected the new text to end", 12},
		{"set pasword of x to y",
			"expected a field (name, password, uid, gid, gecos, home, "
			"shell, lastchange, min, max, warn, inactive or expire), "
			"found 'pasword'; did you mean 'password'?",
			4},
		{"set 0 of x to y", "expected a field's number or name", 4},
		{"set 1 for x to y", "expected 'of', found 'for'", 6},
		{"set 1 of [x to y", "expected a ']' to end the set that begins here", 9},
		{"set 1 of x by y", "expected 'to', found 'by'", 11},
		{"set 1 of x to a:b", "a field cannot have a ':'", 15},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(faults); i++) {
		struct rl_edit *edit = NULL;
		struct rl_error err = {0};
		size_t column = 99;

		assert_int_equal(rl_edit_add(&edit, faults[i].line, &column, &err), -EINVAL);
		assert_string_equal(err.message, faults[i].message);
		assert_int_equal(column, faults[i].column);
		rl_edit_free(edit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_edited),
		cmocka_unit_test(any_bytes_pass),
		cmocka_unit_test(faults_have_a_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
