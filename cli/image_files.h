/* SPDX-License-Identifier: MIT */
/** Files of the image that are not those of ROOT: what rules put there, and its rpm database. */

#ifndef RL_CLI_IMAGE_FILES_H
#define RL_CLI_IMAGE_FILES_H

#include "cli/session.h"

/**
 * Makes the package database of the image agree with what the chain drops: text databases are edited
 * as they pass, an rpm database is copied aside and, if @changes_rpm, changed there. If that cannot be
 * done, it is told.
 *
 * @return an exit status.
 */
int rl_image_prepare(struct rl_session *session, bool changes_rpm,
	const struct rl_exception_sink *exceptions, struct rl_error *err);

/**
 * Has the source give the files that rules put there, and the rpm database.
 *
 * @return an exit status.
 */
int rl_image_add_files(struct rl_session *session, const struct rl_exception_sink *exceptions,
	struct rl_error *err);

/**
 * Whether a file is one of ROOT's rpm database that the image's does not have: @path is below the
 * directory of it, and is none of the added files.
 */
bool rl_image_replaces(const struct rl_session *session, const struct rl_entry *entry);

/** Releases what these functions left in @session. */
void rl_image_free(struct rl_session *session);

#endif
