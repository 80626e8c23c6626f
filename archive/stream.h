/* SPDX-License-Identifier: MIT */
/** A stream of bytes that is read once, from its beginning to its end: a tar, wherever it comes from. */

#ifndef RL_ARCHIVE_STREAM_H
#define RL_ARCHIVE_STREAM_H

#include "common/error.h"

#include <sys/types.h>

/** What every stream begins with. */
struct rl_stream {
	/** See rl_stream_read(). */
	ssize_t (*read)(struct rl_stream *, const void **data_ret, struct rl_error *err);
	/** See rl_stream_close(). */
	void (*close)(struct rl_stream *);
};

/**
 * The next bytes, as many as are at hand.
 *
 * @data_ret where they are; valid until the next call
 *
 * @return how many, > 0; 0 at the end; a negative errno, after which there may be no further call but
 *         rl_stream_close().
 */
static inline ssize_t RL_CHECKED rl_stream_read(
	struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	return stream->read(stream, data_ret, err);
}

/** Closes the stream and releases it. NULL is fine. */
static inline void rl_stream_close(struct rl_stream *stream)
{
	if (stream != NULL)
		stream->close(stream);
}

#endif
