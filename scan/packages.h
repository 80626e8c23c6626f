/* SPDX-License-Identifier: MIT */
/**
 * The packages that a root's package database knows, and which files they own: dpkg, apk, pacman
 * (text, read directly) and rpm (its database copied aside and asked through rpm(8)).
 *
 * The table of owners has 16 bytes a path, not the paths: it is told by a 64-bit hash of them.
 */

#ifndef RL_SCAN_PACKAGES_H
#define RL_SCAN_PACKAGES_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Which database a package is of. */
enum rl_package_manager { RL_MANAGER_DPKG, RL_MANAGER_APK, RL_MANAGER_PACMAN, RL_MANAGER_RPM };

/** A requirement: it is met if any of its names is a package or is provided by one. */
struct rl_requirement {
	/** Names without versions; owned. */
	char **names;
	/** How many. */
	size_t count;
};

/** How much a distribution thinks of a package; dpkg's Priority. */
enum rl_package_priority {
	/** The database does not tell, or the package can be left out. */
	RL_PRIORITY_OPTIONAL,
	/** What a small system for users without special needs has as well. */
	RL_PRIORITY_STANDARD,
	/** What one expects to find on any such system; debootstrap installs it. */
	RL_PRIORITY_IMPORTANT,
	/** What no system does without. Packages that are Essential count as such. */
	RL_PRIORITY_REQUIRED,
};

/** One package. Owned by its rl_packages. */
struct rl_package {
	/** Its database. */
	enum rl_package_manager manager;
	/** The name: "linux-image-6.1.0-18-amd64". */
	char *name;
	/** The version as the database has it (rpm: VERSION-RELEASE, with EPOCH: if there is one). */
	char *version;
	/** The architecture; "" if the database does not tell. */
	char *arch;
	/**
	 * How the database calls the package: dpkg: the base name of its files in info/ ("libc6:amd64",
	 * "bash"); apk: the value of its C: line; pacman: its directory in local/; rpm:
	 * NAME-VERSION-RELEASE.ARCH.
	 */
	char *key;
	/** It is installed (dpkg also knows packages of which only configuration is left). */
	bool is_installed;
	/** Its priority. */
	enum rl_package_priority priority;
	/**
	 * The section of the archive that it is in, without the archive's area ("non-free/"): "libs",
	 * "python"; "" if the database does not tell, as none but dpkg's does. Owned by the rl_packages,
	 * which has each once.
	 */
	const char *section;
	/**
	 * The source that it was built of, as others were perhaps: the name alone (pacman: pkgbase; apk: its
	 * origin). "" if the database does not tell; dpkg tells only where it is not the package's own name.
	 */
	char *source;
	/** The sum of the sizes of its files as the database tells, in bytes; 0 if it does not. */
	uint64_t size;
	/** What it depends on (dpkg: Depends and Pre-Depends). Owned. */
	struct rl_requirement *requirements;
	/** How many. */
	size_t requirement_count;
	/** What it provides besides its name: names without versions; owned. */
	char **provides;
	/** How many. */
	size_t provides_count;
};

/** The packages of a root; opaque. */
struct rl_packages;

/**
 * Reads the package databases of a root; several may be there. Symlinks in the root are followed
 * inside it only; nothing is written to it. A database that is not there has no packages.
 *
 * @root_fd the root, a directory
 * @tmp_dir where an rpm database is copied to while it is read (a directory of its own is made in it,
 *          mode 0700, and removed); NULL: $TMPDIR or /var/tmp
 *
 * @path_ret the database that was read last, static
 *
 * @return 0 with *@packages_ret set, which the caller frees with rl_packages_free(); a negative errno
 *         if a database is there but cannot be read (-ENOPKG: an rpm database, and no rpm program
 *         to ask).
 */
int rl_packages_read(int root_fd, const char *tmp_dir, struct rl_packages **packages_ret,
	const char **path_ret, struct rl_error *err) RL_CHECKED;

/** How many packages there are. */
size_t rl_packages_count(const struct rl_packages *packages);

/** Package number @index, from 0. */
const struct rl_package *rl_packages_get(const struct rl_packages *packages, size_t index);

/**
 * The hash of a path, made a component at a time: rl_packages_hash(rl_packages_hash(0, "usr"),
 * "bin") is that of "usr/bin"; 0 is ROOT's.
 */
uint64_t rl_packages_hash(uint64_t parent, const char *name);

/** The hash of a whole path below ROOT, without "/" before it: "usr/bin/env". */
uint64_t rl_packages_hash_path(const char *path);

/**
 * The packages that own a path. Paths are real ones: where the database says /lib/x and /lib is a
 * symlink to usr/lib, it is usr/lib/x that is owned.
 *
 * @owners_ret the indices of up to *@owners_ret's room of them
 * @room       how many indices there is room for
 *
 * @return how many packages own it, @room + 1 if there are more than @room; 0: it is unowned.
 */
size_t rl_packages_owners(
	const struct rl_packages *packages, uint64_t hash, uint32_t *owners_ret, size_t room);

/**
 * As rl_packages_owners(), without packages that own the file but do not bring it (%ghost of rpm: caches,
 * links to alternatives): hosts make it themselves.
 */
size_t rl_packages_bringers(
	const struct rl_packages *packages, uint64_t hash, uint32_t *owners_ret, size_t room);

/**
 * As rl_packages_owners(), for a path as databases have it, "/bin/sh", which may go by way of
 * symlinks.
 */
size_t rl_packages_owners_of(
	const struct rl_packages *packages, const char *path, uint32_t *owners_ret, size_t room);

/**
 * Takes out of the selection @selected (one bool a package) each package that one which stays
 * depends on, so that what stays is whole: a requirement of a package that stays and that is met now
 * has to be met still.
 *
 * @return how many were taken out, or -ENOMEM.
 */
long rl_packages_rescue(const struct rl_packages *packages, bool *selected) RL_CHECKED;

/**
 * Adds to the selection @selected (one bool a package) what the packages in it depend on, and what that
 * depends on in turn. Of what would do, the first alternative that is installed is taken, a package of that
 * name before one that provides it, one of the same architecture before others, then the first by name: it
 * does not matter in which order the database has them, nor what is selected.
 *
 * @return 0 or -ENOMEM.
 */
int rl_packages_complete(const struct rl_packages *packages, bool *selected) RL_CHECKED;

/** Releases @packages. NULL is fine. */
void rl_packages_free(struct rl_packages *packages);

#endif
