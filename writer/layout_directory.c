/* SPDX-License-Identifier: MIT */
/*
 * In a directory: each blob is a file of its own, which gets its name when that is known. All files are there
 * from the beginning, without names: nothing can be opened once the process has given up its rights.
 */
#include "writer/layout_ops.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

/* As all that a capture makes: for its owner alone. */
#define DIR_MODE 0700
/* Blobs that are no layers: the config and the manifest. */
#define OTHER_BLOBS 2
/* Files that are no blobs: index.json and oci-layout. */
#define OTHER_FILES 2
/* Of so many layers the files are written past the page cache, which takes memory for each. */
#define DIRECT_MAX 4

/* Files that have no names yet. */
struct spare {
	/* Owned. */
	struct rl_sink **sinks;
	size_t count;
};

struct directory {
	struct rl_layout layout;
	/* Where blobs are; owned. */
	int blobs_fd;
	struct spare blobs, files;
};

static int open_blob(struct rl_layout_blob *blob, struct rl_error *err)
{
	struct spare *spare = &((struct directory *)blob->layout)->blobs;

	if (spare->count == 0)
		return rl_error_text(err, EINVAL, "cannot begin one more blob");
	blob->is_apart = true;
	blob->sink = spare->sinks[--spare->count];
	return 0;
}

static int keep_blob(struct rl_layout_blob *blob, const char *name, struct rl_error *err)
{
	return rl_sink_commit_as(blob->sink, name, err);
}

static int drop_blob(struct rl_layout_blob *blob, struct rl_error *err)
{
	(void)blob;
	(void)err;
	return 0;
}

static int add_file(struct rl_layout *layout, const char *name, const void *data, size_t size,
	struct rl_error *err)
{
	struct spare *spare = &((struct directory *)layout)->files;
	struct rl_sink *sink;
	int ret;

	if (spare->count == 0)
		return rl_error_text(err, EINVAL, "cannot write one more file");
	sink = spare->sinks[--spare->count];
	ret = rl_sink_write(sink, data, size, err);
	if (ret == 0)
		ret = rl_sink_commit_as(sink, name, err);
	rl_sink_free(sink);
	return ret;
}

static int finish(struct rl_layout *layout, struct rl_error *err)
{
	(void)layout;
	(void)err;
	return 0;
}

static void close_spare(struct spare *spare)
{
	while (spare->count > 0)
		rl_sink_free(spare->sinks[--spare->count]);
	free(spare->sinks);
}

static void directory_free(struct rl_layout *layout)
{
	struct directory *directory = (struct directory *)layout;

	close_spare(&directory->blobs);
	close_spare(&directory->files);
	rl_cleanup_fd(&directory->blobs_fd);
	free(directory);
}

static const struct rl_layout_ops directory_ops = {
	.open_blob = open_blob,
	.keep_blob = keep_blob,
	.drop_blob = drop_blob,
	.add_file = add_file,
	.finish = finish,
	.free = directory_free,
};

/* Opens @count files in @dir_fd. Those that are taken first come last. */
static int open_spare(
	struct spare *spare, struct rl_sink *sink, int dir_fd, size_t count, struct rl_error *err)
{
	spare->sinks = calloc(count, sizeof(*spare->sinks));
	if (spare->sinks == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin an image");
	while (spare->count < count) {
		int ret = rl_sink_open_inside(sink, dir_fd, &spare->sinks[spare->count], err);

		if (ret != 0)
			return ret;
		spare->count++;
	}
	return 0;
}

/* Makes the directories that blobs are in. */
static int make_directories(struct directory *directory, struct rl_error *err)
{
	int fd = rl_sink_inside(directory->layout.sink);

	if (mkdirat(fd, "blobs", DIR_MODE) == 0 && mkdirat(fd, RL_LAYOUT_BLOBS, DIR_MODE) == 0)
		directory->blobs_fd =
			openat(fd, RL_LAYOUT_BLOBS, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return directory->blobs_fd >= 0
		       ? 0
		       : rl_error_set(err, errno, "cannot create '" RL_LAYOUT_BLOBS "'");
}

static int open_files(struct directory *directory, size_t layers, struct rl_error *err)
{
	struct rl_sink *sink = directory->layout.sink;
	struct spare *blobs = &directory->blobs;
	size_t i;
	int ret = open_spare(blobs, sink, directory->blobs_fd, layers + OTHER_BLOBS, err);

	if (ret == 0)
		ret = open_spare(&directory->files, sink, rl_sink_inside(sink), OTHER_FILES, err);
	/* The layers are opened first. */
	for (i = OTHER_BLOBS; ret == 0 && i < blobs->count; i++) {
		if (layers <= DIRECT_MAX)
			rl_sink_write_directly(blobs->sinks[i]);
		rl_sink_write_behind(blobs->sinks[i]);
	}
	return ret;
}

int rl_layout_open_directory(
	struct rl_sink *sink, size_t layers, struct rl_layout **layout_ret, struct rl_error *err)
{
	struct directory *directory = calloc(1, sizeof(*directory));
	int ret;

	if (directory == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin an image");
	directory->layout = (struct rl_layout){.ops = &directory_ops, .sink = sink};
	directory->blobs_fd = -1;
	ret = make_directories(directory, err);
	if (ret == 0)
		ret = open_files(directory, layers, err);
	if (ret != 0) {
		directory_free(&directory->layout);
		return ret;
	}
	*layout_ret = &directory->layout;
	return 0;
}
