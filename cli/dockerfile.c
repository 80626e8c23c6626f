/* SPDX-License-Identifier: MIT */
#include "cli/dockerfile.h"

#include "cli/dockerfile_health.h"
#include "cli/dockerfile_words.h"

#include <string.h>

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot take the options");
}

/* Takes each word of @text; those that are quoted are one. */
static int for_each_word(struct rl_image_config *config, const char *text,
	int (*take)(struct rl_image_config *config, const char *word, struct rl_error *err),
	struct rl_error *err)
{
	struct rl_strings words = {0};
	size_t i;
	int ret = rl_dockerfile_split(text, &words) == 0 ? 0 : no_memory(err);

	if (ret == 0 && words.count == 0)
		ret = rl_error_text(err, EINVAL, "needs at least one word");
	for (i = 0; ret == 0 && i < words.count; i++)
		ret = take(config, words.strings[i], err);
	rl_strings_free(&words);
	return ret;
}

/* Sets @name in @pairs after expanding both; @environment is what variables stand for. */
static int set_expanded(struct rl_pairs *pairs, const struct rl_pairs *environment,
	const char *name, const char *value, struct rl_error *err)
{
	struct rl_buf names = {0}, values = {0};
	int ret = rl_dockerfile_expand(name, environment, &names, err);

	if (ret == 0)
		ret = rl_dockerfile_expand(value, environment, &values, err);
	if (ret == 0 && names.len == 0)
		ret = rl_error_text(err, EINVAL, "a name is empty");
	if (ret == 0 && rl_pairs_set(pairs, names.data, values.data) != 0)
		ret = no_memory(err);
	rl_buf_free(&names);
	rl_buf_free(&values);
	return ret;
}

/* Sets all of one line at once: they see what was there before the line. */
static int copy_pairs(struct rl_pairs *to, const struct rl_pairs *from)
{
	int ret = 0;
	size_t i;

	for (i = 0; ret == 0 && i < from->count; i++)
		ret = rl_pairs_set(to, from->pairs[i].name, from->pairs[i].value);
	return ret;
}

static int set_words(struct rl_pairs *pairs, const struct rl_pairs *environment,
	const struct rl_strings *words, struct rl_error *err)
{
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < words->count; i++) {
		char *word = words->strings[i], *equals = strchr(word, '=');

		if (equals == NULL)
			return rl_error_text(err, EINVAL, "'%s' is not NAME=VALUE", word);
		*equals = '\0';
		ret = set_expanded(pairs, environment, word, equals + 1, err);
	}
	return ret;
}

/* NAME=VALUE..., or the older form: NAME and a value up to the line's end. */
static int take_pairs(
	struct rl_image_config *config, struct rl_pairs *pairs, char *text, struct rl_error *err)
{
	struct rl_strings words = {0};
	struct rl_pairs new_pairs = {0};
	int ret = 0;

	if (rl_dockerfile_split(text, &words) != 0)
		ret = no_memory(err);
	else if (words.count == 0)
		ret = rl_error_text(err, EINVAL, "needs NAME=VALUE");
	else if (strchr(words.strings[0], '=') != NULL)
		ret = set_words(&new_pairs, &config->environment, &words, err);
	else {
		char *value = text + strcspn(text, RL_DOCKERFILE_BLANKS);

		if (*value == '\0')
			ret = rl_error_text(err, EINVAL, "'%s' is not NAME=VALUE", text);
		else {
			*value++ = '\0';
			value += strspn(value, RL_DOCKERFILE_BLANKS);
			ret = set_expanded(&new_pairs, &config->environment, text, value, err);
		}
	}
	if (ret == 0 && copy_pairs(pairs, &new_pairs) != 0)
		ret = no_memory(err);
	rl_strings_free(&words);
	rl_pairs_free(&new_pairs);
	return ret;
}

static int take_env(struct rl_image_config *config, char *text, struct rl_error *err)
{
	return take_pairs(config, &config->environment, text, err);
}

static int take_label(struct rl_image_config *config, char *text, struct rl_error *err)
{
	return take_pairs(config, &config->labels, text, err);
}

static int take_command(struct rl_image_config *config, char *text, struct rl_error *err)
{
	return rl_dockerfile_set_command(config, text, err);
}

static int take_entrypoint(struct rl_image_config *config, char *text, struct rl_error *err)
{
	return rl_dockerfile_set_entrypoint(config, text, err);
}

/* Expands @word and gives it to @take. */
static int expand_for(struct rl_image_config *config, const char *word,
	int (*take)(struct rl_image_config *config, const char *word, struct rl_error *err),
	struct rl_error *err)
{
	struct rl_buf expanded = {0};
	int ret = rl_dockerfile_expand(word, &config->environment, &expanded, err);

	if (ret == 0)
		ret = take(config, expanded.data, err);
	rl_buf_free(&expanded);
	return ret;
}

static int expose_word(struct rl_image_config *config, const char *word, struct rl_error *err)
{
	return expand_for(config, word, rl_dockerfile_expose, err);
}

static int take_expose(struct rl_image_config *config, char *text, struct rl_error *err)
{
	return for_each_word(config, text, expose_word, err);
}

static int add_volume(struct rl_image_config *config, const char *path, struct rl_error *err)
{
	if (path[strspn(path, RL_DOCKERFILE_BLANKS)] == '\0')
		return rl_error_text(err, EINVAL, "a path is empty");
	return rl_strings_add(&config->volumes, path, strlen(path)) == 0 ? 0 : no_memory(err);
}

/* Paths that are no JSON array are separated by blanks, in quotes too: docker does not look at them. */
static int take_volume(struct rl_image_config *config, char *text, struct rl_error *err)
{
	struct rl_strings paths = {0};
	bool is_array = false;
	char *word, *rest = text;
	size_t i;
	int ret = rl_dockerfile_array(&paths, text, &is_array, err);

	while (ret == 0 && !is_array && (word = strsep(&rest, RL_DOCKERFILE_BLANKS)) != NULL) {
		if (word[0] != '\0' && rl_strings_add(&paths, word, strlen(word)) != 0)
			ret = no_memory(err);
	}
	if (ret == 0 && paths.count == 0)
		ret = rl_error_text(err, EINVAL, "needs at least one path");
	for (i = 0; ret == 0 && i < paths.count; i++)
		ret = expand_for(config, paths.strings[i], add_volume, err);
	rl_strings_free(&paths);
	return ret;
}

static int set_user(struct rl_image_config *config, const char *user, struct rl_error *err)
{
	return rl_config_set(&config->user, user, strlen(user)) == 0 ? 0 : no_memory(err);
}

static int take_user(struct rl_image_config *config, char *text, struct rl_error *err)
{
	if (text[0] == '\0')
		return rl_error_text(err, EINVAL, "needs a user");
	return expand_for(config, text, set_user, err);
}

static int take_working_dir(struct rl_image_config *config, char *text, struct rl_error *err)
{
	return expand_for(config, text, rl_dockerfile_set_working_dir, err);
}

static int take_stop_signal(struct rl_image_config *config, char *text, struct rl_error *err)
{
	return expand_for(config, text, rl_dockerfile_set_stop_signal, err);
}

/* It is kept as it is written: whoever builds on the image reads it. */
static int take_on_build(struct rl_image_config *config, char *text, struct rl_error *err)
{
	static const char *const triggers[] = {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV",
		"EXPOSE", "HEALTHCHECK", "LABEL", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME",
		"WORKDIR"};
	size_t i, len = strcspn(text, RL_DOCKERFILE_BLANKS);

	for (i = 0; i < sizeof(triggers) / sizeof(*triggers); i++) {
		if (strlen(triggers[i]) == len && strncasecmp(text, triggers[i], len) == 0)
			return rl_strings_add(&config->on_build, text, strlen(text)) == 0
				       ? 0
				       : no_memory(err);
	}
	return rl_error_text(err, EINVAL, "'%.*s' cannot be done later", (int)len, text);
}

static int take_health(struct rl_image_config *config, char *text, struct rl_error *err)
{
	return rl_dockerfile_set_health(&config->health, text, err);
}

static const struct instruction {
	const char *name;
	/* Takes what follows the name, without blanks around it, and may change it. */
	int (*take)(struct rl_image_config *config, char *text, struct rl_error *err);
} instructions[] = {
	{"CMD", take_command},
	{"ENTRYPOINT", take_entrypoint},
	{"ENV", take_env},
	{"EXPOSE", take_expose},
	{"HEALTHCHECK", take_health},
	{"LABEL", take_label},
	{"ONBUILD", take_on_build},
	{"STOPSIGNAL", take_stop_signal},
	{"USER", take_user},
	{"VOLUME", take_volume},
	{"WORKDIR", take_working_dir},
};

static int refuse_instruction(const char *name, struct rl_error *err)
{
	static const char *const building[] = {
		"ADD", "ARG", "COPY", "FROM", "MAINTAINER", "RUN", "SHELL"};
	size_t i;

	for (i = 0; i < sizeof(building) / sizeof(*building); i++) {
		if (strcasecmp(name, building[i]) == 0)
			return rl_error_text(err, EINVAL,
				"%s builds an image, it does not change a config", building[i]);
	}
	return rl_error_text(err, EINVAL,
		"'%s' is none of CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, "
		"STOPSIGNAL, USER, VOLUME, WORKDIR",
		name);
}

/* Takes one instruction; @line has no blanks around it. */
static int take_line(struct rl_image_config *config, char *line, struct rl_error *err)
{
	char *rest = line + strcspn(line, RL_DOCKERFILE_BLANKS);
	const struct instruction *instruction = NULL;
	size_t i;
	int ret;

	if (*rest != '\0')
		*rest++ = '\0';
	rest += strspn(rest, RL_DOCKERFILE_BLANKS);
	for (i = 0; i < sizeof(instructions) / sizeof(*instructions); i++) {
		if (strcasecmp(line, instructions[i].name) == 0)
			instruction = &instructions[i];
	}
	if (instruction == NULL)
		return refuse_instruction(line, err);
	if (strncmp(rest, "--", 2) == 0 && instruction->take != take_health)
		ret = rl_error_text(err, EINVAL, "has no option '%.*s'",
			(int)strcspn(rest, RL_DOCKERFILE_BLANKS), rest);
	else
		ret = instruction->take(config, rest, err);
	if (ret == -EINVAL)
		rl_error_wrap(err, "%s", instruction->name);
	return ret;
}

/*
 * Makes one line of the first ones of *@text that belong together, without comments, and moves *@text
 * behind them.
 */
static int join_lines(const char **text, struct rl_buf *line)
{
	bool goes_on = true;
	int ret = 0;

	while (ret == 0 && goes_on && **text != '\0') {
		const char *start = *text;
		size_t len = strcspn(start, "\n"), end = len;

		*text = start + len + (start[len] == '\n');
		while (end > 0 && strchr(" \t\r", start[end - 1]) != NULL)
			end--;
		/* Empty lines, and comments, do not end what goes on. */
		if (end == 0 || start[strspn(start, " \t")] == '#')
			continue;
		goes_on = start[end - 1] == '\\';
		ret = rl_buf_append(line, start, goes_on ? end - 1 : end);
	}
	return ret == 0 ? rl_buf_append_str(line, "") : ret;
}

int rl_dockerfile_apply(struct rl_image_config *config, const char *text, struct rl_error *err)
{
	struct rl_buf line = {0};
	bool is_empty = true;
	int ret = 0;

	while (ret == 0 && *text != '\0') {
		char *start;

		rl_buf_truncate(&line, 0);
		if (join_lines(&text, &line) != 0) {
			ret = no_memory(err);
			break;
		}
		while (line.len > 0 &&
			strchr(RL_DOCKERFILE_BLANKS, line.data[line.len - 1]) != NULL)
			rl_buf_truncate(&line, line.len - 1);
		start = line.data + strspn(line.data, RL_DOCKERFILE_BLANKS);
		if (*start == '\0')
			continue;
		is_empty = false;
		ret = take_line(config, start, err);
	}
	rl_buf_free(&line);
	return ret == 0 && is_empty ? rl_error_text(err, EINVAL, "no instruction") : ret;
}
