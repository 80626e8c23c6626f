/* SPDX-License-Identifier: MIT */
/**
 * Any bytes as what an image says of itself: the first one says whether an index, a manifest, a config, docker's
 * manifest.json, or a whole archive, in which each image that has no name in the way is opened and read.
 */
#include "archive/image.h"
#include "archive/image_json.h"
#include "tests/fuzz/scratch_root.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As much as a layer may become here, in bytes. */
#define LAYER_MAX ((uint64_t)16 << 20)

/* What was read of a text that was taken is as it should be. */
static void check_texts(const struct rl_descriptors *descriptors)
{
	size_t i;

	for (i = 0; i < descriptors->count; i++) {
		if (!rl_is_digest(descriptors->list[i].digest))
			abort();
	}
}

static int read_text(char kind, const struct rl_buf *text, struct rl_error *err)
{
	struct rl_descriptors index = {0};
	struct rl_read_manifest manifest = {0};
	struct rl_docker_images images = {0};
	struct rl_image_config config = {0};
	struct rl_strings diff_ids = {0};
	int ret = 0;

	if (kind == 'i')
		ret = rl_read_index(text, "the text", &index, err);
	else if (kind == 'm')
		ret = rl_read_manifest(text, "the text", &manifest, err);
	else if (kind == 'd')
		ret = rl_read_docker(text, "the text", &images, err);
	else
		ret = rl_read_config(text, "the text", &config, &diff_ids, err);
	if (ret == 0) {
		check_texts(&index);
		check_texts(&manifest.layers);
		if (kind == 'm' && manifest.config.count != 1)
			abort();
	}
	rl_descriptors_free(&index);
	rl_read_manifest_free(&manifest);
	rl_docker_images_free(&images);
	rl_config_free(&config);
	rl_strings_free(&diff_ids);
	return ret;
}

static void read_layers(const struct rl_image *image)
{
	const struct rl_image_limits limits = {.bytes = LAYER_MAX};
	size_t i, count = rl_image_layer_count(image);

	for (i = 0; i < count && i < 3; i++) {
		struct rl_stream *stream;
		struct rl_error err = {0};
		const void *data;
		ssize_t len;

		if (rl_image_layer_open(image, i, &limits, &stream, &err) != 0)
			continue;
		do
			len = stream->read(stream, &data, &err);
		while (len > 0);
		stream->close(stream);
		if (len < 0 && err.code != -len)
			abort();
	}
}

/* A whole archive; what is found out by looking is right, or something is wrong with the image. */
static int read_archive(const uint8_t *data, size_t size, struct rl_error *err)
{
	struct rl_image_reference reference = {0};
	struct rl_image_wanted wanted = {0};
	struct rl_image *image;
	char path[64];
	int ret;

	fuzz_root_write("image", data, size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d/image", fuzz_root());
	ret = rl_image_reference_parse(path, &reference, err);
	/* Anything may be a tar. */
	if (ret != 0)
		abort();
	if (reference.kind == RL_IMAGE_TAR)
		reference.kind = RL_IMAGE_DOCKER_ARCHIVE;
	ret = rl_image_open(&reference, &wanted, &image, err);
	if (ret == 0) {
		read_layers(image);
		rl_image_close(image);
	}
	rl_image_reference_free(&reference);
	fuzz_root_remove("image");
	return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rl_buf text = {0};
	struct rl_error err = {0};
	int ret;

	if (size == 0)
		return 0;
	if (data[0] == 'a') {
		ret = read_archive(data + 1, size - 1, &err);
	} else {
		if (rl_buf_append(&text, data + 1, size - 1) != 0 ||
			rl_buf_append(&text, "", 1) != 0)
			abort();
		text.len--;
		ret = read_text((char)data[0], &text, &err);
		rl_buf_free(&text);
	}
	if (ret != 0 && (ret > 0 || err.code != -ret || err.message[0] == '\0'))
		abort();
	return 0;
}
