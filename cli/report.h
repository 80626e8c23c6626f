/* SPDX-License-Identifier: MIT */
/** What a capture did: counted for the summary, and named in the JSON report. */

#ifndef RL_CLI_REPORT_H
#define RL_CLI_REPORT_H

#include "common/exception.h"
#include "filters/profile.h"
#include "host/keeper.h"
#include "scan/distro.h"
#include "scan/entry.h"
#include "scan/live.h"
#include "writer/sink.h"

#include <time.h>

/** Names of each kind of exception that the summary can show; the report has all. */
#define RL_REPORT_NAMES 10

/** Entries and the bytes of their content. */
struct rl_tally {
	/** How many. */
	uint64_t entries;
	/** The sum of their sizes, in bytes. */
	uint64_t bytes;
};

/** One exception that the summary names. Owned by the report. */
struct rl_named {
	/** The path below ROOT, raw bytes. */
	char *path;
	/** More about it, raw bytes, or NULL. */
	char *detail;
};

/**
 * Called for each entry once it is clear what becomes of it.
 *
 * @count 1; -1 takes an earlier call back, for a directory that is kept after all
 * @bytes of its content
 * @rule  what drops it; NULL: it is kept
 */
typedef void rl_report_observer(void *ctx, const struct rl_entry *entry, int count, uint64_t bytes,
	const struct rl_rule *rule);

/** The report; zero it, then rl_report_open(). Release with rl_report_close(). */
struct rl_report {
	/** Where exceptions are told: into this report. */
	struct rl_exception_sink exceptions;
	/** What was kept. */
	struct rl_tally kept;
	/** Of these, by type. */
	uint64_t regular, directories, symlinks, hardlinks, devices, fifos;
	/** Kept without content; bytes: what they had. */
	struct rl_tally truncated;
	/** Kept files that rules changed, and files that rules put there. */
	uint64_t changed, added;
	/** Only what differs from a baseline was written (cli/baseline.h). */
	bool is_delta;
	/**
	 * Then: kept entries that are as they were, and so not in the output; of these, files whose content was not
	 * read; and what was there and is gone.
	 */
	uint64_t unchanged, unread, removed;
	/** Bytes of contents that the output shares with ROOT's file system. */
	uint64_t shared;
	/** Packages whose entries are not in the image's package database. */
	uint64_t packages;
	/** What rules dropped, by category. */
	struct rl_tally dropped[RL_CATEGORY_COUNT];
	/** How many exceptions of each kind there were. */
	uint64_t counts[RL_EXC_COUNT];
	/** The first of each kind. */
	struct rl_named named[RL_EXC_COUNT][RL_REPORT_NAMES];
	/** Bit RL_EXC_X for each kind that ends the capture. */
	uint32_t fatal;
	/** One of them has been told: the capture has to end with this. */
	struct rl_error fatality;
	/** Is told what becomes of each entry, if it is not NULL. */
	rl_report_observer *observe;
	/** Handed to @observe. */
	void *observe_ctx;
	/** When the capture began (CLOCK_MONOTONIC). */
	struct timespec start;
	/** The report file, or NULL if none is wanted. */
	struct rl_sink *file;
	/** Writing the report failed: why. */
	struct rl_error error;
};

/** What else is in the report's file. */
struct rl_report_facts {
	/** How the source was read. */
	const struct rl_live_info *live;
	/** What ROOT holds. */
	const struct rl_distro *distro;
	/** The profiles in order. */
	const struct rl_profile *const *profiles;
	/** How many. */
	size_t profile_count;
	/** What was read by snapshots, and what could not be. */
	const struct rl_keeper *keeper;
	/** Bytes of output. */
	uint64_t output_bytes;
	/** The exit status that follows. */
	int exit_status;
	/** It is an archive or an image that was read. */
	bool is_archive;
};

/**
 * Begins the report, with the exceptions that come in a file if @path is not NULL.
 *
 * @return 0 or a negative errno.
 */
int rl_report_open(struct rl_report *report, const char *path, struct rl_error *err) RL_CHECKED;

/** Counts an entry that @rule dropped. */
void rl_report_dropped(
	struct rl_report *report, const struct rl_entry *entry, const struct rl_rule *rule);

/** Takes rl_report_dropped() back: the directory is kept after all. */
void rl_report_undropped(
	struct rl_report *report, const struct rl_entry *entry, const struct rl_rule *rule);

/** Whether something that was asked for is not in the output (exit status 1). */
bool rl_report_has_losses(const struct rl_report *report);

/** Seconds since the capture began. */
double rl_report_seconds(const struct rl_report *report);

/** The most memory that this process has had, in bytes. */
uint64_t rl_report_peak_memory(void);

/**
 * Writes the rest of the report's file, if there is one.
 *
 * @return 0 or a negative errno.
 */
int rl_report_finish(struct rl_report *report, const struct rl_report_facts *facts,
	struct rl_error *err) RL_CHECKED;

/**
 * Gives the report's file, if there is one, its name.
 *
 * @return 0 or a negative errno.
 */
int rl_report_commit(struct rl_report *report, struct rl_error *err) RL_CHECKED;

/** Releases what @report owns; a file that was not committed is gone. */
void rl_report_close(struct rl_report *report);

#endif
