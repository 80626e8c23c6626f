/* SPDX-License-Identifier: MIT */
#include "writer/manifest.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define CONFIG_TYPE "application/vnd.oci.image.config.v1+json"
#define REF_NAME "org.opencontainers.image.ref.name"
#define PREFIX "sha256:"

/* Where a blob is in the archive. */
#define PATH_MAX_SIZE 96

/* Takes over @json, which is NULL where there was no memory or a string that is not UTF-8. */
static int print(json_t *json, struct rl_buf *out)
{
	char *text = json != NULL ? json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
	int ret;

	json_decref(json);
	if (text == NULL)
		return json == NULL ? -EILSEQ : -ENOMEM;
	rl_buf_truncate(out, 0);
	ret = rl_buf_append_str(out, text);
	free(text);
	return ret;
}

static const char *layer_type(enum rl_method method)
{
	static const char *const types[] = {
		[RL_METHOD_NONE] = "application/vnd.oci.image.layer.v1.tar",
		[RL_METHOD_GZIP] = "application/vnd.oci.image.layer.v1.tar+gzip",
		[RL_METHOD_ZSTD] = "application/vnd.oci.image.layer.v1.tar+zstd",
	};

	return types[method];
}

static json_t *descriptor(const char *type, const struct rl_blob *blob)
{
	return json_pack("{s:s, s:s, s:I}", "mediaType", type, "digest", blob->digest, "size",
		(json_int_t)blob->size);
}

static json_t *annotations_of(const struct rl_manifest *manifest)
{
	const struct rl_pairs *annotations = &manifest->image->annotations;
	json_t *object = json_object();
	size_t i;

	for (i = 0; object != NULL && i < annotations->count; i++) {
		const struct rl_pair *pair = &annotations->pairs[i];

		if (json_object_set_new(object, pair->name, json_string(pair->value)) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *layers_of(const struct rl_manifest *manifest)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array != NULL && i < manifest->layer_count; i++) {
		const struct rl_manifest_layer *layer = &manifest->layers[i];

		if (json_array_append_new(
			    array, descriptor(layer_type(layer->method), &layer->blob)) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

int rl_manifest_json(const struct rl_manifest *manifest, struct rl_buf *out)
{
	json_t *json = json_pack("{s:i, s:s, s:o, s:o}", "schemaVersion", 2, "mediaType",
		MANIFEST_TYPE, "config", descriptor(CONFIG_TYPE, &manifest->config), "layers",
		layers_of(manifest));

	if (json != NULL && manifest->image->annotations.count > 0 &&
		json_object_set_new(json, "annotations", annotations_of(manifest)) != 0) {
		json_decref(json);
		return -EILSEQ;
	}
	return print(json, out);
}

/* The image in the index, under one of its names or, NULL, without one. */
static json_t *index_entry(const struct rl_manifest *manifest, const char *tag)
{
	const struct rl_image_config *config = manifest->image;
	json_t *entry = descriptor(MANIFEST_TYPE, &manifest->self);
	json_t *platform = json_pack("{s:s, s:s}", "architecture", config->architecture, "os",
		config->os != NULL ? config->os : "linux");
	int ret = entry != NULL && platform != NULL ? 0 : -1;

	if (ret == 0 && config->variant != NULL && config->variant[0] != '\0')
		ret = json_object_set_new(platform, "variant", json_string(config->variant));
	if (ret == 0)
		ret = json_object_set(entry, "platform", platform);
	if (ret == 0 && tag != NULL)
		ret = json_object_set_new(entry, "annotations", json_pack("{s:s}", REF_NAME, tag));
	json_decref(platform);
	if (ret == 0)
		return entry;
	json_decref(entry);
	return NULL;
}

int rl_manifest_index(const struct rl_manifest *manifest, struct rl_buf *out)
{
	json_t *images = json_array();
	size_t i, count = manifest->tags->count > 0 ? manifest->tags->count : 1;

	for (i = 0; images != NULL && i < count; i++) {
		const char *tag = manifest->tags->count > 0 ? manifest->tags->strings[i] : NULL;

		if (json_array_append_new(images, index_entry(manifest, tag)) != 0) {
			json_decref(images);
			return -EILSEQ;
		}
	}
	return print(json_pack("{s:i, s:o}", "schemaVersion", 2, "manifests", images), out);
}

static void blob_path(const struct rl_blob *blob, char path[PATH_MAX_SIZE])
{
	(void)snprintf(path, PATH_MAX_SIZE, "blobs/sha256/%s", blob->digest + strlen(PREFIX));
}

int rl_manifest_docker(const struct rl_manifest *manifest, struct rl_buf *out)
{
	char path[PATH_MAX_SIZE];
	json_t *layers = json_array(), *tags = json_array();
	size_t i;
	int ret = layers != NULL && tags != NULL ? 0 : -1;

	for (i = 0; ret == 0 && i < manifest->layer_count; i++) {
		blob_path(&manifest->layers[i].blob, path);
		ret = json_array_append_new(layers, json_string(path));
	}
	for (i = 0; ret == 0 && i < manifest->tags->count; i++)
		ret = json_array_append_new(tags, json_string(manifest->tags->strings[i]));
	if (ret != 0) {
		json_decref(layers);
		json_decref(tags);
		return -EILSEQ;
	}
	blob_path(&manifest->config, path);
	return print(
		json_pack("[{s:s, s:o, s:o}]", "Config", path, "RepoTags", tags, "Layers", layers),
		out);
}

int rl_manifest_layout(const struct rl_manifest *manifest, struct rl_buf *out)
{
	(void)manifest;
	return print(json_pack("{s:s}", "imageLayoutVersion", "1.0.0"), out);
}
