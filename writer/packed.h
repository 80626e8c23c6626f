/* SPDX-License-Identifier: MIT */
/** The writer of a tar that is compressed on its way, by threads of its own. */

#ifndef RL_WRITER_PACKED_H
#define RL_WRITER_PACKED_H

#include "writer/compress.h"
#include "writer/tar.h"

/** How to write it. */
struct rl_packed_options {
	/** How the tar is written, without an alignment. */
	struct rl_tar_options tar;
	/** How it is compressed; not RL_METHOD_NONE. */
	struct rl_compression compression;
	/** How many threads compress; see struct rl_layer_options. */
	unsigned int threads;
};

/**
 * A writer of a compressed tar over @sink, which must outlive it. Given up, the output is what neither the
 * decompressor nor, of what that makes of it, any reader of a tar takes for whole.
 *
 * @members_ret where members' bytes go first; owned by the writer
 *
 * @return 0 with *@writer_ret set, which the caller frees with rl_writer_free(); -ENOMEM; -EIO if a library
 *         fails.
 */
int rl_packed_new(struct rl_sink *sink, const struct rl_packed_options *options,
	struct rl_writer **writer_ret, struct rl_sink **members_ret,
	struct rl_error *err) RL_CHECKED;

#endif
