/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"
#include "writer/compress.h"
#include "writer/digest.h"

#include <stdio.h>
#include <string.h>

static void texts(void **state)
{
	static const struct {
		const char *text;
		/* -1: it is none. */
		int method, level;
	} rows[] = {
		{"none", RL_METHOD_NONE, 0},
		{"gzip", RL_METHOD_GZIP, 6},
		{"gzip:1", RL_METHOD_GZIP, 1},
		{"gzip:9", RL_METHOD_GZIP, 9},
		{"gzip:12", RL_METHOD_GZIP, 12},
		{"zstd", RL_METHOD_ZSTD, 3},
		{"zstd:1", RL_METHOD_ZSTD, 1},
		{"zstd:19", RL_METHOD_ZSTD, 19},
		{"", -1, 0},
		{"none:1", -1, 0},
		{"none:", -1, 0},
		{"gzip:", -1, 0},
		{"gzip:0", -1, 0},
		{"gzip:13", -1, 0},
		{"gzip:-1", -1, 0},
		{"gzip:+1", -1, 0},
		{"gzip: 1", -1, 0},
		{"gzip:6 ", -1, 0},
		{"gzip:6:6", -1, 0},
		{"gzip:100", -1, 0},
		{"gzi", -1, 0},
		{"gzipp", -1, 0},
		{"GZIP", -1, 0},
		{"zstd:0", -1, 0},
		{"zstd:20", -1, 0},
		{"zstd:99999999999999999999", -1, 0},
		{"xz", -1, 0},
		{":6", -1, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct rl_compression compression = {0};
		int ret = rl_compression_parse(rows[i].text, &compression);

		if (ret != (rows[i].method < 0 ? -EINVAL : 0))
			fail_msg("'%s': %d", rows[i].text, ret);
		if (ret != 0)
			continue;
		assert_int_equal(compression.method, rows[i].method);
		assert_int_equal(compression.level, rows[i].level);
		assert_memory_equal(rl_method_name(compression.method), rows[i].text, 4);
	}
}

/* Compresses @size bytes; if @command is not NULL, what it makes of the result has to be @data again. */
static void judge(const struct rl_compression *compression, const char *data, size_t size,
	const char *command)
{
	char line[256], digest[RL_DIGEST_SIZE];
	struct rl_compressor *compressor;
	size_t len, room = rl_compression_bound(compression, rl_compression_block(compression));
	char *out = malloc(room);
	FILE *pipe;

	assert_non_null(out);
	assert_int_equal(
		rl_compressor_new(compression, rl_compression_block(compression), &compressor), 0);
	/* Twice: nothing is left of the first. */
	assert_int_equal(rl_compressor_run(compressor, data, size / 2, out, &len), 0);
	assert_int_equal(rl_compressor_run(compressor, data, size, out, &len), 0);
	rl_compressor_free(compressor);
	assert_in_range(len, 1, room);
	if (command != NULL) {
		assert_int_equal(rl_digest_of(data, size, digest), 0);
		(void)snprintf(line, sizeof(line), "%s | sha256sum | grep -q '^%s '", command,
			strchr(digest, ':') + 1);
		pipe = popen(line, "w");
		assert_non_null(pipe);
		assert_int_equal(fwrite(out, 1, len, pipe), len);
		assert_int_equal(pclose(pipe), 0);
	}
	free(out);
}

/* Also what cannot be compressed has room, at each level. */
static void whole_blocks(void **state)
{
	const size_t size = (size_t)4 << 20;
	char *noise = malloc(size);
	unsigned int seed = 1;
	size_t i;
	int level;

	(void)state;
	assert_non_null(noise);
	for (i = 0; i < size; i++) {
		seed = seed * 1103515245U + 12345U;
		noise[i] = (char)(seed >> 16);
	}
	for (level = 1; level <= 19; level++) {
		const struct rl_compression zstd = {RL_METHOD_ZSTD, level};
		const struct rl_compression gzip = {RL_METHOD_GZIP, level};

		assert_in_range(rl_compression_block(&zstd), 1, size);
		judge(&zstd, noise, rl_compression_block(&zstd), "zstd -dcq");
		if (level <= 12)
			judge(&gzip, noise, rl_compression_block(&gzip), "gzip -dc");
	}
	free(noise);
}

static void little(void **state)
{
	const struct rl_compression zstd = {RL_METHOD_ZSTD, 3}, gzip = {RL_METHOD_GZIP, 6};

	(void)state;
	judge(&gzip, "", 0, "gzip -dc");
	judge(&zstd, "", 0, "zstd -dcq");
	judge(&gzip, "x", 1, "gzip -dc");
	judge(&zstd, "x", 1, "zstd -dcq");
}

/* Neither a name nor a time, nor what system it was (RFC 1952, 2.3). */
static void gzip_header(void **state)
{
	static const unsigned char expect[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};
	const struct rl_compression compression = {RL_METHOD_GZIP, 6};
	struct rl_compressor *compressor;
	unsigned char *out =
		malloc(rl_compression_bound(&compression, rl_compression_block(&compression)));
	size_t len;

	(void)state;
	assert_non_null(out);
	assert_int_equal(
		rl_compressor_new(&compression, rl_compression_block(&compression), &compressor),
		0);
	assert_int_equal(rl_compressor_run(compressor, "x", 1, out, &len), 0);
	assert_memory_equal(out, expect, sizeof(expect));
	rl_compressor_free(compressor);
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(whole_blocks),
		cmocka_unit_test(little),
		cmocka_unit_test(gzip_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
