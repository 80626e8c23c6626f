/* SPDX-License-Identifier: MIT */
/*
 * The first thing that is wrong is kept and told at the end; from then on nothing is taken any more. How many items a
 * text may have is bounded, since what looks them up goes through all.
 */
#include "archive/image_json.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

/* In one list or object; and layers, of which engines take 127. */
#define ITEMS_MAX 10000
#define LAYERS_MAX 1000

/* A text that is read. */
struct text {
	/* What it is, for messages. */
	const char *what;
	/* 0 or a negative errno, the first one. */
	int ret;
	struct rl_error *err;
};

static void no_memory(struct text *text)
{
	if (text->ret == 0)
		text->ret = rl_error_set(text->err, ENOMEM, "cannot read %s", text->what);
}

static const char *type_name(json_type type)
{
	static const char *const names[] = {"an object", "an array", "a string", "a whole number",
		"a number", "true", "false", "null"};

	return names[type];
}

/* Whether a value has a type; else that is noted. */
static bool is_type(struct text *text, const char *key, const json_t *value, json_type type)
{
	if (json_typeof(value) == type)
		return true;
	if (text->ret == 0)
		text->ret = rl_error_text(text->err, EINVAL, "%s: '%s' is %s, not %s", text->what,
			key, type_name(json_typeof(value)), type_name(type));
	return false;
}

/* A member of an object, or NULL if it is not there; Go writes what is not there as null, too. */
static json_t *get(struct text *text, const json_t *object, const char *key, json_type type)
{
	json_t *value = json_object_get(object, key);

	if (text->ret != 0 || value == NULL || json_is_null(value))
		return NULL;
	return is_type(text, key, value, type) ? value : NULL;
}

/* The same, with no more items than are taken. */
static json_t *get_items(struct text *text, const json_t *object, const char *key, json_type type)
{
	json_t *value = get(text, object, key, type);
	size_t count = json_is_array(value) ? json_array_size(value) : json_object_size(value);

	if (count <= ITEMS_MAX)
		return value;
	text->ret = rl_error_text(
		text->err, EINVAL, "%s: '%s' has more than %d items", text->what, key, ITEMS_MAX);
	return NULL;
}

static bool get_bool(struct text *text, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (value == NULL || json_is_null(value) || json_is_boolean(value))
		return json_is_true(value);
	(void)is_type(text, key, value, JSON_TRUE);
	return false;
}

static int64_t get_number(struct text *text, const json_t *object, const char *key)
{
	return (int64_t)json_integer_value(get(text, object, key, JSON_INTEGER));
}

/* A string that is not empty, for the caller to free; or NULL. */
static char *get_string(struct text *text, const json_t *object, const char *key)
{
	const char *string = json_string_value(get(text, object, key, JSON_STRING));
	char *copy;

	if (string == NULL || string[0] == '\0')
		return NULL;
	copy = strdup(string);
	if (copy == NULL)
		no_memory(text);
	return copy;
}

static void add_string(struct text *text, struct rl_strings *strings, const char *string)
{
	if (text->ret == 0 && rl_strings_add(strings, string, strlen(string)) != 0)
		no_memory(text);
}

static void set_pair(struct text *text, struct rl_pairs *pairs, const char *name, const char *value)
{
	if (text->ret == 0 && rl_pairs_set(pairs, name, value) != 0)
		no_memory(text);
}

/* A list of strings. */
static void get_list(
	struct text *text, const json_t *object, const char *key, struct rl_strings *strings)
{
	const json_t *array = get_items(text, object, key, JSON_ARRAY), *value;
	size_t i;

	json_array_foreach(array, i, value)
	{
		if (is_type(text, key, value, JSON_STRING))
			add_string(text, strings, json_string_value(value));
	}
}

/* Go's map[string]struct{}: an object whose keys matter. */
static void get_set(
	struct text *text, const json_t *object, const char *key, struct rl_strings *strings)
{
	json_t *set = get_items(text, object, key, JSON_OBJECT), *value;
	const char *name;

	json_object_foreach(set, name, value)
	{
		add_string(text, strings, name);
	}
}

static void get_pairs(
	struct text *text, const json_t *object, const char *key, struct rl_pairs *pairs)
{
	json_t *map = get_items(text, object, key, JSON_OBJECT), *value;
	const char *name;

	json_object_foreach(map, name, value)
	{
		if (is_type(text, name, value, JSON_STRING))
			set_pair(text, pairs, name, json_string_value(value));
	}
}

static void get_environment(struct text *text, const json_t *object, struct rl_pairs *pairs)
{
	struct rl_strings lines = {0};
	size_t i;

	get_list(text, object, "Env", &lines);
	for (i = 0; i < lines.count; i++) {
		char *equals = strchr(lines.strings[i], '=');

		if (equals != NULL)
			*equals++ = '\0';
		set_pair(text, pairs, lines.strings[i], equals != NULL ? equals : "");
	}
	rl_strings_free(&lines);
}

/* Parses a whole text, whose value is of a type. @return what the caller releases, or NULL. */
static json_t *parse(struct text *text, const struct rl_buf *from, json_type type)
{
	json_error_t fault;
	json_t *root = json_loadb(from->data, from->len, 0, &fault);

	if (root == NULL && json_error_code(&fault) == json_error_out_of_memory) {
		no_memory(text);
	} else if (root == NULL) {
		text->ret = rl_error_text(text->err, EINVAL, "%s is not JSON: line %d: %s",
			text->what, fault.line, fault.text);
	} else if (json_typeof(root) != type) {
		text->ret = rl_error_text(text->err, EINVAL, "%s is %s, not %s", text->what,
			type_name(json_typeof(root)), type_name(type));
		json_decref(root);
		root = NULL;
	}
	return root;
}

int rl_read_layout(const struct rl_buf *from, const char *what, struct rl_error *err)
{
	static const char key[] = "imageLayoutVersion";
	struct text text = {.what = what, .err = err};
	json_t *root = parse(&text, from, JSON_OBJECT);
	const char *version = json_string_value(get(&text, root, key, JSON_STRING));

	if (text.ret == 0 && (version == NULL || strncmp(version, "1.", 2) != 0))
		text.ret = rl_error_text(err, EINVAL, "%s: '%s' is '%s', not 1.x", what, key,
			version != NULL ? version : "");
	json_decref(root);
	return text.ret;
}

bool rl_is_digest(const char *digest)
{
	static const char start[] = "sha256:";

	return strncmp(digest, start, strlen(start)) == 0 && strlen(digest) == RL_DIGEST_SIZE - 1 &&
	       strspn(digest + strlen(start), "0123456789abcdef") == 64;
}

static void take_digest(struct text *text, const char *key, const char *from, char digest[])
{
	if (text->ret != 0)
		return;
	if (from == NULL || !rl_is_digest(from))
		text->ret = rl_error_text(text->err, EINVAL,
			"%s: '%s' is '%s', not sha256: and 64 digits", text->what, key,
			from != NULL ? from : "");
	else
		memcpy(digest, from, strlen(from) + 1);
}

/* Adds the descriptor that a value is. */
static void add_descriptor(
	struct text *text, const char *key, const json_t *value, struct rl_descriptors *to)
{
	struct rl_descriptor *more, new = {0};
	const json_t *platform, *annotations;
	int64_t size;

	if (text->ret != 0 || !is_type(text, key, value, JSON_OBJECT))
		return;
	more = reallocarray(to->list, to->count + 1, sizeof(*more));
	if (more == NULL) {
		no_memory(text);
		return;
	}
	to->list = more;
	platform = get(text, value, "platform", JSON_OBJECT);
	annotations = get(text, value, "annotations", JSON_OBJECT);
	take_digest(text, "digest", json_string_value(get(text, value, "digest", JSON_STRING)),
		new.digest);
	size = get_number(text, value, "size");
	if (size < 0 && text->ret == 0)
		text->ret = rl_error_text(
			text->err, EINVAL, "%s: a size is less than nothing", text->what);
	new.size = (uint64_t)size;
	new.media_type = get_string(text, value, "mediaType");
	new.os = get_string(text, platform, "os");
	new.architecture = get_string(text, platform, "architecture");
	new.variant = get_string(text, platform, "variant");
	new.tag = get_string(text, annotations, "org.opencontainers.image.ref.name");
	new.full_name = get_string(text, annotations, "io.containerd.image.name");
	new.is_remark = json_object_get(annotations, "vnd.docker.reference.type") != NULL;
	more[to->count++] = new;
}

static void get_descriptors(struct text *text, const json_t *object, const char *key, size_t max,
	struct rl_descriptors *to)
{
	const json_t *array = get_items(text, object, key, JSON_ARRAY), *value;
	size_t i;

	if (array == NULL && text->ret == 0)
		text->ret = rl_error_text(text->err, EINVAL, "%s has no '%s'", text->what, key);
	if (text->ret == 0 && json_array_size(array) > max)
		text->ret = rl_error_text(
			text->err, EINVAL, "%s has more than %zu %s", text->what, max, key);
	json_array_foreach(array, i, value)
	{
		add_descriptor(text, key, value, to);
	}
}

/* What could be taken for either is neither (CVE-2021-41190). */
static void check_form(struct text *text, const json_t *root, const char *foreign)
{
	if (text->ret == 0 && json_object_get(root, foreign) != NULL)
		text->ret = rl_error_text(text->err, EINVAL,
			"%s has '%s', which it cannot have: it could be taken for something else",
			text->what, foreign);
}

int rl_read_index(const struct rl_buf *from, const char *what, struct rl_descriptors *index,
	struct rl_error *err)
{
	struct text text = {.what = what, .err = err};
	json_t *root = parse(&text, from, JSON_OBJECT);

	check_form(&text, root, "layers");
	check_form(&text, root, "config");
	get_descriptors(&text, root, "manifests", ITEMS_MAX, index);
	json_decref(root);
	return text.ret;
}

int rl_read_manifest(const struct rl_buf *from, const char *what, struct rl_read_manifest *manifest,
	struct rl_error *err)
{
	struct text text = {.what = what, .err = err};
	json_t *root = parse(&text, from, JSON_OBJECT), *config;

	if (text.ret == 0 && json_object_get(root, "fsLayers") != NULL)
		text.ret = rl_error_text(err, EINVAL,
			"%s is of docker's schema 1, which is out of use: pull the image anew",
			what);
	check_form(&text, root, "manifests");
	config = get(&text, root, "config", JSON_OBJECT);
	if (config == NULL && text.ret == 0)
		text.ret = rl_error_text(err, EINVAL, "%s has no 'config'", what);
	if (config != NULL)
		add_descriptor(&text, "config", config, &manifest->config);
	get_descriptors(&text, root, "layers", LAYERS_MAX, &manifest->layers);
	get_pairs(&text, root, "annotations", &manifest->annotations);
	json_decref(root);
	return text.ret;
}

static void add_docker_image(struct text *text, const json_t *value, struct rl_docker_images *to)
{
	struct rl_docker_image *more, *image;

	if (text->ret != 0 || !is_type(text, "an image", value, JSON_OBJECT))
		return;
	more = reallocarray(to->list, to->count + 1, sizeof(*more));
	if (more == NULL) {
		no_memory(text);
		return;
	}
	to->list = more;
	image = &more[to->count++];
	*image = (struct rl_docker_image){.config = get_string(text, value, "Config")};
	get_list(text, value, "Layers", &image->layers);
	get_list(text, value, "RepoTags", &image->tags);
	if (text->ret == 0 && image->config == NULL)
		text->ret = rl_error_text(
			text->err, EINVAL, "%s: an image has no 'Config'", text->what);
	if (text->ret == 0 && image->layers.count > LAYERS_MAX)
		text->ret = rl_error_text(
			text->err, EINVAL, "%s has more than %d layers", text->what, LAYERS_MAX);
}

int rl_read_docker(const struct rl_buf *from, const char *what, struct rl_docker_images *images,
	struct rl_error *err)
{
	struct text text = {.what = what, .err = err};
	json_t *root = parse(&text, from, JSON_ARRAY), *value;
	size_t i;

	if (text.ret == 0 && json_array_size(root) > ITEMS_MAX)
		text.ret =
			rl_error_text(err, EINVAL, "%s has more than %d images", what, ITEMS_MAX);
	json_array_foreach(root, i, value)
	{
		add_docker_image(&text, value, images);
	}
	json_decref(root);
	return text.ret;
}

/* Reads exactly @count digits. Returns what is behind them, or NULL. */
static const char *take_digits(const char *text, int count, int *number_ret)
{
	*number_ret = 0;
	for (; text != NULL && count > 0; count--, text++) {
		if (*text < '0' || *text > '9')
			return NULL;
		*number_ret = *number_ret * 10 + (*text - '0');
	}
	return text;
}

/* Passes over one of @letters. */
static const char *pass(const char *text, const char *letters)
{
	return text != NULL && *text != '\0' && strchr(letters, *text) != NULL ? text + 1 : NULL;
}

/* The offset from UTC at the end of a date, in seconds. Returns whether it is one. */
static bool take_offset(const char *text, int64_t *offset_ret)
{
	int sign = *text == '-' ? -1 : 1, hours = 0, minutes = 0;

	*offset_ret = 0;
	if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
		return true;
	text = take_digits(pass(text, "+-"), 2, &hours);
	text = take_digits(pass(text, ":"), 2, &minutes);
	*offset_ret = sign * (int64_t)(hours * 3600 + minutes * 60);
	return text != NULL && *text == '\0' && hours < 24 && minutes < 60;
}

int rl_read_date(const char *text, int64_t *seconds_ret)
{
	struct tm tm = {0}, again;
	int64_t offset;
	time_t time;

	text = pass(take_digits(text, 4, &tm.tm_year), "-");
	text = pass(take_digits(text, 2, &tm.tm_mon), "-");
	text = pass(take_digits(text, 2, &tm.tm_mday), "Tt ");
	text = pass(take_digits(text, 2, &tm.tm_hour), ":");
	text = pass(take_digits(text, 2, &tm.tm_min), ":");
	text = take_digits(text, 2, &tm.tm_sec);
	if (text == NULL || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return -EINVAL;
	if (*text == '.') {
		size_t digits = strspn(text + 1, "0123456789");

		if (digits == 0)
			return -EINVAL;
		text += 1 + digits;
	}
	if (!take_offset(text, &offset))
		return -EINVAL;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	again = tm;
	time = timegm(&again);
	/* What is no day of its month has become another one; a leap second may have. */
	if (tm.tm_sec < 60 && (again.tm_mon != tm.tm_mon || again.tm_mday != tm.tm_mday))
		return -EINVAL;
	*seconds_ret = (int64_t)time - offset;
	return 0;
}

static void get_date(struct text *text, const json_t *root, struct rl_image_config *config)
{
	const char *date = json_string_value(get(text, root, "created", JSON_STRING));

	/* The first is how Go says that there is none. */
	if (date == NULL || strcmp(date, "0001-01-01T00:00:00Z") == 0)
		return;
	if (rl_read_date(date, &config->created) == 0)
		config->has_created = true;
	else if (text->ret == 0)
		text->ret = rl_error_text(
			text->err, EINVAL, "%s: 'created' is no date: '%s'", text->what, date);
}

static void get_health(struct text *text, const json_t *runtime, struct rl_health *health)
{
	const json_t *object = get(text, runtime, "Healthcheck", JSON_OBJECT);

	get_list(text, object, "Test", &health->test);
	health->interval = get_number(text, object, "Interval");
	health->timeout = get_number(text, object, "Timeout");
	health->start_period = get_number(text, object, "StartPeriod");
	health->retries = get_number(text, object, "Retries");
}

/* "config": what a container is started with. */
static void get_runtime(struct text *text, const json_t *root, struct rl_image_config *config)
{
	const json_t *runtime = get(text, root, "config", JSON_OBJECT);

	get_list(text, runtime, "Cmd", &config->command);
	get_list(text, runtime, "Entrypoint", &config->entrypoint);
	get_environment(text, runtime, &config->environment);
	get_set(text, runtime, "ExposedPorts", &config->ports);
	get_set(text, runtime, "Volumes", &config->volumes);
	get_list(text, runtime, "OnBuild", &config->on_build);
	get_pairs(text, runtime, "Labels", &config->labels);
	config->user = get_string(text, runtime, "User");
	config->working_dir = get_string(text, runtime, "WorkingDir");
	config->stop_signal = get_string(text, runtime, "StopSignal");
	get_health(text, runtime, &config->health);
}

static void get_history(struct text *text, const json_t *root, struct rl_image_config *config)
{
	const json_t *array = get_items(text, root, "history", JSON_ARRAY), *line;
	size_t i;

	json_array_foreach(array, i, line)
	{
		RL_AUTO_FREE char *created_by = NULL;
		RL_AUTO_FREE char *comment = NULL;
		bool is_empty;

		if (!is_type(text, "history", line, JSON_OBJECT))
			return;
		created_by = get_string(text, line, "created_by");
		comment = get_string(text, line, "comment");
		is_empty = get_bool(text, line, "empty_layer");
		if (text->ret == 0 &&
			rl_config_add_history(config, created_by, comment, is_empty) != 0)
			no_memory(text);
	}
}

static void get_diff_ids(struct text *text, const json_t *root, struct rl_strings *diff_ids)
{
	const json_t *layers = get(text, root, "rootfs", JSON_OBJECT);
	size_t i;

	get_list(text, layers, "diff_ids", diff_ids);
	for (i = 0; i < diff_ids->count; i++) {
		char digest[RL_DIGEST_SIZE];

		take_digest(text, "diff_ids", diff_ids->strings[i], digest);
	}
}

int rl_read_config(const struct rl_buf *from, const char *what, struct rl_image_config *config,
	struct rl_strings *diff_ids, struct rl_error *err)
{
	struct text text = {.what = what, .err = err};
	json_t *root = parse(&text, from, JSON_OBJECT);

	config->architecture = get_string(&text, root, "architecture");
	config->variant = get_string(&text, root, "variant");
	config->os = get_string(&text, root, "os");
	config->author = get_string(&text, root, "author");
	get_date(&text, root, config);
	get_runtime(&text, root, config);
	config->has_command = config->has_entrypoint = true;
	get_history(&text, root, config);
	get_diff_ids(&text, root, diff_ids);
	json_decref(root);
	return text.ret;
}

void rl_descriptors_free(struct rl_descriptors *descriptors)
{
	size_t i;

	for (i = 0; i < descriptors->count; i++) {
		struct rl_descriptor *descriptor = &descriptors->list[i];

		free(descriptor->media_type);
		free(descriptor->os);
		free(descriptor->architecture);
		free(descriptor->variant);
		free(descriptor->tag);
		free(descriptor->full_name);
	}
	free(descriptors->list);
	*descriptors = (struct rl_descriptors){0};
}

void rl_read_manifest_free(struct rl_read_manifest *manifest)
{
	rl_descriptors_free(&manifest->config);
	rl_descriptors_free(&manifest->layers);
	rl_pairs_free(&manifest->annotations);
}

void rl_docker_images_free(struct rl_docker_images *images)
{
	size_t i;

	for (i = 0; i < images->count; i++) {
		free(images->list[i].config);
		rl_strings_free(&images->list[i].layers);
		rl_strings_free(&images->list[i].tags);
	}
	free(images->list);
	*images = (struct rl_docker_images){0};
}
