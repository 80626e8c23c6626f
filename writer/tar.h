/* SPDX-License-Identifier: MIT */
/** The tar writer: pax interchange format (POSIX.1-2001), by libarchive. */

#ifndef RL_WRITER_TAR_H
#define RL_WRITER_TAR_H

#include "writer/writer.h"

/** How to write. `= {0}` is the default. */
struct rl_tar_options {
	/** mtimes with their nanoseconds, in pax headers; else whole seconds. */
	bool mtime_ns;
	/**
	 * Contents of RL_TAR_ALIGN_MIN bytes and more begin at multiples of so many bytes, a multiple of
	 * 512, so that file systems can share their blocks. 0: where they come to lie. Not of sparse
	 * members.
	 */
	size_t alignment;
};

/** Smaller contents are not aligned, in bytes: a comment takes two blocks, and what lies between. */
#define RL_TAR_ALIGN_MIN ((uint64_t)1 << 20)

/**
 * A tar writer over @sink, which must outlive it.
 *
 * @return 0 with *@writer_ret set, which the caller frees with rl_writer_free(); -ENOMEM.
 */
int rl_tar_new(struct rl_sink *sink, const struct rl_tar_options *options,
	struct rl_writer **writer_ret, struct rl_error *err) RL_CHECKED;

/**
 * Writes what no reader takes for a tar, complete or empty: for a pipe that nothing else will come
 * through. (docker import makes an empty image of an empty stream.)
 */
void rl_tar_cut(struct rl_sink *sink);

#endif
