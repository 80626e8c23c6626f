/* SPDX-License-Identifier: MIT */
/*
 * In a tar. What a blob is called, and how long it is, is known when all of it has been written: its header is
 * left out at first, and put in its place then. So one blob at a time can be written to its place. Others that
 * are open at the same time are written to files without names beside the archive, which are there from
 * the beginning: nothing can be opened once the process has given up its rights.
 */
#include "writer/layout_ops.h"
#include "writer/ustar.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct archive {
	struct rl_layout layout;
	/* Where the header of the blob that is in its place belongs, and which that is; NULL: none. */
	uint64_t header_at;
	const struct rl_layout_blob *in_place;
	/* Files for blobs that are not; owned. */
	struct rl_sink **apart;
	size_t apart_count;
};

static struct archive *archive_of(const struct rl_layout_blob *blob)
{
	return (struct archive *)blob->layout;
}

/* The header of a file or, with "/" behind its name, of a directory; the dates are the epoch. */
static int make_header(const char *name, uint64_t size, char *header)
{
	size_t len = strlen(name);
	bool is_directory = len > 0 && name[len - 1] == '/';
	char path[128];
	struct rl_entry entry = {
		.path = path, .mode = is_directory ? S_IFDIR | 0755 : S_IFREG | 0644};
	const struct rl_member member = {.entry = &entry};

	if (len >= sizeof(path))
		return -EINVAL;
	memcpy(path, name, len + 1);
	if (is_directory)
		path[len - 1] = '\0';
	if (!rl_ustar_header(&member, false, header))
		return -EINVAL;
	rl_ustar_set_size(header, size);
	return 0;
}

static int write_padding(struct rl_sink *sink, struct rl_error *err)
{
	return rl_sink_write_zeros(sink, -rl_sink_position(sink) % RL_TAR_BLOCK, err);
}

/* Writes a header, and what is behind it. */
static int add_file(struct rl_layout *layout, const char *name, const void *data, size_t size,
	struct rl_error *err)
{
	char header[RL_TAR_BLOCK];
	int ret = make_header(name, size, header);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot write '%s'", name);
	ret = rl_sink_write(layout->sink, header, sizeof(header), err);
	if (ret == 0 && size > 0)
		ret = rl_sink_write(layout->sink, data, size, err);
	return ret == 0 ? write_padding(layout->sink, err) : ret;
}

/* Leaves room for the header of a blob that comes now. */
static int begin_in_place(
	struct archive *archive, const struct rl_layout_blob *blob, struct rl_error *err)
{
	struct rl_sink *sink = archive->layout.sink;

	archive->in_place = blob;
	archive->header_at = rl_sink_position(sink);
	return rl_sink_write_zeros(sink, RL_TAR_BLOCK, err);
}

static int open_blob(struct rl_layout_blob *blob, struct rl_error *err)
{
	struct archive *archive = archive_of(blob);

	if (archive->in_place == NULL) {
		blob->sink = blob->layout->sink;
		return begin_in_place(archive, blob, err);
	}
	if (archive->apart_count == 0)
		return rl_error_text(err, EINVAL, "cannot begin one more blob");
	blob->is_apart = true;
	blob->sink = archive->apart[--archive->apart_count];
	return 0;
}

static int keep_blob(struct rl_layout_blob *blob, const char *name, struct rl_error *err)
{
	struct archive *archive = archive_of(blob);
	struct rl_sink *sink = blob->layout->sink;
	char path[128], header[RL_TAR_BLOCK];
	uint64_t size;
	int ret = 0;

	if (blob->is_apart && archive->in_place != NULL)
		return rl_error_text(err, EINVAL, "another blob is being written");
	if (blob->is_apart)
		ret = begin_in_place(archive, blob, err);
	if (ret == 0 && blob->is_apart)
		ret = rl_sink_copy(sink, blob->sink, err);
	if (ret != 0)
		return ret;
	archive->in_place = NULL;
	size = rl_sink_position(sink) - archive->header_at - RL_TAR_BLOCK;
	(void)snprintf(path, sizeof(path), RL_LAYOUT_BLOBS "%s", name);
	ret = make_header(path, size, header);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot write '%s'", path);
	ret = rl_sink_patch(sink, archive->header_at, header, sizeof(header), err);
	return ret == 0 ? write_padding(sink, err) : ret;
}

static int drop_blob(struct rl_layout_blob *blob, struct rl_error *err)
{
	struct archive *archive = archive_of(blob);

	if (blob->is_apart)
		return 0;
	archive->in_place = NULL;
	return rl_sink_rewind(blob->layout->sink, archive->header_at, err);
}

static int finish(struct rl_layout *layout, struct rl_error *err)
{
	return rl_sink_write_zeros(layout->sink, 2 * (uint64_t)RL_TAR_BLOCK, err);
}

static void archive_free(struct rl_layout *layout)
{
	struct archive *archive = (struct archive *)layout;

	while (archive->apart_count > 0)
		rl_sink_free(archive->apart[--archive->apart_count]);
	free(archive->apart);
	free(archive);
}

static const struct rl_layout_ops archive_ops = {
	.open_blob = open_blob,
	.keep_blob = keep_blob,
	.drop_blob = drop_blob,
	.add_file = add_file,
	.finish = finish,
	.free = archive_free,
};

static int open_apart(struct archive *archive, size_t count, struct rl_error *err)
{
	int ret = 0;

	archive->apart = calloc(count, sizeof(*archive->apart));
	if (archive->apart == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin an image");
	while (ret == 0 && archive->apart_count < count) {
		struct rl_sink **sink = &archive->apart[archive->apart_count];

		ret = rl_sink_open_scratch(archive->layout.sink, sink, err);
		if (ret != 0)
			break;
		rl_sink_write_behind(*sink);
		archive->apart_count++;
	}
	return ret;
}

int rl_layout_open_archive(
	struct rl_sink *sink, size_t layers, struct rl_layout **layout_ret, struct rl_error *err)
{
	struct archive *archive = calloc(1, sizeof(*archive));
	int ret;

	if (archive == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin an image");
	archive->layout = (struct rl_layout){.ops = &archive_ops, .sink = sink};
	ret = add_file(&archive->layout, "blobs/", NULL, 0, err);
	if (ret == 0)
		ret = add_file(&archive->layout, RL_LAYOUT_BLOBS, NULL, 0, err);
	if (ret == 0 && layers > 1)
		ret = open_apart(archive, layers - 1, err);
	if (ret != 0) {
		archive_free(&archive->layout);
		return ret;
	}
	*layout_ret = &archive->layout;
	return 0;
}
