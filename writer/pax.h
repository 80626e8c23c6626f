/* SPDX-License-Identifier: MIT */
/** What libarchive does not say in pax headers as engines and tar programs need it, put right. */

#ifndef RL_WRITER_PAX_H
#define RL_WRITER_PAX_H

#include "common/buf.h"
#include "scan/entry.h"

/** A record of an extended header: "RHT.security.selinux=...". */
struct rl_pax_record {
	/** The key; borrowed. */
	const char *key;
	/** The value; borrowed. */
	const char *value;
	/** The value's length in bytes. */
	size_t size;
};

/** What to put right in the header of one member. */
struct rl_pax_fix {
	/** Some string of the member is not UTF-8, so that the charset has to be told. */
	bool is_binary;
	/** The mode that the member's ustar header must have (the permission bits). */
	mode_t mode;
	/** Records to put before the others; borrowed. */
	const struct rl_pax_record *records;
	/** How many. */
	size_t record_count;
};

/**
 * Rewrites the header blocks of one member, an extended header (typeflag x) before the ustar header
 * or the ustar header alone (POSIX.1-2017, pax, "pax Interchange Format"):
 * - the record "hdrcharset=BINARY", which libarchive writes for every name that is not ASCII, is
 *   taken out unless a string really is not UTF-8: bsdtar needs it then, but GNU tar warns of it;
 * - so are SCHILY.devmajor and SCHILY.devminor: Linux's device numbers fit into the ustar header;
 * - the mode is set to the one wanted;
 * - records are put before the others. (A member that is to get one must have an extended header.)
 *
 * @blocks what libarchive wrote for the header, changed in place
 *
 * @return 0, -EINVAL if @blocks is no such header, -ENOMEM.
 */
int rl_pax_fix(struct rl_buf *blocks, const struct rl_pax_fix *fix) RL_CHECKED;

/**
 * The kernel's binary form of an ACL, as the value of system.posix_acl_access has it
 * (linux/posix_acl_xattr.h: version 2, little-endian).
 *
 * @return 0 or -ENOMEM; @out is emptied first.
 */
int rl_pax_acl_xattr(const struct rl_acl *acl, struct rl_buf *out) RL_CHECKED;

/**
 * The text form of an ACL, with numbers for names, as GNU tar, star and bsdtar have it in
 * SCHILY.acl.access: "user::rwx,user:1000:r--,...".
 *
 * @return 0 or -ENOMEM; @out is emptied first.
 */
int rl_pax_acl_text(const struct rl_acl *acl, struct rl_buf *out) RL_CHECKED;

/**
 * Has what follows @blocks, a header that will begin at @position, begin at a multiple of @alignment: by
 * a comment, which readers ignore (pax(1), "comment"), in the extended header, which is made if there is
 * none.
 *
 * @position  in bytes; a multiple of 512, as @alignment is
 *
 * @return 0, -ENOMEM, or -EINVAL if @blocks are no header.
 */
int rl_pax_align(struct rl_buf *blocks, uint64_t position, size_t alignment) RL_CHECKED;

#endif
