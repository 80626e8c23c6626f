/* SPDX-License-Identifier: MIT */
/**
 * Mounts that may make one wait: of network file systems and of FUSE, whose server may have gone.
 *
 * A call on such a mount may never return, and a process that waits in it cannot be ended by any signal
 * (a FUSE request that its server has taken is waited out, and so is each close of a file). So all that
 * is asked of such a mount is asked by a process beside this one, its helper, which has the files open;
 * this process has none that would have to be closed at its end. It waits for an answer so long and no
 * longer: then the mount is given up, and the helper is left behind, to end when it gets its answer.
 *
 * A file there has a number in the place of a descriptor (rl_is_far()), which the functions below take
 * beside real ones. Real ones cost nothing more than a comparison. Any other call says EBADF to it.
 */

#ifndef RL_SCAN_FAR_H
#define RL_SCAN_FAR_H

#include "common/error.h"
#include "scan/entry.h"
#include "scan/handle.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/** The first number that stands for a far file; no descriptor is that large. */
#define RL_FAR_FIRST (1 << 30)

/** How far mounts are asked. */
struct rl_far_options {
	/** How long an answer may take, in seconds. */
	unsigned int seconds;
	/** Not zero once a signal asks to stop: nothing is waited for then. Borrowed; may be NULL. */
	const volatile sig_atomic_t *stop;
	/** Called in each helper before it opens anything, to give up rights; may be NULL. */
	void (*confine)(void *ctx);
	/** Called again and again while an answer takes long; may be NULL. */
	void (*waiting)(void *ctx, const char *mount_point, unsigned int seconds);
	/** Handed to @confine; borrowed. */
	void *confine_ctx;
	/** Handed to @waiting; borrowed. */
	void *waiting_ctx;
};

/** Whether @fd is that of a far file. */
static inline bool rl_is_far(int fd)
{
	return fd >= RL_FAR_FIRST;
}

/**
 * Whether @path, a directory, can be opened and resolved: asked by a process of its own.
 *
 * @return 0; -ETIMEDOUT if there was no answer in time; -EINTR if stopped; or another negative errno
 *         if nobody could be asked. What the calls themselves say is not looked at.
 */
int rl_far_probe(const char *path, const struct rl_far_options *options) RL_CHECKED;

/**
 * Starts the helper of a mount. Not thread-safe, and only before rights are given up.
 *
 * @place       the root of the mount, open with O_PATH; stays the caller's
 * @path        the mount point below ROOT, "" for ROOT itself
 * @mount_point the absolute path, for people
 *
 * @return the far number of the root, opened so, which stays open; or a negative errno.
 */
int rl_far_start(int place, const char *path, const char *mount_point,
	const struct rl_far_options *options) RL_CHECKED;

/**
 * Notes a mount that is left out and not to be asked anything, at @path below ROOT.
 *
 * @return 0 or -ENOMEM.
 */
int rl_far_avoid(const char *path) RL_CHECKED;

/** Whether there are any mounts, asked or avoided, for rl_far_at(). */
bool rl_far_has_any(void);

/** The mount at @path below ROOT: its far number, -ENOENT if it is avoided, or 0 if there is none. */
int rl_far_at(const char *path);

/** Whether the mount that the file @fd is on has been given up. */
bool rl_far_is_lost(int fd);

/** Ends all helpers and forgets all mounts. */
void rl_far_end(void);

/** As the system calls, for far files: -1 with errno, which is ETIMEDOUT for a mount given up. */
int rl_far_openat(int dirfd, const char *name, int flags);
/** As openat2(2), for paths in @dirfd as a root. */
int rl_far_open_in_root(int dirfd, const char *path, int flags);
/** As dup(2). */
int rl_far_dup(int fd);
/** As close(2). */
int rl_far_close(int fd);
/** As getdents64(2). */
ssize_t rl_far_getdents(int fd, void *data, size_t size);
/** As readlinkat(2). */
ssize_t rl_far_readlinkat(int dirfd, const char *name, char *data, size_t size);
/** As pread(2); perhaps less than @size is read. */
ssize_t rl_far_pread(int fd, void *data, size_t size, uint64_t offset);
/** As lseek(2). */
off_t rl_far_lseek(int fd, off_t offset, int whence);
/** As fgetxattr(2), or flistxattr(2) if @name is NULL, for a handle. */
ssize_t rl_far_xattr(const struct rl_handle *handle, const char *name, void *data, size_t size);
/** As rl_stat(), but the file system is asked for what is true now. */
int rl_far_stat(int dirfd, const char *name, struct rl_entry *entry);
/** As rl_acl_read(). */
int rl_far_acl(const struct rl_handle *handle, bool is_default, struct rl_acl *acl);
/** As rl_label_read(). */
int rl_far_label(const struct rl_handle *handle, char **label_ret, size_t *size_ret);

/** openat(2) of a real or a far directory. */
static inline int rl_openat(int dirfd, const char *name, int flags)
{
	return rl_is_far(dirfd) ? rl_far_openat(dirfd, name, flags) : openat(dirfd, name, flags);
}

/** dup(2) of a real or a far file. */
static inline int rl_dup(int fd)
{
	return rl_is_far(fd) ? rl_far_dup(fd) : dup(fd);
}

/** close(2) of a real or a far file. */
static inline int rl_close(int fd)
{
	return rl_is_far(fd) ? rl_far_close(fd) : close(fd);
}

/** readlinkat(2) of a real or a far file. */
static inline ssize_t rl_readlinkat(int dirfd, const char *name, char *data, size_t size)
{
	return rl_is_far(dirfd) ? rl_far_readlinkat(dirfd, name, data, size)
				: readlinkat(dirfd, name, data, size);
}

/** getdents64(2) of a real or a far directory. */
static inline ssize_t rl_getdents(int fd, void *data, size_t size)
{
	return rl_is_far(fd) ? rl_far_getdents(fd, data, size) : getdents64(fd, data, size);
}

/** pread(2) of a real or a far file. */
static inline ssize_t rl_pread(int fd, void *data, size_t size, uint64_t offset)
{
	return rl_is_far(fd) ? rl_far_pread(fd, data, size, offset)
			     : pread(fd, data, size, (off_t)offset);
}

/** lseek(2) of a real or a far file. */
static inline off_t rl_lseek(int fd, off_t offset, int whence)
{
	return rl_is_far(fd) ? rl_far_lseek(fd, offset, whence) : lseek(fd, offset, whence);
}

/** As RL_AUTO_FD, for descriptors that may be far. */
#define RL_AUTO_ANY_FD __attribute__((cleanup(rl_cleanup_any_fd)))

/** For RL_AUTO_ANY_FD; errno is kept. */
static inline void rl_cleanup_any_fd(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)rl_close(*fd);
	errno = saved;
}

#endif
