/* SPDX-License-Identifier: MIT */
/**
 * An rpm database, copied aside. Only rpm(8) itself knows its forms (Berkeley DB, ndb, SQLite), and
 * it writes to a database even when asked: so the one of the root is never shown to it. Nor is rpm
 * trusted with what a hostile root has there: it is shut in with the copy (host/jail.h).
 */

#ifndef RL_SCAN_RPM_DB_H
#define RL_SCAN_RPM_DB_H

#include "common/buf.h"
#include "common/error.h"

#include <sys/types.h>

/** What a database is kept in. */
enum rl_rpm_db_kind {
	/** SQLite: rpm 4.16 and newer. */
	RL_RPM_DB_SQLITE,
	/** Berkeley DB: older; newer ones can at most read it. */
	RL_RPM_DB_BERKELEY,
	/** rpm's own: SUSE. Others' rpm is often built without it. */
	RL_RPM_DB_NDB,
};

/** A copy; `= {0}` is none. Release with rl_rpm_db_free(). */
struct rl_rpm_db {
	/** What kind of database it is. */
	enum rl_rpm_db_kind kind;
	/** Where the database is in the root: "var/lib/rpm", without symlinks; owned; NULL: there is none. */
	char *path;
	/** A directory of its own that has the copy in var/lib/rpm; owned; NULL once it is removed. */
	char *dir;
	/** Whom the copy belongs to, and rpm is run as (host/jail.h). */
	uid_t user;
};

/**
 * Copies the database of a root, if it has one, to a new directory in @tmp_dir.
 *
 * @tmp_dir NULL: $TMPDIR, or /var/tmp
 *
 * @return 1; 0 if the root has none; -EFBIG if it is larger than a database is; another negative
 *         errno. Release @db in every case.
 */
int rl_rpm_db_copy(
	int root_fd, const char *tmp_dir, struct rl_rpm_db *db, struct rl_error *err) RL_CHECKED;

/**
 * Asks for all packages: rpm -qa with a format.
 *
 * @output what it held is lost
 *
 * @return 0; -ENOPKG if there is no rpm program; -EIO if rpm fails; -ETIMEDOUT; -EINTR if a signal
 *         came; another negative errno.
 */
int rl_rpm_db_query(const struct rl_rpm_db *db, const char *format, struct rl_buf *output,
	struct rl_error *err) RL_CHECKED;

/**
 * Takes packages out of the copy: rpm --erase --justdb --nodeps.
 *
 * @keys NAME-VERSION-RELEASE.ARCH of each
 *
 * @return as rl_rpm_db_query().
 */
int rl_rpm_db_erase(const struct rl_rpm_db *db, const char *const *keys, size_t count,
	struct rl_error *err) RL_CHECKED;

/** Removes the copy; what has been opened of it stays readable. */
void rl_rpm_db_remove(struct rl_rpm_db *db);

/** Removes the copy, and releases what @db owns. */
void rl_rpm_db_free(struct rl_rpm_db *db);

#endif
