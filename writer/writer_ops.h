/* SPDX-License-Identifier: MIT */
/** What each output format implements; for the files of writer/ only. */

#ifndef RL_WRITER_WRITER_OPS_H
#define RL_WRITER_WRITER_OPS_H

#include "writer/writer.h"

/** The functions of writer/writer.h, each for one format. */
struct rl_writer_ops {
	/** See rl_writer_prepare(); NULL: there is nothing to do. */
	int (*prepare)(struct rl_writer *writer, const char *path, struct rl_error *err);
	/** See rl_writer_knows(); NULL: it knows nothing. */
	int (*knows)(struct rl_writer *writer, const struct rl_entry *entry,
		const unsigned char **digest_ret, struct rl_error *err);
	/** See rl_writer_begin(). */
	int (*begin)(
		struct rl_writer *writer, const struct rl_member *member, struct rl_error *err);
	/** See rl_writer_data(). */
	int (*data)(struct rl_writer *writer, const void *data, size_t size, struct rl_error *err);
	/** See rl_writer_move(); NULL: never possible. */
	ssize_t (*move)(struct rl_writer *writer, int fd, uint64_t offset, uint64_t size,
		struct rl_error *err);
	/** See rl_writer_share(); NULL: never possible. */
	int64_t (*share)(struct rl_writer *writer, int fd, uint64_t offset, uint64_t size,
		struct rl_error *err);
	/** See rl_writer_hole(). */
	int (*hole)(struct rl_writer *writer, uint64_t size, struct rl_error *err);
	/** See rl_writer_end(). */
	int (*end)(struct rl_writer *writer, struct rl_error *err);
	/** See rl_writer_disown(); NULL: there is nothing to do. */
	void (*disown)(struct rl_writer *writer);
	/** See rl_writer_finish(). */
	int (*finish)(struct rl_writer *writer, struct rl_error *err);
	/** See rl_writer_abort(). */
	void (*abort)(struct rl_writer *writer);
	/** See rl_writer_free(). */
	void (*free)(struct rl_writer *writer);
};

/** What every writer begins with. */
struct rl_writer {
	/** Its functions. */
	const struct rl_writer_ops *ops;
};

#endif
