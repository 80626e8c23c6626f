/* SPDX-License-Identifier: MIT */
/** Other programs, run to their end within a time limit. */

#ifndef RL_HOST_PROGRAM_H
#define RL_HOST_PROGRAM_H

#include "common/cleanup.h"

#include <stdbool.h>

/** A program, and how it is run. It gets no descriptor but the three; its standard input is empty. */
struct rl_program {
	/** Its path and its arguments, then NULL; borrowed. */
	const char *const *argv;
	/** Its environment, then NULL; borrowed. NULL: that of this process. */
	const char *const *environment;
	/** Where its standard output goes. */
	int out_fd;
	/** Where its standard error goes. */
	int err_fd;
	/** How long it may take, in seconds. */
	unsigned int seconds;
	/**
	 * Its time over, it is asked to end (SIGTERM), and left alone if it does not within some seconds.
	 * Otherwise it is killed, with what it has started.
	 */
	bool is_delicate;
	/** Asked again and again while it runs: true: give up. Or NULL. */
	bool (*wait)(void *ctx);
	/** Handed to @wait. */
	void *ctx;
};

/**
 * Where $PATH has a program.
 *
 * @return 0 with *@path_ret a path that the caller frees; -ENOENT; -ENOMEM.
 */
int rl_program_find(const char *name, char **path_ret) RL_CHECKED;

/** Closes all descriptors from @first on. */
void rl_close_from(int first);

/**
 * Runs @program to its end.
 *
 * @status_ret what waitpid(2) says of it; 127 is the status of what cannot be executed
 *
 * @return 0; -ETIMEDOUT; -EINTR if @wait has said so; another negative errno if it cannot be started.
 */
int rl_program_run(const struct rl_program *program, int *status_ret) RL_CHECKED;

#endif
