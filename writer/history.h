/* SPDX-License-Identifier: MIT */
/** The history of an image that is made over another one. */

#ifndef RL_WRITER_HISTORY_H
#define RL_WRITER_HISTORY_H

#include "writer/config.h"

/**
 * Gives @config, which has no history, that of @parent, and a line for the layer that is made over it. Layers of
 * the parent that it has no lines for get empty ones; if it has lines for too many, it is left out.
 *
 * @layers how many layers the parent has
 *
 * @return 0 or -ENOMEM.
 */
int rl_config_inherit_history(struct rl_image_config *config, const struct rl_image_config *parent,
	size_t layers) RL_CHECKED;

#endif
