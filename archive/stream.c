/* SPDX-License-Identifier: MIT */
/*
 * Decompressing is libarchive's, by its format "raw". It is told which filter there is: left to find out, it would
 * take off one after the other as long as the bytes look like it, also those of a tar whose first name does.
 */
#include "archive/stream.h"

#include "archive/gunzip.h"

#include <archive.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#define PIECE_SIZE ((size_t)256 << 10)
#define USTAR_AT 257

/* A file as a stream. */
struct file_stream {
	struct rl_stream stream;
	int fd;
	/* For messages; owned. */
	char *name;
	char data[PIECE_SIZE];
};

/* A decompressor as a stream. */
struct raw_stream {
	struct rl_stream stream;
	/* Owned. */
	struct rl_stream *source;
	struct archive *archive;
	/* Owned. */
	char *name;
	/* What reading the source has failed with; code 0: it has not. */
	struct rl_error failed;
	bool is_open, is_over;
};

enum rl_filter rl_filter_find(const void *data, size_t len)
{
	static const struct {
		enum rl_filter filter;
		size_t len;
		unsigned char magic[6];
	} known[] = {
		{RL_FILTER_GZIP, 3, {0x1f, 0x8b, 8}},
		{RL_FILTER_ZSTD, 4, {0x28, 0xb5, 0x2f, 0xfd}},
		{RL_FILTER_XZ, 6, {0xfd, '7', 'z', 'X', 'Z', 0}},
		{RL_FILTER_BZIP2, 3, {'B', 'Z', 'h'}},
		{RL_FILTER_LZ4, 4, {0x04, 0x22, 0x4d, 0x18}},
	};
	const unsigned char *bytes = data;
	size_t i;

	/* "ustar" of tar's header (POSIX, pax). */
	if (len >= USTAR_AT + 5 && memcmp(bytes + USTAR_AT, "ustar", 5) == 0)
		return RL_FILTER_NONE;
	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (len >= known[i].len && memcmp(bytes, known[i].magic, known[i].len) == 0)
			return known[i].filter;
	}
	/* A frame of zstd that is to be skipped. */
	if (len >= 4 && (bytes[0] & 0xf0) == 0x50 && memcmp(bytes + 1, "\x2a\x4d\x18", 3) == 0)
		return RL_FILTER_ZSTD;
	return RL_FILTER_NONE;
}

const char *rl_filter_name(enum rl_filter filter)
{
	static const char *const names[] = {"none", "gzip", "zstd", "xz", "bzip2", "lz4"};

	return names[filter];
}

static ssize_t file_read(struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	struct file_stream *file = (struct file_stream *)stream;
	ssize_t len = read(file->fd, file->data, sizeof(file->data));

	/* Who waits for a pipe may be asked to stop. */
	if (len < 0)
		return rl_error_set(err, errno, "cannot read '%s'", file->name);
	*data_ret = file->data;
	return len;
}

static void file_close(struct rl_stream *stream)
{
	struct file_stream *file = (struct file_stream *)stream;

	if (file->fd > STDIN_FILENO)
		(void)close(file->fd);
	free(file->name);
	free(file);
}

/* Opens the file that @file is to be of. */
static int open_file(struct file_stream *file, const char *path, struct rl_error *err)
{
	struct stat st;

	if (strcmp(path, "-") != 0) {
		file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (file->fd < 0)
			return rl_error_set(err, errno, "cannot open '%s'", path);
	}
	if (fstat(file->fd, &st) != 0)
		return rl_error_set(err, errno, "cannot read '%s'", file->name);
	if (S_ISDIR(st.st_mode))
		return rl_error_set(err, EISDIR, "cannot read '%s'", file->name);
	return 0;
}

int rl_stream_open_file(const char *path, struct rl_stream **stream_ret, struct rl_error *err)
{
	struct file_stream *file = malloc(sizeof(*file));
	int ret;

	if (file == NULL)
		return rl_error_set(err, ENOMEM, "cannot read '%s'", path);
	file->stream = (struct rl_stream){.read = file_read, .close = file_close};
	file->fd = STDIN_FILENO;
	file->name = strdup(strcmp(path, "-") == 0 ? "standard input" : path);
	if (file->name == NULL)
		ret = rl_error_set(err, ENOMEM, "cannot read '%s'", path);
	else
		ret = open_file(file, path, err);
	if (ret != 0) {
		file_close(&file->stream);
		return ret;
	}
	*stream_ret = &file->stream;
	return 0;
}

/* libarchive's callback: the next piece of the source. */
static la_ssize_t give_piece(struct archive *archive, void *ctx, const void **data_ret)
{
	struct raw_stream *raw = ctx;
	ssize_t len = raw->source->read(raw->source, data_ret, &raw->failed);

	if (len < 0) {
		raw->failed.code = (int)-len;
		archive_set_error(archive, raw->failed.code, "cannot read");
		return -1;
	}
	return len;
}

/* What libarchive has failed with, or what it was given to read. */
static int fault(const struct raw_stream *raw, struct rl_error *err)
{
	const char *text = archive_error_string(raw->archive);

	if (raw->failed.code != 0) {
		if (err != NULL)
			*err = raw->failed;
		return -raw->failed.code;
	}
	if (archive_errno(raw->archive) == ENOMEM)
		return rl_error_set(err, ENOMEM, "cannot decompress %s", raw->name);
	return rl_error_text(err, EBADMSG, "%s cannot be decompressed: %s", raw->name,
		text != NULL ? text : "it is damaged");
}

/* Begins reading, which may wait for the source: so not before the first piece is asked for. */
static int begin(struct raw_stream *raw, struct rl_error *err)
{
	struct archive_entry *entry;
	int ret = archive_read_open2(raw->archive, raw, NULL, give_piece, NULL, NULL);

	raw->is_open = true;
	if (ret == ARCHIVE_OK)
		ret = archive_read_next_header(raw->archive, &entry);
	if (raw->failed.code != 0 || (ret != ARCHIVE_OK && ret != ARCHIVE_EOF))
		return fault(raw, err);
	raw->is_over = ret == ARCHIVE_EOF;
	return 0;
}

static ssize_t raw_read(struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	struct raw_stream *raw = (struct raw_stream *)stream;
	int ret = raw->is_open ? 0 : begin(raw, err);

	if (ret != 0)
		return ret;
	while (!raw->is_over) {
		la_int64_t offset;
		size_t size = 0;

		ret = archive_read_data_block(raw->archive, data_ret, &size, &offset);
		if (raw->failed.code != 0 || (ret != ARCHIVE_OK && ret != ARCHIVE_EOF))
			return fault(raw, err);
		raw->is_over = ret == ARCHIVE_EOF;
		if (size > 0 && !raw->is_over)
			return (ssize_t)size;
	}
	return 0;
}

static void raw_close(struct rl_stream *stream)
{
	struct raw_stream *raw = (struct raw_stream *)stream;

	(void)archive_read_free(raw->archive);
	raw->source->close(raw->source);
	free(raw->name);
	free(raw);
}

/* Has libarchive take off this filter and no other. */
static int set_up(struct archive *archive, enum rl_filter filter)
{
	static const int codes[] = {ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD,
		ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_LZ4};

	if (archive_read_support_format_raw(archive) != ARCHIVE_OK ||
		archive_read_support_format_empty(archive) != ARCHIVE_OK)
		return -ENOMEM;
	/* A warning: it would start a program for it. */
	return archive_read_append_filter(archive, codes[filter]) == ARCHIVE_OK ? 0 : -ENOTSUP;
}

int rl_stream_decompress(struct rl_stream *source, enum rl_filter filter, const char *name,
	struct rl_stream **stream_ret, struct rl_error *err)
{
	struct raw_stream *raw;
	int ret = -ENOMEM;

	if (filter == RL_FILTER_NONE) {
		*stream_ret = source;
		return 0;
	}
	if (filter == RL_FILTER_GZIP)
		return rl_gunzip_open(source, name, stream_ret, err);
	raw = calloc(1, sizeof(*raw));
	if (raw == NULL) {
		source->close(source);
		return rl_error_set(err, ENOMEM, "cannot decompress %s", name);
	}
	raw->stream = (struct rl_stream){.read = raw_read, .close = raw_close};
	raw->source = source;
	raw->name = strdup(name);
	raw->archive = archive_read_new();
	if (raw->name != NULL && raw->archive != NULL)
		ret = set_up(raw->archive, filter);
	if (ret != 0) {
		raw_close(&raw->stream);
		if (ret == -ENOMEM)
			return rl_error_set(err, ENOMEM, "cannot decompress %s", name);
		return rl_error_text(err, ENOTSUP,
			"%s is compressed by %s, which libarchive cannot take off here", name,
			rl_filter_name(filter));
	}
	*stream_ret = &raw->stream;
	return 0;
}
