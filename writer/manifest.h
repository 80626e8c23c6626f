/* SPDX-License-Identifier: MIT */
/** The JSON that says which blobs an image has: OCI image-spec, manifest.md and image-index.md. */

#ifndef RL_WRITER_MANIFEST_H
#define RL_WRITER_MANIFEST_H

#include "common/buf.h"
#include "writer/compress.h"
#include "writer/config.h"
#include "writer/layout.h"

/** A layer. */
struct rl_manifest_layer {
	/** The digest of its tar, not compressed. */
	char diff_id[RL_DIGEST_SIZE];
	/** The blob. */
	struct rl_blob blob;
	/** How it is compressed. */
	enum rl_method method;
};

/** An image. */
struct rl_manifest {
	/** Its layers, the lowest first; borrowed. */
	const struct rl_manifest_layer *layers;
	/** How many. */
	size_t layer_count;
	/** The blob of its config, and that of the manifest itself. */
	struct rl_blob config, self;
	/** What the config says, with the manifest's annotations; borrowed. */
	const struct rl_image_config *image;
	/** Its names, "NAME:TAG"; borrowed. */
	const struct rl_strings *tags;
};

/** The OCI manifest. @out is emptied first. @return 0; -EINVAL: a string is not UTF-8; -ENOMEM. */
int rl_manifest_json(
	const struct rl_manifest *manifest, struct rl_buf *out, struct rl_error *err) RL_CHECKED;

/** The index of a layout, with the image once for each name; returns as above. */
int rl_manifest_index(
	const struct rl_manifest *manifest, struct rl_buf *out, struct rl_error *err) RL_CHECKED;

/** What `docker load` reads, manifest.json; returns as above. */
int rl_manifest_docker(
	const struct rl_manifest *manifest, struct rl_buf *out, struct rl_error *err) RL_CHECKED;

/** The file oci-layout; returns as above. */
int rl_manifest_layout(
	const struct rl_manifest *manifest, struct rl_buf *out, struct rl_error *err) RL_CHECKED;

#endif
