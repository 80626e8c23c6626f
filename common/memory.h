/* SPDX-License-Identifier: MIT */
/** Asking for memory on behalf of libraries that do not bear to get none. */

#ifndef RL_COMMON_MEMORY_H
#define RL_COMMON_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Whether @size bytes could be allocated now. They are released again, so that in a process of one thread
 * whatever is called next finds them.
 */
bool rl_memory_is_there(size_t size);

#endif
