/* SPDX-License-Identifier: MIT */
#include "scan/root_file.h"

#include "scan/far.h"
#include "scan/far_call.h"
#include "scan/page_cache.h"
#include "scan/stat.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>

#define SYMLINK_MAX 40
/* Files lie at most this deep, also where symlinks lead to. */
#define DEPTH_MAX 64
#define READ_SIZE ((size_t)64 << 10)

/* A path that is being resolved by hand. */
struct lookup {
	/* The directories come through, the innermost last; the root itself is not among them. */
	int dirs[DEPTH_MAX];
	size_t depth;
	/* What is left to resolve. */
	char rest[PATH_MAX];
	int links;
	int root_fd;
	/* The path come to so far; where in it each directory's name begins. */
	struct rl_buf *real;
	size_t begins[DEPTH_MAX + 1];
};

/* Copies at most what fits: it has been checked before. */
static void copy(char *to, size_t size, const char *from)
{
	(void)snprintf(to, size, "%s", from);
}

/* Adds a name to the path come to so far. */
static int append_name(struct lookup *lookup, const char *name)
{
	int ret = 0;

	lookup->begins[lookup->depth] = lookup->real->len;
	if (lookup->real->len > 0)
		ret = rl_buf_append_str(lookup->real, "/");
	return ret == 0 ? rl_buf_append_str(lookup->real, name) : ret;
}

static void go_up(struct lookup *lookup, size_t depth)
{
	while (lookup->depth > depth) {
		(void)rl_close(lookup->dirs[--lookup->depth]);
		rl_buf_truncate(lookup->real, lookup->begins[lookup->depth]);
	}
}

static int innermost(const struct lookup *lookup)
{
	return lookup->depth > 0 ? lookup->dirs[lookup->depth - 1] : lookup->root_fd;
}

/*
 * Puts the target of a symlink before what comes behind it, @behind, in the rest of the path; NULL:
 * there is not even a "/".
 */
static int follow(struct lookup *lookup, const char *target, const char *behind)
{
	RL_AUTO_FREE char *rest = NULL;

	if (lookup->links++ == SYMLINK_MAX)
		return -ELOOP;
	if (asprintf(&rest, "%s%s%s", target, behind != NULL ? "/" : "",
		    behind != NULL ? behind : "") < 0) {
		rest = NULL;
		return -ENOMEM;
	}
	if (strlen(rest) >= sizeof(lookup->rest))
		return -ENAMETOOLONG;
	copy(lookup->rest, sizeof(lookup->rest), rest);
	if (target[0] == '/')
		go_up(lookup, 0);
	return 0;
}

/*
 * What is mounted at @name in the innermost directory, of mounts that may make one wait: its number, 0
 * if there is none, or a negative errno: -ENOENT for one that is not to be asked.
 */
static int mount_at(struct lookup *lookup, const char *name)
{
	size_t len = lookup->real->len;
	int ret = 0;

	if (!rl_far_has_any())
		return 0;
	if (len > 0)
		ret = rl_buf_append_str(lookup->real, "/");
	if (ret == 0)
		ret = rl_buf_append_str(lookup->real, name);
	if (ret == 0)
		ret = rl_far_at(lookup->real->data);
	rl_buf_truncate(lookup->real, len);
	return ret;
}

/* Opens @name in the innermost directory, or what is mounted there. */
static int open_name(const struct lookup *lookup, int mount, const char *name, int flags)
{
	int fd = mount > 0 ? rl_openat(mount, ".", flags & ~O_NOFOLLOW)
			   : rl_openat(innermost(lookup), name, flags | O_NOFOLLOW | O_CLOEXEC);

	return fd >= 0 ? fd : -errno;
}

/* Goes into the directory @name. */
static int go_down(struct lookup *lookup, int mount, const char *name)
{
	int fd, ret;

	if (lookup->depth == DEPTH_MAX)
		return -ENAMETOOLONG;
	fd = open_name(lookup, mount, name, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd;
	ret = append_name(lookup, name);
	lookup->dirs[lookup->depth++] = fd;
	return ret;
}

/*
 * Resolves the first component of the rest. Returns the file's descriptor if it was the last one,
 * -EINPROGRESS if it was not, or another negative errno.
 */
static int resolve_step(struct lookup *lookup, int flags)
{
	char *name = lookup->rest + strspn(lookup->rest, "/");
	char *behind = name + strcspn(name, "/");
	char target[PATH_MAX];
	bool is_last, has_slash = *behind != '\0';
	ssize_t len;
	int fd, ret, mount;

	if (has_slash)
		*behind++ = '\0';
	is_last = behind[strspn(behind, "/")] == '\0';
	if (strcmp(name, "..") == 0 || strcmp(name, ".") == 0 || *name == '\0') {
		/* ".." of the root is the root. */
		if (name[0] == '.' && name[1] == '.' && lookup->depth > 0)
			go_up(lookup, lookup->depth - 1);
		if (is_last) {
			fd = rl_openat(innermost(lookup), ".", flags | O_CLOEXEC);
			return fd >= 0 ? fd : -errno;
		}
		memmove(lookup->rest, behind, strlen(behind) + 1);
		return -EINPROGRESS;
	}
	mount = mount_at(lookup, name);
	if (mount < 0)
		return mount;
	/* The last one is not followed if it is to be opened itself. */
	len = mount > 0 || (is_last && (flags & O_NOFOLLOW) != 0)
		      ? -1
		      : rl_readlinkat(innermost(lookup), name, target, sizeof(target) - 1);
	if (len >= 0) {
		target[len] = '\0';
		ret = follow(lookup, target, has_slash ? behind : NULL);
		return ret == 0 ? -EINPROGRESS : ret;
	}
	/* With "/" behind it only a directory is there. */
	if (is_last)
		return open_name(lookup, mount, name, flags | (has_slash ? O_DIRECTORY : 0));
	ret = go_down(lookup, mount, name);
	if (ret != 0)
		return ret;
	memmove(lookup->rest, behind, strlen(behind) + 1);
	return -EINPROGRESS;
}

/*
 * Opens a path in the root, symlinks resolved within the root, where openat2(2) cannot be used: a
 * component at a time, so that no symlink is followed by the kernel and nothing leads out.
 */
static int open_by_hand(int root_fd, const char *path, int flags)
{
	struct rl_buf real = {0};
	struct lookup lookup = {.root_fd = root_fd, .real = &real};
	int ret = -EINPROGRESS;

	if (path[0] == '\0')
		return -ENOENT;
	if (strlen(path) >= sizeof(lookup.rest))
		return -ENAMETOOLONG;
	copy(lookup.rest, sizeof(lookup.rest), path);
	while (ret == -EINPROGRESS)
		ret = resolve_step(&lookup, flags);
	go_up(&lookup, 0);
	rl_buf_free(&real);
	return ret;
}

int rl_root_open(int root_fd, const char *path, int flags)
{
	/* Where mounts may make one wait, only what is not on any mount is opened in one go. */
	uint64_t more = rl_far_has_any() ? RESOLVE_NO_XDEV : 0;
	int fd = rl_is_far(root_fd) ? rl_far_open_in_root(root_fd, path, flags)
				    : rl_openat2_in_root(root_fd, path, flags, more);

	if (fd >= 0)
		return fd;
	/*
	 * Old seccomp lists answer EPERM (as O_NOATIME may, which is the same by hand); EAGAIN is
	 * the answer to ".." while anything on the machine is being renamed.
	 */
	if (errno != ENOSYS && errno != EPERM && errno != EAGAIN && errno != EXDEV)
		return -errno;
	return open_by_hand(root_fd, path, flags);
}

/* Whether the file is there at all, and can be followed to. */
static bool is_no_file(int code)
{
	return code == ENOENT || code == ENOTDIR || code == ELOOP || code == EISDIR ||
	       code == ENAMETOOLONG;
}

/* Opens a file in the root if it is a regular one. Returns its descriptor; -ENOENT if none is. */
static int open_checked(int root_fd, const char *path, int flags)
{
	RL_AUTO_ANY_FD int fd = rl_root_open(root_fd, path, flags);
	struct rl_entry entry = {0};
	int ret;

	if (fd < 0)
		return is_no_file(-fd) ? -ENOENT : fd;
	ret = rl_stat(fd, "", &entry);
	if (ret != 0)
		return ret;
	return S_ISREG(entry.mode) ? rl_steal_fd(&fd) : -ENOENT;
}

int rl_root_open_file(int root_fd, const char *path)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
	/* What it is has to be known before it is opened for reading: a device may act on that. */
	int fd = open_checked(root_fd, path, O_PATH);

	if (fd < 0)
		return fd;
	(void)rl_close(fd);
	fd = open_checked(root_fd, path, flags | O_NOATIME);
	return fd == -EPERM ? open_checked(root_fd, path, flags) : fd;
}

/* Reads up to @max bytes of @fd, and leaves the page cache as it was. */
static int read_up_to(int fd, size_t max, struct rl_buf *text)
{
	struct rl_page_cache cache = {.is_kept = true};
	struct rl_entry entry = {0};
	int ret = rl_stat(fd, "", &entry);

	while (ret == 0 && text->len < max) {
		size_t want = max - text->len < READ_SIZE ? max - text->len : READ_SIZE;
		ssize_t len;

		ret = rl_buf_reserve(text, want + 1);
		if (ret != 0)
			break;
		len = rl_page_cache_read(
			&cache, fd, text->data + text->len, want, text->len, entry.size);
		if (len == 0)
			break;
		if (len < 0)
			ret = (int)len;
		else
			text->len += (size_t)len;
	}
	rl_page_cache_end(&cache, fd);
	rl_page_cache_free(&cache);
	return ret;
}

int rl_root_read(int root_fd, const char *path, size_t max, struct rl_buf *text)
{
	RL_AUTO_ANY_FD int fd = rl_root_open_file(root_fd, path);
	int ret;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	rl_buf_truncate(text, 0);
	ret = read_up_to(fd, max, text);
	if (ret != 0)
		return ret;
	if (rl_buf_reserve(text, 1) != 0)
		return -ENOMEM;
	text->data[text->len] = '\0';
	return 1;
}

bool rl_root_exists(int root_fd, const char *path)
{
	RL_AUTO_ANY_FD int fd = rl_root_open(root_fd, path, O_PATH);

	return fd >= 0;
}

int rl_root_stat(int root_fd, const char *path, struct rl_entry *entry)
{
	RL_AUTO_ANY_FD int fd = rl_root_open(root_fd, path, O_PATH | O_NOFOLLOW);

	return fd >= 0 ? rl_stat(fd, "", entry) : fd;
}

int rl_root_list(int root_fd, const char *path, struct rl_buf *names)
{
	RL_AUTO_ANY_FD int fd = rl_root_open(root_fd, path, O_RDONLY | O_DIRECTORY);
	RL_AUTO_FREE char *data = NULL;

	rl_buf_truncate(names, 0);
	if (fd < 0)
		return is_no_file(-fd) ? 0 : fd;
	data = malloc(READ_SIZE);
	if (data == NULL)
		return -ENOMEM;
	for (;;) {
		ssize_t at = 0, len = rl_getdents(fd, data, READ_SIZE);

		if (len <= 0)
			return len < 0 ? -errno : 0;
		while (at < len) {
			const struct dirent64 *dirent = (const void *)(data + at);
			const char *name = dirent->d_name;

			at += dirent->d_reclen;
			if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
				rl_buf_append(names, name, strlen(name) + 1) != 0)
				return -ENOMEM;
		}
	}
}

/* Goes one component on, into a directory, or along a symlink. Returns 0 if there is no such. */
static int resolve_directory(struct lookup *lookup, const char *name, const char *behind)
{
	char target[PATH_MAX];
	int ret, mount = mount_at(lookup, name);
	ssize_t len = -1;

	if (mount < 0)
		return mount == -ENOENT ? 0 : mount;
	if (mount == 0)
		len = rl_readlinkat(innermost(lookup), name, target, sizeof(target) - 1);
	if (len >= 0) {
		target[len] = '\0';
		ret = follow(lookup, target, behind);
		return ret == 0 ? 1 : ret;
	}
	ret = go_down(lookup, mount, name);
	if (ret != 0)
		return ret == -ENOMEM ? ret : 0;
	memmove(lookup->rest, behind, strlen(behind) + 1);
	return 1;
}

static int resolve_real(struct lookup *lookup)
{
	for (;;) {
		char *name = lookup->rest + strspn(lookup->rest, "/");
		char *behind = name + strcspn(name, "/");
		int ret;

		if (*name == '\0')
			return 0;
		if (*behind != '\0')
			*behind++ = '\0';
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
			if (name[1] == '.' && lookup->depth > 0)
				go_up(lookup, lookup->depth - 1);
			memmove(lookup->rest, behind, strlen(behind) + 1);
			continue;
		}
		ret = resolve_directory(lookup, name, behind);
		if (ret < 0)
			return ret;
		if (ret == 1)
			continue;
		/* It is no directory: what is behind it is as it is written. */
		ret = append_name(lookup, name);
		if (ret == 0 && *behind != '\0')
			ret = append_name(lookup, behind);
		return ret;
	}
}

int rl_root_realpath(int root_fd, const char *path, struct rl_buf *real)
{
	struct lookup lookup = {.root_fd = root_fd, .real = real};
	int ret;

	rl_buf_truncate(real, 0);
	if (strlen(path) >= sizeof(lookup.rest))
		return -ENAMETOOLONG;
	copy(lookup.rest, sizeof(lookup.rest), path);
	ret = resolve_real(&lookup);
	/* The path stays. */
	while (lookup.depth > 0)
		(void)rl_close(lookup.dirs[--lookup.depth]);
	return ret == 0 ? rl_buf_append_str(real, "") : ret;
}
