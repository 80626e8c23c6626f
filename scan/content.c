/* SPDX-License-Identifier: MIT */
#include "scan/content.h"

#include "scan/far.h"
#include "scan/stat.h"

/* The largest hole that is given in one piece: pieces are size_t, which may have 32 bits. */
#define HOLE_MAX ((uint64_t)1 << 30)
/* The largest piece of data. */
#define BUFFER_SIZE ((size_t)1 << 20)

struct rl_content {
	/* The file; owned, unless the content is a range of it; -1: there is @memory. */
	int fd;
	/* It is a range of the file, which does not change, and begins here. */
	bool is_range;
	uint64_t begin;
	/* All of it; borrowed. */
	const char *memory;
	/* What to read with; borrowed; NULL: nothing more is read. */
	struct rl_reader *reader;
	/* The file when it was opened or rewound, to see whether it has changed. */
	struct rl_entry seen;
	/* How far the pieces have come. */
	uint64_t offset;
	/* The range of data that @offset lies before or in; @offset at its end: look for the next. */
	uint64_t data_start;
	uint64_t data_end;
	/* Reading failed, or the end came too early: the rest is zeros. */
	bool is_over;
};

static bool may_have_holes(const struct rl_content *content)
{
	return content->seen.allocated < content->seen.size;
}

/* Comes to the beginning. */
static void begin(struct rl_content *content)
{
	content->offset = 0;
	content->data_start = 0;
	content->data_end = may_have_holes(content) ? 0 : content->seen.size;
	content->is_over = false;
}

int rl_content_rewind(struct rl_content *content, struct rl_entry *entry)
{
	int ret = 0;

	if (content->memory != NULL || content->is_range) {
		begin(content);
		return 0;
	}
	ret = rl_stat(content->fd, "", &content->seen);
	if (ret != 0)
		return ret;
	rl_page_cache_end(&content->reader->cache, content->fd);
	rl_page_cache_begin(&content->reader->cache, content->seen.dev);
	begin(content);
	entry->mode = content->seen.mode;
	entry->uid = content->seen.uid;
	entry->gid = content->seen.gid;
	entry->size = content->seen.size;
	entry->allocated = content->seen.allocated;
	entry->mtime = content->seen.mtime;
	entry->ctime = content->seen.ctime;
	entry->nlink = content->seen.nlink;
	return 0;
}

int rl_content_open(
	int fd, struct rl_reader *reader, struct rl_entry *entry, struct rl_content **content_ret)
{
	RL_AUTO_ANY_FD int owned = fd;
	struct rl_content *content = calloc(1, sizeof(*content));
	int ret;

	if (content == NULL)
		return -ENOMEM;
	content->fd = fd;
	content->reader = reader;
	if (reader->buffer == NULL)
		reader->buffer = malloc(BUFFER_SIZE);
	ret = reader->buffer != NULL ? rl_content_rewind(content, entry) : -ENOMEM;
	if (ret != 0) {
		free(content);
		return ret;
	}
	content->fd = rl_steal_fd(&owned);
	*content_ret = content;
	return 0;
}

int rl_content_open_memory(
	const char *data, const struct rl_entry *entry, struct rl_content **content_ret)
{
	struct rl_content *content = calloc(1, sizeof(*content));

	if (content == NULL)
		return -ENOMEM;
	content->fd = -1;
	content->memory = data;
	content->seen.size = entry->size;
	*content_ret = content;
	return 0;
}

int rl_content_open_range(int fd, uint64_t offset, const struct rl_entry *entry,
	struct rl_reader *reader, struct rl_content **content_ret)
{
	struct rl_content *content = calloc(1, sizeof(*content));

	if (content == NULL)
		return -ENOMEM;
	if (reader->buffer == NULL)
		reader->buffer = malloc(BUFFER_SIZE);
	if (reader->buffer == NULL) {
		free(content);
		return -ENOMEM;
	}
	content->fd = fd;
	content->is_range = true;
	content->begin = offset;
	content->reader = reader;
	content->seen.size = entry->size;
	content->seen.allocated = entry->allocated;
	begin(content);
	*content_ret = content;
	return 0;
}

const char *rl_content_whole(const struct rl_content *content)
{
	return content->memory;
}

/* The next piece of what is in memory. */
static int give_memory(struct rl_content *content, size_t max, struct rl_chunk *chunk)
{
	uint64_t left = content->seen.size - content->offset;

	*chunk = (struct rl_chunk){
		.data = content->memory + content->offset, .size = left < max ? (size_t)left : max};
	content->offset += chunk->size;
	return 1;
}

/*
 * Where the next data at or behind @offset begins, the content's size if there is none any more; and in *@end
 * where it ends. A file system that cannot tell has data everywhere.
 */
static uint64_t find_data(const struct rl_content *content, uint64_t offset, uint64_t *end)
{
	uint64_t begins = content->begin, size = content->seen.size;
	off_t data = rl_lseek(content->fd, (off_t)(begins + offset), SEEK_DATA);
	off_t hole;

	*end = size;
	if (data < 0 && errno != ENXIO)
		return offset;
	if (data < 0 || (uint64_t)data >= begins + size)
		return size;
	hole = rl_lseek(content->fd, data, SEEK_HOLE);
	if (hole > data && (uint64_t)hole < begins + size)
		*end = (uint64_t)hole - begins;
	return (uint64_t)data - begins;
}

static int give_hole(struct rl_content *content, uint64_t size, struct rl_chunk *chunk)
{
	uint64_t left = content->seen.size - content->offset;

	if (size > left)
		size = left;
	if (size > HOLE_MAX)
		size = HOLE_MAX;
	*chunk = (struct rl_chunk){.data = NULL, .size = (size_t)size};
	content->offset += size;
	return 1;
}

int rl_content_next_up_to(struct rl_content *content, size_t max, struct rl_chunk *chunk)
{
	uint64_t want;
	ssize_t len;

	if (content->offset >= content->seen.size)
		return 0;
	if (content->memory != NULL)
		return give_memory(content, max, chunk);
	if (content->is_over)
		return give_hole(content, UINT64_MAX, chunk);
	if (content->offset >= content->data_end)
		content->data_start = find_data(content, content->offset, &content->data_end);
	if (content->offset < content->data_start)
		return give_hole(content, content->data_start - content->offset, chunk);
	want = content->data_end - content->offset;
	if (want > BUFFER_SIZE)
		want = BUFFER_SIZE;
	if (want > max)
		want = max;
	len = rl_page_cache_read(&content->reader->cache, content->fd, content->reader->buffer,
		(size_t)want, content->begin + content->offset,
		content->begin + content->seen.size);
	if (len <= 0) {
		content->is_over = true;
		if (len < 0)
			return (int)len;
		/* Shorter by now; or it is not what it says, as on a device that was cut short. */
		return rl_content_changed(content) ? give_hole(content, UINT64_MAX, chunk)
						   : -ENODATA;
	}
	*chunk = (struct rl_chunk){.data = content->reader->buffer, .size = (size_t)len};
	content->offset += (uint64_t)len;
	return 1;
}

int rl_content_next(struct rl_content *content, struct rl_chunk *chunk)
{
	return rl_content_next_up_to(content, SIZE_MAX, chunk);
}

bool rl_content_is_movable(const struct rl_content *content)
{
	return content->memory == NULL && !may_have_holes(content) &&
	       rl_page_cache_has_all(
		       &content->reader->cache, content->fd, content->begin + content->seen.size);
}

int rl_content_fd(const struct rl_content *content, uint64_t *offset_ret)
{
	if (offset_ret != NULL)
		*offset_ret = content->begin + content->offset;
	return content->memory == NULL ? content->fd : -1;
}

void rl_content_moved(struct rl_content *content, uint64_t size)
{
	content->offset += size;
	content->is_over = size == 0;
}

void rl_content_detach(struct rl_content *content)
{
	if (content->reader != NULL)
		rl_page_cache_end(&content->reader->cache, content->fd);
	content->reader = NULL;
}

bool rl_content_changed(struct rl_content *content)
{
	struct rl_entry now = {0};

	return content->memory == NULL && !content->is_range &&
	       (rl_stat(content->fd, "", &now) != 0 || !rl_stat_same_state(&now, &content->seen));
}

int rl_content_extents(
	struct rl_content *content, struct rl_extent **extents_ret, size_t *count_ret)
{
	RL_AUTO_FREE struct rl_extent *extents = NULL;
	uint64_t at = 0, size = content->seen.size;
	size_t count = 0, cap = 0;

	while (at < size) {
		/* What is in memory has no holes. */
		uint64_t end = size;
		uint64_t data = content->memory != NULL ? at : find_data(content, at, &end);

		if (data >= size)
			break;
		if (count == cap) {
			struct rl_extent *more;

			cap = cap == 0 ? 8 : cap * 2;
			more = reallocarray(extents, cap, sizeof(*extents));
			if (more == NULL)
				return -ENOMEM;
			extents = more;
		}
		extents[count++] = (struct rl_extent){.offset = data, .length = end - data};
		at = end;
	}
	*extents_ret = rl_steal_ptr(&extents);
	*count_ret = count;
	return 0;
}

void rl_content_close(struct rl_content *content)
{
	if (content == NULL)
		return;
	rl_content_detach(content);
	if (!content->is_range)
		rl_cleanup_any_fd(&content->fd);
	free(content);
}

void rl_reader_free(struct rl_reader *reader)
{
	free(rl_steal_ptr(&reader->buffer));
	rl_page_cache_free(&reader->cache);
}
