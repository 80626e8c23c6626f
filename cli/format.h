/* SPDX-License-Identifier: MIT */
/** Numbers and names as people read them. */

#ifndef RL_CLI_FORMAT_H
#define RL_CLI_FORMAT_H

#include "common/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Room for any number that the functions here make. */
#define RL_FORMAT_MAX 32

/** @count with commas, "1,234,567", into @out; returns @out. */
const char *rl_format_count(uint64_t count, char out[RL_FORMAT_MAX]);

/** @bytes in SI units, "8.7 GB", into @out; returns @out. */
const char *rl_format_bytes(uint64_t bytes, char out[RL_FORMAT_MAX]);

/**
 * @path escaped for a terminal (rl_escape()).
 *
 * @return a new string that the caller frees; NULL if out of memory, which is for printing "?".
 */
char *rl_format_path(const char *path) RL_CHECKED;

/** Whether colour is wanted on descriptor @fd: a terminal, and NO_COLOR is not set. */
bool rl_wants_colour(int fd);

#endif
