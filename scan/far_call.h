/* SPDX-License-Identifier: MIT */
/** What passes between rootlift and the helper of a far mount: one call at a time, in shared memory. */

#ifndef RL_SCAN_FAR_CALL_H
#define RL_SCAN_FAR_CALL_H

#include "scan/entry.h"

#include <limits.h>

/** The most that one call gives back, in bytes. */
#define RL_FAR_DATA ((size_t)1 << 20)

/** What is asked. */
enum rl_far_op {
	RL_FAR_OPENAT,
	RL_FAR_OPEN_IN_ROOT,
	RL_FAR_DUP,
	RL_FAR_CLOSE,
	RL_FAR_STAT,
	RL_FAR_GETDENTS,
	RL_FAR_READLINKAT,
	RL_FAR_PREAD,
	RL_FAR_LSEEK,
	RL_FAR_LISTXATTR,
	RL_FAR_GETXATTR,
	RL_FAR_ACL,
	RL_FAR_LABEL
};

/** One call and its answer. */
struct rl_far_call {
	/** What is asked. */
	enum rl_far_op op;
	/** The helper's descriptor. */
	int fd;
	/** Flags of open; for attributes, whether @fd was opened with O_PATH; for ACLs bit 1: default. */
	int flags;
	/** Of lseek. */
	int whence;
	/** Of pread and lseek. */
	int64_t offset;
	/** Room in @data; RL_FAR_DATA at most. */
	size_t size;
	/** A name, path or attribute; NUL-terminated. */
	char name[PATH_MAX];
	/** The result: what the system call returns, or a negative errno. */
	int64_t ret;
	/** Of stat; of it only what rl_stat() sets. */
	struct rl_entry stat;
	/** What was read: bytes, or struct rl_acl_entry. */
	_Alignas(16) unsigned char data[RL_FAR_DATA];
};

/**
 * What a helper does: answers the calls in @call, each announced by a byte in @socket and answered by
 * one, until the other end is closed. Its process has no other descriptors than @socket and those that
 * it opens for calls. Never returns.
 */
_Noreturn void rl_far_serve(int socket, struct rl_far_call *call);

/** openat2(2) for paths in @dirfd as a root, in this process. @flags gets O_CLOEXEC. -1 with errno. */
int rl_openat2_in_root(int dirfd, const char *path, int flags, uint64_t more_resolve);

#endif
