/* SPDX-License-Identifier: MIT */
#include "common/thread.h"

#include <signal.h>

int rl_thread_start(void *(*run)(void *), void *ctx, size_t stack_size, pthread_t *thread_ret)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int ret = pthread_attr_init(&attributes);

	if (ret != 0)
		return -ret;
	(void)pthread_attr_setstacksize(&attributes, stack_size);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	ret = pthread_create(thread_ret, &attributes, run, ctx);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attributes);
	return -ret;
}
