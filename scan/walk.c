/* SPDX-License-Identifier: MIT */
#include "scan/walk.h"

#include "scan/far.h"
#include "scan/stat.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define LIST_SIZE ((size_t)64 << 10)
#define OPEN_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)

static int compare_names(const void *a, const void *b, void *arena)
{
	const char *names = arena;

	return strcmp(names + *(const size_t *)a, names + *(const size_t *)b);
}

/* Takes the names of one getdents64() answer into the level's arena. */
static int take_names(struct rl_level *level, const char *data, size_t len)
{
	size_t at = 0;

	while (at < len) {
		const struct dirent64 *dirent = (const void *)(data + at);
		const char *name = dirent->d_name;
		size_t size = strlen(name) + 1;

		at += dirent->d_reclen;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if (rl_buf_reserve(&level->arena, 1 + size) != 0)
			return -ENOMEM;
		level->arena.data[level->arena.len] = (char)dirent->d_type;
		memcpy(level->arena.data + level->arena.len + 1, name, size);
		level->arena.len += 1 + size;
		level->name_count++;
	}
	return 0;
}

static int read_names(struct rl_level *level)
{
	RL_AUTO_FREE char *data = malloc(LIST_SIZE);

	if (data == NULL)
		return -ENOMEM;
	for (;;) {
		ssize_t len = rl_getdents(level->dir->fd, data, LIST_SIZE);
		int ret;

		if (len <= 0)
			return len < 0 ? -errno : 0;
		ret = take_names(level, data, (size_t)len);
		if (ret != 0)
			return ret;
	}
}

/* Sorts the names and takes out doubles, which a rename during the listing can bring about. */
static int sort_names(struct rl_level *level)
{
	size_t i, at = 0, kept = 0;

	if (level->name_count == 0)
		return 0;
	level->names = calloc(level->name_count, sizeof(*level->names));
	if (level->names == NULL)
		return -ENOMEM;
	for (i = 0; i < level->name_count; i++) {
		level->names[i] = at + 1;
		at += 1 + strlen(level->arena.data + at + 1) + 1;
	}
	qsort_r(level->names, level->name_count, sizeof(*level->names), compare_names,
		level->arena.data);
	for (i = 1; i < level->name_count; i++) {
		if (compare_names(&level->names[kept], &level->names[i], level->arena.data) != 0)
			level->names[++kept] = level->names[i];
	}
	level->name_count = kept + 1;
	return 0;
}

static void free_level(struct rl_level *level)
{
	rl_dir_release(level->dir);
	rl_buf_free(&level->arena);
	free(level->names);
}

/* Lets go of an open directory that may be wanted again. */
static void close_level(struct rl_walk *walk, struct rl_level *level)
{
	level->wanted = rl_dir_wanted(level->dir);
	rl_dir_release(rl_steal_ptr(&level->dir));
	walk->open_count--;
}

/* Closes the shallowest open directories until there is room for one more. */
static void make_room(struct rl_walk *walk)
{
	while (walk->open_count >= walk->open_limit && walk->oldest_open + 1 < walk->depth) {
		struct rl_level *level = &walk->levels[walk->oldest_open++];

		if (!level->is_mount_root && level->dir != NULL)
			close_level(walk, level);
	}
}

int rl_walk_enter(struct rl_walk *walk, struct rl_dir *dir, bool is_mount_root)
{
	struct rl_level level = {.dir = dir, .is_mount_root = is_mount_root};
	struct rl_entry self = {0};
	int ret = 0;

	if (walk->depth == walk->cap) {
		size_t cap = walk->cap == 0 ? 32 : walk->cap * 2;
		struct rl_level *levels = reallocarray(walk->levels, cap, sizeof(*levels));

		if (levels == NULL) {
			free_level(&level);
			return -ENOMEM;
		}
		walk->levels = levels;
		walk->cap = cap;
	}
	ret = rl_stat(dir->fd, "", &self);
	if (ret == 0)
		ret = read_names(&level);
	if (ret == 0)
		ret = sort_names(&level);
	if (ret != 0) {
		free_level(&level);
		return ret;
	}
	level.dev = self.dev;
	level.ino = self.ino;
	level.path_len = walk->path.len;
	if (!is_mount_root) {
		make_room(walk);
		walk->open_count++;
	}
	walk->levels[walk->depth++] = level;
	return 0;
}

int rl_walk_next(struct rl_walk *walk, struct rl_walk_name *name_ret)
{
	struct rl_level *level = &walk->levels[walk->depth - 1];
	const char *name;
	int ret = 0;

	rl_buf_truncate(&walk->path, level->path_len);
	name_ret->name = NULL;
	if (level->next == level->name_count)
		return 0;
	name = level->arena.data + level->names[level->next++];
	if (walk->path.len > 0)
		ret = rl_buf_append_str(&walk->path, "/");
	if (ret == 0)
		ret = rl_buf_append_str(&walk->path, name);
	if (ret == 0)
		*name_ret = (struct rl_walk_name){.name = name, .type = (unsigned char)name[-1]};
	return ret;
}

void rl_walk_leave(struct rl_walk *walk)
{
	struct rl_level *level;
	struct rl_dir *above;

	assert(walk->depth > 0);
	/* While this one is open, ".." is the cheap way to its parent. */
	if (walk->depth > 1)
		(void)!rl_walk_dir(walk, walk->depth - 2, &above);
	level = &walk->levels[--walk->depth];
	if (!level->is_mount_root && level->dir != NULL)
		walk->open_count--;
	free_level(level);
	if (walk->oldest_open > walk->depth)
		walk->oldest_open = walk->depth;
}

/* Whether @fd, which is closed if not, is the directory that @level lists. */
static bool is_level(int fd, const struct rl_level *level)
{
	struct rl_entry self = {0};

	if (fd < 0)
		return false;
	if (rl_stat(fd, "", &self) == 0 && self.dev == level->dev && self.ino == level->ino)
		return true;
	(void)rl_close(fd);
	return false;
}

/* The name by which the level above lists @level: the name that it returned last. */
static const char *name_of(const struct rl_walk *walk, size_t level)
{
	const struct rl_level *above = &walk->levels[level - 1];

	return above->arena.data + above->names[above->next - 1];
}

/* Opens a level from the nearest open one above it, a name at a time. */
static int open_from_above(struct rl_walk *walk, size_t target)
{
	size_t at = target;
	int fd;

	while (walk->levels[at].dir == NULL)
		at--; /* ROOT is a mount root and always open. */
	fd = rl_dup(walk->levels[at].dir->fd);
	if (fd < 0)
		return -errno;
	while (at < target) {
		int below = rl_openat(fd, name_of(walk, at + 1), OPEN_FLAGS);
		int saved = errno;

		(void)rl_close(fd);
		if (below < 0)
			return saved == ENOTDIR || saved == ELOOP ? -ENOENT : -saved;
		at++;
		if (!is_level(below, &walk->levels[at]))
			return -ENOENT;
		fd = below;
	}
	return fd;
}

/* Opens a level through ".." of the one below it. Returns -1 if that does not lead to it. */
static int open_from_below(const struct rl_walk *walk, size_t target)
{
	const struct rl_level *below = &walk->levels[target + 1];
	int fd;

	if (target + 1 >= walk->depth || below->is_mount_root || below->dir == NULL)
		return -1;
	fd = rl_openat(below->dir->fd, "..", OPEN_FLAGS);
	return is_level(fd, &walk->levels[target]) ? fd : -1;
}

int rl_walk_dir(struct rl_walk *walk, size_t index, struct rl_dir **dir_ret)
{
	struct rl_level *level = &walk->levels[index];
	int fd;

	*dir_ret = level->dir;
	if (level->dir != NULL)
		return 0;
	fd = open_from_below(walk, index);
	if (fd < 0)
		fd = open_from_above(walk, index);
	if (fd < 0)
		return fd;
	*dir_ret = rl_dir_new(fd);
	if (*dir_ret == NULL)
		return -ENOMEM;
	level->dir = *dir_ret;
	rl_dir_want(level->dir, level->wanted);
	walk->open_count++;
	if (index < walk->oldest_open)
		walk->oldest_open = index;
	return 0;
}

enum rl_dir_wanted rl_walk_wanted(const struct rl_walk *walk, size_t index)
{
	const struct rl_level *level = &walk->levels[index];

	return level->dir != NULL ? rl_dir_wanted(level->dir) : level->wanted;
}

void rl_walk_free(struct rl_walk *walk)
{
	while (walk->depth > 0)
		free_level(&walk->levels[--walk->depth]);
	free(walk->levels);
	rl_buf_free(&walk->path);
	*walk = (struct rl_walk){0};
}
