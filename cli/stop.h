/* SPDX-License-Identifier: MIT */
/** Signals that ask a run to end. */

#ifndef RL_CLI_STOP_H
#define RL_CLI_STOP_H

#include <signal.h>

/**
 * From now on SIGINT and the like end the run in order, and a closed pipe is an error of write(2).
 *
 * @return a static variable that is not zero once a signal has come.
 */
const volatile sig_atomic_t *rl_stop_catch(void);

/**
 * From now on such a signal also writes a byte to @fd, so that another process need not wait until a
 * reader that hangs lets this one go on; -1: no longer.
 */
void rl_stop_pass_on(int fd);

#endif
