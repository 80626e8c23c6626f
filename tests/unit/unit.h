/* SPDX-License-Identifier: MIT */
/** What all unit tests include: cmocka and what it wants to have before it. */

#ifndef RL_TESTS_UNIT_H
#define RL_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** How many elements an array has. */
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#endif
