/* SPDX-License-Identifier: MIT */
/**
 * The files of an image, in one archive: an OCI image layout (image-spec, image-layout.md) as skopeo's
 * oci-archive: takes it, with the manifest.json that `docker load` reads, about the same blobs.
 */

#ifndef RL_WRITER_LAYOUT_H
#define RL_WRITER_LAYOUT_H

#include "writer/digest.h"
#include "writer/sink.h"

/** The archive; opaque. */
struct rl_layout;

/** A blob that is in the archive. */
struct rl_blob {
	/** Its digest. */
	char digest[RL_DIGEST_SIZE];
	/** Its size in bytes. */
	uint64_t size;
};

/**
 * Begins an archive in @sink, which must be a file of its own (rl_sink_open_file()), borrowed.
 *
 * @return 0 with *@layout_ret set; -EINVAL if the sink is no such file; -ENOMEM; or the errno of writing.
 */
int rl_layout_open(
	struct rl_sink *sink, struct rl_layout **layout_ret, struct rl_error *err) RL_CHECKED;

/**
 * Begins a blob: what is written to the sink from now on. What it is called is known in the end.
 *
 * @return 0 or a negative errno.
 */
int rl_layout_begin_blob(struct rl_layout *layout, struct rl_error *err) RL_CHECKED;

/**
 * Ends the blob that was begun. A blob that is there already is not kept a second time.
 *
 * @return 0 or a negative errno.
 */
int rl_layout_end_blob(
	struct rl_layout *layout, const char *digest, struct rl_error *err) RL_CHECKED;

/** Writes a whole blob. @blob is filled in. @return 0 or a negative errno. */
int rl_layout_add_blob(struct rl_layout *layout, const void *data, size_t size,
	struct rl_blob *blob, struct rl_error *err) RL_CHECKED;

/** Writes a file by its name. @return 0 or a negative errno. */
int rl_layout_add_file(struct rl_layout *layout, const char *name, const void *data, size_t size,
	struct rl_error *err) RL_CHECKED;

/** Ends the archive. @return 0 or a negative errno. */
int rl_layout_finish(struct rl_layout *layout, struct rl_error *err) RL_CHECKED;

/** Releases it; the sink is not touched. NULL is fine. */
void rl_layout_free(struct rl_layout *layout);

#endif
