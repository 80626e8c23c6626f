/* SPDX-License-Identifier: MIT */
/**
 * Runs another program on data that nobody trusts, shut in: whoever takes it over by way of the data
 * has one directory, some memory and a minute.
 */

#ifndef RL_HOST_JAIL_H
#define RL_HOST_JAIL_H

#include "common/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** A user that the program is not changed to: it stays who this process is. */
#define RL_JAIL_NO_USER ((uid_t)-1)

/** What to run, and what it may use. */
struct rl_jail {
	/** The program's name, looked for in $PATH, and its arguments; a NULL ends them. */
	const char **argv;
	/** Which argument is a path below @dir, with a "/" before it; where @dir is is put before it. */
	size_t path_index;
	/** The one directory that the program can write to, with an absolute path. */
	const char *dir;
	/** As whom it runs, a user that has nothing but @dir; RL_JAIL_NO_USER: as this process. */
	uid_t user;
	/** What its standard output is: a descriptor. */
	int out;
	/** What its standard error is. */
	int messages;
	/** How long it may take, in seconds. */
	unsigned int seconds;
	/** How much memory it may use, in bytes. */
	uint64_t memory;
	/** How large a file it writes may become, in bytes; its output too. */
	uint64_t file_size;
};

/**
 * Gives a new directory of this process to a user that nobody else is, if this process is root.
 *
 * @return the user, for rl_jail.user; RL_JAIL_NO_USER if that cannot be done.
 */
uid_t rl_jail_take_user(const char *dir);

/**
 * Runs a program to its end, and ends what it has started. It has no rights of root and gets none, no
 * network, none of this process's descriptors and environment; it can read what is installed (/usr,
 * /etc) and write to @dir. Each measure that the kernel does not have is passed over.
 *
 * @return 0 if it ended with status 0; -ECHILD if it ended otherwise; -ENOENT if there is no such
 *         program (@err is then untouched); -ETIMEDOUT; -EINTR if a signal came; another negative errno.
 */
int rl_jail_run(const struct rl_jail *jail, struct rl_error *err) RL_CHECKED;

#endif
