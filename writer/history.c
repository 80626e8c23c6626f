/* SPDX-License-Identifier: MIT */
#include "writer/history.h"

/* How many layers the lines of the history have made. */
static size_t count_layers(const struct rl_image_config *config)
{
	size_t i, count = 0;

	for (i = 0; i < config->history_count; i++)
		count += !config->history[i].is_empty;
	return count;
}

int rl_config_inherit_history(
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
