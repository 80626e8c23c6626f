/* SPDX-License-Identifier: MIT */
/*
 * A blob is hashed as it comes from its file, and its tar as it comes from the decompressor. What the decompressor
 * leaves of the blob is read, too, in the end: it belongs to the digest. A blob that is not compressed is hashed once.
 */
#include "archive/image_parts.h"

#include <string.h>

/* A blob on its way from its file. */
struct blob_stream {
	struct rl_stream stream;
	/* Owned. */
	struct rl_stream *source;
	/* NULL: it is not hashed here. Owned. */
	struct rl_digest *digest;
	/* Where it is copied to, or NULL. Borrowed. */
	struct rl_sink *sink;
	/* Borrowed. */
	const struct rl_image *image;
	const struct rl_image_part *part;
	/* How much has come. */
	uint64_t at;
	/* All has come, or something was wrong, which has been told. */
	bool is_over;
	/* Its digest, once all has come. */
	char found[RL_DIGEST_SIZE];
};

/* A layer's tar on its way. */
struct layer_stream {
	struct rl_stream stream;
	/* The blob, or its decompressor, which owns it. */
	struct rl_stream *source;
	struct blob_stream *blob;
	/* Owned. */
	struct rl_digest *digest;
	uint64_t at, max;
};

static int mismatch(const struct rl_image *image, const char *what, const char *wanted,
	const char *found, struct rl_error *err)
{
	return rl_error_text(err, EBADMSG, "'%s' is damaged: %s should be %s, but is %s",
		image->path, what, wanted, found);
}

/* Looks at what has come of a blob when all has. */
static int check_blob(struct blob_stream *blob, struct rl_error *err)
{
	const struct rl_blob *wanted = &blob->part->facts.blob;
	const char *name = wanted->digest[0] != '\0' ? wanted->digest : blob->part->file;

	if (blob->at != wanted->size)
		return rl_error_text(err, EBADMSG,
			"'%s' is damaged: the layer %s should have %llu bytes, but has %llu",
			blob->image->path, name, (unsigned long long)wanted->size,
			(unsigned long long)blob->at);
	if (blob->digest == NULL)
		return 0;
	if (rl_digest_finish(blob->digest, blob->found) != 0)
		return rl_error_set(err, EIO, "cannot hash the layer %s", name);
	if (wanted->digest[0] != '\0' && strcmp(wanted->digest, blob->found) != 0)
		return mismatch(blob->image, "a layer", wanted->digest, blob->found, err);
	return 0;
}

static ssize_t read_blob(struct blob_stream *blob, const void **data_ret, struct rl_error *err)
{
	uint64_t left = blob->part->facts.blob.size - blob->at;
	ssize_t len;
	int ret = 0;

	len = blob->source->read(blob->source, data_ret, err);
	if (len < 0)
		return len;
	if (len > 0 && (uint64_t)len > left)
		return rl_error_text(err, EBADMSG,
			"'%s' is damaged: the layer %s has more than %llu bytes", blob->image->path,
			blob->part->file, (unsigned long long)blob->part->facts.blob.size);
	if (len == 0)
		return check_blob(blob, err);
	blob->at += (uint64_t)len;
	if (blob->digest != NULL)
		rl_digest_add(blob->digest, *data_ret, (size_t)len);
	if (blob->sink != NULL)
		ret = rl_sink_write(blob->sink, *data_ret, (size_t)len, err);
	return ret == 0 ? len : ret;
}

static ssize_t blob_read(struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	struct blob_stream *blob = (struct blob_stream *)stream;
	ssize_t len = blob->is_over ? 0 : read_blob(blob, data_ret, err);

	blob->is_over = len <= 0;
	return len;
}

static void blob_close(struct rl_stream *stream)
{
	struct blob_stream *blob = (struct blob_stream *)stream;

	blob->source->close(blob->source);
	rl_digest_free(blob->digest);
	free(blob);
}

/* Opens the blob of a layer; @is_hashed: its digest is looked at. */
static int open_blob(const struct rl_image *image, size_t number, bool is_hashed,
	struct rl_sink *sink, struct blob_stream **blob_ret, struct rl_error *err)
{
	struct blob_stream *blob = calloc(1, sizeof(*blob));
	int ret;

	if (blob == NULL)
		return rl_error_set(err, ENOMEM, "cannot read '%s'", image->path);
	blob->stream = (struct rl_stream){.read = blob_read, .close = blob_close};
	blob->image = image;
	blob->part = &image->layers[number];
	blob->sink = sink;
	ret = rl_blobs_stream(image->blobs, blob->part->file, &blob->source, err);
	if (ret != 0) {
		free(blob);
		return ret;
	}
	if (is_hashed && rl_digest_new(&blob->digest) != 0) {
		blob_close(&blob->stream);
		return rl_error_set(err, ENOMEM, "cannot read '%s'", image->path);
	}
	*blob_ret = blob;
	return 0;
}

/* Reads what is left of a blob. Returns 0 if all is as it should be. */
static int drain(struct blob_stream *blob, struct rl_error *err)
{
	const void *data;
	ssize_t len;

	do
		len = blob->stream.read(&blob->stream, &data, err);
	while (len > 0);
	return (int)len;
}

/* The end of a layer: whether blob and tar are what they should be. */
static int check_layer(struct layer_stream *layer, struct rl_error *err)
{
	const struct rl_image_layer *facts = &layer->blob->part->facts;
	char found[RL_DIGEST_SIZE];
	int ret = drain(layer->blob, err);

	if (ret != 0)
		return ret;
	if (rl_digest_finish(layer->digest, found) != 0)
		return rl_error_set(err, EIO, "cannot hash the layer %s", facts->diff_id);
	if (strcmp(facts->diff_id, found) == 0)
		return 0;
	return mismatch(layer->blob->image, "the tar of a layer", facts->diff_id, found, err);
}

static ssize_t layer_read(struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	struct layer_stream *layer = (struct layer_stream *)stream;
	struct rl_error failed = {0};
	ssize_t len = layer->source->read(layer->source, data_ret, &failed);

	if (len == 0)
		return check_layer(layer, err);
	if (len < 0) {
		/* If the blob is another one than it should be, that is the reason. */
		int ret = len == -EBADMSG && layer->source != &layer->blob->stream
				  ? drain(layer->blob, err)
				  : 0;

		if (ret != 0)
			return ret;
		if (err != NULL)
			*err = failed;
		return len;
	}
	layer->at += (uint64_t)len;
	if (layer->at > layer->max)
		return rl_error_text(err, EFBIG,
			"'%s' has a layer, %s, of more than %llu bytes when it is not compressed",
			layer->blob->image->path, layer->blob->part->facts.diff_id,
			(unsigned long long)layer->max);
	rl_digest_add(layer->digest, *data_ret, (size_t)len);
	return len;
}

static void layer_close(struct rl_stream *stream)
{
	struct layer_stream *layer = (struct layer_stream *)stream;

	if (layer->source != NULL)
		layer->source->close(layer->source);
	rl_digest_free(layer->digest);
	free(layer);
}

/* Opens a layer whose blob is copied to @sink on the way, unless that is NULL. */
static int open_layer(const struct rl_image *image, size_t number, uint64_t max,
	struct rl_sink *sink, struct layer_stream **layer_ret, struct rl_error *err)
{
	const struct rl_image_layer *facts = rl_image_layer(image, number);
	struct layer_stream *layer = calloc(1, sizeof(*layer));
	char name[RL_DIGEST_SIZE + 16];
	/* Of what is not compressed the tar's digest is the blob's. */
	bool is_same = strcmp(facts->blob.digest, facts->diff_id) == 0;
	int ret;

	if (layer == NULL || rl_digest_new(&layer->digest) != 0) {
		free(layer);
		return rl_error_set(err, ENOMEM, "cannot read '%s'", image->path);
	}
	layer->stream = (struct rl_stream){.read = layer_read, .close = layer_close};
	layer->max = max;
	(void)snprintf(name, sizeof(name), "the layer %s", facts->diff_id);
	ret = open_blob(image, number, !is_same, sink, &layer->blob, err);
	if (ret == 0)
		ret = rl_stream_decompress(
			&layer->blob->stream, facts->filter, name, &layer->source, err);
	if (ret != 0) {
		layer_close(&layer->stream);
		return ret;
	}
	*layer_ret = layer;
	return 0;
}

int rl_image_layer_open(const struct rl_image *image, size_t number,
	const struct rl_image_limits *limits, struct rl_stream **stream_ret, struct rl_error *err)
{
	uint64_t max = limits != NULL && limits->bytes > 0 ? limits->bytes : RL_IMAGE_LAYER_MAX;
	struct layer_stream *layer;
	int ret = open_layer(image, number, max, NULL, &layer, err);

	if (ret == 0)
		*stream_ret = &layer->stream;
	return ret;
}

int rl_image_blob_copy(const struct rl_image *image, size_t number, struct rl_sink *sink,
	struct rl_blob *blob, struct rl_error *err)
{
	const struct rl_blob *known = &rl_image_layer(image, number)->blob;
	struct layer_stream *layer = NULL;
	struct blob_stream *copied;
	const void *data;
	ssize_t len;
	int ret;

	/* Only the tar says whether a blob without a digest is the right one. */
	if (known->digest[0] == '\0')
		ret = open_layer(image, number, RL_IMAGE_LAYER_MAX, sink, &layer, err);
	else
		ret = open_blob(image, number, true, sink, &copied, err);
	if (ret != 0)
		return ret;
	if (layer != NULL)
		copied = layer->blob;
	if (layer == NULL)
		ret = drain(copied, err);
	else {
		do
			len = layer->stream.read(&layer->stream, &data, err);
		while (len > 0);
		ret = (int)len;
	}
	if (ret == 0 && blob != NULL) {
		*blob = (struct rl_blob){.size = copied->at};
		memcpy(blob->digest, copied->found, RL_DIGEST_SIZE);
	}
	if (layer != NULL)
		layer_close(&layer->stream);
	else
		blob_close(&copied->stream);
	return ret;
}
