/* SPDX-License-Identifier: MIT */
/**
 * What is asked of a root as a whole, of an image: a private directory with a copy of the files that say which
 * distribution it is, its users and packages, and what its programs are for (scan/facts.h). Of all else
 * directories, symlinks and empty files appear when they are asked for.
 */

#ifndef RL_ARCHIVE_SHADOW_H
#define RL_ARCHIVE_SHADOW_H

#include "archive/store.h"
#include "archive/tree.h"

#include <signal.h>

/** A shadow; opaque. */
struct rl_shadow;

/**
 * Makes the shadow of a tree.
 *
 * @store   has the tree's contents; borrowed, as is @tree
 * @tmp_dir where its directory is made; NULL: $TMPDIR or /var/tmp
 * @stop    not zero once a signal asks to stop; borrowed
 *
 * @return 0 with *@shadow_ret set; a negative errno.
 */
int rl_shadow_make(const struct rl_tree *tree, const struct rl_store *store, const char *tmp_dir,
	const volatile sig_atomic_t *stop, struct rl_shadow **shadow_ret,
	struct rl_error *err) RL_CHECKED;

/** Its root, a directory; owned by the shadow. It stays open when the directory is removed. */
int rl_shadow_fd(const struct rl_shadow *shadow);

/**
 * Has what lies at @path below the root appear, symlinks followed within it: a directory, empty at first, or an
 * empty file. As rl_facts.reveal has it: @ctx is a struct rl_shadow.
 */
void rl_shadow_reveal(void *ctx, const char *path);

/** Removes the directory; nothing appears any more. */
void rl_shadow_remove(struct rl_shadow *shadow);

/** Removes the directory, and releases the shadow. NULL is fine. */
void rl_shadow_free(struct rl_shadow *shadow);

#endif
