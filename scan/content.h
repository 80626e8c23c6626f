/* SPDX-License-Identifier: MIT */
/** The content of an open regular file, with its holes (lseek(2), SEEK_DATA and SEEK_HOLE). */

#ifndef RL_SCAN_CONTENT_H
#define RL_SCAN_CONTENT_H

#include "scan/page_cache.h"
#include "scan/source.h"

/** What contents are read with, one at a time. Zeroed it is ready; release with rl_reader_free(). */
struct rl_reader {
	/** Where pieces are read to; made at the first use; owned. */
	void *buffer;
	/** What becomes of the page cache. */
	struct rl_page_cache cache;
};

/** Releases what @reader owns. */
void rl_reader_free(struct rl_reader *reader);

/**
 * Makes a content of an open file.
 *
 * @fd     open for reading; the content owns it from now on, also on failure
 * @reader what to read with; borrowed
 * @entry       gets size, times, mode and owner as the open file has them
 *
 * @return 0 with *@content_ret set, -ENOMEM, or the errno of statx(2).
 */
int rl_content_open(int fd, struct rl_reader *reader, struct rl_entry *entry,
	struct rl_content **content_ret) RL_CHECKED;

/**
 * Makes a content of what has been read of a file already, without holes and without a change meanwhile.
 *
 * @data  entry->size bytes; borrowed
 *
 * @return 0 with *@content_ret set, or -ENOMEM.
 */
int rl_content_open_memory(
	const char *data, const struct rl_entry *entry, struct rl_content **content_ret) RL_CHECKED;

/**
 * Makes a content of a range of a file that nobody changes.
 *
 * @fd     open for reading; borrowed
 * @offset where the range begins
 * @entry  its size is that of the range, which the file has at least; less allocated: there may be holes in it
 * @reader what to read with; borrowed
 *
 * @return 0 with *@content_ret set, or -ENOMEM.
 */
int rl_content_open_range(int fd, uint64_t offset, const struct rl_entry *entry,
	struct rl_reader *reader, struct rl_content **content_ret) RL_CHECKED;

#endif
