/* SPDX-License-Identifier: MIT */
/*
 * By libzstd, a frame for each block; RFC 8878, 2: "Zstandard compressed data is made up of one or more
 * frames". libzstd's own threads make one frame, but take threads even for one, may have been left out of
 * the library, and copy all that they compress once more. A frame says how long its content is and has a
 * checksum of it.
 */
#include "writer/compress_ops.h"

#include <zstd.h>
#include <zstd_errors.h>

/*
 * Nothing is found again across the ends of blocks. At level 3 blocks of 4 MiB make the output half a
 * percent larger than libzstd's own threads do. Hard levels have tables of a multiple of a block for
 * each thread: there are smaller blocks, so that two threads can be afforded.
 */
#define BLOCK_SIZE ((size_t)4 << 20)
#define HARD_BLOCK_SIZE ((size_t)2 << 20)
#define HARD_LEVEL 12

static size_t block(int level)
{
	return level < HARD_LEVEL ? BLOCK_SIZE : HARD_BLOCK_SIZE;
}

static size_t bound(size_t size)
{
	return ZSTD_compressBound(size);
}

/* As ZSTD_sizeof_CCtx() says with libzstd 1.5.4, rounded up. */
static size_t memory(int level)
{
	static const unsigned char mebibytes[] = {
		0, 1, 1, 2, 3, 4, 4, 7, 7, 13, 25, 25, 25, 34, 34, 34, 34, 34, 34, 34};

	return (size_t)mebibytes[level] << 20;
}

static int open_state(int level, void **state_ret)
{
	ZSTD_CCtx *state = ZSTD_createCCtx();

	if (state == NULL)
		return -ENOMEM;
	if (ZSTD_isError(ZSTD_CCtx_setParameter(state, ZSTD_c_compressionLevel, level)) ||
		ZSTD_isError(ZSTD_CCtx_setParameter(state, ZSTD_c_checksumFlag, 1))) {
		(void)ZSTD_freeCCtx(state);
		return -ENOMEM;
	}
	*state_ret = state;
	return 0;
}

static int run(void *state, const void *data, size_t size, void *out, size_t room, size_t *size_ret)
{
	size_t ret = ZSTD_compress2(state, out, room, data, size);

	if (ZSTD_isError(ret))
		return ZSTD_getErrorCode(ret) == ZSTD_error_memory_allocation ? -ENOMEM : -EIO;
	*size_ret = ret;
	return 0;
}

static void close_state(void *state)
{
	(void)ZSTD_freeCCtx(state);
}

const struct rl_compress_ops rl_compress_zstd = {
	.name = "zstd",
	.lowest = 1,
	.highest = 19,
	.usual = 3,
	.block = block,
	.bound = bound,
	.memory = memory,
	.open = open_state,
	.run = run,
	.close = close_state,
};
