/* SPDX-License-Identifier: MIT */
/**
 * A source of entries: the small interface behind which each kind of source has one file
 * (scan/live.c: a live or offline directory; archive/tree_source.c: a tree in memory).
 *
 * Entries come depth first, the names of each directory in bytewise order, each directory before
 * what is in it. A source opens nothing but what it is asked for: an entry comes with what statx(2)
 * says; rl_source_load() reads attributes, rl_source_open() content.
 */

#ifndef RL_SCAN_SOURCE_H
#define RL_SCAN_SOURCE_H

#include "common/error.h"
#include "scan/entry.h"

/** A source; opaque. */
struct rl_source;
/** The content of one regular file, open; opaque. */
struct rl_content;

/** What to do with what is in the directory that was last returned. */
enum rl_descend {
	/** Go on into it (what happens if nothing is said). */
	RL_DESCEND,
	/** Go on into it, to count only: faults in it are no exceptions. */
	RL_DESCEND_QUIETLY,
	/** Leave it. */
	RL_DESCEND_NOT
};

/** A piece of content. */
struct rl_chunk {
	/** The bytes, or NULL for a hole: @size zeros that were never read. Valid until the next call. */
	const void *data;
	/** How many bytes; never 0. */
	size_t size;
};

/** A range of a sparse file that holds data. */
struct rl_extent {
	/** Where it begins, in bytes. */
	uint64_t offset;
	/** How long it is, in bytes. */
	uint64_t length;
};

/**
 * The next entry. The source owns it; it is valid until the next call of this function. The caller
 * may change it in place. ROOT itself comes first, with the path "".
 *
 * @return 1 with *@entry set; 0 at the end; a negative errno if the source cannot go on (-ENOMEM,
 *         or ROOT itself unreadable). Faults in one file are told as exceptions instead.
 */
int rl_source_next(
	struct rl_source *source, struct rl_entry **entry, struct rl_error *err) RL_CHECKED;

/** Says what to do with what is in the directory that rl_source_next() returned last. */
void rl_source_descend(struct rl_source *source, enum rl_descend how);

/**
 * Reads the symlink target, attributes, ACLs and label of the entry that rl_source_next() returned
 * last, or of a directory above it (its copy). What cannot be read is told as an exception.
 *
 * @return 1 if done; 0 if the file is not to be kept after all (it vanished, it is not the file
 *         that was listed, or its symlink target is unreadable), which has been told; -ENOMEM.
 */
int rl_source_load(
	struct rl_source *source, struct rl_entry *entry, struct rl_error *err) RL_CHECKED;

/**
 * Opens the content of the regular file that rl_source_next() returned last, and sets size, times,
 * mode and owner in @entry to what the open file has: the declared size is that of this moment.
 *
 * @return 1 with *@content set, which the caller closes with rl_content_close(); 0 if it cannot
 *         be opened, which has been told; -ENOMEM.
 */
int rl_source_open(struct rl_source *source, struct rl_entry *entry, struct rl_content **content,
	struct rl_error *err) RL_CHECKED;

/** Closes the source and releases it. NULL is fine. Contents must have been closed before. */
void rl_source_close(struct rl_source *source);

/**
 * The next piece of content. The pieces add up to the declared size exactly: a file that became
 * shorter goes on with zeros.
 *
 * @return 1 with @chunk set; 0 at the end; a negative errno if reading failed (-EIO, say, or -ENODATA
 *         if the file ends before its size, which has not changed): the next calls give zeros for the
 *         rest.
 */
int rl_content_next(struct rl_content *content, struct rl_chunk *chunk) RL_CHECKED;

/**
 * As rl_content_next(), with a piece of @max bytes at most, which must not be 0: to look at the
 * beginning of a file without reading more.
 */
int rl_content_next_up_to(
	struct rl_content *content, size_t max, struct rl_chunk *chunk) RL_CHECKED;

/**
 * The whole content, if it is in memory already, known not to have changed while it was read.
 *
 * @return its bytes, valid until the content is closed; NULL: it is still to be read.
 */
const char *rl_content_whole(const struct rl_content *content);

/**
 * Whether the content can be moved on by its pages: it has no holes, and nothing of it needs to be read
 * from the disk, or what is read may stay in memory.
 */
bool rl_content_is_movable(const struct rl_content *content);

/**
 * The descriptor to move it through.
 *
 * @offset_ret where in that file the rest of the content begins; may be NULL
 *
 * @return the descriptor, which the caller must not close; -1 if the content is in memory.
 */
int rl_content_fd(const struct rl_content *content, uint64_t *offset_ret);

/** Says that @size bytes have been moved on; 0: there are no more, the rest is zeros. */
void rl_content_moved(struct rl_content *content, uint64_t size);

/** Nothing more will be read: others may be read before the content is closed. */
void rl_content_detach(struct rl_content *content);

/**
 * Starts again at the beginning and takes size and times anew from the open file into @entry.
 *
 * @return 0 or a negative errno.
 */
int rl_content_rewind(struct rl_content *content, struct rl_entry *entry) RL_CHECKED;

/** Whether the file has changed (size, mtime or ctime) since it was opened or last rewound. */
bool rl_content_changed(struct rl_content *content);

/**
 * The ranges of the file that hold data, in order, for a sparse header. A file with none is all
 * hole. Where the file system cannot tell, one range is the whole file.
 *
 * @extents_ret an array that the caller frees
 * @count_ret   its length
 *
 * @return 0 or a negative errno.
 */
int rl_content_extents(
	struct rl_content *content, struct rl_extent **extents_ret, size_t *count_ret) RL_CHECKED;

/** Closes the content. NULL is fine. */
void rl_content_close(struct rl_content *content);

#endif
