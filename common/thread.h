/* SPDX-License-Identifier: MIT */
/** Threads that do work for the one that the user's signals are for. */

#ifndef RL_COMMON_THREAD_H
#define RL_COMMON_THREAD_H

#include "common/cleanup.h"

#include <pthread.h>
#include <stddef.h>

/**
 * Starts a thread, with all signals blocked: they are for the thread that the caller is. It has the rights
 * and limits that the caller has now.
 *
 * @stack_size in bytes
 *
 * @return 0 with *@thread_ret set, which the caller joins; or a negative errno.
 */
int rl_thread_start(
	void *(*run)(void *), void *ctx, size_t stack_size, pthread_t *thread_ret) RL_CHECKED;

#endif
