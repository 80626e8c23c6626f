/* SPDX-License-Identifier: MIT */
#include "host/private_mount.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>

/* Newer than some headers. */
#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif

#ifdef SYS_fsopen

static int set_string(int fs, const char *key, const char *value)
{
	return syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key, value, 0) == 0 ? 0 : -errno;
}

static int configure(int fs, const char *source, const char *const (*options)[2])
{
	int ret = set_string(fs, "source", source);

	for (; ret == 0 && (*options)[0] != NULL; options++) {
		if ((*options)[1] != NULL)
			ret = set_string(fs, (*options)[0], (*options)[1]);
		else if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_FLAG, (*options)[0], NULL, 0) != 0)
			ret = -errno;
	}
	if (ret == 0 && syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
		ret = -errno;
	return ret;
}

int rl_private_mount(
	const char *type, const char *source, const char *const (*options)[2], bool read_only)
{
	unsigned int attributes = MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSUID;
	RL_AUTO_FD int fs = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC), mount = -1;
	int ret, fd;

	if (fs < 0)
		return -errno;
	ret = configure(fs, source, options);
	if (ret != 0)
		return ret;
	if (read_only)
		attributes |= MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOATIME | MOUNT_ATTR_NOSYMFOLLOW;
	mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes);
	/* 5.2 to 5.13 know no NOSYMFOLLOW. */
	if (mount < 0 && errno == EINVAL)
		mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC,
			attributes & ~(unsigned int)MOUNT_ATTR_NOSYMFOLLOW);
	if (mount < 0)
		return -errno;
	fd = openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : -errno;
}

#else

int rl_private_mount(
	const char *type, const char *source, const char *const (*options)[2], bool read_only)
{
	(void)type;
	(void)source;
	(void)options;
	(void)read_only;
	return -ENOSYS;
}

#endif
