/* SPDX-License-Identifier: MIT */
#include "common/escape.h"

#include <stdint.h>
#include <string.h>

/*
 * The length in bytes of the UTF-8 character at @s and its code point in *@code, or 0 if there is
 * no valid one. @s is NUL-terminated, and no continuation byte is NUL, so it is never overrun.
 */
static size_t decode(const unsigned char *s, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len, i;
	uint32_t c;

	if (s[0] < 0x80) {
		*code = s[0];
		return 1;
	}
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		len = 2;
		c = s[0] & 0x1fU;
	} else if ((s[0] & 0xf0) == 0xe0) {
		len = 3;
		c = s[0] & 0x0fU;
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		len = 4;
		c = s[0] & 0x07U;
	} else {
		return 0;
	}
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fU);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code = c;
	return len;
}

bool rl_is_utf8(const char *str)
{
	const unsigned char *s = (const unsigned char *)str;
	uint32_t code;

	while (*s != '\0') {
		size_t len = decode(s, &code);

		if (len == 0)
			return false;
		s += len;
	}
	return true;
}

/* Whether a terminal may act on @code rather than show it. */
static bool is_unsafe(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c ||
	       (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

/* Writes the escaped form of one byte at @out, at most four bytes. */
static char *put_byte(char *out, unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";
	const char *simple = NULL;

	if (byte == '\\')
		simple = "\\\\";
	else if (byte == '\n')
		simple = "\\n";
	else if (byte == '\t')
		simple = "\\t";
	if (simple != NULL) {
		*out++ = simple[0];
		*out++ = simple[1];
		return out;
	}
	*out++ = '\\';
	*out++ = 'x';
	*out++ = hex[byte >> 4];
	*out++ = hex[byte & 0xf];
	return out;
}

/* Puts @len bytes at @s, which are the character @code, or none if @len is 0. Returns where @out ends. */
typedef char *put_function(char *out, const unsigned char *s, size_t len, uint32_t code);

/* Makes a new string of @str, each character put by @put, which takes @growth bytes a byte at most. */
static char *put_all(const char *str, size_t growth, put_function *put)
{
	const unsigned char *s = (const unsigned char *)str;
	size_t size;
	char *escaped, *out;

	if (__builtin_mul_overflow(strlen(str), growth, &size) || size == SIZE_MAX)
		return NULL;
	escaped = out = malloc(size + 1);
	if (escaped == NULL)
		return NULL;
	while (*s != '\0') {
		uint32_t code = 0;
		size_t len = decode(s, &code);

		out = put(out, s, len, code);
		s += len == 0 ? 1 : len;
	}
	*out = '\0';
	return escaped;
}

static char *put_for_people(char *out, const unsigned char *s, size_t len, uint32_t code)
{
	size_t i, n = len == 0 ? 1 : len;

	if (len > 0 && !is_unsafe(code) && code != '\\')
		return mempcpy(out, s, len);
	for (i = 0; i < n; i++)
		out = put_byte(out, s[i]);
	return out;
}

char *rl_escape(const char *str)
{
	return put_all(str, 4, put_for_people);
}

static char *put_in_json(char *out, const unsigned char *s, size_t len, uint32_t code)
{
	if (len > 0 && is_unsafe(code) && code != '\n')
		return out + snprintf(out, 7, "\\u%04x", (unsigned int)code);
	return mempcpy(out, s, len == 0 ? 1 : len);
}

char *rl_escape_json(const char *json)
{
	/* What is escaped has at least one byte: DEL, of which there are six then. */
	return put_all(json, 6, put_in_json);
}
