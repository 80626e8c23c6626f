/* SPDX-License-Identifier: MIT */
#include "writer/delta_layer.h"

#include "common/buf.h"

#include <string.h>

#define WHITEOUT ".wh."
#define OPAQUE ".wh..wh..opq"

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot go on comparing");
}

/* Writes what has no content. */
static int write_bare(struct rl_delta_layer *layer, const struct rl_entry *entry,
	const char *hardlink, struct rl_error *err)
{
	struct rl_member member = {.entry = entry, .hardlink = hardlink};
	int ret = rl_writer_begin(layer->inner, &member, err);

	return ret == 0 ? rl_writer_end(layer->inner, err) : ret;
}

int rl_delta_layer_node(struct rl_delta_layer *layer, const struct rl_node *node,
	const char *hardlink, struct rl_error *err)
{
	struct rl_entry entry = {0};
	int ret = rl_tree_entry(node, &entry);

	if (ret != 0)
		return no_memory(err);
	/* The directory above may have got a default ACL since. */
	entry.inherits_acl = S_ISDIR(entry.mode);
	ret = write_bare(layer, &entry, hardlink, err);
	rl_entry_clear(&entry);
	return ret;
}

int rl_delta_layer_note(struct rl_delta_layer *layer, struct rl_inode *inode, struct rl_error *err)
{
	if (layer->written_count == layer->written_cap) {
		size_t cap = layer->written_cap == 0 ? 16 : layer->written_cap * 2;
		void *written = reallocarray(layer->written, cap, sizeof(struct rl_inode *));

		if (written == NULL)
			return no_memory(err);
		layer->written = written;
		layer->written_cap = cap;
	}
	layer->written[layer->written_count++] = inode;
	inode->mark = RL_DELTA_DIRECTORY_WRITTEN;
	return 0;
}

int rl_delta_layer_directory(
	struct rl_delta_layer *layer, struct rl_node *node, struct rl_error *err)
{
	int ret;

	if (node->parent == NULL || node->inode->mark == RL_DELTA_DIRECTORY_WRITTEN)
		return 0;
	ret = rl_delta_layer_directory(layer, node->parent, err);
	if (ret == 0)
		ret = rl_delta_layer_node(layer, node, NULL, err);
	return ret == 0 ? rl_delta_layer_note(layer, node->inode, err) : ret;
}

/* Writes one whiteout; @path has the directory, and "/" unless that is ROOT. */
static int write_whiteout(struct rl_delta_layer *layer, struct rl_buf *path, const char *prefix,
	const char *name, struct rl_error *err)
{
	struct rl_entry entry = {.mode = S_IFREG};
	size_t len = path->len;
	int ret = rl_buf_append_str(path, prefix);

	if (ret == 0)
		ret = rl_buf_append_str(path, name);
	if (ret == 0)
		ret = rl_buf_append(path, "", 1);
	if (ret != 0)
		return no_memory(err);
	entry.path = path->data;
	entry.name = path->data + len;
	ret = write_bare(layer, &entry, NULL, err);
	rl_buf_truncate(path, len);
	return ret;
}

static int write_whiteouts(struct rl_delta_layer *layer, const struct rl_node *node, bool is_opaque,
	struct rl_buf *path, struct rl_error *err)
{
	uint32_t i;
	int ret = 0;

	if (is_opaque)
		return write_whiteout(layer, path, OPAQUE, "", err);
	for (i = 0; ret == 0 && i < node->count; i++) {
		if (!node->children[i]->is_seen)
			ret = write_whiteout(layer, path, WHITEOUT, node->children[i]->name, err);
	}
	return ret;
}

int rl_delta_layer_whiteouts(
	struct rl_delta_layer *layer, struct rl_node *node, bool is_opaque, struct rl_error *err)
{
	RL_AUTO_FREE char *directory = rl_tree_path(node);
	struct rl_buf path = {0};
	int ret = directory != NULL ? rl_buf_append_str(&path, directory) : -ENOMEM;

	if (ret == 0 && path.len > 0)
		ret = rl_buf_append_str(&path, "/");
	ret = ret == 0 ? rl_delta_layer_directory(layer, node, err) : no_memory(err);
	if (ret == 0)
		ret = write_whiteouts(layer, node, is_opaque, &path, err);
	rl_buf_free(&path);
	return ret;
}

void rl_delta_layer_keep(struct rl_delta_layer *layer)
{
	layer->written_count = 0;
}

void rl_delta_layer_take_back(struct rl_delta_layer *layer)
{
	while (layer->written_count > 0)
		layer->written[--layer->written_count]->mark = 0;
}

void rl_delta_layer_free(struct rl_delta_layer *layer)
{
	rl_writer_free(layer->inner);
	free(layer->written);
	*layer = (struct rl_delta_layer){0};
}
