/* SPDX-License-Identifier: MIT */
/** What each command that looks at a ROOT opens: the source, what is known of it, and the rules. */

#ifndef RL_CLI_SESSION_H
#define RL_CLI_SESSION_H

#include "cli/archive_source.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/scratch.h"
#include "filters/chain.h"
#include "filters/package_db.h"
#include "host/keeper.h"
#include "scan/added.h"
#include "scan/facts.h"
#include "scan/live.h"
#include "scan/rpm_db.h"

/** One session; zero it, release it with rl_session_close(). */
struct rl_session {
	/** Where entries come from, with the files that rules put there. Owned. */
	struct rl_source *source;
	/** The directory behind it; borrowed from @source; NULL: it is an archive. */
	struct rl_source *live_source;
	/** The archive behind it; all NULL: it is a directory. Owned. */
	struct rl_archive archive;
	/** How that is read. */
	struct rl_live_info live;
	/** What is known of ROOT. Owned. */
	struct rl_facts facts;
	/** The profiles in order. Owned. */
	struct rl_profile **profiles;
	/** How many. */
	size_t profile_count;
	/** What becomes of secrets. */
	enum rl_secrets secrets;
	/** What decides about entries. Owned. */
	struct rl_chain *chain;
	/** What becomes of the package database; NULL: nothing. Owned. */
	struct rl_package_db *package_db;
	/** How many packages leave the image's package databases. */
	size_t dropped_packages;
	/** What makes snapshots. Owned. */
	struct rl_keeper keeper;
	/** The rpm database of the image, if it is not that of ROOT. Owned. */
	struct rl_rpm_db rpm;
	/** scratch: what its FILEs need. Owned. */
	struct rl_scratch scratch;
	/** The files that are put there, in the order of a walk, and the rules' list of them. Owned. */
	struct rl_added_file *added;
	struct rl_addition *additions;
	/** How many. */
	size_t added_count;
	/** Names in the rpm database of the image, which @added points to, and its files. Owned. */
	char **rpm_paths;
	int *rpm_fds;
	size_t rpm_count;
};

/**
 * Opens all of it. What is not essential (an os-release or a package database that cannot be read) is
 * told, and done without.
 *
 * @exceptions       is told what is missing or changed; must outlive the session
 * @wants_packages   the packages are read even if no rule asks for them
 * @progress         says which mount is waited for; NULL: nobody is told
 * @stop             not zero once a signal asks to stop
 *
 * @return an exit status: RL_EXIT_OK, or another one with @err set. Close the session in every case.
 */
int rl_session_open(struct rl_session *session, struct rl_options *options,
	const struct rl_exception_sink *exceptions, bool wants_packages,
	struct rl_progress *progress, const volatile sig_atomic_t *stop, struct rl_error *err);

/** Says that nothing more will be asked of ROOT as a whole: what was copied for that goes. */
void rl_session_settle(struct rl_session *session);

/**
 * Loads the profiles alone, for the distribution in @session->facts.
 *
 * @return as rl_session_open().
 */
int rl_session_load_profiles(
	struct rl_session *session, struct rl_options *options, struct rl_error *err);

/**
 * The directories that profiles are looked for in: those of --profile-dir, the administrator's, the
 * installed ones.
 *
 * @return 0 with *@dirs_ret an array that the caller frees; -ENOMEM.
 */
int rl_session_profile_dirs(
	const struct rl_options *options, const char ***dirs_ret, size_t *count_ret) RL_CHECKED;

/** Releases what @session owns. */
void rl_session_close(struct rl_session *session);

#endif
