/* SPDX-License-Identifier: MIT */
/**
 * The members of a tar, one by one: pax, GNU, ustar and v7, with their sparse forms. What archives say in
 * several ways (ACLs, the SELinux label) comes in one, that of struct rl_entry.
 */

#ifndef RL_ARCHIVE_TAR_READER_H
#define RL_ARCHIVE_TAR_READER_H

#include "archive/stream.h"
#include "scan/entry.h"

/** An entry of an ACL of which the archive says the name of a user or group, but no number. */
struct rl_tar_acl_name {
	/** RL_ACL_USER or RL_ACL_GROUP. */
	enum rl_acl_tag tag;
	/** As rl_acl_entry has it. */
	unsigned int perm;
	/** It is one of the default ACL. */
	bool is_default;
	/** The name. Owned. */
	char *name;
};

/** One member. */
struct rl_tar_member {
	/**
	 * What its header says, loaded; the path without "/" or "./" before it, and without components that
	 * are empty or "."; "" is ROOT. A type (S_IFMT) that tar does not know is 0. Owned by the reader, but
	 * the caller may take from it.
	 */
	struct rl_entry entry;
	/** Of which path it is a further name, written as the entry's; the rest says nothing then. NULL: none. */
	char *hardlink;
	/** Its content has holes. */
	bool is_sparse;
	/** What its ACLs lack, since it has only names for it: nobody has been told of that yet. Owned. */
	struct rl_tar_acl_name *names;
	/** How many. */
	size_t name_count;
};

/** What to expect; to be or-ed. */
enum rl_tar_reader_flags {
	/** A tar as it is. */
	RL_TAR_READER_PLAIN = 0,
	/** It may be compressed: gzip, bzip2, xz, lzma, zstd, lz4, lzip, compress. */
	RL_TAR_READER_FILTERS = 1 << 0,
	/** It may have no bytes at all, not even those of its end. */
	RL_TAR_READER_EMPTY = 1 << 1
};

/** Releases @names, of which there are @count. */
void rl_tar_acl_names_free(struct rl_tar_acl_name *names, size_t count);

/** A reader; opaque. */
struct rl_tar_reader;

/**
 * Begins to read.
 *
 * @stream     borrowed
 * @exceptions told of what a member says that cannot be kept; borrowed; may be NULL
 *
 * @return 0 with *@reader_ret set, which rl_tar_reader_free() releases; -EINVAL: it is no
 *         tar; -ENOMEM; or what the stream failed with.
 */
int rl_tar_reader_new(struct rl_stream *stream, enum rl_tar_reader_flags flags,
	const struct rl_exception_sink *exceptions, struct rl_tar_reader **reader_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * The next member; content of the last one that was not read is passed over. Behind the last member the
 * stream is read to its end.
 *
 * @member_ret the member, valid until the next call
 *
 * @return 1; 0: there is none any more; -EINVAL: it is no tar, or damaged, or cut off, or a member has
 *         a path that leads out of ROOT; -ENAMETOOLONG; -ENOMEM; or what the stream failed with.
 */
int rl_tar_reader_next(struct rl_tar_reader *reader, struct rl_tar_member **member_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * The next piece of the member's content. What lies between pieces, and between the last one and the
 * member's size, is zeros.
 *
 * @data_ret   its bytes, valid until the next call
 * @size_ret   how many
 * @offset_ret where in the content; not before the end of the piece before, nor does it end behind the content
 *
 * @return 1; 0: there is none any more; as rl_tar_reader_next().
 */
int rl_tar_reader_data(struct rl_tar_reader *reader, const void **data_ret, size_t *size_ret,
	uint64_t *offset_ret, struct rl_error *err) RL_CHECKED;

/** Releases the reader, but not the stream. NULL is fine. */
void rl_tar_reader_free(struct rl_tar_reader *reader);

#endif
