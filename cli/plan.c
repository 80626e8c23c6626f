/* SPDX-License-Identifier: MIT */
#include "cli/plan.h"

#include <string.h>

int rl_plan_begin(struct rl_plan *plan)
{
	const struct rl_packages *packages = plan->session->facts.packages;

	plan->stack = calloc(plan->depth + 2, sizeof(*plan->stack));
	plan->nodes = calloc(64, sizeof(*plan->nodes));
	if (plan->stack == NULL || plan->nodes == NULL)
		return -ENOMEM;
	plan->cap = 64;
	plan->nodes[0].path = strdup("");
	plan->count = 1;
	plan->stack_count = 1;
	if (packages != NULL && rl_packages_count(packages) > 0) {
		plan->packages = calloc(rl_packages_count(packages) + 1, sizeof(*plan->packages));
		if (plan->packages == NULL)
			return -ENOMEM;
	}
	return plan->nodes[0].path != NULL ? 0 : -ENOMEM;
}

static void add(struct rl_plan_sums *sums, bool is_kept, int count, uint64_t bytes)
{
	struct rl_tally *tally = is_kept ? &sums->kept : &sums->dropped;

	tally->entries += (uint64_t)(int64_t)count;
	tally->bytes += bytes;
}

/* Whether the walk is in the directory of @node, or at it. */
static bool is_in(const struct rl_plan_node *node, const char *path)
{
	size_t len = strlen(node->path);

	return len == 0 ||
	       (strncmp(node->path, path, len) == 0 && (path[len] == '/' || path[len] == '\0'));
}

/* Adds the node of the first @len bytes of @path, in the innermost one that the walk is in. */
static bool add_node(struct rl_plan *plan, const char *path, size_t len)
{
	struct rl_plan_node *node;

	if (plan->count == plan->cap) {
		struct rl_plan_node *more = reallocarray(plan->nodes, plan->cap * 2, sizeof(*more));

		if (more == NULL)
			return false;
		plan->nodes = more;
		plan->cap *= 2;
	}
	node = &plan->nodes[plan->count];
	*node = (struct rl_plan_node){.path = strndup(path, len),
		.parent = plan->stack[plan->stack_count - 1],
		.depth = (unsigned int)plan->stack_count};
	if (node->path == NULL)
		return false;
	plan->stack[plan->stack_count++] = plan->count++;
	return true;
}

/* Enters the nodes of @path, as deep as the tree goes. */
static bool enter(struct rl_plan *plan, const struct rl_entry *entry)
{
	const char *path = entry->path;
	size_t len;

	while (plan->stack_count > 1 &&
		!is_in(&plan->nodes[plan->stack[plan->stack_count - 1]], path))
		plan->stack_count--;
	len = strlen(plan->nodes[plan->stack[plan->stack_count - 1]].path);
	while (plan->stack_count <= plan->depth && path[len] != '\0') {
		len += path[len] == '/';
		len += strcspn(path + len, "/");
		/* Files are a part of the directory that they are in. */
		if (path[len] == '\0' && !S_ISDIR(entry->mode))
			return true;
		if (!add_node(plan, path, len))
			return false;
	}
	return true;
}

void rl_plan_observe(void *ctx, const struct rl_entry *entry, int count, uint64_t bytes,
	const struct rl_rule *rule)
{
	struct rl_plan *plan = ctx;
	bool is_kept = rule == NULL;
	size_t i;

	if (!enter(plan, entry))
		plan->no_memory = true;
	for (i = 0; i < plan->stack_count; i++)
		add(&plan->nodes[plan->stack[i]].sums, is_kept, count, bytes);
	if (plan->packages != NULL) {
		const struct rl_packages *packages = plan->session->facts.packages;
		uint32_t owner = (uint32_t)rl_packages_count(packages);

		(void)rl_packages_owners(packages, rl_packages_hash_path(entry->path), &owner, 1);
		add(&plan->packages[owner], is_kept, count, bytes);
	}
}

void rl_plan_free(struct rl_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->count; i++)
		free(plan->nodes[i].path);
	free(plan->nodes);
	free(plan->stack);
	free(plan->packages);
	*plan = (struct rl_plan){0};
}
