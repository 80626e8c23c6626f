/* SPDX-License-Identifier: MIT */
/** What an ELF program or library says of the files that it needs. Nothing of it is trusted. */

#ifndef RL_SCAN_ELF_H
#define RL_SCAN_ELF_H

#include "common/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** An ELF file; `= {0}` is none. Release with rl_elf_free(). */
struct rl_elf {
	/** What it is for: EI_CLASS, the byte order and e_machine. */
	unsigned char class;
	bool is_big;
	uint16_t machine;
	/** The machine as uname(1) calls it: "x86_64"; "" if unknown; static. */
	const char *arch;
	/** PT_INTERP, the dynamic loader; owned; NULL: there is none. */
	char *interpreter;
	/** DT_SONAME, DT_RPATH and DT_RUNPATH; owned; NULL: there is none. */
	char *soname, *rpath, *runpath;
	/** DT_NEEDED, in order; owned. */
	char **needed;
	/** How many. */
	size_t needed_count;
	/** DF_1_NODEFLIB: its libraries are not looked for in the default directories. */
	bool nodeflib;
	/** Where its DT_STRTAB is in the file, and how many bytes of it are looked at; 0: there is none. */
	uint64_t strings_at;
	size_t strings_size;
};

/**
 * Reads what the file @fd, perhaps a far one, says.
 *
 * @return 1 with @elf filled in; 0 if it is no program and no library (no ELF file, an object, a core
 *         dump); -ENOEXEC if it contradicts itself; -ENOMEM; another negative errno if it cannot be read.
 */
int rl_elf_read(int fd, struct rl_elf *elf) RL_CHECKED;

/** Whether two files can be in one process: class, byte order and machine are the same. */
bool rl_elf_fits(const struct rl_elf *a, const struct rl_elf *b);

/**
 * Whether the whole string @string is among those of the file: the name of a symbol, of a version.
 *
 * @fd the file that @elf was read from
 *
 * @return 1 or 0; -ENOMEM; another negative errno if it cannot be read.
 */
int rl_elf_has_string(int fd, const struct rl_elf *elf, const char *string) RL_CHECKED;

/** Releases what @elf owns; it is then none. */
void rl_elf_free(struct rl_elf *elf);

#endif
