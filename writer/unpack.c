/* SPDX-License-Identifier: MIT */
#include "writer/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ACLS "system.posix_acl_"
/* linux/posix_acl.h: ACL_MASK. */
#define TAG_MASK 0x10
#define READ_SIZE ((size_t)256 << 10)

/* As the tar has it, and nowhere else. ACLs are set here: libarchive knows no ids from 2^31 on. */
static const int flags = ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME |
			 ARCHIVE_EXTRACT_XATTR | ARCHIVE_EXTRACT_SPARSE |
			 ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT |
			 ARCHIVE_EXTRACT_SECURE_NOABSOLUTEPATHS | ARCHIVE_EXTRACT_NO_OVERWRITE;

static int tell(struct archive *archive, const char *path, struct rl_error *err)
{
	int code = archive_errno(archive);
	const char *text = archive_error_string(archive);

	return rl_error_text(err, code > 0 ? code : EIO, "'%s': %s", path != NULL ? path : "",
		text != NULL ? text : "cannot be made");
}

/* The content of a member. A warning is a failure too: something is not as it was. */
static int unpack_content(
	struct archive *in, struct archive *out, const char *path, struct rl_error *err)
{
	const void *data;
	la_int64_t offset;
	size_t size;
	int ret;

	while ((ret = archive_read_data_block(in, &data, &size, &offset)) == ARCHIVE_OK) {
		if (archive_write_data_block(out, data, size, offset) != ARCHIVE_OK)
			return tell(out, path, err);
	}
	return ret == ARCHIVE_EOF ? 0 : tell(in, path, err);
}

/* The ACLs of a member, in the kernel's form. An empty one takes away what the directory has passed on. */
static int set_acls(struct archive_entry *entry, const char *path, struct rl_error *err)
{
	const char *name;
	const void *value;
	size_t size;

	(void)archive_entry_xattr_reset(entry);
	while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
		if (strncmp(name, ACLS, strlen(ACLS)) == 0 &&
			lsetxattr(path, name, value, size, 0) != 0)
			return rl_error_set(err, errno, "cannot set the %s of '%s'", name, path);
	}
	return 0;
}

/*
 * With an ACL the mode's bits of the group are its mask (acl(5)), but libarchive has those of the owning
 * group put there. The kernel's form is a word, and then tag, rights and id of each entry.
 */
static void mend_mode(struct archive_entry *entry)
{
	const char *name;
	const void *value;
	size_t size, at;

	archive_entry_acl_clear(entry);
	(void)archive_entry_xattr_reset(entry);
	while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
		const unsigned char *bytes = value;

		if (strcmp(name, ACLS "access") != 0)
			continue;
		for (at = 4; at + 8 <= size; at += 8) {
			if (bytes[at] == TAG_MASK && bytes[at + 1] == 0)
				archive_entry_set_perm(
					entry, (archive_entry_perm(entry) & ~(mode_t)070) |
						       (mode_t)((bytes[at + 2] & 7) << 3));
		}
	}
}

static int unpack_members(struct archive *in, struct archive *out, struct rl_error *err)
{
	struct archive_entry *entry;
	int ret = 0, status;

	while (ret == 0 && (status = archive_read_next_header(in, &entry)) == ARCHIVE_OK) {
		const char *path = archive_entry_pathname(entry);

		mend_mode(entry);
		if (archive_write_header(out, entry) != ARCHIVE_OK)
			return tell(out, path, err);
		ret = unpack_content(in, out, path, err);
		if (ret == 0 && archive_write_finish_entry(out) != ARCHIVE_OK)
			ret = tell(out, path, err);
		if (ret == 0 && archive_entry_hardlink(entry) == NULL)
			ret = set_acls(entry, path, err);
	}
	if (ret == 0 && status != ARCHIVE_EOF)
		ret = tell(in, NULL, err);
	/* Directories get their dates and ACLs here. */
	if (ret == 0 && archive_write_close(out) != ARCHIVE_OK)
		ret = tell(out, NULL, err);
	return ret;
}

static int finish_root(const struct rl_unpack_root *root, struct rl_error *err)
{
	const struct timespec times[2] = {root->mtime, root->mtime};

	if (chown(".", root->uid, root->gid) == 0 && chmod(".", root->mode) == 0 &&
		utimensat(AT_FDCWD, ".", times, 0) == 0)
		return 0;
	return rl_error_set(err, errno, "cannot finish the directory");
}

int rl_unpack(int tar, const struct rl_unpack_root *root, struct rl_error *err)
{
	struct archive *in = archive_read_new(), *out = archive_write_disk_new();
	int ret;

	if (in == NULL || out == NULL || archive_read_support_format_tar(in) != ARCHIVE_OK ||
		archive_write_disk_set_options(out, flags) != ARCHIVE_OK ||
		archive_read_open_fd(in, tar, READ_SIZE) != ARCHIVE_OK)
		ret = rl_error_set(err, ENOMEM, "cannot begin");
	else
		ret = unpack_members(in, out, err);
	if (ret == 0)
		ret = finish_root(root, err);
	archive_read_free(in);
	archive_write_free(out);
	return ret;
}
