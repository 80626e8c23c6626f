/* SPDX-License-Identifier: MIT */
#include "scan/paths.h"

#include "scan/far.h"
#include "scan/root_file.h"

#include <limits.h>
#include <search.h>
#include <string.h>

/* As many as the kernel follows. */
#define LINKS_MAX 40

static int compare_paths(const void *a, const void *b)
{
	return strcmp(a, b);
}

int rl_paths_add(struct rl_paths *paths, const char *path)
{
	char *copy;

	if (rl_paths_have(paths, path))
		return 0;
	if (paths->count == paths->cap) {
		size_t cap = paths->cap == 0 ? 16 : paths->cap * 2;
		char **more = reallocarray(paths->paths, cap, sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		paths->paths = more;
		paths->cap = cap;
	}
	copy = strdup(path);
	if (copy == NULL || tsearch(copy, &paths->tree, compare_paths) == NULL) {
		free(copy);
		return -ENOMEM;
	}
	paths->paths[paths->count++] = copy;
	return 1;
}

int rl_paths_add_all(struct rl_paths *paths, const struct rl_paths *more)
{
	size_t i;

	for (i = 0; i < more->count; i++) {
		if (rl_paths_add(paths, more->paths[i]) < 0)
			return -ENOMEM;
	}
	return 0;
}

bool rl_paths_have(const struct rl_paths *paths, const char *path)
{
	return tfind(path, &paths->tree, compare_paths) != NULL;
}

static int compare_elements(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void rl_paths_sort(struct rl_paths *paths)
{
	if (paths->count > 0)
		qsort(paths->paths, paths->count, sizeof(*paths->paths), compare_elements);
}

/* For tdestroy(3): what is in a tree is released otherwise. */
static void keep(void *element)
{
	(void)element;
}

void rl_paths_free(struct rl_paths *paths)
{
	size_t i;

	tdestroy(paths->tree, keep);
	for (i = 0; i < paths->count; i++)
		free(paths->paths[i]);
	free(paths->paths);
	*paths = (struct rl_paths){0};
}

/* A directory, or a symlink. */
struct known {
	char *path;
	/* Where it leads; NULL: it is a directory. */
	char *target;
};

static int compare_known(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->path, ((const struct known *)b)->path);
}

static void free_known(void *element)
{
	struct known *known = element;

	free(known->path);
	free(known->target);
	free(known);
}

/* Remembers a directory, or a symlink. */
static int remember(struct rl_trails *trails, const char *path, const char *target)
{
	struct known *known = calloc(1, sizeof(*known));

	if (known == NULL)
		return -ENOMEM;
	known->path = strdup(path);
	known->target = target != NULL ? strdup(target) : NULL;
	if (known->path != NULL && (target == NULL || known->target != NULL) &&
		tsearch(known, &trails->known, compare_known) != NULL)
		return 0;
	free_known(known);
	return -ENOMEM;
}

static int read_link(const struct rl_trails *trails, const char *path, char target[PATH_MAX])
{
	RL_AUTO_ANY_FD int fd = rl_root_open(trails->root_fd, path, O_PATH | O_NOFOLLOW);
	ssize_t len = fd >= 0 ? rl_readlinkat(fd, "", target, PATH_MAX - 1) : -1;

	if (len < 0)
		return fd < 0 ? fd : -errno;
	target[len] = '\0';
	return 0;
}

/* What is at @path, whose directories are no symlinks: the type, and of a symlink the target. */
static int look(struct rl_trails *trails, char *path, char target[PATH_MAX])
{
	struct known key = {.path = path}, *const * found;
	struct rl_entry entry = {0};
	int ret;

	if (rl_trails_is_placed(trails, path))
		return S_IFREG;
	found = tfind(&key, &trails->known, compare_known);
	if (found != NULL && (*found)->target == NULL)
		return S_IFDIR;
	if (found != NULL) {
		(void)snprintf(target, PATH_MAX, "%s", (*found)->target);
		return S_IFLNK;
	}
	ret = rl_root_stat(trails->root_fd, path, &entry);
	if (ret == 0 && S_ISLNK(entry.mode))
		ret = read_link(trails, path, target);
	if (ret == 0 && (S_ISLNK(entry.mode) || S_ISDIR(entry.mode)))
		ret = remember(trails, path, S_ISLNK(entry.mode) ? target : NULL);
	return ret == 0 ? (int)(entry.mode & S_IFMT) : ret;
}

/* Takes the last name off a path. */
static void go_up(struct rl_buf *path)
{
	char *slash = path->len > 0 ? strrchr(path->data, '/') : NULL;

	rl_buf_truncate(path, slash != NULL ? (size_t)(slash - path->data) : 0);
}

/* A path that is being followed. */
struct walk {
	struct rl_trails *trails;
	struct rl_buf *real;
	struct rl_paths *links;
	/* What is left of it. */
	char rest[PATH_MAX];
	int followed;
	/* What has been come to. */
	int type;
};

/* Puts where a symlink leads before what is left, @behind. */
static int take_target(struct walk *walk, const char *target, const char *behind)
{
	RL_AUTO_FREE char *rest = NULL;

	if (walk->followed++ == LINKS_MAX)
		return -ELOOP;
	if (rl_paths_add(walk->links, walk->real->data) < 0)
		return -ENOMEM;
	if (asprintf(&rest, "%s%s%s", target, behind[0] != '\0' ? "/" : "", behind) < 0) {
		rest = NULL;
		return -ENOMEM;
	}
	if (strlen(rest) >= sizeof(walk->rest))
		return -ENAMETOOLONG;
	(void)snprintf(walk->rest, sizeof(walk->rest), "%s", rest);
	go_up(walk->real);
	if (target[0] == '/')
		rl_buf_truncate(walk->real, 0);
	walk->type = S_IFDIR;
	return 0;
}

/* Goes on by the name @name, behind which is @behind. */
static int take_name(struct walk *walk, const char *name, const char *behind)
{
	struct rl_buf *real = walk->real;
	char target[PATH_MAX];

	if (walk->type != S_IFDIR)
		return -ENOTDIR;
	if (strcmp(name, "..") == 0)
		go_up(real);
	if (name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
		if ((real->len > 0 && rl_buf_append_str(real, "/") != 0) ||
			rl_buf_append_str(real, name) != 0)
			return -ENOMEM;
		walk->type = look(walk->trails, real->data, target);
		if (walk->type < 0)
			return walk->type;
		if (walk->type == S_IFLNK)
			return take_target(walk, target, behind);
	}
	memmove(walk->rest, behind, strlen(behind) + 1);
	return 0;
}

int rl_trails_follow(
	struct rl_trails *trails, const char *path, struct rl_buf *real_ret, struct rl_paths *links)
{
	struct walk walk = {.trails = trails, .real = real_ret, .links = links, .type = S_IFDIR};
	int ret = 0;

	rl_buf_truncate(real_ret, 0);
	if (strlen(path) >= sizeof(walk.rest))
		return -ENAMETOOLONG;
	(void)snprintf(walk.rest, sizeof(walk.rest), "%s", path);
	while (ret == 0 && walk.rest[0] != '\0') {
		char *end = walk.rest + strcspn(walk.rest, "/");
		bool has_slash = *end != '\0';

		*end = '\0';
		/* With "/" behind it only a directory is there, which the empty name asks for. */
		ret = take_name(&walk, walk.rest, has_slash ? end + 1 : end);
		if (ret == 0 && has_slash && walk.rest[0] == '\0' && walk.type != S_IFDIR)
			ret = -ENOTDIR;
	}
	if (ret == 0)
		ret = rl_buf_append_str(real_ret, "");
	return ret == 0 ? walk.type : ret;
}

bool rl_trails_is_placed(const struct rl_trails *trails, const char *real)
{
	size_t i;

	for (i = 0; i < trails->placed_count; i++) {
		if (strcmp(trails->placed[i].path, real) == 0)
			return true;
	}
	return false;
}

int rl_trails_open(const struct rl_trails *trails, const char *real)
{
	size_t i;

	for (i = 0; i < trails->placed_count; i++) {
		if (strcmp(trails->placed[i].path, real) == 0) {
			int fd = fcntl(trails->placed[i].fd, F_DUPFD_CLOEXEC, 0);

			return fd >= 0 ? fd : -errno;
		}
	}
	return rl_root_open_file(trails->root_fd, real);
}

void rl_trails_free(struct rl_trails *trails)
{
	tdestroy(trails->known, free_known);
	trails->known = NULL;
}
