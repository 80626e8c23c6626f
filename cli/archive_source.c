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

static int read_image(struct rl_archive *archive, const struct rl_image_reference *reference,
	const struct rl_flatten_options *options, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	static const struct rl_image_wanted any;
	int ret = rl_image_open(reference, &any, &archive->image, err);

	if (ret == 0)
		ret = rl_flatten_image(archive->image, archive->tree, options, exceptions, err);
	return ret;
}

static int read_all(struct rl_archive *archive, const struct rl_image_reference *reference,
	struct rl_flatten_options *options, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	int ret = rl_tree_new(&archive->tree);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot read '%s'", reference->path);
	ret = rl_store_new(NULL, UINT64_MAX, &archive->store, err);
	if (ret != 0)
		return ret;
	options->store = archive->store;
	ret = reference->kind == RL_IMAGE_TAR
		      ? read_tar(archive, reference->path, options, exceptions, err)
		      : read_image(archive, reference, options, exceptions, err);
	if (ret == 0)
		ret = rl_store_flush(archive->store, err);
	return ret;
}

/* What is too large may be meant so. */
static void say_option(struct rl_error *err)
{
	struct rl_error why = *err;

	(void)rl_error_text(err, EFBIG, "%s (--max-size SIZE allows more)", why.message);
}

int rl_archive_open(struct rl_archive *archive, const char *name, uint64_t max_bytes,
	const struct rl_exception_sink *exceptions, struct rl_progress *progress,
	const volatile sig_atomic_t *stop, struct rl_source **source_ret, struct rl_error *err)
{
	struct rl_flatten_options options = {.max_bytes = max_bytes,
		.stop = stop,
		.progress = rl_progress_reading,
		.ctx = progress};
	struct rl_image_reference reference = {0};
	int ret = rl_image_reference_parse(name, &reference, err);

	if (ret != 0)
		return ret == -EINVAL ? RL_EXIT_USAGE : RL_EXIT_FAILED;
	ret = read_all(archive, &reference, &options, exceptions, err);
	if (ret == -EFBIG)
		say_option(err);
	if (ret == 0)
		ret = rl_shadow_make(archive->tree, archive->store, NULL, &archive->shadow, err);
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
