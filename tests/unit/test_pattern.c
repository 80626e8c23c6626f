/* SPDX-License-Identifier: MIT */
#include "filters/pattern.h"
#include "tests/unit/unit.h"

#include <string.h>

static void components_match_names(void **state)
{
	static const struct {
		const char *glob, *name;
		bool expect;
	} cases[] = {
		{"abc", "abc", true},
		{"abc", "abcd", false},
		{"*", "anything", true},
		{"*", ".hidden", true},
		{"*.log", "a.log", true},
		{"*.log", ".log", true},
		{"*.log", "a.logs", false},
		{"a*b*c", "aXXbYYc", true},
		{"a*b*c", "aXXbYY", false},
		{"*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"??", "\xc3\xa9", true}, /* bytes, not characters */
		{"[a-c]x", "bx", true},
		{"[a-c]x", "dx", false},
		{"[!a-c]x", "dx", true},
		{"[^a-c]x", "bx", false},
		{"[]x]", "]", true},
		{"[!]]", "]", false},
		{"[a-]", "-", true},
		{"[\\]]", "]", true},
		{"[\x80-\xff]*", "\xc3\xa9", true},
		{"[\x80-\xff]*", "e", false},
		{"\\*", "*", true},
		{"\\*", "x", false},
		{"\\[a]", "[a]", true},
		{"a\\ b", "a b", true},
		{"x*", "\xff", false},
		{"log-20[0-9][0-9]", "log-2026", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_pattern pattern;
		bool matches;

		assert_int_equal(rl_pattern_compile(cases[i].glob, &pattern, NULL, NULL), 0);
		assert_int_equal(pattern.count, 2);
		assert_int_equal(pattern.components[0].kind, RL_COMPONENT_ANY_DEPTH);
		matches = rl_component_matches(&pattern.components[1], cases[i].name);
		if (matches != cases[i].expect)
			fail_msg("'%s' and '%s': %d", cases[i].glob, cases[i].name, matches);
		rl_pattern_free(&pattern);
	}
}

static void patterns_have_components(void **state)
{
	static const struct {
		const char *text;
		/* The components, "L:text", "G:text" or "**", with blanks between. */
		const char *expect;
		bool directories_only;
	} cases[] = {
		{"/var/log", "L:var L:log", false},
		{"var/log", "L:var L:log", false},
		{"log", "** L:log", false},
		{"log/", "** L:log", true},
		{"/log/", "L:log", true},
		{"**/log", "** L:log", false},
		{"/a/**/b", "L:a ** L:b", false},
		{"/a/**/**/b", "L:a ** L:b", false},
		{"/a/**", "L:a **", false},
		{"**", "**", false},
		{"/a*/[b]", "G:a* G:[b]", false},
		{"/with\\ blank/\\*", "L:with blank L:*", false},
		{"/a**b", "G:a**b", false},
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_pattern pattern;
		char got[256] = "";

		assert_int_equal(rl_pattern_compile(cases[i].text, &pattern, NULL, NULL), 0);
		for (j = 0; j < pattern.count; j++) {
			const struct rl_component *component = &pattern.components[j];
			size_t used = strlen(got);

			(void)snprintf(got + used, sizeof(got) - used, "%s%s%s", j > 0 ? " " : "",
				component->kind == RL_COMPONENT_LITERAL ? "L:"
				: component->kind == RL_COMPONENT_GLOB  ? "G:"
									: "**",
				component->text != NULL ? component->text : "");
		}
		assert_string_equal(got, cases[i].expect);
		assert_int_equal(pattern.directories_only, cases[i].directories_only);
		assert_string_equal(pattern.text, cases[i].text);
		rl_pattern_free(&pattern);
	}
}

static void globs_know_the_byte_that_names_end_with(void **state)
{
	static const struct {
		const char *glob;
		char expect;
	} cases[] = {
		{"*.log", 'g'},
		{"*", '\0'},
		{"a?", '\0'},
		{"*[ab]", '\0'},
		{"[ab]c", 'c'},
		{"*\\x", 'x'},
		{"*\\\\", '\\'},
		{"*\\*", '\0'},
		{"*\\]", '\0'},
		{"literal", '\0'},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_pattern pattern;

		assert_int_equal(rl_pattern_compile(cases[i].glob, &pattern, NULL, NULL), 0);
		if (pattern.components[1].last != cases[i].expect)
			fail_msg("'%s': %d", cases[i].glob, pattern.components[1].last);
		rl_pattern_free(&pattern);
	}
}

static void faults_are_named_with_their_column(void **state)
{
	static const struct {
		const char *text;
		size_t column;
		const char *expect;
	} cases[] = {
		{"", 1, "expected a pattern that names something"},
		{"/", 1, "expected a pattern that names something"},
		{"//", 1, "expected a pattern that names something"},
		{"/a//b", 4, "expected a name between two '/'"},
		{"a//", 1, "expected a pattern that names something"},
		{"/a/../b", 4, "a pattern cannot have '.' or '..' in it"},
		{"./a", 1, "a pattern cannot have '.' or '..' in it"},
		{"/ab[c", 4, "expected a ']' to end the set that begins here"},
		{"[]", 1, "expected a ']' to end the set that begins here"},
		{"/a/b\\", 5, "expected a character behind '\\'"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_error err = {0};
		struct rl_pattern pattern;
		size_t column = 0;

		assert_int_equal(
			rl_pattern_compile(cases[i].text, &pattern, &column, &err), -EINVAL);
		assert_string_equal(err.message, cases[i].expect);
		assert_int_equal(column, cases[i].column);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(components_match_names),
		cmocka_unit_test(patterns_have_components),
		cmocka_unit_test(globs_know_the_byte_that_names_end_with),
		cmocka_unit_test(faults_are_named_with_their_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
