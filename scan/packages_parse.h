/* SPDX-License-Identifier: MIT */
/** How the readers of package databases fill in what they find; for scan/packages*.c only. */

#ifndef RL_SCAN_PACKAGES_PARSE_H
#define RL_SCAN_PACKAGES_PARSE_H

#include "common/buf.h"
#include "scan/packages.h"

/** More of a database's file is not looked at, in bytes; nor of what rpm says. */
#define RL_PACKAGES_TEXT_MAX ((size_t)128 << 20)

/**
 * Reads a file of a database, and what follows is as of rl_root_read().
 *
 * @return 1; 0; -EFBIG if more has been read of this root's databases than any has; another negative
 *         errno.
 */
int rl_packages_read_text(struct rl_packages *packages, int root_fd, const char *path,
	struct rl_buf *text) RL_CHECKED;

/**
 * Appends an empty package.
 *
 * @return it, valid until the next one is added; NULL without memory, or if there are more than any
 *         system has.
 */
struct rl_package *rl_packages_add(struct rl_packages *packages, enum rl_package_manager manager);

/** The package added last, or NULL. */
struct rl_package *rl_packages_last(struct rl_packages *packages);

/** Takes the package added last away again. */
void rl_packages_undo(struct rl_packages *packages);

/**
 * Says that package number @index owns @path, which may begin with "/" or "./" and end with "/".
 *
 * @return 0; -ENOMEM; -EFBIG if more is owned than any system has.
 */
int rl_packages_own(
	struct rl_packages *packages, size_t index, const char *path, size_t len) RL_CHECKED;

/** As rl_packages_own(), of a file that the package does not bring. */
int rl_packages_own_ghost(
	struct rl_packages *packages, size_t index, const char *path, size_t len) RL_CHECKED;

/** Sets a string of a package to a copy of @len bytes. @return 0 or -ENOMEM. */
int rl_packages_set(char **to, const char *text, size_t len) RL_CHECKED;

/**
 * Sets @to to a string of the packages' own, the same for the same text. There are few: of more than any
 * database has, each is "".
 *
 * @return 0 or -ENOMEM.
 */
int rl_packages_intern(
	struct rl_packages *packages, const char **to, const char *text, size_t len) RL_CHECKED;

/** Adds a provided name. @return 0 or -ENOMEM. */
int rl_packages_provide(struct rl_package *package, const char *name, size_t len) RL_CHECKED;

/** Adds an empty requirement. @return 0 or -ENOMEM. */
int rl_packages_require(struct rl_package *package) RL_CHECKED;

/** Adds a name that meets the requirement added last. @return 0 or -ENOMEM. */
int rl_packages_require_name(struct rl_package *package, const char *name, size_t len) RL_CHECKED;

/** A line of a text, without its end. */
struct rl_line {
	/** Where it begins; not terminated. */
	const char *text;
	/** Its length in bytes. */
	size_t len;
};

/** Cuts the next line off @text. @return false at the end. */
bool rl_line_next(const char **text, const char *end, struct rl_line *line);

/** Parses a dpkg status file. @return 0, -ENOMEM or -EFBIG, as rl_packages_own() does. */
int rl_dpkg_parse_status(struct rl_packages *packages, const char *text, size_t len) RL_CHECKED;

/** Parses apk's installed. @return as rl_dpkg_parse_status(). */
int rl_apk_parse(struct rl_packages *packages, const char *text, size_t len) RL_CHECKED;

/** Parses desc and files of pacman (one or both in @text) into the package added last. */
int rl_pacman_parse(struct rl_packages *packages, const char *text, size_t len) RL_CHECKED;

/** Parses what rl_rpm_read() asks rpm for. @return as rl_dpkg_parse_status(). */
int rl_rpm_parse(struct rl_packages *packages, const char *text, size_t len) RL_CHECKED;

/** Read one kind of database each. @return 0, or a negative errno if it is there and unreadable. */
int rl_dpkg_read(int root_fd, struct rl_packages *packages, struct rl_error *err) RL_CHECKED;
/** See rl_dpkg_read(). */
int rl_apk_read(int root_fd, struct rl_packages *packages, struct rl_error *err) RL_CHECKED;
/** See rl_dpkg_read(). */
int rl_pacman_read(int root_fd, struct rl_packages *packages, struct rl_error *err) RL_CHECKED;
/** See rl_dpkg_read(). */
int rl_rpm_read(int root_fd, const char *tmp_dir, struct rl_packages *packages,
	struct rl_error *err) RL_CHECKED;

/** An empty set of packages, without aliases. @return it, or NULL. */
struct rl_packages *rl_packages_new(void);

/** Sorts what has been added, so that it can be asked. @return 0 or -ENOMEM. */
int rl_packages_sort(struct rl_packages *packages) RL_CHECKED;

/** Says that what is in the directory @from is in @to. @return 0 or -ENOMEM. */
int rl_packages_alias(struct rl_packages *packages, const char *from, const char *to) RL_CHECKED;

#endif
