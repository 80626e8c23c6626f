/* SPDX-License-Identifier: MIT */
#include "cli/layers.h"

#include <stdlib.h>

/*
 * A file with several names goes where its first path does, whoever owns it: the owner may be another one
 * when a further name is read.
 */
static size_t layer_of(void *ctx, const struct rl_entry *entry, const char *hardlink)
{
	const struct rl_layering *layering = ctx;

	if (hardlink != NULL)
		return rl_layering_of(layering, hardlink);
	if (entry->nlink > 1)
		return rl_layering_of(layering, entry->path);
	return rl_layering_of_entry(layering, entry);
}

int rl_layers_open(struct rl_layers *layers, const struct rl_image_options *options,
	const struct rl_packages *packages, struct rl_error *err)
{
	struct rl_layering_options how = {.max_layers = options->max_layers};
	size_t i, count;
	int ret = rl_layering_new(packages, &how, &layers->layering, err);

	if (ret != 0)
		return ret;
	count = rl_layering_count(layers->layering);
	layers->names = calloc(count, sizeof(*layers->names));
	if (layers->names == NULL)
		return rl_error_set(err, ENOMEM, "cannot divide an image into layers");
	for (i = 0; i < count; i++)
		layers->names[i] = rl_layering_name(layers->layering, i);
	layers->image = (struct rl_image_layers){.count = count,
		.names = layers->names,
		.layer_of = layer_of,
		.ctx = layers->layering};
	return 0;
}

void rl_layers_free(struct rl_layers *layers)
{
	free(layers->names);
	rl_layering_free(layers->layering);
	*layers = (struct rl_layers){0};
}
