/* SPDX-License-Identifier: MIT */
/** Any bytes as a tar that is applied twice, as two layers or without whiteouts; the last byte says how. */
#include "archive/apply.h"
#include "archive/tree_source.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	struct rl_stream stream;
	const uint8_t *data;
	size_t left;
};

static ssize_t give(struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	struct input *input = (struct input *)stream;
	size_t len = input->left < 700 ? input->left : 700;

	(void)err;
	*data_ret = input->data;
	input->data += len;
	input->left -= len;
	return (ssize_t)len;
}

/* Whether what the tree says of itself is so. */
static void check(struct rl_tree *tree)
{
	const struct rl_node *node;
	size_t count = 0;

	rl_tree_sort(tree);
	for (node = rl_tree_root(tree); node != NULL; node = rl_tree_next(node)) {
		char *path = rl_tree_path(node);

		count++;
		if (path == NULL || rl_tree_find(tree, path) != node || node->inode->links == 0 ||
			(node->count > 0 && !S_ISDIR(node->inode->mode)) ||
			S_ISLNK(node->inode->mode) != (node->inode->target != NULL) ||
			strlen(node->name) > 255 || strcmp(node->name, "..") == 0)
			abort();
		if (node->parent != NULL && node->index > 0 &&
			strcmp(node->parent->children[node->index - 1]->name, node->name) >= 0)
			abort();
		free(path);
	}
	if (count != rl_tree_count(tree))
		abort();
}

/* Reads all contents: there must be as much as is said. */
static void read_all(const struct rl_tree *tree, const struct rl_store *store)
{
	struct rl_content *content;
	struct rl_source *source;
	struct rl_entry *entry;
	struct rl_chunk chunk;

	if (rl_tree_source_new(tree, store, NULL, &source, NULL) != 0)
		abort();
	while (rl_source_next(source, &entry, NULL) == 1) {
		uint64_t len = 0;

		if (!S_ISREG(entry->mode))
			continue;
		if (rl_source_open(source, entry, &content, NULL) != 1)
			abort();
		while (rl_content_next(content, &chunk) == 1)
			len += chunk.size;
		if (len != entry->size)
			abort();
		rl_content_close(content);
	}
	rl_source_close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rl_apply_options options = {.members_max = 1000, .content_max = 1 << 20};
	struct rl_tree *tree;
	int ret = 0;

	if (size == 0)
		return 0;
	options.is_layer = (data[size - 1] & 1) != 0;
	options.has_filters = (data[size - 1] & 2) != 0;
	options.digests = (data[size - 1] & 4) != 0;
	if (rl_tree_new(&tree) != 0 || rl_store_new(NULL, 1 << 22, &options.store, NULL) != 0)
		abort();
	for (options.layer = 0; ret == 0 && options.layer < 2; options.layer++) {
		struct input input = {.stream = {.read = give}, .data = data, .left = size - 1};
		struct rl_error err = {0};

		ret = rl_tree_apply(tree, &input.stream, &options, NULL, &err);
		if ((ret == 0) != (err.code == 0))
			abort();
		check(tree);
	}
	if (ret == 0)
		read_all(tree, options.store);
	rl_store_free(options.store);
	rl_tree_free(tree);
	return 0;
}
