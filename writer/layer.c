/* SPDX-License-Identifier: MIT */
/*
 * Blocks in a ring. Each is filled by who writes, then hashed, compressed and written out. Hashing and
 * writing out go in order, so one thread at a time does either; any number compress. No thread has a task
 * of its own: who is idle does what holds up the ring most, so that all processors have work whatever
 * takes longest, and without threads the writer does the same in the same way.
 */
#include "writer/layer.h"

#include "common/thread.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

/* Blocks beside one for each thread: one is being filled, one waits to be written out. */
#define SPARE_BLOCKS 2
/* As much as all blocks and compressors may take, in bytes. Hard levels get fewer threads for it. */
#define MEMORY_MAX ((size_t)88 << 20)
#define STACK_SIZE ((size_t)512 << 10)

struct block {
	/* Both owned; @out is NULL if nothing is compressed. */
	char *data, *out;
	size_t len, out_len;
	bool is_compressed;
};

enum task { TASK_NONE, TASK_HASH, TASK_COMPRESS, TASK_WRITE };

struct worker {
	struct rl_layer *layer;
	pthread_t thread;
	/* NULL if nothing is compressed. Owned. */
	struct rl_compressor *compressor;
};

struct rl_layer {
	/* Borrowed. */
	struct rl_sink *out;
	/* Where the layer is written to. Owned. */
	struct rl_sink *sink;
	/* Both NULL if there are to be none; of the blob if nothing is compressed: it is the same. Owned. */
	struct rl_digest *diff_id, *digest;
	bool compresses;
	size_t block_size;
	/* Blocks and workers; without threads there is one worker, which is the writer. Owned. */
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
	/* Bytes that have been written out. */
	uint64_t size;
	/* What has failed first. */
	struct rl_error failed;
};

static struct block *block_at(const struct rl_layer *layer, uint64_t number)
{
	return &layer->blocks[number % layer->block_count];
}

/* What is to be done next; it is the caller's then. With the lock held. */
static enum task next_task(struct rl_layer *layer, struct block **block_ret)
{
	bool can_hash = !layer->is_hashing && layer->hashed < layer->filled;
	bool can_compress = layer->compresses && layer->taken < layer->filled;

	if (layer->failed.code != 0)
		return TASK_NONE;
	if (!layer->is_writing && layer->written < layer->filled &&
		(!layer->compresses || block_at(layer, layer->written)->is_compressed)) {
		layer->is_writing = true;
		*block_ret = block_at(layer, layer->written);
		return TASK_WRITE;
	}
	/* The older block first. Of one, hashing: it is still in the cache when it is compressed. */
	if (can_hash && (!can_compress || layer->hashed <= layer->taken)) {
		layer->is_hashing = true;
		*block_ret = block_at(layer, layer->hashed);
		return TASK_HASH;
	}
	if (can_compress) {
		*block_ret = block_at(layer, layer->taken++);
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
static int write_block(struct rl_layer *layer, const struct block *block, struct rl_error *err)
{
	if (!layer->compresses)
		return rl_sink_write(layer->out, block->data, block->len, err);
	if (layer->digest != NULL)
		rl_digest_add(layer->digest, block->out, block->out_len);
	return rl_sink_write(layer->out, block->out, block->out_len, err);
}

/* Notes what has become of a task; with the lock held. */
static void note(struct rl_layer *layer, enum task task, struct block *block, int ret,
	const struct rl_error *err)
{
	if (ret != 0 && layer->failed.code == 0) {
		layer->failed = *err;
		layer->failed.code = -ret;
	}
	if (task == TASK_HASH) {
		layer->is_hashing = false;
		layer->hashed++;
	} else if (task == TASK_COMPRESS) {
		block->is_compressed = true;
	} else {
		layer->is_writing = false;
		layer->written++;
		layer->size += layer->compresses ? block->out_len : block->len;
	}
}

/* Does one task, if there is one. With the lock held, which is released meanwhile. */
static bool do_task(struct rl_layer *layer, struct rl_compressor *compressor)
{
	struct rl_error err = {0};
	struct block *block = NULL;
	enum task task = next_task(layer, &block);
	int ret = 0;

	if (task == TASK_NONE)
		return false;
	(void)pthread_mutex_unlock(&layer->lock);
	if (task == TASK_COMPRESS)
		ret = compress_block(compressor, block, &err);
	else if (task == TASK_WRITE)
		ret = write_block(layer, block, &err);
	else if (layer->diff_id != NULL)
		rl_digest_add(layer->diff_id, block->data, block->len);
	(void)pthread_mutex_lock(&layer->lock);
	note(layer, task, block, ret, &err);
	(void)pthread_cond_broadcast(&layer->work);
	(void)pthread_cond_signal(&layer->done);
	return true;
}

static void *run(void *ctx)
{
	struct worker *worker = ctx;
	struct rl_layer *layer = worker->layer;

	(void)pthread_mutex_lock(&layer->lock);
	while (!layer->is_over) {
		if (!do_task(layer, worker->compressor))
			(void)pthread_cond_wait(&layer->work, &layer->lock);
	}
	(void)pthread_mutex_unlock(&layer->lock);
	return NULL;
}

static void start_threads(struct rl_layer *layer)
{
	layer->has_started = true;
	while (layer->thread_count < layer->thread_max) {
		struct worker *worker = &layer->workers[layer->thread_count];

		if (rl_thread_start(run, worker, STACK_SIZE, &worker->thread) != 0)
			break;
		layer->thread_count++;
	}
}

/*
 * Waits until at most @rest of the blocks that were handed over are still needed, or does what there
 * is to do for them. With the lock held.
 */
static int settle(struct rl_layer *layer, uint64_t rest, struct rl_error *err)
{
	while (layer->failed.code == 0) {
		uint64_t oldest = layer->hashed < layer->written ? layer->hashed : layer->written;

		if (layer->filled - oldest <= rest)
			return 0;
		if (layer->thread_count > 0)
			(void)pthread_cond_wait(&layer->done, &layer->lock);
		else
			(void)do_task(layer, layer->workers[0].compressor);
	}
	if (err != NULL)
		*err = layer->failed;
	return -layer->failed.code;
}

/* Hands over the block that is being filled, and waits until there is one to be filled next. */
static int hand_over(struct rl_layer *layer, struct rl_error *err)
{
	struct block *next;
	int ret;

	(void)pthread_mutex_lock(&layer->lock);
	if (layer->failed.code == 0) {
		layer->filled++;
		(void)pthread_cond_broadcast(&layer->work);
	}
	ret = settle(layer, layer->block_count - 1, err);
	if (ret == 0) {
		next = block_at(layer, layer->filled);
		next->len = 0;
		next->is_compressed = false;
	}
	(void)pthread_mutex_unlock(&layer->lock);
	return ret;
}

/* rl_sink_call() of the layer's sink. */
static int take(void *ctx, const void *data, size_t size, struct rl_error *err)
{
	struct rl_layer *layer = ctx;
	const char *from = data;

	/* Only this thread changes @filled, and the block that it is at is this thread's. */
	while (size > 0) {
		struct block *block = block_at(layer, layer->filled);
		size_t room = layer->block_size - block->len, len = size < room ? size : room;
		int ret;

		memcpy(block->data + block->len, from, len);
		block->len += len;
		from += len;
		size -= len;
		if (block->len < layer->block_size)
			break;
		if (!layer->has_started)
			start_threads(layer);
		ret = hand_over(layer, err);
		if (ret != 0)
			return ret;
	}
	return 0;
}

/* How many threads there is memory for. */
static size_t affordable(const struct rl_layer_options *options)
{
	const struct rl_compression *compression = &options->compression;
	size_t block = rl_compression_block(compression) + rl_compression_bound(compression);
	size_t each = block + rl_compression_memory(compression);
	size_t most = (MEMORY_MAX - SPARE_BLOCKS * block) / each;

	if (most < 1)
		most = 1;
	return options->threads < most ? options->threads : most;
}

static int make_blocks(struct rl_layer *layer, const struct rl_compression *compression)
{
	size_t i, bound = rl_compression_bound(compression);

	layer->blocks = calloc(layer->block_count, sizeof(*layer->blocks));
	if (layer->blocks == NULL)
		return -ENOMEM;
	for (i = 0; i < layer->block_count; i++) {
		struct block *block = &layer->blocks[i];

		block->data = malloc(layer->block_size);
		block->out = bound > 0 ? malloc(bound) : NULL;
		if (block->data == NULL || (bound > 0 && block->out == NULL))
			return -ENOMEM;
	}
	return 0;
}

static int make_workers(struct rl_layer *layer, const struct rl_compression *compression)
{
	size_t i;

	layer->workers = calloc(layer->worker_count, sizeof(*layer->workers));
	if (layer->workers == NULL)
		return -ENOMEM;
	for (i = 0; i < layer->worker_count; i++) {
		int ret = layer->compresses
				  ? rl_compressor_new(compression, &layer->workers[i].compressor)
				  : 0;

		if (ret != 0)
			return ret;
		layer->workers[i].layer = layer;
	}
	return 0;
}

static int fill_in(struct rl_layer *layer, const struct rl_layer_options *options)
{
	const struct rl_compression *compression = &options->compression;
	int ret;

	layer->compresses = compression->method != RL_METHOD_NONE;
	layer->block_size = rl_compression_block(compression);
	layer->thread_max = affordable(options);
	layer->worker_count = layer->thread_max > 0 ? layer->thread_max : 1;
	layer->block_count = layer->thread_max > 0 ? layer->thread_max + SPARE_BLOCKS : 1;
	ret = make_blocks(layer, compression);
	if (ret == 0)
		ret = make_workers(layer, compression);
	if (ret == 0 && !options->is_unnamed)
		ret = rl_digest_new(&layer->diff_id);
	if (ret == 0 && !options->is_unnamed && layer->compresses)
		ret = rl_digest_new(&layer->digest);
	if (ret == 0)
		ret = rl_sink_open_call(take, layer, &layer->sink);
	return ret;
}

int rl_layer_open(struct rl_sink *out, const struct rl_layer_options *options,
	struct rl_layer **layer_ret, struct rl_error *err)
{
	struct rl_layer *layer = calloc(1, sizeof(*layer));
	int ret;

	if (layer == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin a layer");
	layer->out = out;
	(void)pthread_mutex_init(&layer->lock, NULL);
	(void)pthread_cond_init(&layer->work, NULL);
	(void)pthread_cond_init(&layer->done, NULL);
	ret = fill_in(layer, options);
	if (ret != 0) {
		rl_layer_free(layer);
		return rl_error_set(err, -ret, "cannot begin a layer");
	}
	*layer_ret = layer;
	return 0;
}

struct rl_sink *rl_layer_sink(struct rl_layer *layer)
{
	return layer->sink;
}

/* Hands over what there is of a block, if only @is_wanted, and waits until nothing is left to do. */
static int hand_over_rest(struct rl_layer *layer, bool is_wanted, struct rl_error *err)
{
	int ret;

	(void)pthread_mutex_lock(&layer->lock);
	if (is_wanted && layer->failed.code == 0) {
		layer->filled++;
		(void)pthread_cond_broadcast(&layer->work);
	}
	ret = settle(layer, 0, err);
	if (ret == 0) {
		struct block *next = block_at(layer, layer->filled);

		next->len = 0;
		next->is_compressed = false;
	}
	(void)pthread_mutex_unlock(&layer->lock);
	return ret;
}

int rl_layer_settle(struct rl_layer *layer, struct rl_error *err)
{
	return hand_over_rest(layer, block_at(layer, layer->filled)->len > 0, err);
}

static int finish_digests(const struct rl_layer *layer, struct rl_layer_facts *facts)
{
	int ret;

	facts->diff_id[0] = '\0';
	facts->digest[0] = '\0';
	if (layer->diff_id == NULL)
		return 0;
	ret = rl_digest_finish(layer->diff_id, facts->diff_id);
	if (ret == 0 && layer->compresses)
		ret = rl_digest_finish(layer->digest, facts->digest);
	else if (ret == 0)
		memcpy(facts->digest, facts->diff_id, sizeof(facts->digest));
	return ret;
}

int rl_layer_finish(struct rl_layer *layer, struct rl_layer_facts *facts, struct rl_error *err)
{
	/* Of nothing something is made too: a file that can be decompressed. */
	bool has_rest = block_at(layer, layer->filled)->len > 0 ||
			(layer->compresses && layer->filled == 0);
	int ret = hand_over_rest(layer, has_rest, err);

	if (ret != 0)
		return ret;
	facts->size = layer->size;
	facts->uncompressed = rl_sink_position(layer->sink);
	ret = finish_digests(layer, facts);
	return ret == 0 ? 0 : rl_error_text(err, -ret, "cannot compute the digest of a layer");
}

void rl_layer_free(struct rl_layer *layer)
{
	size_t i;

	if (layer == NULL)
		return;
	(void)pthread_mutex_lock(&layer->lock);
	layer->is_over = true;
	(void)pthread_cond_broadcast(&layer->work);
	(void)pthread_mutex_unlock(&layer->lock);
	for (i = 0; i < layer->thread_count; i++)
		(void)pthread_join(layer->workers[i].thread, NULL);
	(void)pthread_cond_destroy(&layer->done);
	(void)pthread_cond_destroy(&layer->work);
	(void)pthread_mutex_destroy(&layer->lock);
	for (i = 0; layer->workers != NULL && i < layer->worker_count; i++)
		rl_compressor_free(layer->workers[i].compressor);
	for (i = 0; layer->blocks != NULL && i < layer->block_count; i++) {
		free(layer->blocks[i].data);
		free(layer->blocks[i].out);
	}
	free(layer->workers);
	free(layer->blocks);
	rl_digest_free(layer->diff_id);
	rl_digest_free(layer->digest);
	rl_sink_free(layer->sink);
	free(layer);
}
