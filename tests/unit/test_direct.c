/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"
#include "writer/direct.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define MODEL_SIZE ((size_t)24 << 20)

/* A file that is being written, and what has to be in it in the end. */
struct writing {
	int fd;
	struct rl_direct *direct;
	char *model;
	size_t len;
};

static void begin(struct writing *writing)
{
	*writing = (struct writing){.fd = open(".", O_TMPFILE | O_RDWR, 0600)};
	assert_true(writing->fd >= 0);
	assert_int_equal(rl_direct_open(writing->fd, &writing->direct), 0);
	assert_true((fcntl(writing->fd, F_GETFL) & O_DIRECT) != 0);
	writing->model = malloc(MODEL_SIZE);
	assert_non_null(writing->model);
}

/* Writes @size bytes that differ from those elsewhere. */
static void put(struct writing *writing, size_t size, unsigned int *seed)
{
	size_t i;

	assert_true(writing->len + size <= MODEL_SIZE);
	for (i = 0; i < size; i++) {
		*seed = *seed * 1103515245U + 12345U;
		writing->model[writing->len + i] = (char)(*seed >> 16);
	}
	assert_int_equal(rl_direct_write(writing->direct, writing->model + writing->len, size), 0);
	writing->len += size;
}

static void end(struct writing *writing)
{
	struct stat st;
	char *content = malloc(writing->len + 1);
	int flags;

	assert_non_null(content);
	assert_int_equal(rl_direct_finish(writing->direct), 0);
	rl_direct_free(writing->direct);
	assert_int_equal(fstat(writing->fd, &st), 0);
	assert_int_equal(st.st_size, writing->len);
	flags = fcntl(writing->fd, F_GETFL);
	assert_int_equal(fcntl(writing->fd, F_SETFL, flags & ~O_DIRECT), 0);
	assert_int_equal(pread(writing->fd, content, writing->len + 1, 0), writing->len);
	assert_memory_equal(content, writing->model, writing->len);
	free(content);
	free(writing->model);
	(void)close(writing->fd);
}

static void any_size(void **state)
{
	static const size_t sizes[] = {0, 1, 511, 512, 4095, 4096, 4097, (2 << 20) - 1, 2 << 20,
		(2 << 20) + 1, 4 << 20, (4 << 20) + 512, (7 << 20) + 100};
	unsigned int seed = 1;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct writing writing;

		begin(&writing);
		put(&writing, sizes[i], &seed);
		end(&writing);
	}
}

static size_t any(unsigned int *seed, size_t below)
{
	*seed = *seed * 1103515245U + 12345U;
	return (*seed >> 8) % below;
}

static void writes_and_goes_back(void **state)
{
	unsigned int seed = 7, round;

	(void)state;
	for (round = 0; round < 10; round++) {
		struct writing writing;
		int i;

		begin(&writing);
		for (i = 0; i < 60; i++) {
			if (any(&seed, 4) == 0 && writing.len > 0) {
				/* Now and then all the way, mostly a little. */
				size_t most = any(&seed, 3) == 0 ? writing.len : 70000;
				size_t back = any(&seed, most) % (writing.len + 1);

				writing.len -= back;
				assert_int_equal(rl_direct_rewind(writing.direct, writing.len), 0);
			}
			put(&writing,
				any(&seed, any(&seed, 5) == 0 ? 3 << 20 : 30000) %
					(MODEL_SIZE - writing.len),
				&seed);
		}
		end(&writing);
	}
}

/* The disk says so of what was handed over, and is heard by a later call. */
static void failure_is_told(void **state)
{
	const struct rlimit limit = {3 << 20, RLIM_INFINITY};
	struct rlimit before;
	struct writing writing;
	int ret = 0, i;

	(void)state;
	begin(&writing);
	memset(writing.model, 1, 1 << 20);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (i = 0; ret == 0 && i < 8; i++)
		ret = rl_direct_write(writing.direct, writing.model, 1 << 20);
	assert_int_equal(ret, -EFBIG);
	assert_int_equal(rl_direct_finish(writing.direct), -EFBIG);
	assert_int_equal(rl_direct_rewind(writing.direct, 0), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	rl_direct_free(writing.direct);
	free(writing.model);
	(void)close(writing.fd);
}

/* A file system that shares no blocks, or a place that is none of whole ones. */
static void cannot_share(void **state)
{
	struct writing writing;
	unsigned int seed = 3;
	int source = open(".", O_TMPFILE | O_RDWR, 0600);

	(void)state;
	assert_true(source >= 0);
	assert_int_equal(ftruncate(source, 10000), 0);
	begin(&writing);
	put(&writing, 100, &seed);
	assert_int_equal(rl_direct_share(writing.direct, source, 0, 4095), 0);
	assert_int_equal(rl_direct_share(writing.direct, source, 0, 8192), -EOPNOTSUPP);
	put(&writing, 5000, &seed);
	(void)close(source);
	end(&writing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_size),
		cmocka_unit_test(writes_and_goes_back),
		cmocka_unit_test(failure_is_told),
		cmocka_unit_test(cannot_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
