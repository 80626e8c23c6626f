/* SPDX-License-Identifier: MIT */
/** What an image's config takes over from that of its parent. */

#ifndef RL_WRITER_INHERIT_H
#define RL_WRITER_INHERIT_H

#include "writer/config.h"

/**
 * Gives @config what it does not say itself from @parent: as a Dockerfile does whose FROM names the parent. Of
 * variables and labels each that is not set; ports and volumes together with its own. An Entrypoint
 * of its own does away with the parent's Cmd. OnBuild is not taken over. The parent's history comes first; it gets lines for layers that it
 * has none for, and is left out if it has too many. The date of the parent becomes the earliest one
 * (rl_image_config::created, without has_created). Annotations are not taken over.
 *
 * @layers how many layers the parent has
 *
 * @return 0 or -ENOMEM.
 */
int rl_config_inherit(struct rl_image_config *config, const struct rl_image_config *parent,
	size_t layers) RL_CHECKED;

#endif
