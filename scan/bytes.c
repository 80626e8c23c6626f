/* SPDX-License-Identifier: MIT */
#include "scan/bytes.h"

#include "scan/far.h"

uint64_t rl_bytes_number(const struct rl_bytes *bytes, size_t at, size_t size)
{
	uint64_t number = 0;
	size_t i;

	if (at > bytes->len || size > bytes->len - at)
		return 0;
	for (i = 0; i < size; i++)
		number = number << 8 | bytes->data[bytes->is_big ? at + i : at + size - 1 - i];
	return number;
}

int rl_bytes_read(int fd, uint64_t offset, size_t size, unsigned char *data, struct rl_bytes *bytes)
{
	bytes->data = data;
	bytes->len = bytes->at = 0;
	/* No file is that long, and the kernel says EINVAL. */
	if (offset > INT64_MAX - size)
		return 0;
	while (bytes->len < size) {
		ssize_t got =
			rl_pread(fd, data + bytes->len, size - bytes->len, offset + bytes->len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		bytes->len += (size_t)got;
	}
	return 0;
}
