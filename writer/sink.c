/* SPDX-License-Identifier: MIT */
/*
 * Small writes (headers, small files) gather in a buffer; large ones go straight through.
 */
#include "writer/sink.h"

#include "writer/sink_parts.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#define BUFFER_SIZE ((size_t)256 << 10)
#define PIPE_SIZE (1 << 20)
/* What is moved at once, at most. */
#define MOVE_SIZE ((size_t)1 << 30)
/* How often is looked whether a pipe is empty, in milliseconds: nothing tells. */
#define DRAIN_INTERVAL 1
/* What is left of a spoiled file, in bytes: less than a header. */
#define SPOILED_SIZE 100

/* Bytes that are handed to the disk together. */
#define BEHIND_STEP ((uint64_t)8 << 20)

int rl_sink_new(enum rl_sink_kind kind, int fd, const char *name, struct rl_sink **sink_ret)
{
	struct rl_sink *sink = calloc(1, sizeof(*sink));

	if (sink == NULL)
		return -ENOMEM;
	sink->kind = kind;
	sink->fd = fd;
	sink->file = (struct rl_new_file){.fd = -1, .dir_fd = -1};
	sink->dir = (struct rl_new_dir){.fd = -1, .parent_fd = -1};
	sink->behind = UINT64_MAX;
	sink->name = strdup(name);
	sink->buffer = malloc(BUFFER_SIZE);
	if (sink->name == NULL || sink->buffer == NULL) {
		rl_sink_free(sink);
		return -ENOMEM;
	}
	*sink_ret = sink;
	return 0;
}

int rl_sink_open_fd(int fd, const char *name, struct rl_sink **sink_ret, struct rl_error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return rl_error_set(err, errno, "cannot write to %s", name);
	/* A larger pipe means fewer turns between writer and reader; no matter if refused. */
	if (S_ISFIFO(st.st_mode))
		(void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
	if (rl_sink_new(RL_SINK_FD, fd, name, sink_ret) != 0)
		return rl_error_set(err, ENOMEM, "cannot write to %s", name);
	(*sink_ret)->is_pipe = S_ISFIFO(st.st_mode);
	if (S_ISREG(st.st_mode)) {
		bool appends = (fcntl(fd, F_GETFL) & O_APPEND) != 0;

		(*sink_ret)->start = appends ? st.st_size : lseek(fd, 0, SEEK_CUR);
	}
	return 0;
}

int rl_sink_open_null(struct rl_sink **sink_ret)
{
	return rl_sink_new(RL_SINK_NULL, -1, "nowhere", sink_ret);
}

int rl_sink_open_call(rl_sink_call *call, void *ctx, struct rl_sink **sink_ret)
{
	int ret = rl_sink_new(RL_SINK_CALL, -1, "a function", sink_ret);

	if (ret == 0) {
		(*sink_ret)->call = call;
		(*sink_ret)->ctx = ctx;
	}
	return ret;
}

/* A FIFO or a character device (a tape, /dev/null) is written to; a file would take its place. */
static int open_special(const char *path, struct rl_sink **sink_ret, struct rl_error *err)
{
	int ret, fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return rl_error_set(err, errno, "cannot open '%s'", path);
	ret = rl_sink_open_fd(fd, path, sink_ret, err);
	if (ret != 0)
		(void)close(fd);
	else
		(*sink_ret)->owns_fd = true;
	return ret;
}

/* Makes a sink of a regular file, new or in the place of one; @path is no symlink. */
static int open_regular(const char *path, struct rl_sink **sink_ret, struct rl_error *err)
{
	struct rl_sink *sink;
	int ret = rl_sink_new(RL_SINK_FILE, -1, path, &sink);

	if (ret == 0) {
		ret = rl_new_file_open(path, &sink->file);
		sink->fd = sink->file.fd;
		if (ret != 0)
			rl_sink_free(sink);
	}
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot create '%s'", path);
	*sink_ret = sink;
	return 0;
}

int rl_sink_open_file(const char *path, struct rl_sink **sink_ret, struct rl_error *err)
{
	RL_AUTO_FREE char *target = NULL;
	struct stat st;

	if (stat(path, &st) != 0 || S_ISDIR(st.st_mode))
		return open_regular(path, sink_ret, err);
	if (S_ISCHR(st.st_mode) || S_ISFIFO(st.st_mode))
		return open_special(path, sink_ret, err);
	if (!S_ISREG(st.st_mode))
		return rl_error_text(err, EINVAL, "cannot create '%s': a %s is there", path,
			S_ISBLK(st.st_mode) ? "block device" : "socket");
	/* The file that a symlink leads to is replaced, not the symlink. */
	target = realpath(path, NULL);
	return open_regular(target != NULL ? target : path, sink_ret, err);
}

/*
 * After a failed write to a file that somebody else has opened: where it ends by chance might pass
 * for the archive's end, the beginning of a header does not.
 */
static void spoil(const struct rl_sink *sink)
{
	struct stat st;

	if (sink->kind == RL_SINK_FD && fstat(sink->fd, &st) == 0 && S_ISREG(st.st_mode) &&
		st.st_size > sink->start + SPOILED_SIZE)
		(void)!ftruncate(sink->fd, sink->start + SPOILED_SIZE);
}

int rl_sink_file(const struct rl_sink *sink)
{
	return sink->kind == RL_SINK_FILE ? sink->fd : -1;
}

int rl_sink_fill(struct rl_sink *sink, struct rl_error *err)
{
	struct stat st;

	if (fstat(sink->fd, &st) != 0)
		return rl_error_set(err, errno, "cannot look at '%s'", sink->name);
	sink->position = (uint64_t)st.st_size;
	sink->written = sink->position;
	return 0;
}

void rl_sink_restart(struct rl_sink *sink)
{
	struct stat st;

	if (sink->kind == RL_SINK_FD && fstat(sink->fd, &st) == 0 && S_ISREG(st.st_mode) &&
		ftruncate(sink->fd, sink->start) == 0)
		(void)lseek(sink->fd, sink->start, SEEK_SET);
}

void rl_sink_write_directly(struct rl_sink *sink)
{
	if (sink->kind == RL_SINK_FILE && sink->position == 0 &&
		rl_direct_open(sink->fd, &sink->direct) != 0)
		sink->direct = NULL;
}

void rl_sink_write_behind(struct rl_sink *sink)
{
	struct stat st;

	if (sink->direct == NULL && sink->fd >= 0 && fstat(sink->fd, &st) == 0 &&
		S_ISREG(st.st_mode))
		sink->behind = 0;
}

/*
 * Has the disk begin with what was written, and drops what it was given one step before, once that
 * is done. Only helpful: a failure to write shows at fsync.
 */
static void hand_over(struct rl_sink *sink)
{
	off_t end = lseek(sink->fd, 0, SEEK_CUR);

	while (end >= 0 && sink->behind + BEHIND_STEP <= (uint64_t)end) {
		off_t step = (off_t)BEHIND_STEP, start = (off_t)sink->behind;

		(void)sync_file_range(sink->fd, start, step, SYNC_FILE_RANGE_WRITE);
		if (start >= step) {
			(void)sync_file_range(sink->fd, start - step, step,
				SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
					SYNC_FILE_RANGE_WAIT_AFTER);
			(void)posix_fadvise(sink->fd, start - step, step, POSIX_FADV_DONTNEED);
		}
		sink->behind += BEHIND_STEP;
	}
}

static int write_through(struct rl_sink *sink, const char *data, size_t size, struct rl_error *err)
{
	while (size > 0) {
		ssize_t len = write(sink->fd, data, size);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0) {
			int code = errno;

			spoil(sink);
			return rl_error_set(err, code, "cannot write to '%s'", sink->name);
		}
		data += len;
		size -= (size_t)len;
		sink->written += (uint64_t)len;
	}
	if (sink->behind != UINT64_MAX)
		hand_over(sink);
	return 0;
}

/* What came of writing past the page cache. */
static int check_direct(const struct rl_sink *sink, int ret, struct rl_error *err)
{
	return ret < 0 ? rl_error_set(err, -ret, "cannot write to '%s'", sink->name) : ret;
}

int rl_sink_flush(struct rl_sink *sink, struct rl_error *err)
{
	size_t size = sink->buffered;

	/* Forgotten also on failure: it may have been written in part, and must not be again. */
	sink->buffered = 0;
	return write_through(sink, sink->buffer, size, err);
}

/* Who is called gathers what comes, if that matters: there is no second buffer. */
static int call(struct rl_sink *sink, const void *data, size_t size, struct rl_error *err)
{
	int ret = sink->call(sink->ctx, data, size, err);

	if (ret == 0)
		sink->written += size;
	return ret;
}

int rl_sink_write(struct rl_sink *sink, const void *data, size_t size, struct rl_error *err)
{
	if (sink->kind == RL_SINK_DIRECTORY)
		return rl_error_set(err, EISDIR, "cannot write to '%s'", sink->name);
	sink->position += size;
	if (sink->kind == RL_SINK_NULL)
		return 0;
	if (sink->kind == RL_SINK_CALL)
		return call(sink, data, size, err);
	if (sink->direct != NULL)
		return check_direct(sink, rl_direct_write(sink->direct, data, size), err);
	if (size > BUFFER_SIZE - sink->buffered) {
		int ret = rl_sink_flush(sink, err);

		if (ret != 0)
			return ret;
	}
	if (size >= BUFFER_SIZE)
		return write_through(sink, data, size, err);
	memcpy(sink->buffer + sink->buffered, data, size);
	sink->buffered += size;
	return 0;
}

bool rl_sink_can_share(const struct rl_sink *sink)
{
	return sink->direct != NULL;
}

int64_t rl_sink_share(
	struct rl_sink *sink, int fd, uint64_t offset, uint64_t size, struct rl_error *err)
{
	int64_t len = rl_direct_share(sink->direct, fd, offset, size);

	if (len > 0)
		sink->position += (uint64_t)len;
	return len == -EOPNOTSUPP || len >= 0 ? len : check_direct(sink, (int)len, err);
}

bool rl_sink_can_move(const struct rl_sink *sink)
{
	return sink->is_pipe;
}

ssize_t rl_sink_move(
	struct rl_sink *sink, int fd, uint64_t offset, uint64_t size, struct rl_error *err)
{
	loff_t at = (loff_t)offset;
	ssize_t len;
	int ret = sink->buffered > 0 ? rl_sink_flush(sink, err) : 0;

	if (ret != 0)
		return ret;
	do
		len = splice(fd, &at, sink->fd, NULL, size < MOVE_SIZE ? (size_t)size : MOVE_SIZE,
			SPLICE_F_MORE);
	while (len < 0 && errno == EINTR);
	if (len >= 0) {
		sink->written += (uint64_t)len;
		sink->position += (uint64_t)len;
		return len;
	}
	/* What cannot be read is told by who reads it; here it is the pipe that fails. */
	if (errno == EPIPE)
		return rl_error_set(err, errno, "cannot write to '%s'", sink->name);
	return -EOPNOTSUPP;
}

uint64_t rl_sink_reached(const struct rl_sink *sink)
{
	if (sink->kind == RL_SINK_NULL || sink->direct != NULL)
		return sink->position;
	return sink->written + sink->buffered;
}

uint64_t rl_sink_taken(const struct rl_sink *sink)
{
	uint64_t written = sink->written;
	int left = 0;

	if (!sink->is_pipe || ioctl(sink->fd, FIONREAD, &left) != 0 || left < 0)
		return sink->is_pipe ? 0 : written;
	return written - (uint64_t)left;
}

int rl_sink_drain(struct rl_sink *sink, const volatile sig_atomic_t *stop, struct rl_error *err)
{
	/* Without a reader the pipe says so, though nothing else is waited for. */
	struct pollfd reader = {.fd = sink->fd};
	int ret = rl_sink_flush(sink, err);

	while (ret == 0 && *stop == 0 && rl_sink_taken(sink) < sink->position) {
		if (poll(&reader, 1, DRAIN_INTERVAL) > 0 && (reader.revents & POLLERR) != 0)
			break;
	}
	return ret;
}

int rl_sink_write_zeros(struct rl_sink *sink, uint64_t size, struct rl_error *err)
{
	static const char zeros[64 << 10];

	while (size > 0) {
		size_t piece = size < sizeof(zeros) ? (size_t)size : sizeof(zeros);
		int ret = rl_sink_write(sink, zeros, piece, err);

		if (ret != 0)
			return ret;
		size -= piece;
	}
	return 0;
}

uint64_t rl_sink_position(const struct rl_sink *sink)
{
	return sink->kind == RL_SINK_DIRECTORY ? sink->dir.bytes : sink->position;
}

bool rl_sink_can_rewind(const struct rl_sink *sink)
{
	return sink->kind == RL_SINK_FILE || sink->kind == RL_SINK_NULL;
}

int rl_sink_rewind(struct rl_sink *sink, uint64_t position, struct rl_error *err)
{
	int ret;

	if (sink->kind == RL_SINK_NULL) {
		sink->position = position;
		return 0;
	}
	if (sink->direct != NULL) {
		ret = rl_direct_rewind(sink->direct, position);
		sink->position = position;
		return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot go back in '%s'", sink->name);
	}
	ret = rl_sink_flush(sink, err);
	if (ret != 0)
		return ret;
	if (ftruncate(sink->fd, (off_t)position) != 0 ||
		lseek(sink->fd, (off_t)position, SEEK_SET) < 0)
		return rl_error_set(err, errno, "cannot go back in '%s'", sink->name);
	sink->position = position;
	sink->written = position;
	if (sink->behind != UINT64_MAX && sink->behind > position)
		sink->behind = position - position % BEHIND_STEP;
	return 0;
}

int rl_sink_patch(struct rl_sink *sink, uint64_t position, const void *data, size_t size,
	struct rl_error *err)
{
	int ret = rl_sink_flush(sink, err);

	if (ret != 0 || sink->kind == RL_SINK_NULL)
		return ret;
	if (sink->direct != NULL)
		ret = rl_direct_patch(sink->direct, position, data, size);
	else if (pwrite(sink->fd, data, size, (off_t)position) != (ssize_t)size)
		ret = errno != 0 ? -errno : -EIO;
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot write to '%s'", sink->name);
}

size_t rl_sink_files(const struct rl_sink *sink, dev_t devs[2], ino_t inos[2])
{
	int fd = sink->kind == RL_SINK_DIRECTORY ? sink->dir.fd : sink->fd;
	const char *name;
	int dir_fd = rl_sink_directory(sink, &name);
	struct stat st;
	size_t count = 0;

	if (fd >= 0 && fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))) {
		devs[count] = st.st_dev;
		inos[count++] = st.st_ino;
	}
	if (dir_fd >= 0 && name != NULL && fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		devs[count] = st.st_dev;
		inos[count++] = st.st_ino;
	}
	return count;
}

int rl_sink_directory(const struct rl_sink *sink, const char **name_ret)
{
	bool is_directory = sink->kind == RL_SINK_DIRECTORY;

	*name_ret = is_directory ? sink->dir.base : sink->file.base;
	return is_directory ? sink->dir.parent_fd : sink->file.dir_fd;
}

/* Has all of a file on the disk. */
static int settle_file(struct rl_sink *sink)
{
	int ret = sink->direct != NULL ? rl_direct_finish(sink->direct) : 0;

	if (ret == 0)
		ret = rl_new_file_settle(&sink->file);
	if (ret == 0 && sink->behind != UINT64_MAX)
		(void)posix_fadvise(sink->fd, 0, 0, POSIX_FADV_DONTNEED);
	return ret;
}

int rl_sink_settle(struct rl_sink *sink, struct rl_error *err)
{
	int ret;

	if (sink->kind != RL_SINK_DIRECTORY &&
		(sink->kind != RL_SINK_FILE || sink->file.is_settled))
		return 0;
	ret = rl_sink_flush(sink, err);
	if (ret != 0)
		return ret;
	ret = sink->kind == RL_SINK_FILE ? settle_file(sink) : rl_new_dir_settle(&sink->dir);
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot complete '%s'", sink->name);
}

void rl_sink_forget(struct rl_sink *sink)
{
	sink->position -= sink->buffered;
	sink->buffered = 0;
}

void rl_sink_withdraw(struct rl_sink *sink)
{
	rl_new_file_withdraw(&sink->file);
}

int rl_sink_commit(struct rl_sink *sink, struct rl_error *err)
{
	int ret;

	if (sink->kind != RL_SINK_FILE && sink->kind != RL_SINK_DIRECTORY)
		return rl_sink_flush(sink, err);
	ret = rl_sink_settle(sink, err);
	if (ret != 0)
		return ret;
	ret = sink->kind == RL_SINK_FILE ? rl_new_file_commit(&sink->file)
					 : rl_new_dir_commit(&sink->dir);
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot complete '%s'", sink->name);
}

void rl_sink_free(struct rl_sink *sink)
{
	if (sink == NULL)
		return;
	/* What a given-up stream ends with has to get out, or its end might pass for a whole one. */
	if (sink->kind == RL_SINK_FD)
		(void)!rl_sink_flush(sink, NULL);
	rl_direct_free(sink->direct);
	rl_new_file_free(&sink->file);
	rl_new_dir_free(&sink->dir);
	if (sink->owns_fd)
		rl_cleanup_fd(&sink->fd);
	free(sink->name);
	free(sink->buffer);
	free(sink);
}
