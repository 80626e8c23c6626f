/* SPDX-License-Identifier: MIT */
/**
 * What container engines can take. Entries are made portable before they are written, so that a
 * stream that was finished is always accepted by docker import; see docs/FIDELITY.md for what was
 * measured and how.
 */

#ifndef RL_WRITER_PORTABLE_H
#define RL_WRITER_PORTABLE_H

#include "common/exception.h"
#include "scan/entry.h"

/**
 * The longest path in bytes that engines unpack: they use it below a directory of theirs, and the
 * kernel takes PATH_MAX (4096) bytes with the final NUL.
 */
#define RL_PORTABLE_PATH_MAX 3800

/**
 * The bytes that all attributes of one file may take together. ext4 without ea_inode keeps them in
 * one block of 4096 bytes, and the engine adds some of its own.
 */
#define RL_PORTABLE_XATTR_MAX 3600

/** What to change. */
struct rl_portable_options {
	/** Dates after this (seconds since 1970) become it: SOURCE_DATE_EPOCH. INT64_MAX: none. */
	int64_t latest_mtime;
};

/**
 * Whether an entry with this path and type can be in an image at all; by what statx(2) said. Tells
 * @exceptions if not.
 *
 * @return true if it can.
 */
bool rl_portable_check(const struct rl_entry *entry, const struct rl_exception_sink *exceptions);

/**
 * Moves the dates of an entry into the range that engines keep, and before the latest one wanted.
 * Tells @exceptions of what is lost.
 */
void rl_portable_dates(struct rl_entry *entry, const struct rl_portable_options *options,
	const struct rl_exception_sink *exceptions);

/**
 * Changes the attributes of a loaded entry to what engines keep. Tells @exceptions of each change
 * that loses something.
 *
 * @return 0 or -ENOMEM.
 */
int rl_portable_attributes(
	struct rl_entry *entry, const struct rl_exception_sink *exceptions) RL_CHECKED;

#endif
