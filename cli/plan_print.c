/* SPDX-License-Identifier: MIT */
#include "cli/format.h"
#include "cli/json.h"
#include "cli/plan.h"
#include "common/escape.h"

#include <string.h>

/* What is smaller than so many parts of all is put together. */
#define SMALL_PARTS 200
/* So many packages are shown. */
#define PACKAGES_SHOWN 12

struct colours {
	const char *bold, *kept, *dropped, *off;
};

static struct colours pick_colours(void)
{
	if (rl_wants_colour(STDOUT_FILENO))
		return (struct colours){"\033[1m", "\033[32m", "\033[31m", "\033[0m"};
	return (struct colours){"", "", "", ""};
}

static uint64_t total(const struct rl_plan_sums *sums)
{
	return sums->kept.bytes + sums->dropped.bytes;
}

static void print_sums(const struct rl_plan_sums *sums)
{
	struct colours colours = pick_colours();
	char bytes[RL_FORMAT_MAX];

	(void)printf("%s%10s%s", sums->kept.entries > 0 ? colours.kept : "",
		sums->kept.entries > 0 ? rl_format_bytes(sums->kept.bytes, bytes) : "-",
		colours.off);
	(void)printf("%s%10s%s  ", sums->dropped.entries > 0 ? colours.dropped : "",
		sums->dropped.entries > 0 ? rl_format_bytes(sums->dropped.bytes, bytes) : "-",
		colours.off);
}

/* For qsort_r(): the larger node first, then by path. */
static int compare_nodes(const void *a, const void *b, void *ctx)
{
	const struct rl_plan *plan = ctx;
	const struct rl_plan_node *x = &plan->nodes[*(const size_t *)a];
	const struct rl_plan_node *y = &plan->nodes[*(const size_t *)b];

	if (total(&x->sums) != total(&y->sums))
		return total(&x->sums) < total(&y->sums) ? 1 : -1;
	return strcmp(x->path, y->path);
}

/* The children of node number @parent, the largest first. Returns NULL if out of memory. */
static size_t *children(const struct rl_plan *plan, size_t parent, size_t *count_ret)
{
	size_t i, count = 0, *list;

	for (i = 1; i < plan->count; i++)
		count += plan->nodes[i].parent == parent;
	list = calloc(count + 1, sizeof(*list));
	*count_ret = count;
	for (i = 1, count = 0; list != NULL && i < plan->count; i++) {
		if (plan->nodes[i].parent == parent)
			list[count++] = i;
	}
	if (list != NULL && count > 1)
		qsort_r(list, count, sizeof(*list), compare_nodes, (void *)plan);
	return list;
}

static void print_node(const struct rl_plan *plan, const struct rl_plan_node *node)
{
	const char *slash = strrchr(node->path, '/');
	RL_AUTO_FREE char *name = rl_escape(slash != NULL ? slash + 1 : node->path);

	(void)plan;
	print_sums(&node->sums);
	(void)printf("%*s%s/\n", (int)node->depth * 2, "", name != NULL ? name : "?");
}

static void print_tree(const struct rl_plan *plan, size_t index)
{
	uint64_t small = total(&plan->nodes[0].sums) / SMALL_PARTS;
	struct rl_plan_sums rest = {0};
	size_t i, count, hidden = 0;
	RL_AUTO_FREE size_t *list = children(plan, index, &count);

	print_node(plan, &plan->nodes[index]);
	for (i = 0; list != NULL && i < count; i++) {
		const struct rl_plan_sums *sums = &plan->nodes[list[i]].sums;

		if (total(sums) > small) {
			print_tree(plan, list[i]);
			continue;
		}
		rest.kept.entries += sums->kept.entries;
		rest.kept.bytes += sums->kept.bytes;
		rest.dropped.entries += sums->dropped.entries;
		rest.dropped.bytes += sums->dropped.bytes;
		hidden++;
	}
	if (hidden > 0) {
		print_sums(&rest);
		(void)printf(
			"%*s(%zu smaller)\n", (int)plan->nodes[index].depth * 2 + 2, "", hidden);
	}
}

static void print_categories(const struct rl_report *report)
{
	char entries[RL_FORMAT_MAX], bytes[RL_FORMAT_MAX];
	int category;

	for (category = 0; category < RL_CATEGORY_COUNT; category++) {
		const struct rl_tally *tally = &report->dropped[category];

		if (tally->entries > 0)
			(void)printf("%10s%14s entries  %s\n", rl_format_bytes(tally->bytes, bytes),
				rl_format_count(tally->entries, entries),
				rl_category_name((enum rl_category)category));
	}
	if (report->truncated.entries > 0)
		(void)printf("%10s%14s entries  content of files that stay\n",
			rl_format_bytes(report->truncated.bytes, bytes),
			rl_format_count(report->truncated.entries, entries));
}

/* For qsort_r(): the package of which more is dropped first, then the larger one. */
static int compare_packages(const void *a, const void *b, void *ctx)
{
	const struct rl_plan *plan = ctx;
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	const struct rl_plan_sums *x = &plan->packages[i], *y = &plan->packages[j];

	if (x->dropped.bytes != y->dropped.bytes)
		return x->dropped.bytes < y->dropped.bytes ? 1 : -1;
	if (total(x) != total(y))
		return total(x) < total(y) ? 1 : -1;
	return (i > j) - (i < j);
}

/* All packages, and what no package owns, those that lose most first. */
static size_t *sorted_packages(const struct rl_plan *plan, size_t *count_ret)
{
	size_t i, count = rl_packages_count(plan->session->facts.packages) + 1;
	size_t *order = calloc(count, sizeof(*order));

	*count_ret = count;
	for (i = 0; order != NULL && i < count; i++)
		order[i] = i;
	if (order != NULL)
		qsort_r(order, count, sizeof(*order), compare_packages, (void *)plan);
	return order;
}

static const char *package_name(const struct rl_plan *plan, size_t index)
{
	const struct rl_packages *packages = plan->session->facts.packages;

	return index < rl_packages_count(packages) ? rl_packages_get(packages, index)->name
						   : "(owned by no package)";
}

static void print_packages(const struct rl_plan *plan)
{
	size_t i, count;
	RL_AUTO_FREE size_t *order = sorted_packages(plan, &count);

	for (i = 0; order != NULL && i < count && i < PACKAGES_SHOWN; i++) {
		RL_AUTO_FREE char *name = rl_escape(package_name(plan, order[i]));
		bool is_dropped = order[i] + 1 < count &&
				  rl_chain_drops_package(plan->session->chain, order[i]) != NULL;

		if (total(&plan->packages[order[i]]) == 0)
			break;
		print_sums(&plan->packages[order[i]]);
		(void)printf("%s%s\n", name != NULL ? name : "?",
			is_dropped ? ", which leaves the package database" : "");
	}
}

void rl_plan_print(const struct rl_plan *plan, const struct rl_report *report)
{
	struct colours colours = pick_colours();
	char count[RL_FORMAT_MAX];

	(void)printf("%s%10s%10s%s\n", colours.bold, "kept", "left out", colours.off);
	print_tree(plan, 0);
	(void)printf("\n%sLeft out, by category%s\n", colours.bold, colours.off);
	print_categories(report);
	if (plan->packages != NULL) {
		(void)printf("\n%sBy package, those that lose most%s\n", colours.bold, colours.off);
		print_packages(plan);
	}
	if (report->added > 0 || report->changed > 0) {
		(void)printf("\n%s files changed", rl_format_count(report->changed, count));
		(void)printf(", %s added\n", rl_format_count(report->added, count));
	}
}

static json_t *json_of_sums(const struct rl_plan_sums *sums)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "kept", rl_json_tally(&sums->kept));
	(void)json_object_set_new(object, "dropped", rl_json_tally(&sums->dropped));
	return object;
}

static json_t *json_of_tree(const struct rl_plan *plan)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < plan->count; i++) {
		json_t *object = json_of_sums(&plan->nodes[i].sums);

		(void)json_object_set_new(object, "path", rl_json_bytes(plan->nodes[i].path));
		(void)json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_of_packages(const struct rl_plan *plan)
{
	json_t *array = json_array();
	size_t i, count;
	RL_AUTO_FREE size_t *order = plan->packages != NULL ? sorted_packages(plan, &count) : NULL;

	for (i = 0; order != NULL && i < count; i++) {
		bool is_package = order[i] + 1 < count;
		json_t *object = json_of_sums(&plan->packages[order[i]]);

		(void)json_object_set_new(object, "name",
			is_package ? rl_json_bytes(package_name(plan, order[i])) : json_null());
		(void)json_object_set_new(object, "leaves_database",
			json_boolean(is_package && rl_chain_drops_package(plan->session->chain,
							   order[i]) != NULL));
		(void)json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_of_categories(const struct rl_report *report)
{
	json_t *object = json_object();
	int category;

	for (category = 0; category < RL_CATEGORY_COUNT; category++) {
		if (report->dropped[category].entries > 0)
			(void)json_object_set_new(object,
				rl_category_name((enum rl_category)category),
				rl_json_tally(&report->dropped[category]));
	}
	return object;
}

static json_t *json_of_profiles(const struct rl_session *session)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < session->profile_count; i++)
		(void)json_array_append_new(array, rl_json_bytes(session->profiles[i]->name));
	return array;
}

int rl_plan_print_json(const struct rl_plan *plan, const struct rl_report *report)
{
	const struct rl_session *session = plan->session;
	json_t *object = json_object();

	(void)json_object_set_new(object, "root", rl_json_bytes(session->live.root));
	(void)json_object_set_new(object, "distro", rl_json_bytes(session->facts.distro.id));
	(void)json_object_set_new(object, "profiles", json_of_profiles(session));
	(void)json_object_set_new(object, "kept", rl_json_tally(&report->kept));
	(void)json_object_set_new(object, "dropped", json_of_categories(report));
	(void)json_object_set_new(object, "truncated", rl_json_tally(&report->truncated));
	(void)json_object_set_new(object, "changed", json_integer((json_int_t)report->changed));
	(void)json_object_set_new(object, "added", json_integer((json_int_t)report->added));
	(void)json_object_set_new(object, "tree", json_of_tree(plan));
	(void)json_object_set_new(object, "packages", json_of_packages(plan));
	return rl_json_print(object);
}
