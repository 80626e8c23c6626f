/* SPDX-License-Identifier: MIT */
/** What a sink is made of; for writer/sink.c and writer/sink_inside.c only. */

#ifndef RL_WRITER_SINK_PARTS_H
#define RL_WRITER_SINK_PARTS_H

#include "writer/direct.h"
#include "writer/new_dir.h"
#include "writer/new_file.h"
#include "writer/sink.h"

/** What there is behind a sink. */
enum rl_sink_kind {
	/** A descriptor of somebody else's. */
	RL_SINK_FD,
	/** A file of its own. */
	RL_SINK_FILE,
	/** A directory of its own, whose files are sinks. */
	RL_SINK_DIRECTORY,
	/** Nothing. */
	RL_SINK_NULL,
	/** A function. */
	RL_SINK_CALL
};

/** See writer/sink.h. */
struct rl_sink {
	/** What there is behind it. */
	enum rl_sink_kind kind;
	/** Where to write; closed in the end if @owns_fd. RL_SINK_FILE: @file's. */
	int fd;
	/** See @fd. */
	bool owns_fd;
	/** For messages. Owned. */
	char *name;
	/** RL_SINK_FILE. Owned. */
	struct rl_new_file file;
	/** RL_SINK_FILE: writes past the page cache, with a buffer of its own; or NULL. Owned. */
	struct rl_direct *direct;
	/** RL_SINK_DIRECTORY. Owned. */
	struct rl_new_dir dir;
	/** RL_SINK_FILE: the directory's sink that it was opened in, or NULL. Borrowed. */
	struct rl_sink *directory;
	/** RL_SINK_CALL. */
	rl_sink_call *call;
	/** What @call is given; borrowed. */
	void *ctx;
	/** RL_SINK_FD, a regular file: where in it the output begins. */
	off_t start;
	/** RL_SINK_FD: it is a pipe. */
	bool is_pipe;
	/** How much has been given to the sink, in bytes. */
	uint64_t position;
	/** How much has been written for certain; less than @position also where writing has failed. */
	uint64_t written;
	/** What is held back. Owned. */
	char *buffer;
	/** How much that is, in bytes. */
	size_t buffered;
	/** rl_sink_write_behind(): how far the file has been handed to the disk; else UINT64_MAX. */
	uint64_t behind;
};

/** Makes a sink. @return 0 with *@sink_ret set, or -ENOMEM. */
int rl_sink_new(
	enum rl_sink_kind kind, int fd, const char *name, struct rl_sink **sink_ret) RL_CHECKED;

#endif
