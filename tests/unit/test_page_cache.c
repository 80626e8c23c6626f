/* SPDX-License-Identifier: MIT */
#include "scan/page_cache.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* On a disk: what is in memory only cannot be dropped. */
static char path[] = "/var/tmp/rootlift-page-cache-XXXXXX";
static int fd = -1;

/* Two and a half stretches, and a piece of a page. */
#define SIZE (RL_PAGE_CACHE_WINDOW / 2 * 5 + 123)
#define PIECE ((size_t)1 << 20)

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static int set_up(void **state)
{
	static char piece[PIECE];
	uint64_t done = 0;

	(void)state;
	fd = mkstemp(path);
	while (fd >= 0 && done < SIZE) {
		size_t want = SIZE - done < PIECE ? (size_t)(SIZE - done) : PIECE;

		memset(piece, (int)(done / PIECE) + 1, want);
		if (write(fd, piece, want) != (ssize_t)want)
			return -1;
		done += want;
	}
	return fd >= 0 && fsync(fd) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	return close(fd);
}

/* Which pages are resident; the caller frees it. */
static unsigned char *resident(size_t *count_ret)
{
	size_t i, count = (size_t)(SIZE + page_size() - 1) / page_size();
	unsigned char *pages = malloc(count);
	void *map = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);

	assert_non_null(pages);
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_int_equal(mincore(map, SIZE, pages), 0);
	assert_int_equal(munmap(map, SIZE), 0);
	for (i = 0; i < count; i++)
		pages[i] &= 1;
	*count_ret = count;
	return pages;
}

/* Has nothing resident but some pages, of each stretch. */
static void have_some_resident(void)
{
	char byte;
	size_t i;

	assert_int_equal(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	assert_int_equal(posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM), 0);
	for (i = 0; i < 5; i++)
		assert_int_equal(
			pread(fd, &byte, 1, (off_t)(i * RL_PAGE_CACHE_WINDOW / 2 + 70000)), 1);
	assert_int_equal(posix_fadvise(fd, 0, 0, POSIX_FADV_NORMAL), 0);
}

static void read_all(struct rl_page_cache *cache, uint64_t from, uint64_t to)
{
	static unsigned char piece[PIECE];

	rl_page_cache_begin(cache, 1);
	while (from < to) {
		ssize_t i, len = rl_page_cache_read(cache, fd, piece, PIECE, from, SIZE);

		assert_true(len > 0);
		for (i = 0; i < len; i += 1000)
			assert_int_equal(piece[i], (from + (uint64_t)i) / PIECE + 1);
		from += (uint64_t)len;
	}
	rl_page_cache_end(cache, fd);
}

static size_t count_resident(void)
{
	size_t i, count, sum = 0;
	RL_AUTO_FREE unsigned char *pages = resident(&count);

	for (i = 0; i < count; i++)
		sum += pages[i];
	return sum;
}

static void check_left_as_found(struct rl_page_cache *cache, uint64_t from, uint64_t to)
{
	RL_AUTO_FREE unsigned char *before = NULL, *after = NULL;
	size_t count;

	have_some_resident();
	before = resident(&count);
	read_all(cache, from, to);
	after = resident(&count);
	if (memcmp(before, after, count) != 0)
		fail_msg("the page cache has %zu pages of the file", count_resident());
	rl_page_cache_free(cache);
}

static void is_left_as_found_by_hand(void **state)
{
	struct rl_page_cache cache = {.is_kept = true, .is_by_hand = true, .dev = 1};

	(void)state;
	have_some_resident();
	/* A file system that holds all pages in memory can tell nothing. */
	if (count_resident() > 5 * 64)
		skip();
	check_left_as_found(&cache, 0, SIZE);
	/* Only the head, and beginning behind a hole. */
	check_left_as_found(&cache, 0, 1);
	check_left_as_found(&cache, RL_PAGE_CACHE_WINDOW + 4096, SIZE);
}

static void is_left_as_found_natively(void **state)
{
	struct rl_page_cache cache = {.is_kept = true};

	(void)state;
	if (!rl_page_cache_is_native())
		skip();
	check_left_as_found(&cache, 0, SIZE);
}

static void plain_reading_fills_it(void **state)
{
	struct rl_page_cache cache = {0};
	size_t before;

	(void)state;
	have_some_resident();
	before = count_resident();
	read_all(&cache, 0, SIZE);
	assert_true(count_resident() > before * 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_left_as_found_by_hand),
		cmocka_unit_test(is_left_as_found_natively),
		cmocka_unit_test(plain_reading_fills_it),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
