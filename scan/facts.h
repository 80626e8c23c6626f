/* SPDX-License-Identifier: MIT */
/** What is known of a root as a whole, which the conditions of profiles ask about. */

#ifndef RL_SCAN_FACTS_H
#define RL_SCAN_FACTS_H

#include "common/error.h"
#include "scan/accounts.h"
#include "scan/distro.h"
#include "scan/packages.h"

/** The facts; `= {.root_fd = -1}` is a root that nothing is known of. */
struct rl_facts {
	/** The root, a directory; borrowed; -1: there is none. */
	int root_fd;
	/** Which distribution it holds. */
	struct rl_distro distro;
	/** The machine that its programs are for, as uname(1) calls it: "x86_64"; "" if unknown. */
	char arch[16];
	/** Its users and groups; owned. */
	struct rl_accounts accounts;
	/** Its packages; owned; NULL while they have not been read. */
	struct rl_packages *packages;
	/**
	 * Has what lies at a path, and on the way there, appear in the root, where that holds only what was
	 * asked for (archive/shadow.h); NULL: all is there. What fails is told when it is asked for.
	 */
	void (*reveal)(void *ctx, const char *path);
	/** What @reveal is called with; borrowed. */
	void *reveal_ctx;
};

/**
 * Finds out which machine the programs of a root are for, by the ELF header of one of them.
 *
 * @arch filled in; "" if no program tells
 */
void rl_facts_find_arch(int root_fd, char arch[16]);

/** The machine of the 20 bytes that an ELF file begins with; "" if it is none that is known. */
const char *rl_facts_arch_of(const unsigned char header[20]);

/** Whether @path, which begins with "/", is there; symlinks are followed within the root. */
bool rl_facts_exists(const struct rl_facts *facts, const char *path);

/**
 * The path below the root that @path leads to, without "/" before it, symlinks in its directories
 * (and, if @follow, in its last component) resolved within the root. What is not there stays as it
 * is written.
 *
 * @return a new string, or NULL if out of memory.
 */
char *rl_facts_real_path(const struct rl_facts *facts, const char *path, bool follow) RL_CHECKED;

/** Releases what @facts owns. */
void rl_facts_free(struct rl_facts *facts);

#endif
