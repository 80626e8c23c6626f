/* SPDX-License-Identifier: MIT */
/**
 * What the output lacks or changes, and why.
 *
 * Nothing is lost silently: each room tells about each thing that the output does not hold as the
 * source has it through a callback of this type. What becomes of it (a count, a line in the
 * summary, a line in the report, the exit status) is decided by the command line.
 */

#ifndef RL_COMMON_EXCEPTION_H
#define RL_COMMON_EXCEPTION_H

#include <stdbool.h>

/** Why something is missing or other than in the source. Order: as the summary shows them. */
enum rl_exception_kind {
	/** A file was left out: it could not be opened or read. */
	RL_EXC_UNREADABLE,
	/** A directory was kept, but its names could not be listed. */
	RL_EXC_UNLISTABLE,
	/** A file was kept, but a part of its content could not be read and is zeros. */
	RL_EXC_DAMAGED,
	/** A mount did not answer in time: all that was not read from it by then is missing. */
	RL_EXC_NO_ANSWER,
	/** A program was kept without something that it needs, which is not there. */
	RL_EXC_MISSING,
	/** A file kept changing while it was read: kept as last read, at its declared size. */
	RL_EXC_TORN,
	/** A database that was in use: its files may not fit together. */
	RL_EXC_DATABASE,
	/** A file system that was frozen for the capture was thawed before its end. */
	RL_EXC_THAWED,
	/** A file could be kept, but an attribute, an ACL or a label of it could not be read. */
	RL_EXC_METADATA,
	/** Left out: a name that image layers reserve for whiteouts (OCI image spec, layer.md). */
	RL_EXC_WHITEOUT_NAME,
	/** Left out: a character device 0:0, which overlayfs takes for a whiteout. */
	RL_EXC_WHITEOUT_DEVICE,
	/** Left out: a path longer than engines can unpack. */
	RL_EXC_PATH_TOO_LONG,
	/** An extended attribute was left out: engines could not store it. */
	RL_EXC_XATTR_TOO_LARGE,
	/** An extended attribute was left out: its value is empty, which tar cannot say. */
	RL_EXC_XATTR_EMPTY,
	/** An extended attribute was left out: no engine can set it, or its value is invalid. */
	RL_EXC_XATTR_UNSUPPORTED,
	/** Metadata is other than in the source, or missing: the format of the output has no room for it. */
	RL_EXC_FORMAT,
	/** A file that tells of ROOT as a whole could not be read: rules that ask for it do nothing. */
	RL_EXC_FACTS,
	/** A rule's file was not put there: something else is in its place, or above it. */
	RL_EXC_NOT_ADDED,
	/** A rule could not change a file as it says. */
	RL_EXC_NOT_CHANGED,
	/** The package database could not be made to agree with the image. */
	RL_EXC_PACKAGE_DB,
	/** Kept, though a rule takes it for a secret. */
	RL_EXC_SECRET,
	/** A file vanished between being listed and being read. */
	RL_EXC_VANISHED,
	/** Left out: a socket, which tar cannot hold and its server makes anew. */
	RL_EXC_SOCKET,
	/** A date before 1970, which engines set to 1970, was set to it. */
	RL_EXC_DATE,
	/** An inode flag (immutable, append-only) is not in the output: no engine keeps it. */
	RL_EXC_INODE_FLAG,
	/** A further name of a symlink became a symlink of its own. */
	RL_EXC_SYMLINK_HARDLINK,
	/** What the directory ROOT itself has (mode, owner, attributes) is not in the output. */
	RL_EXC_ROOT_METADATA,
	/** A sparse file's holes, written as zeros, add a lot to the output. */
	RL_EXC_HOLES,
	/** How many kinds there are. */
	RL_EXC_COUNT
};

/** What is known of one kind. */
struct rl_exception_info {
	/** A short name for programs, as in the report: "torn". */
	const char *name;
	/** Words for people: "changed while being read". */
	const char *text;
	/** Whether something that was asked for is not in the output, so that the exit status is 1. */
	bool is_loss;
};

/**
 * The facts of @kind.
 *
 * @return a static struct, never NULL.
 */
const struct rl_exception_info *rl_exception_info(enum rl_exception_kind kind);

/** Who is told about exceptions. */
struct rl_exception_sink {
	/**
	 * Called for each exception.
	 * @ctx     the sink's own
	 * @kind    why
	 * @path    the path below ROOT, raw bytes, valid during the call only
	 * @detail  more about it (an attribute's name, an errno's text), raw bytes, or NULL
	 */
	void (*tell)(void *ctx, enum rl_exception_kind kind, const char *path, const char *detail);
	/** Handed to tell. */
	void *ctx;
};

/** Tells @sink, which may be NULL: nobody is told then. */
void rl_exception_tell(const struct rl_exception_sink *sink, enum rl_exception_kind kind,
	const char *path, const char *detail);

#endif
