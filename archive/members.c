/* SPDX-License-Identifier: MIT */
/*
 * An archive is gone through by libarchive from its beginning for each member that is wanted: where it is not
 * compressed, contents are passed over without being read. Each reader has a place of its own in the file, so that
 * streams do not get into each other's way.
 */
#include "archive/members.h"

#include "common/buf.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/stat.h>

#define PIECE_SIZE ((size_t)256 << 10)
#define MEMBERS_MAX 100000
#define NAME_LEN_MAX 4096
#define LINKS_MAX 16
/* As much as a compressed archive may become: not even that is in any. */
#define UNPACKED_MAX ((uint64_t)4 << 40)

struct member {
	/* Without "." and empty components. Owned. */
	char *name;
	/* Of links: which name they stand for, from the top of the archive. Owned. */
	char *target;
	uint64_t size;
	/* How many members come before it. */
	size_t index;
	enum rl_filter filter;
	/* A directory or the like has no content. */
	bool is_file;
};

struct rl_members {
	/* The archive; borrowed. */
	int fd;
	/* For messages. Owned. */
	char *path;
	/* By name. Owned. */
	struct member *members;
	size_t count, cap;
};

/* libarchive at work on the archive. */
struct reader {
	struct archive *archive;
	int fd;
	/* Where it is in the file, and how large that is. */
	uint64_t at, size;
	/* What reading has failed with; 0: it has not. */
	int code;
	char data[PIECE_SIZE];
};

/* A member as a stream. */
struct member_stream {
	struct rl_stream stream;
	/* Owned. */
	struct reader *reader;
	/* For messages. Owned. */
	char *path;
	/* How much of it has come, and is to come in all. */
	uint64_t at, size;
};

static la_ssize_t give_piece(struct archive *archive, void *ctx, const void **data_ret)
{
	struct reader *reader = ctx;
	ssize_t len;

	do
		len = pread(reader->fd, reader->data, sizeof(reader->data), (off_t)reader->at);
	while (len < 0 && errno == EINTR);
	if (len < 0) {
		reader->code = errno;
		archive_set_error(archive, errno, "cannot read");
		return -1;
	}
	reader->at += (size_t)len;
	*data_ret = reader->data;
	return len;
}

/* Not past the end: there libarchive is to see that there is nothing. */
static la_int64_t pass_over(struct archive *archive, void *ctx, la_int64_t request)
{
	struct reader *reader = ctx;
	uint64_t left = reader->size > reader->at ? reader->size - reader->at : 0;

	(void)archive;
	if (request < 0)
		return 0;
	if ((uint64_t)request > left)
		request = (la_int64_t)left;
	reader->at += (uint64_t)request;
	return request;
}

static void close_reader(struct reader *reader)
{
	if (reader == NULL)
		return;
	(void)archive_read_free(reader->archive);
	free(reader);
}

/* Allows a filter, unless a program would have to be started for it. */
static int allow(struct archive *archive, int (*support)(struct archive *))
{
	struct archive *probe = archive_read_new();
	bool is_there;

	if (probe == NULL)
		return -ENOMEM;
	is_there = support(probe) == ARCHIVE_OK;
	(void)archive_read_free(probe);
	return !is_there || support(archive) == ARCHIVE_OK ? 0 : -ENOMEM;
}

static int allow_filters(struct archive *archive)
{
	static int (*const filters[])(struct archive *) = {archive_read_support_filter_gzip,
		archive_read_support_filter_zstd, archive_read_support_filter_xz,
		archive_read_support_filter_bzip2, archive_read_support_filter_lz4};
	int ret = archive_read_support_format_tar(archive) == ARCHIVE_OK ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; ret == 0 && i < sizeof(filters) / sizeof(*filters); i++)
		ret = allow(archive, filters[i]);
	return ret;
}

/* What libarchive has failed with. */
static int fault(const struct reader *reader, const char *path, struct rl_error *err)
{
	const char *text = archive_error_string(reader->archive);

	if (reader->code != 0)
		return rl_error_set(err, reader->code, "cannot read '%s'", path);
	if (archive_errno(reader->archive) == ENOMEM)
		return rl_error_set(err, ENOMEM, "cannot read '%s'", path);
	return rl_error_text(err, EBADMSG, "'%s' is no whole tar: %s", path,
		text != NULL ? text : "it is damaged");
}

/* Begins going through an archive. */
static int open_reader(
	const struct rl_members *members, struct reader **reader_ret, struct rl_error *err)
{
	struct reader *reader = malloc(sizeof(*reader));
	struct stat st;
	int ret = 0;

	if (reader == NULL)
		return rl_error_set(err, ENOMEM, "cannot read '%s'", members->path);
	reader->fd = members->fd;
	reader->at = reader->size = 0;
	reader->code = 0;
	reader->archive = archive_read_new();
	if (reader->archive == NULL || allow_filters(reader->archive) != 0)
		ret = rl_error_set(err, ENOMEM, "cannot read '%s'", members->path);
	else if (fstat(members->fd, &st) != 0)
		ret = rl_error_set(err, errno, "cannot read '%s'", members->path);
	if (ret == 0) {
		reader->size = (uint64_t)st.st_size;
		if (archive_read_open2(reader->archive, reader, NULL, give_piece, pass_over,
			    NULL) != ARCHIVE_OK)
			ret = fault(reader, members->path, err);
	}
	if (ret != 0) {
		close_reader(reader);
		return ret;
	}
	*reader_ret = reader;
	return 0;
}

/* The next member. Returns 1; 0 at the end; a negative errno. */
static int next_member(
	struct reader *reader, const char *path, struct archive_entry **entry, struct rl_error *err)
{
	int ret = archive_read_next_header(reader->archive, entry);

	if (ret == ARCHIVE_EOF)
		return reader->code == 0 ? 0 : fault(reader, path, err);
	/* A warning is about a name in letters that the locale lacks: no image has such a one. */
	return ret == ARCHIVE_OK || ret == ARCHIVE_WARN ? 1 : fault(reader, path, err);
}

/*
 * Puts the components of @path behind those that @name has, without what says nothing. Returns -EINVAL if it leads
 * out of the archive: for a member's own name that is each "..".
 */
static int append_path(struct rl_buf *name, const char *path, bool may_go_up)
{
	int ret = 0;

	while (ret == 0 && *path != '\0') {
		size_t len = strcspn(path, "/");

		if (len == 2 && memcmp(path, "..", 2) == 0) {
			const char *slash =
				name->len > 0 ? memrchr(name->data, '/', name->len) : NULL;

			if (!may_go_up || name->len == 0)
				return -EINVAL;
			rl_buf_truncate(name, slash != NULL ? (size_t)(slash - name->data) : 0);
		} else if (len > 1 || (len == 1 && path[0] != '.')) {
			if (name->len > 0)
				ret = rl_buf_append_str(name, "/");
			if (ret == 0)
				ret = rl_buf_append(name, path, len);
			if (ret == 0)
				ret = rl_buf_append_str(name, "");
		}
		path += len + (path[len] == '/');
	}
	return ret;
}

/* Where a link leads: a hardlink from the top of the archive, a symlink from where it is. */
static int take_target(const char *name, struct archive_entry *entry, struct rl_buf *target)
{
	const char *hardlink = archive_entry_hardlink(entry);
	const char *symlink = archive_entry_symlink(entry);
	const char *slash = strrchr(name, '/');
	int ret = 0;

	rl_buf_truncate(target, 0);
	if (hardlink != NULL)
		return append_path(target, hardlink, false);
	if (symlink == NULL || symlink[0] == '/')
		return -EINVAL;
	if (slash != NULL)
		ret = rl_buf_append(target, name, (size_t)(slash - name));
	return ret == 0 ? append_path(target, symlink, true) : ret;
}

/* Looks at the beginning of a member's content. */
static int take_filter(
	struct reader *reader, const char *path, enum rl_filter *filter_ret, struct rl_error *err)
{
	const void *data = NULL;
	size_t size = 0;
	la_int64_t offset = 0;
	int ret = archive_read_data_block(reader->archive, &data, &size, &offset);

	*filter_ret = RL_FILTER_NONE;
	if (reader->code != 0 || (ret != ARCHIVE_OK && ret != ARCHIVE_EOF))
		return fault(reader, path, err);
	if (ret == ARCHIVE_OK && offset == 0 && data != NULL)
		*filter_ret = rl_filter_find(data, size);
	return 0;
}

/* Makes a member of what libarchive says; what the files of no image have is not looked at. */
static int fill_member(struct reader *reader, const struct rl_members *members,
	struct archive_entry *entry, struct member *member, struct rl_error *err)
{
	const char *path = archive_entry_pathname(entry);
	struct rl_buf name = {0}, target = {0};
	bool is_link =
		archive_entry_hardlink(entry) != NULL || archive_entry_filetype(entry) == AE_IFLNK;
	int ret = 0;

	if (path == NULL || strlen(path) > NAME_LEN_MAX)
		return 0;
	if (path[0] == '/' || append_path(&name, path, false) == -EINVAL)
		ret = rl_error_text(err, EINVAL,
			"'%s' has a member whose name leads out of it: '%s'", members->path, path);
	else if (name.len > 0 && is_link && take_target(name.data, entry, &target) != 0)
		/* It is told when somebody wants it. */
		rl_buf_truncate(&target, 0);
	if (ret == 0 && name.len > 0) {
		member->is_file = !is_link && archive_entry_filetype(entry) == AE_IFREG;
		if (member->is_file && archive_entry_size(entry) > 0) {
			member->size = (uint64_t)archive_entry_size(entry);
			ret = take_filter(reader, members->path, &member->filter, err);
		}
		member->target = target.len > 0 ? rl_steal_ptr(&target.data) : NULL;
		member->name = rl_steal_ptr(&name.data);
	}
	rl_buf_free(&name);
	rl_buf_free(&target);
	return ret;
}

static void free_member(struct member *member)
{
	free(member->name);
	free(member->target);
	*member = (struct member){0};
}

static int add_member(struct rl_members *members, struct member *member)
{
	if (members->count == members->cap) {
		size_t cap = members->cap > 0 ? 2 * members->cap : 64;
		struct member *more = reallocarray(members->members, cap, sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		members->members = more;
		members->cap = cap;
	}
	members->members[members->count++] = *member;
	*member = (struct member){0};
	return 0;
}

static int compare_members(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

/* Sorts the members, and forgets those of which there are later ones by the same name. */
static void settle_members(struct rl_members *members)
{
	size_t i, kept = 0;

	if (members->count > 0)
		qsort(members->members, members->count, sizeof(*members->members), compare_members);
	for (i = 0; i < members->count; i++) {
		if (i + 1 < members->count &&
			strcmp(members->members[i].name, members->members[i + 1].name) == 0)
			free_member(&members->members[i]);
		else
			members->members[kept++] = members->members[i];
	}
	members->count = kept;
}

/* Whether no image's archive has such a member. */
static bool is_of_root(struct archive_entry *entry, const struct member *member)
{
	static const char *const names[] = {"etc", "usr", "dev", "proc", "var"};
	unsigned int type = archive_entry_filetype(entry);
	size_t i, len = strcspn(member->name, "/");

	if (archive_entry_hardlink(entry) == NULL && type != AE_IFREG && type != AE_IFDIR &&
		type != AE_IFLNK)
		return true;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (len == strlen(names[i]) && memcmp(member->name, names[i], len) == 0)
			return true;
	}
	return false;
}

/* Takes one member. Returns 1 if it shows that this is no image's archive. */
static int take_member(struct reader *reader, struct rl_members *members,
	struct archive_entry *entry, size_t index, struct rl_error *err)
{
	struct member member = {.index = index};
	int ret = fill_member(reader, members, entry, &member, err);

	if (ret == 0 && member.name != NULL && is_of_root(entry, &member))
		ret = 1;
	if (ret >= 0 && member.name != NULL && add_member(members, &member) != 0)
		ret = rl_error_set(err, ENOMEM, "cannot read '%s'", members->path);
	free_member(&member);
	return ret;
}

/* Lists the archive. Returns 1 if it is to be given up as soon as it is no image's, and is none. */
static int list_members(struct rl_members *members, bool is_tried, struct rl_error *err)
{
	struct reader *reader;
	struct archive_entry *entry;
	uint64_t total = 0;
	size_t index = 0;
	int ret = open_reader(members, &reader, err);

	if (ret != 0)
		return ret;
	while ((ret = next_member(reader, members->path, &entry, err)) == 1) {
		if (index == MEMBERS_MAX || total > UNPACKED_MAX) {
			ret = rl_error_text(err, EFBIG,
				"'%s' is no image's archive: it has more than %d members, or too "
				"much in them",
				members->path, MEMBERS_MAX);
			break;
		}
		if (archive_entry_size(entry) > 0)
			total += (uint64_t)archive_entry_size(entry);
		ret = take_member(reader, members, entry, index++, err);
		if (ret < 0 || (ret == 1 && is_tried))
			break;
	}
	close_reader(reader);
	if (ret == 0)
		settle_members(members);
	return ret;
}

static int compare_name(const void *name, const void *member)
{
	return strcmp(name, ((const struct member *)member)->name);
}

/* The member that @name leads to. */
static int find_member(const struct rl_members *members, const char *name,
	const struct member **member_ret, struct rl_error *err)
{
	const char *at = name;
	int links;

	for (links = 0; links <= LINKS_MAX; links++) {
		const struct member *member =
			members->count > 0 ? bsearch(at, members->members, members->count,
						     sizeof(*members->members), compare_name)
					   : NULL;
		if (member == NULL || (!member->is_file && member->target == NULL))
			return rl_error_text(err, ENOENT, "'%s' has no file '%s'%s%s%s",
				members->path, at, at != name ? ", which '" : "",
				at != name ? name : "", at != name ? "' is a link to" : "");
		if (member->is_file) {
			*member_ret = member;
			return 0;
		}
		at = member->target;
	}
	return rl_error_text(
		err, ELOOP, "'%s' has a file '%s' that is nothing but links", members->path, name);
}

static ssize_t member_read(struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	struct member_stream *member = (struct member_stream *)stream;
	la_int64_t offset = 0;
	size_t size = 0;
	int ret = ARCHIVE_OK;

	while (member->at < member->size && size == 0 && ret == ARCHIVE_OK)
		ret = archive_read_data_block(member->reader->archive, data_ret, &size, &offset);
	if (member->reader->code != 0 || (ret != ARCHIVE_OK && ret != ARCHIVE_EOF))
		return fault(member->reader, member->path, err);
	if (member->at == member->size)
		return 0;
	/* A sparse file: no archive of an image has one, and its holes may be of any size. */
	if (ret == ARCHIVE_EOF || (uint64_t)offset != member->at)
		return rl_error_text(err, EBADMSG,
			"'%s' has a member with holes in it, or has changed", member->path);
	member->at += size;
	return (ssize_t)size;
}

static void member_close(struct rl_stream *stream)
{
	struct member_stream *member = (struct member_stream *)stream;

	close_reader(member->reader);
	free(member->path);
	free(member);
}

/* Goes to the member that comes behind @index others. */
static int go_to(
	struct reader *reader, const char *path, const struct member *member, struct rl_error *err)
{
	struct archive_entry *entry = NULL;
	size_t i;
	int ret = 1;

	for (i = 0; ret == 1 && i <= member->index; i++)
		ret = next_member(reader, path, &entry, err);
	if (ret < 0)
		return ret;
	if (ret == 0 || archive_entry_size(entry) != (la_int64_t)member->size)
		return rl_error_text(err, EBADMSG, "'%s' has changed while it was read", path);
	return 0;
}

int rl_members_stream(const struct rl_members *members, const char *name,
	struct rl_stream **stream_ret, struct rl_error *err)
{
	const struct member *found;
	struct member_stream *member;
	int ret = find_member(members, name, &found, err);

	if (ret != 0)
		return ret;
	member = calloc(1, sizeof(*member));
	if (member == NULL)
		return rl_error_set(err, ENOMEM, "cannot read '%s'", members->path);
	member->stream = (struct rl_stream){.read = member_read, .close = member_close};
	member->size = found->size;
	member->path = strdup(members->path);
	if (member->path == NULL)
		ret = rl_error_set(err, ENOMEM, "cannot read '%s'", members->path);
	if (ret == 0)
		ret = open_reader(members, &member->reader, err);
	if (ret == 0)
		ret = go_to(member->reader, members->path, found, err);
	if (ret != 0) {
		member_close(&member->stream);
		return ret;
	}
	*stream_ret = &member->stream;
	return 0;
}

int rl_members_look(const struct rl_members *members, const char *name, struct rl_blob_facts *facts,
	struct rl_error *err)
{
	const struct member *member;
	int ret = find_member(members, name, &member, err);

	if (ret == 0)
		*facts = (struct rl_blob_facts){.size = member->size, .filter = member->filter};
	return ret;
}

int rl_members_list(int fd, const char *path, bool is_tried, struct rl_members **members_ret,
	struct rl_error *err)
{
	struct rl_members *members = calloc(1, sizeof(*members));
	int ret = -ENOMEM;

	if (members != NULL) {
		members->fd = fd;
		members->path = strdup(path);
	}
	if (members == NULL || members->path == NULL)
		(void)rl_error_set(err, ENOMEM, "cannot read '%s'", path);
	else
		ret = list_members(members, is_tried, err);
	if (ret != 0) {
		rl_members_free(members);
		return ret;
	}
	*members_ret = members;
	return 0;
}

void rl_members_free(struct rl_members *members)
{
	size_t i;

	if (members == NULL)
		return;
	for (i = 0; i < members->count; i++)
		free_member(&members->members[i]);
	free(members->members);
	free(members->path);
	free(members);
}
