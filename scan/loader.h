/* SPDX-License-Identifier: MIT */
/** A dynamic loader, as far as it matters where it looks for libraries (ld.so(8); musl's dynlink.c). */

#ifndef RL_SCAN_LOADER_H
#define RL_SCAN_LOADER_H

#include "scan/elf.h"
#include "scan/paths.h"

/** A loader. Release with rl_loader_free(). */
struct rl_loader {
	/** Its path, as programs name it, without "/" before it; owned; "" if it is not known. */
	char *path;
	/** What it loads: only the fields of rl_elf_fits(), and arch. */
	struct rl_elf loads;
	/** It is musl's, which has no cache, and inherits DT_RUNPATH as if it were DT_RPATH. */
	bool is_musl;
	/** The directories where it looks last, in order, with ":" between them; owned. */
	char *directories;
	/** What $LIB stands for: "lib64"; owned. */
	char *lib;
};

/**
 * Finds out about the loader that programs name @path; "": one that is not known. musl's is known by that
 * name, which may be a symlink's.
 *
 * @elf    what it loads
 * @loader filled in; release it in every case
 *
 * @return 0; -ENOMEM; another negative errno if it cannot be read.
 */
int rl_loader_find(const struct rl_trails *trails, const char *path, const struct rl_elf *elf,
	struct rl_loader *loader) RL_CHECKED;

/**
 * Appends the directories of @list, a DT_RPATH, DT_RUNPATH or LD_LIBRARY_PATH, to @out, with ":" between all.
 * Those are left out that are there already, and those that are no absolute paths.
 *
 * @origin what $ORIGIN stands for, without "/" before it
 *
 * @return 0; -E2BIG if they are too many; -ENOMEM.
 */
int rl_loader_expand(const struct rl_loader *loader, const char *list, const char *origin,
	struct rl_buf *out) RL_CHECKED;

/** Whether musl takes a library of this name for itself, so that no file of that name is looked for. */
bool rl_loader_is_part(const struct rl_loader *loader, const char *name);

/** Whether @path, which begins with "/", is in one of the directories where @loader looks last. */
bool rl_loader_is_default(const struct rl_loader *loader, const char *path);

/** Releases what @loader owns. */
void rl_loader_free(struct rl_loader *loader);

#endif
