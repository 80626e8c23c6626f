/* SPDX-License-Identifier: MIT */
/* gzip, zstd, cmp and sha256sum judge. */
#include "host/confine.h"
#include "tests/unit/unit.h"
#include "writer/layer.h"

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define INPUT_SIZE ((size_t)50 << 20)

/* A scratch directory with the files "in" and "blob". */
static char scratch[] = "/tmp/rootlift-layer-XXXXXX";
/* INPUT_SIZE bytes of words and noise. */
static char *input;

/* How much of it is used, and which of the numbers of threads: valgrind is 50 times as slow. */
static size_t most = INPUT_SIZE;
static size_t thread_counts = 5;

/* How many threads can be started from now on. */
static int threads_left = 1000;

int __real_pthread_create(
	pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *ctx);
int __wrap_pthread_create(
	pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *ctx);

int __wrap_pthread_create(
	pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *ctx)
{
	if (threads_left == 0)
		return EAGAIN;
	threads_left--;
	return __real_pthread_create(thread, attributes, run, ctx);
}

static int set_up(void **state)
{
	static const char words[][9] = {"usr/lib/", "the ", "int ", "\0\0\0\0\0\0\0", "=\n"};
	unsigned int seed = 1;
	size_t len = 0;

	(void)state;
	if (is_under_valgrind()) {
		most = (size_t)5 << 20;
		thread_counts = 2;
	}
	input = malloc(INPUT_SIZE);
	if (input == NULL || mkdtemp(scratch) == NULL || chdir(scratch) != 0)
		return -1;
	while (len + 8 <= INPUT_SIZE) {
		seed = seed * 1103515245U + 12345U;
		memcpy(input + len, words[(seed >> 16) % COUNT(words)], 8);
		if ((seed >> 20) % 4 == 0)
			memcpy(input + len, &seed, sizeof(seed));
		len += 3 + (seed >> 24) % 6;
	}
	memset(input + len, 0, INPUT_SIZE - len);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(input);
	(void)unlink("in");
	(void)unlink("blob");
	return chdir("/") != 0 || rmdir(scratch) != 0 ? -1 : 0;
}

/* Writes @size bytes of the input to @layer in pieces of all sizes. */
static int put(struct rl_layer *layer, size_t size, struct rl_error *err)
{
	static const size_t pieces[] = {512, 1, 100000, 512, 3000000, 511, 65536};
	size_t at = 0, i = 0;
	int ret = 0;

	while (ret == 0 && at < size) {
		size_t piece = pieces[i++ % COUNT(pieces)];

		piece = piece < size - at ? piece : size - at;
		ret = rl_sink_write(rl_layer_sink(layer), input + at, piece, err);
		at += piece;
	}
	return ret;
}

/* Makes the file "blob" of @size bytes of the input. */
static struct rl_layer_facts make(const char *text, unsigned int threads, size_t size)
{
	struct rl_layer_options options = {.threads = threads};
	struct rl_layer_facts facts = {0};
	struct rl_layer_pool *pool;
	struct rl_layer *layer;
	struct rl_sink *sink;

	assert_int_equal(rl_compression_parse(text, &options.compression), 0);
	assert_int_equal(rl_sink_open_file("blob", &sink, NULL), 0);
	assert_int_equal(rl_layer_pool_new(&options, &pool, NULL), 0);
	assert_int_equal(rl_layer_open(pool, sink, &layer, NULL), 0);
	assert_int_equal(put(layer, size, NULL), 0);
	assert_int_equal(rl_layer_finish(layer, &facts, NULL), 0);
	rl_layer_free(layer);
	rl_layer_pool_free(pool);
	assert_int_equal(rl_sink_position(sink), facts.size);
	assert_int_equal(facts.uncompressed, size);
	assert_int_equal(rl_sink_commit(sink, NULL), 0);
	rl_sink_free(sink);
	return facts;
}

/* Whether @facts are those of "blob", and of @size bytes of the input that come out of it again. */
static void judge(const char *text, const struct rl_layer_facts *facts, size_t size)
{
	const char *method = text[0] == 'n' ? "cat" : text[0] == 'g' ? "gzip -dc" : "zstd -dcq";
	int fd = open("in", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char line[512];

	assert_int_equal(write(fd, input, size), size);
	assert_int_equal(close(fd), 0);
	(void)snprintf(line, sizeof(line),
		"%s <blob | cmp - in && [ sha256:\"$(sha256sum <blob)\" = '%s  -' ] &&"
		" [ $(wc -c <blob) = %llu ] && [ sha256:\"$(sha256sum <in)\" = '%s  -' ]",
		method, facts->digest, (unsigned long long)facts->size, facts->diff_id);
	if (system(line) != 0)
		fail_msg("%s, %zu bytes: %s", text, size, line);
}

/* What is settled has been written out, and what comes then is compressed by itself. */
static void settled_between(void **state)
{
	static const char *const texts[] = {"none", "gzip:1", "zstd:1"};
	const size_t size = (size_t)3 << 20;
	size_t i, threads;

	(void)state;
	for (i = 0; i < 2 * COUNT(texts); i++) {
		struct rl_layer_options options = {.is_unnamed = true};
		struct rl_layer_facts facts = {0};
		struct rl_layer_pool *pool;
		struct rl_layer *layer;
		struct rl_sink *sink;
		uint64_t settled;
		char line[256];

		threads = i / COUNT(texts) * 3;
		options.threads = (unsigned int)threads;
		assert_int_equal(
			rl_compression_parse(texts[i % COUNT(texts)], &options.compression), 0);
		assert_int_equal(rl_sink_open_file("blob", &sink, NULL), 0);
		assert_int_equal(rl_layer_pool_new(&options, &pool, NULL), 0);
		assert_int_equal(rl_layer_open(pool, sink, &layer, NULL), 0);
		/* Of nothing yet nothing comes. */
		assert_int_equal(rl_layer_settle(layer, NULL), 0);
		assert_int_equal(rl_sink_position(sink), 0);
		assert_int_equal(put(layer, size, NULL), 0);
		assert_int_equal(rl_layer_settle(layer, NULL), 0);
		assert_int_equal(rl_layer_settle(layer, NULL), 0);
		settled = rl_sink_position(sink);
		assert_int_equal(put(layer, 1024, NULL), 0);
		assert_int_equal(rl_sink_position(sink), settled);
		assert_int_equal(rl_layer_finish(layer, &facts, NULL), 0);
		assert_int_equal(rl_sink_position(sink), facts.size);
		assert_int_equal(facts.uncompressed, size + 1024);
		assert_string_equal(facts.digest, "");
		assert_string_equal(facts.diff_id, "");
		rl_layer_free(layer);
		rl_layer_pool_free(pool);
		assert_int_equal(rl_sink_commit(sink, NULL), 0);
		rl_sink_free(sink);
		(void)snprintf(line, sizeof(line),
			"tail -c +%llu <blob | %s >in && [ $(wc -c <in) = 1024 ]",
			(unsigned long long)settled + 1,
			i % 3 == 0   ? "cat"
			: i % 3 == 1 ? "gzip -dc"
				     : "zstd -dcq");
		assert_int_equal(system(line), 0);
	}
}

static void any_size(void **state)
{
	static const char *const texts[] = {"none", "gzip:1", "zstd:1"};
	static const size_t blocks[] = {(size_t)512 << 10, (size_t)1 << 20, (size_t)4 << 20};
	size_t i, j, k;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		const size_t sizes[] = {
			0, 1, 1024, blocks[i] - 1, blocks[i], blocks[i] + 1, 2 * blocks[i] + 1};

		for (j = 0; j < COUNT(sizes); j++) {
			struct rl_layer_facts all[3];

			if (sizes[j] > most)
				continue;
			for (k = 0; k < COUNT(all); k++)
				all[k] = make(texts[i], (unsigned int)k, sizes[j]);
			judge(texts[i], &all[2], sizes[j]);
			assert_memory_equal(&all[0], &all[2], sizeof(all[0]));
			assert_memory_equal(&all[1], &all[2], sizeof(all[0]));
		}
	}
}

static void large(void **state)
{
	static const char *const texts[] = {"none", "gzip:1", "zstd:1"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		struct rl_layer_facts facts = make(texts[i], 8, most);

		judge(texts[i], &facts, most);
	}
}

/* However many threads there are. */
static void same_bytes(void **state)
{
	static const char *const texts[] = {"none", "gzip", "zstd", "zstd:12"};
	static const unsigned int threads[] = {0, 8, 1, 2, 64};
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		/* More than two threads have blocks for. */
		size_t size = i < 3 ? (size_t)21 << 20 : (size_t)9 << 20;
		struct rl_layer_facts first, facts;

		size = size < most ? size : most;
		first = make(texts[i], 2, size);
		judge(texts[i], &first, size);
		for (j = 0; j < thread_counts; j++) {
			facts = make(texts[i], threads[j], size);
			assert_memory_equal(&facts, &first, sizeof(facts));
		}
	}
}

static void without_threads(void **state)
{
	struct rl_layer_facts first = make("zstd:1", 8, most / 3), facts;
	int left;

	(void)state;
	for (left = 0; left < 2; left++) {
		threads_left = left;
		facts = make("zstd:1", 8, most / 3);
		threads_left = 1000;
		assert_memory_equal(&facts, &first, sizeof(facts));
	}
}

/* An output that takes @room bytes. */
struct narrow {
	size_t room;
	int failed;
	bool was_other_thread, takes_signals;
	pthread_t writer;
};

static int take(void *ctx, const void *data, size_t size, struct rl_error *err)
{
	struct narrow *narrow = ctx;
	sigset_t blocked;

	(void)data;
	narrow->was_other_thread |= pthread_equal(pthread_self(), narrow->writer) == 0;
	assert(pthread_sigmask(SIG_BLOCK, NULL, &blocked) == 0);
	narrow->takes_signals |= sigismember(&blocked, SIGTERM) == 0;
	if (size > narrow->room) {
		narrow->failed++;
		return rl_error_set(err, ENOSPC, "cannot write to 'narrow'");
	}
	narrow->room -= size;
	return 0;
}

static void begin(struct narrow *narrow, const char *text, unsigned int threads,
	struct rl_sink **sink, struct rl_layer_pool **pool, struct rl_layer **layer)
{
	struct rl_layer_options options = {.threads = threads};

	narrow->writer = pthread_self();
	assert_int_equal(rl_compression_parse(text, &options.compression), 0);
	assert_int_equal(rl_sink_open_call(take, narrow, sink), 0);
	assert_int_equal(rl_layer_pool_new(&options, pool, NULL), 0);
	assert_int_equal(rl_layer_open(*pool, *sink, layer, NULL), 0);
}

/* Once to @out, and to whoever asks. */
static void failure_is_told(void **state)
{
	static const char *const texts[] = {"none", "gzip:1", "zstd:1"};
	static const size_t rooms[] = {0, 1000000, (size_t)3 << 20};
	size_t i, threads, j;

	(void)state;
	for (i = 0; i < COUNT(texts) * COUNT(rooms); i++) {
		for (threads = 0; threads <= 8; threads += is_under_valgrind() ? 8 : 4) {
			struct narrow narrow = {.room = rooms[i / COUNT(texts)]};
			struct rl_layer_facts facts;
			struct rl_error err = {0};
			struct rl_layer_pool *pool;
			struct rl_layer *layer;
			struct rl_sink *sink;

			begin(&narrow, texts[i % COUNT(texts)], (unsigned int)threads, &sink, &pool,
				&layer);
			assert_int_equal(put(layer, INPUT_SIZE, &err), -ENOSPC);
			for (j = 0; j < 2; j++) {
				assert_int_equal(err.code, ENOSPC);
				assert_string_equal(err.message,
					"cannot write to 'narrow': No space left on device");
				err = (struct rl_error){0};
				assert_int_equal(rl_layer_finish(layer, &facts, &err), -ENOSPC);
			}
			assert_int_equal(put(layer, INPUT_SIZE, NULL), -ENOSPC);
			rl_layer_free(layer);
			rl_layer_pool_free(pool);
			rl_sink_free(sink);
			assert_int_equal(narrow.failed, 1);
		}
	}
}

/* The end alone cannot be written. */
static void failure_at_the_end(void **state)
{
	struct narrow narrow = {.room = 0};
	struct rl_layer_facts facts;
	struct rl_error err = {0};
	struct rl_layer_pool *pool;
	struct rl_layer *layer;
	struct rl_sink *sink;

	(void)state;
	begin(&narrow, "gzip", 2, &sink, &pool, &layer);
	assert_int_equal(put(layer, 1024, &err), 0);
	assert_int_equal(rl_layer_finish(layer, &facts, &err), -ENOSPC);
	assert_int_equal(err.code, ENOSPC);
	rl_layer_free(layer);
	rl_layer_pool_free(pool);
	rl_sink_free(sink);
	assert_int_equal(narrow.failed, 1);
}

static void given_up(void **state)
{
	static const size_t sizes[] = {0, 1000, (size_t)9 << 20};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(sizes); i++) {
		struct narrow narrow = {.room = SIZE_MAX};
		struct rl_layer_pool *pool;
		struct rl_layer *layer;
		struct rl_sink *sink;

		begin(&narrow, "gzip:1", 4, &sink, &pool, &layer);
		assert_false(rl_sink_can_rewind(rl_layer_sink(layer)));
		assert_false(rl_sink_can_move(rl_layer_sink(layer)));
		assert_false(rl_sink_can_share(rl_layer_sink(layer)));
		assert_int_equal(put(layer, sizes[i], NULL), 0);
		assert_int_equal(rl_sink_position(rl_layer_sink(layer)), sizes[i]);
		assert_int_equal(rl_sink_reached(rl_layer_sink(layer)), sizes[i]);
		rl_layer_free(layer);
		rl_layer_pool_free(pool);
		rl_sink_free(sink);
	}
	rl_layer_free(NULL);
	rl_layer_pool_free(NULL);
}

/* How far each of several layers is. */
struct part {
	struct rl_layer *layer;
	struct rl_sink *sink;
	size_t at, size;
};

/* Writes to all in turn, in pieces of all sizes. */
static int put_in_turn(struct part *parts, size_t count, struct rl_error *err)
{
	static const size_t pieces[] = {512, 100000, 700000, 1, 65536};
	size_t i, turn = 0, left = count;

	while (left > 0) {
		for (i = left = 0; i < count; i++) {
			struct part *part = &parts[i];
			size_t piece = pieces[(turn++ + i) % COUNT(pieces)];
			int ret;

			piece = piece < part->size - part->at ? piece : part->size - part->at;
			ret = rl_sink_write(
				rl_layer_sink(part->layer), input + part->at, piece, err);
			if (ret != 0)
				return ret;
			part->at += piece;
			left += part->at < part->size;
		}
	}
	return 0;
}

/* Layers of a pool are what each of them is alone. */
static void several(void **state)
{
	static const char *const texts[] = {"none", "gzip:1", "zstd:1"};
	const size_t sizes[] = {most / 24, 0, most / 9, 1, most / 8 + 1};
	size_t i, j, threads;

	(void)state;
	for (i = 0; i < COUNT(texts) * 2; i++) {
		struct rl_layer_options options = {.layers = COUNT(sizes)};
		struct part parts[COUNT(sizes)];
		struct rl_layer_pool *pool;

		threads = i % 2 * 8;
		options.threads = (unsigned int)threads;
		assert_int_equal(rl_compression_parse(texts[i / 2], &options.compression), 0);
		assert_int_equal(rl_layer_pool_new(&options, &pool, NULL), 0);
		for (j = 0; j < COUNT(parts); j++) {
			parts[j] = (struct part){.size = sizes[j]};
			assert_int_equal(rl_sink_open_null(&parts[j].sink), 0);
			assert_int_equal(
				rl_layer_open(pool, parts[j].sink, &parts[j].layer, NULL), 0);
		}
		assert_int_equal(put_in_turn(parts, COUNT(parts), NULL), 0);
		for (j = 0; j < COUNT(parts); j++)
			assert_int_equal(rl_layer_end(parts[j].layer, NULL), 0);
		for (j = 0; j < COUNT(parts); j++) {
			struct rl_layer_facts facts = {0}, alone = make(texts[i / 2], 2, sizes[j]);

			assert_int_equal(rl_layer_finish(parts[j].layer, &facts, NULL), 0);
			assert_memory_equal(&facts, &alone, sizeof(facts));
			assert_int_equal(rl_sink_position(parts[j].sink), facts.size);
			rl_layer_free(parts[j].layer);
			rl_sink_free(parts[j].sink);
		}
		rl_layer_pool_free(pool);
	}
}

/* What fails in one fails in all. */
static void one_fails(void **state)
{
	size_t i, threads;

	(void)state;
	for (threads = 0; threads <= 4; threads += 4) {
		struct rl_layer_options options = {.layers = 3, .threads = (unsigned int)threads};
		struct narrow narrow[3] = {
			{.room = SIZE_MAX}, {.room = 1000000}, {.room = SIZE_MAX}};
		struct part parts[3];
		struct rl_layer_facts facts;
		struct rl_layer_pool *pool;
		struct rl_error err = {0};

		assert_int_equal(rl_layer_pool_new(&options, &pool, NULL), 0);
		for (i = 0; i < COUNT(parts); i++) {
			parts[i] = (struct part){.size = INPUT_SIZE};
			assert_int_equal(rl_sink_open_call(take, &narrow[i], &parts[i].sink), 0);
			assert_int_equal(
				rl_layer_open(pool, parts[i].sink, &parts[i].layer, NULL), 0);
		}
		assert_int_equal(put_in_turn(parts, COUNT(parts), &err), -ENOSPC);
		assert_int_equal(err.code, ENOSPC);
		for (i = 0; i < COUNT(parts); i++) {
			assert_int_equal(rl_layer_finish(parts[i].layer, &facts, NULL), -ENOSPC);
			rl_layer_free(parts[i].layer);
			rl_sink_free(parts[i].sink);
		}
		rl_layer_pool_free(pool);
		assert_int_equal(narrow[0].failed + narrow[2].failed, 0);
		assert_int_equal(narrow[1].failed, 1);
	}
}

/* All that a capture gives up is given up here, before the threads are started. */
static void try_confined(const char *text)
{
	struct rl_confine_options options = {.measures = {[RL_MEASURE_CAPABILITIES] = true,
						     [RL_MEASURE_LANDLOCK] = true,
						     [RL_MEASURE_SECCOMP] = true}};
	struct narrow narrow = {.room = SIZE_MAX};
	struct rl_confinement result;
	struct rl_layer_facts facts;
	struct rl_layer_pool *pool;
	struct rl_layer *layer;
	struct rl_sink *sink;

	begin(&narrow, text, 2, &sink, &pool, &layer);
	rl_confine(&options, &result);
	if (put(layer, (size_t)5 << 20, NULL) != 0 || rl_layer_finish(layer, &facts, NULL) != 0)
		_exit(1);
	rl_layer_free(layer);
	rl_layer_pool_free(pool);
	rl_sink_free(sink);
	_exit(!narrow.was_other_thread ? 2 : narrow.takes_signals ? 3 : 0);
}

static void confined(void **state)
{
	static const char *const texts[] = {"none", "gzip:1", "zstd:1"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		pid_t pid = fork();
		int status;

		assert_true(pid >= 0);
		if (pid == 0)
			try_confined(texts[i]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_size),
		cmocka_unit_test(settled_between),
		cmocka_unit_test(large),
		cmocka_unit_test(same_bytes),
		cmocka_unit_test(without_threads),
		cmocka_unit_test(failure_is_told),
		cmocka_unit_test(failure_at_the_end),
		cmocka_unit_test(given_up),
		cmocka_unit_test(several),
		cmocka_unit_test(one_fails),
		cmocka_unit_test(confined),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
