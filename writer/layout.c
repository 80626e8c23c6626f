/* SPDX-License-Identifier: MIT */
/*
 * What a blob is called, and how long it is, is known when all of it has been written: its header is
 * left out at first, and put in its place then.
 */
#include "writer/layout.h"

#include "writer/ustar.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BLOBS "blobs/sha256/"
#define PREFIX "sha256:"

struct rl_layout {
	struct rl_sink *sink;
	/* Where the header of the blob that was begun belongs. */
	uint64_t header_at;
	/* The digests of all blobs that are there; owned. */
	char (*digests)[RL_DIGEST_SIZE];
	size_t count;
};

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

static int write_padding(struct rl_layout *layout, struct rl_error *err)
{
	uint64_t position = rl_sink_position(layout->sink);

	return rl_sink_write_zeros(layout->sink, -position % RL_TAR_BLOCK, err);
}

/* Writes a header, and what is behind it. */
static int write_member(struct rl_layout *layout, const char *name, const void *data, size_t size,
	struct rl_error *err)
{
	char header[RL_TAR_BLOCK];
	int ret = make_header(name, size, header);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot write '%s'", name);
	ret = rl_sink_write(layout->sink, header, sizeof(header), err);
	if (ret == 0 && size > 0)
		ret = rl_sink_write(layout->sink, data, size, err);
	return ret == 0 ? write_padding(layout, err) : ret;
}

int rl_layout_open(struct rl_sink *sink, struct rl_layout **layout_ret, struct rl_error *err)
{
	struct rl_layout *layout;
	int ret;

	if (!rl_sink_can_rewind(sink))
		return rl_error_text(err, EINVAL,
			"an image's files are put together in a file: name one (-o FILE)");
	layout = calloc(1, sizeof(*layout));
	if (layout == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin an image");
	layout->sink = sink;
	ret = write_member(layout, "blobs/", NULL, 0, err);
	if (ret == 0)
		ret = write_member(layout, BLOBS, NULL, 0, err);
	if (ret != 0) {
		free(layout);
		return ret;
	}
	*layout_ret = layout;
	return 0;
}

int rl_layout_begin_blob(struct rl_layout *layout, struct rl_error *err)
{
	layout->header_at = rl_sink_position(layout->sink);
	return rl_sink_write_zeros(layout->sink, RL_TAR_BLOCK, err);
}

static bool is_there(const struct rl_layout *layout, const char *digest)
{
	size_t i;

	for (i = 0; i < layout->count; i++) {
		if (strcmp(layout->digests[i], digest) == 0)
			return true;
	}
	return false;
}

static int note(struct rl_layout *layout, const char *digest)
{
	void *digests = reallocarray(layout->digests, layout->count + 1, sizeof(*layout->digests));

	if (digests == NULL)
		return -ENOMEM;
	layout->digests = digests;
	(void)snprintf(layout->digests[layout->count++], RL_DIGEST_SIZE, "%s", digest);
	return 0;
}

int rl_layout_end_blob(struct rl_layout *layout, const char *digest, struct rl_error *err)
{
	uint64_t size = rl_sink_position(layout->sink) - layout->header_at - RL_TAR_BLOCK;
	char name[128], header[RL_TAR_BLOCK];
	int ret;

	if (is_there(layout, digest))
		return rl_sink_rewind(layout->sink, layout->header_at, err);
	(void)snprintf(name, sizeof(name), BLOBS "%s", digest + strlen(PREFIX));
	ret = make_header(name, size, header);
	if (ret == 0)
		ret = note(layout, digest);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot write '%s'", name);
	ret = rl_sink_patch(layout->sink, layout->header_at, header, sizeof(header), err);
	return ret == 0 ? write_padding(layout, err) : ret;
}

int rl_layout_add_blob(struct rl_layout *layout, const void *data, size_t size,
	struct rl_blob *blob, struct rl_error *err)
{
	int ret = rl_digest_of(data, size, blob->digest);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot make a digest");
	blob->size = size;
	ret = rl_layout_begin_blob(layout, err);
	if (ret == 0)
		ret = rl_sink_write(layout->sink, data, size, err);
	return ret == 0 ? rl_layout_end_blob(layout, blob->digest, err) : ret;
}

int rl_layout_add_file(struct rl_layout *layout, const char *name, const void *data, size_t size,
	struct rl_error *err)
{
	return write_member(layout, name, data, size, err);
}

int rl_layout_finish(struct rl_layout *layout, struct rl_error *err)
{
	return rl_sink_write_zeros(layout->sink, 2 * (uint64_t)RL_TAR_BLOCK, err);
}

void rl_layout_free(struct rl_layout *layout)
{
	if (layout != NULL)
		free(layout->digests);
	free(layout);
}
