/* SPDX-License-Identifier: MIT */
#include "archive/blobs.h"

#include "archive/members.h"
#include "scan/far.h"
#include "scan/root_file.h"
#include "scan/stat.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define PIECE_SIZE ((size_t)256 << 10)

struct rl_blobs {
	/* The directory or the archive. */
	int fd;
	/* For messages. Owned. */
	char *path;
	/* NULL: it is a directory. Owned. */
	struct rl_members *members;
};

/* A file of a directory as a stream. */
struct blob_stream {
	struct rl_stream stream;
	int fd;
	uint64_t at;
	/* For messages; borrowed, and owned. */
	const char *path;
	char *name;
	char data[PIECE_SIZE];
};

static int open_blobs(
	const char *path, bool is_tried, struct rl_blobs **blobs_ret, struct rl_error *err)
{
	RL_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct rl_blobs *blobs;
	struct stat st;
	int ret = 0;

	if (fd < 0 || fstat(fd, &st) != 0)
		return rl_error_set(err, errno, "cannot open '%s'", path);
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
		return rl_error_text(err, EINVAL,
			"'%s' is neither a file nor a directory: an image is read more than once",
			path);
	blobs = calloc(1, sizeof(*blobs));
	if (blobs == NULL)
		return rl_error_set(err, ENOMEM, "cannot open '%s'", path);
	blobs->fd = rl_steal_fd(&fd);
	blobs->path = strdup(path);
	if (blobs->path == NULL)
		ret = rl_error_set(err, ENOMEM, "cannot open '%s'", path);
	else if (S_ISREG(st.st_mode))
		ret = rl_members_list(blobs->fd, path, is_tried, &blobs->members, err);
	if (ret != 0) {
		rl_blobs_free(blobs);
		return ret;
	}
	*blobs_ret = blobs;
	return 0;
}

int rl_blobs_open(const char *path, struct rl_blobs **blobs_ret, struct rl_error *err)
{
	return open_blobs(path, false, blobs_ret, err);
}

int rl_blobs_try(const char *path, struct rl_blobs **blobs_ret, struct rl_error *err)
{
	struct rl_error failed = {0};
	int ret = open_blobs(path, true, blobs_ret, &failed);

	if (ret == 1 || ret == -EINVAL || ret == -EBADMSG || ret == -EFBIG) {
		*blobs_ret = NULL;
		return 0;
	}
	if (ret < 0 && err != NULL)
		*err = failed;
	return ret;
}

/* Opens a file of a directory. Returns its descriptor, perhaps a far one, or a negative errno. */
static int open_file(const struct rl_blobs *blobs, const char *name, struct rl_error *err)
{
	int fd = rl_root_open_file(blobs->fd, name);

	if (fd == -ENOENT)
		return rl_error_text(err, ENOENT, "'%s' has no file '%s'", blobs->path, name);
	return fd >= 0 ? fd : rl_error_set(err, -fd, "cannot open '%s/%s'", blobs->path, name);
}

/* Reads a piece of a file. Returns how much, or a negative errno. */
static ssize_t read_piece(int fd, void *data, size_t size, uint64_t at)
{
	ssize_t len;

	do
		len = rl_pread(fd, data, size, at);
	while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : len;
}

int rl_blobs_look(const struct rl_blobs *blobs, const char *name, struct rl_blob_facts *facts,
	struct rl_error *err)
{
	RL_AUTO_ANY_FD int fd = -1;
	struct rl_entry entry = {0};
	char data[RL_FILTER_LOOK];
	ssize_t len;
	int ret;

	if (blobs->members != NULL)
		return rl_members_look(blobs->members, name, facts, err);
	fd = open_file(blobs, name, err);
	if (fd < 0)
		return fd;
	ret = rl_stat(fd, "", &entry);
	len = ret == 0 ? read_piece(fd, data, sizeof(data), 0) : ret;
	if (len < 0)
		return rl_error_set(err, (int)-len, "cannot read '%s/%s'", blobs->path, name);
	*facts = (struct rl_blob_facts){
		.size = entry.size, .filter = rl_filter_find(data, (size_t)len)};
	return 0;
}

bool rl_blobs_has(const struct rl_blobs *blobs, const char *name)
{
	struct rl_blob_facts facts;

	return rl_blobs_look(blobs, name, &facts, NULL) == 0;
}

static ssize_t blob_read(struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	struct blob_stream *blob = (struct blob_stream *)stream;
	ssize_t len = read_piece(blob->fd, blob->data, sizeof(blob->data), blob->at);

	if (len < 0)
		return rl_error_set(err, (int)-len, "cannot read '%s/%s'", blob->path, blob->name);
	blob->at += (size_t)len;
	*data_ret = blob->data;
	return len;
}

static void blob_close(struct rl_stream *stream)
{
	struct blob_stream *blob = (struct blob_stream *)stream;

	if (blob->fd >= 0)
		(void)rl_close(blob->fd);
	free(blob->name);
	free(blob);
}

int rl_blobs_stream(const struct rl_blobs *blobs, const char *name, struct rl_stream **stream_ret,
	struct rl_error *err)
{
	struct blob_stream *blob;

	if (blobs->members != NULL)
		return rl_members_stream(blobs->members, name, stream_ret, err);
	blob = malloc(sizeof(*blob));
	if (blob == NULL)
		return rl_error_set(err, ENOMEM, "cannot read '%s/%s'", blobs->path, name);
	blob->stream = (struct rl_stream){.read = blob_read, .close = blob_close};
	blob->at = 0;
	blob->path = blobs->path;
	blob->name = strdup(name);
	blob->fd = blob->name != NULL ? open_file(blobs, name, err) : -ENOMEM;
	if (blob->fd < 0) {
		int ret = blob->fd;

		if (blob->name == NULL)
			(void)rl_error_set(err, ENOMEM, "cannot read '%s/%s'", blobs->path, name);
		blob_close(&blob->stream);
		return ret;
	}
	*stream_ret = &blob->stream;
	return 0;
}

int rl_blobs_read(const struct rl_blobs *blobs, const char *name, size_t max, struct rl_buf *text,
	struct rl_error *err)
{
	struct rl_blob_facts facts;
	struct rl_stream *stream = NULL;
	const void *data;
	ssize_t len = rl_blobs_look(blobs, name, &facts, err);

	rl_buf_truncate(text, 0);
	if (len == 0)
		len = rl_blobs_stream(blobs, name, &stream, err);
	if (len != 0)
		return (int)len;
	while (facts.size <= max && (len = stream->read(stream, &data, err)) > 0) {
		if ((size_t)len > max - text->len)
			facts.size = (uint64_t)max + 1;
		else if (rl_buf_append(text, data, (size_t)len) != 0)
			len = rl_error_set(err, ENOMEM, "cannot read '%s'", blobs->path);
		if (len < 0)
			break;
	}
	stream->close(stream);
	if (len >= 0 && facts.size > max)
		return rl_error_text(err, EFBIG, "'%s' in '%s' is larger than %zu bytes", name,
			blobs->path, max);
	if (len == 0 && rl_buf_append_str(text, "") != 0)
		len = rl_error_set(err, ENOMEM, "cannot read '%s'", blobs->path);
	return (int)len;
}

void rl_blobs_free(struct rl_blobs *blobs)
{
	if (blobs == NULL)
		return;
	rl_members_free(blobs->members);
	(void)close(blobs->fd);
	free(blobs->path);
	free(blobs);
}
