/* SPDX-License-Identifier: MIT */
#include "writer/inherit.h"

#include <string.h>

static int inherit_text(char **to, const char *from)
{
	return *to != NULL || from == NULL ? 0 : rl_config_set(to, from, strlen(from));
}

static int append(struct rl_strings *to, const struct rl_strings *from)
{
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < from->count; i++)
		ret = rl_strings_add(to, from->strings[i], strlen(from->strings[i]));
	return ret;
}

/* Has those of @from come first. */
static int prepend(struct rl_strings *to, const struct rl_strings *from)
{
	struct rl_strings own = *to;
	int ret;

	*to = (struct rl_strings){0};
	ret = append(to, from);
	if (ret == 0)
		ret = append(to, &own);
	rl_strings_free(&own);
	return ret;
}

/* The same with pairs; those of @to stand. */
static int prepend_pairs(struct rl_pairs *to, const struct rl_pairs *from)
{
	struct rl_pairs own = *to;
	const struct rl_pairs *const both[] = {from, &own};
	size_t i, j;
	int ret = 0;

	*to = (struct rl_pairs){0};
	for (i = 0; i < 2; i++) {
		for (j = 0; ret == 0 && j < both[i]->count; j++)
			ret = rl_pairs_set(to, both[i]->pairs[j].name, both[i]->pairs[j].value);
	}
	rl_pairs_free(&own);
	return ret;
}

static int inherit_command(struct rl_image_config *config, const struct rl_image_config *parent)
{
	int ret = 0;

	if (!config->has_command && !config->has_entrypoint)
		ret = append(&config->command, &parent->command);
	if (ret == 0 && !config->has_entrypoint)
		ret = append(&config->entrypoint, &parent->entrypoint);
	config->has_command = true;
	config->has_entrypoint = true;
	return ret;
}

static int inherit_health(struct rl_health *health, const struct rl_health *parent)
{
	if (health->test.count > 0)
		return 0;
	health->interval = parent->interval;
	health->timeout = parent->timeout;
	health->start_period = parent->start_period;
	health->retries = parent->retries;
	return append(&health->test, &parent->test);
}

/* How many layers the lines of the history have made. */
static size_t count_layers(const struct rl_image_config *config)
{
	size_t i, count = 0;

	for (i = 0; i < config->history_count; i++)
		count += !config->history[i].is_empty;
	return count;
}

/* The history of the parent, and one line. It has no other ones yet: they would be about one layer. */
static int inherit_history(
	struct rl_image_config *config, const struct rl_image_config *parent, size_t layers)
{
	size_t i, count = count_layers(parent);
	int ret = 0;

	for (i = 0; count <= layers && ret == 0 && i < parent->history_count; i++) {
		const struct rl_history *line = &parent->history[i];

		ret = rl_config_add_history(
			config, line->created_by, line->comment, line->is_empty);
	}
	for (i = count <= layers ? count : 0; ret == 0 && i < layers; i++)
		ret = rl_config_add_history(config, NULL, NULL, false);
	return ret == 0 ? rl_config_add_history(config, "rootlift", NULL, false) : ret;
}

int rl_config_inherit(
	struct rl_image_config *config, const struct rl_image_config *parent, size_t layers)
{
	int ret = inherit_command(config, parent);

	if (ret == 0)
		ret = prepend_pairs(&config->environment, &parent->environment);
	if (ret == 0)
		ret = prepend_pairs(&config->labels, &parent->labels);
	if (ret == 0)
		ret = prepend(&config->ports, &parent->ports);
	if (ret == 0)
		ret = prepend(&config->volumes, &parent->volumes);
	if (ret == 0)
		ret = inherit_text(&config->user, parent->user);
	if (ret == 0)
		ret = inherit_text(&config->working_dir, parent->working_dir);
	if (ret == 0)
		ret = inherit_text(&config->stop_signal, parent->stop_signal);
	if (ret == 0)
		ret = inherit_text(&config->author, parent->author);
	if (ret == 0 && config->architecture == NULL) {
		ret = inherit_text(&config->architecture, parent->architecture);
		if (ret == 0)
			ret = inherit_text(&config->variant, parent->variant);
	}
	if (ret == 0)
		ret = inherit_text(&config->os, parent->os);
	if (ret == 0)
		ret = inherit_health(&config->health, &parent->health);
	if (ret == 0)
		ret = inherit_history(config, parent, layers);
	if (!config->has_created && parent->has_created)
		config->created = parent->created;
	return ret;
}
