/* SPDX-License-Identifier: MIT */
/** Bytes that come in pieces, once, from the first to the last: a file, a pipe, what is in a compressed one. */

#ifndef RL_ARCHIVE_STREAM_H
#define RL_ARCHIVE_STREAM_H

#include "common/error.h"

#include <sys/types.h>

/** A stream. What makes one says what else it needs; who has it closes it. */
struct rl_stream {
	/**
	 * Gives the next piece.
	 *
	 * @data_ret the piece; valid until the next call
	 *
	 * @return its size, more than 0; 0 at the end; a negative errno with @err set, after which nothing may
	 *         follow but close.
	 */
	ssize_t (*read)(struct rl_stream *stream, const void **data_ret, struct rl_error *err);
	/** Ends it, at the end or before, and releases all that it has. */
	void (*close)(struct rl_stream *stream);
};

/** The next piece; see rl_stream.read. */
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

/** How a stream is compressed. */
enum rl_filter {
	/** Not at all. */
	RL_FILTER_NONE,
	/** gzip (RFC 1952), of any number of members. */
	RL_FILTER_GZIP,
	/** Zstandard (RFC 8878), of any number of frames, of which some may be there to be skipped. */
	RL_FILTER_ZSTD,
	/** xz. */
	RL_FILTER_XZ,
	/** bzip2. */
	RL_FILTER_BZIP2,
	/** lz4's frames. */
	RL_FILTER_LZ4
};

/** How many bytes of a stream rl_filter_find() looks at. */
#define RL_FILTER_LOOK 512

/** Which one the @len bytes at the beginning of a stream tell of. None if it is a tar, which may begin with any name. */
enum rl_filter rl_filter_find(const void *data, size_t len);

/** The name of a filter: "gzip". */
const char *rl_filter_name(enum rl_filter filter);

/**
 * The bytes of a file or pipe as they are. A read says -EINTR if a signal came: it may be made again.
 *
 * @path the file; "-": standard input, which is left open
 *
 * @return 0 with *@stream_ret set; -EISDIR; -ENOMEM; or the errno of opening it.
 */
int rl_stream_open_file(
	const char *path, struct rl_stream **stream_ret, struct rl_error *err) RL_CHECKED;

/**
 * What the compressed @source has in it. What comes behind the compressed data may be left unread; that the source
 * begins with none may look as if it were empty.
 *
 * @source is closed with the stream; also if this fails
 * @name   what is read, for messages; borrowed
 *
 * @return 0 with *@stream_ret set, which is @source if it is not compressed; -ENOTSUP if the library knows no such
 *         filter; -ENOMEM. A read says -EBADMSG if the data are damaged or end early.
 */
int rl_stream_decompress(struct rl_stream *source, enum rl_filter filter, const char *name,
	struct rl_stream **stream_ret, struct rl_error *err) RL_CHECKED;

#endif
