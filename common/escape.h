/* SPDX-License-Identifier: MIT */
/** Names from the file system made safe to show: no control byte reaches a terminal raw. */

#ifndef RL_COMMON_ESCAPE_H
#define RL_COMMON_ESCAPE_H

#include "common/cleanup.h"

#include <stdbool.h>
#include <stddef.h>

/** Whether @str is valid UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool rl_is_utf8(const char *str);

/**
 * @str as printable text: valid UTF-8 stays, while control characters (C0, DEL, C1, and the
 * bidirectional overrides that can disguise a name), backslashes and bytes that are not UTF-8
 * become \n, \t, \\ or \xNN.
 *
 * @return a new string that the caller frees, or NULL if out of memory.
 */
char *rl_escape(const char *str) RL_CHECKED;

/**
 * @json, a text in JSON, with what a terminal may act on as JSON's \uXXXX: it says the same. Newlines
 * between values stay.
 *
 * @return a new string that the caller frees, or NULL if out of memory.
 */
char *rl_escape_json(const char *json) RL_CHECKED;

#endif
