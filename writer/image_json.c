/* SPDX-License-Identifier: MIT */
#include "writer/image_json.h"

#include "common/escape.h"

void rl_image_json_no_memory(struct rl_image_json *json)
{
	if (json->ret == 0)
		json->ret = rl_error_set(json->err, ENOMEM, "cannot make the image's config");
}

json_t *rl_image_json_string(struct rl_image_json *json, const char *what, const char *string)
{
	if (rl_is_utf8(string))
		return json_string(string);
	if (json->ret == 0) {
		RL_AUTO_FREE char *shown = rl_escape(string);

		json->ret = rl_error_text(json->err, EINVAL,
			"%s is not UTF-8, which an image's config has to be: '%s'", what,
			shown != NULL ? shown : "");
	}
	return NULL;
}

void rl_image_json_put(struct rl_image_json *json, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		rl_image_json_no_memory(json);
}

void rl_image_json_put_string(
	struct rl_image_json *json, json_t *object, const char *key, const char *string)
{
	if (string != NULL && string[0] != '\0')
		rl_image_json_put(json, object, key, rl_image_json_string(json, key, string));
}

void rl_image_json_append(struct rl_image_json *json, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		rl_image_json_no_memory(json);
}

json_t *rl_image_json_pairs(
	struct rl_image_json *json, const char *what, const struct rl_pairs *pairs)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < pairs->count; i++) {
		json_t *name = rl_image_json_string(json, what, pairs->pairs[i].name);

		if (name != NULL)
			rl_image_json_put(json, object, pairs->pairs[i].name,
				rl_image_json_string(json, what, pairs->pairs[i].value));
		json_decref(name);
	}
	return object;
}

int rl_image_json_finish(struct rl_image_json *json, json_t *root, struct rl_buf *out)
{
	RL_AUTO_FREE char *text = json->ret == 0 && root != NULL
					  ? json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS)
					  : NULL;

	json_decref(root);
	rl_buf_truncate(out, 0);
	if (json->ret == 0 && (text == NULL || rl_buf_append_str(out, text) != 0))
		rl_image_json_no_memory(json);
	return json->ret;
}
