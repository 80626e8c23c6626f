/* SPDX-License-Identifier: MIT */
/** Scope-bound cleanup and ownership transfer (GCC and clang attributes). */

#ifndef RL_COMMON_CLEANUP_H
#define RL_COMMON_CLEANUP_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/** The result of a function must be looked at. */
#define RL_CHECKED __attribute__((warn_unused_result))
/** A printf-like function: format at argument @fmt, values from argument @args. */
#define RL_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/** Frees what a `char *` (or other pointer) variable owns when it goes out of scope. */
#define RL_AUTO_FREE __attribute__((cleanup(rl_cleanup_free)))
/** Closes the file descriptor that an `int` variable owns, if it is not negative. */
#define RL_AUTO_FD __attribute__((cleanup(rl_cleanup_fd)))
/** Closes the `FILE *` that a variable owns. For files that are read: errors are not reported. */
#define RL_AUTO_FILE __attribute__((cleanup(rl_cleanup_file)))

/** For RL_AUTO_FREE. @p is the address of a pointer variable; errno is kept. */
static inline void rl_cleanup_free(void *p)
{
	int saved = errno;

	free(*(void **)p);
	errno = saved;
}

/** For RL_AUTO_FD; errno is kept. */
static inline void rl_cleanup_fd(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd);
	errno = saved;
}

/** For RL_AUTO_FILE; errno is kept. */
static inline void rl_cleanup_file(FILE **file)
{
	int saved = errno;

	if (*file != NULL)
		(void)fclose(*file);
	errno = saved;
}

/** Takes the descriptor out of @fd, so that the variable owns nothing any more. */
static inline int rl_steal_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/** Takes the pointer out of the variable whose address is @p, which then owns nothing. */
#define rl_steal_ptr(p)                    \
	({                                 \
		__auto_type _taken = *(p); \
		*(p) = NULL;               \
		_taken;                    \
	})

#endif
