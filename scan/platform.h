/* SPDX-License-Identifier: MIT */
/**
 * The platform that an image is for, as its config names it (OCI image-spec, config.md, "architecture" and
 * "variant"; their values are Go's GOARCH and GOARM).
 */

#ifndef RL_SCAN_PLATFORM_H
#define RL_SCAN_PLATFORM_H

#include "common/cleanup.h"

#include <stdbool.h>

/** A platform; `= {0}` is none. Owns nothing. */
struct rl_platform {
	/** GOARCH's word: "amd64". "" if there is none for the machine. */
	char architecture[16];
	/** "v8" of arm64; "v5" to "v8" of arm; "" of others. */
	char variant[4];
	/** The program that told, below the root: "sbin/init". "" if none did. */
	char program[64];
	/** No program told, so this is the running machine's: users should hear of it. */
	bool is_guess;
};

/**
 * Finds out what the programs of a root are for, by the ELF header of its init, or of its shell, or of
 * what else each root has; if none tells, the platform of the running machine. The running kernel is not
 * asked otherwise: a root for 32 bits runs on a kernel for 64.
 *
 * Which arm it is stands in the attributes of the program (Tag_CPU_arch of "Addenda to, and Errata in,
 * the ABI for the Arm Architecture"); without them it is v7 for the hard-float ABI and v5 for the other.
 *
 * Symlinks are followed within the root only. No more than a few KiB are read of a file, and nothing in it
 * is trusted.
 *
 * @platform filled in
 */
void rl_platform_find(int root_fd, struct rl_platform *platform);

/**
 * The platform of a machine that uname(2) or rl_facts_arch_of() names: of "armv7l" it is arm, v7.
 *
 * @platform filled in, but for its program; architecture is "" if the machine is not known
 */
void rl_platform_of_machine(const char *machine, struct rl_platform *platform);

/**
 * The platform that the program @fd, perhaps a far file, is for.
 *
 * @platform filled in, without the program's name; "" if it is not known
 *
 * @return whether it is a program for a machine that is known.
 */
bool rl_platform_of_program(int fd, struct rl_platform *platform);

/** The programs that rl_platform_find() asks, the likeliest first; the last one is NULL. */
extern const char *const rl_platform_programs[];

/** The directories whose files "ld-..." it asks then; the last one is NULL. */
extern const char *const rl_platform_loaders[];

#endif
