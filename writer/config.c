/* SPDX-License-Identifier: MIT */
#include "writer/config.h"

#include "common/escape.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

/* What goes wrong while a text is made is kept here, and looked at once, at its end. */
struct maker {
	/* 0 or a negative errno: the first one. */
	int ret;
	struct rl_error *err;
};

static void fail_memory(struct maker *maker)
{
	if (maker->ret == 0)
		maker->ret = rl_error_set(maker->err, ENOMEM, "cannot make the image's config");
}

/* A string, or NULL if it cannot be one; @what it is. */
static json_t *make_string(struct maker *maker, const char *what, const char *string)
{
	if (rl_is_utf8(string))
		return json_string(string);
	if (maker->ret == 0) {
		RL_AUTO_FREE char *shown = rl_escape(string);

		maker->ret = rl_error_text(maker->err, EINVAL,
			"%s is not UTF-8, which an image's config has to be: '%s'", what,
			shown != NULL ? shown : "");
	}
	return NULL;
}

/* Gives @object a member, which it then owns. */
static void put(struct maker *maker, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		fail_memory(maker);
}

static void put_string(struct maker *maker, json_t *object, const char *key, const char *string)
{
	if (string != NULL && string[0] != '\0')
		put(maker, object, key, make_string(maker, key, string));
}

static void put_number(struct maker *maker, json_t *object, const char *key, int64_t number)
{
	if (number != 0)
		put(maker, object, key, json_integer((json_int_t)number));
}

static void append(struct maker *maker, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		fail_memory(maker);
}

static void put_list(
	struct maker *maker, json_t *object, const char *key, const struct rl_strings *strings)
{
	json_t *array;
	size_t i;

	if (strings->count == 0)
		return;
	array = json_array();
	for (i = 0; i < strings->count; i++)
		append(maker, array, make_string(maker, key, strings->strings[i]));
	put(maker, object, key, array);
}

/* Go's map[string]struct{}: an object whose keys matter. */
static void put_set(
	struct maker *maker, json_t *object, const char *key, const struct rl_strings *strings)
{
	json_t *set;
	size_t i;

	if (strings->count == 0)
		return;
	set = json_object();
	for (i = 0; i < strings->count; i++) {
		json_t *name = make_string(maker, key, strings->strings[i]);

		if (name != NULL)
			put(maker, set, strings->strings[i], json_object());
		json_decref(name);
	}
	put(maker, object, key, set);
}

static json_t *make_pairs(struct maker *maker, const char *what, const struct rl_pairs *pairs)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < pairs->count; i++) {
		json_t *name = make_string(maker, what, pairs->pairs[i].name);

		if (name != NULL)
			put(maker, object, pairs->pairs[i].name,
				make_string(maker, what, pairs->pairs[i].value));
		json_decref(name);
	}
	return object;
}

static void put_environment(struct maker *maker, json_t *object, const struct rl_pairs *pairs)
{
	struct rl_strings lines = {0};
	size_t i;

	for (i = 0; i < pairs->count; i++) {
		RL_AUTO_FREE char *line = NULL;
		int len = asprintf(&line, "%s=%s", pairs->pairs[i].name, pairs->pairs[i].value);

		if (len < 0)
			line = NULL;
		if (len < 0 || rl_strings_add(&lines, line, (size_t)len) != 0)
			fail_memory(maker);
	}
	put_list(maker, object, "Env", &lines);
	rl_strings_free(&lines);
}

/* "config": what a container is started with. */
static json_t *make_runtime(struct maker *maker, const struct rl_image_config *config)
{
	json_t *object = json_object();
	const struct rl_health *health = &config->health;

	put_list(maker, object, "Cmd", &config->command);
	put_list(maker, object, "Entrypoint", &config->entrypoint);
	put_environment(maker, object, &config->environment);
	put_set(maker, object, "ExposedPorts", &config->ports);
	if (config->labels.count > 0)
		put(maker, object, "Labels", make_pairs(maker, "a label", &config->labels));
	put_list(maker, object, "OnBuild", &config->on_build);
	put_string(maker, object, "StopSignal", config->stop_signal);
	put_string(maker, object, "User", config->user);
	put_set(maker, object, "Volumes", &config->volumes);
	put_string(maker, object, "WorkingDir", config->working_dir);
	if (health->test.count > 0) {
		json_t *check = json_object();

		put_list(maker, check, "Test", &health->test);
		put_number(maker, check, "Interval", health->interval);
		put_number(maker, check, "Timeout", health->timeout);
		put_number(maker, check, "StartPeriod", health->start_period);
		put_number(maker, check, "Retries", health->retries);
		put(maker, object, "Healthcheck", check);
	}
	return object;
}

int rl_config_date(int64_t seconds, char text[32])
{
	time_t time = (time_t)seconds;
	struct tm tm;

	if (gmtime_r(&time, &tm) == NULL || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
		return -EINVAL;
	(void)snprintf(text, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
		tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return 0;
}

static void add_history_line(struct maker *maker, json_t *array,
	const struct rl_image_config *config, const struct rl_history *line, const char *date)
{
	json_t *object = json_object();

	put_string(maker, object, "created", date);
	put_string(maker, object, "author", config->author);
	put_string(maker, object, "created_by", line->created_by);
	put_string(maker, object, "comment", line->comment);
	if (line->is_empty)
		put(maker, object, "empty_layer", json_true());
	append(maker, array, object);
}

/* Engines go through layers and history side by side, and refuse an image whose numbers differ. */
static json_t *make_history(struct maker *maker, const struct rl_image_config *config,
	size_t layer_count, const char *date)
{
	static char name[] = "rootlift";
	static const struct rl_history bare = {.created_by = name};
	json_t *array = json_array();
	size_t i, count = 0;

	for (i = 0; i < config->history_count; i++) {
		count += !config->history[i].is_empty;
		add_history_line(maker, array, config, &config->history[i], date);
	}
	for (i = 0; config->history_count == 0 && i < layer_count; i++)
		add_history_line(maker, array, config, &bare, date);
	if (config->history_count > 0 && count != layer_count && maker->ret == 0)
		maker->ret = rl_error_text(maker->err, EINVAL,
			"the history of the image has %zu layers, but there are %zu", count,
			layer_count);
	return array;
}

/* Moves the text of @root, which is released, to @out; the result of all that was made. */
static int finish(struct maker *maker, json_t *root, struct rl_buf *out)
{
	RL_AUTO_FREE char *text = maker->ret == 0 && root != NULL
					  ? json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS)
					  : NULL;

	json_decref(root);
	rl_buf_truncate(out, 0);
	if (maker->ret == 0 && (text == NULL || rl_buf_append_str(out, text) != 0))
		fail_memory(maker);
	return maker->ret;
}

int rl_config_json(const struct rl_image_config *config, const char *const *diff_ids, size_t count,
	struct rl_buf *out, struct rl_error *err)
{
	struct maker maker = {.err = err};
	json_t *root = json_object(), *layers = json_object(), *ids = json_array();
	char date[32] = "";
	size_t i;

	if (config->has_created && rl_config_date(config->created, date) != 0)
		maker.ret = rl_error_text(err, EINVAL,
			"%jd seconds since 1970 is no date that an image can have",
			(intmax_t)config->created);
	put_string(&maker, root, "architecture", config->architecture);
	put_string(&maker, root, "variant", config->variant);
	put_string(&maker, root, "os", config->os != NULL ? config->os : "linux");
	put_string(&maker, root, "author", config->author);
	put_string(&maker, root, "created", date);
	put(&maker, root, "config", make_runtime(&maker, config));
	put(&maker, root, "history", make_history(&maker, config, count, date));
	for (i = 0; i < count; i++)
		append(&maker, ids, make_string(&maker, "a diff_id", diff_ids[i]));
	put(&maker, layers, "type", json_string("layers"));
	put(&maker, layers, "diff_ids", ids);
	put(&maker, root, "rootfs", layers);
	return finish(&maker, root, out);
}

int rl_config_pairs_json(const struct rl_pairs *pairs, struct rl_buf *out, struct rl_error *err)
{
	struct maker maker = {.err = err};

	return finish(&maker, make_pairs(&maker, "an annotation", pairs), out);
}

static int copy_string(char **to, const char *from)
{
	*to = from != NULL ? strdup(from) : NULL;
	return from == NULL || *to != NULL ? 0 : -ENOMEM;
}

int rl_config_add_history(
	struct rl_image_config *config, const char *created_by, const char *comment, bool is_empty)
{
	struct rl_history line = {.is_empty = is_empty};
	struct rl_history *more =
		reallocarray(config->history, config->history_count + 1, sizeof(*more));

	if (more == NULL)
		return -ENOMEM;
	config->history = more;
	if (copy_string(&line.created_by, created_by) != 0 ||
		copy_string(&line.comment, comment) != 0) {
		free(line.created_by);
		return -ENOMEM;
	}
	more[config->history_count++] = line;
	return 0;
}

void rl_config_free(struct rl_image_config *config)
{
	size_t i;

	for (i = 0; i < config->history_count; i++) {
		free(config->history[i].created_by);
		free(config->history[i].comment);
	}
	free(config->history);
	rl_strings_free(&config->command);
	rl_strings_free(&config->entrypoint);
	rl_strings_free(&config->ports);
	rl_strings_free(&config->volumes);
	rl_strings_free(&config->on_build);
	rl_strings_free(&config->health.test);
	rl_pairs_free(&config->environment);
	rl_pairs_free(&config->labels);
	rl_pairs_free(&config->annotations);
	free(config->architecture);
	free(config->variant);
	free(config->os);
	free(config->author);
	free(config->user);
	free(config->working_dir);
	free(config->stop_signal);
	*config = (struct rl_image_config){0};
}

int rl_config_set(char **to, const char *string, size_t len)
{
	char *copy = strndup(string, len);

	if (copy == NULL)
		return -ENOMEM;
	free(*to);
	*to = copy;
	return 0;
}

int rl_strings_add(struct rl_strings *strings, const char *string, size_t len)
{
	char **more = reallocarray(strings->strings, strings->count + 1, sizeof(*more));

	if (more == NULL)
		return -ENOMEM;
	strings->strings = more;
	more[strings->count] = strndup(string, len);
	if (more[strings->count] == NULL)
		return -ENOMEM;
	strings->count++;
	return 0;
}

void rl_strings_free(struct rl_strings *strings)
{
	size_t i;

	for (i = 0; i < strings->count; i++)
		free(strings->strings[i]);
	free(strings->strings);
	*strings = (struct rl_strings){0};
}

static struct rl_pair *find_pair(const struct rl_pairs *pairs, const char *name)
{
	size_t i;

	for (i = 0; i < pairs->count; i++) {
		if (strcmp(pairs->pairs[i].name, name) == 0)
			return &pairs->pairs[i];
	}
	return NULL;
}

int rl_pairs_set(struct rl_pairs *pairs, const char *name, const char *value)
{
	struct rl_pair *pair = find_pair(pairs, name), *more, new = {0};

	if (pair != NULL)
		return rl_config_set(&pair->value, value, strlen(value));
	more = reallocarray(pairs->pairs, pairs->count + 1, sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	pairs->pairs = more;
	if (copy_string(&new.name, name) != 0 || copy_string(&new.value, value) != 0) {
		free(new.name);
		return -ENOMEM;
	}
	more[pairs->count++] = new;
	return 0;
}

const char *rl_pairs_get(const struct rl_pairs *pairs, const char *name)
{
	const struct rl_pair *pair = find_pair(pairs, name);

	return pair != NULL ? pair->value : NULL;
}

void rl_pairs_free(struct rl_pairs *pairs)
{
	size_t i;

	for (i = 0; i < pairs->count; i++) {
		free(pairs->pairs[i].name);
		free(pairs->pairs[i].value);
	}
	free(pairs->pairs);
	*pairs = (struct rl_pairs){0};
}
