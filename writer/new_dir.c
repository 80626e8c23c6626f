/* SPDX-License-Identifier: MIT */
#include "writer/new_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A capture holds what only root may read on the host: password hashes, keys. */
#define DIR_MODE 0700
/* How many names of its own are tried. */
#define NAME_TRIES 100
/* How deep the directories in it lie, at most. */
#define DEPTH_MAX 8

/* Calls @visit for each name in the directory @fd, but "." and "..". Returns 0 or a negative errno. */
static int for_each_name(
	int fd, int (*visit)(int fd, const char *name, unsigned int depth), unsigned int depth)
{
	int ret = 0, copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = copy >= 0 ? fdopendir(copy) : NULL;
	struct dirent *entry;

	if (list == NULL) {
		ret = -errno;
		rl_cleanup_fd(&copy);
		return ret;
	}
	while (ret == 0 && (errno = 0, entry = readdir(list)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			ret = visit(fd, entry->d_name, depth);
	}
	if (ret == 0)
		ret = -errno;
	(void)closedir(list);
	return ret;
}

/* rl_new_dir_free(): removes @name, and all in it. */
static int remove_name(int fd, const char *name, unsigned int depth)
{
	RL_AUTO_FD int dir = -1;

	/* Of directories it says so, or that it is not allowed, in different ways. */
	if (unlinkat(fd, name, 0) == 0 || errno == ENOENT)
		return 0;
	dir = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	if (depth < DEPTH_MAX)
		(void)for_each_name(dir, remove_name, depth + 1);
	return unlinkat(fd, name, AT_REMOVEDIR) == 0 ? 0 : -errno;
}

/* A file system that cannot say whether names are on the disk is fine. */
static int settle_names(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL ? 0 : -errno;
}

/* rl_new_dir_settle(): has the names in @name on the disk, if it is a directory. */
static int settle_name(int fd, const char *name, unsigned int depth)
{
	RL_AUTO_FD int dir =
		openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int ret;

	if (dir < 0)
		return errno == ENOTDIR || errno == ELOOP ? 0 : -errno;
	ret = depth < DEPTH_MAX ? for_each_name(dir, settle_name, depth + 1) : 0;
	return ret == 0 ? settle_names(dir) : ret;
}

/* The path itself or, of a symlink or of "." in it, that of the directory that it leads to. */
static char *find_path(const char *path)
{
	char *real = realpath(path, NULL);
	size_t len = strlen(path);

	if (real != NULL)
		return real;
	while (len > 1 && path[len - 1] == '/')
		len--;
	return strndup(path, len);
}

static int open_parent(struct rl_new_dir *dir, const char *path, struct rl_error *err)
{
	char *slash = strrchr(dir->path, '/');
	const char *parent = slash == NULL ? "." : slash == dir->path ? "/" : dir->path;

	dir->base = slash != NULL ? slash + 1 : dir->path;
	if (slash != NULL && slash != dir->path)
		*slash = '\0';
	dir->parent_fd = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (slash != NULL && slash != dir->path)
		*slash = '/';
	return dir->parent_fd >= 0 ? 0 : rl_error_set(err, errno, "cannot create '%s'", path);
}

static int find_any(int fd, const char *name, unsigned int depth)
{
	(void)fd;
	(void)name;
	(void)depth;
	return -ENOTEMPTY;
}

/* Whether @old, which is at the path, is where a file system is mounted: nothing takes its place. */
static bool is_mount_point(const struct rl_new_dir *dir, const struct stat *old)
{
	struct stat parent;
	struct statx stx;

	if (statx(dir->parent_fd, dir->base, AT_SYMLINK_NOFOLLOW, 0, &stx) == 0 &&
		(stx.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0)
		return true;
	return fstat(dir->parent_fd, &parent) == 0 && parent.st_dev != old->st_dev;
}

/* Whether what is at the path, if anything, can be replaced. */
static int check_old(const struct rl_new_dir *dir, const char *path, struct rl_error *err)
{
	RL_AUTO_FD int fd = -1;
	struct stat old;
	int ret;

	/* The root of all. */
	if (dir->base[0] == '\0')
		return rl_error_set(err, ENOTEMPTY, "cannot create '%s'", path);
	if (fstatat(dir->parent_fd, dir->base, &old, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0 : rl_error_set(err, errno, "cannot create '%s'", path);
	if (!S_ISDIR(old.st_mode))
		return rl_error_text(
			err, ENOTDIR, "cannot create '%s': what is there is no directory", path);
	if (is_mount_point(dir, &old))
		return rl_error_text(err, EBUSY,
			"cannot create '%s': a file system is mounted there; name a directory in "
			"it",
			path);
	fd = openat(dir->parent_fd, dir->base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	ret = fd >= 0 ? for_each_name(fd, find_any, 0) : -errno;
	if (ret == -ENOTEMPTY)
		return rl_error_text(err, ENOTEMPTY,
			"cannot create '%s': the directory that is there is not empty", path);
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot create '%s'", path);
}

/* Makes the directory, under a name that nothing else has: by the process, and a number. */
static int make(struct rl_new_dir *dir)
{
	unsigned int number;

	for (number = 0; number < NAME_TRIES; number++) {
		(void)snprintf(dir->temp, sizeof(dir->temp), ".rootlift-%ld-%u.part",
			(long)getpid(), number);
		if (mkdirat(dir->parent_fd, dir->temp, DIR_MODE) == 0) {
			dir->fd = openat(dir->parent_fd, dir->temp,
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			return dir->fd >= 0 ? 0 : -errno;
		}
		if (errno != EEXIST)
			break;
	}
	dir->temp[0] = '\0';
	return -errno;
}

int rl_new_dir_open(const char *path, struct rl_new_dir *dir, struct rl_error *err)
{
	int ret;

	*dir = (struct rl_new_dir){.fd = -1, .parent_fd = -1, .path = find_path(path)};
	if (dir->path == NULL)
		return rl_error_set(err, ENOMEM, "cannot create '%s'", path);
	ret = open_parent(dir, path, err);
	if (ret == 0)
		ret = check_old(dir, path, err);
	if (ret != 0)
		return ret;
	ret = make(dir);
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot create '%s'", path);
}

int rl_new_dir_settle(const struct rl_new_dir *dir)
{
	int ret = for_each_name(dir->fd, settle_name, 0);

	return ret == 0 ? settle_names(dir->fd) : ret;
}

int rl_new_dir_commit(struct rl_new_dir *dir)
{
	RL_AUTO_FD int parent = -1;

	if (renameat(dir->parent_fd, dir->temp, dir->parent_fd, dir->base) != 0)
		return -errno;
	dir->temp[0] = '\0';
	/* The name is only as lasting as the directory that it is in. */
	parent = openat(dir->parent_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent >= 0)
		(void)!settle_names(parent);
	return 0;
}

void rl_new_dir_free(struct rl_new_dir *dir)
{
	if (dir->temp[0] != '\0')
		(void)remove_name(dir->parent_fd, dir->temp, 0);
	rl_cleanup_fd(&dir->fd);
	rl_cleanup_fd(&dir->parent_fd);
	free(dir->path);
	*dir = (struct rl_new_dir){.fd = -1, .parent_fd = -1};
}
