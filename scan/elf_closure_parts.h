/* SPDX-License-Identifier: MIT */
/** What the files of the closure share: elf_closure.c, elf_search.c, elf_roots.c. For nobody else. */

#ifndef RL_SCAN_ELF_CLOSURE_PARTS_H
#define RL_SCAN_ELF_CLOSURE_PARTS_H

#include "scan/elf_closure.h"
#include "scan/ld_cache.h"
#include "scan/loader.h"

/** What there is at a path. */
struct rl_object {
	/** The path as it was asked for, without "/" before it; owned. */
	char *path;
	/** The same without symlinks; owned. */
	char *real;
	/** The symlinks that lead there; owned. */
	struct rl_paths links;
	/** The type of file; 0 if there is nothing. */
	int type;
	/** It is an ELF file, by @elf. */
	bool is_elf;
	/** It is one that contradicts itself. */
	bool is_damaged;
	/** What it says; owned. */
	struct rl_elf elf;
};

/** An object as it is loaded: what it inherits decides where its libraries are looked for. */
struct rl_node {
	/** The object; borrowed from the closure. */
	const struct rl_object *object;
	/** What loads it; likewise. */
	const struct rl_loader *loader;
	/** The DT_RPATHs of those that it was loaded for, expanded; owned. */
	char *inherited;
};

/** A library that is looked for. */
struct rl_search {
	/** Who needs it. */
	const struct rl_node *node;
	/** What it calls it. */
	const char *name;
	/** $ORIGIN of @node. */
	const char *origin;
	/** DT_RPATH of @node and those that it was loaded for, and its DT_RUNPATH, expanded. */
	const char *rpath, *runpath;
};

struct rl_elf_closure {
	/** What was said beforehand. */
	struct rl_closure_options options;
	/** Paths of the root. */
	struct rl_trails trails;
	/** /etc/ld.so.cache. */
	struct rl_ld_cache cache;
	/** A library is where only the cache leads to, so that the image needs it. */
	bool needs_cache;
	/** What has been looked at, by path (tsearch(3)). */
	void *objects;
	/** Loaders; owned. */
	struct rl_loader **loaders;
	size_t loader_count;
	/** What is loaded, in order, and by object and what it inherits (tsearch(3)); owned. */
	struct rl_node **nodes;
	size_t node_count;
	void *node_tree;
	/** How many of them have been gone through. */
	size_t done;
	/** Libraries and the like whose loader is only known when all programs are; borrowed from @objects. */
	const struct rl_object **libraries;
	size_t library_count;
	/** What is to be in the image. */
	struct rl_paths files, directories;
	/** What is missing; owned. */
	struct rl_closure_missing *missing;
	size_t missing_count;
	/** How many files have been looked at. */
	size_t looked_at;
};

/** Looks at @path. @return 0 with *@object_ret set; -E2BIG; another negative errno if it cannot be read. */
int rl_closure_look(struct rl_elf_closure *closure, const char *path,
	const struct rl_object **object_ret) RL_CHECKED;

/** Takes what is at a path, with the symlinks that lead there, for the image. @return 0 or -ENOMEM. */
int rl_closure_take(struct rl_elf_closure *closure, const struct rl_object *object) RL_CHECKED;

/** Takes an object that is loaded. @return 0; -E2BIG; -ENOMEM. */
int rl_closure_load(struct rl_elf_closure *closure, const struct rl_object *object,
	const struct rl_loader *loader, const char *inherited) RL_CHECKED;

/** Notes that something is missing. @return 0 or -ENOMEM. */
int rl_closure_miss(struct rl_elf_closure *closure, const char *needed_by, const char *name,
	const char *kind) RL_CHECKED;

/**
 * Looks for a library, and takes it with what it has to be found by.
 *
 * @return 1; 0 if it is nowhere; -E2BIG; -ENOMEM; another negative errno if something cannot be read.
 */
int rl_closure_search(struct rl_elf_closure *closure, const struct rl_search *search,
	const char *inherited) RL_CHECKED;

/**
 * Adds what an object is as one that was named: a program with its loader, a library, a script with its
 * interpreter.
 *
 * @depth    how many scripts led to it
 * @kind_ret DATA or PROGRAM
 *
 * @return 0; -ENOEXEC if it is damaged; another negative errno.
 */
int rl_closure_add_object(struct rl_elf_closure *closure, const struct rl_object *object,
	unsigned int depth, enum rl_closure_kind *kind_ret) RL_CHECKED;

/** Adds what a directory, a path without symlinks, holds. @return 0 or a negative errno. */
int rl_closure_add_directory(struct rl_elf_closure *closure, const char *directory, bool wants_elf,
	struct rl_error *err) RL_CHECKED;

/** Adds the modules of the name service switch for each libc. @return 0 or a negative errno. */
int rl_closure_add_name_services(struct rl_elf_closure *closure) RL_CHECKED;

#endif
