/* SPDX-License-Identifier: MIT */
/** All metadata of an open file that statx(2) does not give. */

#ifndef RL_SCAN_META_H
#define RL_SCAN_META_H

#include "common/exception.h"
#include "scan/handle.h"
#include "scan/live.h"

/**
 * Reads attributes, ACLs and the label into @entry, as far as @options ask for them. What cannot be
 * read is told to @exceptions and left out.
 *
 * @return 0, -ENOMEM, or another negative errno if the mount has been given up meanwhile.
 */
int rl_meta_read(const struct rl_handle *handle, const struct rl_meta_options *options,
	const struct rl_exception_sink *exceptions, struct rl_entry *entry) RL_CHECKED;

/**
 * Reads where a symlink leads.
 *
 * @target_ret a new string that the caller frees
 *
 * @return 0 or a negative errno.
 */
int rl_meta_read_target(const struct rl_handle *handle, char **target_ret) RL_CHECKED;

#endif
