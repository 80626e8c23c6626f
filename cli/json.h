/* SPDX-License-Identifier: MIT */
/** JSON of what all commands tell. Each function returns a new reference, NULL without memory. */

#ifndef RL_CLI_JSON_H
#define RL_CLI_JSON_H

#include "cli/report.h"

#include <jansson.h>

/** A string of raw bytes: as they are if they are UTF-8, else escaped. */
json_t *rl_json_bytes(const char *bytes);

/** The bytes in hexadecimal, for programs, where JSON cannot say them. */
json_t *rl_json_hex(const char *bytes);

/** Entries and bytes. */
json_t *rl_json_tally(const struct rl_tally *tally);

/** A rule: what it does, its pattern, its reason, and where it stands. */
json_t *rl_json_rule(const struct rl_rule *rule);

/**
 * @value, which is released, as text without what a terminal may act on.
 *
 * @flags of json_dumps()
 *
 * @return a new string that the caller frees, or NULL without memory.
 */
char *rl_json_text(json_t *value, size_t flags);

/** Prints @value, which is released, to standard output. @return 0, or -1 if that failed. */
int rl_json_print(json_t *value);

#endif
