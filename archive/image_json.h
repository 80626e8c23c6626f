/* SPDX-License-Identifier: MIT */
/**
 * Reads the JSON of images (OCI image-spec: image-layout.md, image-index.md, manifest.md, config.md; docker's
 * manifest.json and schema 2). What is not known is passed over; what has another type than it should is an error.
 */

#ifndef RL_ARCHIVE_IMAGE_JSON_H
#define RL_ARCHIVE_IMAGE_JSON_H

#include "common/buf.h"
#include "common/error.h"
#include "writer/config.h"
#include "writer/digest.h"

#include <stdint.h>

/** A blob that a text names. Owned by its list. */
struct rl_descriptor {
	/** "mediaType"; NULL: not said. Owned. */
	char *media_type;
	/** "digest": "sha256:" and 64 digits. */
	char digest[RL_DIGEST_SIZE];
	/** "size" in bytes. */
	uint64_t size;
	/** "platform"; NULL: not said. Owned. */
	char *os, *architecture, *variant;
	/** The annotations org.opencontainers.image.ref.name and io.containerd.image.name; NULL: not said. Owned. */
	char *tag, *full_name;
	/** The annotation vnd.docker.reference.type is there: it tells about another image. */
	bool is_remark;
};

/** Descriptors; `= {0}` is none. Release with rl_descriptors_free(). */
struct rl_descriptors {
	/** The descriptors; owned. */
	struct rl_descriptor *list;
	/** How many. */
	size_t count;
};

/** What a manifest says; `= {0}` says nothing. Release with rl_read_manifest_free(). */
struct rl_read_manifest {
	/** "config": one descriptor. */
	struct rl_descriptors config;
	/** "layers", the lowest first. */
	struct rl_descriptors layers;
	/** "annotations". */
	struct rl_pairs annotations;
};

/** An image of a docker archive. Owned by its list. */
struct rl_docker_image {
	/** "Config": the config's name in the archive. Owned. */
	char *config;
	/** "Layers": the names of the layers, the lowest first. */
	struct rl_strings layers;
	/** "RepoTags". */
	struct rl_strings tags;
};

/** What manifest.json says; `= {0}` says nothing. Release with rl_docker_images_free(). */
struct rl_docker_images {
	/** The images; owned. */
	struct rl_docker_image *list;
	/** How many. */
	size_t count;
};

/*
 * Of all below: @text is a whole text with a NUL behind it, @what it is, for messages. They return 0; -EINVAL with a
 * line in @err; -ENOMEM. What was read before an error is left for the caller to release.
 */

/** The file oci-layout: whether its version is one that is known. */
int rl_read_layout(const struct rl_buf *text, const char *what, struct rl_error *err) RL_CHECKED;

/** An index: index.json, or one that an index names. */
int rl_read_index(const struct rl_buf *text, const char *what, struct rl_descriptors *index,
	struct rl_error *err) RL_CHECKED;

/** A manifest. */
int rl_read_manifest(const struct rl_buf *text, const char *what, struct rl_read_manifest *manifest,
	struct rl_error *err) RL_CHECKED;

/** docker's manifest.json. */
int rl_read_docker(const struct rl_buf *text, const char *what, struct rl_docker_images *images,
	struct rl_error *err) RL_CHECKED;

/**
 * A config.
 *
 * @config   filled in; has_command and has_entrypoint are set, as there is no other default
 * @diff_ids "sha256:..." of each layer, the lowest first
 */
int rl_read_config(const struct rl_buf *text, const char *what, struct rl_image_config *config,
	struct rl_strings *diff_ids, struct rl_error *err) RL_CHECKED;

/**
 * Seconds since 1970 of a date as RFC 3339 has it, with fractions, which are dropped, and offsets from UTC.
 *
 * @return 0 or -EINVAL.
 */
int rl_read_date(const char *text, int64_t *seconds_ret) RL_CHECKED;

/** Whether @digest is "sha256:" and 64 digits. */
bool rl_is_digest(const char *digest);

/** Releases them; there are none then. */
void rl_descriptors_free(struct rl_descriptors *descriptors);
/** Releases all; it then says nothing. */
void rl_read_manifest_free(struct rl_read_manifest *manifest);
/** Releases all; it then says nothing. */
void rl_docker_images_free(struct rl_docker_images *images);

#endif
