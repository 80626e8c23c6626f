/* SPDX-License-Identifier: MIT */
/** A growable byte buffer. */

#ifndef RL_COMMON_BUF_H
#define RL_COMMON_BUF_H

#include "common/cleanup.h"

#include <stddef.h>

/** A buffer; `= {0}` is valid and empty. Owns its bytes; release with rl_buf_free(). */
struct rl_buf {
	/** The bytes, or NULL while nothing has been reserved. */
	char *data;
	/** Bytes in use. */
	size_t len;
	/** Bytes reserved. */
	size_t cap;
};

/**
 * Makes room for @more bytes behind those in use.
 *
 * @return 0, or -ENOMEM (the buffer is unchanged), also where the size would overflow.
 */
int rl_buf_reserve(struct rl_buf *buf, size_t more) RL_CHECKED;

/**
 * Appends @len bytes.
 *
 * @return 0, or -ENOMEM (the buffer is unchanged).
 */
int rl_buf_append(struct rl_buf *buf, const void *bytes, size_t len) RL_CHECKED;

/**
 * Appends a string and keeps the buffer NUL-terminated; the NUL is not counted in @len.
 *
 * @return 0, or -ENOMEM (the buffer is unchanged).
 */
int rl_buf_append_str(struct rl_buf *buf, const char *str) RL_CHECKED;

/**
 * Shortens the buffer to @len bytes, which must not be more than are in use, and NUL-terminates it
 * if it has any room.
 */
void rl_buf_truncate(struct rl_buf *buf, size_t len);

/**
 * Makes a file's content from its beginning on the buffer's, NUL-terminated; the NUL is not counted.
 *
 * @return 0, -ENOMEM, -EFBIG if there are more than @max bytes, or another negative errno if it cannot be read.
 */
int rl_buf_read_file(struct rl_buf *buf, int fd, size_t max) RL_CHECKED;

/** Releases the bytes; the buffer is then empty and may be used again. */
void rl_buf_free(struct rl_buf *buf);

#endif
