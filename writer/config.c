/* SPDX-License-Identifier: MIT */
#include "writer/config.h"

#include "writer/image_json.h"

#include <string.h>
#include <time.h>

static void put_number(struct rl_image_json *json, json_t *object, const char *key, int64_t number)
{
	if (number != 0)
		rl_image_json_put(json, object, key, json_integer((json_int_t)number));
}

static void put_list(struct rl_image_json *json, json_t *object, const char *key,
	const struct rl_strings *strings)
{
	json_t *array;
	size_t i;

	if (strings->count == 0)
		return;
	array = json_array();
	for (i = 0; i < strings->count; i++)
		rl_image_json_append(
			json, array, rl_image_json_string(json, key, strings->strings[i]));
	rl_image_json_put(json, object, key, array);
}

/* Go's map[string]struct{}: an object whose keys matter. */
static void put_set(struct rl_image_json *json, json_t *object, const char *key,
	const struct rl_strings *strings)
{
	json_t *set;
	size_t i;

	if (strings->count == 0)
		return;
	set = json_object();
	for (i = 0; i < strings->count; i++) {
		json_t *name = rl_image_json_string(json, key, strings->strings[i]);

		if (name != NULL)
			rl_image_json_put(json, set, strings->strings[i], json_object());
		json_decref(name);
	}
	rl_image_json_put(json, object, key, set);
}

static void put_environment(
	struct rl_image_json *json, json_t *object, const struct rl_pairs *pairs)
{
	struct rl_strings lines = {0};
	size_t i;

	for (i = 0; i < pairs->count; i++) {
		RL_AUTO_FREE char *line = NULL;
		int len = asprintf(&line, "%s=%s", pairs->pairs[i].name, pairs->pairs[i].value);

		if (len < 0)
			line = NULL;
		if (len < 0 || rl_strings_add(&lines, line, (size_t)len) != 0)
			rl_image_json_no_memory(json);
	}
	put_list(json, object, "Env", &lines);
	rl_strings_free(&lines);
}

/* "config": what a container is started with. */
static json_t *make_runtime(struct rl_image_json *json, const struct rl_image_config *config)
{
	json_t *object = json_object();
	const struct rl_health *health = &config->health;

	put_list(json, object, "Cmd", &config->command);
	put_list(json, object, "Entrypoint", &config->entrypoint);
	put_environment(json, object, &config->environment);
	put_set(json, object, "ExposedPorts", &config->ports);
	if (config->labels.count > 0)
		rl_image_json_put(json, object, "Labels",
			rl_image_json_pairs(json, "a label", &config->labels));
	put_list(json, object, "OnBuild", &config->on_build);
	rl_image_json_put_string(json, object, "StopSignal", config->stop_signal);
	rl_image_json_put_string(json, object, "User", config->user);
	put_set(json, object, "Volumes", &config->volumes);
	rl_image_json_put_string(json, object, "WorkingDir", config->working_dir);
	if (health->test.count > 0) {
		json_t *check = json_object();

		put_list(json, check, "Test", &health->test);
		put_number(json, check, "Interval", health->interval);
		put_number(json, check, "Timeout", health->timeout);
		put_number(json, check, "StartPeriod", health->start_period);
		put_number(json, check, "Retries", health->retries);
		rl_image_json_put(json, object, "Healthcheck", check);
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

static int make_date(int64_t seconds, char text[32], struct rl_error *err)
{
	if (rl_config_date(seconds, text) == 0)
		return 0;
	return rl_error_text(err, EINVAL,
		"%jd seconds since 1970 is no date that an image can have", (intmax_t)seconds);
}

int rl_config_set_date(struct rl_image_config *config, int64_t seconds, struct rl_error *err)
{
	static const char annotation[] = "org.opencontainers.image.created";
	char date[32];
	int ret = make_date(seconds, date, err);

	if (ret != 0)
		return ret;
	config->has_created = true;
	config->created = seconds;
	if (rl_pairs_get(&config->annotations, annotation) != NULL ||
		rl_pairs_set(&config->annotations, annotation, date) == 0)
		return 0;
	return rl_error_set(err, ENOMEM, "cannot date the image");
}

static void add_history_line(struct rl_image_json *json, json_t *array,
	const struct rl_image_config *config, const struct rl_history *line, const char *date)
{
	json_t *object = json_object();

	rl_image_json_put_string(json, object, "created", date);
	rl_image_json_put_string(json, object, "author", config->author);
	rl_image_json_put_string(json, object, "created_by", line->created_by);
	rl_image_json_put_string(json, object, "comment", line->comment);
	if (line->is_empty)
		rl_image_json_put(json, object, "empty_layer", json_true());
	rl_image_json_append(json, array, object);
}

/* Engines go through layers and history side by side, and refuse an image whose numbers differ. */
static json_t *make_history(struct rl_image_json *json, const struct rl_image_config *config,
	size_t layer_count, const char *date)
{
	static char name[] = "rootlift";
	static const struct rl_history bare = {.created_by = name};
	json_t *array = json_array();
	size_t i, count = 0;

	for (i = 0; i < config->history_count; i++) {
		count += !config->history[i].is_empty;
		add_history_line(json, array, config, &config->history[i], date);
	}
	for (i = 0; config->history_count == 0 && i < layer_count; i++)
		add_history_line(json, array, config, &bare, date);
	if (config->history_count > 0 && count != layer_count && json->ret == 0)
		json->ret = rl_error_text(json->err, EINVAL,
			"the history of the image has %zu layers, but there are %zu", count,
			layer_count);
	return array;
}

int rl_config_json(const struct rl_image_config *config, const char *const *diff_ids, size_t count,
	struct rl_buf *out, struct rl_error *err)
{
	struct rl_image_json json = {.err = err};
	json_t *root = json_object(), *layers = json_object(), *ids = json_array();
	char date[32] = "";
	size_t i;

	if (config->has_created)
		json.ret = make_date(config->created, date, err);
	rl_image_json_put_string(&json, root, "architecture", config->architecture);
	rl_image_json_put_string(&json, root, "variant", config->variant);
	rl_image_json_put_string(&json, root, "os", config->os != NULL ? config->os : "linux");
	rl_image_json_put_string(&json, root, "author", config->author);
	rl_image_json_put_string(&json, root, "created", date);
	rl_image_json_put(&json, root, "config", make_runtime(&json, config));
	rl_image_json_put(&json, root, "history", make_history(&json, config, count, date));
	for (i = 0; i < count; i++)
		rl_image_json_append(
			&json, ids, rl_image_json_string(&json, "a diff_id", diff_ids[i]));
	rl_image_json_put(&json, layers, "type", json_string("layers"));
	rl_image_json_put(&json, layers, "diff_ids", ids);
	rl_image_json_put(&json, root, "rootfs", layers);
	return rl_image_json_finish(&json, root, out);
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
