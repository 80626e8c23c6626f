/* SPDX-License-Identifier: MIT */
#include "common/exception.h"

#include <assert.h>
#include <stddef.h>

static const struct rl_exception_info infos[RL_EXC_COUNT] = {
	[RL_EXC_UNREADABLE] = {"unreadable", "left out: could not be read", true},
	[RL_EXC_UNLISTABLE] = {"unlistable", "directory kept without its content", true},
	[RL_EXC_DAMAGED] = {"damaged", "kept with zeros where reading failed", true},
	[RL_EXC_NO_ANSWER] = {"no-answer", "mount given up, the rest of it left out", true},
	[RL_EXC_MISSING] = {"missing", "kept without what it needs", true},
	[RL_EXC_TORN] = {"torn", "changed while being read", true},
	[RL_EXC_DATABASE] = {"database", "database in use", true},
	[RL_EXC_THAWED] = {"thawed", "frozen, but not to the end: read at different moments", true},
	[RL_EXC_METADATA] = {"metadata", "metadata could not be read", true},
	[RL_EXC_WHITEOUT_NAME] = {"whiteout-name", "left out: name reserved for whiteouts", true},
	[RL_EXC_WHITEOUT_DEVICE] = {"whiteout-device", "left out: device 0:0 is a whiteout", true},
	[RL_EXC_PATH_TOO_LONG] = {"path-too-long", "left out: path too long for engines", true},
	[RL_EXC_XATTR_TOO_LARGE] = {"xattr-too-large", "attribute too large for engines", true},
	[RL_EXC_XATTR_EMPTY] = {"xattr-empty", "attribute with an empty value left out", true},
	[RL_EXC_XATTR_UNSUPPORTED] = {"xattr-unsupported", "attribute that engines refuse", true},
	[RL_EXC_FORMAT] = {"format", "metadata that the format of the output cannot hold", true},
	[RL_EXC_FACTS] = {"facts", "not known of ROOT: rules may have missed files", true},
	[RL_EXC_NOT_ADDED] = {"not-added", "a profile's file could not be put there", true},
	[RL_EXC_NOT_CHANGED] = {"not-changed", "a profile's change could not be made", true},
	[RL_EXC_PACKAGE_DB] = {"package-db", "package database not made to agree", true},
	[RL_EXC_SECRET] = {"secret", "kept, though a secret", false},
	[RL_EXC_VANISHED] = {"vanished", "vanished during the capture", false},
	[RL_EXC_SOCKET] = {"socket", "left out: socket", false},
	[RL_EXC_DATE] = {"date", "date before 1970 set to 1970", false},
	[RL_EXC_INODE_FLAG] = {"inode-flag", "immutable or append-only flag not kept", false},
	[RL_EXC_SYMLINK_HARDLINK] = {"symlink-hardlink", "hardlinked symlink made a symlink",
		false},
	[RL_EXC_ROOT_METADATA] = {"root-metadata", "metadata of ROOT itself not kept", false},
	[RL_EXC_HOLES] = {"holes", "holes written as zeros", false},
};

const struct rl_exception_info *rl_exception_info(enum rl_exception_kind kind)
{
	assert(kind >= 0 && kind < RL_EXC_COUNT);
	return &infos[kind];
}

void rl_exception_tell(const struct rl_exception_sink *sink, enum rl_exception_kind kind,
	const char *path, const char *detail)
{
	if (sink != NULL && sink->tell != NULL)
		sink->tell(sink->ctx, kind, path, detail);
}
