/* SPDX-License-Identifier: MIT */
/*
 * Members go to the program as the tar has them, but for what it would not take, or take for something else.
 * Both programs put the time of day into the image: when they are done, the date that it should have is
 * put there.
 */
#include "writer/fs_image.h"

#include "common/escape.h"
#include "writer/fs_date.h"
#include "writer/writer_ops.h"

#include <stdlib.h>
#include <string.h>

#define LABEL "security.selinux"
#define HEADER_SIZE 512
/* Longer targets of symlinks are in a record that mksquashfs 4.5 takes leading "/" and "../" away from. */
#define TARGET_MAX 99

struct fs_image {
	struct rl_writer writer;
	struct rl_fs_image_options options;
	/* To the program; owned. */
	struct rl_sink *pipe;
	struct rl_writer *tar;
};

/* What came of writing: if the program does not read any more, it has said why. */
static int64_t check(struct fs_image *image, int64_t ret, struct rl_error *err)
{
	struct rl_error said = {0};

	if (ret != -EPIPE)
		return ret;
	if (image->options.finish(image->options.ctx, &said) != 0) {
		if (err != NULL)
			*err = said;
		return -said.code;
	}
	return ret;
}

static void tell(const struct fs_image *image, const struct rl_entry *entry, const char *what)
{
	rl_exception_tell(image->options.exceptions, RL_EXC_FORMAT, entry->path, what);
}

/* Without its ACL, a file's mode has to give the group what the ACL did: there it is the mask. */
static void drop_acls(const struct fs_image *image, struct rl_entry *entry)
{
	const struct rl_acl *acl = &entry->acl_access;
	unsigned int group = 7, mask = 7;
	size_t i;

	for (i = 0; i < acl->count; i++) {
		if (acl->entries[i].tag == RL_ACL_GROUP_OBJ)
			group = acl->entries[i].perm;
		else if (acl->entries[i].tag == RL_ACL_MASK)
			mask = acl->entries[i].perm;
	}
	if (acl->count > 0) {
		tell(image, entry, "access ACL");
		entry->mode = (entry->mode & ~(mode_t)070) | (mode_t)((group & mask & 7) << 3);
	}
	if (entry->acl_default.count > 0)
		tell(image, entry, "default ACL");
	entry->acl_access = (struct rl_acl){0};
	entry->acl_default = (struct rl_acl){0};
	entry->inherits_acl = false;
}

/* The label as an attribute like others: the program complains of the record that GNU tar knows. */
static int label_to_xattr(const struct rl_entry *entry, struct rl_xattr **xattrs_ret)
{
	static char name[] = LABEL;
	struct rl_xattr *xattrs = calloc(entry->xattr_count + 1, sizeof(*xattrs));

	if (xattrs == NULL)
		return -ENOMEM;
	if (entry->xattr_count > 0)
		memcpy(xattrs, entry->xattrs, entry->xattr_count * sizeof(*xattrs));
	xattrs[entry->xattr_count].name = name;
	xattrs[entry->xattr_count].value = (unsigned char *)entry->label;
	xattrs[entry->xattr_count].size = entry->label_size;
	*xattrs_ret = xattrs;
	return 0;
}

static bool is_plain(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text >= 0x80)
			return false;
	}
	return true;
}

/* A path of at most 4095 bytes in the form of GNU tar, before the member that it belongs to. */
static int write_long(
	const struct fs_image *image, char type, const char *path, struct rl_error *err)
{
	size_t size = strlen(path) + 1;
	unsigned char header[HEADER_SIZE] = "././@LongLink";
	unsigned int sum = 0;
	int ret;
	size_t i;

	memcpy(header + 100, "0000000\0000000000\0000000000", 24);
	(void)snprintf((char *)header + 124, 12, "%011o", (unsigned int)(size & 0xffff));
	memcpy(header + 136, "00000000000", 12);
	memcpy(header + 148, "        ", 8);
	header[156] = (unsigned char)type;
	memcpy(header + 257, "ustar  ", 8);
	for (i = 0; i < sizeof(header); i++)
		sum += header[i];
	(void)snprintf((char *)header + 148, 7, "%06o", sum);
	ret = rl_sink_write(image->pipe, header, sizeof(header), err);
	if (ret == 0)
		ret = rl_sink_write(image->pipe, path, size, err);
	return ret == 0 ? rl_sink_write_zeros(image->pipe, -size % HEADER_SIZE, err) : ret;
}

/* Paths that the program does not take, or complains of, as a pax header has them get the form of GNU tar. */
static int lengthen(const struct fs_image *image, struct rl_member *member, struct rl_entry *entry,
	struct rl_error *err)
{
	static char placeholder[] = "x";
	int ret = 0;

	if (!rl_is_utf8(entry->path)) {
		ret = write_long(image, 'L', entry->path, err);
		entry->path = placeholder;
	}
	if (ret == 0 && member->hardlink != NULL && !rl_is_utf8(member->hardlink)) {
		ret = write_long(image, 'K', member->hardlink, err);
		member->hardlink = placeholder;
	}
	if (ret == 0 && member->hardlink == NULL && entry->target != NULL &&
		(strlen(entry->target) > TARGET_MAX || !is_plain(entry->target))) {
		ret = write_long(image, 'K', entry->target, err);
		entry->target = placeholder;
	}
	return ret;
}

/* What there is beside the content of a file, as the program takes it. Returns 0 or -ENOMEM. */
static int adapt_metadata(
	const struct fs_image *image, struct rl_entry *entry, struct rl_xattr **xattrs_ret)
{
	drop_acls(image, entry);
	if (entry->label == NULL)
		return 0;
	if (label_to_xattr(entry, xattrs_ret) != 0)
		return -ENOMEM;
	entry->xattrs = *xattrs_ret;
	entry->xattr_count++;
	entry->label = NULL;
	return 0;
}

/* A member of a squashfs, for mksquashfs. */
static int begin_squashfs(
	const struct fs_image *image, const struct rl_member *member, struct rl_error *err)
{
	struct rl_entry entry = *member->entry;
	struct rl_member changed = *member;
	RL_AUTO_FREE struct rl_xattr *xattrs = NULL;
	int ret;

	changed.entry = &entry;
	if (entry.mtime.tv_sec > (time_t)UINT32_MAX) {
		if (member->hardlink == NULL)
			tell(image, &entry, "date after 2106");
		entry.mtime.tv_sec = (time_t)UINT32_MAX;
	}
	/* Where libarchive makes a record of it, mksquashfs 4.5 wants to see a fraction. */
	entry.mtime.tv_nsec = entry.mtime.tv_sec >= (time_t)INT32_MAX;
	if (member->hardlink == NULL && adapt_metadata(image, &entry, &xattrs) != 0)
		return rl_error_set(err, ENOMEM, "cannot write '%s'", entry.path);
	ret = lengthen(image, &changed, &entry, err);
	return ret == 0 ? rl_writer_begin(image->tar, &changed, err) : ret;
}

static int fs_begin(struct rl_writer *writer, const struct rl_member *member, struct rl_error *err)
{
	struct fs_image *image = (struct fs_image *)writer;

	if (image->options.kind == RL_FS_SQUASHFS)
		return (int)check(image, begin_squashfs(image, member, err), err);
	return (int)check(image, rl_writer_begin(image->tar, member, err), err);
}

static int fs_data(struct rl_writer *writer, const void *data, size_t size, struct rl_error *err)
{
	struct fs_image *image = (struct fs_image *)writer;

	return (int)check(image, rl_writer_data(image->tar, data, size, err), err);
}

static ssize_t fs_move(
	struct rl_writer *writer, int fd, uint64_t offset, uint64_t size, struct rl_error *err)
{
	struct fs_image *image = (struct fs_image *)writer;

	return (ssize_t)check(image, rl_writer_move(image->tar, fd, offset, size, err), err);
}

static int fs_hole(struct rl_writer *writer, uint64_t size, struct rl_error *err)
{
	struct fs_image *image = (struct fs_image *)writer;

	return (int)check(image, rl_writer_hole(image->tar, size, err), err);
}

static int fs_end(struct rl_writer *writer, struct rl_error *err)
{
	struct fs_image *image = (struct fs_image *)writer;

	return (int)check(image, rl_writer_end(image->tar, err), err);
}

static int fs_finish(struct rl_writer *writer, struct rl_error *err)
{
	struct fs_image *image = (struct fs_image *)writer;
	const struct rl_fs_image_options *options = &image->options;
	int ret = (int)check(image, rl_writer_finish(image->tar, err), err);

	if (ret == 0)
		ret = (int)check(image, rl_sink_flush(image->pipe, err), err);
	if (ret == 0)
		ret = options->finish(options->ctx, err);
	if (ret != 0)
		return ret;
	if (options->kind == RL_FS_SQUASHFS)
		ret = rl_fs_date_squashfs(rl_sink_file(options->file), options->root_date);
	else
		ret = rl_fs_date_erofs(rl_sink_file(options->file), options->date);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot date the image");
	return rl_sink_fill(options->file, err);
}

/* The file never gets its name. */
static void fs_abort(struct rl_writer *writer)
{
	(void)writer;
}

static void fs_free(struct rl_writer *writer)
{
	struct fs_image *image = (struct fs_image *)writer;

	rl_writer_free(image->tar);
	if (image->pipe != NULL)
		rl_sink_forget(image->pipe);
	rl_sink_free(image->pipe);
	free(image);
}

static const struct rl_writer_ops fs_ops = {
	.begin = fs_begin,
	.data = fs_data,
	.move = fs_move,
	.hole = fs_hole,
	.end = fs_end,
	.finish = fs_finish,
	.abort = fs_abort,
	.free = fs_free,
};

int rl_fs_image_new(const struct rl_fs_image_options *options, struct rl_writer **writer_ret,
	struct rl_sink **members_ret, struct rl_error *err)
{
	struct fs_image *image = calloc(1, sizeof(*image));
	int ret;

	if (image == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin an image");
	image->writer.ops = &fs_ops;
	image->options = *options;
	ret = rl_sink_open_fd(options->tar_fd, "the program", &image->pipe, err);
	if (ret == 0)
		ret = rl_tar_new(image->pipe, &image->options.tar, &image->tar, err);
	if (ret != 0) {
		fs_free(&image->writer);
		return ret;
	}
	*members_ret = image->pipe;
	*writer_ret = &image->writer;
	return 0;
}
