/* SPDX-License-Identifier: MIT */
/** Numbers in bytes of a file that nobody vouches for, as headers of ELF files. */

#ifndef RL_SCAN_BYTES_H
#define RL_SCAN_BYTES_H

#include "common/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes, and how far they have been taken. */
struct rl_bytes {
	/** The bytes; borrowed. */
	const unsigned char *data;
	/** How many. */
	size_t len;
	/** How far they have been taken; for who uses it. */
	size_t at;
	/** Numbers in them begin with the highest byte. */
	bool is_big;
};

/** The number of @size (8 at most) bytes at @at; 0 if they are not all there. */
uint64_t rl_bytes_number(const struct rl_bytes *bytes, size_t at, size_t size);

/** The number in @field of the @type that begins at @at. */
#define RL_BYTES_FIELD(bytes, at, type, field) \
	rl_bytes_number(bytes, (at) + offsetof(type, field), sizeof(((type *)NULL)->field))

/**
 * Reads up to @size bytes at @offset of a file, perhaps a far one, into @data, and makes them those of
 * @bytes; fewer at the file's end.
 *
 * @return 0, or a negative errno with those that could be read.
 */
int rl_bytes_read(
	int fd, uint64_t offset, size_t size, unsigned char *data, struct rl_bytes *bytes);

#endif
