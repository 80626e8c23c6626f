/* SPDX-License-Identifier: MIT */
/**
 * Makes a layer of a file: bench_layer METHOD[:LEVEL] THREADS FILE >BLOB. The digests go to standard error.
 */
#include "writer/layer.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define PIECE_SIZE ((size_t)256 << 10)

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_layer: %s\n", what);
	exit(3);
}

/* Reads the file @fd to its end, into @sink. */
static void pour(int fd, struct rl_sink *sink)
{
	struct rl_error err = {0};
	char *data = malloc(PIECE_SIZE);
	ssize_t len;

	if (data == NULL)
		die("no memory");
	while ((len = read(fd, data, PIECE_SIZE)) > 0) {
		if (rl_sink_write(sink, data, (size_t)len, &err) != 0)
			die(err.message);
	}
	if (len < 0)
		die(strerror(errno));
	free(data);
}

int main(int argc, char **argv)
{
	struct rl_layer_options options = {0};
	struct rl_layer_facts facts = {0};
	struct rl_error err = {0};
	struct rl_layer_pool *pool;
	struct rl_layer *layer;
	struct rl_sink *sink;
	int fd;

	if (argc != 4 || rl_compression_parse(argv[1], &options.compression) != 0)
		die("usage: bench_layer METHOD[:LEVEL] THREADS FILE >BLOB");
	options.threads = (unsigned int)strtoul(argv[2], NULL, 10);
	fd = open(argv[3], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("cannot open the file");
	if (rl_sink_open_fd(STDOUT_FILENO, "standard output", &sink, &err) != 0 ||
		rl_layer_pool_new(&options, &pool, &err) != 0 ||
		rl_layer_open(pool, sink, &layer, &err) != 0)
		die(err.message);
	pour(fd, rl_layer_sink(layer));
	if (rl_layer_finish(layer, &facts, &err) != 0 || rl_sink_commit(sink, &err) != 0)
		die(err.message);
	rl_layer_free(layer);
	rl_layer_pool_free(pool);
	rl_sink_free(sink);
	(void)close(fd);
	(void)fprintf(stderr, "%s %s\n", facts.diff_id, facts.digest);
	return 0;
}
