/* SPDX-License-Identifier: MIT */
/**
 * Where an image is, in the words of skopeo: oci:DIR[:TAG], oci-archive:FILE[:TAG],
 * docker-archive:FILE[:NAME:TAG], and beside them tar:FILE, and plain paths, which are looked at.
 */

#ifndef RL_ARCHIVE_REFERENCE_H
#define RL_ARCHIVE_REFERENCE_H

#include "common/error.h"

/** In which form an image is there. */
enum rl_image_kind {
	/** A directory that is an OCI image layout. */
	RL_IMAGE_OCI,
	/** The same in a tar, compressed or not. */
	RL_IMAGE_OCI_ARCHIVE,
	/** What `docker save` writes: a tar with manifest.json. */
	RL_IMAGE_DOCKER_ARCHIVE,
	/** No image, but the tar of a root file system. */
	RL_IMAGE_TAR
};

/** Where an image is; `= {0}` owns nothing. Release with rl_image_reference_free(). */
struct rl_image_reference {
	/** In which form. */
	enum rl_image_kind kind;
	/** The file or directory; of a tar "-" is standard input. Owned. */
	char *path;
	/** Which image of it: a tag, a name with a tag, or "@" and its number from 0 on; NULL: the only one. Owned. */
	char *name;
};

/**
 * Takes what a user wrote. As with skopeo a path behind a word as "oci:" ends at the first colon. A plain path
 * may have colons, and is found out by looking at what is there: a directory with index.json or oci-layout; a tar
 * with manifest.json, or with index.json and oci-layout; any other file, FIFO or device, which is a plain tar.
 *
 * @reference_ret filled in; untouched on errors
 *
 * @return 0; -EINVAL if it cannot be one; -ENOMEM; or the errno of looking at a plain path.
 */
int rl_image_reference_parse(const char *text, struct rl_image_reference *reference_ret,
	struct rl_error *err) RL_CHECKED;

/** Releases what it owns. */
void rl_image_reference_free(struct rl_image_reference *reference);

#endif
