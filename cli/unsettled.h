/* SPDX-License-Identifier: MIT */
/**
 * Files whose pages were handed to a pipe: until its reader has taken them a change of the file is a
 * change of the output, so only then it is known whether they are torn.
 */

#ifndef RL_CLI_UNSETTLED_H
#define RL_CLI_UNSETTLED_H

#include "scan/source.h"
#include "writer/sink.h"

/** How many there may be: more files of this size fit into no pipe. */
#define RL_UNSETTLED_MAX 32

/** From how many on it is worth asking the pipe what its reader has taken. */
#define RL_UNSETTLED_ASK 24

/** One file. */
struct rl_unsettled_file {
	/** The file, open. Owned. */
	struct rl_content *content;
	/** Its path below ROOT. Owned. */
	char *path;
	/** Where in the output its content ends. */
	uint64_t end;
};

/** All of them; `= {0}` is none. Release with rl_unsettled_free(). */
struct rl_unsettled {
	/** A ring. */
	struct rl_unsettled_file files[RL_UNSETTLED_MAX];
	/** The first of it, counted from the beginning of all. */
	size_t first;
	/** How many. */
	size_t count;
};

/**
 * Adds a file; there has to be room.
 *
 * @content owned from now on, also on failure
 *
 * @return 0 or -ENOMEM.
 */
int rl_unsettled_add(struct rl_unsettled *unsettled, struct rl_content *content, const char *path,
	uint64_t end) RL_CHECKED;

/**
 * Looks at those whose content the reader of @sink has taken, and tells of the torn ones.
 *
 * @least with fewer than so many nothing is done: asking a pipe stops its reader for a moment
 */
void rl_unsettled_settle(struct rl_unsettled *unsettled, const struct rl_sink *sink, size_t least,
	const struct rl_exception_sink *exceptions);

/** Closes all files. */
void rl_unsettled_free(struct rl_unsettled *unsettled);

#endif
