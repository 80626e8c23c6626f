/* SPDX-License-Identifier: MIT */
/** gzip taken off a stream, with what it says of itself compared, which libarchive 3.6 does not. */

#ifndef RL_ARCHIVE_GUNZIP_H
#define RL_ARCHIVE_GUNZIP_H

#include "archive/stream.h"

/**
 * What the members of gzip in @source have in them, one behind the other. Zeros behind the last one, which pad a
 * tape, are passed over.
 *
 * @source is closed with the stream; also if this fails
 * @name   what is read, for messages; borrowed for the call
 *
 * @return 0 with *@stream_ret set; -ENOMEM. A read says -EBADMSG if the data are damaged, end early, or have another
 *         checksum or size than they should.
 */
int rl_gunzip_open(struct rl_stream *source, const char *name, struct rl_stream **stream_ret,
	struct rl_error *err) RL_CHECKED;

#endif
