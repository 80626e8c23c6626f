/* SPDX-License-Identifier: MIT */
#include "writer/compress.h"

#include "writer/compress_ops.h"

#include <stdint.h>
#include <string.h>

/* What is not compressed: blocks that are still in the processor's cache when they are written. */
#define PLAIN_BLOCK ((size_t)512 << 10)

struct rl_compressor {
	const struct rl_compress_ops *ops;
	size_t room;
	/* What the method needs. Owned. */
	void *state;
};

static const struct rl_compress_ops *const methods[RL_METHOD_COUNT] = {
	[RL_METHOD_GZIP] = &rl_compress_gzip,
	[RL_METHOD_ZSTD] = &rl_compress_zstd,
};

const char *rl_method_name(enum rl_method method)
{
	return methods[method] != NULL ? methods[method]->name : "none";
}

/* One or two digits. Returns -1 for anything else. */
static int parse_level(const char *text)
{
	size_t len = strlen(text);

	if (len < 1 || len > 2 || strspn(text, "0123456789") != len)
		return -1;
	return len == 1 ? text[0] - '0' : (text[0] - '0') * 10 + text[1] - '0';
}

int rl_compression_parse(const char *text, struct rl_compression *out)
{
	size_t len = strcspn(text, ":");
	int method, level;

	if (strcmp(text, "none") == 0) {
		*out = (struct rl_compression){.method = RL_METHOD_NONE};
		return 0;
	}
	for (method = 0; method < RL_METHOD_COUNT; method++) {
		const struct rl_compress_ops *ops = methods[method];

		if (ops == NULL || strlen(ops->name) != len || strncmp(text, ops->name, len) != 0)
			continue;
		level = text[len] == ':' ? parse_level(text + len + 1) : ops->usual;
		if (level < ops->lowest || level > ops->highest)
			return -EINVAL;
		*out = (struct rl_compression){.method = (enum rl_method)method, .level = level};
		return 0;
	}
	return -EINVAL;
}

size_t rl_compression_block(const struct rl_compression *compression)
{
	const struct rl_compress_ops *ops = methods[compression->method];

	return ops != NULL ? ops->block(compression->level) : PLAIN_BLOCK;
}

size_t rl_compression_bound(const struct rl_compression *compression, size_t size)
{
	const struct rl_compress_ops *ops = methods[compression->method];

	return ops != NULL ? ops->bound(size) : 0;
}

size_t rl_compression_memory(const struct rl_compression *compression)
{
	const struct rl_compress_ops *ops = methods[compression->method];

	return ops != NULL ? ops->memory(compression->level) : 0;
}

int rl_compressor_new(const struct rl_compression *compression, size_t block,
	struct rl_compressor **compressor_ret)
{
	struct rl_compressor *compressor = calloc(1, sizeof(*compressor));
	int ret;

	if (compressor == NULL)
		return -ENOMEM;
	compressor->ops = methods[compression->method];
	compressor->room = rl_compression_bound(compression, block);
	ret = compressor->ops->open(compression->level, &compressor->state);
	if (ret != 0) {
		free(compressor);
		return ret;
	}
	*compressor_ret = compressor;
	return 0;
}

int rl_compressor_run(struct rl_compressor *compressor, const void *data, size_t size, void *out,
	size_t *size_ret)
{
	return compressor->ops->run(compressor->state, data, size, out, compressor->room, size_ret);
}

void rl_compressor_free(struct rl_compressor *compressor)
{
	if (compressor == NULL)
		return;
	compressor->ops->close(compressor->state);
	free(compressor);
}
