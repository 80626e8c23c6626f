/* SPDX-License-Identifier: MIT */
#include "scan/page_cache.h"

#include "scan/far.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>

/* Newer than some headers. */
#ifndef RWF_DONTCACHE
#define RWF_DONTCACHE 0x00000080
#endif

/* cachestat(2), Linux 6.5; the same number on all machines. */
#define SYS_CACHESTAT 451
struct cache_range {
	uint64_t offset;
	uint64_t len;
};
struct cache_state {
	uint64_t cached;
	uint64_t dirty;
	uint64_t writeback;
	uint64_t evicted;
	uint64_t recently_evicted;
};

bool rl_page_cache_is_native(void)
{
	struct utsname name;
	int major, minor;

	return uname(&name) == 0 && sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	       (major > 6 || (major == 6 && minor >= 14));
}

void rl_page_cache_begin(struct rl_page_cache *cache, dev_t dev)
{
	if (cache->dev != dev)
		cache->is_by_hand = false;
	cache->dev = dev;
	cache->now.size = 0;
	cache->next.size = 0;
}

/* @flags: 0; or RWF_DONTCACHE: what was resident stays, what has to be read for this is dropped. */
static ssize_t read_at(int fd, void *buffer, size_t size, uint64_t offset, int flags)
{
	struct iovec piece = {.iov_base = buffer, .iov_len = size};
	ssize_t len;

	do
		len = preadv2(fd, &piece, 1, (off_t)offset, flags);
	while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : len;
}

/* Finds out what of a stretch is resident. If that cannot be told, nothing of it is known. */
static void look(struct rl_page_window *window, int fd, uint64_t index, uint64_t file_size)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t start = index * RL_PAGE_CACHE_WINDOW;
	size_t size;
	void *map;

	window->index = index;
	window->size = 0;
	if (start >= file_size)
		return;
	if (window->pages == NULL)
		window->pages = malloc(RL_PAGE_CACHE_WINDOW / page);
	if (window->pages == NULL)
		return;
	size = (size_t)(file_size - start < RL_PAGE_CACHE_WINDOW ? file_size - start
								 : RL_PAGE_CACHE_WINDOW);
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, (off_t)start);
	if (map == MAP_FAILED)
		return;
	if (mincore(map, size, window->pages) == 0)
		window->size = size;
	(void)munmap(map, size);
}

/* Drops what was not resident in a stretch that has been read. */
static void drop(const struct rl_page_window *window, int fd)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t first = 0, count = (window->size + page - 1) / page;

	while (first < count) {
		size_t end = first;

		while (end < count && (window->pages[end] & 1) == 0)
			end++;
		if (end > first)
			(void)posix_fadvise(fd,
				(off_t)(window->index * RL_PAGE_CACHE_WINDOW + first * page),
				(off_t)((end - first) * page), POSIX_FADV_DONTNEED);
		first = end + 1;
	}
}

/* Comes to another stretch: what is behind is dropped, what readahead will touch is looked at. */
static void move_to(struct rl_page_cache *cache, int fd, uint64_t index, uint64_t file_size)
{
	struct rl_page_window done = cache->now;

	drop(&done, fd);
	cache->now = cache->next;
	cache->next = done;
	if (cache->now.size == 0 || cache->now.index != index)
		look(&cache->now, fd, index, file_size);
	look(&cache->next, fd, index + 1, file_size);
}

ssize_t rl_page_cache_read(struct rl_page_cache *cache, int fd, void *buffer, size_t size,
	uint64_t offset, uint64_t file_size)
{
	uint64_t index = offset / RL_PAGE_CACHE_WINDOW;
	uint64_t left = (index + 1) * RL_PAGE_CACHE_WINDOW - offset;
	ssize_t len;

	if (rl_is_far(fd)) {
		len = rl_far_pread(fd, buffer, size, offset);
		return len < 0 ? -errno : len;
	}
	if (!cache->is_kept)
		return read_at(fd, buffer, size, offset, 0);
	if (!cache->is_by_hand) {
		len = read_at(fd, buffer, size, offset, RWF_DONTCACHE);
		if (len != -EOPNOTSUPP && len != -EINVAL && len != -ENOSYS)
			return len;
		cache->is_by_hand = true;
	}
	if (cache->now.size == 0 || cache->now.index != index)
		move_to(cache, fd, index, file_size);
	return read_at(fd, buffer, size < left ? size : (size_t)left, offset, 0);
}

bool rl_page_cache_has_all(const struct rl_page_cache *cache, int fd, uint64_t file_size)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	struct cache_range range = {.len = file_size};
	struct cache_state state = {0};

	if (rl_is_far(fd))
		return false;
	if (!cache->is_kept)
		return true;
	return syscall(SYS_CACHESTAT, fd, &range, &state, 0) == 0 &&
	       state.cached >= (file_size + page - 1) / page;
}

void rl_page_cache_end(struct rl_page_cache *cache, int fd)
{
	drop(&cache->now, fd);
	drop(&cache->next, fd);
	cache->now.size = 0;
	cache->next.size = 0;
}

void rl_page_cache_free(struct rl_page_cache *cache)
{
	free(rl_steal_ptr(&cache->now.pages));
	free(rl_steal_ptr(&cache->next.pages));
}
