/* SPDX-License-Identifier: MIT */
/*
 * Sinks that go with another one: the files of a directory, and what is written aside for a while.
 */
#include "writer/sink_parts.h"

#include <fcntl.h>

/* What is copied at once, in bytes. */
#define PIECE_SIZE ((size_t)1 << 20)

int rl_sink_open_directory(const char *path, struct rl_sink **sink_ret, struct rl_error *err)
{
	struct rl_sink *sink;
	int ret = rl_sink_new(RL_SINK_DIRECTORY, -1, path, &sink);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot create '%s'", path);
	ret = rl_new_dir_open(path, &sink->dir, err);
	if (ret != 0) {
		rl_sink_free(sink);
		return ret;
	}
	*sink_ret = sink;
	return 0;
}

int rl_sink_inside(const struct rl_sink *sink)
{
	return sink->dir.fd;
}

/* Makes a sink of a file in @dir_fd, which messages call as they call @beside. */
static int open_in(const struct rl_sink *beside, int dir_fd, struct rl_sink **sink_ret)
{
	struct rl_sink *sink;
	int ret = rl_sink_new(RL_SINK_FILE, -1, beside->name, &sink);

	if (ret != 0)
		return ret;
	ret = rl_new_file_open_in(dir_fd, &sink->file);
	sink->fd = sink->file.fd;
	if (ret == 0)
		*sink_ret = sink;
	else
		rl_sink_free(sink);
	return ret;
}

int rl_sink_open_inside(
	struct rl_sink *directory, int dir_fd, struct rl_sink **sink_ret, struct rl_error *err)
{
	int ret = open_in(directory, dir_fd, sink_ret);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot create a file in '%s'", directory->name);
	(*sink_ret)->directory = directory;
	return 0;
}

int rl_sink_open_scratch(
	const struct rl_sink *beside, struct rl_sink **sink_ret, struct rl_error *err)
{
	int ret = open_in(beside, beside->file.dir_fd, sink_ret);

	if (ret == 0) {
		ret = rl_new_file_hide(&(*sink_ret)->file);
		if (ret != 0)
			rl_sink_free(*sink_ret);
	}
	return ret == 0 ? 0
			: rl_error_set(err, -ret, "cannot create a file beside '%s'", beside->name);
}

/* Copies what is there of the next piece. Returns how much that was, or < 0. */
static ssize_t copy_piece(struct rl_sink *sink, const struct rl_sink *from, char *data,
	uint64_t position, struct rl_error *err)
{
	ssize_t len;
	int ret;

	do
		len = pread(from->fd, data, PIECE_SIZE, (off_t)position);
	while (len < 0 && errno == EINTR);
	if (len <= 0)
		return rl_error_set(err, len < 0 ? errno : EIO,
			"cannot read what was written beside '%s'", from->name);
	ret = rl_sink_write(sink, data, (size_t)len, err);
	(void)posix_fadvise(from->fd, (off_t)position, len, POSIX_FADV_DONTNEED);
	return ret == 0 ? len : ret;
}

int rl_sink_copy(struct rl_sink *sink, struct rl_sink *from, struct rl_error *err)
{
	RL_AUTO_FREE char *data = malloc(PIECE_SIZE);
	uint64_t done = 0;
	int ret = rl_sink_flush(from, err);

	if (data == NULL)
		return rl_error_set(err, ENOMEM, "cannot write to '%s'", sink->name);
	while (ret == 0 && done < from->position) {
		ssize_t len = copy_piece(sink, from, data, done, err);

		if (len < 0)
			return (int)len;
		done += (uint64_t)len;
	}
	return ret;
}

int rl_sink_commit_as(struct rl_sink *sink, const char *name, struct rl_error *err)
{
	int ret = rl_sink_settle(sink, err);

	if (ret != 0)
		return ret;
	ret = rl_new_file_commit_as(&sink->file, name);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot complete '%s'", sink->name);
	sink->directory->dir.bytes += sink->position;
	return 0;
}
