/* SPDX-License-Identifier: MIT */
#include "scan/xattr.h"

#include "common/error.h"
#include "scan/far.h"

#include <attr/error_context.h>
#include <attr/libattr.h>
#include <string.h>
#include <sys/xattr.h>

/* Room that does for nearly every file, so that one call reads what two would measure and read. */
#define FIRST_SIZE 1024
/* The kernel's own limits (XATTR_LIST_MAX, XATTR_SIZE_MAX) are 64 KiB; a larger answer is a fault. */
#define SIZE_LIMIT ((size_t)1 << 20)

/* Reads the list (name == NULL) or a value into room of @size bytes. */
static ssize_t ask_once(const struct rl_handle *handle, const char *name, void *data, size_t size)
{
	return rl_is_far(handle->fd) ? rl_far_xattr(handle, name, data, size)
				     : rl_xattr_read_once(handle, name, data, size);
}

ssize_t rl_xattr_read_once(
	const struct rl_handle *handle, const char *name, void *data, size_t size)
{
	char path[RL_HANDLE_PROC_MAX];

	if (!handle->is_path)
		return name == NULL ? flistxattr(handle->fd, data, size)
				    : fgetxattr(handle->fd, name, data, size);
	(void)rl_handle_proc(handle, path);
	return name == NULL ? listxattr(path, data, size) : getxattr(path, name, data, size);
}

/* Reads into @out, with more room as long as it is too small: it can grow between two calls. */
static int read_all(const struct rl_handle *handle, const char *name, struct rl_buf *out)
{
	size_t room = FIRST_SIZE;

	rl_buf_truncate(out, 0);
	for (;;) {
		ssize_t len;
		int ret = rl_buf_reserve(out, room);

		if (ret != 0)
			return ret;
		len = ask_once(handle, name, out->data, out->cap);
		if (len >= 0) {
			out->len = (size_t)len;
			return 0;
		}
		if (errno != ERANGE || room >= SIZE_LIMIT)
			return -errno;
		room = out->cap * 2;
	}
}

int rl_xattr_list(const struct rl_handle *handle, struct rl_buf *names)
{
	int ret = read_all(handle, NULL, names);

	return ret < 0 && rl_errno_is_absent(-ret) ? 0 : ret;
}

int rl_xattr_get(const struct rl_handle *handle, const char *name, struct rl_buf *value)
{
	int ret = read_all(handle, name, value);

	if (ret == 0)
		return 1;
	return rl_errno_is_absent(-ret) ? 0 : ret;
}

bool rl_xattr_is_skipped(const char *name)
{
	return attr_copy_action(name, NULL) == ATTR_ACTION_SKIP;
}
