/* SPDX-License-Identifier: MIT */
/** Regular files with content, which may change while they are read. */

#ifndef RL_CLI_MEMBER_H
#define RL_CLI_MEMBER_H

#include "cli/capture.h"

/** How often a file that changes while it is read is read again. */
#define RL_MEMBER_REREADS 3

/** Files up to this size are read whole before their header is written, in bytes. */
#define RL_MEMBER_WHOLE_MAX ((uint64_t)8 << 20)

/** The same for files that changed within the last minute: they are likely to change again. */
#define RL_MEMBER_HOT_MAX ((uint64_t)64 << 20)

/** Smaller files are not worth a call of their own to move their pages, in bytes. */
#define RL_MEMBER_MOVE_MIN ((uint64_t)64 << 10)

/** A file whose holes add more than this to the output is named, in bytes. */
#define RL_MEMBER_HOLES_MAX ((uint64_t)256 << 20)

struct rl_transform;

/**
 * Writes a loaded regular file with its content. One that changes meanwhile is read again as long
 * as that helps and the output can take it back: files that fit into memory always, larger ones
 * only if the output is a file. One that is still changing then is kept as last read, at its
 * declared size, and told as torn.
 *
 * @decision  its changes of mode and owner are made again to what the open file says
 * @transform what is to be done to the content; NULL: nothing. A file with one is read whole.
 *
 * @return 1 if written; 0 if it could not be read, which has been told; a negative errno if the
 *         output failed, or a signal asked to stop.
 */
int rl_member_write(struct rl_capture *capture, struct rl_entry *entry,
	const struct rl_decision *decision, const struct rl_transform *transform,
	struct rl_error *err) RL_CHECKED;

#endif
