/* SPDX-License-Identifier: MIT */
/**
 * All files of a root that programs in it need to be started, found without running anything: the dynamic
 * loader, the libraries that it loads, the modules that glibc looks names up with, the interpreters of
 * scripts, and each symlink that leads to one of them.
 */

#ifndef RL_SCAN_ELF_CLOSURE_H
#define RL_SCAN_ELF_CLOSURE_H

#include "common/error.h"
#include "scan/paths.h"

/** A closure; opaque. */
struct rl_elf_closure;

/** What is known beforehand. */
struct rl_closure_options {
	/** The root; borrowed. */
	int root_fd;
	/** Files that are not in it, but are to be in the image; borrowed. */
	const struct rl_placed_file *placed;
	/** How many. */
	size_t placed_count;
	/** LD_LIBRARY_PATH of the programs; borrowed; NULL: there is none. */
	const char *library_path;
};

/** A file that is needed, but not there. Owned by the closure. */
struct rl_closure_missing {
	/** Who needs it: a path below the root. */
	char *needed_by;
	/** What is needed: "libfoo.so.1", or a path. */
	char *name;
	/** What that is to it: "library", "loader", "interpreter"; static. */
	const char *kind;
};

/** What rl_elf_closure_add() has found. */
enum rl_closure_kind {
	/** Something that is no program. */
	RL_CLOSURE_DATA,
	/** A directory. */
	RL_CLOSURE_DIRECTORY,
	/** A program, or a library; or a script. */
	RL_CLOSURE_PROGRAM
};

/**
 * Begins a closure without files.
 *
 * @return 0 with *@closure_ret set, which the caller frees with rl_elf_closure_free(); -ENOMEM; another
 *         negative errno if the root's /etc/ld.so.cache cannot be read.
 */
int rl_elf_closure_new(const struct rl_closure_options *options,
	struct rl_elf_closure **closure_ret, struct rl_error *err) RL_CHECKED;

/**
 * Adds the file at @path, a path of the root or a placed file, with all that it needs; or a directory with
 * all that is in it, and what the ELF files in it need. Of symlinks out of the directory those are followed
 * that lead to files which everybody may read.
 *
 * @wants_elf whether what is in a directory is looked at
 * @kind_ret  what it is; NULL: of no interest
 *
 * @return 0; -ENOENT and the like if it is not there; -ENOEXEC if it is a damaged program; -E2BIG if
 *         libraries are looked for in more places than there are in any real root; another negative errno.
 */
int rl_elf_closure_add(struct rl_elf_closure *closure, const char *path, bool wants_elf,
	enum rl_closure_kind *kind_ret, struct rl_error *err) RL_CHECKED;

/**
 * Once all have been added: finds what the libraries among them need, and the modules of glibc's name
 * service switch.
 *
 * @return as rl_elf_closure_add().
 */
int rl_elf_closure_finish(struct rl_elf_closure *closure, struct rl_error *err) RL_CHECKED;

/**
 * What has to be in the image: files and symlinks by their paths without symlinks, without "/" before
 * them, sorted by their bytes. Placed files are not among them.
 *
 * @return the set, owned by the closure.
 */
const struct rl_paths *rl_elf_closure_files(const struct rl_elf_closure *closure);

/** The directories that have to be there with all that is in them; likewise. */
const struct rl_paths *rl_elf_closure_directories(const struct rl_elf_closure *closure);

/** What is missing, after rl_elf_closure_finish(); owned by the closure. */
const struct rl_closure_missing *rl_elf_closure_missing(
	const struct rl_elf_closure *closure, size_t *count_ret);

/** Releases @closure. NULL is fine. */
void rl_elf_closure_free(struct rl_elf_closure *closure);

#endif
