/* SPDX-License-Identifier: MIT */
/*
 * To be preloaded: stops the process at a call that has to do with a certain file, until it may go on.
 *
 * HOLD_CALL: "-openat", "+openat", "-preadv2" or "+preadv2": before or after the first such call for the
 * file with the name HOLD_NAME. HOLD_HELD and HOLD_GO name FIFOs: a byte goes into the one when the
 * process stops, and it goes on when there is one in the other. They are opened at the beginning, since
 * nothing can be opened for writing later on.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *wanted_call, *wanted_name;
static int held = -1, go = -1, wanted_fd = -1;

__attribute__((constructor)) static void begin(void)
{
	const char *held_path = getenv("HOLD_HELD"), *go_path = getenv("HOLD_GO");

	wanted_call = getenv("HOLD_CALL");
	wanted_name = getenv("HOLD_NAME");
	if (held_path == NULL || go_path == NULL || wanted_call == NULL || wanted_name == NULL)
		return;
	held = open(held_path, O_RDWR | O_CLOEXEC);
	go = open(go_path, O_RDWR | O_CLOEXEC);
}

/* Stops here if this is the place. Once only. */
static void hold(char where, const char *call)
{
	char byte = 'h';

	if (held < 0 || go < 0 || wanted_call[0] != where || strcmp(wanted_call + 1, call) != 0)
		return;
	if (write(held, &byte, 1) != 1 || read(go, &byte, 1) != 1)
		abort();
	held = -1;
}

static int hold_openat(int dir, const char *name, int flags, mode_t mode)
{
	static int (*real)(int, const char *, int, ...);
	int is_wanted = wanted_name != NULL && strcmp(name, wanted_name) == 0, fd;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "openat");
	if (is_wanted)
		hold('-', "openat");
	fd = real(dir, name, flags, mode);
	if (is_wanted) {
		wanted_fd = fd;
		hold('+', "openat");
	}
	return fd;
}

static ssize_t hold_preadv2(int fd, const struct iovec *pieces, int count, off_t offset, int flags)
{
	static ssize_t (*real)(int, const struct iovec *, int, off_t, int);
	ssize_t len;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "preadv2");
	if (fd == wanted_fd)
		hold('-', "preadv2");
	len = real(fd, pieces, count, offset, flags);
	if (fd == wanted_fd)
		hold('+', "preadv2");
	return len;
}

/* Both of the names that they have, by the size of off_t. */
#define OPENAT(name)                                                                      \
	int name(int dir, const char *path, int flags, ...);                              \
	int name(int dir, const char *path, int flags, ...)                               \
	{                                                                                 \
		va_list rest;                                                             \
		mode_t mode;                                                              \
		va_start(rest, flags);                                                    \
		mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0; \
		va_end(rest);                                                             \
		return hold_openat(dir, path, flags, mode);                               \
	}
#define PREADV2(name)                                                                         \
	ssize_t name(int fd, const struct iovec *pieces, int count, off_t offset, int flags); \
	ssize_t name(int fd, const struct iovec *pieces, int count, off_t offset, int flags)  \
	{                                                                                     \
		return hold_preadv2(fd, pieces, count, offset, flags);                        \
	}

#undef openat
#undef openat64
OPENAT(openat)
OPENAT(openat64)
PREADV2(preadv2)
PREADV2(preadv64v2)
