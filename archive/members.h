/* SPDX-License-Identifier: MIT */
/** The members of the archive that an image's files are in; see archive/blobs.h, which alone knows of it. */

#ifndef RL_ARCHIVE_MEMBERS_H
#define RL_ARCHIVE_MEMBERS_H

#include "archive/blobs.h"

/** The members of an archive; opaque. */
struct rl_members;

/**
 * Goes through an archive.
 *
 * @fd       a regular file, borrowed as long as the members are there; where it is read does not change
 * @path     its name, for messages
 * @is_tried it is to be found out whether this is an image's archive: see rl_blobs_try()
 *
 * @return 0 with *@members_ret set, which the caller frees with rl_members_free(); 1 if @is_tried and it has shown
 *         that it is none; as rl_blobs_open().
 */
int rl_members_list(int fd, const char *path, bool is_tried, struct rl_members **members_ret,
	struct rl_error *err) RL_CHECKED;

/** As rl_blobs_look(). */
int rl_members_look(const struct rl_members *members, const char *name, struct rl_blob_facts *facts,
	struct rl_error *err) RL_CHECKED;

/** As rl_blobs_stream(). */
int rl_members_stream(const struct rl_members *members, const char *name,
	struct rl_stream **stream_ret, struct rl_error *err) RL_CHECKED;

/** Releases all but the file. NULL is fine. */
void rl_members_free(struct rl_members *members);

#endif
