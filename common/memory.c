/* SPDX-License-Identifier: MIT */
#include "common/memory.h"

#include <stdlib.h>

bool rl_memory_is_there(size_t size)
{
	/* Volatile, since compilers know malloc() and leave out what nobody looks at. */
	void *volatile block = malloc(size);
	bool is_there = block != NULL;

	free(block);
	return is_there;
}
