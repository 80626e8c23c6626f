/* SPDX-License-Identifier: MIT */
/*
 * A directory of a million names, or of LISTING, that is in no file system: getdents64() is the test's
 * own. What it takes is bytes, not time.
 */
#include "tests/unit/unit.h"

#include "scan/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* As "00000000": what all names take, with their NUL. */
#define NAME_SIZE 9
/* What a name may take when all is listed and sorted: itself, doubled by the growth of the buffer at
 * worst, and where it begins. */
#define BYTES_A_NAME (2 * (1 + NAME_SIZE) + 8)
/* And meanwhile: the buffer before it grew, and a copy of where they begin, for sorting. */
#define PEAK_BYTES_A_NAME (3 * (1 + NAME_SIZE) + 2 * 8)
#define REST ((size_t)8 << 20)

static uint64_t total, given;

ssize_t __wrap_getdents64(int fd, void *buffer, size_t size);

static void make_name(uint64_t number, char name[NAME_SIZE])
{
	size_t i;

	name[NAME_SIZE - 1] = '\0';
	for (i = NAME_SIZE - 1; i > 0; i--, number /= 10)
		name[i - 1] = (char)('0' + number % 10);
}

ssize_t __wrap_getdents64(int fd, void *buffer, size_t size)
{
	const size_t length = (offsetof(struct dirent64, d_name) + NAME_SIZE + 7) / 8 * 8;
	size_t used = 0;

	assert_true(fd >= 0);
	while (given < total && used + length <= size) {
		struct dirent64 *dirent = (void *)((char *)buffer + used);

		memset(dirent, 0, length);
		dirent->d_reclen = (unsigned short)length;
		/* In no order: 7919 is prime to every power of ten. */
		make_name(given * 7919 % total, dirent->d_name);
		used += length;
		given++;
	}
	return (ssize_t)used;
}

static size_t in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static size_t peak(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return (size_t)usage.ru_maxrss * 1024;
}

static void test_listing(void **state)
{
	const char *wanted = getenv("LISTING");
	size_t before = in_use(), peak_before = peak(), after, peak_after;
	struct rl_walk walk = {.open_limit = 8};
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct rl_walk_name name;
	struct rl_dir *dir;
	char expected[NAME_SIZE];
	uint64_t i;

	(void)state;
	total = wanted != NULL ? strtoull(wanted, NULL, 10) : 100000;
	given = 0;
	assert_true(fd >= 0);
	dir = rl_dir_new(fd);
	assert_non_null(dir);
	assert_int_equal(rl_walk_enter(&walk, dir, true), 0);
	after = in_use();
	peak_after = peak();
	for (i = 0; i < total; i++) {
		assert_int_equal(rl_walk_next(&walk, &name), 0);
		assert_non_null(name.name);
		make_name(i, expected);
		assert_string_equal(name.name, expected);
	}
	assert_int_equal(rl_walk_next(&walk, &name), 0);
	assert_null(name.name);
	/* Nothing comes with the walk through it. */
	assert_true(in_use() <= after + 4096);
	assert_true(after - before <= REST + total * BYTES_A_NAME);
	/* Sanitizers and valgrind have their own. */
	if (wanted != NULL)
		assert_true(peak_after - peak_before <= REST + total * PEAK_BYTES_A_NAME);
	print_message("shape: a listing: %llu names, %zu kB kept, peak %zu kB\n",
		(unsigned long long)total, (after - before) / 1000,
		(peak_after - peak_before) / 1000);
	rl_walk_free(&walk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_listing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
