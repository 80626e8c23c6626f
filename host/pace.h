/* SPDX-License-Identifier: MIT */
/** How much of the host's disks and processors a capture takes. */

#ifndef RL_HOST_PACE_H
#define RL_HOST_PACE_H

#include "common/cleanup.h"

#include <stdint.h>
#include <time.h>

/** A limit of bytes a second; zeroed there is none. */
struct rl_pace {
	/** Bytes a second; 0: no limit. */
	uint64_t rate;
	/** When all that was taken will have been paid for (CLOCK_MONOTONIC); 0: nothing was yet. */
	struct timespec paid_at;
};

/**
 * Takes @bytes: waits until all that was taken before is paid for. Bytes that were not taken are not
 * saved up: after a pause no burst follows. A signal ends the wait.
 */
void rl_pace_take(struct rl_pace *pace, uint64_t bytes);

/**
 * Lets all others go first: the lowest priority for processors, and the lowest one of the best-effort class
 * for disk schedulers that know such (ioprio_set(2)). Holds for this process until it ends.
 *
 * @return 0 or a negative errno.
 */
int rl_pace_be_polite(void) RL_CHECKED;

#endif
