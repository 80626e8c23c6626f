/* SPDX-License-Identifier: MIT */
#include "scan/added.h"

#include "common/buf.h"
#include "scan/content.h"
#include "scan/source_ops.h"

#include <string.h>
#include <sys/mman.h>

struct added {
	struct rl_source source;
	/* Owned. */
	struct rl_source *base;
	/* Borrowed. */
	const struct rl_added_file *files;
	size_t count;
	const struct rl_exception_sink *exceptions;
	/* The file that comes next. */
	size_t next;
	/* What is at the path of the next file has been given. */
	bool gave_there;
	/* What the base has given and this source has not yet; NULL: ask it. */
	struct rl_entry *peeked;
	bool base_is_over;
	/* The directory that was given last, and its date. */
	struct rl_buf directory;
	struct timespec directory_mtime;
	/* The entry that was given last is @entry, of file @at (or a directory above it). Owned. */
	struct rl_entry entry;
	bool is_own;
	size_t at;
	struct rl_reader reader;
};

static struct added *added_of(struct rl_source *source)
{
	return (struct added *)source;
}

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot go on walking");
}

int rl_added_compare(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	if (*a == *b || *a == '\0' || *b == '\0')
		return (*a != '\0') - (*b != '\0');
	if (*a == '/' || *b == '/')
		return *a == '/' ? -1 : 1;
	return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
}

/* Whether the first @len bytes of @path are the path of @directory, or of one above it. */
static bool is_above(const char *path, size_t len, const char *directory)
{
	return strncmp(path, directory, len) == 0 &&
	       (directory[len] == '\0' || directory[len] == '/' || len == 0);
}

static size_t depth_of(const char *path)
{
	size_t depth = 0;

	for (; *path != '\0'; path++)
		depth += *path == '/';
	return depth;
}

/* Remembers the entry that is given if it is a directory. */
static int note_directory(struct added *added, const struct rl_entry *entry, struct rl_error *err)
{
	if (!S_ISDIR(entry->mode))
		return 0;
	rl_buf_truncate(&added->directory, 0);
	if (rl_buf_append_str(&added->directory, entry->path) != 0)
		return no_memory(err);
	added->directory_mtime = entry->mtime;
	return 0;
}

/* Gives an entry of its own, at the first @len bytes of the path of the next file. */
static int give(struct added *added, size_t len, mode_t mode, struct rl_error *err)
{
	RL_AUTO_FREE char *path = strndup(added->files[added->next].path, len);

	if (path == NULL || rl_entry_set_path(&added->entry, path) != 0)
		return no_memory(err);
	added->entry.depth = depth_of(path);
	added->entry.mode = mode;
	added->entry.mtime = added->directory_mtime;
	added->entry.ctime = added->directory_mtime;
	added->entry.nlink = 1;
	added->entry.is_added = true;
	added->entry.is_loaded = true;
	added->is_own = true;
	return note_directory(added, &added->entry, err) == 0 ? 1 : -ENOMEM;
}

/* The length of the path of the outermost directory above the next file that is missing; or 0. */
static size_t missing_directory(const struct added *added)
{
	const char *path = added->files[added->next].path, *directory = added->directory.data;
	const char *slash;

	for (slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		if (!is_above(path, (size_t)(slash - path), directory != NULL ? directory : ""))
			return (size_t)(slash - path);
	}
	return 0;
}

/* Gives the next file, or a directory that is missing above it. @there: what is at its path. */
static int give_file(struct added *added, struct rl_entry *there, struct rl_error *err)
{
	const struct rl_added_file *file = &added->files[added->next];
	size_t missing = there == NULL && !added->gave_there ? missing_directory(added) : 0;
	struct rl_entry *entry = &added->entry;
	int ret;

	if (missing > 0)
		return give(added, missing, S_IFDIR | 0755, err);
	ret = give(added, strlen(file->path), file->mode, err);
	if (ret < 0)
		return ret;
	entry->uid = file->uid;
	entry->gid = file->gid;
	entry->rdev = file->rdev;
	entry->size = S_ISREG(file->mode) ? file->size : 0;
	entry->allocated = entry->size;
	if (there != NULL)
		entry->mtime = there->mtime;
	if (file->has_mtime)
		entry->mtime = file->mtime;
	if (there != NULL && file->keeps_metadata && S_ISREG(there->mode)) {
		ret = rl_source_load(added->base, there, err);
		if (ret < 0)
			return ret;
		rl_entry_move_metadata(there, entry);
		entry->is_loaded = true;
		entry->mode = (file->mode & S_IFMT) | (there->mode & 07777);
		entry->uid = there->uid;
		entry->gid = there->gid;
	}
	if (file->target != NULL) {
		entry->target = strdup(file->target);
		if (entry->target == NULL)
			return no_memory(err);
	}
	added->at = added->next++;
	added->gave_there = false;
	return 1;
}

static int peek(struct added *added, struct rl_error *err)
{
	int ret;

	if (added->peeked != NULL || added->base_is_over)
		return 0;
	ret = rl_source_next(added->base, &added->peeked, err);
	if (ret == 1)
		return 0;
	added->peeked = NULL;
	added->base_is_over = ret == 0;
	return ret;
}

/* Whether the next files lie beneath @entry. */
static bool leads_to_file(const struct added *added, const struct rl_entry *entry)
{
	return added->next < added->count &&
	       is_above(entry->path, strlen(entry->path), added->files[added->next].path);
}

/* Gives what the base has given. */
static int give_peeked(struct added *added, struct rl_entry **entry, struct rl_error *err)
{
	bool leads = leads_to_file(added, added->peeked);
	int ret;

	*entry = added->peeked;
	added->peeked = NULL;
	/* Later the base may have left the directory, and could not look at it any more. */
	if (leads && S_ISDIR((*entry)->mode) && (*entry)->path[0] != '\0') {
		ret = rl_source_load(added->base, *entry, err);
		if (ret < 0)
			return ret;
	}
	/* What is no directory has nothing in it. */
	while (!S_ISDIR((*entry)->mode) && leads_to_file(added, *entry))
		rl_exception_tell(added->exceptions, RL_EXC_NOT_ADDED,
			added->files[added->next++].path, (*entry)->path);
	return note_directory(added, *entry, err) == 0 ? 1 : -ENOMEM;
}

static int added_next(struct rl_source *source, struct rl_entry **entry, struct rl_error *err)
{
	struct added *added = added_of(source);
	const struct rl_added_file *file;
	int ret, order;

	rl_entry_clear(&added->entry);
	added->is_own = false;
	*entry = &added->entry;
	for (;;) {
		ret = peek(added, err);
		if (ret != 0)
			return ret;
		if (added->next == added->count)
			return added->peeked != NULL ? give_peeked(added, entry, err) : 0;
		file = &added->files[added->next];
		order = added->peeked != NULL ? rl_added_compare(file->path, added->peeked->path)
					      : -1;
		if (order > 0)
			return give_peeked(added, entry, err);
		if (order < 0)
			return give_file(added, NULL, err);
		if (!S_ISDIR(added->peeked->mode) && file->keeps_there && !added->gave_there) {
			added->gave_there = true;
			*entry = added->peeked;
			added->peeked = NULL;
			return 1;
		}
		if (!S_ISDIR(added->peeked->mode)) {
			ret = give_file(added, added->peeked, err);
			added->peeked = NULL;
			return ret;
		}
		rl_exception_tell(
			added->exceptions, RL_EXC_NOT_ADDED, file->path, "a directory is there");
		added->next++;
	}
}

static void added_descend(struct rl_source *source, enum rl_descend how)
{
	struct added *added = added_of(source);

	if (!added->is_own)
		rl_source_descend(added->base, how);
}

static int added_load(struct rl_source *source, struct rl_entry *entry, struct rl_error *err)
{
	if (entry->is_loaded)
		return 1;
	return rl_source_load(added_of(source)->base, entry, err);
}

/* A file in memory that has the content. */
static int open_content(const struct rl_added_file *file)
{
	RL_AUTO_FD int fd = -1;
	size_t done = 0;

	if (file->content_fd >= 0) {
		fd = dup(file->content_fd);
		return fd >= 0 ? rl_steal_fd(&fd) : -errno;
	}
	fd = memfd_create("rootlift", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (done < file->size) {
		ssize_t len = pwrite(fd, file->content + done, file->size - done, (off_t)done);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return -errno;
		done += (size_t)len;
	}
	return rl_steal_fd(&fd);
}

static int added_open(struct rl_source *source, struct rl_entry *entry, struct rl_content **content,
	struct rl_error *err)
{
	struct added *added = added_of(source);
	struct rl_entry real = {0};
	int fd, ret;

	if (!added->is_own)
		return added->base->ops->open(added->base, entry, content, err);
	fd = open_content(&added->files[added->at]);
	/* Only the size is that of the file in memory. */
	ret = fd >= 0 ? rl_content_open(fd, &added->reader, &real, content) : fd;
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot write '%s'", entry->path);
	entry->size = real.size;
	entry->allocated = real.allocated;
	return 1;
}

static void added_close(struct rl_source *source)
{
	struct added *added = added_of(source);

	rl_source_close(added->base);
	rl_entry_clear(&added->entry);
	rl_buf_free(&added->directory);
	rl_reader_free(&added->reader);
	free(added);
}

static const struct rl_source_ops added_ops = {
	.next = added_next,
	.descend = added_descend,
	.load = added_load,
	.open = added_open,
	.close = added_close,
};

int rl_added_open(struct rl_source *base, const struct rl_added_file *files, size_t count,
	const struct rl_exception_sink *exceptions, struct rl_source **source_ret)
{
	struct added *added = calloc(1, sizeof(*added));

	if (added == NULL) {
		rl_source_close(base);
		return -ENOMEM;
	}
	added->source.ops = &added_ops;
	added->base = base;
	added->files = files;
	added->count = count;
	added->exceptions = exceptions;
	*source_ret = &added->source;
	return 0;
}
