/* SPDX-License-Identifier: MIT */
/* How a line becomes words where there is no shell. */
#include "cli/shell_words.h"
#include "tests/unit/unit.h"

/* A line, and its words with "|" behind each; NULL: it is refused. */
static const struct {
	const char *line, *expect;
} lines[] = {
	{"", ""},
	{" \t\n", ""},
	{"a", "a|"},
	{"  a  b\tc\nd  ", "a|b|c|d|"},
	{"'' \"\" a''b", "||ab|"},
	{"'a  b' \"c  d\" e\\ f", "a  b|c  d|e f|"},
	{"'a\\b' \"a\\b\" a\\b", "a\\b|a\\b|ab|"},
	{"\"\\$x \\`y\\` \\\"z\\\" \\\\\"", "$x `y` \"z\" \\|"},
	{"'$x `y` | & ; < > ( )' \"| & ; < > ( )\"", "$x `y` | & ; < > ( )|| & ; < > ( )|"},
	{"\\$x \\| \\# \\'", "$x|||#|'|"},
	{"a#b * ? [c] ~ {d} = !", "a#b|*|?|[c]|~|{d}|=|!|"},
	{"a\\\nb \"c\\\nd\" \\\n", "ab|cd|"},
	{"a\\", "a\\|"},
	{"a|b", NULL},
	{"a & b", NULL},
	{"a;b", NULL},
	{"a <b", NULL},
	{"a >b", NULL},
	{"(a)", NULL},
	{"$a", NULL},
	{"a `b`", NULL},
	{"\"$a\"", NULL},
	{"\"`a`\"", NULL},
	{"a #b", NULL},
	{"'a", NULL},
	{"\"a", NULL},
	{"\"a\\\"", NULL},
};

static void lines_are_split_as_by_a_shell(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(lines); i++) {
		struct rl_strings words = {0};
		struct rl_error err = {0};
		char text[256] = "";
		int ret = rl_shell_words_split(lines[i].line, &words, &err);

		if (lines[i].expect == NULL) {
			assert_int_equal(ret, -EINVAL);
			assert_int_equal(err.code, EINVAL);
		} else {
			assert_int_equal(ret, 0);
			for (j = 0; j < words.count; j++) {
				(void)strncat(text, words.strings[j], 100);
				(void)strncat(text, "|", 2);
			}
			assert_string_equal(text, lines[i].expect);
		}
		rl_strings_free(&words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_split_as_by_a_shell)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
