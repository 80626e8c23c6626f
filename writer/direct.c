/* SPDX-License-Identifier: MIT */
/*
 * Two blocks of memory: one is filled while the other one is on its way. Only whole blocks of the disk
 * are written, at their places; what the last one has too much is cut off in the end.
 */
#include "writer/direct.h"

#include "common/thread.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>

/* How much is written at once, in bytes. */
#define BUFFER_SIZE ((size_t)2 << 20)
#define STACK_SIZE ((size_t)64 << 10)

struct block {
	char *data;
	/* Where in the file it begins; a multiple of RL_DIRECT_ALIGNMENT. */
	uint64_t at;
	size_t len;
};

struct rl_direct {
	int fd;
	struct block blocks[2];
	/* The one that is being filled. */
	struct block *filling;
	pthread_t thread;
	bool has_thread, has_tried;
	pthread_mutex_t lock;
	/* Something has become of @busy, or of @is_over. */
	pthread_cond_t changed;
	/* The block that is on its way, or NULL. */
	struct block *busy;
	bool is_over;
	/* Why writing failed, a positive errno; 0: it did not. */
	int failed;
};

/* Writes whole blocks of the disk. Returns 0 or a negative errno. */
static int write_out(int fd, const char *data, size_t size, uint64_t at)
{
	while (size > 0) {
		ssize_t len = pwrite(fd, data, size, (off_t)at);
		int flags;

		if (len < 0 && errno == EINTR)
			continue;
		/* Not all file systems say from the first that they cannot do this. */
		if (len < 0 && errno == EINVAL && (flags = fcntl(fd, F_GETFL)) >= 0 &&
			(flags & O_DIRECT) != 0 && fcntl(fd, F_SETFL, flags & ~O_DIRECT) == 0)
			continue;
		if (len < 0)
			return -errno;
		data += len;
		size -= (size_t)len;
		at += (uint64_t)len;
	}
	return 0;
}

static void *run(void *ctx)
{
	struct rl_direct *direct = ctx;

	(void)pthread_mutex_lock(&direct->lock);
	while (!direct->is_over) {
		struct block *block = direct->busy;
		int ret;

		if (block == NULL) {
			(void)pthread_cond_wait(&direct->changed, &direct->lock);
			continue;
		}
		(void)pthread_mutex_unlock(&direct->lock);
		ret = write_out(direct->fd, block->data, block->len, block->at);
		(void)pthread_mutex_lock(&direct->lock);
		if (ret != 0 && direct->failed == 0)
			direct->failed = -ret;
		direct->busy = NULL;
		(void)pthread_cond_signal(&direct->changed);
	}
	(void)pthread_mutex_unlock(&direct->lock);
	return NULL;
}

int rl_direct_open(int fd, struct rl_direct **direct_ret)
{
	int flags = fcntl(fd, F_GETFL);
	struct rl_direct *direct;
	size_t i;

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_DIRECT) != 0)
		return -errno;
	direct = calloc(1, sizeof(*direct));
	for (i = 0; direct != NULL && i < 2; i++) {
		direct->blocks[i].data = aligned_alloc(RL_DIRECT_ALIGNMENT, BUFFER_SIZE);
		if (direct->blocks[i].data == NULL) {
			free(direct->blocks[0].data);
			free(direct);
			direct = NULL;
		}
	}
	if (direct == NULL) {
		(void)fcntl(fd, F_SETFL, flags);
		return -ENOMEM;
	}
	direct->fd = fd;
	direct->filling = &direct->blocks[0];
	(void)pthread_mutex_init(&direct->lock, NULL);
	(void)pthread_cond_init(&direct->changed, NULL);
	*direct_ret = direct;
	return 0;
}

/* Waits until nothing is on its way. Returns 0 or a negative errno. */
static int settle(struct rl_direct *direct)
{
	int failed;

	(void)pthread_mutex_lock(&direct->lock);
	while (direct->busy != NULL)
		(void)pthread_cond_wait(&direct->changed, &direct->lock);
	failed = direct->failed;
	(void)pthread_mutex_unlock(&direct->lock);
	return -failed;
}

/* Has the block that is being filled, whole blocks of the disk, written; the next one follows it. */
static int hand_over(struct rl_direct *direct)
{
	struct block *block = direct->filling;
	int ret = settle(direct);

	if (ret != 0 || block->len == 0)
		return ret;
	if (!direct->has_tried)
		direct->has_thread = rl_thread_start(run, direct, STACK_SIZE, &direct->thread) == 0;
	direct->has_tried = true;
	if (!direct->has_thread) {
		ret = write_out(direct->fd, block->data, block->len, block->at);
		direct->failed = -ret;
	} else {
		(void)pthread_mutex_lock(&direct->lock);
		direct->busy = block;
		(void)pthread_cond_signal(&direct->changed);
		(void)pthread_mutex_unlock(&direct->lock);
	}
	direct->filling = block == &direct->blocks[0] ? &direct->blocks[1] : &direct->blocks[0];
	direct->filling->at = block->at + block->len;
	direct->filling->len = 0;
	return ret;
}

int rl_direct_write(struct rl_direct *direct, const void *data, size_t size)
{
	const char *from = data;

	while (size > 0) {
		struct block *block = direct->filling;
		size_t room = BUFFER_SIZE - block->len, len = size < room ? size : room;

		memcpy(block->data + block->len, from, len);
		block->len += len;
		from += len;
		size -= len;
		if (block->len == BUFFER_SIZE) {
			int ret = hand_over(direct);

			if (ret != 0)
				return ret;
		}
	}
	return 0;
}

int64_t rl_direct_share(struct rl_direct *direct, int fd, uint64_t offset, uint64_t size)
{
	struct file_clone_range range = {.src_fd = fd,
		.src_offset = offset,
		.src_length = size - size % RL_DIRECT_ALIGNMENT,
		.dest_offset = direct->filling->at + direct->filling->len};
	int ret;

	if (range.src_length == 0)
		return 0;
	if (range.dest_offset % RL_DIRECT_ALIGNMENT != 0)
		return -EOPNOTSUPP;
	/* Whatever it is that fails: reading and writing tells more of it, or works. */
	if (ioctl(direct->fd, FICLONERANGE, &range) != 0)
		return -EOPNOTSUPP;
	/* What lies before that is written at its own place, sooner or later. */
	ret = hand_over(direct);
	if (ret != 0)
		return ret;
	direct->filling->at += range.src_length;
	return (int64_t)range.src_length;
}

/* Reads what was written of a block of the disk that is in the making again: @size bytes and more. */
static int read_back(const struct rl_direct *direct, struct block *block, size_t size)
{
	ssize_t len = pread(direct->fd, block->data, RL_DIRECT_ALIGNMENT, (off_t)block->at);

	if (len < 0)
		return -errno;
	return (size_t)len >= size ? 0 : -EIO;
}

int rl_direct_rewind(struct rl_direct *direct, uint64_t position)
{
	struct block *block = direct->filling;
	size_t rest = position % RL_DIRECT_ALIGNMENT;
	int ret = settle(direct);

	if (ret != 0)
		return ret;
	if (position < block->at) {
		block->at = position - rest;
		ret = rest > 0 ? read_back(direct, block, rest) : 0;
		if (ret != 0)
			return ret;
		if (ftruncate(direct->fd, (off_t)block->at) != 0)
			return -errno;
	}
	block->len = (size_t)(position - block->at);
	return 0;
}

/* What of a patch lies in one block of the disk that has been written: @size bytes from @at on. */
static int patch_block(const struct rl_direct *direct, uint64_t at, const char *data, size_t size)
{
	size_t rest = at % RL_DIRECT_ALIGNMENT;
	char *copy = aligned_alloc(RL_DIRECT_ALIGNMENT, RL_DIRECT_ALIGNMENT);
	struct block block = {.data = copy, .at = at - rest};
	int ret;

	if (copy == NULL)
		return -ENOMEM;
	ret = read_back(direct, &block, rest + size);
	if (ret == 0) {
		memcpy(copy + rest, data, size);
		ret = write_out(direct->fd, copy, RL_DIRECT_ALIGNMENT, block.at);
	}
	free(copy);
	return ret;
}

int rl_direct_patch(struct rl_direct *direct, uint64_t position, const void *data, size_t size)
{
	const struct block *filling = direct->filling;
	const char *from = data;
	int ret = settle(direct);

	while (ret == 0 && size > 0 && position < filling->at) {
		size_t rest = RL_DIRECT_ALIGNMENT - position % RL_DIRECT_ALIGNMENT;
		size_t len = size < rest ? size : rest;

		ret = patch_block(direct, position, from, len);
		position += len;
		from += len;
		size -= len;
	}
	if (ret == 0 && size > 0)
		memcpy(filling->data + (position - filling->at), from, size);
	return ret;
}

int rl_direct_finish(struct rl_direct *direct)
{
	struct block *block = direct->filling;
	size_t padding = -block->len % RL_DIRECT_ALIGNMENT;
	int ret = settle(direct);

	if (ret != 0 || block->len == 0)
		return ret;
	memset(block->data + block->len, 0, padding);
	ret = write_out(direct->fd, block->data, block->len + padding, block->at);
	if (ret == 0 && padding > 0 && ftruncate(direct->fd, (off_t)(block->at + block->len)) != 0)
		ret = -errno;
	return ret;
}

void rl_direct_free(struct rl_direct *direct)
{
	size_t i;

	if (direct == NULL)
		return;
	(void)pthread_mutex_lock(&direct->lock);
	direct->is_over = true;
	(void)pthread_cond_signal(&direct->changed);
	(void)pthread_mutex_unlock(&direct->lock);
	if (direct->has_thread)
		(void)pthread_join(direct->thread, NULL);
	(void)pthread_cond_destroy(&direct->changed);
	(void)pthread_mutex_destroy(&direct->lock);
	for (i = 0; i < 2; i++)
		free(direct->blocks[i].data);
	free(direct);
}
