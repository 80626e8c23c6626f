/* SPDX-License-Identifier: MIT */
/** Archives that a test makes in memory, by libarchive, and streams of them. */

#ifndef RL_TESTS_ARCHIVE_MADE_H
#define RL_TESTS_ARCHIVE_MADE_H

#include "archive/stream.h"
#include "scan/entry.h"
#include "tests/unit/unit.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <sys/stat.h>

/** An archive in the making, then its bytes. */
struct made {
	/** libarchive's. */
	struct archive *archive;
	/** The bytes, in a buffer of MADE_MAX. */
	char *bytes;
	/** How many. */
	size_t size;
};

#define MADE_MAX ((size_t)4 << 20)

/** A stream of bytes in memory, which comes in pieces. */
struct made_stream {
	struct rl_stream stream;
	const char *bytes;
	size_t left, piece;
	/** The errno that the end is; 0: an end. */
	int fault;
	/** The end was seen. */
	bool is_at_end;
};

static inline ssize_t made_read(
	struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	struct made_stream *made = (struct made_stream *)stream;
	size_t len = made->left < made->piece ? made->left : made->piece;

	if (len == 0 && made->fault != 0)
		return rl_error_set(err, made->fault, "the stream breaks");
	*data_ret = made->bytes;
	made->bytes += len;
	made->left -= len;
	made->is_at_end = len == 0;
	return (ssize_t)len;
}

static inline struct made_stream made_stream_of(const char *bytes, size_t size)
{
	return (struct made_stream){
		.stream = {.read = made_read}, .bytes = bytes, .left = size, .piece = 1000};
}

/** Begins an archive of @format, "pax" or "gnutar" or "ustar" or "v7". */
static inline struct made made_begin(const char *format)
{
	struct made made = {.archive = archive_write_new(), .bytes = malloc(MADE_MAX)};

	assert_non_null(made.bytes);
	assert_int_equal(archive_write_set_format_by_name(made.archive, format), ARCHIVE_OK);
	return made;
}

/* libarchive writes to where the size is kept, so that is given only now. */
static inline void made_open(struct made *made)
{
	assert_int_equal(
		archive_write_open_memory(made->archive, made->bytes, MADE_MAX, &made->size),
		ARCHIVE_OK);
}

/** An entry with what all have. */
static inline struct archive_entry *made_entry(const char *path, mode_t mode)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_copy_pathname(entry, path);
	archive_entry_set_mode(entry, mode);
	archive_entry_set_mtime(entry, 1000000000, 0);
	archive_entry_set_uid(entry, 1);
	archive_entry_set_gid(entry, 2);
	return entry;
}

/** Writes @entry, which is released, with @content if that is not NULL. */
static inline void made_write(struct made *made, struct archive_entry *entry, const char *content)
{
	size_t size = content != NULL ? strlen(content) : 0;

	if (content != NULL)
		archive_entry_set_size(entry, (la_int64_t)size);
	assert_true(archive_write_header(made->archive, entry) >= ARCHIVE_WARN);
	if (size > 0)
		assert_int_equal(archive_write_data(made->archive, content, size), size);
	archive_entry_free(entry);
}

/**
 * Puts a member there by a text: "dir/", "file=content", "symlink->target", "hardlink==target", or a
 * whiteout's name, which is an empty file.
 */
static inline void made_put(struct made *made, const char *text)
{
	char *path = strdup(text), *at;
	struct archive_entry *entry;

	assert_non_null(path);
	if ((at = strstr(path, "->")) != NULL) {
		*at = '\0';
		entry = made_entry(path, S_IFLNK | 0777);
		archive_entry_copy_symlink(entry, at + 2);
		made_write(made, entry, NULL);
	} else if ((at = strstr(path, "==")) != NULL) {
		*at = '\0';
		entry = made_entry(path, S_IFREG | 0644);
		archive_entry_copy_hardlink(entry, at + 2);
		made_write(made, entry, NULL);
	} else if (path[strlen(path) - 1] == '/') {
		made_write(made, made_entry(path, S_IFDIR | 0750), NULL);
	} else {
		at = strchr(path, '=');
		if (at != NULL)
			*at++ = '\0';
		made_write(made, made_entry(path, S_IFREG | 0644), at != NULL ? at : "");
	}
	free(path);
}

/** "tag:id:perm" of each entry of an ACL. */
static inline const char *acl_text(const struct rl_acl *acl)
{
	static char text[512];
	size_t i, len = 0;

	text[0] = '\0';
	for (i = 0; i < acl->count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%x:%d:%u ",
			acl->entries[i].tag, (int)acl->entries[i].id, acl->entries[i].perm);
	return text;
}

/** Ends the archive; made_free() releases its bytes. */
static inline void made_end(struct made *made)
{
	assert_int_equal(archive_write_free(made->archive), ARCHIVE_OK);
	made->archive = NULL;
}

static inline void made_free(struct made *made)
{
	free(made->bytes);
	made->bytes = NULL;
}

#endif
