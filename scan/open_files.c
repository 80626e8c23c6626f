/* SPDX-License-Identifier: MIT */
#include "scan/open_files.h"

#include "scan/stat.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

static int add(struct rl_open_files *open, const struct rl_entry *file)
{
	/* Grows by doubling: whenever the count is a power of two. */
	if ((open->count & (open->count - 1)) == 0) {
		size_t cap = open->count == 0 ? 1 : open->count * 2;
		struct rl_open_file *more = reallocarray(open->files, cap, sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		open->files = more;
	}
	open->files[open->count++] = (struct rl_open_file){.dev = file->dev, .ino = file->ino};
	return 0;
}

/* Whether descriptor @name may be written through. The link in fd/ has the mode of the open file. */
static bool is_writable(int fd_dir, const char *name)
{
	struct stat link;

	return fstatat(fd_dir, name, &link, AT_SYMLINK_NOFOLLOW) == 0 &&
	       (link.st_mode & S_IWUSR) != 0;
}

static int read_descriptors(int process, struct rl_open_files *open)
{
	int fd = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *dirent;
	int ret = 0;

	if (dir == NULL) {
		rl_cleanup_fd(&fd);
		return 0;
	}
	while (ret == 0 && (dirent = readdir(dir)) != NULL) {
		struct rl_entry file = {0};

		if (isdigit((unsigned char)dirent->d_name[0]) && is_writable(fd, dirent->d_name) &&
			rl_stat_link(fd, dirent->d_name, &file) == 0 && S_ISREG(file.mode))
			ret = add(open, &file);
	}
	(void)closedir(dir);
	return ret;
}

static int read_process(int proc, const char *name, struct rl_open_files *open)
{
	RL_AUTO_FD int process = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct rl_entry cwd = {0};
	int ret = 0;

	if (process < 0)
		return 0;
	if (rl_stat_link(process, "cwd", &cwd) == 0)
		ret = add(open, &cwd);
	return ret == 0 ? read_descriptors(process, open) : ret;
}

static int compare(const void *a, const void *b)
{
	const struct rl_open_file *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return (x->ino > y->ino) - (x->ino < y->ino);
}

int rl_open_files_read(const char *proc, struct rl_open_files *open)
{
	DIR *dir = opendir(proc != NULL ? proc : "/proc");
	const struct dirent *dirent;
	int ret = 0;

	*open = (struct rl_open_files){0};
	if (dir == NULL)
		return -errno;
	while (ret == 0 && (dirent = readdir(dir)) != NULL) {
		if (isdigit((unsigned char)dirent->d_name[0]))
			ret = read_process(dirfd(dir), dirent->d_name, open);
	}
	(void)closedir(dir);
	if (open->count > 0)
		qsort(open->files, open->count, sizeof(*open->files), compare);
	return ret;
}

bool rl_open_files_has(const struct rl_open_files *open, dev_t dev, ino_t ino)
{
	const struct rl_open_file wanted = {.dev = dev, .ino = ino};

	return open->count > 0 &&
	       bsearch(&wanted, open->files, open->count, sizeof(wanted), compare) != NULL;
}

void rl_open_files_free(struct rl_open_files *open)
{
	free(open->files);
	*open = (struct rl_open_files){0};
}
