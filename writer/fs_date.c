/* SPDX-License-Identifier: MIT */
/*
 * squashfs (linux/fs/squashfs/squashfs_fs.h): the superblock says where the inodes are, and which is that of
 * the root. Inodes lie in blocks of 8 KiB, each behind a word with its size. erofs (linux/fs/erofs/erofs_fs.h):
 * all is in the superblock, with a CRC32C of that and the rest of its block. All numbers are little-endian.
 */
#include "writer/fs_date.h"

#include <endian.h>
#include <stddef.h>
#include <stdbool.h>
#include <string.h>

#define SQUASHFS_MAGIC 0x73717368U
#define SQUASHFS_FLAGS 24
#define SQUASHFS_ROOT 32
#define SQUASHFS_INODES 64
#define SQUASHFS_SUPER 96
/* Flag: inodes are not compressed. Bit of a block's size: it is not. */
#define PLAIN_INODES 1U
#define PLAIN_BLOCK 0x8000U
#define BLOCK_SIZE 8192U
/* Types of inodes: directories, small and large. Where an inode has its date. */
#define TYPE_DIRECTORY 1U
#define TYPE_LARGE_DIRECTORY 8U
#define INODE_DATE 8

#define EROFS_MAGIC 0xe0f5e1e2U
#define EROFS_AT 1024
#define EROFS_END 4096
#define EROFS_SUM 4
#define EROFS_COMPATIBLE 8
#define EROFS_BLOCK_BITS 12
#define EROFS_DATE 24
#define EROFS_NANOSECONDS 32
/* Flag: the superblock has a sum. */
#define EROFS_HAS_SUM 1U

static uint64_t get(const unsigned char *bytes, size_t size)
{
	uint64_t value = 0;

	while (size > 0)
		value = value << 8 | bytes[--size];
	return value;
}

static void put(unsigned char *bytes, size_t size, uint64_t value)
{
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = (unsigned char)(value >> (8 * i));
}

/* Returns 1 if all of it was read, 0 if the file is shorter, or < 0. */
static int read_at(int fd, void *bytes, size_t size, uint64_t at)
{
	ssize_t len = pread(fd, bytes, size, (off_t)at);

	if (len < 0)
		return -errno;
	return (size_t)len == size;
}

static int write_at(int fd, const void *bytes, size_t size, uint64_t at)
{
	ssize_t len = pwrite(fd, bytes, size, (off_t)at);

	if (len < 0)
		return -errno;
	return (size_t)len == size ? 0 : -EIO;
}

/* Where in the file is what lies @offset bytes behind the beginning of a block of inodes. */
static uint64_t place_of(uint64_t block, uint64_t offset)
{
	return block + offset / BLOCK_SIZE * (BLOCK_SIZE + 2) + 2 + offset % BLOCK_SIZE;
}

int rl_fs_date_squashfs(int fd, int64_t seconds)
{
	unsigned char super[SQUASHFS_SUPER], word[2], date[4];
	uint64_t block, offset, i;
	int ret = read_at(fd, super, sizeof(super), 0);

	if (ret <= 0 || get(super, 4) != SQUASHFS_MAGIC ||
		(get(super + SQUASHFS_FLAGS, 2) & PLAIN_INODES) == 0)
		return ret < 0 ? ret : 0;
	offset = get(super + SQUASHFS_ROOT, 2);
	block = get(super + SQUASHFS_INODES, 8) + (get(super + SQUASHFS_ROOT, 8) >> 16);
	if (offset >= BLOCK_SIZE - 2 || block > INT64_MAX / 2)
		return 0;
	ret = read_at(fd, word, sizeof(word), block);
	if (ret <= 0 || (get(word, 2) & PLAIN_BLOCK) == 0)
		return ret < 0 ? ret : 0;
	ret = read_at(fd, word, sizeof(word), place_of(block, offset));
	if (ret <= 0 || (get(word, 2) != TYPE_DIRECTORY && get(word, 2) != TYPE_LARGE_DIRECTORY))
		return ret < 0 ? ret : 0;
	put(date, sizeof(date), (uint64_t)seconds);
	/* The inode may go on in the next block. */
	for (i = 0, ret = 0; ret == 0 && i < sizeof(date); i++)
		ret = write_at(fd, date + i, 1, place_of(block, offset + INODE_DATE + i));
	return ret;
}

/* CRC32C (Castagnoli), begun with ones and not inverted in the end, as erofs has it. */
static uint32_t sum_of(const unsigned char *bytes, size_t size)
{
	uint32_t sum = UINT32_MAX;
	int bit;

	while (size-- > 0) {
		sum ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ ((sum & 1) != 0 ? 0x82f63b78U : 0);
	}
	return sum;
}

int rl_fs_date_erofs(int fd, int64_t seconds)
{
	unsigned char super[EROFS_END - EROFS_AT];
	int ret = read_at(fd, super, sizeof(super), EROFS_AT);
	bool has_sum;
	uint64_t sum;

	if (ret <= 0 || get(super, 4) != EROFS_MAGIC)
		return ret < 0 ? ret : 0;
	has_sum = (get(super + EROFS_COMPATIBLE, 4) & EROFS_HAS_SUM) != 0;
	sum = get(super + EROFS_SUM, 4);
	if (has_sum)
		put(super + EROFS_SUM, 4, 0);
	if (has_sum && (super[EROFS_BLOCK_BITS] != 12 || sum_of(super, sizeof(super)) != sum))
		return 0;
	put(super + EROFS_DATE, 8, (uint64_t)seconds);
	put(super + EROFS_NANOSECONDS, 4, 0);
	if (has_sum)
		put(super + EROFS_SUM, 4, sum_of(super, sizeof(super)));
	return write_at(fd, super, sizeof(super), EROFS_AT);
}
