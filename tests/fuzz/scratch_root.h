/* SPDX-License-Identifier: MIT */
/** A directory in place of a root, for parsers that open their files themselves. */

#ifndef RL_TESTS_FUZZ_SCRATCH_ROOT_H
#define RL_TESTS_FUZZ_SCRATCH_ROOT_H

#include <stddef.h>
#include <stdint.h>

/** A descriptor of it, made at the first call with an empty etc, and removed at the end if it is empty again. */
int fuzz_root(void);

/** Has the file @path, "etc/NAME", hold these bytes and nothing else. */
void fuzz_root_write(const char *path, const uint8_t *data, size_t size);

/** Removes that file, which has to be there. */
void fuzz_root_remove(const char *path);

#endif
