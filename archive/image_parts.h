/* SPDX-License-Identifier: MIT */
/** What an opened image is, for those who open it and who read its layers. */

#ifndef RL_ARCHIVE_IMAGE_PARTS_H
#define RL_ARCHIVE_IMAGE_PARTS_H

#include "archive/blobs.h"
#include "archive/image.h"
#include "archive/image_json.h"

/** How large a text of an image may be, in bytes: registries take no larger ones. */
#define RL_IMAGE_TEXT_MAX ((size_t)4 << 20)

/** A layer and where it is. */
struct rl_image_part {
	/** What is known of it; its media type is owned. */
	struct rl_image_layer facts;
	/** The file's name in the image's files. Owned. */
	char *file;
};

/** See archive/image.h. */
struct rl_image {
	/** Its files. Owned. */
	struct rl_blobs *blobs;
	/** What it is called, for messages. Owned. */
	char *path;
	/** What its config says. */
	struct rl_image_config config;
	/** The digests of its layers, by its config. */
	struct rl_strings diff_ids;
	/** Its names. */
	struct rl_strings tags;
	/** The digests of its manifest and of its config. */
	char digest[RL_DIGEST_SIZE], id[RL_DIGEST_SIZE];
	/** Its layers, the lowest first. Owned. */
	struct rl_image_part *layers;
	/** How many. */
	size_t layer_count;
};

/** Room for the name of a blob's file in a layout. */
#define RL_BLOB_NAME_SIZE 96

/** The name of the file of the blob @digest, which has the form of one. */
void rl_blob_name(const char *digest, char name[RL_BLOB_NAME_SIZE]);

/**
 * Reads a text of a layout by its descriptor. Size and digest are seen to be right.
 *
 * @what what it is, for messages
 * @text what it held is lost
 *
 * @return 0; -EFBIG; -EBADMSG; as rl_blobs_read().
 */
int rl_image_read_text(const struct rl_image *image, const struct rl_descriptor *descriptor,
	const char *what, struct rl_buf *text, struct rl_error *err) RL_CHECKED;

/**
 * Finds the manifest of the wanted image in a layout, beginning at its index.json, and names of the image.
 *
 * @name which image, as struct rl_image_reference has it
 * @text becomes the manifest's
 *
 * @return 0; as rl_image_open().
 */
int rl_image_choose(struct rl_image *image, const char *name, const struct rl_image_wanted *wanted,
	struct rl_buf *text, struct rl_error *err) RL_CHECKED;

/**
 * Whether a name that a user wrote is that of an image, which may have the tag "latest" in addition, and either of them
 * the domain that docker leaves away.
 */
bool rl_image_is_same_name(const char *name, const char *known);

/** Appends a name to a list in a message, as long as that has room. */
void rl_image_show(struct rl_buf *shown, const char *text);

#endif
