/* SPDX-License-Identifier: MIT */
/**
 * A root full of symlinks that a hostile disk may have, and paths that are looked for in it: nothing
 * leads out, nothing that is not a regular file is read, and looking by hand finds what the kernel's
 * openat2(2) finds. One instruction a line:
 *
 *     lDNTARGET    a symlink called N in directory D
 *     fDN pDN sDN  a file, a FIFO, a socket
 *     PATH         look for it
 */
#include "scan/root_file.h"
#include "tests/fuzz/scratch_root.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
long syscall(long number, ...);

/* The root is a directory of the scratch one: what lies beside it is outside. */
static const char *const dirs[] = {"root", "root/a", "root/a/b", "root/a/b/c"};
static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "usr"};

#define DIR_COUNT (sizeof(dirs) / sizeof(*dirs))
#define NAME_COUNT (sizeof(names) / sizeof(*names))
#define LOOKUPS_MAX 32

static bool has_openat2 = true;

/*
 * The kernel with and without openat2(2), for those who call it by this function. Most give fewer
 * arguments than are passed on here, which are whatever is on the stack.
 */
__attribute__((no_sanitize_address)) long syscall(long number, ...)
{
	static long (*next)(long, ...);
	long arguments[6];
	va_list list;
	size_t i;

	if (number == SYS_openat2 && !has_openat2) {
		errno = ENOSYS;
		return -1;
	}
	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "syscall");
	va_start(list, number);
	for (i = 0; i < 6; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	return next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
		arguments[5]);
}

/* Which file it is; 0: none. */
static ino_t inode_of(int fd, mode_t *mode)
{
	struct stat st;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) != 0)
		abort();
	*mode = st.st_mode;
	(void)close(fd);
	return st.st_ino;
}

/* By hand a path may be too deep or too long that the kernel can follow. */
static bool is_limit(int code)
{
	return code == -ENAMETOOLONG || code == -ELOOP;
}

/* What is found has to be in the root. */
static void check_inside(int fd)
{
	char link[64], path[PATH_MAX], root[PATH_MAX];
	ssize_t len, root_len;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fuzz_root());
	root_len = readlink(link, root, sizeof(root) - 6);
	if (len < 0 || root_len < 0)
		abort();
	path[len] = '\0';
	memcpy(root + root_len, "/root", 6);
	root_len += 5;
	if (strncmp(path, root, (size_t)root_len) != 0 ||
		(path[root_len] != '\0' && path[root_len] != '/'))
		abort();
}

static void look(int root, const char *path)
{
	struct rl_buf text = {0}, real = {0};
	mode_t mode = 0, mode_by_hand = 0;
	ino_t inode, by_hand;
	int fd = rl_root_open(root, path, O_PATH), fd_by_hand;

	has_openat2 = false;
	fd_by_hand = rl_root_open(root, path, O_PATH);
	has_openat2 = true;
	if (fd >= 0)
		check_inside(fd);
	if (fd_by_hand >= 0)
		check_inside(fd_by_hand);
	inode = inode_of(fd, &mode);
	by_hand = inode_of(fd_by_hand, &mode_by_hand);
	if (inode != by_hand && !is_limit(fd) && !is_limit(fd_by_hand))
		abort();
	if (rl_root_read(root, path, 16, &text) == 1 && !S_ISREG(mode))
		abort();
	if (rl_root_realpath(root, path, &real) == 0 && S_ISDIR(mode)) {
		RL_AUTO_FD int again = openat(root, real.len > 0 ? real.data : ".", O_PATH);
		struct stat st;

		if (real.data[0] == '/' || again < 0 || fstat(again, &st) != 0 ||
			st.st_ino != inode)
			abort();
	}
	rl_buf_free(&text);
	rl_buf_free(&real);
}

/* Makes what a line says, if nothing is there. Returns whether it says so. */
static bool make(const char *line)
{
	char path[64];

	if (strchr("lfps", line[0]) == NULL || line[0] == '\0' || line[1] == '\0' ||
		line[2] == '\0')
		return false;
	(void)snprintf(path, sizeof(path), "%s/%s", dirs[(unsigned char)line[1] % DIR_COUNT],
		names[(unsigned char)line[2] % NAME_COUNT]);
	if (line[0] == 'l')
		(void)!symlinkat(line + 3, fuzz_root(), path);
	else if (line[0] == 'f')
		(void)!mknodat(fuzz_root(), path, S_IFREG | 0600, 0);
	else if (line[0] == 'p')
		(void)!mknodat(fuzz_root(), path, S_IFIFO | 0600, 0);
	else
		(void)!mknodat(fuzz_root(), path, S_IFSOCK | 0600, 0);
	return true;
}

/* Removes all but the directories that are always there. */
static void clear(void)
{
	char path[64];
	size_t i, j;

	for (i = 0; i < DIR_COUNT; i++) {
		for (j = 0; j < NAME_COUNT; j++) {
			(void)snprintf(path, sizeof(path), "%s/%s", dirs[i], names[j]);
			(void)unlinkat(fuzz_root(), path, 0);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	RL_AUTO_FREE char *text = strndup(size > 0 ? (const char *)data : "", size);
	char *rest = text, *line;
	RL_AUTO_FD int root = -1;
	int lookups = 0;

	if (text == NULL)
		abort();
	fuzz_root_mkdir(dirs[DIR_COUNT - 1]);
	fuzz_root_write("a", (const uint8_t *)"outside", 7);
	root = openat(fuzz_root(), dirs[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		abort();
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (!make(line) && lookups++ < LOOKUPS_MAX)
			look(root, line);
	}
	clear();
	return 0;
}
