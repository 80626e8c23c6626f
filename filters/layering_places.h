/* SPDX-License-Identifier: MIT */
/** Which files go to a layer by their place, whatever packages there are; for filters/layering*.c only. */

#ifndef RL_FILTERS_LAYERING_PLACES_H
#define RL_FILTERS_LAYERING_PLACES_H

#include <stdbool.h>

/** Places, from the one that changes least on. */
enum rl_place {
	/** Files of no package, of the size of one, that are made of what packages have. */
	RL_PLACE_GENERATED,
	/** Other files of no package where packages have theirs. */
	RL_PLACE_SYSTEM,
	/** Of these, compiled Python. */
	RL_PLACE_BYTECODE,
	/** What was installed by hand. */
	RL_PLACE_LOCAL,
	/** What is in no other place. */
	RL_PLACE_DATA,
	/** What programs write. */
	RL_PLACE_VARIABLE,
	/** What hosts are set up with, whoever owns it. */
	RL_PLACE_CONFIGURATION,
	/** What changes with each installation: package databases, caches, logs. */
	RL_PLACE_STATE,
	/** How many there are. */
	RL_PLACE_COUNT
};

/** What there is to know of a place. */
struct rl_place_facts {
	/** What people call it. */
	const char *name;
	/** By how many of its components a path is told where it has several layers; 0: it never has. */
	unsigned char depth;
};

/** Of each place. */
extern const struct rl_place_facts rl_place_facts[RL_PLACE_COUNT];

/** The place of a path below ROOT; never RL_PLACE_BYTECODE. */
enum rl_place rl_place_of(const char *path);

/** Whether the file at @path is compiled Python, by its name. */
bool rl_place_is_bytecode(const char *path);

/** Whether programs make the file at @path anew with each installation, though an rpm package may own it. */
bool rl_place_is_made_anew(const char *path);

#endif
