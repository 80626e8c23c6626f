/* SPDX-License-Identifier: MIT */
#include "scan/handle.h"

#include "scan/far.h"

#include <fcntl.h>

void rl_handle_of(int fd, bool is_path, struct rl_handle *handle)
{
	handle->fd = fd;
	handle->is_path = is_path;
}

const char *rl_handle_proc(const struct rl_handle *handle, char path[RL_HANDLE_PROC_MAX])
{
	(void)snprintf(path, RL_HANDLE_PROC_MAX, "/proc/self/fd/%d", handle->fd);
	return path;
}

int rl_handle_open(
	int dirfd, const char *name, bool readable, int extra_flags, struct rl_handle *handle)
{
	const int common = O_NOFOLLOW | O_CLOEXEC;
	int fd = -1;

	if (readable) {
		/* O_NONBLOCK: should a FIFO have taken the file's place, opening it returns. */
		int flags = common | O_RDONLY | O_NONBLOCK | O_NOCTTY | extra_flags;

		fd = rl_openat(dirfd, name, flags);
		if (fd < 0 && errno == EPERM && (extra_flags & O_NOATIME) != 0)
			fd = rl_openat(dirfd, name, flags & ~O_NOATIME);
		if (fd < 0 && errno != EACCES && errno != EPERM)
			return -errno;
	}
	if (fd >= 0) {
		rl_handle_of(fd, false, handle);
		return 0;
	}
	fd = rl_openat(dirfd, name, common | O_PATH | (extra_flags & O_DIRECTORY));
	if (fd < 0)
		return -errno;
	rl_handle_of(fd, true, handle);
	return 0;
}

void rl_handle_close(struct rl_handle *handle)
{
	rl_cleanup_any_fd(&handle->fd);
	*handle = RL_HANDLE_NONE;
}
