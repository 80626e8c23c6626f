/* SPDX-License-Identifier: MIT */
/** The progress line on a terminal. */

#ifndef RL_CLI_PROGRESS_H
#define RL_CLI_PROGRESS_H

#include "cli/report.h"

/** The progress line; `= {0}` is one that is never shown. */
struct rl_progress {
	/** It is shown: standard error is a terminal and nobody asked for quiet. */
	bool is_shown;
	/** When it was last drawn, in seconds since the start; while an archive is read, of CLOCK_MONOTONIC. */
	double drawn_at;
	/** Something is on the line now. */
	bool is_drawn;
};

/** Begins: shown if standard error is a terminal, unless @quiet. */
void rl_progress_start(struct rl_progress *progress, bool quiet);

/**
 * Draws the line, a few times a second at most, however often it is called.
 *
 * @path  where the capture is, raw bytes
 * @extra bytes of the present file that @report does not count yet
 */
void rl_progress_tick(struct rl_progress *progress, const struct rl_report *report,
	const char *path, uint64_t extra);

/** Says that the mount at @mount_point has been waited for so many seconds; @ctx: struct rl_progress. */
void rl_progress_waiting(void *ctx, const char *mount_point, unsigned int seconds);

/** Says that so many bytes of what is converted have been read; @ctx: struct rl_progress. */
void rl_progress_reading(void *ctx, uint64_t bytes);

/** Takes the line off the terminal. */
void rl_progress_clear(struct rl_progress *progress);

#endif
