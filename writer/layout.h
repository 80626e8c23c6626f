/* SPDX-License-Identifier: MIT */
/**
 * The files of an image, an OCI image layout (image-spec, image-layout.md): in one archive, as skopeo's
 * oci-archive: takes it, with the manifest.json that `docker load` reads, about the same blobs; or in a
 * directory, as skopeo's oci: takes it.
 */

#ifndef RL_WRITER_LAYOUT_H
#define RL_WRITER_LAYOUT_H

#include "writer/digest.h"
#include "writer/sink.h"

/** The archive or directory; opaque. */
struct rl_layout;

/** A blob on its way; opaque. */
struct rl_layout_blob;

/** A blob that is there. */
struct rl_blob {
	/** Its digest. */
	char digest[RL_DIGEST_SIZE];
	/** Its size in bytes. */
	uint64_t size;
};

/**
 * Begins an image in @sink, borrowed: a file of its own (rl_sink_open_file()) or a directory
 * (rl_sink_open_directory()). Opens all files that will be written: nothing is opened any more after this.
 *
 * @layers how many blobs there will be, beside a config and a manifest; also at the same time; 1 or more
 *
 * @return 0 with *@layout_ret set, which the caller frees with rl_layout_free(); -EINVAL if the sink is
 *         neither; -ENOMEM; or the errno of opening and writing.
 */
int rl_layout_open(struct rl_sink *sink, size_t layers, struct rl_layout **layout_ret,
	struct rl_error *err) RL_CHECKED;

/** Whether it is a directory, in which files that only archives have need not be. */
bool rl_layout_is_directory(const struct rl_layout *layout);

/**
 * Begins a blob: what is written to its sink from now on. What it is called is known in the end. In an
 * archive the first of several goes to its place, and has to be closed or dropped before the others are,
 * which are written aside and copied.
 *
 * @return 0 with *@blob_ret set, which the layout owns until it is closed or dropped; or a negative errno.
 */
int rl_layout_open_blob(struct rl_layout *layout, struct rl_layout_blob **blob_ret,
	struct rl_error *err) RL_CHECKED;

/** Where the blob is written to; owned by it. */
struct rl_sink *rl_layout_blob_sink(const struct rl_layout_blob *blob);

/**
 * Ends a blob, whole, under its name. One that is there already is not kept a second time.
 *
 * @return 0 or a negative errno; the blob is gone in either case.
 */
int rl_layout_close_blob(
	struct rl_layout_blob *blob, const char *digest, struct rl_error *err) RL_CHECKED;

/** Forgets a blob that was begun. @return 0 or a negative errno; the blob is gone in either case. */
int rl_layout_drop_blob(struct rl_layout_blob *blob, struct rl_error *err) RL_CHECKED;

/** Writes a whole blob. @blob is filled in. @return 0 or a negative errno. */
int rl_layout_add_blob(struct rl_layout *layout, const void *data, size_t size,
	struct rl_blob *blob, struct rl_error *err) RL_CHECKED;

/** Writes a file by its name, a static text. @return 0 or a negative errno. */
int rl_layout_add_file(struct rl_layout *layout, const char *name, const void *data, size_t size,
	struct rl_error *err) RL_CHECKED;

/** Ends the image; the sink still has to be committed. @return 0 or a negative errno. */
int rl_layout_finish(struct rl_layout *layout, struct rl_error *err) RL_CHECKED;

/** Releases it; the sink is not touched. NULL is fine. */
void rl_layout_free(struct rl_layout *layout);

#endif
