/* SPDX-License-Identifier: MIT */
/** Any bytes as the list of an earlier capture. What is taken is the same as itself. */
#include "archive/inventory.h"
#include "writer/compare.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Looks at a file, and at what is in it. */
static void look(const struct rl_node *node, int depth)
{
	struct rl_entry entry = {0};
	uint32_t i;

	if (rl_tree_entry(node, &entry) != 0)
		abort();
	if (!node->is_implied && !rl_compare_metadata(&entry, node, true))
		abort();
	rl_entry_clear(&entry);
	for (i = 0; depth < 100 && i < node->count; i++)
		look(node->children[i], depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
	struct rl_inventory_facts facts;
	struct rl_error err = {0};
	struct rl_tree *tree;
	int ret;

	if (file == NULL)
		return 0;
	if (rl_tree_new(&tree) != 0)
		abort();
	ret = rl_inventory_read(file, "list", tree, NULL, &facts, &err);
	if (ret == 0) {
		rl_tree_sort(tree);
		look(rl_tree_root(tree), 0);
	} else if (err.code != -ret || err.message[0] == '\0') {
		abort();
	}
	rl_inventory_facts_free(&facts);
	rl_tree_free(tree);
	(void)fclose(file);
	return 0;
}
