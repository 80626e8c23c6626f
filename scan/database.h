/* SPDX-License-Identifier: MIT */
/**
 * Databases that are in use while they are captured: what their files hold together at one moment a
 * capture of a live system reads at many.
 */

#ifndef RL_SCAN_DATABASE_H
#define RL_SCAN_DATABASE_H

#include "common/buf.h"
#include "common/exception.h"
#include "scan/open_files.h"
#include "scan/source.h"

/** What is known of them; `= {0}` knows of none. Release with rl_databases_free(). */
struct rl_databases {
	/** What is in use. Owned. */
	struct rl_open_files open;
	/** The directory that was found last in which a process works. Owned. */
	struct rl_buf working_dir;
	/** What has been told: paths, each with a NUL behind it. Owned. */
	struct rl_buf told;
};

/**
 * Finds out what is in use. Where /proc is not to be had, or not to be looked into, that is nothing.
 *
 * @return 0 or -ENOMEM. Release @databases in every case.
 */
int rl_databases_find(struct rl_databases *databases, struct rl_error *err) RL_CHECKED;

/**
 * Looks whether @entry, which @source gave last and which is kept, belongs to a database in use, and
 * tells so once for each database.
 *
 * @return 0 or -ENOMEM.
 */
int rl_databases_check(struct rl_databases *databases, struct rl_source *source,
	struct rl_entry *entry, const struct rl_exception_sink *exceptions,
	struct rl_error *err) RL_CHECKED;

/** Releases what @databases own. */
void rl_databases_free(struct rl_databases *databases);

#endif
