/* SPDX-License-Identifier: MIT */
/** Changes that rules make to what is kept: of the metadata, of the name, and of the content. */

#ifndef RL_CLI_CHANGE_H
#define RL_CLI_CHANGE_H

#include "cli/capture.h"

/** A file larger than this is not changed, which is told; in bytes. */
#define RL_CHANGE_MAX ((uint64_t)256 << 20)

/** What is to be done to one file's content. */
struct rl_transform {
	/** The decision's changes, of which EDIT is meant; borrowed; valid until the next decision. */
	const struct rl_change *changes;
	/** How many. */
	size_t count;
	/** Dropped packages are taken out of it; borrowed; NULL: they are not. */
	const struct rl_package_db *package_db;
};

/**
 * Finds out what is to be done to the content of @entry.
 *
 * @return true if anything is.
 */
bool rl_change_content(const struct rl_capture *capture, const struct rl_entry *entry,
	const struct rl_decision *decision, struct rl_transform *transform);

/**
 * Does it: capture->content is changed into capture->changed. Secrets that are only to be reported
 * are.
 *
 * @return 1 if it has changed, 0 if not, -ENOMEM.
 */
int rl_change_apply(struct rl_capture *capture, const struct rl_entry *entry,
	const struct rl_transform *transform) RL_CHECKED;

/**
 * Makes the other changes, to a loaded entry.
 *
 * @return 1 if there were any, 0 if not, -ENOMEM.
 */
int rl_change_metadata(struct rl_capture *capture, struct rl_entry *entry,
	const struct rl_decision *decision) RL_CHECKED;

/** Makes a change of mode or owner, as far as @change is one. */
void rl_change_owner(struct rl_entry *entry, const struct rl_change *change);

#endif
