/* SPDX-License-Identifier: MIT */
#include "host/pace.h"

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/syscall.h>

/* linux/ioprio.h is not in every libc. */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_BEST_EFFORT_LOWEST (2 << 13 | 7)
#define LOWEST 19

#define SECOND INT64_C(1000000000)

static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

void rl_pace_take(struct rl_pace *pace, uint64_t bytes)
{
	struct timespec now;
	uint64_t rest;

	if (pace->rate == 0)
		return;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (is_before(&now, &pace->paid_at))
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &pace->paid_at, NULL);
	else
		pace->paid_at = now;
	/* In two steps, so that nothing overflows: a remainder is less than the rate. */
	pace->paid_at.tv_sec += (time_t)(bytes / pace->rate);
	rest = bytes % pace->rate;
	pace->paid_at.tv_nsec += (long)((double)rest / (double)pace->rate * (double)SECOND);
	if (pace->paid_at.tv_nsec >= SECOND) {
		pace->paid_at.tv_nsec -= SECOND;
		pace->paid_at.tv_sec++;
	}
}

/*
 * Not the idle class of disk schedulers: mq-deadline lets its requests wait while there are any others,
 * for as long as 10 s each, so that beside a program that writes all the time, as the engine that
 * imports, a capture hardly gets on. A file system that is frozen, or a snapshot that grows, does the
 * host more harm than a few more reads.
 */
int rl_pace_be_polite(void)
{
	int ret = 0;

	if (setpriority(PRIO_PROCESS, 0, LOWEST) != 0)
		ret = -errno;
	if (syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_BEST_EFFORT_LOWEST) != 0 &&
		ret == 0)
		ret = -errno;
	return ret;
}
