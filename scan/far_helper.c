/* SPDX-License-Identifier: MIT */
/* What the helper of a far mount does: here calls may take for ever. */
#include "scan/acl.h"
#include "scan/far_call.h"
#include "scan/handle.h"
#include "scan/label.h"
#include "scan/stat.h"
#include "scan/xattr.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

int rl_openat2_in_root(int dirfd, const char *path, int flags, uint64_t more_resolve)
{
#ifdef SYS_openat2
	struct open_how how = {
		.flags = (uint64_t)(unsigned int)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | more_resolve,
	};

	return (int)syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
#else
	(void)dirfd;
	(void)path;
	(void)flags;
	(void)more_resolve;
	errno = ENOSYS;
	return -1;
#endif
}

/* The list of attributes, or one of them. */
static int64_t read_xattr(struct rl_far_call *call, const struct rl_handle *handle)
{
	const char *name = call->op == RL_FAR_LISTXATTR ? NULL : call->name;

	return rl_xattr_read_once(handle, name, call->data, call->size);
}

/* Returns the number of entries. */
static int64_t read_acl(struct rl_far_call *call, const struct rl_handle *handle)
{
	struct rl_acl acl = {0};
	int64_t ret = rl_acl_read(handle, (call->flags & 2) != 0, &acl);

	if (ret == 0 && acl.count > sizeof(call->data) / sizeof(*acl.entries))
		ret = -E2BIG;
	if (ret == 0 && acl.count > 0) {
		memcpy(call->data, acl.entries, acl.count * sizeof(*acl.entries));
		ret = (int64_t)acl.count;
	}
	free(acl.entries);
	return ret;
}

/* Returns the label's size on disk; behind the label itself there is a NUL in any case. */
static int64_t read_label(struct rl_far_call *call, const struct rl_handle *handle)
{
	RL_AUTO_FREE char *label = NULL;
	size_t size;
	int ret = rl_label_read(handle, &label, &size);

	if (ret != 0 || label == NULL)
		return ret;
	(void)snprintf((char *)call->data, sizeof(call->data), "%s", label);
	return (int64_t)size;
}

static int64_t answer(struct rl_far_call *call)
{
	struct rl_handle handle;

	rl_handle_of(call->fd, (call->flags & 1) != 0, &handle);
	switch (call->op) {
	case RL_FAR_OPENAT:
		return openat(call->fd, call->name, call->flags | O_CLOEXEC);
	case RL_FAR_OPEN_IN_ROOT:
		return rl_openat2_in_root(call->fd, call->name, call->flags, 0);
	case RL_FAR_DUP:
		return fcntl(call->fd, F_DUPFD_CLOEXEC, 0);
	case RL_FAR_CLOSE:
		return close(call->fd);
	case RL_FAR_STAT:
		call->stat = (struct rl_entry){0};
		return rl_stat_now(call->fd, call->name, &call->stat);
	case RL_FAR_GETDENTS:
		return getdents64(call->fd, call->data, call->size);
	case RL_FAR_READLINKAT:
		return readlinkat(call->fd, call->name, (char *)call->data, call->size);
	case RL_FAR_PREAD:
		return pread(call->fd, call->data, call->size, call->offset);
	case RL_FAR_LSEEK:
		return lseek(call->fd, call->offset, call->whence);
	case RL_FAR_LISTXATTR:
	case RL_FAR_GETXATTR:
		return read_xattr(call, &handle);
	case RL_FAR_ACL:
		return read_acl(call, &handle);
	case RL_FAR_LABEL:
		return read_label(call, &handle);
	}
	return -ENOSYS;
}

_Noreturn void rl_far_serve(int socket, struct rl_far_call *call)
{
	char byte;

	while (read(socket, &byte, 1) == 1) {
		errno = 0;
		call->ret = answer(call);
		/* Those of this project say what went wrong themselves. */
		if (call->ret == -1 && errno != 0)
			call->ret = -errno;
		if (write(socket, &byte, 1) != 1)
			break;
	}
	_exit(0);
}
