/* SPDX-License-Identifier: MIT */
/**
 * Says which layer files go to: bench_layering ROOT MAX_LAYERS <FILES >NUMBERS, the user, the group and the path below
 * ROOT of each on a line. The names of the layers go to standard error.
 */
#include "filters/layering.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_layering: %s\n", what);
	exit(3);
}

int main(int argc, char **argv)
{
	struct rl_layering_options options = {0};
	struct rl_entry entry = {0};
	struct rl_packages *packages;
	struct rl_layering *layering;
	struct rl_error err = {0};
	const char *database;
	RL_AUTO_FREE char *line = NULL;
	size_t i, room = 0;
	ssize_t len;
	int fd;

	if (argc != 3)
		die("usage: bench_layering ROOT MAX_LAYERS <FILES >NUMBERS");
	options.max_layers = strtoul(argv[2], NULL, 10);
	fd = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		die("cannot open ROOT");
	if (rl_packages_read(fd, NULL, &packages, &database, &err) != 0 ||
		rl_layering_new(packages, &options, &layering, &err) != 0)
		die(err.message);
	while ((len = getline(&line, &room, stdin)) > 0) {
		line[len - 1] = '\0';
		entry.uid = (uid_t)strtoul(line, &entry.path, 10);
		entry.gid = (gid_t)strtoul(entry.path, &entry.path, 10);
		/* Behind the blank. */
		entry.path++;
		(void)printf("%zu\n", rl_layering_of_entry(layering, &entry));
	}
	for (i = 0; i < rl_layering_count(layering); i++)
		(void)fprintf(stderr, "%s\n", rl_layering_name(layering, i));
	rl_layering_free(layering);
	rl_packages_free(packages);
	(void)close(fd);
	return 0;
}
