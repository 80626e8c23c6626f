/* SPDX-License-Identifier: MIT */
#include "archive/flatten.h"

#include "archive/apply.h"
#include "archive/gunzip.h"

/* A stream that passes another one on, as long as nobody says stop. */
struct watched {
	struct rl_stream stream;
	/* Borrowed. */
	struct rl_stream *source;
	const struct rl_flatten_options *options;
	/* Counts over all layers; borrowed. */
	uint64_t *bytes;
};

static ssize_t watched_read(struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	struct watched *watched = (struct watched *)stream;
	const struct rl_flatten_options *options = watched->options;
	ssize_t len;

	do {
		if (options->stop != NULL && *options->stop != 0)
			return rl_error_text(err, EINTR, "stopped by a signal");
		len = rl_stream_read(watched->source, data_ret, err);
	} while (len == -EINTR && options->stop != NULL);
	if (len > 0)
		*watched->bytes += (uint64_t)len;
	if (len > 0 && options->progress != NULL)
		options->progress(options->ctx, *watched->bytes);
	return len;
}

/* It is on its maker's stack, and what it passes on belongs to others. */
static void watched_close(struct rl_stream *stream)
{
	(void)stream;
}

static void watch(struct watched *watched, struct rl_stream *source,
	const struct rl_flatten_options *options, uint64_t *bytes)
{
	*watched = (struct watched){.stream = {.read = watched_read, .close = watched_close},
		.source = source,
		.options = options,
		.bytes = bytes};
}

static uint64_t most(const struct rl_flatten_options *options, uint64_t size)
{
	if (options->max_bytes > 0)
		return options->max_bytes;
	if (size > UINT64_MAX / RL_FLATTEN_RATIO)
		return UINT64_MAX;
	size *= RL_FLATTEN_RATIO;
	return size > RL_FLATTEN_ALWAYS ? size : RL_FLATTEN_ALWAYS;
}

int rl_flatten_image(const struct rl_image *image, struct rl_tree *tree,
	const struct rl_flatten_options *options, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	struct rl_apply_options layer = {
		.is_layer = true, .digests = options->digests, .store = options->store};
	size_t i, count = rl_image_layer_count(image);
	uint64_t bytes = 0;
	int ret = 0;

	for (i = 0; ret == 0 && i < count; i++) {
		const struct rl_image_limits limits = {
			.bytes = most(options, rl_image_layer(image, i)->blob.size)};
		struct watched watched;
		struct rl_stream *stream;

		ret = rl_image_layer_open(image, i, &limits, &stream, err);
		if (ret != 0)
			return ret;
		layer.layer = (uint32_t)i;
		layer.content_max = limits.bytes;
		watch(&watched, stream, options, &bytes);
		ret = rl_tree_apply(tree, &watched.stream, &layer, exceptions, err);
		rl_stream_close(stream);
		if (ret != 0)
			rl_error_wrap(err, "layer %zu of %zu", i + 1, count);
	}
	rl_tree_sort(tree);
	return ret;
}

/* A stream of which the first piece has been looked at. */
struct again {
	struct rl_stream stream;
	/* Borrowed. */
	struct rl_stream *source;
	const void *first;
	size_t first_len;
};

static ssize_t again_read(struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	struct again *again = (struct again *)stream;
	size_t len = again->first_len;

	again->first_len = 0;
	if (len == 0)
		return rl_stream_read(again->source, data_ret, err);
	*data_ret = again->first;
	return (ssize_t)len;
}

int rl_flatten_tar(struct rl_stream *stream, uint64_t size, struct rl_tree *tree,
	const struct rl_flatten_options *options, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	struct rl_apply_options tar = {.has_filters = true,
		.digests = options->digests,
		.store = options->store,
		.content_max = most(options, size)};
	struct again again = {.stream = {.read = again_read, .close = watched_close}};
	struct rl_stream *unpacked = &again.stream;
	struct watched watched;
	uint64_t bytes = 0;
	ssize_t len;
	int ret = 0;

	watch(&watched, stream, options, &bytes);
	again.source = &watched.stream;
	len = rl_stream_read(again.source, &again.first, err);
	if (len < 0)
		return (int)len;
	again.first_len = (size_t)len;
	/* Of gzip libarchive does not compare the checksum. */
	if (rl_filter_find(again.first, again.first_len) == RL_FILTER_GZIP) {
		ret = rl_gunzip_open(&again.stream, "it", &unpacked, err);
		tar.has_filters = false;
	}
	if (ret != 0)
		return ret;
	ret = rl_tree_apply(tree, unpacked, &tar, exceptions, err);
	rl_stream_close(unpacked);
	rl_tree_sort(tree);
	return ret;
}
