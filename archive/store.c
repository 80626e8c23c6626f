/* SPDX-License-Identifier: MIT */
#include "archive/store.h"

#include <fcntl.h>
#include <string.h>

/* Most files are small: they are written together. */
#define BUFFER_SIZE ((size_t)256 << 10)

struct rl_store {
	/* Owned. */
	int fd;
	/* Where it was made, for messages. Owned. */
	char *directory;
	uint64_t max;
	/* How many bytes were kept. */
	uint64_t kept;
	/* Where the next byte goes. */
	uint64_t position;
	/* The last bytes before @position, which are not written yet. Owned. */
	char *buffer;
	size_t buffered;
	/* How long the file is. */
	uint64_t file_size;
	bool has_holes;
	/* The content that came last has holes. */
	bool is_behind_hole;
};

/* Opens a file that has no name, or none any more. */
static int open_unnamed(const char *directory)
{
	int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *path;

	if (fd >= 0)
		return fd;
	/* Not each file system can; and an old kernel takes it for opening the directory. */
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
		return -errno;
	if (asprintf(&path, "%s/rootlift-XXXXXX", directory) < 0)
		return -ENOMEM;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(path);
	else
		fd = -errno;
	free(path);
	return fd;
}

int rl_store_new(
	const char *directory, uint64_t max, struct rl_store **store_ret, struct rl_error *err)
{
	struct rl_store *store = calloc(1, sizeof(*store));
	int ret = -ENOMEM;

	if (directory == NULL)
		directory = getenv("TMPDIR");
	if (directory == NULL || *directory == '\0')
		directory = "/var/tmp";
	if (store != NULL) {
		store->fd = -1;
		store->max = max;
		store->directory = strdup(directory);
		store->buffer = malloc(BUFFER_SIZE);
	}
	if (store != NULL && store->directory != NULL && store->buffer != NULL) {
		store->fd = open_unnamed(directory);
		ret = store->fd < 0 ? store->fd : 0;
	}
	if (ret == 0) {
		*store_ret = store;
		return 0;
	}
	rl_store_free(store);
	return rl_error_set(err, -ret,
		"cannot make a temporary file in '%s' (TMPDIR can name another directory)",
		directory);
}

static int check(const struct rl_store *store, int ret, struct rl_error *err)
{
	if (ret == 0)
		return 0;
	return rl_error_set(err, -ret,
		"cannot keep the files' contents in '%s' (TMPDIR can name another directory)",
		store->directory);
}

static int write_at(struct rl_store *store, const char *data, size_t size, uint64_t offset)
{
	while (size > 0) {
		ssize_t len = pwrite(store->fd, data, size, (off_t)offset);

		if (len < 0 && errno != EINTR)
			return -errno;
		if (len > 0) {
			data += len;
			size -= (size_t)len;
			offset += (uint64_t)len;
			store->file_size = offset;
		}
	}
	return 0;
}

/* Writes what is in the buffer. */
static int empty_buffer(struct rl_store *store)
{
	int ret =
		write_at(store, store->buffer, store->buffered, store->position - store->buffered);

	if (ret == 0)
		store->buffered = 0;
	return ret;
}

uint64_t rl_store_begin(struct rl_store *store, uint64_t size, bool is_sparse)
{
	uint64_t gap = -store->position % RL_STORE_ALIGNMENT;

	/* What follows a hole must not make data of its last block. */
	if ((size >= RL_STORE_ALIGN_MIN || is_sparse || store->is_behind_hole) && gap > 0 &&
		empty_buffer(store) == 0)
		store->position += gap;
	/* If it cannot be written this is not the place to say so: the next call does. */
	store->is_behind_hole = false;
	return store->position;
}

int rl_store_append(struct rl_store *store, const void *data, size_t size, struct rl_error *err)
{
	int ret = 0;

	if (size > store->max - store->kept)
		return rl_error_text(err, EFBIG, "the files have more than %llu bytes of content",
			(unsigned long long)store->max);
	if (size > BUFFER_SIZE - store->buffered)
		ret = empty_buffer(store);
	if (ret == 0 && size > BUFFER_SIZE)
		ret = write_at(store, data, size, store->position);
	if (ret != 0)
		return check(store, ret, err);
	if (size > 0 && size <= BUFFER_SIZE) {
		memcpy(store->buffer + store->buffered, data, size);
		store->buffered += size;
	}
	store->position += size;
	store->kept += size;
	return 0;
}

int rl_store_skip(struct rl_store *store, uint64_t size, struct rl_error *err)
{
	int ret = empty_buffer(store);

	if (ret == 0 && size > (uint64_t)INT64_MAX - store->position)
		ret = -EFBIG;
	if (ret == 0) {
		store->position += size;
		store->has_holes |= size > 0;
		store->is_behind_hole = true;
	}
	return check(store, ret, err);
}

int rl_store_flush(struct rl_store *store, struct rl_error *err)
{
	int ret = empty_buffer(store);

	/* A hole at the end. */
	if (ret == 0 && store->position > store->file_size) {
		ret = ftruncate(store->fd, (off_t)store->position) == 0 ? 0 : -errno;
		if (ret == 0)
			store->file_size = store->position;
	}
	return check(store, ret, err);
}

int rl_store_read(const struct rl_store *store, uint64_t offset, void *buffer, size_t size,
	struct rl_error *err)
{
	char *to = buffer;

	while (size > 0) {
		ssize_t len = pread(store->fd, to, size, (off_t)offset);

		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return rl_error_set(err, len < 0 ? errno : ENODATA,
				"cannot read the files' contents in '%s'", store->directory);
		to += len;
		size -= (size_t)len;
		offset += (uint64_t)len;
	}
	return 0;
}

int rl_store_fd(const struct rl_store *store)
{
	return store->fd;
}

uint64_t rl_store_allocated(const struct rl_store *store, uint64_t offset, uint64_t size)
{
	uint64_t end = offset + size, allocated = 0;

	if (!store->has_holes || size < RL_STORE_ALIGNMENT)
		return size;
	while (offset < end) {
		off_t data = lseek(store->fd, (off_t)offset, SEEK_DATA), hole;

		if (data < 0 && errno != ENXIO)
			return size;
		if (data < 0 || (uint64_t)data >= end)
			break;
		hole = lseek(store->fd, data, SEEK_HOLE);
		offset = hole > data && (uint64_t)hole < end ? (uint64_t)hole : end;
		allocated += offset - (uint64_t)data;
	}
	return allocated;
}

void rl_store_free(struct rl_store *store)
{
	if (store == NULL)
		return;
	rl_cleanup_fd(&store->fd);
	free(store->directory);
	free(store->buffer);
	free(store);
}
