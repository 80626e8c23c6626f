/* SPDX-License-Identifier: MIT */
/** What each kind of source implements; for the files that do so only: of scan/, and archive/tree_source.c. */

#ifndef RL_SCAN_SOURCE_OPS_H
#define RL_SCAN_SOURCE_OPS_H

#include "scan/source.h"

/** The functions of scan/source.h, each for one kind of source. */
struct rl_source_ops {
	/** See rl_source_next(). */
	int (*next)(struct rl_source *source, struct rl_entry **entry, struct rl_error *err);
	/** See rl_source_descend(). */
	void (*descend)(struct rl_source *source, enum rl_descend how);
	/** See rl_source_load(). */
	int (*load)(struct rl_source *source, struct rl_entry *entry, struct rl_error *err);
	/** See rl_source_open(). */
	int (*open)(struct rl_source *source, struct rl_entry *entry, struct rl_content **content,
		struct rl_error *err);
	/** See rl_source_close(). */
	void (*close)(struct rl_source *source);
};

/** What every source begins with. */
struct rl_source {
	/** Its functions. */
	const struct rl_source_ops *ops;
};

#endif
