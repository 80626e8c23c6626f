/* SPDX-License-Identifier: MIT */
#include "scan/clone.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Headers older than the kernel that rootlift will run on lack some of these. */
#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif

/* struct mount_attr of mount_setattr(2); the header's own is not in every libc. */
struct attr {
	uint64_t attr_set;
	uint64_t attr_clr;
	uint64_t propagation;
	uint64_t userns_fd;
};

/* @recursive: 0, or AT_RECURSIVE for the mounts beneath too. */
static int open_tree_clone(int dirfd, const char *path, unsigned int recursive)
{
#ifdef SYS_open_tree
	unsigned int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_NO_AUTOMOUNT | recursive;
	long fd;

	flags |= path[0] == '\0' ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW;
	fd = syscall(SYS_open_tree, dirfd, path, flags);
	return fd >= 0 ? (int)fd : -errno;
#else
	(void)dirfd;
	(void)path;
	(void)recursive;
	return -ENOSYS;
#endif
}

/* In a clone for looking at paths, which is a recursive one, symlinks are followed. */
static int set_read_only(int fd, unsigned int recursive)
{
#ifdef SYS_mount_setattr
	const unsigned int flags = AT_EMPTY_PATH | recursive;
	struct attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOATIME | MOUNT_ATTR_NODEV |
			    MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSUID |
			    (recursive == 0 ? MOUNT_ATTR_NOSYMFOLLOW : 0),
		.attr_clr = MOUNT_ATTR__ATIME,
	};

	if (syscall(SYS_mount_setattr, fd, "", flags, &attr, sizeof(attr)) == 0)
		return 0;
	if (errno != EINVAL || recursive != 0)
		return -errno;
	/* 5.12 and 5.13 know no NOSYMFOLLOW; the walk follows no symlink anyway. */
	attr.attr_set &= ~(uint64_t)MOUNT_ATTR_NOSYMFOLLOW;
	if (syscall(SYS_mount_setattr, fd, "", flags, &attr, sizeof(attr)) == 0)
		return 0;
	return -errno;
#else
	(void)fd;
	(void)recursive;
	return -ENOSYS;
#endif
}

/* Makes the clone; an O_PATH descriptor of it. */
static int make_clone(int dirfd, const char *path, unsigned int recursive)
{
	RL_AUTO_FD int tree = open_tree_clone(dirfd, path, recursive);
	int ret;

	if (tree < 0)
		return rl_steal_fd(&tree);
	ret = set_read_only(tree, recursive);
	return ret == 0 ? rl_steal_fd(&tree) : ret;
}

/* Opens a regular file that a mount shows; anything else is not to be opened. */
static int open_file(int tree)
{
	char proc[32];
	struct stat st;
	int fd;

	if (fstat(tree, &st) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ENOTDIR;
	(void)snprintf(proc, sizeof(proc), "/proc/self/fd/%d", tree);
	fd = open(proc, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd >= 0 ? fd : -errno;
}

int rl_clone_mount(int dirfd, const char *path, int *clone_ret)
{
	RL_AUTO_FD int tree = make_clone(dirfd, path, 0);
	int fd;

	*clone_ret = -1;
	if (tree < 0)
		return rl_steal_fd(&tree);
	/* Listing wants a real descriptor. */
	fd = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fd = errno == ENOTDIR ? open_file(tree) : -errno;
	if (fd >= 0)
		*clone_ret = rl_steal_fd(&tree);
	return fd;
}

int rl_clone_tree(int dirfd)
{
	return make_clone(dirfd, "", AT_RECURSIVE);
}

int rl_clone_place(int dirfd)
{
	return make_clone(dirfd, "", 0);
}
