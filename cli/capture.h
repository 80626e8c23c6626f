/* SPDX-License-Identifier: MIT */
/** The capture itself: source, chain and writer wired together. */

#ifndef RL_CLI_CAPTURE_H
#define RL_CLI_CAPTURE_H

#include "cli/progress.h"
#include "cli/report.h"
#include "cli/session.h"
#include "cli/unsettled.h"
#include "common/buf.h"
#include "filters/chain.h"
#include "host/pace.h"
#include "scan/database.h"
#include "writer/hardlink.h"
#include "writer/portable.h"
#include "writer/writer.h"

#include <signal.h>

/** An entry that was dropped, but may have to be kept after all for something beneath it. */
struct rl_pending {
	/** A copy of it; owned. */
	struct rl_entry entry;
	/** The rule that dropped it. */
	const struct rl_rule *rule;
};

/** One capture. Zero it, then set what the caller owns; release with rl_capture_free(). */
struct rl_capture {
	/** Where entries come from; borrowed. */
	struct rl_source *source;
	/** What decides about them; borrowed. */
	struct rl_chain *chain;
	/** What writes them; borrowed. */
	struct rl_writer *writer;
	/** Where that writes to; borrowed. */
	struct rl_sink *sink;
	/** What is known of ROOT and its package database; borrowed. */
	const struct rl_session *session;
	/** What keeps snapshots and frozen file systems, and is told once all is read; borrowed. */
	struct rl_keeper *keeper;
	/** What is counted and told; borrowed. */
	struct rl_report *report;
	/** The progress line; borrowed. */
	struct rl_progress *progress;
	/** Not zero once a signal asks to stop; borrowed. */
	const volatile sig_atomic_t *stop;
	/** What engines keep of dates. */
	struct rl_portable_options portable;
	/** Which databases are in use. Owned. */
	struct rl_databases databases;
	/** How fast files may be read. */
	struct rl_pace pace;
	/** Members with holes become sparse ones. */
	bool sparse;
	/** Contents of large files are shared with the output where that is possible (rl_sink_share()). */
	bool reflink;
	/** What rules of the command line drop is not gone through to be counted: it is nearly all. */
	bool leaves_dropped;
	/** Called once all has been read, to say whether it is all that it has to be; NULL: it is. */
	int (*check)(void *ctx, struct rl_error *err);
	/** Handed to @check; borrowed. */
	void *check_ctx;
	/** Contents are not read: a dry run. */
	bool dry_run;

	/** Files whose pages may still be in the pipe. Owned. */
	struct rl_unsettled unsettled;
	/** Inodes that have been written. Owned. */
	struct rl_hardlinks hardlinks;
	/** Dropped directories that the walk is in, outermost first. Owned. */
	struct rl_pending *pending;
	/** How many. */
	size_t pending_count;
	/** How many there is room for. */
	size_t pending_cap;
	/** For each depth, whether the directory there that the walk is in has a default ACL. Owned. */
	struct rl_buf default_acls;
	/** The content of a file that is small enough to be checked before it is written. Owned. */
	struct rl_buf content;
	/** The same after changes, and room for one more. Owned. */
	struct rl_buf changed, changing;
};

/**
 * Captures everything that the source gives, and ends the archive. On failure the archive has been
 * given up (rl_writer_abort()).
 *
 * @return 0; -EINTR if a signal asked to stop; or the errno of what failed.
 */
int rl_capture_run(struct rl_capture *capture, struct rl_error *err) RL_CHECKED;

/** Releases what the capture owns itself. */
void rl_capture_free(struct rl_capture *capture);

#endif
