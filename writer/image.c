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
	struct rl_image_description description;
	struct rl_layout *layout;
	struct rl_layer *layer;
	/* Writes the layer; owned. */
	struct rl_writer *tar;
	/* The newest date of a member so far, in seconds since 1970. */
	int64_t newest;
};

static struct rl_writer *tar_of(struct rl_writer *writer)
{
	return ((struct image *)writer)->tar;
}

static int image_begin(
	struct rl_writer *writer, const struct rl_member *member, struct rl_error *err)
{
	struct image *image = (struct image *)writer;

	if (member->entry->mtime.tv_sec > image->newest)
		image->newest = member->entry->mtime.tv_sec;
	return rl_writer_begin(image->tar, member, err);
}

static int image_data(struct rl_writer *writer, const void *data, size_t size, struct rl_error *err)
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
	*layer = (struct rl_manifest_layer){.method = image->description.compression.method};
	(void)snprintf(layer->diff_id, sizeof(layer->diff_id), "%s", facts.diff_id);
	(void)snprintf(layer->blob.digest, sizeof(layer->blob.digest), "%s", facts.digest);
	layer->blob.size = facts.size;
	return 0;
}

/* Adds the blobs that describe the layers: the config, and the manifest. */
static int add_blobs(struct image *image, struct rl_manifest *manifest, struct rl_buf *json,
	struct rl_error *err)
{
	RL_AUTO_FREE const char **diff_ids = calloc(manifest->layer_count, sizeof(*diff_ids));
	size_t i;
	int ret;

	if (diff_ids == NULL)
		return rl_error_set(err, ENOMEM, "cannot write the image's config");
	for (i = 0; i < manifest->layer_count; i++)
		diff_ids[i] = manifest->layers[i].diff_id;
	ret = rl_config_json(image->description.config, diff_ids, manifest->layer_count, json, err);
	if (ret == 0)
		ret = rl_layout_add_blob(
			image->layout, json->data, json->len, &manifest->config, err);
	if (ret == 0)
		ret = rl_manifest_json(manifest, json, err);
	if (ret == 0)
		ret = rl_layout_add_blob(
			image->layout, json->data, json->len, &manifest->self, err);
	return ret;
}

/* Adds the files that programs begin with. */
static int add_files(const struct image *image, const struct rl_manifest *manifest,
	struct rl_buf *json, struct rl_error *err)
{
	static const struct {
		const char *name;
		int (*make)(const struct rl_manifest *manifest, struct rl_buf *out,
			struct rl_error *err);
	} files[] = {{"index.json", rl_manifest_index}, {"manifest.json", rl_manifest_docker},
		{"oci-layout", rl_manifest_layout}};
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < sizeof(files) / sizeof(*files); i++) {
		ret = files[i].make(manifest, json, err);
		if (ret == 0)
			ret = rl_layout_add_file(
				image->layout, files[i].name, json->data, json->len, err);
	}
	return ret;
}

static int image_finish(struct rl_writer *writer, struct rl_error *err)
{
	struct image *image = (struct image *)writer;
	size_t below = image->description.parent_count;
	RL_AUTO_FREE struct rl_manifest_layer *layers = calloc(below + 1, sizeof(*layers));
	struct rl_manifest manifest = {.layers = layers,
		.layer_count = below + 1,
		.image = image->description.config,
		.tags = image->description.tags};
	struct rl_buf json = {0};
	int ret;

	if (layers == NULL)
		return rl_error_set(err, ENOMEM, "cannot end the image");
	if (below > 0)
		memcpy(layers, image->description.parent, below * sizeof(*layers));
	ret = finish_layer(image, &layers[below], err);

	/* An image that nobody gave a date is as old as what is in it. */
	if (ret == 0 && !manifest.image->has_created)
		ret = rl_config_set_date(image->description.config, image->newest, err);
	if (ret == 0)
		ret = add_blobs(image, &manifest, &json, err);
	if (ret == 0)
		ret = add_files(image, &manifest, &json, err);
	rl_buf_free(&json);
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

/* Has the blobs of the layers below in the archive, if that is wanted. */
static int copy_parent(struct image *image, struct rl_sink *sink, struct rl_error *err)
{
	const struct rl_image_description *description = &image->description;
	size_t i;
	int ret = 0;

	for (i = 0; description->copy_parent != NULL && ret == 0 && i < description->parent_count;
		i++) {
		ret = rl_layout_begin_blob(image->layout, err);
		if (ret == 0)
			ret = description->copy_parent(description->copy_ctx, i, sink, err);
		if (ret == 0)
			ret = rl_layout_end_blob(
				image->layout, description->parent[i].blob.digest, err);
	}
	return ret;
}

int rl_image_new(struct rl_sink *sink, const struct rl_image_description *description,
	struct rl_writer **writer_ret, struct rl_sink **layer_ret, struct rl_error *err)
{
	const struct rl_layer_options layer = {
		.compression = description->compression, .threads = description->threads};
	struct image *image = calloc(1, sizeof(*image));
	int ret;

	if (image == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin an image");
	image->writer.ops = &image_ops;
	image->description = *description;
	image->newest = description->config->has_created ? 0 : description->config->created;
	ret = rl_layout_open(sink, &image->layout, err);
	if (ret == 0)
		ret = copy_parent(image, sink, err);
	if (ret == 0)
		ret = rl_layout_begin_blob(image->layout, err);
	if (ret == 0)
		ret = rl_layer_open(sink, &layer, &image->layer, err);
	if (ret == 0)
		ret = rl_tar_new(
			rl_layer_sink(image->layer), &image->description.tar, &image->tar, err);
	if (ret != 0) {
		image_free(&image->writer);
		return ret;
	}
	*layer_ret = rl_layer_sink(image->layer);
	*writer_ret = &image->writer;
	return 0;
}
