/* SPDX-License-Identifier: MIT */
#include "scan/far.h"

#include "scan/far_call.h"
#include "scan/stat.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* A far number is RL_FAR_FIRST, and which mount, and the helper's descriptor in the lowest bits. */
#define FD_BITS 16
#define FD_MASK ((1 << FD_BITS) - 1)
#define MOUNTS_MAX ((1 << (30 - FD_BITS)) - 1)

/* How often it is looked whether a signal has come, in milliseconds. */
#define SLICE 200
/* After how long people are told what is waited for, in seconds. */
#define PATIENCE 3

/* A mount with its helper; or one that is not to be asked, which has none. */
struct mount {
	/* Owned. */
	char *path, *mount_point;
	/* To the helper; -1: there is none. */
	int socket;
	struct rl_far_call *call;
	/* One call at a time. */
	pthread_mutex_t lock;
	struct rl_far_options options;
	/* Given up. */
	_Atomic bool is_lost;
	/* The number of its root. */
	int root;
};

/*
 * Of the whole process, as descriptors are. Pointers, so that a mount stays where it is. All are there
 * before there is a second thread.
 */
static struct mount **mounts;
static int mount_count;

static struct mount *mount_of(int fd)
{
	return mounts[(fd - RL_FAR_FIRST) >> FD_BITS];
}

static double now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Waits until @fd has something to read. Returns 0, -ETIMEDOUT or -EINTR. */
static int wait_for(int fd, const struct rl_far_options *options, const char *mount_point)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN};
	double start = now();

	for (;;) {
		double waited;
		int ret = poll(&poller, 1, SLICE);

		if (ret > 0)
			return 0;
		if (ret < 0 && errno != EINTR)
			return -errno;
		if (options->stop != NULL && *options->stop != 0)
			return -EINTR;
		waited = now() - start;
		if (waited >= options->seconds)
			return -ETIMEDOUT;
		if (waited >= PATIENCE && options->waiting != NULL)
			options->waiting(options->waiting_ctx, mount_point, (unsigned int)waited);
	}
}

/* In a child: closes all but @keep and @place, which may be -1, and moves @keep to 0 and @place to 1. */
static void close_others(int keep, int place)
{
	unsigned int i, last = 1U << 20;
	struct rlimit limit;

	keep = fcntl(keep, F_DUPFD, 3);
	if (place >= 0)
		place = fcntl(place, F_DUPFD, 3);
	(void)dup2(keep, 0);
	(void)close(1);
	(void)close(2);
	if (place >= 0)
		(void)dup2(place, 1);
#ifdef SYS_close_range
	if (syscall(SYS_close_range, 3, ~0U, 0) == 0)
		return;
#endif
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < last)
		last = (unsigned int)limit.rlim_cur;
	for (i = 3; i < last; i++)
		(void)close((int)i);
}

/* In a child: it ends when the other end of its socket goes away, and by no signal of a terminal. */
static void stand_aside(void)
{
	/* Nor does it keep a file system from being unmounted. */
	(void)!chdir("/");
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
}

int rl_far_probe(const char *path, const struct rl_far_options *options)
{
	int sockets[2], ret;
	pid_t pid;
	char byte;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
		return -errno;
	pid = fork();
	if (pid < 0) {
		ret = -errno;
		(void)close(sockets[0]);
		(void)close(sockets[1]);
		return ret;
	}
	if (pid == 0) {
		close_others(sockets[1], -1);
		(void)!open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		(void)!realpath(path, NULL);
		(void)!write(0, "", 1);
		_exit(0);
	}
	(void)close(sockets[1]);
	ret = wait_for(sockets[0], options, path);
	if (ret == 0)
		ret = read(sockets[0], &byte, 1) == 1 ? 0 : -EIO;
	(void)close(sockets[0]);
	/* One that hangs is left behind: nothing ends it. */
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, ret == 0 ? 0 : WNOHANG);
	return ret;
}

static int add_mount(struct mount *mount)
{
	struct mount **more;

	if (mount_count == MOUNTS_MAX)
		return -EMFILE;
	more = reallocarray(mounts, (size_t)mount_count + 1, sizeof(struct mount *));
	if (more == NULL)
		return -ENOMEM;
	mounts = more;
	mounts[mount_count++] = mount;
	return 0;
}

static void free_mount(struct mount *mount)
{
	/* That tells the helper to end. Nobody waits for it: its end closes files, which may hang. */
	rl_cleanup_fd(&mount->socket);
	if (mount->call != NULL)
		(void)munmap(mount->call, sizeof(*mount->call));
	free(mount->path);
	free(mount->mount_point);
	free(mount);
}

static struct mount *new_mount(const char *path, const char *mount_point)
{
	struct mount *mount = calloc(1, sizeof(*mount));

	if (mount == NULL)
		return NULL;
	mount->socket = -1;
	mount->path = strdup(path);
	mount->mount_point = strdup(mount_point);
	(void)pthread_mutex_init(&mount->lock, NULL);
	if (mount->path != NULL && mount->mount_point != NULL)
		return mount;
	free_mount(mount);
	return NULL;
}

static int start_helper(struct mount *mount, int place)
{
	int sockets[2], ret = 0;
	pid_t pid;

	mount->call = mmap(NULL, sizeof(*mount->call), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mount->call == MAP_FAILED) {
		mount->call = NULL;
		return -errno;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		stand_aside();
		close_others(sockets[1], place);
		if (mount->options.confine != NULL)
			mount->options.confine(mount->options.confine_ctx);
		rl_far_serve(0, mount->call);
	}
	if (pid < 0)
		ret = -errno;
	(void)close(sockets[1]);
	mount->socket = sockets[0];
	return ret;
}

int rl_far_start(
	int place, const char *path, const char *mount_point, const struct rl_far_options *options)
{
	struct mount *mount = new_mount(path, mount_point);
	int ret;

	if (mount == NULL)
		return -ENOMEM;
	mount->options = *options;
	ret = start_helper(mount, place);
	if (ret == 0)
		ret = add_mount(mount);
	if (ret != 0) {
		free_mount(mount);
		return ret;
	}
	/* close_others() has put it there. */
	mount->root = RL_FAR_FIRST + ((mount_count - 1) << FD_BITS) + 1;
	return mount->root;
}

int rl_far_avoid(const char *path)
{
	struct mount *mount = new_mount(path, "");
	int ret = mount != NULL ? add_mount(mount) : -ENOMEM;

	if (ret != 0 && mount != NULL)
		free_mount(mount);
	return ret;
}

bool rl_far_has_any(void)
{
	return mount_count > 0;
}

int rl_far_at(const char *path)
{
	int i;

	for (i = 0; i < mount_count; i++) {
		if (strcmp(mounts[i]->path, path) == 0)
			return mounts[i]->call != NULL ? mounts[i]->root : -ENOENT;
	}
	return 0;
}

bool rl_far_is_lost(int fd)
{
	return mount_of(fd)->is_lost;
}

void rl_far_end(void)
{
	while (mount_count > 0)
		free_mount(mounts[--mount_count]);
	free(rl_steal_ptr(&mounts));
}

/* Has @mount do its call. Nobody else uses it meanwhile. */
static int64_t ask(struct mount *mount)
{
	char byte = 0;
	int ret = 0;

	if (mount->is_lost)
		return -ETIMEDOUT;
	if (write(mount->socket, &byte, 1) != 1)
		ret = -EIO;
	if (ret == 0)
		ret = wait_for(mount->socket, &mount->options, mount->mount_point);
	if (ret == 0 && read(mount->socket, &byte, 1) != 1)
		ret = -EIO;
	if (ret == 0)
		return mount->call->ret;
	mount->is_lost = true;
	return ret == -EINTR ? ret : -ETIMEDOUT;
}

/* Begins a call about @fd. NULL with errno if @name is too long. */
static struct mount *begin(enum rl_far_op op, int fd, const char *name)
{
	struct mount *mount = mount_of(fd);
	size_t len = name != NULL ? strlen(name) : 0;

	if (len >= sizeof(mount->call->name)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	(void)pthread_mutex_lock(&mount->lock);
	mount->call->op = op;
	mount->call->fd = fd & FD_MASK;
	mount->call->flags = 0;
	if (name != NULL)
		memcpy(mount->call->name, name, len + 1);
	return mount;
}

static int64_t end(struct mount *mount, int64_t ret)
{
	(void)pthread_mutex_unlock(&mount->lock);
	if (ret >= 0)
		return ret;
	errno = (int)-ret;
	return -1;
}

/* Makes the helper's new descriptor a far number. */
static int end_open(struct mount *mount, int64_t ret)
{
	if (ret > FD_MASK)
		ret = -EMFILE;
	if (ret >= 0)
		ret += mount->root & ~FD_MASK;
	return (int)end(mount, ret);
}

int rl_far_openat(int dirfd, const char *name, int flags)
{
	struct mount *mount = begin(RL_FAR_OPENAT, dirfd, name);

	if (mount == NULL)
		return -1;
	mount->call->flags = flags;
	return end_open(mount, ask(mount));
}

int rl_far_open_in_root(int dirfd, const char *path, int flags)
{
	struct mount *mount = begin(RL_FAR_OPEN_IN_ROOT, dirfd, path);

	if (mount == NULL)
		return -1;
	mount->call->flags = flags;
	return end_open(mount, ask(mount));
}

int rl_far_dup(int fd)
{
	struct mount *mount = begin(RL_FAR_DUP, fd, NULL);

	return end_open(mount, ask(mount));
}

int rl_far_close(int fd)
{
	struct mount *mount;

	/* The root stays. */
	if (fd == mount_of(fd)->root)
		return 0;
	mount = begin(RL_FAR_CLOSE, fd, NULL);
	return (int)end(mount, ask(mount));
}

/* A call that gives @size bytes at most, which go to @data. */
static ssize_t end_data(struct mount *mount, void *data, size_t size)
{
	int64_t ret;

	mount->call->size = size;
	ret = ask(mount);
	if (ret > (int64_t)size)
		ret = -EIO;
	if (ret > 0)
		memcpy(data, mount->call->data, (size_t)ret);
	return (ssize_t)end(mount, ret);
}

static size_t at_most(size_t size)
{
	return size < RL_FAR_DATA ? size : RL_FAR_DATA;
}

ssize_t rl_far_getdents(int fd, void *data, size_t size)
{
	return end_data(begin(RL_FAR_GETDENTS, fd, NULL), data, at_most(size));
}

ssize_t rl_far_readlinkat(int dirfd, const char *name, char *data, size_t size)
{
	struct mount *mount = begin(RL_FAR_READLINKAT, dirfd, name);

	return mount != NULL ? end_data(mount, data, at_most(size)) : -1;
}

ssize_t rl_far_pread(int fd, void *data, size_t size, uint64_t offset)
{
	struct mount *mount = begin(RL_FAR_PREAD, fd, NULL);

	mount->call->offset = (int64_t)offset;
	return end_data(mount, data, at_most(size));
}

off_t rl_far_lseek(int fd, off_t offset, int whence)
{
	struct mount *mount = begin(RL_FAR_LSEEK, fd, NULL);

	mount->call->offset = offset;
	mount->call->whence = whence;
	return (off_t)end(mount, ask(mount));
}

ssize_t rl_far_xattr(const struct rl_handle *handle, const char *name, void *data, size_t size)
{
	struct mount *mount =
		begin(name != NULL ? RL_FAR_GETXATTR : RL_FAR_LISTXATTR, handle->fd, name);

	if (mount == NULL)
		return -1;
	mount->call->flags = handle->is_path;
	return end_data(mount, data, at_most(size));
}

int rl_far_stat(int dirfd, const char *name, struct rl_entry *entry)
{
	struct mount *mount = begin(RL_FAR_STAT, dirfd, name);
	int64_t ret;

	if (mount == NULL)
		return -errno;
	ret = ask(mount);
	if (ret == 0)
		rl_stat_copy(&mount->call->stat, entry);
	(void)end(mount, ret);
	return (int)ret;
}

int rl_far_acl(const struct rl_handle *handle, bool is_default, struct rl_acl *acl)
{
	struct mount *mount = begin(RL_FAR_ACL, handle->fd, NULL);
	int64_t ret;

	mount->call->flags = (handle->is_path ? 1 : 0) | (is_default ? 2 : 0);
	ret = ask(mount);
	if (ret > 0 && (size_t)ret <= RL_FAR_DATA / sizeof(*acl->entries)) {
		acl->entries = calloc((size_t)ret, sizeof(*acl->entries));
		acl->count = acl->entries != NULL ? (size_t)ret : 0;
		if (acl->count > 0)
			memcpy(acl->entries, mount->call->data, acl->count * sizeof(*acl->entries));
		ret = acl->entries != NULL ? 0 : -ENOMEM;
	}
	(void)end(mount, ret);
	return (int)ret;
}

int rl_far_label(const struct rl_handle *handle, char **label_ret, size_t *size_ret)
{
	struct mount *mount = begin(RL_FAR_LABEL, handle->fd, NULL);
	int64_t ret;

	*label_ret = NULL;
	*size_ret = 0;
	mount->call->flags = handle->is_path;
	ret = ask(mount);
	if (ret > 0) {
		*label_ret = strndup((const char *)mount->call->data, RL_FAR_DATA);
		*size_ret = (size_t)ret;
		ret = *label_ret != NULL ? 0 : -ENOMEM;
	}
	(void)end(mount, ret);
	return (int)ret;
}
