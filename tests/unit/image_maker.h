/* SPDX-License-Identifier: MIT */
/** Makes images for tests of what reads them, by own strings, and opens them: OCI layouts in "l". */

#ifndef RL_TESTS_IMAGE_MAKER_H
#define RL_TESTS_IMAGE_MAKER_H

#include "archive/image.h"
#include "tests/unit/unit.h"
#include "writer/digest.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#define INDEX_TYPE "application/vnd.oci.image.index.v1+json"
#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define CONFIG_TYPE "application/vnd.oci.image.config.v1+json"
#define LAYER_TYPE "application/vnd.oci.image.layer.v1.tar"
#define DOCKER_LAYER "application/vnd.docker.image.rootfs.diff.tar"
#define LAYER_SIZE ((size_t)300000)

/* A scratch directory, which is the current one; layouts are made in "l". */
static char scratch[] = "/tmp/rootlift-image-XXXXXX";
/* What stands for a tar: nobody looks into it here. */
static char tar[LAYER_SIZE];

/* The last text that was made, and the last error. */
static char text[8192];
static struct rl_error err;

static inline void run(const char *line)
{
	if (system(line) != 0)
		fail_msg("%s", line);
}

static inline int set_up(void **state)
{
	unsigned int seed = 1;
	size_t i;

	(void)state;
	for (i = 0; i < LAYER_SIZE; i++) {
		seed = seed * 1103515245U + 12345U;
		tar[i] = (char)(i < 1000 || i % 3 == 0 ? 'x' : seed >> 24);
	}
	return mkdtemp(scratch) == NULL || chdir(scratch) != 0 ? -1 : 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	run("rm -rf ./*");
	return chdir("/") != 0 || rmdir(scratch) != 0 ? -1 : 0;
}

static inline void put_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	assert_int_equal(close(fd), 0);
}

/* Puts a blob into the layout; @digest is filled in. */
static inline void put_blob(const void *data, size_t size, char digest[RL_DIGEST_SIZE])
{
	char path[128];

	assert_int_equal(rl_digest_of(data, size, digest), 0);
	(void)snprintf(path, sizeof(path), "l/blobs/sha256/%s", digest + 7);
	put_file(path, data, size);
}

/* A descriptor of a blob of any size as it is in the layout; @more is put into it. */
static inline char *describe(const char *type, const char *digest, const char *more)
{
	char path[128], *made = NULL;
	struct stat st = {0};

	(void)snprintf(path, sizeof(path), "l/blobs/sha256/%s", digest + 7);
	(void)stat(path, &st);
	assert_true(
		asprintf(&made, "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%lld%s%s}", type,
			digest, (long long)st.st_size, more[0] != '\0' ? "," : "", more) > 0);
	return made;
}

/** What an image is to be like; NULL: as usual. */
struct recipe {
	/* A command that compresses, from "in" to "out". */
	const char *compress;
	/* The layer's media type, what else is in the config, the diff_id. */
	const char *layer_type, *config, *diff_id;
	/* How many bytes the blob of the layer has more or less than is said; one of them is another. */
	int layer_more;
	bool is_changed, is_end_changed;
	/* How many times the layer is in the manifest. */
	size_t layers;
	/* Put into the descriptor in the index. */
	const char *more;
	/* Instead of the config's media type. */
	const char *config_type;
};

/* The blob of the layer. */
static inline void put_layer(const struct recipe *recipe, char digest[RL_DIGEST_SIZE])
{
	char path[128], line[256];
	struct stat st;
	FILE *file;

	put_file("in", tar, LAYER_SIZE);
	(void)snprintf(line, sizeof(line), "%s <in >out",
		recipe->compress != NULL ? recipe->compress : "cat");
	run(line);
	(void)snprintf(line, sizeof(line), "sha256sum out | cut -d ' ' -f 1 | tr -d '\\n' >sum");
	run(line);
	assert_int_equal(stat("out", &st), 0);
	(void)snprintf(digest, RL_DIGEST_SIZE, "sha256:");
	file = fopen("sum", "re");
	assert_non_null(file);
	assert_int_equal(fread(digest + 7, 1, 64, file), 64);
	digest[71] = '\0';
	(void)fclose(file);
	(void)snprintf(path, sizeof(path), "l/blobs/sha256/%s", digest + 7);
	(void)snprintf(line, sizeof(line), "cp out %s", path);
	run(line);
}

/* Spoils the blob of the layer after it has been described. */
static inline void spoil(const struct recipe *recipe, const char *digest)
{
	char path[128];
	struct stat st;
	int fd;

	(void)snprintf(path, sizeof(path), "l/blobs/sha256/%s", digest + 7);
	assert_int_equal(stat(path, &st), 0);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	if (recipe->layer_more != 0)
		assert_int_equal(ftruncate(fd, st.st_size + recipe->layer_more), 0);
	if (recipe->is_changed)
		assert_int_equal(pwrite(fd, "\x55\xaa", 2, st.st_size / 2), 2);
	if (recipe->is_end_changed)
		assert_int_equal(pwrite(fd, "\x55", 1, st.st_size - 1), 1);
	assert_int_equal(close(fd), 0);
}

/* Makes the blobs of an image. @return the descriptor of its manifest. */
static inline char *make_image(const struct recipe *recipe)
{
	char layer[RL_DIGEST_SIZE], config[RL_DIGEST_SIZE], diff_id[RL_DIGEST_SIZE];
	char manifest[RL_DIGEST_SIZE];
	size_t i, layers = recipe->layers > 0 ? recipe->layers : 1;
	char *described, *described_config;
	int len;

	put_layer(recipe, layer);
	assert_int_equal(rl_digest_of(tar, LAYER_SIZE, diff_id), 0);
	described = describe(
		recipe->layer_type != NULL ? recipe->layer_type : LAYER_TYPE "+gzip", layer, "");
	spoil(recipe, layer);
	len = snprintf(text, sizeof(text),
		"{\"architecture\":\"amd64\",\"os\":\"linux\",%s\"rootfs\":{\"type\":\"layers\","
		"\"diff_ids\":[\"%s\"]}}",
		recipe->config != NULL ? recipe->config : "",
		recipe->diff_id != NULL ? recipe->diff_id : diff_id);
	put_blob(text, (size_t)len, config);
	described_config = describe(
		recipe->config_type != NULL ? recipe->config_type : CONFIG_TYPE, config, "");
	len = snprintf(text, sizeof(text),
		"{\"schemaVersion\":2,\"annotations\":{\"a\":\"b\"},\"config\":%s,\"layers\":[",
		described_config);
	for (i = 0; i < layers; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%s%s", i > 0 ? "," : "",
			described);
	len += snprintf(text + len, sizeof(text) - (size_t)len, "]}");
	put_blob(text, (size_t)len, manifest);
	free(described);
	free(described_config);
	return describe(MANIFEST_TYPE, manifest, recipe->more != NULL ? recipe->more : "");
}

static inline void begin_layout(void)
{
	run("rm -rf l && mkdir -p l/blobs/sha256");
	put_file("l/oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}", 30);
}

static inline void put_index(const char *manifests)
{
	char index[8192];
	int len = snprintf(
		index, sizeof(index), "{\"schemaVersion\":2,\"manifests\":[%s]}", manifests);

	assert_true(len < (int)sizeof(index));
	put_file("l/index.json", index, (size_t)len);
}

/* A layout of one image. */
static inline void make_layout(const struct recipe *recipe)
{
	char *described;

	begin_layout();
	described = make_image(recipe);
	put_index(described);
	free(described);
}

static inline int open_image(
	const char *reference_text, const char *architecture, struct rl_image **image)
{
	struct rl_image_reference reference = {0};
	struct rl_image_wanted wanted = {.architecture = architecture};
	int ret;

	err = (struct rl_error){0};
	*image = NULL;
	ret = rl_image_reference_parse(reference_text, &reference, &err);
	if (ret == 0)
		ret = rl_image_open(&reference, &wanted, image, &err);
	rl_image_reference_free(&reference);
	return ret;
}

/* Reads a layer, which has to be the tar if all is well. */
static inline int read_layer(const struct rl_image *image, size_t number, uint64_t max)
{
	struct rl_image_limits limits = {.bytes = max};
	struct rl_stream *stream = NULL;
	const void *data;
	size_t at = 0;
	bool is_same = true;
	ssize_t len = rl_image_layer_open(image, number, &limits, &stream, &err);

	if (len != 0)
		return (int)len;
	while ((len = stream->read(stream, &data, &err)) > 0) {
		is_same = is_same && (size_t)len <= LAYER_SIZE - at &&
			  memcmp(tar + at, data, (size_t)len) == 0;
		at += (size_t)len;
	}
	stream->close(stream);
	/* What is told to be all is all. */
	if (len == 0 && (!is_same || at != LAYER_SIZE))
		fail_msg("another tar of %zu bytes", at);
	return (int)len;
}

static inline int take_copy(void *ctx, const void *data, size_t size, struct rl_error *failed)
{
	(void)failed;
	return fwrite(data, 1, size, ctx) == size ? 0 : -EIO;
}

/* Copies the blob of a layer, which has to be the file "out" if all is well. */
static inline int copy_layer(const struct rl_image *image, size_t number)
{
	FILE *file = fopen("copy", "we");
	struct rl_blob blob = {0};
	struct rl_sink *sink;
	int ret;

	assert_non_null(file);
	assert_int_equal(rl_sink_open_call(take_copy, file, &sink), 0);
	ret = rl_image_blob_copy(image, number, sink, &blob, &err);
	rl_sink_free(sink);
	assert_int_equal(fclose(file), 0);
	if (ret == 0) {
		(void)snprintf(text, sizeof(text),
			"cmp copy out && [ \"$(sha256sum <out)\" = '%s  -' ]", blob.digest + 7);
		run(text);
	}
	return ret;
}

/* All of an image is as it should be. */
static inline void judge(const char *reference, enum rl_filter filter, size_t layers)
{
	struct rl_image *image;
	size_t i;

	if (open_image(reference, NULL, &image) != 0)
		fail_msg("%s: %s", reference, err.message);
	assert_int_equal(rl_image_layer_count(image), layers);
	for (i = 0; i < layers; i++) {
		assert_int_equal(rl_image_layer(image, i)->filter, filter);
		if (read_layer(image, i, 0) != 0 || copy_layer(image, i) != 0)
			fail_msg("%s: %s", reference, err.message);
	}
	assert_string_equal(rl_image_config(image)->architecture, "amd64");
	rl_image_close(image);
}

/* Opening fails so, with such words in the line. */
static inline void refuse(
	const char *reference, const char *architecture, int code, const char *words)
{
	struct rl_image *image;
	int ret = open_image(reference, architecture, &image);

	rl_image_close(image);
	if (ret != -code || err.code != code || strstr(err.message, words) == NULL ||
		strchr(err.message, '\n') != NULL)
		fail_msg("%s: %d, '%s', not '%s'", reference, ret, err.message, words);
}

/* Opening works, but reading and copying the layer fail so. */
static inline void refuse_layer(const char *reference, int code, const char *words)
{
	struct rl_image *image;
	int ret;

	if (open_image(reference, NULL, &image) != 0)
		fail_msg("%s: %s", reference, err.message);
	ret = read_layer(image, 0, 0);
	if (ret != -code || strstr(err.message, words) == NULL)
		fail_msg("%s: %d, '%s', not '%s'", reference, ret, err.message, words);
	rl_image_close(image);
}

#endif
