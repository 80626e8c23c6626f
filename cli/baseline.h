/* SPDX-License-Identifier: MIT */
/** What a capture is compared with, of which only the difference is written: a parent image, or a manifest. */

#ifndef RL_CLI_BASELINE_H
#define RL_CLI_BASELINE_H

#include "archive/image.h"
#include "archive/tree.h"
#include "cli/options.h"
#include "cli/session.h"
#include "writer/digest.h"
#include "writer/manifest.h"

/** The baseline; zero it, release it with rl_baseline_close(). */
struct rl_baseline {
	/** The files; NULL: there is no baseline, and all is written. Owned. */
	struct rl_tree *tree;
	/** The image of --parent; NULL: there is none. Owned. */
	struct rl_image *image;
	/** Its layers, as the manifest of the image that is written has them. Owned. */
	struct rl_manifest_layer *layers;
	/** How many. */
	size_t layer_count;
	/** The manifest of --since, open. Owned. */
	FILE *since;
};

/** Whether the options that have to do with baselines go together. @return 0 or -EINVAL. */
int rl_baseline_check(const struct rl_options *options, struct rl_error *err) RL_CHECKED;

/**
 * Opens what the options name, and reads of an image all but its layers.
 *
 * @options the image's config is completed from the parent's
 *
 * @return 0 or a negative errno.
 */
int rl_baseline_open(
	struct rl_baseline *baseline, struct rl_options *options, struct rl_error *err) RL_CHECKED;

/**
 * Fills the tree: of the manifest, if there is one, else of the parent's layers. To be called once rights have
 * been given up.
 *
 * @rules what the capture depends on, rl_baseline_rules(): if that is something else than with the manifest, it is
 *        told on standard error, unless --quiet is given
 *
 * @stop  not zero once a signal asks to stop
 *
 * @return 0; -EINTR if a signal asked to stop; or another negative errno.
 */
int rl_baseline_read(struct rl_baseline *baseline, const struct rl_options *options,
	const char *rules, const volatile sig_atomic_t *stop, struct rl_error *err) RL_CHECKED;

/**
 * A digest of what the outcome of a capture depends on beside the files: the rules, and options.
 *
 * @return 0, -ENOMEM or -EIO.
 */
int rl_baseline_rules(const struct rl_session *session, const struct rl_options *options,
	char rules[RL_DIGEST_SIZE]) RL_CHECKED;

/** Copies the blob of a parent's layer; @ctx is the baseline. See rl_image_description::copy_parent. */
int rl_baseline_copy(void *ctx, size_t number, struct rl_sink *sink, struct rl_error *err);

/** Releases what it owns. */
void rl_baseline_close(struct rl_baseline *baseline);

#endif
