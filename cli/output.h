/* SPDX-License-Identifier: MIT */
/** What a capture or a conversion writes: the file or pipe, the format, and the moment at which it is there. */

#ifndef RL_CLI_OUTPUT_H
#define RL_CLI_OUTPUT_H

#include "cli/baseline.h"
#include "cli/layers.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/session.h"
#include "host/maker.h"
#include "writer/compress.h"
#include "writer/sink.h"
#include "writer/writer.h"

/** The output; zero it, release it with rl_output_free(). */
struct rl_output {
	/** Where it goes. Owned. */
	struct rl_sink *sink;
	/** What members are written with. Owned. */
	struct rl_writer *writer;
	/** Where their bytes go first: @sink, or what compresses them; borrowed from @writer then. */
	struct rl_sink *members;
	/** What only the difference to is written; borrowed; NULL, or without a tree: all is written. */
	struct rl_baseline *baseline;
	/** The image's, if it is one; borrowed from @writer. */
	const struct rl_writer *image;
	/** That writer, if it is a delta; borrowed from @writer. */
	struct rl_writer *delta;
	/** Where the list of files goes; NULL: nowhere. Owned. */
	struct rl_sink *manifest;
	/** How layers, or the tar, are compressed. */
	struct rl_compression compression;
	/** Which layers there are, and what goes where. Owned. */
	struct rl_layers layers;
	/** The program that makes a file system image; NULL: the output is none. Owned. */
	struct rl_maker *maker;
	/** Not zero once a signal asks to stop; set by the caller; borrowed. */
	const volatile sig_atomic_t *stop;
	/** SOURCE_DATE_EPOCH, in seconds since 1970; INT64_MAX: there is none. */
	int64_t latest_mtime;
};

/** Whether the output goes to standard output. */
bool rl_output_is_stdout(const struct rl_options *options);

/** What messages call the output. */
const char *rl_output_name(const struct rl_options *options);

/**
 * Checks what can be known to be wrong before anything is opened, and takes what the environment says.
 *
 * @return 0 or -EINVAL.
 */
int rl_output_check(struct rl_output *output, const struct rl_options *options,
	struct rl_error *err) RL_CHECKED;

/** Whether the output depends on which package files belong to. */
bool rl_output_wants_packages(const struct rl_options *options);

/**
 * Opens the output. Its files, and those of the report, are kept out of what is captured.
 *
 * @options the image's config is completed from what @session knows of ROOT
 * @session also has ROOT's packages, if rl_output_wants_packages(); must outlive the output then
 *
 * @return 0 or a negative errno.
 */
int rl_output_open(struct rl_output *output, struct rl_options *options,
	const struct rl_session *session, const struct rl_report *report,
	struct rl_error *err) RL_CHECKED;

/**
 * Once the writer has finished: gives the output and the report their names, or neither.
 *
 * @return 0 or a negative errno; the output has been given up then.
 */
int rl_output_commit(struct rl_output *output, struct rl_report *report,
	const struct rl_report_facts *facts, struct rl_error *err) RL_CHECKED;

/**
 * Where nothing has come through standard output, and nothing will: has no reader take that for a tar.
 */
void rl_output_cut(const struct rl_output *output, const struct rl_options *options);

/** Releases what @output owns. */
void rl_output_free(struct rl_output *output);

#endif
