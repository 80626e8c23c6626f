/* SPDX-License-Identifier: MIT */
/* Whole images are judged by the kernel, in tests/e2e/fsimage.t; here are those that no program makes. */
#include "tests/unit/unit.h"
#include "writer/fs_date.h"

#include <sys/mman.h>

#define SIZE 40000
#define INODES 1000

/* An image of @size bytes, and what it was before. */
static unsigned char image[SIZE], before[SIZE];

static void begin(size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		image[i] = (unsigned char)(i * 7 + 1);
	memcpy(before, image, sizeof(before));
}

static void put(size_t at, size_t size, uint64_t value)
{
	for (; size > 0; size--, at++, value >>= 8)
		image[at] = before[at] = (unsigned char)value;
}

/* Has @date go over the image. */
static void run(int (*date)(int fd, int64_t seconds), size_t size, int64_t seconds)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	assert_int_equal(write(fd, image, size), size);
	assert_int_equal(date(fd, seconds), 0);
	assert_int_equal(pread(fd, image, sizeof(image), 0), size);
	assert_int_equal(close(fd), 0);
}

static void others_are_left_alone(void **state)
{
	static const size_t sizes[] = {0, 50, 96, 1024, 1500, 4095, SIZE};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(sizes); i++) {
		begin(sizes[i]);
		run(rl_fs_date_squashfs, sizes[i], 77);
		run(rl_fs_date_erofs, sizes[i], 77);
		assert_memory_equal(image, before, sizes[i]);
	}
}

/* A squashfs whose root's inode is @offset bytes into a block of inodes. */
static void begin_squashfs(uint64_t flags, uint64_t size, uint64_t type, uint64_t offset)
{
	begin(SIZE);
	put(0, 4, 0x73717368);
	put(24, 2, flags);
	put(32, 8, UINT64_C(100) << 16 | offset);
	put(64, 8, INODES);
	put(INODES + 100, 2, size);
	put(INODES + 100 + 2 + offset, 2, type);
}

static void squashfs(void **state)
{
	static const unsigned char date[] = {0x04, 0x03, 0x02, 0xf1};
	const size_t block = INODES + 100 + 2;
	size_t i;

	(void)state;
	for (i = 1; i <= 8; i += 7) {
		begin_squashfs(3, 0xa000, i, 500);
		run(rl_fs_date_squashfs, SIZE, 0xf1020304);
		assert_memory_equal(image + block + 508, date, 4);
		memcpy(before + block + 508, date, 4);
		assert_memory_equal(image, before, SIZE);
	}
	/* Half of the date is in the next block. */
	begin_squashfs(1, 0xa000, 1, 8182);
	run(rl_fs_date_squashfs, SIZE, 0xf1020304);
	memcpy(before + block + 8190, date, 2);
	memcpy(before + block + 8192 + 2, date + 2, 2);
	assert_memory_equal(image, before, SIZE);
	/* Compressed inodes, a compressed block, a file, an inode that cannot be there. */
	for (i = 0; i < 4; i++) {
		begin_squashfs(i == 0 ? 2 : 1, i == 1 ? 0x2000 : 0xa000, i == 2 ? 2 : 1,
			i == 3 ? 8191 : 500);
		run(rl_fs_date_squashfs, SIZE, 77);
		assert_memory_equal(image, before, SIZE);
	}
	begin_squashfs(1, 0xa000, 1, 500);
	put(64, 8, UINT64_MAX);
	run(rl_fs_date_squashfs, SIZE, 77);
	assert_memory_equal(image, before, SIZE);
}

static void erofs(void **state)
{
	(void)state;
	begin(SIZE);
	put(1024, 4, 0xe0f5e1e2);
	put(1024 + 8, 4, 2);
	run(rl_fs_date_erofs, SIZE, 0xf1020304);
	put(1024 + 24, 8, 0xf1020304);
	put(1024 + 32, 4, 0);
	/* Without a sum none is made. */
	assert_memory_equal(image, before, SIZE);
	/* A sum that is not as expected is one that is made in another way. */
	begin(SIZE);
	put(1024, 4, 0xe0f5e1e2);
	put(1024 + 8, 4, 3);
	put(1024 + 12, 1, 12);
	run(rl_fs_date_erofs, SIZE, 77);
	assert_memory_equal(image, before, SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_are_left_alone),
		cmocka_unit_test(squashfs),
		cmocka_unit_test(erofs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
