/* SPDX-License-Identifier: MIT */
/**
 * Tells what an image has in it: read_image [-n] REFERENCE [OS/ARCH[/VARIANT]]. With -n the layers are not read, with
 * -c DIR their blobs are copied into files there.
 */
#include "archive/image.h"
#include "archive/reference.h"
#include "archive/stream.h"

#include <stdio.h>
#include <string.h>

static void check(int ret, const struct rl_error *err)
{
	if (ret == 0)
		return;
	(void)fprintf(stderr, "read_image: %s (%d)\n", err->message, -ret);
	exit(3);
}

static void show(const char *what, const char *text)
{
	if (text != NULL && text[0] != '\0')
		(void)printf("%s %s\n", what, text);
}

static void show_strings(const char *what, const struct rl_strings *strings)
{
	size_t i;

	for (i = 0; i < strings->count; i++)
		show(what, strings->strings[i]);
}

static void show_pairs(const char *what, const struct rl_pairs *pairs)
{
	size_t i;

	for (i = 0; i < pairs->count; i++)
		(void)printf("%s %s=%s\n", what, pairs->pairs[i].name, pairs->pairs[i].value);
}

static void show_config(const struct rl_image_config *config)
{
	size_t i;

	show("os", config->os);
	show("architecture", config->architecture);
	show("variant", config->variant);
	show("author", config->author);
	if (config->has_created)
		(void)printf("created %lld\n", (long long)config->created);
	show_strings("entrypoint", &config->entrypoint);
	show_strings("cmd", &config->command);
	show_pairs("env", &config->environment);
	show("user", config->user);
	show("workdir", config->working_dir);
	show("stopsignal", config->stop_signal);
	show_strings("port", &config->ports);
	show_strings("volume", &config->volumes);
	show_strings("onbuild", &config->on_build);
	show_strings("health", &config->health.test);
	show_pairs("label", &config->labels);
	for (i = 0; i < config->history_count; i++)
		(void)printf("history %d %s\n", config->history[i].is_empty,
			config->history[i].created_by != NULL ? config->history[i].created_by : "");
	show_pairs("annotation", &config->annotations);
}

/* Reads a stream to its end. @return its length. */
static unsigned long long read_all(struct rl_stream *stream, struct rl_error *err)
{
	unsigned long long total = 0;
	const void *data;
	ssize_t len;

	while ((len = stream->read(stream, &data, err)) > 0)
		total += (unsigned long long)len;
	check((int)len, err);
	stream->close(stream);
	return total;
}

static void copy_layer(const struct rl_image *image, size_t number, const char *dir)
{
	struct rl_error err = {0};
	struct rl_sink *sink = NULL;
	struct rl_blob blob;
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%zu", dir, number);
	check(rl_sink_open_file(path, &sink, &err), &err);
	check(rl_image_blob_copy(image, number, sink, &blob, &err), &err);
	check(rl_sink_commit(sink, &err), &err);
	rl_sink_free(sink);
	(void)printf("copied %s %llu\n", blob.digest, (unsigned long long)blob.size);
}

static void show_layer(
	const struct rl_image *image, size_t number, bool is_read, const char *copy_dir)
{
	const struct rl_image_layer *layer = rl_image_layer(image, number);
	struct rl_error err = {0};
	struct rl_stream *stream = NULL;

	(void)printf("layer %s %s %s %llu", layer->diff_id, rl_filter_name(layer->filter),
		layer->blob.digest[0] != '\0' ? layer->blob.digest : "-",
		(unsigned long long)layer->blob.size);
	if (is_read) {
		check(rl_image_layer_open(image, number, NULL, &stream, &err), &err);
		(void)printf(" %llu", read_all(stream, &err));
	}
	(void)printf("\n");
	if (copy_dir != NULL)
		copy_layer(image, number, copy_dir);
}

int main(int argc, char **argv)
{
	static const char *const kinds[] = {"oci", "oci-archive", "docker-archive", "tar"};
	struct rl_image_reference reference = {0};
	struct rl_image_wanted wanted = {0};
	struct rl_error err = {0};
	struct rl_image *image = NULL;
	struct rl_stream *stream = NULL;
	bool is_read = true;
	const char *copy_dir = NULL;
	int option;
	size_t i;

	while ((option = getopt(argc, argv, "nc:")) != -1) {
		is_read = is_read && option != 'n';
		copy_dir = option == 'c' ? optarg : copy_dir;
	}
	if (optind == argc)
		return 2;
	if (optind + 1 < argc) {
		wanted.os = strtok(argv[optind + 1], "/");
		wanted.architecture = strtok(NULL, "/");
		wanted.variant = strtok(NULL, "/");
	}
	check(rl_image_reference_parse(argv[optind], &reference, &err), &err);
	(void)printf("kind %s\n", kinds[reference.kind]);
	if (reference.kind == RL_IMAGE_TAR) {
		check(rl_stream_open_file(reference.path, &stream, &err), &err);
		(void)printf("bytes %llu\n", read_all(stream, &err));
		rl_image_reference_free(&reference);
		return 0;
	}
	check(rl_image_open(&reference, &wanted, &image, &err), &err);
	show("digest", rl_image_digest(image));
	show("id", rl_image_id(image));
	show_strings("tag", rl_image_tags(image));
	show_config(rl_image_config(image));
	for (i = 0; i < rl_image_layer_count(image); i++)
		show_layer(image, i, is_read, copy_dir);
	rl_image_close(image);
	rl_image_reference_free(&reference);
	return 0;
}
