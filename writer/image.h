/* SPDX-License-Identifier: MIT */
/**
 * A writer of images: a layer with a config, and manifests that skopeo, podman and `docker load` read
 * (OCI image-spec 1.0; docker's image specification v1.2, "manifest.json").
 */

#ifndef RL_WRITER_IMAGE_H
#define RL_WRITER_IMAGE_H

#include "writer/compress.h"
#include "writer/config.h"
#include "writer/manifest.h"
#include "writer/tar.h"

/** What to write. */
struct rl_image_description {
	/** How members are written. */
	struct rl_tar_options tar;
	/** How the layer is compressed. */
	struct rl_compression compression;
	/** On how many threads beside the caller's. */
	unsigned int threads;
	/**
	 * What goes into the config and the manifest; borrowed, and not looked at before
	 * rl_writer_finish(). Without a date it gets the newest one of all members, and of rl_image_config::created.
	 */
	struct rl_image_config *config;
	/** "NAME:TAG" of the image, each; borrowed. */
	const struct rl_strings *tags;
	/** The layers below the one that is written, the lowest first; borrowed. */
	const struct rl_manifest_layer *parent;
	/** How many. */
	size_t parent_count;
	/**
	 * Copies the blob of one of them into @sink, so that it is in the image; NULL: who takes the image has
	 * them.
	 *
	 * @return 0 or a negative errno.
	 */
	int (*copy_parent)(void *ctx, size_t number, struct rl_sink *sink, struct rl_error *err);
	/** Handed to @copy_parent. */
	void *copy_ctx;
};

/**
 * A writer of an image into @sink, a file of its own; both must outlive it.
 *
 * @layer_ret the sink that the layer's tar goes to, as a capture asks it for positions; owned by the writer
 *
 * @return 0 with *@writer_ret set, which the caller frees with rl_writer_free(); -EINVAL if the sink is no
 *         file; -ENOMEM; or the errno of writing.
 */
int rl_image_new(struct rl_sink *sink, const struct rl_image_description *description,
	struct rl_writer **writer_ret, struct rl_sink **layer_ret, struct rl_error *err) RL_CHECKED;

#endif
