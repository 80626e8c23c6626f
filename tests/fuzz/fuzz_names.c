/* SPDX-License-Identifier: MIT */
/**
 * Any bytes as the name of a file, behind a zero byte that ends a pattern: what is shown of it is safe
 * for a terminal, and it can be held against the pattern in time.
 */
#include "common/error.h"
#include "common/escape.h"
#include "filters/pattern.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nothing that a terminal acts on: C0 and C1 controls, and those of Unicode's bidirectional algorithm. */
static void check_shown(const char *text)
{
	static const char *const bidi[] = {"\xd8\x9c", "\xe2\x80\x8e", "\xe2\x80\x8f",
		"\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae",
		"\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9"};
	const unsigned char *at;
	size_t i;

	if (!rl_is_utf8(text))
		abort();
	for (at = (const unsigned char *)text; *at != '\0'; at++) {
		if (*at < 0x20 || *at == 0x7f || (*at == 0xc2 && at[1] < 0xa0))
			abort();
	}
	for (i = 0; i < sizeof(bidi) / sizeof(*bidi); i++) {
		if (strstr(text, bidi[i]) != NULL)
			abort();
	}
}

/* Errors are one line, whatever is in them. */
static void check_error(const char *name)
{
	struct rl_error err = {0};

	(void)rl_error_set(&err, 5, "cannot read '%s'", name);
	rl_error_wrap(&err, "%s", name);
	if (memchr(err.message, '\0', sizeof(err.message)) == NULL)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	RL_AUTO_FREE char *pattern_text = strndup(size > 0 ? (const char *)data : "", size);
	size_t pattern_len = pattern_text != NULL ? strlen(pattern_text) : 0, column = 0, i;
	RL_AUTO_FREE char *name = pattern_len < size ? strndup((const char *)data + pattern_len + 1,
							       size - pattern_len - 1)
						     : strdup("");
	RL_AUTO_FREE char *shown = NULL;
	struct rl_pattern pattern;

	if (pattern_text == NULL || name == NULL)
		abort();
	shown = rl_escape(name);
	if (shown == NULL)
		abort();
	check_shown(shown);
	check_error(name);
	if (rl_glob_check(pattern_text, &column, NULL) == 0) {
		bool matches = rl_glob_matches(pattern_text, name);

		if (matches != rl_glob_matches_bytes(pattern_text, name, strlen(name)))
			abort();
	} else if (column > pattern_len) {
		abort();
	}
	if (rl_pattern_compile(pattern_text, &pattern, &column, NULL) == 0) {
		for (i = 0; i < pattern.count; i++) {
			if (pattern.components[i].kind != RL_COMPONENT_ANY_DEPTH)
				(void)rl_component_matches(&pattern.components[i], name);
		}
		rl_pattern_free(&pattern);
	}
	return 0;
}
