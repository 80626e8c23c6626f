/* SPDX-License-Identifier: MIT */
/*
 * All layers are written at the same time, each member to its own: entries come in the order of their paths,
 * and nothing is read twice. The last layer is the one that a layout writes to its place, since it has the most.
 */
#include "writer/image.h"

#include "common/buf.h"
#include "writer/layer.h"
#include "writer/layout.h"
#include "writer/manifest.h"
#include "writer/parents.h"
#include "writer/writer_ops.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static_assert(RL_IMAGE_LAYERS_MAX <= RL_PARENTS_MAX, "each layer has a bit");

/*
 * Blocks of several layers are as large as those of so many, however many there are: what two hosts have in common
 * has to be compressed to the same bytes.
 */
#define POOL_LAYERS 64

/* A layer on its way. */
struct layer {
	/* Owned by the layout; NULL when it is there. */
	struct rl_layout_blob *blob;
	/* Owned. */
	struct rl_layer *layer;
	/* Writes the layer; owned. */
	struct rl_writer *tar;
	bool has_members;
};

struct image {
	struct rl_writer writer;
	struct rl_image_description description;
	struct rl_layout *layout;
	struct rl_layer_pool *pool;
	/* What a capture is shown. Owned. */
	struct rl_sink *members;
	/* Owned. */
	struct layer *layers;
	size_t count;
	/* Where the member belongs that was begun. */
	struct layer *current;
	/* What lower layers need. */
	struct rl_parents parents;
	/* The diff_id of the top layer, once that is known. */
	char top[RL_DIGEST_SIZE];
	/* The newest date of a member so far, in seconds since 1970. */
	int64_t newest;
};

static struct rl_writer *tar_of(struct rl_writer *writer)
{
	return ((struct image *)writer)->current->tar;
}

/* Writes the directories above @path that the layer has not got. */
static int write_parents(struct image *image, size_t number, const char *path, struct rl_error *err)
{
	struct rl_writer *tar = image->layers[number].tar;
	struct rl_entry dir;
	const struct rl_member member = {.entry = &dir};
	int ret;

	while ((ret = rl_parents_next(&image->parents, path, number, &dir)) == 1) {
		ret = rl_writer_begin(tar, &member, err);
		if (ret == 0)
			ret = rl_writer_end(tar, err);
		if (ret != 0)
			return ret;
	}
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot write '%s'", path);
}

/* Finds the layer of a member, and has the directories there that it lies in. */
static int choose_layer(struct image *image, const struct rl_member *member, struct rl_error *err)
{
	const struct rl_image_layers *layers = image->description.layers;
	const struct rl_entry *entry = member->entry;
	size_t last = image->count - 1, number = last;
	int ret = 0;

	if (last > 0 && S_ISDIR(entry->mode)) {
		if (rl_parents_enter(&image->parents, entry) != 0)
			return rl_error_set(err, ENOMEM, "cannot write '%s'", entry->path);
	} else if (last > 0) {
		number = layers->layer_of(layers->ctx, entry, member->hardlink);
		if (number < last)
			ret = write_parents(image, number, entry->path, err);
		else
			number = last;
	}
	image->current = &image->layers[number];
	image->current->has_members = true;
	return ret;
}

static int image_begin(
	struct rl_writer *writer, const struct rl_member *member, struct rl_error *err)
{
	struct image *image = (struct image *)writer;
	int ret = choose_layer(image, member, err);

	if (member->entry->mtime.tv_sec > image->newest)
		image->newest = member->entry->mtime.tv_sec;
	return ret == 0 ? rl_writer_begin(image->current->tar, member, err) : ret;
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

/* Hands over what is left of all layers. An image has one at least. */
static int end_layers(struct image *image, struct rl_error *err)
{
	size_t i;
	bool is_empty = true;
	int ret = 0;

	for (i = 0; i < image->count; i++)
		is_empty = is_empty && !image->layers[i].has_members;
	if (is_empty)
		image->layers[image->count - 1].has_members = true;
	for (i = 0; ret == 0 && i < image->count; i++) {
		struct layer *layer = &image->layers[i];

		if (!layer->has_members)
			continue;
		ret = rl_writer_finish(layer->tar, err);
		if (ret == 0)
			ret = rl_layer_end(layer->layer, err);
	}
	return ret;
}

/* Ends a layer, whose blob is then in the layout. */
static int finish_layer(struct image *image, struct layer *layer, struct rl_manifest_layer *made,
	struct rl_error *err)
{
	struct rl_layer_facts facts;
	int ret;

	if (!layer->has_members)
		return rl_layout_drop_blob(rl_steal_ptr(&layer->blob), err);
	ret = rl_layer_finish(layer->layer, &facts, err);
	if (ret == 0)
		ret = rl_layout_close_blob(rl_steal_ptr(&layer->blob), facts.digest, err);
	if (ret != 0)
		return ret;
	*made = (struct rl_manifest_layer){.method = image->description.compression.method};
	(void)snprintf(made->diff_id, sizeof(made->diff_id), "%s", facts.diff_id);
	(void)snprintf(made->blob.digest, sizeof(made->blob.digest), "%s", facts.digest);
	made->blob.size = facts.size;
	return 0;
}

/* Ends all layers. Those that are in the image come to be the first of @made. */
static int finish_layers(struct image *image, struct rl_manifest_layer *made, size_t *count_ret,
	struct rl_error *err)
{
	size_t i, last = image->count - 1, count = 0;
	int ret = end_layers(image, err);

	/* Only when the one that is in its place is complete, others can be put behind it. */
	if (ret == 0)
		ret = finish_layer(image, &image->layers[last], &made[last], err);
	for (i = 0; ret == 0 && i < last; i++)
		ret = finish_layer(image, &image->layers[i], &made[i], err);
	for (i = 0; ret == 0 && i < image->count; i++) {
		if (image->layers[i].has_members)
			made[count++] = made[i];
	}
	*count_ret = count;
	return ret;
}

/* Which layer is which can be read in the history. */
static int add_history(const struct image *image, struct rl_error *err)
{
	const struct rl_image_layers *layers = image->description.layers;
	struct rl_image_config *config = image->description.config;
	bool is_there = config->history_count > 0;
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && !is_there && layers != NULL && i < image->count; i++) {
		RL_AUTO_FREE char *line = NULL;

		if (!image->layers[i].has_members)
			continue;
		if (asprintf(&line, "rootlift: %s", layers->names[i]) < 0)
			line = NULL;
		if (line == NULL || rl_config_add_history(config, line, NULL, false) != 0)
			ret = rl_error_set(err, ENOMEM, "cannot describe the image");
	}
	return ret;
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
		/* `docker load` knows no directories. */
		bool is_of_archives;
	} files[] = {{"index.json", rl_manifest_index, false},
		{"manifest.json", rl_manifest_docker, true},
		{"oci-layout", rl_manifest_layout, false}};
	bool is_directory = rl_layout_is_directory(image->layout);
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < sizeof(files) / sizeof(*files); i++) {
		if (is_directory && files[i].is_of_archives)
			continue;
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
	RL_AUTO_FREE struct rl_manifest_layer *layers =
		calloc(below + image->count, sizeof(*layers));
	struct rl_manifest manifest = {.layers = layers,
		.image = image->description.config,
		.tags = image->description.tags};
	struct rl_buf json = {0};
	int ret;

	if (layers == NULL)
		return rl_error_set(err, ENOMEM, "cannot end the image");
	if (below > 0)
		memcpy(layers, image->description.parent, below * sizeof(*layers));
	ret = finish_layers(image, layers + below, &manifest.layer_count, err);
	manifest.layer_count += below;
	if (ret == 0)
		(void)snprintf(image->top, sizeof(image->top), "%s",
			layers[manifest.layer_count - 1].diff_id);

	/* An image that nobody gave a date is as old as what is in it, and no older than what is below. */
	if (image->newest < manifest.image->created)
		image->newest = manifest.image->created;
	if (ret == 0 && !manifest.image->has_created)
		ret = rl_config_set_date(image->description.config, image->newest, err);
	if (ret == 0)
		ret = add_history(image, err);
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
	size_t i;

	for (i = 0; image->layers != NULL && i < image->count; i++) {
		rl_writer_free(image->layers[i].tar);
		rl_layer_free(image->layers[i].layer);
	}
	free(image->layers);
	rl_layer_pool_free(image->pool);
	rl_layout_free(image->layout);
	rl_sink_free(image->members);
	rl_parents_free(&image->parents);
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

/* Opens the layers, the last one first: that goes to its place. */
static int open_layers(struct image *image, struct rl_error *err)
{
	size_t i;
	int ret = 0;

	for (i = image->count; ret == 0 && i > 0; i--) {
		struct layer *layer = &image->layers[i - 1];

		ret = rl_layout_open_blob(image->layout, &layer->blob, err);
		if (ret == 0)
			ret = rl_layer_open(
				image->pool, rl_layout_blob_sink(layer->blob), &layer->layer, err);
		if (ret == 0)
			ret = rl_tar_new(rl_layer_sink(layer->layer), &image->description.tar,
				&layer->tar, err);
	}
	return ret;
}

/* Has the blobs of the layers below in the layout, if that is wanted. */
static int copy_parent(struct image *image, struct rl_error *err)
{
	const struct rl_image_description *description = &image->description;
	size_t i;
	int ret = 0;

	for (i = 0; description->copy_parent != NULL && ret == 0 && i < description->parent_count;
		i++) {
		struct rl_layout_blob *blob;

		ret = rl_layout_open_blob(image->layout, &blob, err);
		if (ret == 0)
			ret = description->copy_parent(
				description->copy_ctx, i, rl_layout_blob_sink(blob), err);
		if (ret == 0)
			ret = rl_layout_close_blob(blob, description->parent[i].blob.digest, err);
	}
	return ret;
}

/* Nobody writes to what a capture is shown. */
static int refuse(void *ctx, const void *data, size_t size, struct rl_error *err)
{
	(void)ctx;
	(void)data;
	(void)size;
	return rl_error_text(err, EINVAL, "the members of an image go to its writer");
}

static int open_all(struct image *image, struct rl_sink *sink, struct rl_error *err)
{
	const struct rl_image_description *description = &image->description;
	const struct rl_layer_options options = {.compression = description->compression,
		.threads = description->threads,
		.layers = image->count > 1 ? POOL_LAYERS : 1,
		.filling = image->count};
	size_t blobs;
	int ret;

	if (image->count == 0 || image->count > RL_IMAGE_LAYERS_MAX)
		return rl_error_text(err, EINVAL, "an image has 1 to %d layers, not %zu",
			RL_IMAGE_LAYERS_MAX, image->count);
	image->layers = calloc(image->count, sizeof(*image->layers));
	if (image->layers == NULL || rl_sink_open_call(refuse, NULL, &image->members) != 0)
		return rl_error_set(err, ENOMEM, "cannot begin an image");
	blobs = image->count + (description->copy_parent != NULL ? description->parent_count : 0);
	ret = rl_layout_open(sink, blobs, &image->layout, err);
	if (ret == 0)
		ret = copy_parent(image, err);
	if (ret == 0)
		ret = rl_layer_pool_new(&options, &image->pool, err);
	return ret == 0 ? open_layers(image, err) : ret;
}

int rl_image_new(struct rl_sink *sink, const struct rl_image_description *description,
	struct rl_writer **writer_ret, struct rl_sink **members_ret, struct rl_error *err)
{
	struct image *image = calloc(1, sizeof(*image));
	int ret;

	if (image == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin an image");
	image->writer.ops = &image_ops;
	image->description = *description;
	image->count = description->layers != NULL ? description->layers->count : 1;
	ret = open_all(image, sink, err);
	if (ret != 0) {
		image_free(&image->writer);
		return ret;
	}
	*members_ret = image->members;
	*writer_ret = &image->writer;
	return 0;
}

const char *rl_image_top(const struct rl_writer *writer)
{
	return ((const struct image *)writer)->top;
}
