/* SPDX-License-Identifier: MIT */
/** The output that is a file system image: the program that makes it, found, started and told what to do. */

#ifndef RL_CLI_FS_OUTPUT_H
#define RL_CLI_FS_OUTPUT_H

#include "cli/options.h"
#include "cli/output.h"

/** Whether a format is one of these. */
bool rl_fs_output_is_wanted(enum rl_image_format format);

/**
 * Checks --compress, and that the program can be had.
 *
 * @return 0; -EINVAL; -ENOENT if there is no such program, with what to install; -ENOMEM.
 */
int rl_fs_output_check(const struct rl_options *options, struct rl_error *err) RL_CHECKED;

/**
 * Starts the program and opens the writer, for the file that @output has as its sink.
 *
 * @exceptions is told what the file system cannot hold
 *
 * @return 0 or a negative errno.
 */
int rl_fs_output_open(struct rl_output *output, const struct rl_options *options,
	const struct rl_session *session, const struct rl_exception_sink *exceptions,
	struct rl_error *err) RL_CHECKED;

#endif
