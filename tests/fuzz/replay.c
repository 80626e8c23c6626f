/* SPDX-License-Identifier: MIT */
/** Feeds files to a fuzz target without a fuzzer: those named, and all of directories named. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Feeds one file. Returns 1, or 0 if it cannot be read. */
static int feed(const char *path)
{
	FILE *file = fopen(path, "re");
	uint8_t *data = NULL;
	long size = -1;
	int fed = 0;

	if (file == NULL)
		return 0;
	if (fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	if (size >= 0 && fseek(file, 0, SEEK_SET) == 0)
		data = malloc((size_t)size + 1);
	if (data != NULL && fread(data, 1, (size_t)size, file) == (size_t)size) {
		(void)LLVMFuzzerTestOneInput(data, (size_t)size);
		fed = 1;
	}
	free(data);
	(void)fclose(file);
	return fed;
}

/* Feeds a directory's files, or the one file that @dir is. */
static int feed_all(const char *dir)
{
	struct dirent **names;
	int i, fed = 0, count = scandir(dir, &names, NULL, alphasort);

	if (count < 0)
		return feed(dir);
	for (i = 0; i < count; i++) {
		char path[4096];

		if (names[i]->d_name[0] != '.') {
			(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
			fed += feed(path);
		}
		free(names[i]);
	}
	free(names);
	return fed;
}

int main(int argc, char **argv)
{
	int i, fed = 0;

	for (i = 1; i < argc; i++)
		fed += feed_all(argv[i]);
	(void)printf("%s: %d inputs\n", argv[0], fed);
	return fed > 0 ? 0 : 1;
}
