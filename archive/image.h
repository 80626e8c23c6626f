/* SPDX-License-Identifier: MIT */
/**
 * An image that is there: an OCI image layout, in a directory or an archive (OCI image-spec 1.0), or what
 * `docker save` writes (docker's image specification v1.2). Nothing that it says about itself is believed before its
 * digests have been seen to be right.
 */

#ifndef RL_ARCHIVE_IMAGE_H
#define RL_ARCHIVE_IMAGE_H

#include "archive/reference.h"
#include "archive/stream.h"
#include "writer/compress.h"
#include "writer/config.h"
#include "writer/layout.h"
#include "writer/sink.h"

/** An image; opaque. */
struct rl_image;

/** Which platform is wanted, in the words of Go ("linux", "arm64", "v8"); NULL: any. Borrowed. */
struct rl_image_wanted {
	/** The operating system; of several platforms linux if it is not said. */
	const char *os;
	/** The architecture. */
	const char *architecture;
	/** The variant of it. */
	const char *variant;
};

/** A layer of an image. */
struct rl_image_layer {
	/**
	 * The blob as it is. The digest is "" in a docker archive whose layer is compressed, which nothing names: it is
	 * known once the blob has been copied.
	 */
	struct rl_blob blob;
	/** The digest of its tar. */
	char diff_id[RL_DIGEST_SIZE];
	/** How it is compressed, by what it begins with. */
	enum rl_filter filter;
	/** The same as a manifest names it. */
	enum rl_method method;
	/** Whether a manifest can name it: not xz and the like, which only docker archives have. */
	bool has_method;
	/** Its media type; NULL in a docker archive. Owned by the image. */
	const char *media_type;
};

/** How much is taken. `= {0}` is valid. */
struct rl_image_limits {
	/** How many bytes a layer may have when it is not compressed; 0: RL_IMAGE_LAYER_MAX. */
	uint64_t bytes;
};

/** As much as a layer may have if nothing is said, in bytes: more than disks of machines with containers have. */
#define RL_IMAGE_LAYER_MAX ((uint64_t)1 << 40)

/**
 * Opens an image and reads all but its layers.
 *
 * Of several by different names @reference has to name one. Of several platforms it is the one that is wanted; if none
 * is said, linux on this machine's architecture. What tells about other images (attestations) is no image.
 *
 * @reference borrowed for the call; not a plain tar
 * @wanted    NULL: any
 *
 * @return 0 with *@image_ret set, which the caller frees with rl_image_close(); -ENOENT if there is no such image, or a
 *         file is missing; -EINVAL if it is not clear which, with the choice in @err, or if a text is not what it
 *         should be; -EBADMSG if a digest or size is another one, or an archive is damaged; -ENOTSUP if it is of a kind
 *         that is not read; -ENOMEM; or the errno of reading.
 */
int rl_image_open(const struct rl_image_reference *reference, const struct rl_image_wanted *wanted,
	struct rl_image **image_ret, struct rl_error *err) RL_CHECKED;

/** What its config says, and the annotations of its manifest; owned by the image. */
const struct rl_image_config *rl_image_config(const struct rl_image *image);

/** Its names: of a docker archive "NAME:TAG"; of a layout the tag, or what stands for it. Owned by the image. */
const struct rl_strings *rl_image_tags(const struct rl_image *image);

/** The digest of its manifest; "" in a docker archive, which has none. */
const char *rl_image_digest(const struct rl_image *image);

/** The digest of its config, which engines take for the image's ID. */
const char *rl_image_id(const struct rl_image *image);

/** How many layers it has. */
size_t rl_image_layer_count(const struct rl_image *image);

/** A layer, from 0, the lowest, on; owned by the image. */
const struct rl_image_layer *rl_image_layer(const struct rl_image *image, size_t number);

/**
 * Begins reading the tar of a layer, not compressed. Blob and tar are hashed on the way. What has come is only to be
 * trusted once a read has said that this is the end.
 *
 * @limits     NULL: the usual ones
 * @stream_ret must not outlive @image. A read says -EBADMSG if the blob or the tar has another digest than it should,
 *             or another size, or cannot be decompressed; -EFBIG if there is more than @limits allow
 *
 * @return 0; -ENOENT; -ENOTSUP if it is compressed by what libarchive does not know here; -ENOMEM; or the errno of
 *         reading.
 */
int rl_image_layer_open(const struct rl_image *image, size_t number,
	const struct rl_image_limits *limits, struct rl_stream **stream_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * Copies the blob of a layer as it is, and looks at its digest on the way; if that is not known, at the digest of the
 * tar in it.
 *
 * @blob filled in; may be NULL
 *
 * @return 0; as rl_image_layer_open() and its reads; or the errno of writing. On errors @sink has got a part of it.
 */
int rl_image_blob_copy(const struct rl_image *image, size_t number, struct rl_sink *sink,
	struct rl_blob *blob, struct rl_error *err) RL_CHECKED;

/** Closes the image. NULL is fine. */
void rl_image_close(struct rl_image *image);

#endif
