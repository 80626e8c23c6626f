/* SPDX-License-Identifier: MIT */
/**
 * Gives up what this process will not need any more, once all is open that it does need: so that
 * no fault in it, and no file that it reads, can harm the host.
 */

#ifndef RL_HOST_CONFINE_H
#define RL_HOST_CONFINE_H

#include "common/error.h"
#include "host/capabilities.h"

#include <stddef.h>

/** The measures; each stands for itself. */
enum rl_measure {
	/** Root's rights are given up, but those for reading. */
	RL_MEASURE_CAPABILITIES,
	/** Nothing can be written but the output (Landlock). */
	RL_MEASURE_LANDLOCK,
	/** Only the system calls that reading takes (seccomp). */
	RL_MEASURE_SECCOMP,
	/** How many there are. */
	RL_MEASURE_COUNT
};

/** Where the output gets its name. */
struct rl_output_place {
	/** A descriptor of the directory; -1: nothing gets a name. */
	int dir_fd;
	/** The name in it; borrowed; NULL: one of any. */
	const char *name;
	/** What gets its name there is a directory that has been made, not a file. */
	bool is_directory;
};

/** What to give up. */
struct rl_confine_options {
	/** Which measures to take. */
	bool measures[RL_MEASURE_COUNT];
	/** What reading needs, of what is held. */
	rl_capabilities reading;
	/** Where outputs, and the files in them, get their names; borrowed. */
	const struct rl_output_place *places;
	/** How many; not more than RL_CONFINE_PLACES. */
	size_t place_count;
};

/** As many places as there may be. */
#define RL_CONFINE_PLACES 4

/** What became of it. */
struct rl_confinement {
	/** Of each measure: 0: taken; -ECANCELED: not wanted; else why it could not be taken. */
	int results[RL_MEASURE_COUNT];
	/** The capabilities that are left. */
	rl_capabilities kept;
	/** The version of Landlock. */
	int landlock;
	/** How many system calls are left. */
	int syscalls;
};

/** The name of @measure, as options have it: "capabilities", "landlock", "seccomp". */
const char *rl_measure_name(enum rl_measure measure);

/**
 * Takes the measures. One that the kernel cannot take is passed over. What is given up is given up
 * for good.
 */
void rl_confine(const struct rl_confine_options *options, struct rl_confinement *result);

#endif
