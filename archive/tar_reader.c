/* SPDX-License-Identifier: MIT */
/*
 * By libarchive. Names are bytes: in the C locale, which no part of rootlift leaves, libarchive finds each
 * name of an extended header that is not ASCII impossible to convert, warns, and gives its bytes as they are.
 */
#include "archive/tar_reader.h"

#include "archive/acl_xattr.h"
#include "common/memory.h"
#include "scan/accounts.h"

#include <archive.h>
#include <archive_entry.h>
#include <limits.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/sysmacros.h>

#define ACL_ACCESS "system.posix_acl_access"
#define ACL_DEFAULT "system.posix_acl_default"
#define LABEL "security.selinux"
/*
 * What libarchive may take for a header, in bytes, unless attributes are large. It can crash where it gets
 * none (3.6), so that has to be there before.
 */
#define HEADER_MEMORY ((size_t)96 << 10)

struct rl_tar_reader {
	/* Borrowed. */
	struct rl_stream *stream;
	/* Borrowed; or NULL. */
	const struct rl_exception_sink *exceptions;
	struct archive *archive;
	struct rl_tar_member member;
	/* Owned by @archive. */
	struct archive_entry *from;
	/* A label that the member has ends with a NUL. */
	bool has_label_nul;
	/* How far pieces of the member's content have come. */
	uint64_t position;
	/* What the stream failed with. */
	struct rl_error error;
	/* There was something in it, if only an end. */
	bool has_input;
	/* Nothing at all will do. */
	bool may_be_empty;
};

static la_ssize_t give_input(struct archive *archive, void *ctx, const void **data_ret)
{
	struct rl_tar_reader *reader = ctx;
	ssize_t len;

	if (reader->error.code != 0)
		return ARCHIVE_FATAL;
	len = rl_stream_read(reader->stream, data_ret, &reader->error);
	reader->has_input |= len > 0;
	if (len >= 0)
		return len;
	if (reader->error.code == 0)
		(void)rl_error_set(&reader->error, (int)-len, "cannot read");
	archive_set_error(archive, reader->error.code, "cannot read");
	return ARCHIVE_FATAL;
}

/* What came of a call that failed. */
static int fail(struct rl_tar_reader *reader, struct rl_error *err)
{
	const char *text = archive_error_string(reader->archive);

	if (reader->error.code != 0) {
		if (err != NULL)
			*err = reader->error;
		return -reader->error.code;
	}
	if (archive_errno(reader->archive) == ENOMEM)
		return rl_error_set(err, ENOMEM, "cannot read the archive");
	/* Of an end within an extended header there is no text. */
	if (text == NULL)
		text = "Truncated tar archive";
	if (strcmp(text, "Unrecognized archive format") == 0)
		return rl_error_text(err, EINVAL, "it is no tar archive");
	if (reader->member.entry.path == NULL)
		return rl_error_text(err, EINVAL, "it is damaged or cut off: %s", text);
	return rl_error_text(err, EINVAL, "it is damaged or cut off, at or behind '%s': %s",
		reader->member.entry.path, text);
}

static void tell(const struct rl_tar_reader *reader, const char *detail)
{
	rl_exception_tell(reader->exceptions, RL_EXC_METADATA, reader->member.entry.path, detail);
}

/* Tells of a warning that means a loss. That names are not ASCII means none. */
static void tell_warning(const struct rl_tar_reader *reader)
{
	const char *text = archive_error_string(reader->archive);

	if (text != NULL && strstr(text, "can't be converted") == NULL)
		tell(reader, text);
}

/*
 * Makes @path one without "/" before it and without components that are empty or ".".
 *
 * @return 0; -EINVAL: it has a component ".."; -ENAMETOOLONG.
 */
static int normalize(const char *path, char **path_ret)
{
	char *copy = malloc(strlen(path) + 1), *to = copy;

	if (copy == NULL)
		return -ENOMEM;
	while (*path != '\0') {
		size_t len = strcspn(path, "/");
		bool is_up = len == 2 && memcmp(path, "..", 2) == 0;

		if (is_up || len > NAME_MAX) {
			free(copy);
			return is_up ? -EINVAL : -ENAMETOOLONG;
		}
		if (len > 1 || (len == 1 && *path != '.')) {
			if (to != copy)
				*to++ = '/';
			memcpy(to, path, len);
			to += len;
		}
		path += len;
		path += strspn(path, "/");
	}
	*to = '\0';
	if (to - copy >= PATH_MAX) {
		free(copy);
		return -ENAMETOOLONG;
	}
	*path_ret = copy;
	return 0;
}

/* As normalize(), of the member @name, or of what it is a hardlink to. */
static int take_path(const char *name, const char *path, char **path_ret, struct rl_error *err)
{
	const char *of = name == path ? "member" : "hardlink";
	int ret = normalize(path, path_ret);

	if (ret == -EINVAL)
		return rl_error_text(
			err, EINVAL, "%s '%s' leads out of the root by '..'", of, path);
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot take %s '%s'", of, path);
}

static int take_names(struct rl_tar_reader *reader, struct rl_error *err)
{
	const char *path = archive_entry_pathname(reader->from);
	const char *hardlink = archive_entry_hardlink(reader->from);
	struct rl_tar_member *member = &reader->member;
	RL_AUTO_FREE char *normal = NULL;
	int ret;

	if (path == NULL || *path == '\0')
		return rl_error_text(err, EINVAL, "it is damaged: a member has no name");
	ret = take_path(path, path, &normal, err);
	if (ret == 0 && rl_entry_set_path(&member->entry, normal) != 0)
		ret = rl_error_set(err, ENOMEM, "cannot take member '%s'", path);
	if (ret == 0 && hardlink != NULL)
		ret = take_path(path, hardlink, &member->hardlink, err);
	return ret;
}

/* Takes what statx(2) says of a file, and where a symlink leads. */
static int take_plain(struct rl_tar_reader *reader, struct rl_error *err)
{
	struct rl_entry *entry = &reader->member.entry;
	struct archive_entry *from = reader->from;
	la_int64_t uid = archive_entry_uid(from), gid = archive_entry_gid(from);
	unsigned long set = 0, clear = 0;
	mode_t type = archive_entry_filetype(from);

	if (type != S_IFREG && type != S_IFDIR && type != S_IFLNK && type != S_IFCHR &&
		type != S_IFBLK && type != S_IFIFO && type != S_IFSOCK)
		type = 0;
	if (uid < 0 || uid >= UINT32_MAX || gid < 0 || gid >= UINT32_MAX)
		return rl_error_text(err, EINVAL,
			"member '%s' has an owner that Linux does not have: %lld:%lld", entry->path,
			(long long)uid, (long long)gid);
	entry->mode = type | (archive_entry_perm(from) & 07777);
	entry->uid = (uid_t)uid;
	entry->gid = (gid_t)gid;
	entry->mtime.tv_sec = archive_entry_mtime(from);
	entry->mtime.tv_nsec = archive_entry_mtime_nsec(from);
	entry->nlink = 1;
	if (type == S_IFREG && archive_entry_size(from) > 0)
		entry->size = (uint64_t)archive_entry_size(from);
	entry->allocated = entry->size;
	if (type == S_IFCHR || type == S_IFBLK)
		entry->rdev = makedev((unsigned int)archive_entry_rdevmajor(from),
			(unsigned int)archive_entry_rdevminor(from));
	if (type == S_IFLNK) {
		const char *target = archive_entry_symlink(from);

		entry->target = strdup(target != NULL ? target : "");
		if (entry->target == NULL)
			return rl_error_set(err, ENOMEM, "cannot take member '%s'", entry->path);
		if (strlen(entry->target) >= PATH_MAX)
			return rl_error_set(
				err, ENAMETOOLONG, "cannot take symlink '%s'", entry->path);
	}
	archive_entry_fflags(from, &set, &clear);
	entry->is_immutable = (set & (FS_IMMUTABLE_FL | FS_APPEND_FL)) != 0;
	reader->member.is_sparse = type == S_IFREG && archive_entry_sparse_count(from) > 0;
	return 0;
}

/* An ACL in the kernel's form. */
static int take_acl_xattr(
	struct rl_tar_reader *reader, const char *name, const void *value, size_t size)
{
	struct rl_entry *entry = &reader->member.entry;
	struct rl_acl *acl =
		strcmp(name, ACL_ACCESS) == 0 ? &entry->acl_access : &entry->acl_default;
	int ret;

	rl_acl_clear(acl);
	ret = rl_acl_xattr_parse(value, size, acl);
	if (ret == -EINVAL)
		tell(reader, name);
	return ret == -EINVAL ? 0 : ret;
}

/*
 * The label, which may come twice: as the attribute is on the disk, most often with a NUL behind it, and as
 * GNU tar has it, without.
 */
static int take_label(struct rl_tar_reader *reader, const char *value, size_t size)
{
	struct rl_entry *entry = &reader->member.entry;
	size_t len = strnlen(value, size);

	reader->has_label_nul |= len < size;
	if (entry->label != NULL) {
		/* One of them is the attribute. */
		entry->label_size = strlen(entry->label) + reader->has_label_nul;
		return 0;
	}
	entry->label = strndup(value, len);
	entry->label_size = len + 1;
	return entry->label != NULL ? 0 : -ENOMEM;
}

static int compare_xattrs(const void *a, const void *b)
{
	return strcmp(((const struct rl_xattr *)a)->name, ((const struct rl_xattr *)b)->name);
}

static int take_xattrs(struct rl_tar_reader *reader)
{
	struct rl_entry *entry = &reader->member.entry;
	const char *name;
	const void *value;
	size_t size, i;
	int ret = 0;

	if (archive_entry_xattr_reset(reader->from) == 0)
		return 0;
	while (ret == 0 &&
		archive_entry_xattr_next(reader->from, &name, &value, &size) == ARCHIVE_OK) {
		if (name == NULL || (value == NULL && size > 0))
			ret = -ENOMEM;
		else if (strcmp(name, ACL_ACCESS) == 0 || strcmp(name, ACL_DEFAULT) == 0)
			ret = take_acl_xattr(reader, name, value, size);
		else if (strcmp(name, LABEL) == 0)
			ret = take_label(reader, value, size);
		else
			ret = rl_entry_add_xattr(entry, name, value, size);
	}
	if (ret != 0 || entry->xattr_count < 2)
		return ret;
	qsort(entry->xattrs, entry->xattr_count, sizeof(*entry->xattrs), compare_xattrs);
	/* bsdtar says everything twice. */
	for (i = entry->xattr_count - 1; i > 0; i--) {
		if (compare_xattrs(&entry->xattrs[i - 1], &entry->xattrs[i]) == 0)
			rl_entry_remove_xattr(entry, i);
	}
	return 0;
}

/* The tag of an entry of libarchive's; 0: Linux has none such. */
static enum rl_acl_tag tag_of(int tag)
{
	switch (tag) {
	case ARCHIVE_ENTRY_ACL_USER_OBJ:
		return RL_ACL_USER_OBJ;
	case ARCHIVE_ENTRY_ACL_USER:
		return RL_ACL_USER;
	case ARCHIVE_ENTRY_ACL_GROUP_OBJ:
		return RL_ACL_GROUP_OBJ;
	case ARCHIVE_ENTRY_ACL_GROUP:
		return RL_ACL_GROUP;
	case ARCHIVE_ENTRY_ACL_MASK:
		return RL_ACL_MASK;
	case ARCHIVE_ENTRY_ACL_OTHER:
		return RL_ACL_OTHER;
	default:
		return 0;
	}
}

/* Keeps an entry of an ACL of which only the name is known. */
static int keep_name(struct rl_tar_member *member, const struct rl_acl_entry *entry,
	bool is_default, const char *name)
{
	struct rl_tar_acl_name *more =
		reallocarray(member->names, member->name_count + 1, sizeof(*more));

	if (more == NULL)
		return -ENOMEM;
	member->names = more;
	more[member->name_count] = (struct rl_tar_acl_name){
		.tag = entry->tag, .perm = entry->perm, .is_default = is_default};
	more[member->name_count].name = strdup(name != NULL ? name : "");
	if (more[member->name_count].name == NULL)
		return -ENOMEM;
	member->name_count++;
	return 0;
}

/* The number of a user or group: as libarchive has it, to which all large ones are INT_MAX, or the name is one. */
static bool find_id(int id, const char *name, uint32_t *id_ret)
{
	static const struct rl_accounts none;

	*id_ret = (uint32_t)id;
	return (id >= 0 && id < INT_MAX) || (name != NULL && rl_accounts_user(&none, name, id_ret));
}

/* An ACL in the form of text, which libarchive has taken apart. */
static int take_acl_text(struct rl_tar_reader *reader, bool is_default, struct rl_acl *acl)
{
	int which = is_default ? ARCHIVE_ENTRY_ACL_TYPE_DEFAULT : ARCHIVE_ENTRY_ACL_TYPE_ACCESS;
	int type, perm, tag, id, count = archive_entry_acl_reset(reader->from, which), ret = 0;
	const char *name;

	if (count <= 0)
		return 0;
	acl->entries = calloc((size_t)count, sizeof(*acl->entries));
	if (acl->entries == NULL)
		return -ENOMEM;
	while (ret == 0 && acl->count < (size_t)count &&
		archive_entry_acl_next(reader->from, which, &type, &perm, &tag, &id, &name) ==
			ARCHIVE_OK) {
		struct rl_acl_entry *entry = &acl->entries[acl->count];

		*entry = (struct rl_acl_entry){
			.tag = tag_of(tag), .perm = (unsigned int)perm & 7, .id = RL_ACL_NO_ID};
		if ((tag == ARCHIVE_ENTRY_ACL_USER || tag == ARCHIVE_ENTRY_ACL_GROUP) &&
			!find_id(id, name, &entry->id))
			ret = keep_name(&reader->member, entry, is_default, name);
		else
			acl->count++;
	}
	if (ret != 0)
		return ret;
	if (acl->count > 0 && rl_acl_settle(acl))
		return 0;
	tell(reader, is_default ? "SCHILY.acl.default" : "SCHILY.acl.access");
	rl_acl_clear(acl);
	return 0;
}

/* Takes the ACLs that did not come in the kernel's form, and makes sure that they fit the file. */
static int take_acls(struct rl_tar_reader *reader)
{
	struct rl_entry *entry = &reader->member.entry;
	int ret = 0;

	if ((archive_entry_acl_types(reader->from) & ARCHIVE_ENTRY_ACL_TYPE_NFS4) != 0)
		tell(reader, "NFSv4 ACL");
	if (entry->acl_access.count == 0)
		ret = take_acl_text(reader, false, &entry->acl_access);
	if (ret == 0 && entry->acl_default.count == 0)
		ret = take_acl_text(reader, true, &entry->acl_default);
	if (ret != 0)
		return ret;
	/* libarchive has put the group's entry of a text into the mode, where the mask belongs. */
	if (rl_acl_is_minimal(&entry->acl_access))
		rl_acl_clear(&entry->acl_access);
	else
		entry->mode = rl_acl_mode(&entry->acl_access, entry->mode);
	if (entry->acl_default.count > 0 && !S_ISDIR(entry->mode)) {
		tell(reader, "default ACL of what is no directory");
		rl_acl_clear(&entry->acl_default);
	}
	return 0;
}

void rl_tar_acl_names_free(struct rl_tar_acl_name *names, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(names[i].name);
	free(names);
}

static void clear_member(struct rl_tar_member *member)
{
	rl_entry_clear(&member->entry);
	free(rl_steal_ptr(&member->hardlink));
	rl_tar_acl_names_free(rl_steal_ptr(&member->names), member->name_count);
	member->name_count = 0;
	member->is_sparse = false;
}

static int take_member(struct rl_tar_reader *reader, struct rl_error *err)
{
	struct rl_tar_member *member = &reader->member;
	int ret;

	clear_member(member);
	reader->has_label_nul = false;
	reader->position = 0;
	ret = take_names(reader, err);
	if (ret != 0)
		return ret;
	tell_warning(reader);
	member->entry.is_loaded = true;
	if (member->hardlink != NULL)
		return 0;
	ret = take_plain(reader, err);
	if (ret != 0)
		return ret;
	ret = take_xattrs(reader);
	if (ret == 0 && !S_ISLNK(member->entry.mode))
		ret = take_acls(reader);
	return ret == 0 ? 0
			: rl_error_set(err, -ret, "cannot take member '%s'", member->entry.path);
}

/* Who gives the stream may have something to check at its end. */
static int drain(struct rl_tar_reader *reader, struct rl_error *err)
{
	const void *data;
	ssize_t len = 1;

	while (len > 0)
		len = rl_stream_read(reader->stream, &data, err);
	return (int)len;
}

int rl_tar_reader_next(
	struct rl_tar_reader *reader, struct rl_tar_member **member_ret, struct rl_error *err)
{
	int ret;

	if (!rl_memory_is_there(HEADER_MEMORY))
		return rl_error_set(err, ENOMEM, "cannot read the archive");
	/* libarchive passes over many an allocation that fails: a name is empty then, say. */
	errno = 0;
	ret = archive_read_next_header(reader->archive, &reader->from);
	if (errno == ENOMEM)
		return rl_error_set(err, ENOMEM, "cannot read the archive");
	if (ret == ARCHIVE_EOF && !reader->has_input && !reader->may_be_empty)
		return rl_error_text(err, EINVAL, "it is no tar archive: it is empty");
	if (ret == ARCHIVE_EOF)
		return drain(reader, err);
	if (ret < ARCHIVE_WARN)
		return fail(reader, err);
	ret = take_member(reader, err);
	if (ret != 0)
		return ret;
	*member_ret = &reader->member;
	return 1;
}

int rl_tar_reader_data(struct rl_tar_reader *reader, const void **data_ret, size_t *size_ret,
	uint64_t *offset_ret, struct rl_error *err)
{
	const struct rl_entry *entry = &reader->member.entry;
	la_int64_t offset;
	int ret;

	do {
		ret = archive_read_data_block(reader->archive, data_ret, size_ret, &offset);
		if (ret == ARCHIVE_EOF)
			return 0;
		if (ret < ARCHIVE_WARN)
			return fail(reader, err);
	} while (*size_ret == 0);
	*offset_ret = (uint64_t)offset;
	if (*offset_ret < reader->position || *offset_ret > entry->size ||
		*size_ret > entry->size - *offset_ret)
		return rl_error_text(
			err, EINVAL, "member '%s' is damaged: its map is wrong", entry->path);
	reader->position = *offset_ret + *size_ret;
	return 1;
}

/* libarchive would start programs for what it was built without; then it says so. */
static int allow_filters(struct archive *archive)
{
	int (*const filters[])(struct archive *) = {archive_read_support_filter_gzip,
		archive_read_support_filter_bzip2, archive_read_support_filter_xz,
		archive_read_support_filter_lzma, archive_read_support_filter_zstd,
		archive_read_support_filter_lz4, archive_read_support_filter_lzip,
		archive_read_support_filter_compress};
	size_t i;

	for (i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
		if (filters[i](archive) < ARCHIVE_WARN)
			return -ENOMEM;
	}
	return 0;
}

int rl_tar_reader_new(struct rl_stream *stream, enum rl_tar_reader_flags flags,
	const struct rl_exception_sink *exceptions, struct rl_tar_reader **reader_ret,
	struct rl_error *err)
{
	struct rl_tar_reader *reader = calloc(1, sizeof(*reader));
	int ret = -ENOMEM;

	if (reader != NULL) {
		reader->stream = stream;
		reader->exceptions = exceptions;
		reader->may_be_empty = (flags & RL_TAR_READER_EMPTY) != 0;
		reader->archive = archive_read_new();
	}
	if (reader != NULL && reader->archive != NULL &&
		archive_read_support_format_tar(reader->archive) == ARCHIVE_OK &&
		archive_read_support_format_empty(reader->archive) == ARCHIVE_OK)
		ret = (flags & RL_TAR_READER_FILTERS) != 0 ? allow_filters(reader->archive) : 0;
	if (ret != 0) {
		rl_tar_reader_free(reader);
		return rl_error_set(err, ENOMEM, "cannot read the archive");
	}
	errno = 0;
	if (archive_read_open(reader->archive, reader, NULL, give_input, NULL) != ARCHIVE_OK) {
		ret = errno == ENOMEM ? rl_error_set(err, ENOMEM, "cannot read the archive")
				      : fail(reader, err);
		rl_tar_reader_free(reader);
		return ret;
	}
	*reader_ret = reader;
	return 0;
}

void rl_tar_reader_free(struct rl_tar_reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->archive != NULL)
		(void)archive_read_free(reader->archive);
	clear_member(&reader->member);
	free(reader);
}
