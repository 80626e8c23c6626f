/* SPDX-License-Identifier: MIT */
/*
 * The order is that of ld.so(8), and of musl's load_library(): there LD_LIBRARY_PATH comes first, and there is
 * no cache. What is for another machine is passed over. Directories for processors that have more than others
 * (glibc-hwcaps) are not looked into: without them each processor takes the plain library.
 */
#include "scan/elf_closure_parts.h"

#include <string.h>
#include <sys/stat.h>

/* More entries of one name are in no real cache. */
#define ENTRIES_MAX 64

/* Whether there is a library for the node at @path; 1 with *@object_ret set, or 0. */
static int try_path(struct rl_elf_closure *closure, const struct rl_search *search,
	const char *path, const struct rl_object **object_ret)
{
	int ret = rl_closure_look(closure, path, object_ret);

	if (ret != 0)
		return ret;
	return (*object_ret)->is_elf &&
	       rl_elf_fits(&(*object_ret)->elf, &search->node->object->elf);
}

/* Looks in each directory of a list. */
static int try_list(struct rl_elf_closure *closure, const struct rl_search *search,
	const char *list, const struct rl_object **object_ret)
{
	int ret = 0;

	while (ret == 0 && *list != '\0') {
		size_t len = strcspn(list, ":");
		RL_AUTO_FREE char *path = NULL;

		if (asprintf(&path, "%.*s/%s", (int)len, list, search->name) < 0) {
			path = NULL;
			return -ENOMEM;
		}
		ret = try_path(closure, search, path, object_ret);
		list += len + (list[len] == ':');
	}
	return ret;
}

static int try_defaults(struct rl_elf_closure *closure, const struct rl_search *search,
	const struct rl_object **object_ret)
{
	if (search->node->object->elf.nodeflib)
		return 0;
	return try_list(closure, search, search->node->loader->directories, object_ret);
}

/* Takes those in the cache that a processor with more would be led to, and would not find otherwise. */
static int load_variants(struct rl_elf_closure *closure, const struct rl_search *search,
	const char *inherited, const struct rl_ld_cache_entry *entries, size_t count)
{
	const struct rl_object *object;
	size_t i;

	for (i = 0; i < count; i++) {
		int ret = entries[i].is_variant
				  ? try_path(closure, search, entries[i].path, &object)
				  : 0;

		if (ret == 1)
			ret = rl_closure_load(closure, object, search->node->loader, inherited);
		if (ret != 0)
			return ret;
	}
	return 0;
}

/* Looks into the cache, and then where the loader looks without it. */
static int try_cache(struct rl_elf_closure *closure, const struct rl_search *search,
	const char *inherited, const struct rl_object **object_ret)
{
	const struct rl_object *there;
	size_t i, count = 0;
	const struct rl_ld_cache_entry *entries =
		search->node->loader->is_musl
			? NULL
			: rl_ld_cache_find(&closure->cache, search->name, &count);
	int found = 0, ret;

	if (count > ENTRIES_MAX)
		count = ENTRIES_MAX;
	for (i = 0; found == 0 && i < count; i++) {
		if (search->node->object->elf.nodeflib &&
			rl_loader_is_default(search->node->loader, entries[i].path))
			continue;
		found = try_path(closure, search, entries[i].path, object_ret);
	}
	if (found < 0)
		return found;
	if (found == 0)
		return try_defaults(closure, search, object_ret);
	ret = try_defaults(closure, search, &there);
	if (ret < 0 || (ret == 1 && strcmp(there->real, (*object_ret)->real) == 0))
		return ret;
	/* In the image the cache has to lead there too. */
	closure->needs_cache = true;
	ret = load_variants(closure, search, inherited, entries, count);
	return ret == 0 ? 1 : ret;
}

static int find(struct rl_elf_closure *closure, const struct rl_search *search,
	const char *inherited, const struct rl_object **object_ret)
{
	const struct rl_loader *loader = search->node->loader;
	const char *library_path = closure->options.library_path;
	struct rl_buf list = {0};
	int ret = 0;

	if (!loader->is_musl)
		ret = try_list(closure, search, search->rpath, object_ret);
	if (ret == 0 && library_path != NULL) {
		ret = rl_loader_expand(loader, library_path, search->origin, &list);
		if (ret == 0 && list.len > 0)
			ret = try_list(closure, search, list.data, object_ret);
		rl_buf_free(&list);
	}
	if (ret == 0)
		ret = try_list(closure, search, loader->is_musl ? search->rpath : search->runpath,
			object_ret);
	return ret == 0 ? try_cache(closure, search, inherited, object_ret) : ret;
}

/* Looks for a library that is needed by its path. */
static int find_by_path(struct rl_elf_closure *closure, const struct rl_search *search,
	const struct rl_object **object_ret)
{
	struct rl_buf path = {0};
	int ret = rl_loader_expand(search->node->loader, search->name, search->origin, &path);

	if (ret == 0 && path.len > 0)
		ret = try_path(closure, search, path.data, object_ret);
	rl_buf_free(&path);
	return ret;
}

int rl_closure_search(
	struct rl_elf_closure *closure, const struct rl_search *search, const char *inherited)
{
	const struct rl_object *object;
	int ret = strchr(search->name, '/') != NULL ? find_by_path(closure, search, &object)
						    : find(closure, search, inherited, &object);

	if (ret != 1)
		return ret;
	ret = rl_closure_load(closure, object, search->node->loader, inherited);
	return ret == 0 ? 1 : ret;
}
