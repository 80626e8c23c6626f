/* SPDX-License-Identifier: MIT */
/** What a conversion reads: an archive or an image, all of it, into a tree and a file of contents. */

#ifndef RL_CLI_ARCHIVE_SOURCE_H
#define RL_CLI_ARCHIVE_SOURCE_H

#include "archive/image.h"
#include "archive/shadow.h"
#include "archive/store.h"
#include "archive/tree.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "scan/facts.h"
#include "scan/source.h"

#include <signal.h>

/** What was read; `= {0}` is nothing. Release with rl_archive_close(). */
struct rl_archive {
	/** The image; owned; NULL: it is a tar. */
	struct rl_image *image;
	/** Its files. Owned. */
	struct rl_tree *tree;
	/** What is in them. Owned. */
	struct rl_store *store;
	/** What is asked of the root as a whole. Owned. */
	struct rl_shadow *shadow;
};

/**
 * Reads what options->root refers to (archive/reference.h), all of it. Of several platforms --arch says which, and
 * --max-size how much it may come to.
 *
 * @exceptions  is told what of it cannot be kept
 * @stop        not zero once a signal asks to stop
 * @source_ret  the source of its entries, which the caller closes before @archive
 *
 * @return an exit status: RL_EXIT_OK, or another one with @err set.
 */
int rl_archive_open(struct rl_archive *archive, const struct rl_options *options,
	const struct rl_exception_sink *exceptions, struct rl_progress *progress,
	const volatile sig_atomic_t *stop, struct rl_source **source_ret, struct rl_error *err);

/** Has @facts ask the archive. */
void rl_archive_facts(const struct rl_archive *archive, struct rl_facts *facts);

/** Removes what was copied for being asked. */
void rl_archive_settle(struct rl_archive *archive);

/** Releases what @archive owns. */
void rl_archive_close(struct rl_archive *archive);

#endif
