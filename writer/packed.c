/* SPDX-License-Identifier: MIT */
/*
 * A tar goes through a layer, which compresses it, to the sink. Two kinds of readers have to be told when it
 * is given up: those that decompress it, and those that only get what another program has decompressed, and
 * do not see how that has ended. So the tar is cut as any is (rl_tar_cut()), and behind that comes the
 * beginning of something compressed that has no end.
 */
#include "writer/packed.h"

#include "common/buf.h"
#include "writer/layer.h"
#include "writer/writer_ops.h"

#include <stdlib.h>

struct packed {
	struct rl_writer writer;
	/* Borrowed. */
	struct rl_sink *sink;
	struct rl_layer *layer;
	struct rl_layer_pool *pool;
	/* Writes into the layer. Owned. */
	struct rl_writer *tar;
	/* What rl_tar_cut() writes, compressed; made at the beginning, since there may be no memory later. */
	struct rl_buf cut;
	/* Nothing can be written into the layer any more. */
	bool is_finished;
};

static struct rl_writer *tar_of(struct rl_writer *writer)
{
	return ((struct packed *)writer)->tar;
}

static int packed_begin(
	struct rl_writer *writer, const struct rl_member *member, struct rl_error *err)
{
	return rl_writer_begin(tar_of(writer), member, err);
}

static int packed_data(
	struct rl_writer *writer, const void *data, size_t size, struct rl_error *err)
{
	return rl_writer_data(tar_of(writer), data, size, err);
}

static int packed_hole(struct rl_writer *writer, uint64_t size, struct rl_error *err)
{
	return rl_writer_hole(tar_of(writer), size, err);
}

static int packed_end(struct rl_writer *writer, struct rl_error *err)
{
	return rl_writer_end(tar_of(writer), err);
}

/* The tar's end becomes a block of its own, which is small enough for the sink to hold it back. */
static int packed_finish(struct rl_writer *writer, struct rl_error *err)
{
	struct packed *packed = (struct packed *)writer;
	struct rl_layer_facts facts;
	int ret = rl_layer_settle(packed->layer, err);

	if (ret == 0)
		ret = rl_sink_flush(packed->sink, err);
	if (ret == 0)
		ret = rl_writer_finish(packed->tar, err);
	if (ret == 0)
		ret = rl_layer_finish(packed->layer, &facts, err);
	packed->is_finished = ret == 0;
	return ret;
}

static void packed_abort(struct rl_writer *writer)
{
	struct packed *packed = (struct packed *)writer;
	const struct rl_buf *cut = &packed->cut;
	struct rl_layer_facts facts;
	bool is_cut = false, is_failed = false;

	if (!packed->is_finished) {
		rl_writer_abort(packed->tar);
		is_cut = rl_layer_finish(packed->layer, &facts, NULL) == 0;
		is_failed = !is_cut;
		packed->is_finished = true;
	}
	if (!is_cut) {
		if (is_failed)
			rl_sink_restart(packed->sink);
		(void)!rl_sink_write(packed->sink, cut->data, cut->len, NULL);
	}
	(void)!rl_sink_write(packed->sink, cut->data, cut->len / 2, NULL);
}

static void packed_free(struct rl_writer *writer)
{
	struct packed *packed = (struct packed *)writer;

	rl_writer_free(packed->tar);
	rl_layer_free(packed->layer);
	rl_layer_pool_free(packed->pool);
	rl_buf_free(&packed->cut);
	free(packed);
}

static const struct rl_writer_ops packed_ops = {
	.begin = packed_begin,
	.data = packed_data,
	.hole = packed_hole,
	.end = packed_end,
	.finish = packed_finish,
	.abort = packed_abort,
	.free = packed_free,
};

/* rl_sink_call(): keeps what comes. */
static int keep(void *ctx, const void *data, size_t size, struct rl_error *err)
{
	return rl_buf_append(ctx, data, size) == 0 ? 0 : rl_error_set(err, ENOMEM, "cannot begin");
}

/* Compresses what a tar is cut with. */
static int compress_cut(
	const struct rl_compression *compression, const struct rl_buf *plain, struct rl_buf *cut)
{
	size_t size, bound = rl_compression_bound(compression, rl_compression_block(compression));
	RL_AUTO_FREE char *out = malloc(bound);
	struct rl_compressor *compressor = NULL;
	int ret = out != NULL ? rl_compressor_new(
					compression, rl_compression_block(compression), &compressor)
			      : -ENOMEM;

	if (ret == 0)
		ret = rl_compressor_run(compressor, plain->data, plain->len, out, &size);
	if (ret == 0)
		ret = rl_buf_append(cut, out, size);
	rl_compressor_free(compressor);
	return ret;
}

static int make_cut(struct packed *packed, const struct rl_compression *compression)
{
	struct rl_buf plain = {0};
	struct rl_sink *sink = NULL;
	int ret = rl_sink_open_call(keep, &plain, &sink);

	if (ret == 0) {
		rl_tar_cut(sink);
		ret = rl_sink_reached(sink) == rl_sink_position(sink)
			      ? compress_cut(compression, &plain, &packed->cut)
			      : -ENOMEM;
	}
	rl_sink_free(sink);
	rl_buf_free(&plain);
	return ret;
}

int rl_packed_new(struct rl_sink *sink, const struct rl_packed_options *options,
	struct rl_writer **writer_ret, struct rl_sink **members_ret, struct rl_error *err)
{
	const struct rl_layer_options layer = {.compression = options->compression,
		.threads = options->threads,
		.is_unnamed = true};
	struct packed *packed = calloc(1, sizeof(*packed));
	int ret;

	if (packed == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin a compressed tar");
	packed->writer.ops = &packed_ops;
	packed->sink = sink;
	ret = make_cut(packed, &options->compression);
	if (ret != 0)
		ret = rl_error_set(err, -ret, "cannot begin a compressed tar");
	if (ret == 0)
		ret = rl_layer_pool_new(&layer, &packed->pool, err);
	if (ret == 0)
		ret = rl_layer_open(packed->pool, sink, &packed->layer, err);
	if (ret == 0)
		ret = rl_tar_new(rl_layer_sink(packed->layer), &options->tar, &packed->tar, err);
	if (ret != 0) {
		packed_free(&packed->writer);
		return ret;
	}
	*members_ret = rl_layer_sink(packed->layer);
	*writer_ret = &packed->writer;
	return 0;
}
