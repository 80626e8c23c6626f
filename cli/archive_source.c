/* SPDX-License-Identifier: MIT */
#include "cli/archive_source.h"

#include "archive/flatten.h"
#include "archive/reference.h"
#include "archive/tree_source.h"
#include "cli/commands.h"

#include <string.h>
#include <sys/stat.h>

/* The size of a file; UINT64_MAX: it is none. */
static uint64_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : UINT64_MAX;
}

/* Reads a plain tar, or standard input. */
static int read_tar(struct rl_archive *archive, const char *path,
	const struct rl_flatten_options *options, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	struct rl_stream *stream;
	int ret = rl_stream_open_file(path, &stream, err);

	if (ret != 0)
		return ret;
	ret = rl_flatten_tar(stream, size_of(path), archive->tree, options, exceptions, err);
	rl_stream_close(stream);
	if (ret != 0)
		rl_error_wrap(err, "cannot read '%s'", path);
	return ret;
}

/* As much as all layers together may come to. */
static uint64_t most(const struct rl_image *image, uint64_t max_bytes)
{
	size_t i, count = rl_image_layer_count(image);
	uint64_t bytes = 0;

	for (i = 0; i < count; i++) {
		uint64_t layer = max_bytes > 0
					 ? max_bytes
					 : rl_image_layer(image, i)->blob.size * RL_FLATTEN_RATIO;

		bytes = layer > UINT64_MAX - bytes ? UINT64_MAX : bytes + layer;
	}
	return bytes > RL_FLATTEN_ALWAYS ? bytes : RL_FLATTEN_ALWAYS;
}

static int read_image(struct rl_archive *archive, struct rl_flatten_options *options,
	const struct rl_exception_sink *exceptions, struct rl_error *err)
{
	int ret =
		rl_store_new(NULL, most(archive->image, options->max_bytes), &archive->store, err);

	if (ret != 0)
		return ret;
	options->store = archive->store;
	return rl_flatten_image(archive->image, archive->tree, options, exceptions, err);
}

/* An image that came through a pipe was not looked at before: what is in it is no root. */
static int check_tar(const struct rl_archive *archive, const char *path, struct rl_error *err)
{
	static const char *const marks[] = {"oci-layout", "manifest.json"};
	static const char *const roots[] = {"etc", "usr", "bin", "var", "dev"};
	bool is_image = false;
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		is_image = is_image || rl_tree_find(archive->tree, marks[i]) != NULL;
	for (i = 0; i < sizeof(roots) / sizeof(*roots); i++)
		is_image = is_image && rl_tree_find(archive->tree, roots[i]) == NULL;
	if (!is_image || size_of(path) != UINT64_MAX)
		return 0;
	return rl_error_text(err, EINVAL,
		"what comes through '%s' is an image, of which parts are read in another order: "
		"write it to a file first",
		path);
}

static int read_all(struct rl_archive *archive, const struct rl_image_reference *reference,
	const struct rl_image_wanted *wanted, struct rl_flatten_options *options,
	const struct rl_exception_sink *exceptions, struct rl_error *err)
{
	int ret = rl_tree_new(&archive->tree);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot read '%s'", reference->path);
	if (reference->kind != RL_IMAGE_TAR) {
		ret = rl_image_open(reference, wanted, &archive->image, err);
		if (ret == 0)
			ret = read_image(archive, options, exceptions, err);
	} else {
		ret = rl_store_new(NULL, UINT64_MAX, &archive->store, err);
		options->store = archive->store;
		if (ret == 0)
			ret = read_tar(archive, reference->path, options, exceptions, err);
		if (ret == 0)
			ret = check_tar(archive, reference->path, err);
	}
	return ret == 0 ? rl_store_flush(archive->store, err) : ret;
}

/* What is too large may be meant so. */
static void say_option(struct rl_error *err)
{
	struct rl_error why = *err;

	(void)rl_error_text(err, EFBIG, "%s (--max-size SIZE allows more)", why.message);
}

int rl_archive_open(struct rl_archive *archive, const struct rl_options *options,
	const struct rl_exception_sink *exceptions, struct rl_progress *progress,
	const volatile sig_atomic_t *stop, struct rl_source **source_ret, struct rl_error *err)
{
	const struct rl_image_config *config = &options->image.config;
	const struct rl_image_wanted wanted = {.architecture = config->architecture,
		.variant = config->variant != NULL && config->variant[0] != '\0' ? config->variant
										 : NULL};
	struct rl_flatten_options flatten = {.max_bytes = options->max_size,
		.stop = stop,
		.progress = rl_progress_reading,
		.ctx = progress};
	struct rl_image_reference reference = {0};
	int ret = rl_image_reference_parse(options->root, &reference, err);

	if (ret != 0)
		return ret == -EINVAL ? RL_EXIT_USAGE : RL_EXIT_FAILED;
	ret = read_all(archive, &reference, &wanted, &flatten, exceptions, err);
	if (ret == -EFBIG)
		say_option(err);
	if (ret == 0)
		ret = rl_shadow_make(
			archive->tree, archive->store, NULL, stop, &archive->shadow, err);
	rl_image_reference_free(&reference);
	if (ret == 0)
		ret = rl_tree_source_new(
			archive->tree, archive->store, exceptions, source_ret, err);
	return ret == 0 ? RL_EXIT_OK : RL_EXIT_FAILED;
}

void rl_archive_facts(const struct rl_archive *archive, struct rl_facts *facts)
{
	facts->root_fd = rl_shadow_fd(archive->shadow);
	facts->reveal = rl_shadow_reveal;
	facts->reveal_ctx = archive->shadow;
}

void rl_archive_settle(struct rl_archive *archive)
{
	if (archive->shadow != NULL)
		rl_shadow_remove(archive->shadow);
}

void rl_archive_close(struct rl_archive *archive)
{
	rl_shadow_free(archive->shadow);
	rl_tree_free(archive->tree);
	rl_store_free(archive->store);
	rl_image_close(archive->image);
	*archive = (struct rl_archive){0};
}
