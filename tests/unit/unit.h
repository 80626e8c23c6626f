/* SPDX-License-Identifier: MIT */
/** What all unit tests include: cmocka and what it wants to have before it. */

#ifndef RL_TESTS_UNIT_H
#define RL_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** How many elements an array has. */
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/** Whether valgrind runs the test, by what it preloads. */
static inline bool is_under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload != NULL && strstr(preload, "vgpreload") != NULL;
}

#endif
