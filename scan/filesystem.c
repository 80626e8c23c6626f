/* SPDX-License-Identifier: MIT */
/*
 * st_dev would not do: each subvolume of a btrfs has one of its own. The number of the mount that a
 * descriptor is in leads to the file system's device, its block device by sysfs to the devices beneath
 * it (partitions, device-mapper, md), and a loop device among these to the file that it shows.
 */
#include "scan/filesystem.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define PATH_SIZE 4200

static int find_mount_id(int fd, int *id_ret)
{
	RL_AUTO_FILE FILE *file = NULL;
	char path[64], line[256];

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	if (file == NULL)
		return -errno;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "mnt_id: %d", id_ret) == 1)
			return 0;
	}
	return -ENOENT;
}

static void add_device(dev_t dev, const struct rl_mountinfo *mounts, struct rl_filesystem *fs);

/* Adds the file system of @fd, and what it lies on. */
static int add_file(int fd, const struct rl_mountinfo *mounts, struct rl_filesystem *fs)
{
	const struct rl_mountinfo_entry *entry = NULL;
	struct stat st;
	size_t i;
	int id, ret = find_mount_id(fd, &id);

	if (ret != 0)
		return ret;
	for (i = 0; entry == NULL && i < mounts->count; i++) {
		if (mounts->entries[i].id == id)
			entry = &mounts->entries[i];
	}
	if (entry == NULL)
		return -ENOENT;
	for (i = 0; i < fs->count; i++) {
		if (fs->devs[i] == entry->dev)
			return 0;
	}
	if (fs->count == RL_FILESYSTEM_DEPTH)
		return 0;
	fs->devs[fs->count++] = entry->dev;
	if (major(entry->dev) != 0)
		add_device(entry->dev, mounts, fs);
	else if (entry->source[0] == '/' && stat(entry->source, &st) == 0 && S_ISBLK(st.st_mode))
		add_device(st.st_rdev, mounts, fs);
	return 0;
}

/* The first line of a file in sysfs. Returns whether there is one. */
static bool read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool has_line = file != NULL && fgets(line, (int)size, file) != NULL;

	if (has_line)
		line[strcspn(line, "\n")] = '\0';
	if (file != NULL)
		(void)fclose(file);
	return has_line;
}

static void add_loop(const char *dir, const struct rl_mountinfo *mounts, struct rl_filesystem *fs)
{
	char path[PATH_SIZE], file[PATH_SIZE];
	RL_AUTO_FD int fd = -1;

	(void)snprintf(path, sizeof(path), "%s/loop/backing_file", dir);
	if (!read_line(path, file, sizeof(file)))
		return;
	fd = open(file, O_PATH | O_CLOEXEC);
	if (fd >= 0)
		(void)!add_file(fd, mounts, fs);
}

static void add_slaves(const char *dir, const struct rl_mountinfo *mounts, struct rl_filesystem *fs)
{
	char path[PATH_SIZE], line[64];
	const struct dirent *dirent;
	DIR *slaves;

	(void)snprintf(path, sizeof(path), "%s/slaves", dir);
	slaves = opendir(path);
	while (slaves != NULL && (dirent = readdir(slaves)) != NULL) {
		unsigned int number, minor_number;

		(void)snprintf(path, sizeof(path), "%s/slaves/%s/dev", dir, dirent->d_name);
		if (dirent->d_name[0] != '.' && read_line(path, line, sizeof(line)) &&
			sscanf(line, "%u:%u", &number, &minor_number) == 2)
			add_device(makedev(number, minor_number), mounts, fs);
	}
	if (slaves != NULL)
		(void)closedir(slaves);
}

/* Adds what the block device @dev lies on; block devices themselves are not of interest. */
static void add_device(dev_t dev, const struct rl_mountinfo *mounts, struct rl_filesystem *fs)
{
	char dir[64];

	(void)snprintf(dir, sizeof(dir), "/sys/dev/block/%u:%u", major(dev), minor(dev));
	add_loop(dir, mounts, fs);
	add_slaves(dir, mounts, fs);
	/* A partition lies in the directory of its disk. */
	(void)snprintf(dir, sizeof(dir), "/sys/dev/block/%u:%u/..", major(dev), minor(dev));
	add_loop(dir, mounts, fs);
	add_slaves(dir, mounts, fs);
}

int rl_filesystem_find(int fd, const struct rl_mountinfo *mounts, struct rl_filesystem *fs)
{
	fs->count = 0;
	return add_file(fd, mounts, fs);
}

bool rl_filesystem_lies_on(const struct rl_filesystem *upper, const struct rl_filesystem *lower)
{
	size_t i;

	for (i = 0; i < upper->count; i++) {
		if (upper->devs[i] == lower->devs[0])
			return true;
	}
	return false;
}
