/* SPDX-License-Identifier: MIT */
#include "cli/json.h"

#include "common/escape.h"

#include <string.h>

/*
 * Whether something had no memory since the last text was made. jansson's answers are not looked at one
 * by one: an object that lacks a member would look as if there were nothing to say.
 */
static bool has_failed;

static void *note(void *block)
{
	if (block == NULL)
		has_failed = true;
	return block;
}

static void *allocate(size_t size)
{
	return note(malloc(size));
}

void rl_json_begin(void)
{
	json_set_alloc_funcs(allocate, free);
}

json_t *rl_json_bytes(const char *bytes)
{
	RL_AUTO_FREE char *escaped = NULL;

	if (rl_is_utf8(bytes))
		return json_string(bytes);
	escaped = note(rl_escape(bytes));
	return escaped != NULL ? json_string(escaped) : NULL;
}

json_t *rl_json_hex(const char *bytes)
{
	size_t i, len = strlen(bytes);
	RL_AUTO_FREE char *hex = allocate(len * 2 + 1);

	if (hex == NULL)
		return NULL;
	hex[0] = '\0';
	for (i = 0; i < len; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", (unsigned char)bytes[i]);
	return json_string(hex);
}

json_t *rl_json_tally(const struct rl_tally *tally)
{
	return json_pack("{s:I, s:I}", "entries", (json_int_t)tally->entries, "bytes",
		(json_int_t)tally->bytes);
}

json_t *rl_json_rule(const struct rl_rule *rule)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "action", json_string(rl_action_name(rule->action)));
	(void)json_object_set_new(
		object, "category", json_string(rl_category_name(rule->category)));
	(void)json_object_set_new(object, "rule", rl_json_bytes(rule->text));
	(void)json_object_set_new(object, "reason", rl_json_bytes(rule->reason));
	(void)json_object_set_new(object, "origin", rl_json_bytes(rule->origin));
	(void)json_object_set_new(object, "line", json_integer((json_int_t)rule->line));
	return object;
}

char *rl_json_text(json_t *value, bool is_indented)
{
	size_t form = JSON_ENCODE_ANY | JSON_PRESERVE_ORDER | (is_indented ? JSON_INDENT(2) : 0);
	RL_AUTO_FREE char *text = value != NULL ? json_dumps(value, form) : NULL;
	bool is_whole = !has_failed;

	json_decref(value);
	has_failed = false;
	return is_whole && text != NULL ? note(rl_escape_json(text)) : NULL;
}

int rl_json_print(json_t *value)
{
	RL_AUTO_FREE char *text = rl_json_text(value, true);

	return text != NULL && puts(text) >= 0 && fflush(stdout) == 0 ? 0 : -1;
}
