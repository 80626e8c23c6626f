/* SPDX-License-Identifier: MIT */
/*
 * A ring of batches. A thread that is free takes the next batch: first it discovers names, which only
 * one thread does at a time, as the walk is one; then it fetches the files while another one discovers
 * the next. The reader takes batches in their order, each when it is ready.
 *
 * How far this runs ahead is bounded by the ring: in files, in bytes of content, in descriptors.
 */
#include "scan/ahead.h"

#include "common/thread.h"

#include <string.h>

/* How many batches there are at most, and how many files in one. */
#define BATCH_COUNT 8
#define SLOT_COUNT 64
/* How many directories a batch may touch, and how many files it may leave open. */
#define DIR_COUNT 16
#define OPEN_COUNT 16
/* Descriptors that one batch may hold. */
#define BATCH_FDS (2 * DIR_COUNT + OPEN_COUNT)
/* Room for contents, in bytes a batch. */
#define ROOM_SIZE ((size_t)1 << 20)
#define STACK_SIZE ((size_t)256 << 10)
#define THREAD_MAX 64

struct batch {
	struct rl_slot slots[SLOT_COUNT];
	size_t count;
	struct rl_fetch_room room;
	/* How it ended: 1: there may be more, 0: the walk is over, -ENOMEM. */
	int outcome;
	/* All is fetched: the reader may have it. */
	bool is_ready;
};

struct rl_ahead {
	struct rl_discovery *discovery;
	pthread_mutex_t lock;
	/* A batch is ready; a batch, or the discovery, is free. */
	pthread_cond_t ready, free;
	struct batch *batches;
	size_t batch_count;
	/* How many have been taken by threads, and by the reader: their numbers modulo the ring. */
	size_t taken, read;
	/* What of the batch at @read has been given. */
	size_t given;
	bool reads_content;
	bool is_discovering;
	/* Nothing more is to be discovered. */
	bool is_over;
	pthread_t *threads;
	struct worker *workers;
	unsigned int thread_count;
	/* For the steps that are made without threads. */
	struct rl_fetch fetch;
};

struct worker {
	struct rl_ahead *ahead;
	struct rl_fetch fetch;
};

/* Discovers what belongs into @batch. */
static int discover(struct rl_discovery *discovery, struct rl_fetch *fetch, struct batch *batch)
{
	const struct rl_dir *last = NULL;
	size_t dirs = 0;
	int ret = 1;

	rl_discovery_catch_up(discovery);
	while (ret == 1 && batch->count < SLOT_COUNT && dirs < DIR_COUNT) {
		struct rl_slot *slot = &batch->slots[batch->count];

		ret = rl_discovery_next(discovery, fetch, slot);
		if (ret != 1)
			break;
		batch->count++;
		dirs += slot->self != NULL || slot->dir != last;
		last = slot->dir;
	}
	return ret;
}

/* Fetches what the discovery has not fetched itself. */
static int fetch_all(const struct rl_ahead *ahead, struct rl_fetch *fetch, struct batch *batch)
{
	size_t i, open = 0, most = ahead->reads_content ? OPEN_COUNT : 0;

	for (i = 0; i < batch->count; i++) {
		struct rl_slot *slot = &batch->slots[i];

		if (!rl_discovery_has_fetched(slot) && rl_fetch(fetch, slot) != 0) {
			batch->count = i;
			return -ENOMEM;
		}
		/* Only a content that is still to be read needs the file again. */
		if (slot->handle.fd >= 0 && (!S_ISREG(slot->entry.mode) || slot->handle.is_path ||
						    slot->entry.size == 0 || open == most))
			rl_handle_close(&slot->handle);
		open += slot->handle.fd >= 0;
	}
	return 0;
}

static void empty(struct batch *batch)
{
	size_t i;

	for (i = 0; i < batch->count; i++)
		rl_slot_clear(&batch->slots[i]);
	batch->count = 0;
	batch->room.used = 0;
	batch->is_ready = false;
}

/* Takes one batch all the way. The lock is held when this is called, and when it returns. */
static void work(struct rl_ahead *ahead, struct rl_fetch *fetch)
{
	struct batch *batch = &ahead->batches[ahead->taken++ % ahead->batch_count];
	int ret, outcome;

	ahead->is_discovering = true;
	(void)pthread_mutex_unlock(&ahead->lock);
	fetch->room = ahead->reads_content ? &batch->room : NULL;
	outcome = discover(ahead->discovery, fetch, batch);
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->is_discovering = false;
	ahead->is_over = ahead->is_over || outcome != 1;
	(void)pthread_cond_signal(&ahead->free);
	(void)pthread_mutex_unlock(&ahead->lock);
	ret = fetch_all(ahead, fetch, batch);
	(void)pthread_mutex_lock(&ahead->lock);
	batch->outcome = ret != 0 ? ret : outcome;
	batch->is_ready = true;
	(void)pthread_cond_signal(&ahead->ready);
}

static void *run(void *ctx)
{
	struct worker *worker = ctx;
	struct rl_ahead *ahead = worker->ahead;

	(void)pthread_mutex_lock(&ahead->lock);
	while (!ahead->is_over) {
		if (ahead->is_discovering || ahead->taken - ahead->read == ahead->batch_count)
			(void)pthread_cond_wait(&ahead->free, &ahead->lock);
		else
			work(ahead, &worker->fetch);
	}
	/* Wakes the next one, to end too. */
	(void)pthread_cond_signal(&ahead->free);
	(void)pthread_mutex_unlock(&ahead->lock);
	return NULL;
}

static void start_threads(struct rl_ahead *ahead, unsigned int count)
{
	ahead->threads = calloc(count, sizeof(*ahead->threads));
	ahead->workers = calloc(count, sizeof(*ahead->workers));
	if (ahead->threads == NULL || ahead->workers == NULL)
		return;
	while (ahead->thread_count < count) {
		struct worker *worker = &ahead->workers[ahead->thread_count];

		*worker = (struct worker){.ahead = ahead, .fetch = ahead->fetch};
		if (rl_thread_start(
			    run, worker, STACK_SIZE, &ahead->threads[ahead->thread_count]) != 0)
			break;
		ahead->thread_count++;
	}
}

static int make_batches(struct rl_ahead *ahead, bool has_room)
{
	size_t i, j;

	ahead->batches = calloc(ahead->batch_count, sizeof(*ahead->batches));
	if (ahead->batches == NULL)
		return -ENOMEM;
	for (i = 0; i < ahead->batch_count; i++) {
		struct batch *batch = &ahead->batches[i];

		for (j = 0; j < SLOT_COUNT; j++)
			rl_slot_init(&batch->slots[j]);
		if (!has_room)
			continue;
		batch->room.data = malloc(ROOM_SIZE);
		if (batch->room.data == NULL)
			return -ENOMEM;
		batch->room.size = ROOM_SIZE;
	}
	return 0;
}

int rl_ahead_start(const struct rl_ahead_options *options, struct rl_ahead **ahead_ret)
{
	struct rl_ahead *ahead = calloc(1, sizeof(*ahead));
	size_t batches = options->fd_limit / BATCH_FDS;
	unsigned int threads = options->threads < THREAD_MAX ? options->threads : THREAD_MAX;
	int ret;

	if (ahead == NULL)
		return -ENOMEM;
	(void)pthread_mutex_init(&ahead->lock, NULL);
	(void)pthread_cond_init(&ahead->ready, NULL);
	(void)pthread_cond_init(&ahead->free, NULL);
	ahead->discovery = options->discovery;
	ahead->reads_content = options->reads_content;
	ahead->fetch.meta = options->meta;
	ahead->fetch.cache.is_kept = options->keeps_page_cache;
	if (batches < 2)
		threads = 0;
	ahead->batch_count = threads == 0 ? 1 : batches < BATCH_COUNT ? batches : BATCH_COUNT;
	ret = make_batches(ahead, threads > 0 && options->reads_content);
	if (ret != 0) {
		rl_ahead_stop(ahead);
		return ret;
	}
	if (threads > 0)
		start_threads(ahead, threads);
	*ahead_ret = ahead;
	return 0;
}

/* One step, when it is asked for. */
static int step(struct rl_ahead *ahead, struct rl_slot **slot_ret)
{
	struct batch *batch = &ahead->batches[0];
	int ret;

	empty(batch);
	*slot_ret = &batch->slots[0];
	rl_discovery_catch_up(ahead->discovery);
	batch->count = 1;
	ret = rl_discovery_next(ahead->discovery, &ahead->fetch, *slot_ret);
	if (ret == 1 && !rl_discovery_has_fetched(*slot_ret))
		ret = rl_fetch(&ahead->fetch, *slot_ret) == 0 ? 1 : -ENOMEM;
	return ret;
}

/* The batch that the reader is at. */
static struct batch *current(const struct rl_ahead *ahead)
{
	return &ahead->batches[ahead->read % ahead->batch_count];
}

/* Waits for it. Once is enough: a batch that is ready stays so. */
static struct batch *await(struct rl_ahead *ahead)
{
	struct batch *batch = current(ahead);

	(void)pthread_mutex_lock(&ahead->lock);
	while (!batch->is_ready)
		(void)pthread_cond_wait(&ahead->ready, &ahead->lock);
	(void)pthread_mutex_unlock(&ahead->lock);
	return batch;
}

int rl_ahead_next(struct rl_ahead *ahead, struct rl_slot **slot_ret)
{
	if (ahead->thread_count == 0)
		return step(ahead, slot_ret);
	for (;;) {
		struct batch *batch = ahead->given > 0 ? current(ahead) : await(ahead);

		if (ahead->given < batch->count) {
			*slot_ret = &batch->slots[ahead->given++];
			return 1;
		}
		if (batch->outcome != 1)
			return batch->outcome;
		empty(batch);
		ahead->given = 0;
		(void)pthread_mutex_lock(&ahead->lock);
		ahead->read++;
		(void)pthread_cond_signal(&ahead->free);
		(void)pthread_mutex_unlock(&ahead->lock);
	}
}

void rl_ahead_stop(struct rl_ahead *ahead)
{
	size_t i, j;

	if (ahead == NULL)
		return;
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->is_over = true;
	(void)pthread_cond_broadcast(&ahead->free);
	(void)pthread_mutex_unlock(&ahead->lock);
	for (i = 0; i < ahead->thread_count; i++) {
		(void)pthread_join(ahead->threads[i], NULL);
		rl_page_cache_free(&ahead->workers[i].fetch.cache);
	}
	for (i = 0; ahead->batches != NULL && i < ahead->batch_count; i++) {
		for (j = 0; j < SLOT_COUNT; j++)
			rl_slot_free(&ahead->batches[i].slots[j]);
		free(ahead->batches[i].room.data);
	}
	rl_page_cache_free(&ahead->fetch.cache);
	(void)pthread_cond_destroy(&ahead->ready);
	(void)pthread_cond_destroy(&ahead->free);
	(void)pthread_mutex_destroy(&ahead->lock);
	free(ahead->batches);
	free(ahead->threads);
	free(ahead->workers);
	free(ahead);
}
