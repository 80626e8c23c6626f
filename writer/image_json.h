/* SPDX-License-Identifier: MIT */
/**
 * JSON of images: configs and manifests. Text is compact and has its keys sorted, so that what says the
 * same has the same digest. What goes wrong is kept and looked at once, at the end.
 */

#ifndef RL_WRITER_IMAGE_JSON_H
#define RL_WRITER_IMAGE_JSON_H

#include "common/buf.h"
#include "common/error.h"
#include "writer/config.h"

#include <jansson.h>

/** A text in the making; `= {.err = err}`. */
struct rl_image_json {
	/** 0 or a negative errno: the first one. */
	int ret;
	/** What it says; borrowed; may be NULL. */
	struct rl_error *err;
};

/** Notes that there was no memory. */
void rl_image_json_no_memory(struct rl_image_json *json);

/** A string, or NULL if it is not UTF-8 or there is no memory; @what it is, for the message. */
json_t *rl_image_json_string(struct rl_image_json *json, const char *what, const char *string);

/** An object of @pairs; @what each is. */
json_t *rl_image_json_pairs(
	struct rl_image_json *json, const char *what, const struct rl_pairs *pairs);

/** Gives @object a member, which it then owns; NULL: making it has failed. */
void rl_image_json_put(struct rl_image_json *json, json_t *object, const char *key, json_t *value);

/** The same with a string, unless it is NULL or empty. */
void rl_image_json_put_string(
	struct rl_image_json *json, json_t *object, const char *key, const char *string);

/** Gives @array an element, which it then owns; NULL: making it has failed. */
void rl_image_json_append(struct rl_image_json *json, json_t *array, json_t *value);

/**
 * Moves the text of @root, which is released, to @out: what it held is lost.
 *
 * @return 0; -EINVAL if a string was not UTF-8, -ENOMEM: the first that went wrong in making all this.
 */
int rl_image_json_finish(struct rl_image_json *json, json_t *root, struct rl_buf *out) RL_CHECKED;

#endif
