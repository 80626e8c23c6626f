/* SPDX-License-Identifier: MIT */
/**
 * JSON of what all commands tell. Each function that makes a value returns a new reference, NULL without
 * memory; a value of which a part had no memory is never made into text.
 */

#ifndef RL_CLI_JSON_H
#define RL_CLI_JSON_H

#include "cli/report.h"

#include <jansson.h>

/** To be called once, before any JSON is made. */
void rl_json_begin(void);

/** A string of raw bytes: as they are if they are UTF-8, else escaped. */
json_t *rl_json_bytes(const char *bytes);

/** The bytes in hexadecimal, for programs, where JSON cannot say them. */
json_t *rl_json_hex(const char *bytes);

/** Entries and bytes. */
json_t *rl_json_tally(const struct rl_tally *tally);

/** A rule: what it does, its pattern, its reason, and where it stands. */
json_t *rl_json_rule(const struct rl_rule *rule);

/**
 * The text of @value, which is released, without what a terminal may act on; to be released with free().
 * @is_indented: for people.
 *
 * @return NULL if there was no memory for it, or for any value made since the last call.
 */
char *rl_json_text(json_t *value, bool is_indented);

/** Prints @value, which is released, to standard output. @return 0, or -1 if that failed. */
int rl_json_print(json_t *value);

#endif
