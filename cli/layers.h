/* SPDX-License-Identifier: MIT */
/** Which layer of an image each file goes to: what filters/layering.h says, for writer/image.h. */

#ifndef RL_CLI_LAYERS_H
#define RL_CLI_LAYERS_H

#include "cli/image_options.h"
#include "filters/layering.h"
#include "scan/packages.h"
#include "writer/image.h"

/** The layers; `= {0}` is valid: one. Release with rl_layers_free(). */
struct rl_layers {
	/** What decides. Owned. */
	struct rl_layering *layering;
	/** What each is called, of @layering. Owned. */
	const char **names;
	/** For the writer. */
	struct rl_image_layers image;
};

/**
 * Decides which layers there are, as --layers says.
 *
 * @packages those of ROOT; borrowed, and must outlive @layers; NULL: none are known
 *
 * @return 0 or -ENOMEM.
 */
int rl_layers_open(struct rl_layers *layers, const struct rl_image_options *options,
	const struct rl_packages *packages, struct rl_error *err) RL_CHECKED;

/** Releases what @layers owns. */
void rl_layers_free(struct rl_layers *layers);

#endif
