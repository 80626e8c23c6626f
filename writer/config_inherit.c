/* SPDX-License-Identifier: MIT */
#include "writer/config.h"

#include <string.h>

static int inherit_text(char **to, const char *from)
{
	return *to == NULL && from != NULL ? rl_config_set(to, from, strlen(from)) : 0;
}

static int add_all(struct rl_strings *to, const struct rl_strings *from)
{
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < from->count; i++)
		ret = rl_strings_add(to, from->strings[i], strlen(from->strings[i]));
	return ret;
}

static int set_all(struct rl_pairs *to, const struct rl_pairs *from)
{
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < from->count; i++)
		ret = rl_pairs_set(to, from->pairs[i].name, from->pairs[i].value);
	return ret;
}

/* Those of @base first, in its order; @own has the last word about each. */
static int inherit_pairs(struct rl_pairs *own, const struct rl_pairs *base)
{
	struct rl_pairs all = {0};
	int ret = set_all(&all, base);

	if (ret == 0)
		ret = set_all(&all, own);
	if (ret != 0) {
		rl_pairs_free(&all);
		return ret;
	}
	rl_pairs_free(own);
	*own = all;
	return 0;
}

/* As with FROM in a Dockerfile: a new entry point makes an old command void, which was words for the old one. */
static int inherit_commands(struct rl_image_config *config, const struct rl_image_config *base)
{
	int ret = 0;

	if (!config->has_command && !config->has_entrypoint)
		ret = add_all(&config->command, &base->command);
	if (ret == 0 && !config->has_entrypoint)
		ret = add_all(&config->entrypoint, &base->entrypoint);
	config->has_command |= base->has_command;
	config->has_entrypoint |= base->has_entrypoint;
	return ret;
}

static int inherit_health(struct rl_health *own, const struct rl_health *base)
{
	if (own->test.count > 0)
		return 0;
	own->interval = base->interval;
	own->timeout = base->timeout;
	own->start_period = base->start_period;
	own->retries = base->retries;
	return add_all(&own->test, &base->test);
}

int rl_config_inherit(struct rl_image_config *config, const struct rl_image_config *base)
{
	int ret = 0;

	/* A variant is one of an architecture. */
	if (config->architecture == NULL) {
		ret = inherit_text(&config->architecture, base->architecture);
		if (ret == 0)
			ret = inherit_text(&config->variant, base->variant);
	}
	if (ret == 0)
		ret = inherit_text(&config->os, base->os);
	if (ret == 0)
		ret = inherit_text(&config->author, base->author);
	if (ret == 0)
		ret = inherit_text(&config->user, base->user);
	if (ret == 0)
		ret = inherit_text(&config->working_dir, base->working_dir);
	if (ret == 0)
		ret = inherit_text(&config->stop_signal, base->stop_signal);
	if (ret == 0)
		ret = inherit_commands(config, base);
	if (ret == 0)
		ret = inherit_pairs(&config->environment, &base->environment);
	if (ret == 0)
		ret = inherit_pairs(&config->labels, &base->labels);
	if (ret == 0)
		ret = add_all(&config->ports, &base->ports);
	if (ret == 0)
		ret = add_all(&config->volumes, &base->volumes);
	if (ret == 0)
		ret = add_all(&config->on_build, &base->on_build);
	return ret == 0 ? inherit_health(&config->health, &base->health) : ret;
}
