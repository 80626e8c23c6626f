/* SPDX-License-Identifier: MIT */
/** A directory in place of a root, for parsers that open their files themselves. */

#ifndef RL_TESTS_FUZZ_SCRATCH_ROOT_H
#define RL_TESTS_FUZZ_SCRATCH_ROOT_H

#include <stddef.h>
#include <stdint.h>

/** A descriptor of it, made empty at the first call, and removed with all that is in it at the end. */
int fuzz_root(void);

/** Makes the directory @path in it, and those above it. */
void fuzz_root_mkdir(const char *path);

/** Has the file @path hold these bytes and nothing else; its directory has to be there. */
void fuzz_root_write(const char *path, const uint8_t *data, size_t size);

/** Removes that file, which has to be there. */
void fuzz_root_remove(const char *path);

#endif
