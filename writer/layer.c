/* SPDX-License-Identifier: MIT */
#include "writer/layer.h"

#include <string.h>

struct rl_layer {
	/* Borrowed. */
	struct rl_layer_pool *pool;
	/* Its digests are owned. */
	struct rl_layer_lane lane;
	/* Where the layer is written to. Owned. */
	struct rl_sink *sink;
	/* What is being filled, and how far it is; NULL: nothing. Owned. */
	char *data;
	size_t len;
	/* All has been handed over; it has been written out. */
	bool is_ended, is_finished;
};

static int hand_over(struct rl_layer *layer, struct rl_error *err)
{
	int ret = rl_layer_pool_hand_over(layer->pool, &layer->lane, &layer->data, layer->len, err);

	if (ret == 0)
		layer->len = 0;
	return ret;
}

/* Has memory for a block there. */
static int need_data(struct rl_layer *layer, struct rl_error *err)
{
	if (layer->data == NULL)
		layer->data = malloc(rl_layer_pool_block(layer->pool));
	return layer->data != NULL ? 0 : rl_error_set(err, ENOMEM, "cannot make a layer");
}

/* rl_sink_call() of the layer's sink. */
static int take(void *ctx, const void *data, size_t size, struct rl_error *err)
{
	struct rl_layer *layer = ctx;
	size_t block = rl_layer_pool_block(layer->pool);
	const char *from = data;

	while (size > 0) {
		size_t room = block - layer->len, len = size < room ? size : room;
		int ret = need_data(layer, err);

		/* A full block is left over where handing it over has failed. */
		if (ret == 0 && len > 0) {
			memcpy(layer->data + layer->len, from, len);
			layer->len += len;
			from += len;
			size -= len;
		}
		if (ret == 0 && layer->len == block)
			ret = hand_over(layer, err);
		if (ret != 0)
			return ret;
	}
	return 0;
}

int rl_layer_open(struct rl_layer_pool *pool, struct rl_sink *out, struct rl_layer **layer_ret,
	struct rl_error *err)
{
	struct rl_layer *layer = calloc(1, sizeof(*layer));
	int ret;

	if (layer == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin a layer");
	layer->pool = pool;
	layer->lane.out = out;
	ret = rl_layer_pool_is_unnamed(pool) ? 0 : rl_digest_new(&layer->lane.diff_id);
	if (ret == 0 && layer->lane.diff_id != NULL && rl_layer_pool_compresses(pool))
		ret = rl_digest_new(&layer->lane.digest);
	if (ret == 0)
		ret = rl_sink_open_call(take, layer, &layer->sink);
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

int rl_layer_settle(struct rl_layer *layer, struct rl_error *err)
{
	int ret = layer->len > 0 ? hand_over(layer, err) : 0;

	return ret == 0 ? rl_layer_pool_settle(layer->pool, &layer->lane, err) : ret;
}

static int finish_digests(const struct rl_layer_lane *lane, struct rl_layer_facts *facts)
{
	int ret;

	facts->diff_id[0] = '\0';
	facts->digest[0] = '\0';
	if (lane->diff_id == NULL)
		return 0;
	ret = rl_digest_finish(lane->diff_id, facts->diff_id);
	if (ret == 0 && lane->digest != NULL)
		ret = rl_digest_finish(lane->digest, facts->digest);
	else if (ret == 0)
		memcpy(facts->digest, facts->diff_id, sizeof(facts->digest));
	return ret;
}

int rl_layer_end(struct rl_layer *layer, struct rl_error *err)
{
	/* Of nothing something is made too: a file that can be decompressed. */
	bool has_rest =
		layer->len > 0 || (rl_layer_pool_compresses(layer->pool) && layer->lane.end == 0);
	int ret = 0;

	if (layer->is_ended)
		return 0;
	if (has_rest)
		ret = need_data(layer, err);
	if (ret == 0 && has_rest)
		ret = hand_over(layer, err);
	layer->is_ended = ret == 0;
	return ret;
}

int rl_layer_finish(struct rl_layer *layer, struct rl_layer_facts *facts, struct rl_error *err)
{
	struct rl_layer_lane *lane = &layer->lane;
	int ret = rl_layer_end(layer, err);

	if (ret == 0)
		ret = rl_layer_pool_settle(layer->pool, lane, err);
	if (ret != 0)
		return ret;
	layer->is_finished = true;
	facts->size = lane->size;
	facts->uncompressed = rl_sink_position(layer->sink);
	ret = finish_digests(lane, facts);
	return ret == 0 ? 0 : rl_error_text(err, -ret, "cannot compute the digest of a layer");
}

void rl_layer_free(struct rl_layer *layer)
{
	if (layer == NULL)
		return;
	if (!layer->is_finished)
		rl_layer_pool_stop(layer->pool);
	rl_digest_free(layer->lane.diff_id);
	rl_digest_free(layer->lane.digest);
	rl_sink_free(layer->sink);
	free(layer->data);
	free(layer);
}
