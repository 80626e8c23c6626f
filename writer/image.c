/* SPDX-License-Identifier: MIT */
#include "writer/image.h"

#include "common/buf.h"
#include "writer/layer.h"
#include "writer/layout.h"
#include "writer/manifest.h"
#include "writer/writer_ops.h"

#include <stdlib.h>
#include <string.h>

struct image {
	struct rl_writer writer;
	struct rl_image_options options;
	struct rl_layout *layout;
	struct rl_layer *layer;
	/* Writes the layer; owned. */
	struct rl_writer *tar;
};

static struct rl_writer *tar_of(struct rl_writer *writer)
{
	return ((struct image *)writer)->tar;
}

static int image_begin(
	struct rl_writer *writer, const struct rl_member *member, struct rl_error *err)
{
	return rl_writer_begin(tar_of(writer), member, err);
}

static int image_data(
	struct rl_writer *writer, const void *data, size_t size, struct rl_error *err)
{
	return rl_writer_data(tar_of(writer), data, size, err);
}

static int image_hole(struct rl_writer *writer, uint64_t size, struct rl_error *err)
{
	return rl_writer_hole(tar_of(writer), size, err);
}

static int image_end(struct rl_writer *writer, struct rl_error *err)
{
	return rl_writer_end(tar_of(writer), err);
}

/* Ends the layer, whose blob is then in the archive. */
static int finish_layer(struct image *image, struct rl_manifest_layer *layer, struct rl_error *err)
{
	struct rl_layer_facts facts;
	int ret = rl_writer_finish(image->tar, err);

	if (ret == 0)
		ret = rl_layer_finish(image->layer, &facts, err);
	if (ret == 0)
		ret = rl_layout_end_blob(image->layout, facts.digest, err);
	if (ret != 0)
		return ret;
	*layer = (struct rl_manifest_layer){.compression = image->options.compression.kind};
	(void)snprintf(layer->diff_id, sizeof(layer->diff_id), "%s", facts.diff_id);
	(void)snprintf(layer->blob.digest, sizeof(layer->blob.digest), "%s", facts.digest);
	layer->blob.size = facts.size;
	return 0;
}

/* Adds the text in @json as a blob. */
static int add_text(struct image *image, const struct rl_buf *json, int ret, struct rl_blob *blob,
	struct rl_error *err)
{
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot describe the image");
	return rl_layout_add_blob(image->layout, json->data, json->len, blob, err);
}

/* Adds the text in @json as a file. */
static int add_named(struct image *image, const char *name, const struct rl_buf *json, int ret,
	struct rl_error *err)
{
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot describe the image");
	return rl_layout_add_file(image->layout, name, json->data, json->len, err);
}

/* Adds all that is to be said about the layer. */
static int describe(struct image *image, struct rl_manifest *manifest, struct rl_error *err)
{
	const struct rl_image_options *options = &image->options;
	const char *diff_ids[] = {manifest->layers[0].diff_id};
	struct rl_buf json = {0};
	int ret = rl_config_json(options->config, diff_ids, 1, &json);

	ret = add_text(image, &json, ret, &manifest->config, err);
	if (ret == 0)
		ret = add_text(image, &json, rl_manifest_json(manifest, &json), &manifest->self, err);
	if (ret == 0)
		ret = add_named(image, "index.json", &json, rl_manifest_index(manifest, &json), err);
	if (ret == 0)
		ret = add_named(image, "manifest.json", &json, rl_manifest_docker(manifest, &json), err);
	if (ret == 0)
		ret = add_named(image, "oci-layout", &json, rl_manifest_layout(&json), err);
	rl_buf_free(&json);
	return ret;
}

static int image_finish(struct rl_writer *writer, struct rl_error *err)
{
	struct image *image = (struct image *)writer;
	const struct rl_image_options *options = &image->options;
	struct rl_manifest_layer layer;
	struct rl_manifest manifest = {.layers = &layer,
		.layer_count = 1,
		.image_config = options->config,
		.tags = options->tags,
		.tag_count = options->tag_count,
		.annotations = options->annotations,
		.annotation_count = options->annotation_count};
	int ret = finish_layer(image, &layer, err);

	if (ret == 0)
		ret = describe(image, &manifest, err);
	return ret == 0 ? rl_layout_finish(image->layout, err) : ret;
}

/* The file never gets its name. */
static void image_abort(struct rl_writer *writer)
{
	(void)writer;
}

static void image_free(struct rl_writer *writer)
{
	struct image *image = (struct image *)writer;

	rl_writer_free(image->tar);
	rl_layer_free(image->layer);
	rl_layout_free(image->layout);
	free(image);
}

static const struct rl_writer_ops image_ops = {
	.begin = image_begin,
	.data = image_data,
	.hole = image_hole,
	.end = image_end,
	.finish = image_finish,
	.abort = image_abort,
	.free = image_free,
};

int rl_image_new(struct rl_sink *sink, const struct rl_image_options *options,
	struct rl_writer **writer_ret, struct rl_sink **layer_ret, struct rl_error *err)
{
	const struct rl_layer_options layer = {
		.compression = options->compression, .threads = options->threads};
	struct image *image = calloc(1, sizeof(*image));
	int ret;

	if (image == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin an image");
	image->writer.ops = &image_ops;
	image->options = *options;
	ret = rl_layout_open(sink, &image->layout, err);
	if (ret == 0)
		ret = rl_layout_begin_blob(image->layout, err);
	if (ret == 0)
		ret = rl_layer_open(sink, &layer, &image->layer, err);
	if (ret == 0)
		ret = rl_tar_new(
			rl_layer_sink(image->layer), &image->options.tar, &image->tar, err);
	if (ret != 0) {
		image_free(&image->writer);
		return ret;
	}
	*layer_ret = rl_layer_sink(image->layer);
	*writer_ret = &image->writer;
	return 0;
}
