/* SPDX-License-Identifier: MIT */
/*
 * Members that a plain header says all about get one from writer/ustar.c. Of all others libarchive makes
 * the headers, one member at a time, into a buffer; what it cannot say is put right there
 * (writer/pax.c), then header and content go to the sink. Content goes through libarchive only where it
 * has to be woven into the map of a sparse member.
 *
 * The plain "pax" format is used with no atime and ctime, so that an extended header comes only
 * where ustar cannot say a thing: "pax restricted" would lose nanoseconds.
 */
#include "writer/tar.h"

#include "common/buf.h"
#include "common/escape.h"
#include "common/memory.h"
#include "writer/pax.h"
#include "writer/ustar.h"
#include "writer/writer_ops.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/sysmacros.h>

#define ACL_ACCESS "system.posix_acl_access"
#define ACL_DEFAULT "system.posix_acl_default"
#define LABEL "security.selinux"
/* The key by which GNU tar and star know the label. */
#define LABEL_KEY "RHT.security.selinux"
/*
 * What libarchive may take for a header, in bytes: paths and attributes are few kB, some of them several
 * times. It can crash where it gets none (3.6), so that has to be there before.
 */
#define HEADER_MEMORY ((size_t)96 << 10)

struct tar {
	struct rl_writer writer;
	struct rl_sink *sink;
	struct rl_tar_options options;
	struct archive *archive;
	struct archive_entry *entry;
	/* The header of the member that begins: while @in_header, what libarchive writes lands here. */
	struct rl_buf header;
	bool in_header;
	/* How much of the member's content is still to come, in bytes; is there a member at all. */
	uint64_t left;
	bool in_member;
	/* How many bytes the member's last block lacks once the content is there. */
	size_t padding;
	/* The member's content is expected sparse: holes are announced, not written. */
	bool is_sparse;
	struct rl_buf acl, access_text, default_text;
	/* Records of the member that libarchive does not write: the label, two ACLs. */
	struct rl_pax_record records[3];
	size_t record_count;
	/* What failed in writing what libarchive gives. */
	struct rl_error error;
	/* What libarchive gives goes nowhere. */
	bool is_discarded;
};

/* Content for which none is needed. */
static const char zeros[1 << 20];

/*
 * A failure is kept here and asked for after each call: told to libarchive it would end in a state
 * in which that releases not all it has.
 */
static la_ssize_t take_output(struct archive *archive, void *ctx, const void *data, size_t size)
{
	struct tar *tar = ctx;

	(void)archive;
	if (tar->is_discarded || tar->error.code != 0)
		return (la_ssize_t)size;
	if (!tar->in_header)
		(void)!rl_sink_write(tar->sink, data, size, &tar->error);
	else if (rl_buf_append(&tar->header, data, size) != 0)
		(void)rl_error_set(&tar->error, ENOMEM, "cannot make a header");
	return (la_ssize_t)size;
}

/* What came of a call: warnings are fine (names that are not ASCII bring them). */
static int check(struct tar *tar, int status, const char *path, struct rl_error *err)
{
	int code;

	if (tar->error.code != 0) {
		if (err != NULL)
			*err = tar->error;
		return -tar->error.code;
	}
	if (status >= ARCHIVE_WARN)
		return 0;
	code = archive_errno(tar->archive);
	if (archive_error_string(tar->archive) == NULL)
		return rl_error_set(
			err, code > 0 ? code : ENOMEM, "cannot write '%s' to the archive", path);
	return rl_error_text(err, code > 0 ? code : EINVAL, "cannot write '%s' to the archive: %s",
		path, archive_error_string(tar->archive));
}

/* Engines know ACLs only as the attribute that the kernel has them in. */
static int add_acl_xattr(struct tar *tar, const struct rl_acl *acl, const char *xattr)
{
	if (rl_pax_acl_xattr(acl, &tar->acl) != 0)
		return -ENOMEM;
	archive_entry_xattr_add_entry(tar->entry, xattr, tar->acl.data, tar->acl.len);
	return 0;
}

/* Adds a record that libarchive does not write. */
static void add_record(struct tar *tar, const char *key, const char *value, size_t size)
{
	tar->records[tar->record_count++] = (struct rl_pax_record){key, value, size};
}

/* An ACL in both its forms. libarchive's own text would have no ids from 2^31 on. */
static int add_acl(struct tar *tar, const struct rl_acl *acl, const char *xattr, const char *key,
	struct rl_buf *text)
{
	if (acl->count == 0)
		return 0;
	if (rl_pax_acl_text(acl, text) != 0)
		return -ENOMEM;
	add_record(tar, key, text->data, text->len);
	return add_acl_xattr(tar, acl, xattr);
}

/*
 * Engines unpack a file into a directory that has its default ACL already, and the kernel passes
 * that on. So what has no ACLs there says so: an access ACL that is no more than the mode, and a
 * default ACL without entries, make the kernel take away what was passed on.
 */
static int add_no_acls(struct tar *tar, const struct rl_entry *entry)
{
	struct rl_acl_entry entries[] = {
		{RL_ACL_USER_OBJ, (entry->mode >> 6) & 7, RL_ACL_NO_ID},
		{RL_ACL_GROUP_OBJ, (entry->mode >> 3) & 7, RL_ACL_NO_ID},
		{RL_ACL_OTHER, entry->mode & 7, RL_ACL_NO_ID},
	};
	const struct rl_acl access = {entries, 3}, none = {NULL, 0};
	int ret = 0;

	if (!entry->inherits_acl || S_ISLNK(entry->mode))
		return 0;
	if (entry->acl_access.count == 0)
		ret = add_acl_xattr(tar, &access, ACL_ACCESS);
	if (ret == 0 && S_ISDIR(entry->mode) && entry->acl_default.count == 0)
		ret = add_acl_xattr(tar, &none, ACL_DEFAULT);
	return ret;
}

static int add_metadata(struct tar *tar, const struct rl_entry *entry)
{
	size_t i;
	int ret;

	/* libarchive writes the attribute added last first. */
	for (i = entry->xattr_count; i > 0; i--) {
		const struct rl_xattr *xattr = &entry->xattrs[i - 1];

		archive_entry_xattr_add_entry(tar->entry, xattr->name, xattr->value, xattr->size);
	}
	if (entry->label != NULL) {
		archive_entry_xattr_add_entry(tar->entry, LABEL, entry->label, entry->label_size);
		add_record(tar, LABEL_KEY, entry->label, strlen(entry->label));
	}
	ret = add_acl(tar, &entry->acl_access, ACL_ACCESS, "SCHILY.acl.access", &tar->access_text);
	if (ret == 0)
		ret = add_acl(tar, &entry->acl_default, ACL_DEFAULT, "SCHILY.acl.default",
			&tar->default_text);
	if (ret == 0)
		ret = add_no_acls(tar, entry);
	return ret;
}

static int fill_entry(struct tar *tar, const struct rl_member *member)
{
	const struct rl_entry *entry = member->entry;
	struct archive_entry *to = archive_entry_clear(tar->entry);
	size_t i;

	archive_entry_set_pathname(to, entry->path);
	archive_entry_set_mode(to, entry->mode);
	archive_entry_set_uid(to, entry->uid);
	archive_entry_set_gid(to, entry->gid);
	archive_entry_set_mtime(
		to, entry->mtime.tv_sec, tar->options.mtime_ns ? entry->mtime.tv_nsec : 0);
	if (member->hardlink != NULL) {
		archive_entry_set_hardlink(to, member->hardlink);
		return 0;
	}
	if (S_ISLNK(entry->mode))
		archive_entry_set_symlink(to, entry->target);
	if (S_ISREG(entry->mode))
		archive_entry_set_size(to, (la_int64_t)entry->size);
	if (S_ISCHR(entry->mode) || S_ISBLK(entry->mode)) {
		archive_entry_set_rdevmajor(to, major(entry->rdev));
		archive_entry_set_rdevminor(to, minor(entry->rdev));
	}
	for (i = 0; i < member->extent_count; i++)
		archive_entry_sparse_add_entry(to, (la_int64_t)member->extents[i].offset,
			(la_int64_t)member->extents[i].length);
	/* All hole: without an extent libarchive would take it for a file that is not sparse. */
	if (tar->is_sparse && member->extent_count == 0)
		archive_entry_sparse_add_entry(to, (la_int64_t)entry->size, 0);
	return add_metadata(tar, entry);
}

/* Has libarchive believe that the content of a member has come, which goes to the sink without it. */
static int pretend_content(struct tar *tar, const struct rl_entry *entry, struct rl_error *err)
{
	uint64_t left = entry->size;
	la_ssize_t len = 1;
	int ret;

	tar->is_discarded = true;
	while (left > 0 && len > 0) {
		len = archive_write_data(
			tar->archive, zeros, left < sizeof(zeros) ? (size_t)left : sizeof(zeros));
		left -= len > 0 ? (uint64_t)len : 0;
	}
	ret = len > 0 ? archive_write_finish_entry(tar->archive) : ARCHIVE_FATAL;
	tar->is_discarded = false;
	return check(tar, ret, entry->path, err);
}

/* Makes the header of a member that a plain one is not enough for. */
static int make_pax_header(struct tar *tar, const struct rl_member *member, struct rl_error *err)
{
	const struct rl_entry *entry = member->entry;
	struct rl_pax_fix fix = {.mode = entry->mode};
	bool has_memory;
	int ret;

	fix.is_binary = !rl_is_utf8(entry->path) ||
			(member->hardlink != NULL && !rl_is_utf8(member->hardlink)) ||
			(entry->target != NULL && !rl_is_utf8(entry->target));
	tar->record_count = 0;
	if (!rl_memory_is_there(HEADER_MEMORY))
		return rl_error_set(err, ENOMEM, "cannot write '%s'", entry->path);
	/* libarchive passes over many an allocation that fails: a name is empty then, say. */
	errno = 0;
	if (fill_entry(tar, member) != 0 || errno == ENOMEM)
		return rl_error_set(err, ENOMEM, "cannot write '%s'", entry->path);
	tar->in_header = true;
	ret = archive_write_header(tar->archive, tar->entry);
	tar->in_header = false;
	has_memory = errno != ENOMEM;
	ret = check(tar, ret, entry->path, err);
	if (ret != 0)
		return ret;
	if (!has_memory)
		return rl_error_set(err, ENOMEM, "cannot write '%s'", entry->path);
	fix.records = tar->records;
	fix.record_count = tar->record_count;
	ret = rl_pax_fix(&tar->header, &fix);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot make the header of '%s'", entry->path);
	if (!tar->is_sparse && tar->left > 0)
		ret = pretend_content(tar, entry, err);
	return ret;
}

/* Writes the header that is in the buffer. */
static int write_header(struct tar *tar, const struct rl_entry *entry, struct rl_error *err)
{
	bool is_aligned =
		tar->options.alignment > 0 && !tar->is_sparse && tar->left >= RL_TAR_ALIGN_MIN;

	if (is_aligned && rl_pax_align(&tar->header, rl_sink_position(tar->sink),
				  tar->options.alignment) != 0)
		return rl_error_set(err, ENOMEM, "cannot write '%s'", entry->path);
	return rl_sink_write(tar->sink, tar->header.data, tar->header.len, err);
}

static int tar_begin(struct rl_writer *writer, const struct rl_member *member, struct rl_error *err)
{
	struct tar *tar = (struct tar *)writer;
	bool has_content = member->hardlink == NULL && S_ISREG(member->entry->mode);
	int ret = 0;

	tar->is_sparse = member->extents != NULL;
	tar->left = has_content ? member->entry->size : 0;
	tar->padding = (size_t)(-tar->left % RL_TAR_BLOCK);
	rl_buf_truncate(&tar->header, 0);
	if (rl_buf_reserve(&tar->header, RL_TAR_BLOCK) != 0)
		return rl_error_set(err, ENOMEM, "cannot write '%s'", member->entry->path);
	if (rl_ustar_header(member, tar->options.mtime_ns, tar->header.data))
		tar->header.len = RL_TAR_BLOCK;
	else
		ret = make_pax_header(tar, member, err);
	if (ret == 0)
		ret = write_header(tar, member->entry, err);
	tar->in_member = ret == 0;
	return ret;
}

/* Content of a sparse member: libarchive leaves out what lies in holes. */
static int weave(struct tar *tar, const void *data, size_t size, struct rl_error *err)
{
	const char *bytes = data;

	while (size > 0) {
		la_ssize_t len = archive_write_data(tar->archive, bytes, size);

		int ret = check(tar, len > 0 ? ARCHIVE_OK : ARCHIVE_FATAL,
			archive_entry_pathname(tar->entry), err);

		if (ret != 0)
			return ret;
		bytes += len;
		size -= (size_t)len;
	}
	return 0;
}

static int tar_data(struct rl_writer *writer, const void *data, size_t size, struct rl_error *err)
{
	struct tar *tar = (struct tar *)writer;
	int ret = tar->is_sparse ? weave(tar, data, size, err)
				 : rl_sink_write(tar->sink, data, size, err);

	if (ret == 0)
		tar->left -= size;
	return ret;
}

static ssize_t tar_move(
	struct rl_writer *writer, int fd, uint64_t offset, uint64_t size, struct rl_error *err)
{
	struct tar *tar = (struct tar *)writer;
	ssize_t len = tar->is_sparse ? -EOPNOTSUPP : rl_sink_move(tar->sink, fd, offset, size, err);

	if (len > 0)
		tar->left -= (uint64_t)len;
	return len;
}

static int64_t tar_share(
	struct rl_writer *writer, int fd, uint64_t offset, uint64_t size, struct rl_error *err)
{
	struct tar *tar = (struct tar *)writer;
	int64_t len =
		tar->is_sparse ? -EOPNOTSUPP : rl_sink_share(tar->sink, fd, offset, size, err);

	if (len > 0)
		tar->left -= (uint64_t)len;
	return len;
}

static int tar_hole(struct rl_writer *writer, uint64_t size, struct rl_error *err)
{
	/* Of a sparse member libarchive passes over these, and they never reach the sink. */
	while (size > 0) {
		size_t piece = size < sizeof(zeros) ? (size_t)size : sizeof(zeros);
		int ret = tar_data(writer, zeros, piece, err);

		if (ret != 0)
			return ret;
		size -= piece;
	}
	return 0;
}

static int tar_end(struct rl_writer *writer, struct rl_error *err)
{
	struct tar *tar = (struct tar *)writer;

	tar->in_member = false;
	if (!tar->is_sparse)
		return rl_sink_write(tar->sink, zeros, tar->padding, err);
	return check(tar, archive_write_finish_entry(tar->archive),
		archive_entry_pathname(tar->entry), err);
}

static int tar_finish(struct rl_writer *writer, struct rl_error *err)
{
	struct tar *tar = (struct tar *)writer;

	return check(tar, archive_write_close(tar->archive), "the end", err);
}

/*
 * A header of a file of 8 GiB, and the first bytes of that: no reader takes what is missing for an end,
 * wherever the stream stood. (GNU tar passes over a part of a block, and libarchive over more.) The form
 * is that of POSIX ustar (pax(1)).
 */
void rl_tar_cut(struct rl_sink *sink)
{
	static const struct {
		size_t offset;
		const char *text;
	} fields[] = {{0, "rootlift-incomplete"}, {100, "0000600"}, {108, "0000000"},
		{116, "0000000"}, {124, "77777777777"}, {136, "00000000000"}, {148, "        "},
		{156, "0"}, {257, "ustar"}, {263, "00"}};
	unsigned char block[512 + 100] = {0};
	unsigned int sum = 0;
	char text[8];
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		memcpy(block + fields[i].offset, fields[i].text, strlen(fields[i].text));
	for (i = 0; i < 512; i++)
		sum += block[i];
	(void)snprintf(text, sizeof(text), "%06o", sum);
	/* Six digits, a NUL, and the blank that is there. */
	memcpy(block + 148, text, 7);
	/* Writing may have failed within a block. */
	(void)!rl_sink_write_zeros(sink, -rl_sink_reached(sink) % RL_TAR_BLOCK, NULL);
	(void)!rl_sink_write(sink, block, sizeof(block), NULL);
}

static void tar_abort(struct rl_writer *writer)
{
	struct tar *tar = (struct tar *)writer;

	/*
	 * An end within the content is an error to all readers. One within the padding behind it is
	 * none to Go's, so that has to be complete before the member that is cut.
	 */
	if (tar->in_member && (tar->left == 0 || tar->is_sparse))
		(void)!tar_end(writer, NULL);
	if (!tar->in_member || tar->left == 0 || tar->is_sparse)
		rl_tar_cut(tar->sink);
	tar->is_discarded = true;
}

static void tar_free(struct rl_writer *writer)
{
	struct tar *tar = (struct tar *)writer;

	/* An archive that was not finished is ended here by libarchive, to nowhere. */
	tar->is_discarded = true;
	if (tar->archive != NULL)
		(void)archive_write_free(tar->archive);
	archive_entry_free(tar->entry);
	rl_buf_free(&tar->header);
	rl_buf_free(&tar->acl);
	rl_buf_free(&tar->access_text);
	rl_buf_free(&tar->default_text);
	free(tar);
}

static const struct rl_writer_ops tar_ops = {
	.begin = tar_begin,
	.data = tar_data,
	.move = tar_move,
	.share = tar_share,
	.hole = tar_hole,
	.end = tar_end,
	.finish = tar_finish,
	.abort = tar_abort,
	.free = tar_free,
};

static int open_archive(struct tar *tar)
{
	struct archive *archive = tar->archive;

	if (archive_write_set_format_pax(archive) != ARCHIVE_OK)
		return -ENOMEM;
	/* LIBARCHIVE.xattr.* would say everything twice, and GNU tar warns of it. */
	if (archive_write_set_format_option(archive, "pax", "xattrheader", "SCHILY") != ARCHIVE_OK)
		return -EINVAL;
	/* Nothing held back: a header is complete when the call returns. */
	if (archive_write_set_bytes_per_block(archive, 0) != ARCHIVE_OK ||
		archive_write_set_bytes_in_last_block(archive, 1) != ARCHIVE_OK)
		return -EINVAL;
	if (archive_write_open(archive, tar, NULL, take_output, NULL) != ARCHIVE_OK)
		return -ENOMEM;
	return 0;
}

int rl_tar_new(struct rl_sink *sink, const struct rl_tar_options *options,
	struct rl_writer **writer_ret, struct rl_error *err)
{
	struct tar *tar = calloc(1, sizeof(*tar));
	int ret = -ENOMEM;

	if (tar == NULL)
		return rl_error_set(err, ENOMEM, "cannot make a tar writer");
	tar->writer.ops = &tar_ops;
	tar->sink = sink;
	tar->options = *options;
	tar->archive = archive_write_new();
	tar->entry = archive_entry_new();
	if (tar->archive != NULL && tar->entry != NULL)
		ret = open_archive(tar);
	if (ret != 0) {
		tar_free(&tar->writer);
		return rl_error_set(err, -ret, "cannot make a tar writer");
	}
	*writer_ret = &tar->writer;
	return 0;
}
