/* SPDX-License-Identifier: MIT */
/**
 * A writer of images: layers with a config, and manifests that skopeo, podman and `docker load` read
 * (OCI image-spec 1.0; docker's image specification v1.2, "manifest.json").
 */

#ifndef RL_WRITER_IMAGE_H
#define RL_WRITER_IMAGE_H

#include "writer/compress.h"
#include "writer/config.h"
#include "writer/manifest.h"
#include "writer/tar.h"

/** As many layers as there may be: engines stack few more (overlay2 of docker: 128). */
#define RL_IMAGE_LAYERS_MAX 120

/** How members are spread over several layers. */
struct rl_image_layers {
	/** How many layers, the lowest first; 1 to RL_IMAGE_LAYERS_MAX. One that gets no member is left out. */
	size_t count;
	/** What each is called in the image's history, in UTF-8; borrowed, as the texts. */
	const char *const *names;
	/**
	 * Which layer a member belongs to, 0 to @count - 1. Of a hardlink it has to be what it was of the file
	 * at the path @hardlink, else NULL: engines cannot link across layers. Not asked of directories: the
	 * last layer has all of them, others those that their members lie in, with nothing but
	 * permissions and owner.
	 */
	size_t (*layer_of)(void *ctx, const struct rl_entry *entry, const char *hardlink);
	/** For @layer_of; borrowed. */
	void *ctx;
};

/** What to write. */
struct rl_image_description {
	/** How members are written. */
	struct rl_tar_options tar;
	/** How layers are compressed. */
	struct rl_compression compression;
	/** On how many threads beside the caller's. */
	unsigned int threads;
	/** Which layers there are; NULL: one. Borrowed until the writer is freed. */
	const struct rl_image_layers *layers;
	/**
	 * What goes into the config and the manifest; borrowed, and not looked at before
	 * rl_writer_finish(). Without a date it gets the newest one of all members, and of rl_image_config::created. Of
	 * several layers the history is added, unless there is one.
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
 * A writer of an image into @sink, a file of its own or a directory; both must outlive it. The same members
 * give the same bytes.
 *
 * @members_ret what a capture asks for positions: a sink that can do nothing at all; owned by the writer
 *
 * @return 0 with *@writer_ret set, which the caller frees with rl_writer_free(); -EINVAL if the sink is no
 *         file, or there are too many layers; -ENOMEM; or the errno of writing.
 */
int rl_image_new(struct rl_sink *sink, const struct rl_image_description *description,
	struct rl_writer **writer_ret, struct rl_sink **members_ret,
	struct rl_error *err) RL_CHECKED;

/** The diff_id of the top layer of an image that has been finished; owned by the writer. */
const char *rl_image_top(const struct rl_writer *writer);

#endif
