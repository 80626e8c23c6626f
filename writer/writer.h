/* SPDX-License-Identifier: MIT */
/**
 * A writer of one output format: the small interface behind which each format has one file
 * (writer/tar.c: a tar stream).
 */

#ifndef RL_WRITER_WRITER_H
#define RL_WRITER_WRITER_H

#include "common/error.h"
#include "scan/entry.h"
#include "scan/source.h"
#include "writer/sink.h"

/** A writer; opaque. */
struct rl_writer;

/** How a member's content is written. */
struct rl_member {
	/** The entry; its metadata must have been loaded. */
	const struct rl_entry *entry;
	/** The path of the member of which this is a further name; NULL if it is none. */
	const char *hardlink;
	/** The ranges that hold data, for a sparse member; NULL: written in full. */
	const struct rl_extent *extents;
	/** How many ranges. */
	size_t extent_count;
	/** The content is not that of the file on the host: rules change it, or take it away. */
	bool is_altered;
};

/**
 * The next member will be the one at @path: what has to be written before it is written now, so that the
 * member alone is taken back where the sink is rewound to where it is now. It is then to be begun again,
 * before any other one.
 *
 * @return 0 or a negative errno.
 */
int rl_writer_prepare(struct rl_writer *writer, const char *path, struct rl_error *err) RL_CHECKED;

/**
 * Whether a regular file need not be read, since the writer knows that it is the same inode with the same
 * ctime, mtime and size as in an earlier capture, and the same in all its metadata. The member has been
 * written then, as far as it has to be.
 *
 * @entry      loaded, as it would be written; the content would be that of the file
 * @digest_ret the SHA-256 of its content, RL_TREE_DIGEST_SIZE bytes, which the writer owns; may be NULL
 *
 * @return 1 if so; 0 if not, and the member is to be written; or a negative errno.
 */
int rl_writer_knows(struct rl_writer *writer, const struct rl_entry *entry,
	const unsigned char **digest_ret, struct rl_error *err) RL_CHECKED;

/**
 * Begins a member. A regular file without hardlink takes exactly entry->size bytes after this,
 * given with rl_writer_data() and rl_writer_hole().
 *
 * @return 0; -EAGAIN if a further name of a file has to be given as a file of its own, with its content:
 *         nothing has been written; -EINVAL if the format cannot say it; or the errno of writing.
 */
int rl_writer_begin(
	struct rl_writer *writer, const struct rl_member *member, struct rl_error *err) RL_CHECKED;

/** Content of the member: @size bytes. @return 0 or a negative errno. */
int rl_writer_data(
	struct rl_writer *writer, const void *data, size_t size, struct rl_error *err) RL_CHECKED;

/**
 * Content of the member: up to @size bytes of the file @fd from @offset on, without copying them; see
 * rl_sink_move(), also for what it returns. A format that has to see the content says -EOPNOTSUPP.
 */
ssize_t rl_writer_move(struct rl_writer *writer, int fd, uint64_t offset, uint64_t size,
	struct rl_error *err) RL_CHECKED;

/**
 * Content of the member: up to @size bytes of the file @fd from @offset on, without reading them; see
 * rl_sink_share(), also for what it returns. A format that has to see the content says -EOPNOTSUPP.
 */
int64_t rl_writer_share(struct rl_writer *writer, int fd, uint64_t offset, uint64_t size,
	struct rl_error *err) RL_CHECKED;

/** Content of the member: @size zeros. @return 0 or a negative errno. */
int rl_writer_hole(struct rl_writer *writer, uint64_t size, struct rl_error *err) RL_CHECKED;

/**
 * Ends the member.
 *
 * @return 0; -EAGAIN if the member has to be given once more from rl_writer_begin() on, before any other
 *         one: nothing of it has been written, and it is not there if that does not happen; or a negative
 *         errno.
 */
int rl_writer_end(struct rl_writer *writer, struct rl_error *err) RL_CHECKED;

/** Says that the member that was ended last is not as the host has it: it was torn, or is damaged. */
void rl_writer_disown(struct rl_writer *writer);

/** Ends the archive, which is then complete. @return 0 or a negative errno. */
int rl_writer_finish(struct rl_writer *writer, struct rl_error *err) RL_CHECKED;

/**
 * Gives the archive up so that no reader takes what has been written for complete: docker import
 * takes an end at a header boundary for the end, so the stream is cut within a header.
 */
void rl_writer_abort(struct rl_writer *writer);

/** Releases the writer; neither finishes nor aborts. NULL is fine. The sink is not touched. */
void rl_writer_free(struct rl_writer *writer);

#endif
