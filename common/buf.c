/* SPDX-License-Identifier: MIT */
#include "common/buf.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* How much of a file is read at once. */
#define READ_SIZE ((size_t)1 << 20)

int rl_buf_reserve(struct rl_buf *buf, size_t more)
{
	size_t need, cap;
	char *data;

	if (__builtin_add_overflow(buf->len, more, &need))
		return -ENOMEM;
	if (need <= buf->cap)
		return 0;
	cap = buf->cap < 64 ? 64 : buf->cap;
	while (cap < need) {
		if (cap > SIZE_MAX / 2) {
			cap = need;
			break;
		}
		cap *= 2;
	}
	data = realloc(buf->data, cap);
	if (data == NULL)
		return -ENOMEM;
	buf->data = data;
	buf->cap = cap;
	return 0;
}

int rl_buf_append(struct rl_buf *buf, const void *bytes, size_t len)
{
	int ret = rl_buf_reserve(buf, len);

	if (ret != 0)
		return ret;
	if (len > 0)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	return 0;
}

int rl_buf_append_str(struct rl_buf *buf, const char *str)
{
	int ret = rl_buf_append(buf, str, strlen(str) + 1);

	if (ret == 0)
		buf->len--;
	return ret;
}

void rl_buf_truncate(struct rl_buf *buf, size_t len)
{
	assert(len <= buf->len);
	buf->len = len;
	if (len < buf->cap)
		buf->data[len] = '\0';
}

int rl_buf_read_file(struct rl_buf *buf, int fd, size_t max)
{
	rl_buf_truncate(buf, 0);
	for (;;) {
		ssize_t len;

		if (rl_buf_reserve(buf, READ_SIZE + 1) != 0)
			return -ENOMEM;
		len = pread(fd, buf->data + buf->len, READ_SIZE, (off_t)buf->len);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return -errno;
		if (len == 0)
			break;
		buf->len += (size_t)len;
		if (buf->len > max)
			return -EFBIG;
	}
	buf->data[buf->len] = '\0';
	return 0;
}

void rl_buf_free(struct rl_buf *buf)
{
	free(buf->data);
	*buf = (struct rl_buf){0};
}
