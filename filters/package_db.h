/* SPDX-License-Identifier: MIT */
/**
 * The package database of the image: what it says of packages that are dropped as a whole is taken
 * out of its text files (dpkg, apk, pacman) as they pass. An rpm database is no text: see
 * scan/rpm_erase.h.
 */

#ifndef RL_FILTERS_PACKAGE_DB_H
#define RL_FILTERS_PACKAGE_DB_H

#include "common/buf.h"
#include "filters/chain.h"
#include "scan/packages.h"

/** What is known of the dropped packages; opaque. */
struct rl_package_db;

/** What becomes of one file of a database. */
enum rl_package_db_fate {
	/** Nothing: it is no file of a database, or none that knows dropped packages. */
	RL_PACKAGE_DB_NOTHING,
	/** It is about a dropped package alone. */
	RL_PACKAGE_DB_DROP,
	/** Entries of dropped packages are taken out of it: rl_package_db_edit(). */
	RL_PACKAGE_DB_EDIT
};

/**
 * Makes one for the packages that @chain drops.
 *
 * @chain, @packages borrowed; must outlive it
 *
 * @return 0 with *@db_ret set, which the caller frees with rl_package_db_free(); -ENOMEM.
 */
int rl_package_db_new(const struct rl_chain *chain, const struct rl_packages *packages,
	struct rl_package_db **db_ret) RL_CHECKED;

/**
 * What becomes of the file at @path, a path below ROOT.
 *
 * @rule_ret set if it is dropped: the rule that drops its package
 */
enum rl_package_db_fate rl_package_db_find(
	const struct rl_package_db *db, const char *path, const struct rl_rule **rule_ret);

/**
 * Takes the dropped packages out of the content of a file that is to be edited.
 *
 * @out gets the new content; what it held is lost
 *
 * @return 1 if it has changed, 0 if not, -ENOMEM.
 */
int rl_package_db_edit(const struct rl_package_db *db, const char *path, const char *content,
	size_t len, struct rl_buf *out) RL_CHECKED;

/** Releases @db. NULL is fine. */
void rl_package_db_free(struct rl_package_db *db);

#endif
