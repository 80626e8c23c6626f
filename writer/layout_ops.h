/* SPDX-License-Identifier: MIT */
/** What each kind of layout implements; for writer/layout*.c only. */

#ifndef RL_WRITER_LAYOUT_OPS_H
#define RL_WRITER_LAYOUT_OPS_H

#include "writer/layout.h"

/** Where blobs are, below the layout. */
#define RL_LAYOUT_BLOBS "blobs/sha256/"

/** The functions of writer/layout.h, each for one kind. */
struct rl_layout_ops {
	/** Sets @blob->sink. @return 0 or a negative errno. */
	int (*open_blob)(struct rl_layout_blob *blob, struct rl_error *err);
	/** Keeps the blob, which is not there yet, as @name: its digest without the prefix. */
	int (*keep_blob)(struct rl_layout_blob *blob, const char *name, struct rl_error *err);
	/** Does not keep it. */
	int (*drop_blob)(struct rl_layout_blob *blob, struct rl_error *err);
	/** See rl_layout_add_file(). */
	int (*add_file)(struct rl_layout *layout, const char *name, const void *data, size_t size,
		struct rl_error *err);
	/** See rl_layout_finish(). */
	int (*finish)(struct rl_layout *layout, struct rl_error *err);
	/** See rl_layout_free(). */
	void (*free)(struct rl_layout *layout);
};

/** See writer/layout.h. */
struct rl_layout_blob {
	/** Whose it is. */
	struct rl_layout *layout;
	/** Where it is written to: the archive itself, or its own, @is_apart; owned then. */
	struct rl_sink *sink;
	/** See @sink. */
	bool is_apart;
	/** The next one that is open. */
	struct rl_layout_blob *next;
};

/** What every kind begins with. */
struct rl_layout {
	/** Its functions. */
	const struct rl_layout_ops *ops;
	/** The archive or directory. Borrowed. */
	struct rl_sink *sink;
	/** The names of all blobs that are there, one buffer each. Owned. */
	char (*names)[RL_DIGEST_SIZE];
	/** How many. */
	size_t count;
	/** The blobs that are open. Owned. */
	struct rl_layout_blob *open;
};

/** rl_layout_open() of an archive. */
int rl_layout_open_archive(struct rl_sink *sink, size_t layers, struct rl_layout **layout_ret,
	struct rl_error *err) RL_CHECKED;

/** rl_layout_open() of a directory. */
int rl_layout_open_directory(struct rl_sink *sink, size_t layers, struct rl_layout **layout_ret,
	struct rl_error *err) RL_CHECKED;

#endif
