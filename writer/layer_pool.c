/* SPDX-License-Identifier: MIT */
/*
 * Blocks in a ring, of all layers. Each has been filled by who writes, and is then hashed, compressed and
 * written out. Hashing and writing out go in order, so one thread at a time does either; any number
 * compress. No thread has a task of its own: who is idle does what holds up the ring most, so that all
 * processors have work whatever takes longest, and without threads the writer does the same in the same way.
 *
 * What a layer fills is memory of its own, which changes places with that of a block that is done.
 */
#include "writer/layer_pool.h"

#include "common/thread.h"

#include <pthread.h>
#include <string.h>

/* Blocks in the ring beside one for each thread: one waits to be written out. */
#define SPARE_BLOCKS 1
/* As much as all blocks and compressors may take, in bytes. Hard levels get fewer threads for it. */
#define MEMORY_MAX ((size_t)88 << 20)
/* As much of that as may be what layers fill, in bytes. */
#define FILLING_MAX ((size_t)32 << 20)
/* Blocks that are smaller than usual have a multiple of this size, in bytes. */
#define BLOCK_UNIT ((size_t)64 << 10)
/* What a sink takes, in bytes. */
#define SINK_MEMORY ((size_t)256 << 10)
#define STACK_SIZE ((size_t)512 << 10)

struct block {
	/* Both owned. @data is NULL until there was a block; @out if nothing is compressed. */
	char *data, *out;
	size_t len, out_len;
	bool is_compressed;
	/* Whose it is. */
	struct rl_layer_lane *lane;
};

enum task { TASK_NONE, TASK_HASH, TASK_COMPRESS, TASK_WRITE };

struct worker {
	struct rl_layer_pool *pool;
	pthread_t thread;
	/* NULL if nothing is compressed. Owned. */
	struct rl_compressor *compressor;
};

struct rl_layer_pool {
	bool compresses, is_unnamed;
	size_t block_size;
	/* The ring, and workers; without threads there is one worker, which is the writer. Owned. */
	struct block *blocks;
	size_t block_count;
	struct worker *workers;
	size_t worker_count;
	/* How many of the workers have a thread. Only the writer looks at these. */
	size_t thread_count;
	size_t thread_max;
	bool has_started;

	/* For all below. */
	pthread_mutex_t lock;
	/* There may be something to do, or it is over; something has been done. */
	pthread_cond_t work, done;
	/* Blocks so far: handed over by the writer, hashed, taken to be compressed, written out. */
	uint64_t filled, hashed, taken, written;
	bool is_hashing, is_writing, is_over;
	/* What has failed first. */
	struct rl_error failed;
};

static struct block *block_at(const struct rl_layer_pool *pool, uint64_t number)
{
	return &pool->blocks[number % pool->block_count];
}

/* What is to be done next; it is the caller's then. With the lock held. */
static enum task next_task(struct rl_layer_pool *pool, struct block **block_ret)
{
	bool can_hash = !pool->is_hashing && pool->hashed < pool->filled;
	bool can_compress = pool->compresses && pool->taken < pool->filled;

	if (pool->failed.code != 0)
		return TASK_NONE;
	if (!pool->is_writing && pool->written < pool->filled &&
		(!pool->compresses || block_at(pool, pool->written)->is_compressed)) {
		pool->is_writing = true;
		*block_ret = block_at(pool, pool->written);
		return TASK_WRITE;
	}
	/* The older block first. Of one, hashing: it is still in the cache when it is compressed. */
	if (can_hash && (!can_compress || pool->hashed <= pool->taken)) {
		pool->is_hashing = true;
		*block_ret = block_at(pool, pool->hashed);
		return TASK_HASH;
	}
	if (can_compress) {
		*block_ret = block_at(pool, pool->taken++);
		return TASK_COMPRESS;
	}
	return TASK_NONE;
}

static int compress_block(
	struct rl_compressor *compressor, struct block *block, struct rl_error *err)
{
	int ret =
		rl_compressor_run(compressor, block->data, block->len, block->out, &block->out_len);

	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot compress a layer");
}

/* Hashes and writes out what has become of @block. */
static int write_block(
	const struct rl_layer_pool *pool, const struct block *block, struct rl_error *err)
{
	struct rl_layer_lane *lane = block->lane;

	if (!pool->compresses)
		return rl_sink_write(lane->out, block->data, block->len, err);
	if (lane->digest != NULL)
		rl_digest_add(lane->digest, block->out, block->out_len);
	return rl_sink_write(lane->out, block->out, block->out_len, err);
}

/* Notes what has become of a task; with the lock held. */
static void note(struct rl_layer_pool *pool, enum task task, struct block *block, int ret,
	const struct rl_error *err)
{
	if (ret != 0 && pool->failed.code == 0) {
		pool->failed = *err;
		pool->failed.code = -ret;
	}
	if (task == TASK_HASH) {
		pool->is_hashing = false;
		pool->hashed++;
	} else if (task == TASK_COMPRESS) {
		block->is_compressed = true;
	} else {
		pool->is_writing = false;
		pool->written++;
		block->lane->size += pool->compresses ? block->out_len : block->len;
	}
}

/* Does one task, if there is one. With the lock held, which is released meanwhile. */
static bool do_task(struct rl_layer_pool *pool, struct rl_compressor *compressor)
{
	struct rl_error err = {0};
	struct block *block = NULL;
	enum task task = next_task(pool, &block);
	int ret = 0;

	if (task == TASK_NONE)
		return false;
	(void)pthread_mutex_unlock(&pool->lock);
	if (task == TASK_COMPRESS)
		ret = compress_block(compressor, block, &err);
	else if (task == TASK_WRITE)
		ret = write_block(pool, block, &err);
	else if (block->lane->diff_id != NULL)
		rl_digest_add(block->lane->diff_id, block->data, block->len);
	(void)pthread_mutex_lock(&pool->lock);
	note(pool, task, block, ret, &err);
	(void)pthread_cond_broadcast(&pool->work);
	(void)pthread_cond_signal(&pool->done);
	return true;
}

static void *run(void *ctx)
{
	struct worker *worker = ctx;
	struct rl_layer_pool *pool = worker->pool;

	(void)pthread_mutex_lock(&pool->lock);
	while (!pool->is_over) {
		if (!do_task(pool, worker->compressor))
			(void)pthread_cond_wait(&pool->work, &pool->lock);
	}
	(void)pthread_mutex_unlock(&pool->lock);
	return NULL;
}

static void start_threads(struct rl_layer_pool *pool)
{
	pool->has_started = true;
	while (pool->thread_count < pool->thread_max) {
		struct worker *worker = &pool->workers[pool->thread_count];

		if (rl_thread_start(run, worker, STACK_SIZE, &worker->thread) != 0)
			break;
		pool->thread_count++;
	}
}

/*
 * Waits until the first @count blocks that were handed over are done with, or does what there is to do
 * for them. With the lock held.
 */
static int settle(struct rl_layer_pool *pool, uint64_t count, struct rl_error *err)
{
	while (pool->failed.code == 0) {
		if (pool->hashed >= count && pool->written >= count)
			return 0;
		if (pool->thread_count > 0)
			(void)pthread_cond_wait(&pool->done, &pool->lock);
		else
			(void)do_task(pool, pool->workers[0].compressor);
	}
	if (err != NULL)
		*err = pool->failed;
	return -pool->failed.code;
}

/* Puts a block into the ring, where there is room for it. With the lock held. */
static void put(struct rl_layer_pool *pool, struct rl_layer_lane *lane, char **data, size_t len)
{
	struct block *block = block_at(pool, pool->filled);
	char *old = block->data;

	block->data = *data;
	block->len = len;
	block->is_compressed = false;
	block->lane = lane;
	*data = old;
	lane->end = ++pool->filled;
	(void)pthread_cond_broadcast(&pool->work);
}

int rl_layer_pool_hand_over(struct rl_layer_pool *pool, struct rl_layer_lane *lane, char **data,
	size_t len, struct rl_error *err)
{
	int ret;

	/* One small block alone is not worth it. */
	if (!pool->has_started && len == pool->block_size)
		start_threads(pool);
	(void)pthread_mutex_lock(&pool->lock);
	/* Without threads nothing waits: what was just filled is in the processor's cache. */
	ret = settle(pool,
		pool->filled < pool->block_count ? 0 : pool->filled - pool->block_count + 1, err);
	if (ret == 0)
		put(pool, lane, data, len);
	if (ret == 0 && pool->thread_count == 0)
		ret = settle(pool, pool->filled, err);
	(void)pthread_mutex_unlock(&pool->lock);
	return ret;
}

int rl_layer_pool_settle(
	struct rl_layer_pool *pool, const struct rl_layer_lane *lane, struct rl_error *err)
{
	int ret;

	(void)pthread_mutex_lock(&pool->lock);
	ret = settle(pool, lane->end, err);
	(void)pthread_mutex_unlock(&pool->lock);
	return ret;
}

bool rl_layer_pool_is_unnamed(const struct rl_layer_pool *pool)
{
	return pool->is_unnamed;
}

bool rl_layer_pool_compresses(const struct rl_layer_pool *pool)
{
	return pool->compresses;
}

size_t rl_layer_pool_block(const struct rl_layer_pool *pool)
{
	return pool->block_size;
}

/* The size of blocks of which @layers are being filled. */
static size_t choose_block(const struct rl_compression *compression, size_t layers)
{
	size_t usual = rl_compression_block(compression), size = FILLING_MAX / layers;

	size -= size % BLOCK_UNIT;
	if (size < BLOCK_UNIT)
		size = BLOCK_UNIT;
	return size < usual ? size : usual;
}

/* How many threads there is memory for. */
static size_t affordable(
	const struct rl_layer_options *options, size_t layers, size_t block, size_t bound)
{
	size_t each = block + bound + rl_compression_memory(&options->compression);
	size_t filling = options->filling > layers ? options->filling : layers;
	/* Each layer has a sink that holds back some, too, if there are several. */
	size_t rest = filling * (block + (filling > 1 ? SINK_MEMORY : 0)) +
		      SPARE_BLOCKS * (block + bound);
	size_t most = 1;

	if (rest + each < MEMORY_MAX)
		most = (MEMORY_MAX - rest) / each;
	return options->threads < most ? options->threads : most;
}

static int make_blocks(struct rl_layer_pool *pool, size_t bound)
{
	size_t i;

	pool->blocks = calloc(pool->block_count, sizeof(*pool->blocks));
	if (pool->blocks == NULL)
		return -ENOMEM;
	for (i = 0; bound > 0 && i < pool->block_count; i++) {
		pool->blocks[i].out = malloc(bound);
		if (pool->blocks[i].out == NULL)
			return -ENOMEM;
	}
	return 0;
}

static int make_workers(struct rl_layer_pool *pool, const struct rl_compression *compression)
{
	size_t i;

	pool->workers = calloc(pool->worker_count, sizeof(*pool->workers));
	if (pool->workers == NULL)
		return -ENOMEM;
	for (i = 0; i < pool->worker_count; i++) {
		int ret = pool->compresses ? rl_compressor_new(compression, pool->block_size,
						     &pool->workers[i].compressor)
					   : 0;

		if (ret != 0)
			return ret;
		pool->workers[i].pool = pool;
	}
	return 0;
}

static int fill_in(struct rl_layer_pool *pool, const struct rl_layer_options *options)
{
	const struct rl_compression *compression = &options->compression;
	size_t bound, layers = options->layers > 0 ? options->layers : 1;
	int ret;

	pool->compresses = compression->method != RL_METHOD_NONE;
	pool->is_unnamed = options->is_unnamed;
	pool->block_size = choose_block(compression, layers);
	bound = rl_compression_bound(compression, pool->block_size);
	pool->thread_max = affordable(options, layers, pool->block_size, bound);
	pool->worker_count = pool->thread_max > 0 ? pool->thread_max : 1;
	pool->block_count = pool->thread_max + SPARE_BLOCKS;
	ret = make_blocks(pool, bound);
	return ret == 0 ? make_workers(pool, compression) : ret;
}

int rl_layer_pool_new(const struct rl_layer_options *options, struct rl_layer_pool **pool_ret,
	struct rl_error *err)
{
	struct rl_layer_pool *pool = calloc(1, sizeof(*pool));
	int ret;

	if (pool == NULL)
		return rl_error_set(err, ENOMEM, "cannot make layers");
	(void)pthread_mutex_init(&pool->lock, NULL);
	(void)pthread_cond_init(&pool->work, NULL);
	(void)pthread_cond_init(&pool->done, NULL);
	ret = fill_in(pool, options);
	if (ret != 0) {
		rl_layer_pool_free(pool);
		return rl_error_set(err, -ret, "cannot make layers");
	}
	*pool_ret = pool;
	return 0;
}

void rl_layer_pool_stop(struct rl_layer_pool *pool)
{
	size_t i;

	(void)pthread_mutex_lock(&pool->lock);
	pool->is_over = true;
	(void)pthread_cond_broadcast(&pool->work);
	(void)pthread_mutex_unlock(&pool->lock);
	for (i = 0; i < pool->thread_count; i++)
		(void)pthread_join(pool->workers[i].thread, NULL);
	pool->thread_count = 0;
}

void rl_layer_pool_free(struct rl_layer_pool *pool)
{
	size_t i;

	if (pool == NULL)
		return;
	rl_layer_pool_stop(pool);
	(void)pthread_cond_destroy(&pool->done);
	(void)pthread_cond_destroy(&pool->work);
	(void)pthread_mutex_destroy(&pool->lock);
	for (i = 0; pool->workers != NULL && i < pool->worker_count; i++)
		rl_compressor_free(pool->workers[i].compressor);
	for (i = 0; pool->blocks != NULL && i < pool->block_count; i++) {
		free(pool->blocks[i].data);
		free(pool->blocks[i].out);
	}
	free(pool->workers);
	free(pool->blocks);
	free(pool);
}
