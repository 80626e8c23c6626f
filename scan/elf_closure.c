/* SPDX-License-Identifier: MIT */
/*
 * What is loaded is gone through in order, as a loader does: each library that it needs is looked for
 * (elf_search.c) and stands at the end of the list then. A library can be loaded for several others, and
 * find other libraries each time, for it inherits their DT_RPATHs: so it is gone through once for each
 * that it inherits. A loader takes the first library of a name that it has come to; here all are taken.
 */
#include "scan/elf_closure.h"

#include "scan/elf_closure_parts.h"
#include "scan/far.h"
#include "scan/root_file.h"

#include <search.h>
#include <string.h>

/* A root with more than that to look at has been made to be one. */
#define LOOKS_MAX ((size_t)1 << 22)
#define NODES_MAX ((size_t)1 << 16)
#define MISSING_MAX 4096

static int compare_objects(const void *a, const void *b)
{
	return strcmp(((const struct rl_object *)a)->path, ((const struct rl_object *)b)->path);
}

static int compare_nodes(const void *a, const void *b)
{
	const struct rl_node *x = a, *y = b;

	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	if (x->loader != y->loader)
		return x->loader < y->loader ? -1 : 1;
	return strcmp(x->inherited, y->inherited);
}

static void free_object(void *element)
{
	struct rl_object *object = element;

	free(object->path);
	free(object->real);
	rl_paths_free(&object->links);
	rl_elf_free(&object->elf);
	free(object);
}

static void free_node(struct rl_node *node)
{
	if (node != NULL)
		free(node->inherited);
	free(node);
}

/* For tdestroy(3): what is in the tree is released otherwise. */
static void keep(void *element)
{
	(void)element;
}

/* Whether this says that there is nothing at a path. */
static bool is_nothing(int ret)
{
	return ret == -ENOENT || ret == -ENOTDIR || ret == -ELOOP || ret == -ENAMETOOLONG;
}

/* Reads what the regular file at an object's path says. */
static int read_object(struct rl_elf_closure *closure, struct rl_object *object)
{
	RL_AUTO_ANY_FD int fd = rl_trails_open(&closure->trails, object->real);
	int ret;

	if (fd < 0)
		return fd;
	ret = rl_elf_read(fd, &object->elf);
	object->is_elf = ret == 1;
	object->is_damaged = ret == -ENOEXEC;
	return ret < 0 && ret != -ENOEXEC ? ret : 0;
}

static int find_object(struct rl_elf_closure *closure, struct rl_object *object)
{
	struct rl_buf real = {0};
	int ret = rl_trails_follow(&closure->trails, object->path, &real, &object->links);

	object->real = real.data;
	if (ret < 0)
		return is_nothing(ret) ? 0 : ret;
	object->type = ret;
	ret = object->type == S_IFREG ? read_object(closure, object) : 0;
	/* It has gone meanwhile. */
	if (ret == -ENOENT) {
		object->type = 0;
		ret = 0;
	}
	return ret;
}

int rl_closure_look(
	struct rl_elf_closure *closure, const char *path, const struct rl_object **object_ret)
{
	struct rl_object *object, *const *found, key = {0};
	int ret = -ENOMEM;

	path += strspn(path, "/");
	/* It is only compared. */
	key.path = (char *)(uintptr_t)path;
	if (closure->looked_at++ == LOOKS_MAX)
		return -E2BIG;
	found = tfind(&key, &closure->objects, compare_objects);
	if (found != NULL) {
		*object_ret = *found;
		return 0;
	}
	object = calloc(1, sizeof(*object));
	if (object == NULL)
		return -ENOMEM;
	object->path = strdup(path);
	if (object->path != NULL)
		ret = find_object(closure, object);
	if (ret == 0 && tsearch(object, &closure->objects, compare_objects) == NULL)
		ret = -ENOMEM;
	if (ret != 0) {
		free_object(object);
		return ret;
	}
	*object_ret = object;
	return 0;
}

int rl_closure_take(struct rl_elf_closure *closure, const struct rl_object *object)
{
	if (rl_paths_add_all(&closure->files, &object->links) != 0)
		return -ENOMEM;
	if (object->type == S_IFDIR)
		return rl_paths_add(&closure->directories, object->real) < 0 ? -ENOMEM : 0;
	if (rl_trails_is_placed(&closure->trails, object->real))
		return 0;
	return rl_paths_add(&closure->files, object->real) < 0 ? -ENOMEM : 0;
}

int rl_closure_load(struct rl_elf_closure *closure, const struct rl_object *object,
	const struct rl_loader *loader, const char *inherited)
{
	struct rl_node key = {.object = object, .loader = loader}, *node;
	struct rl_node **more;

	/* It is only compared. */
	key.inherited = (char *)(uintptr_t)inherited;
	if (tfind(&key, &closure->node_tree, compare_nodes) != NULL)
		return 0;
	if (closure->node_count == NODES_MAX)
		return -E2BIG;
	more = reallocarray(closure->nodes, closure->node_count + 1, sizeof(struct rl_node *));
	if (more == NULL)
		return -ENOMEM;
	closure->nodes = more;
	node = calloc(1, sizeof(*node));
	if (node == NULL)
		return -ENOMEM;
	*node = (struct rl_node){
		.object = object, .loader = loader, .inherited = strdup(inherited)};
	if (node->inherited == NULL || tsearch(node, &closure->node_tree, compare_nodes) == NULL) {
		free_node(node);
		return -ENOMEM;
	}
	closure->nodes[closure->node_count++] = node;
	return rl_closure_take(closure, object);
}

int rl_closure_miss(
	struct rl_elf_closure *closure, const char *needed_by, const char *name, const char *kind)
{
	struct rl_closure_missing *more;

	if (closure->missing_count == MISSING_MAX)
		return -E2BIG;
	more = reallocarray(closure->missing, closure->missing_count + 1, sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	closure->missing = more;
	more += closure->missing_count;
	*more = (struct rl_closure_missing){
		.needed_by = strdup(needed_by), .name = strdup(name), .kind = kind};
	closure->missing_count++;
	return more->needed_by != NULL && more->name != NULL ? 0 : -ENOMEM;
}

/* Looks for all that a node needs. */
static int go_through(struct rl_elf_closure *closure, const struct rl_node *node)
{
	const struct rl_elf *elf = &node->object->elf;
	bool is_musl = node->loader->is_musl;
	struct rl_buf rpath = {0}, runpath = {0};
	/* Of a library that is the path that it was found by, also if that is a symlink's. */
	const char *path = node->object->path, *slash = strrchr(path, '/');
	RL_AUTO_FREE char *origin = strndup(path, slash != NULL ? (size_t)(slash - path) : 0);
	const char *own = elf->rpath;
	size_t i;
	int ret = origin != NULL ? 0 : -ENOMEM;

	/* glibc passes over the one if there is the other, and musl takes both for the same. */
	if (elf->runpath != NULL)
		own = is_musl ? elf->runpath : NULL;
	if (ret == 0 && own != NULL)
		ret = rl_loader_expand(node->loader, own, origin, &rpath);
	if (ret == 0)
		ret = rl_loader_expand(node->loader, node->inherited, "", &rpath);
	if (ret == 0 && elf->runpath != NULL && !is_musl)
		ret = rl_loader_expand(node->loader, elf->runpath, origin, &runpath);
	if (ret == 0)
		ret = rl_buf_append_str(&rpath, "");
	if (ret == 0)
		ret = rl_buf_append_str(&runpath, "");
	for (i = 0; ret == 0 && i < elf->needed_count; i++) {
		struct rl_search search = {.node = node,
			.name = elf->needed[i],
			.origin = origin,
			.rpath = elf->runpath == NULL || is_musl ? rpath.data : "",
			.runpath = runpath.data};

		ret = rl_closure_search(closure, &search, rpath.data);
		if (ret == 0 && !rl_loader_is_part(node->loader, elf->needed[i]))
			ret = rl_closure_miss(
				closure, node->object->real, elf->needed[i], "library");
		else if (ret == 1)
			ret = 0;
	}
	rl_buf_free(&rpath);
	rl_buf_free(&runpath);
	return ret;
}

static int go_through_all(struct rl_elf_closure *closure)
{
	int ret = 0;

	while (ret == 0 && closure->done < closure->node_count)
		ret = go_through(closure, closure->nodes[closure->done++]);
	return ret;
}

/* What fails while a closure is made, with the path that was asked for. */
static int fail(struct rl_error *err, int ret, const char *path)
{
	if (ret == -ENOEXEC)
		return rl_error_text(err, ENOEXEC,
			"'%s' is no whole ELF file: its headers contradict each other", path);
	if (ret == -E2BIG)
		return rl_error_text(err, E2BIG,
			"'%s' asks for more libraries, or in more places, than any real program",
			path);
	return rl_error_set(err, -ret, "cannot find what '%s' needs", path);
}

int rl_elf_closure_new(const struct rl_closure_options *options,
	struct rl_elf_closure **closure_ret, struct rl_error *err)
{
	struct rl_elf_closure *closure = calloc(1, sizeof(*closure));
	int ret;

	if (closure == NULL)
		return rl_error_set(err, ENOMEM, "cannot look for libraries");
	closure->options = *options;
	closure->trails = (struct rl_trails){.root_fd = options->root_fd,
		.placed = options->placed,
		.placed_count = options->placed_count};
	ret = rl_ld_cache_read(options->root_fd, &closure->cache);
	if (ret != 0) {
		rl_elf_closure_free(closure);
		return rl_error_set(err, -ret, "cannot read '/etc/ld.so.cache' of ROOT");
	}
	*closure_ret = closure;
	return 0;
}

int rl_elf_closure_add(struct rl_elf_closure *closure, const char *path, bool wants_elf,
	enum rl_closure_kind *kind_ret, struct rl_error *err)
{
	enum rl_closure_kind kind = RL_CLOSURE_DIRECTORY;
	const struct rl_object *object;
	int ret = rl_closure_look(closure, path, &object);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot read '%s'", path);
	if (object->type == 0)
		return rl_error_text(err, ENOENT, "'%s' is not there", path);
	if (object->type != S_IFREG && object->type != S_IFDIR)
		return rl_error_text(err, EINVAL, "'%s' is no file and no directory", path);
	if (kind_ret != NULL)
		*kind_ret = kind;
	ret = rl_closure_take(closure, object);
	if (ret == 0 && object->type == S_IFDIR)
		return rl_closure_add_directory(closure, object->real, wants_elf, err);
	if (ret == 0)
		ret = rl_closure_add_object(closure, object, 0, &kind);
	if (ret == 0)
		ret = go_through_all(closure);
	if (kind_ret != NULL)
		*kind_ret = kind;
	return ret == 0 ? 0 : fail(err, ret, path);
}

/* What loads the libraries of one machine: what loads its programs. */
static int find_loader(struct rl_elf_closure *closure, const struct rl_object *object,
	const struct rl_loader **loader_ret)
{
	struct rl_loader **more, *loader;
	size_t i;
	int ret;

	for (i = 0; i < closure->loader_count; i++) {
		*loader_ret = closure->loaders[i];
		if (rl_elf_fits(&closure->loaders[i]->loads, &object->elf))
			return 0;
	}
	more = reallocarray(closure->loaders, closure->loader_count + 1, sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	closure->loaders = more;
	loader = calloc(1, sizeof(*loader));
	if (loader == NULL)
		return -ENOMEM;
	more[closure->loader_count++] = loader;
	ret = rl_loader_find(&closure->trails, "", &object->elf, loader);
	*loader_ret = loader;
	return ret;
}

/* Whether an object that is loaded is known by this name: to a loader that is enough. */
static bool is_known_as(const struct rl_object *object, const char *name)
{
	const char *slash = strrchr(object->path, '/');

	return (object->elf.soname != NULL && strcmp(object->elf.soname, name) == 0) ||
	       strcmp(slash != NULL ? slash + 1 : object->path, name) == 0;
}

/*
 * Forgets what is missing, from the one numbered @first on, where it is looked for, but will have been loaded
 * by others.
 */
static void forget_loaded(struct rl_elf_closure *closure, size_t first)
{
	size_t i, j, left = first;

	for (i = first; i < closure->missing_count; i++) {
		struct rl_closure_missing missing = closure->missing[i];

		for (j = 0; j < closure->node_count; j++) {
			if (is_known_as(closure->nodes[j]->object, missing.name))
				break;
		}
		if (j == closure->node_count) {
			closure->missing[left++] = missing;
			continue;
		}
		free(missing.needed_by);
		free(missing.name);
	}
	closure->missing_count = left;
}

int rl_elf_closure_finish(struct rl_elf_closure *closure, struct rl_error *err)
{
	const struct rl_loader *loader;
	const struct rl_object *object;
	/* What programs are linked with has to be found; modules are loaded by programs. */
	size_t i, strict = closure->missing_count;
	int ret = 0;

	for (i = 0; ret == 0 && i < closure->library_count; i++) {
		ret = find_loader(closure, closure->libraries[i], &loader);
		if (ret == 0)
			ret = rl_closure_load(closure, closure->libraries[i], loader, "");
		if (ret == 0)
			ret = go_through_all(closure);
		if (ret != 0)
			return fail(err, ret, closure->libraries[i]->real);
	}
	ret = rl_closure_add_name_services(closure);
	if (ret == 0)
		ret = go_through_all(closure);
	if (ret == 0 && closure->needs_cache) {
		ret = rl_closure_look(closure, "etc/ld.so.cache", &object);
		if (ret == 0)
			ret = rl_closure_take(closure, object);
	}
	if (ret != 0)
		return fail(err, ret, "libc.so.6");
	forget_loaded(closure, strict);
	rl_paths_sort(&closure->files);
	rl_paths_sort(&closure->directories);
	return 0;
}

const struct rl_paths *rl_elf_closure_files(const struct rl_elf_closure *closure)
{
	return &closure->files;
}

const struct rl_paths *rl_elf_closure_directories(const struct rl_elf_closure *closure)
{
	return &closure->directories;
}

const struct rl_closure_missing *rl_elf_closure_missing(
	const struct rl_elf_closure *closure, size_t *count_ret)
{
	*count_ret = closure->missing_count;
	return closure->missing;
}

void rl_elf_closure_free(struct rl_elf_closure *closure)
{
	size_t i;

	if (closure == NULL)
		return;
	tdestroy(closure->node_tree, keep);
	for (i = 0; i < closure->node_count; i++)
		free_node(closure->nodes[i]);
	for (i = 0; i < closure->loader_count; i++) {
		rl_loader_free(closure->loaders[i]);
		free(closure->loaders[i]);
	}
	for (i = 0; i < closure->missing_count; i++) {
		free(closure->missing[i].needed_by);
		free(closure->missing[i].name);
	}
	free(closure->missing);
	free(closure->nodes);
	free(closure->loaders);
	free(closure->libraries);
	tdestroy(closure->objects, free_object);
	rl_ld_cache_free(&closure->cache);
	rl_trails_free(&closure->trails);
	rl_paths_free(&closure->files);
	rl_paths_free(&closure->directories);
	free(closure);
}
