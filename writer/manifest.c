/* SPDX-License-Identifier: MIT */
#include "writer/manifest.h"

#include "writer/image_json.h"

#include <string.h>

#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define CONFIG_TYPE "application/vnd.oci.image.config.v1+json"
#define REF_NAME "org.opencontainers.image.ref.name"
#define PREFIX "sha256:"

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

static json_t *layers_of(struct rl_image_json *json, const struct rl_manifest *manifest)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < manifest->layer_count; i++) {
		const struct rl_manifest_layer *layer = &manifest->layers[i];

		rl_image_json_append(
			json, array, descriptor(layer_type(layer->method), &layer->blob));
	}
	return array;
}

int rl_manifest_json(const struct rl_manifest *manifest, struct rl_buf *out, struct rl_error *err)
{
	const struct rl_pairs *annotations = &manifest->image->annotations;
	struct rl_image_json json = {.err = err};
	json_t *root = json_object();

	rl_image_json_put(&json, root, "schemaVersion", json_integer(2));
	rl_image_json_put_string(&json, root, "mediaType", MANIFEST_TYPE);
	rl_image_json_put(&json, root, "config", descriptor(CONFIG_TYPE, &manifest->config));
	rl_image_json_put(&json, root, "layers", layers_of(&json, manifest));
	if (annotations->count > 0)
		rl_image_json_put(&json, root, "annotations",
			rl_image_json_pairs(&json, "an annotation", annotations));
	return rl_image_json_finish(&json, root, out);
}

/* The image in the index, under one of its names or, NULL, without one. */
static json_t *index_entry(
	struct rl_image_json *json, const struct rl_manifest *manifest, const char *tag)
{
	const struct rl_image_config *config = manifest->image;
	json_t *entry = descriptor(MANIFEST_TYPE, &manifest->self), *platform = json_object();

	rl_image_json_put_string(json, platform, "architecture", config->architecture);
	rl_image_json_put_string(json, platform, "os", config->os != NULL ? config->os : "linux");
	rl_image_json_put_string(json, platform, "variant", config->variant);
	rl_image_json_put(json, entry, "platform", platform);
	if (tag != NULL) {
		json_t *annotations = json_object();

		rl_image_json_put_string(json, annotations, REF_NAME, tag);
		rl_image_json_put(json, entry, "annotations", annotations);
	}
	return entry;
}

int rl_manifest_index(const struct rl_manifest *manifest, struct rl_buf *out, struct rl_error *err)
{
	struct rl_image_json json = {.err = err};
	json_t *root = json_object(), *images = json_array();
	size_t i;

	for (i = 0; i < manifest->tags->count; i++)
		rl_image_json_append(
			&json, images, index_entry(&json, manifest, manifest->tags->strings[i]));
	if (manifest->tags->count == 0)
		rl_image_json_append(&json, images, index_entry(&json, manifest, NULL));
	rl_image_json_put(&json, root, "schemaVersion", json_integer(2));
	rl_image_json_put(&json, root, "manifests", images);
	return rl_image_json_finish(&json, root, out);
}

/* The path of a blob in the archive. */
static json_t *blob_path(const struct rl_blob *blob)
{
	return json_sprintf("blobs/sha256/%s", blob->digest + strlen(PREFIX));
}

int rl_manifest_docker(const struct rl_manifest *manifest, struct rl_buf *out, struct rl_error *err)
{
	struct rl_image_json json = {.err = err};
	json_t *root = json_array(), *image = json_object();
	json_t *layers = json_array(), *tags = json_array();
	size_t i;

	for (i = 0; i < manifest->layer_count; i++)
		rl_image_json_append(&json, layers, blob_path(&manifest->layers[i].blob));
	for (i = 0; i < manifest->tags->count; i++)
		rl_image_json_append(&json, tags,
			rl_image_json_string(&json, "a tag", manifest->tags->strings[i]));
	rl_image_json_put(&json, image, "Config", blob_path(&manifest->config));
	rl_image_json_put(&json, image, "RepoTags", tags);
	rl_image_json_put(&json, image, "Layers", layers);
	rl_image_json_append(&json, root, image);
	return rl_image_json_finish(&json, root, out);
}

int rl_manifest_layout(const struct rl_manifest *manifest, struct rl_buf *out, struct rl_error *err)
{
	struct rl_image_json json = {.err = err};
	json_t *root = json_object();

	(void)manifest;
	rl_image_json_put_string(&json, root, "imageLayoutVersion", "1.0.0");
	return rl_image_json_finish(&json, root, out);
}
