/* SPDX-License-Identifier: MIT */
#include "common/escape.h"
#include "tests/unit/unit.h"

#include <string.h>

static void shows_what_is_printable_and_escapes_the_rest(void **state)
{
	static const struct {
		const char *in, *expect;
	} cases[] = {
		{"", ""},
		{"plain name", "plain name"},
		{"\xc3\xbcml\xc3\xa4ut \xe4\xb8\xad \xf0\x9f\x98\x80",
			"\xc3\xbcml\xc3\xa4ut \xe4\xb8\xad \xf0\x9f\x98\x80"},
		{"a\nb\tc", "a\\nb\\tc"},
		{"back\\slash", "back\\\\slash"},
		{"\033[31m\a\177", "\\x1b[31m\\x07\\x7f"},
		/* C1 control characters, as UTF-8 and as bytes. */
		{"\xc2\x9b"
		 "31m",
			"\\xc2\\x9b31m"},
		{"\x9b", "\\x9b"},
		/* Not UTF-8: a lone byte, overlong forms, surrogates, beyond U+10FFFF, cut off. */
		{"\xff\xfe", "\\xff\\xfe"},
		{"\xc0\xaf", "\\xc0\\xaf"},
		{"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"},
		{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
		{"\xe4\xb8", "\\xe4\\xb8"},
		/* Arabic letter mark, right-to-left override, line separator, isolates. */
		{"\xd8\x9c", "\\xd8\\x9c"},
		{"\xe2\x80\xae", "\\xe2\\x80\\xae"},
		{"\xe2\x80\xa8", "\\xe2\\x80\\xa8"},
		{"\xe2\x81\xa6", "\\xe2\\x81\\xa6"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		char *escaped = rl_escape(cases[i].in);

		assert_non_null(escaped);
		assert_string_equal(escaped, cases[i].expect);
		free(escaped);
	}
}

static void json_says_the_same_without_controls(void **state)
{
	static const struct {
		const char *in, *expect;
	} cases[] = {
		{"", ""},
		{"{\n  \"a\\u001b\": 1\n}", "{\n  \"a\\u001b\": 1\n}"},
		{"\"\xc3\xbc\"", "\"\xc3\xbc\""},
		{"\"\x7f\xc2\x9b\"", "\"\\u007f\\u009b\""},
		{"\"\xd8\x9c\xe2\x80\xae\xe2\x81\xa6\"", "\"\\u061c\\u202e\\u2066\""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		char *escaped = rl_escape_json(cases[i].in);

		assert_non_null(escaped);
		assert_string_equal(escaped, cases[i].expect);
		free(escaped);
	}
}

static void knows_utf8(void **state)
{
	(void)state;
	assert_true(rl_is_utf8(""));
	assert_true(rl_is_utf8("abc \x01 \xc3\xbc \xf4\x8f\xbf\xbf"));
	assert_false(rl_is_utf8("abc\xff"));
	assert_false(rl_is_utf8("\xc3"));
	assert_false(rl_is_utf8("\xed\xbf\xbf"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_what_is_printable_and_escapes_the_rest),
		cmocka_unit_test(json_says_the_same_without_controls),
		cmocka_unit_test(knows_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
