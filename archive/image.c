/* SPDX-License-Identifier: MIT */
#include "archive/image.h"

#include "archive/image_parts.h"

#include <string.h>

void rl_blob_name(const char *digest, char name[RL_BLOB_NAME_SIZE])
{
	(void)snprintf(name, RL_BLOB_NAME_SIZE, "blobs/sha256/%s", digest + strlen("sha256:"));
}

static int no_memory(const struct rl_image *image, struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot read '%s'", image->path);
}

/* Whether a text has the digest that it should. */
static int check_text(const struct rl_image *image, const char *digest, const char *what,
	const struct rl_buf *text, struct rl_error *err)
{
	char real[RL_DIGEST_SIZE];

	if (rl_digest_of(text->data, text->len, real) != 0)
		return no_memory(image, err);
	if (strcmp(digest, real) == 0)
		return 0;
	return rl_error_text(
		err, EBADMSG, "'%s': %s should be %s, but is %s", image->path, what, digest, real);
}

int rl_image_read_text(const struct rl_image *image, const struct rl_descriptor *descriptor,
	const char *what, struct rl_buf *text, struct rl_error *err)
{
	char name[RL_BLOB_NAME_SIZE];
	int ret;

	rl_blob_name(descriptor->digest, name);
	ret = rl_blobs_read(image->blobs, name, RL_IMAGE_TEXT_MAX, text, err);
	if (ret != 0)
		return ret;
	if (text->len != descriptor->size)
		return rl_error_text(err, EBADMSG,
			"'%s': %s, %s, should have %llu bytes, but has %zu", image->path, what,
			descriptor->digest, (unsigned long long)descriptor->size, text->len);
	return check_text(image, descriptor->digest, what, text, err);
}

/* Whether the platform of the config is the one that is wanted. */
static int check_platform(
	const struct rl_image *image, const struct rl_image_wanted *wanted, struct rl_error *err)
{
	const struct rl_image_config *config = &image->config;
	const char *const asked[] = {wanted->os, wanted->architecture, wanted->variant};
	const char *const known[] = {config->os, config->architecture, config->variant};
	size_t i;

	for (i = 0; i < 3; i++) {
		/* A variant that is not said may be the one. */
		if (asked[i] != NULL && (known[i] != NULL || i < 2) &&
			(known[i] == NULL || strcmp(asked[i], known[i]) != 0))
			return rl_error_text(err, ENOENT, "the image of '%s' is for %s/%s%s%s",
				image->path, config->os != NULL ? config->os : "unknown",
				config->architecture != NULL ? config->architecture : "unknown",
				config->variant != NULL ? "/" : "",
				config->variant != NULL ? config->variant : "");
	}
	return 0;
}

/* Reads the config, and makes room for as many layers as the manifest has. */
static int take_config(struct rl_image *image, const struct rl_buf *text, size_t layer_count,
	const struct rl_image_wanted *wanted, struct rl_error *err)
{
	char what[RL_DIGEST_SIZE + 16];
	int ret;

	(void)snprintf(what, sizeof(what), "the config %s", image->id);
	ret = rl_read_config(text, what, &image->config, &image->diff_ids, err);
	if (ret != 0)
		return ret;
	if (image->diff_ids.count != layer_count)
		return rl_error_text(err, EINVAL,
			"'%s': the manifest has %zu layers, but the config %zu", image->path,
			layer_count, image->diff_ids.count);
	image->layers = calloc(layer_count > 0 ? layer_count : 1, sizeof(*image->layers));
	if (image->layers == NULL)
		return no_memory(image, err);
	image->layer_count = layer_count;
	return check_platform(image, wanted, err);
}

/* What is known of a layer by its file. The digest of its blob, if it has one, is there. */
static int take_layer(struct rl_image *image, size_t number, const char *file, struct rl_error *err)
{
	struct rl_image_part *part = &image->layers[number];
	struct rl_image_layer *facts = &part->facts;
	struct rl_blob_facts found = {0};
	int ret = rl_blobs_look(image->blobs, file, &found, err);

	if (ret != 0)
		return ret;
	memcpy(facts->diff_id, image->diff_ids.strings[number], RL_DIGEST_SIZE);
	/* A tar may begin with anything. */
	if (strcmp(facts->diff_id, facts->blob.digest) == 0)
		found.filter = RL_FILTER_NONE;
	facts->blob.size = found.size;
	facts->filter = found.filter;
	facts->has_method = found.filter <= RL_FILTER_ZSTD;
	facts->method = found.filter == RL_FILTER_GZIP   ? RL_METHOD_GZIP
			: found.filter == RL_FILTER_ZSTD ? RL_METHOD_ZSTD
							 : RL_METHOD_NONE;
	/* In a docker archive the tar is the blob. */
	if (facts->blob.digest[0] == '\0' && found.filter == RL_FILTER_NONE)
		memcpy(facts->blob.digest, facts->diff_id, RL_DIGEST_SIZE);
	part->file = strdup(file);
	return part->file != NULL ? 0 : no_memory(image, err);
}

/* Whether a layer of this media type is one that can be read. */
static int check_media_type(const struct rl_image *image, const char *type, struct rl_error *err)
{
	static const char *const known[] = {"application/vnd.oci.image.layer.v1.tar",
		"application/vnd.docker.image.rootfs.diff.tar"};
	static const char *const ends[] = {"", "+gzip", "+zstd", ".gzip", ".zstd"};
	size_t i, j, len;

	for (i = 0; type != NULL && i < sizeof(known) / sizeof(*known); i++) {
		len = strlen(known[i]);
		for (j = 0; j < sizeof(ends) / sizeof(*ends); j++) {
			if (strncmp(type, known[i], len) == 0 && strcmp(type + len, ends[j]) == 0)
				return 0;
		}
	}
	if (type != NULL && strstr(type, "encrypted") != NULL)
		return rl_error_text(err, ENOTSUP,
			"'%s' has an encrypted layer (%s): decrypt it first, as skopeo copy does",
			image->path, type);
	if (type != NULL &&
		(strstr(type, "foreign") != NULL || strstr(type, "nondistributable") != NULL))
		return rl_error_text(err, ENOTSUP,
			"'%s' has a layer that is not in it (%s): it may not be passed on, as "
			"those of Windows",
			image->path, type);
	return rl_error_text(err, ENOTSUP, "'%s' has a layer that is no tar, but '%s'", image->path,
		type != NULL ? type : "");
}

static int take_oci_layer(struct rl_image *image, size_t number, struct rl_descriptor *descriptor,
	struct rl_error *err)
{
	struct rl_image_layer *facts = &image->layers[number].facts;
	char name[RL_BLOB_NAME_SIZE];
	int ret = check_media_type(image, descriptor->media_type, err);

	if (ret != 0)
		return ret;
	rl_blob_name(descriptor->digest, name);
	memcpy(facts->blob.digest, descriptor->digest, RL_DIGEST_SIZE);
	facts->media_type = rl_steal_ptr(&descriptor->media_type);
	ret = take_layer(image, number, name, err);
	if (ret == 0 && facts->blob.size != descriptor->size)
		ret = rl_error_text(err, EBADMSG,
			"'%s': the layer %s should have %llu bytes, but has %llu", image->path,
			facts->blob.digest, (unsigned long long)descriptor->size,
			(unsigned long long)facts->blob.size);
	return ret;
}

/* Reads what the manifest says, and the config that it names. */
static int take_manifest(struct rl_image *image, const struct rl_buf *text,
	struct rl_read_manifest *manifest, const struct rl_image_wanted *wanted,
	struct rl_error *err)
{
	struct rl_buf config = {0};
	const char *type;
	size_t i;
	int ret = rl_read_manifest(text, image->digest, manifest, err);

	if (ret != 0)
		return ret;
	type = manifest->config.list[0].media_type;
	if (type != NULL && strcmp(type, "application/vnd.oci.image.config.v1+json") != 0 &&
		strcmp(type, "application/vnd.docker.container.image.v1+json") != 0)
		return rl_error_text(err, ENOTSUP,
			"'%s' holds no image of a root file system, but '%s'", image->path, type);
	memcpy(image->id, manifest->config.list[0].digest, RL_DIGEST_SIZE);
	ret = rl_image_read_text(image, manifest->config.list, "the config", &config, err);
	if (ret == 0)
		ret = take_config(image, &config, manifest->layers.count, wanted, err);
	for (i = 0; ret == 0 && i < manifest->layers.count; i++)
		ret = take_oci_layer(image, i, &manifest->layers.list[i], err);
	rl_buf_free(&config);
	return ret;
}

static int open_oci(struct rl_image *image, const char *name, const struct rl_image_wanted *wanted,
	struct rl_error *err)
{
	struct rl_read_manifest manifest = {0};
	struct rl_buf text = {0};
	int ret = 0;

	/* Others do not ask for it either. */
	if (rl_blobs_has(image->blobs, "oci-layout")) {
		ret = rl_blobs_read(image->blobs, "oci-layout", RL_IMAGE_TEXT_MAX, &text, err);
		if (ret == 0)
			ret = rl_read_layout(&text, "oci-layout", err);
	}
	if (ret == 0)
		ret = rl_image_choose(image, name, wanted, &text, err);
	if (ret == 0)
		ret = take_manifest(image, &text, &manifest, wanted, err);
	/* They belong to the image. */
	image->config.annotations = manifest.annotations;
	manifest.annotations = (struct rl_pairs){0};
	rl_read_manifest_free(&manifest);
	rl_buf_free(&text);
	return ret;
}

/* A config's digest, which is mostly its name, too: HEX.json, or blobs/sha256/HEX. */
static int check_docker_config(
	struct rl_image *image, const char *file, const struct rl_buf *text, struct rl_error *err)
{
	const char *slash = strrchr(file, '/');
	char named[RL_DIGEST_SIZE];

	if (rl_digest_of(text->data, text->len, image->id) != 0)
		return no_memory(image, err);
	(void)snprintf(named, sizeof(named), "sha256:%.64s", slash != NULL ? slash + 1 : file);
	return rl_is_digest(named) ? check_text(image, named, "the config", text, err) : 0;
}

/* The image of a docker archive that is meant. */
static int choose_docker(const struct rl_image *image, const struct rl_docker_images *images,
	const char *name, struct rl_docker_image **chosen_ret, struct rl_error *err)
{
	struct rl_buf shown = {0};
	size_t i, j;
	int ret;

	*chosen_ret = NULL;
	for (i = 0; i < images->count; i++) {
		struct rl_docker_image *one = &images->list[i];
		char number[32];

		(void)snprintf(number, sizeof(number), "@%zu", i);
		if (name != NULL ? strcmp(name, number) == 0 : images->count == 1)
			*chosen_ret = one;
		for (j = 0; j < one->tags.count; j++) {
			if (name != NULL && rl_image_is_same_name(name, one->tags.strings[j]))
				*chosen_ret = one;
			rl_image_show(&shown, one->tags.strings[j]);
		}
		if (one->tags.count == 0)
			rl_image_show(&shown, number);
	}
	if (*chosen_ret != NULL)
		ret = 0;
	else if (name != NULL || images->count == 0)
		ret = rl_error_text(err, ENOENT, "'%s' has no image '%s'; it has: %s", image->path,
			name != NULL ? name : "", shown.len > 0 ? shown.data : "none");
	else
		ret = rl_error_text(err, EINVAL,
			"'%s' has several images: say which, as in docker-archive:FILE:NAME; it "
			"has: %s",
			image->path, shown.len > 0 ? shown.data : "");
	rl_buf_free(&shown);
	return ret;
}

/* Reads the config, and what is known of the layers. */
static int take_docker(struct rl_image *image, struct rl_docker_image *chosen,
	const struct rl_image_wanted *wanted, struct rl_error *err)
{
	struct rl_buf text = {0};
	size_t i;
	int ret = rl_blobs_read(image->blobs, chosen->config, RL_IMAGE_TEXT_MAX, &text, err);

	if (ret == 0)
		ret = check_docker_config(image, chosen->config, &text, err);
	if (ret == 0)
		ret = take_config(image, &text, chosen->layers.count, wanted, err);
	for (i = 0; ret == 0 && i < chosen->layers.count; i++)
		ret = take_layer(image, i, chosen->layers.strings[i], err);
	if (ret == 0) {
		image->tags = chosen->tags;
		chosen->tags = (struct rl_strings){0};
	}
	rl_buf_free(&text);
	return ret;
}

static int open_docker(struct rl_image *image, const char *name,
	const struct rl_image_wanted *wanted, struct rl_error *err)
{
	struct rl_docker_images images = {0};
	struct rl_docker_image *chosen;
	struct rl_buf text = {0};
	int ret = rl_blobs_read(image->blobs, "manifest.json", RL_IMAGE_TEXT_MAX, &text, err);

	if (ret == 0)
		ret = rl_read_docker(&text, "manifest.json", &images, err);
	if (ret == 0)
		ret = choose_docker(image, &images, name, &chosen, err);
	if (ret == 0)
		ret = take_docker(image, chosen, wanted, err);
	rl_docker_images_free(&images);
	rl_buf_free(&text);
	return ret;
}

int rl_image_open(const struct rl_image_reference *reference, const struct rl_image_wanted *wanted,
	struct rl_image **image_ret, struct rl_error *err)
{
	static const struct rl_image_wanted any = {0};
	struct rl_image *image = calloc(1, sizeof(*image));
	int ret;

	if (wanted == NULL)
		wanted = &any;
	if (image != NULL)
		image->path = strdup(reference->path);
	if (image == NULL || image->path == NULL) {
		rl_image_close(image);
		return rl_error_set(err, ENOMEM, "cannot read '%s'", reference->path);
	}
	if (reference->kind == RL_IMAGE_TAR)
		ret = rl_error_text(
			err, EINVAL, "'%s' is a plain tar: no image with a config", image->path);
	else
		ret = rl_blobs_open(image->path, &image->blobs, err);
	if (ret == 0 && reference->kind == RL_IMAGE_DOCKER_ARCHIVE)
		ret = open_docker(image, reference->name, wanted, err);
	else if (ret == 0)
		ret = open_oci(image, reference->name, wanted, err);
	if (ret != 0) {
		rl_image_close(image);
		return ret;
	}
	*image_ret = image;
	return 0;
}

const struct rl_image_config *rl_image_config(const struct rl_image *image)
{
	return &image->config;
}

const struct rl_strings *rl_image_tags(const struct rl_image *image)
{
	return &image->tags;
}

const char *rl_image_digest(const struct rl_image *image)
{
	return image->digest;
}

const char *rl_image_id(const struct rl_image *image)
{
	return image->id;
}

size_t rl_image_layer_count(const struct rl_image *image)
{
	return image->layer_count;
}

const struct rl_image_layer *rl_image_layer(const struct rl_image *image, size_t number)
{
	return &image->layers[number].facts;
}

void rl_image_close(struct rl_image *image)
{
	size_t i;

	if (image == NULL)
		return;
	for (i = 0; i < image->layer_count; i++) {
		free((char *)image->layers[i].facts.media_type);
		free(image->layers[i].file);
	}
	free(image->layers);
	rl_config_free(&image->config);
	rl_strings_free(&image->diff_ids);
	rl_strings_free(&image->tags);
	rl_blobs_free(image->blobs);
	free(image->path);
	free(image);
}
