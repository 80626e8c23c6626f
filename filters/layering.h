/* SPDX-License-Identifier: MIT */
/**
 * Which layer of an image each file goes to, so that images of two hosts of a distribution have many
 * layers in common, and that of a host which has been upgraded has few new ones.
 *
 * A layer is shared only if it is the same to the last byte. So it depends as little as can be on what
 * else is installed: what all hosts have is by itself, and so is each of the largest packages; the others
 * are spread by the name of their source; what a host has written itself is in none of these.
 */

#ifndef RL_FILTERS_LAYERING_H
#define RL_FILTERS_LAYERING_H

#include "common/error.h"
#include "scan/entry.h"
#include "scan/packages.h"

/** How many layers there may be; `= {0}` is as suits. */
struct rl_layering_options {
	/** At most so many; 0: RL_LAYERING_DEFAULT. */
	size_t max_layers;
};

/** How many layers there are at most if nothing else is said. */
#define RL_LAYERING_DEFAULT 100

/** The layers of an image; opaque. */
struct rl_layering;

/**
 * Decides which layers there are.
 *
 * @packages borrowed, and must outlive the layering; NULL: none are known, and the layers are of places
 *           alone
 *
 * @return 0 with *@layering_ret set, which the caller frees with rl_layering_free(); -ENOMEM.
 */
int rl_layering_new(const struct rl_packages *packages, const struct rl_layering_options *options,
	struct rl_layering **layering_ret, struct rl_error *err) RL_CHECKED;

/** How many layers there are, at least 1. Some may get no file. */
size_t rl_layering_count(const struct rl_layering *layering);

/**
 * What layer number @index has, for people: "base system", "package firefox-esr". ASCII without control
 * characters; names need not be different. Layer 0 is the lowest; the last one has what changes with each
 * installation, and is small. Owned by @layering.
 */
const char *rl_layering_name(const struct rl_layering *layering, size_t index);

/**
 * The layer of the file at @path, a real path below ROOT without "/" before it. Of files with several
 * names only one may be asked for; which layer has directories is for the caller to say.
 *
 * @return a number below rl_layering_count().
 */
size_t rl_layering_of(const struct rl_layering *layering, const char *path);

/**
 * The layer of an entry: as rl_layering_of() says, but what belongs to a user or group whose number hosts
 * choose themselves (from 100 on), a setgid program of a package say, is in no package's layer.
 *
 * @return a number below rl_layering_count().
 */
size_t rl_layering_of_entry(const struct rl_layering *layering, const struct rl_entry *entry);

/** Releases @layering. NULL is fine. */
void rl_layering_free(struct rl_layering *layering);

#endif
