/* SPDX-License-Identifier: MIT */
#include "writer/new_file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* A capture holds what only root may read on the host: password hashes, keys. */
#define FILE_MODE 0600
/* How many names of its own are tried. */
#define NAME_TRIES 1000

/* Opens the directory that the path is in, and finds the last component of it. */
static int open_directory(struct rl_new_file *file)
{
	char *slash = strrchr(file->path, '/');

	file->base = slash != NULL ? slash + 1 : file->path;
	if (slash == NULL) {
		file->dir_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	} else if (slash == file->path) {
		file->dir_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	} else {
		*slash = '\0';
		file->dir_fd = open(file->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		*slash = '/';
	}
	return file->dir_fd >= 0 ? 0 : -errno;
}

/* A name that nothing else has: by the process, and a number should that be taken. */
static int make_temp_name(struct rl_new_file *file, unsigned int number)
{
	int len = snprintf(
		file->temp, sizeof(file->temp), ".rootlift-%ld-%u.part", (long)getpid(), number);

	return len > 0 && (size_t)len < sizeof(file->temp) ? 0 : -ENAMETOOLONG;
}

static int open_named(struct rl_new_file *file)
{
	unsigned int number;

	for (number = 0; number < NAME_TRIES; number++) {
		int ret = make_temp_name(file, number);

		if (ret != 0)
			return ret;
		file->fd = openat(file->dir_fd, file->temp,
			O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
		if (file->fd >= 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	file->temp[0] = '\0';
	return -errno;
}

/* Without a name, if the file system has such a thing. */
static int open_unnamed(struct rl_new_file *file)
{
	file->fd = openat(file->dir_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, FILE_MODE);
	if (file->fd >= 0)
		return 0;
	/* No O_TMPFILE here (overlayfs, NFS, old kernels say so in different ways). */
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT)
		return -errno;
	return open_named(file);
}

int rl_new_file_open(const char *path, struct rl_new_file *file)
{
	struct stat st;
	int ret;

	*file = (struct rl_new_file){.fd = -1, .dir_fd = -1, .path = strdup(path)};
	if (file->path == NULL)
		return -ENOMEM;
	ret = open_directory(file);
	if (ret != 0)
		return ret;
	if (file->base[0] == '\0')
		return -EISDIR;
	if (fstatat(file->dir_fd, file->base, &st, 0) == 0 && S_ISDIR(st.st_mode))
		return -EISDIR;
	return open_unnamed(file);
}

int rl_new_file_open_in(int dir_fd, struct rl_new_file *file)
{
	*file = (struct rl_new_file){.fd = -1, .dir_fd = dir_fd, .borrows_dir = true};
	return open_unnamed(file);
}

int rl_new_file_hide(struct rl_new_file *file)
{
	if (file->temp[0] != '\0' && unlinkat(file->dir_fd, file->temp, 0) != 0)
		return -errno;
	file->temp[0] = '\0';
	return 0;
}

/* Gives a file without a name one, so that it can be renamed. */
static int link_temp(struct rl_new_file *file)
{
	char proc[32];
	unsigned int number;

	(void)snprintf(proc, sizeof(proc), "/proc/self/fd/%d", file->fd);
	for (number = 0; number < NAME_TRIES; number++) {
		int ret = make_temp_name(file, number);

		if (ret != 0)
			return ret;
		if (linkat(AT_FDCWD, proc, file->dir_fd, file->temp, AT_SYMLINK_FOLLOW) == 0)
			return 0;
		/* Without /proc root can link it directly. */
		if (errno == ENOENT &&
			linkat(file->fd, "", file->dir_fd, file->temp, AT_EMPTY_PATH) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	file->temp[0] = '\0';
	return -errno;
}

int rl_new_file_settle(struct rl_new_file *file)
{
	int ret = 0;

	if (file->is_settled)
		return 0;
	if (fsync(file->fd) != 0)
		return -errno;
	if (file->temp[0] == '\0')
		ret = link_temp(file);
	file->is_settled = ret == 0;
	return ret;
}

int rl_new_file_commit(struct rl_new_file *file)
{
	RL_AUTO_FD int dir = -1;

	if (renameat(file->dir_fd, file->temp, file->dir_fd, file->base) != 0)
		return -errno;
	file->is_committed = true;
	/* The name is only as lasting as the directory; a file system that cannot say is fine. */
	dir = openat(file->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0)
		(void)fsync(dir);
	return 0;
}

int rl_new_file_commit_as(struct rl_new_file *file, const char *name)
{
	file->base = name;
	return rl_new_file_commit(file);
}

void rl_new_file_withdraw(const struct rl_new_file *file)
{
	if (file->is_committed)
		(void)unlinkat(file->dir_fd, file->base, 0);
}

void rl_new_file_free(struct rl_new_file *file)
{
	if (file->temp[0] != '\0' && !file->is_committed)
		(void)unlinkat(file->dir_fd, file->temp, 0);
	rl_cleanup_fd(&file->fd);
	if (!file->borrows_dir)
		rl_cleanup_fd(&file->dir_fd);
	free(file->path);
	*file = (struct rl_new_file){.fd = -1, .dir_fd = -1};
}
