/* SPDX-License-Identifier: MIT */
/** ELF files that are made by hand, for any machine: as much of them as a loader looks at first. */

#ifndef RL_TESTS_UNIT_ELF_FILE_H
#define RL_TESTS_UNIT_ELF_FILE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** The most that one can need. */
#define ELF_NEEDED_MAX 6
/** Room for the bytes of one. */
#define ELF_FILE_MAX 4096
/** Where it is in memory, and its parts in the file. */
#define ELF_ADDRESS 0x400000
#define ELF_HEADERS_AT 64
#define ELF_DYNAMIC_AT 512
#define ELF_STRINGS_AT 1024

/** What is in it; 0 is: 64 bits, the lowest byte first, x86_64, a program or library. */
struct elf_file {
	unsigned char class, data;
	uint16_t machine, type;
	const char *interpreter, *soname, *rpath, *runpath;
	const char *needed[ELF_NEEDED_MAX];
	bool nodeflib;
	/** Besides, among its strings. */
	const char *string;
};

/** What is being made. */
struct elf_making {
	unsigned char *data;
	bool is_64, is_big;
	size_t dynamic, strings;
};

static inline void elf_put(struct elf_making *making, size_t at, size_t size, uint64_t number)
{
	size_t i;

	for (i = 0; i < size; i++)
		making->data[making->is_big ? at + size - 1 - i : at + i] =
			(unsigned char)(number >> 8 * i);
}

/** Sets a field of the Elf32_ or Elf64_ structure at @at. */
#define ELF_PUT(making, at, type, field, number)                                  \
	((making)->is_64 ? elf_put(making, (at) + offsetof(Elf64_##type, field),  \
				   sizeof(((Elf64_##type *)NULL)->field), number) \
			 : elf_put(making, (at) + offsetof(Elf32_##type, field),  \
				   sizeof(((Elf32_##type *)NULL)->field), number))

/** Adds a string. Returns its place in the table. */
static inline size_t elf_string(struct elf_making *making, const char *string)
{
	size_t at = making->strings;

	memcpy(making->data + ELF_STRINGS_AT + at, string, strlen(string) + 1);
	making->strings += strlen(string) + 1;
	return at;
}

/** Adds an entry of the dynamic section. */
static inline void elf_dynamic(struct elf_making *making, uint64_t tag, uint64_t value)
{
	ELF_PUT(making, making->dynamic, Dyn, d_tag, tag);
	ELF_PUT(making, making->dynamic, Dyn, d_un, value);
	making->dynamic += making->is_64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
}

/** Adds one that stands for a string, if there is one. */
static inline void elf_dynamic_string(struct elf_making *making, uint64_t tag, const char *string)
{
	if (string != NULL)
		elf_dynamic(making, tag, elf_string(making, string));
}

static inline void elf_segment(
	struct elf_making *making, size_t index, uint32_t type, size_t at, size_t size)
{
	size_t header =
		ELF_HEADERS_AT + index * (making->is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr));

	ELF_PUT(making, header, Phdr, p_type, type);
	ELF_PUT(making, header, Phdr, p_offset, at);
	ELF_PUT(making, header, Phdr, p_vaddr, ELF_ADDRESS + at);
	ELF_PUT(making, header, Phdr, p_filesz, size);
}

/** Makes the bytes of @file. Returns how many. */
static inline size_t elf_make(const struct elf_file *file, unsigned char data[ELF_FILE_MAX])
{
	struct elf_making making = {.data = data,
		.is_64 = file->class != ELFCLASS32,
		.is_big = file->data == ELFDATA2MSB,
		.dynamic = ELF_DYNAMIC_AT,
		.strings = 1};
	size_t i, interpreter, size;

	memset(data, 0, ELF_FILE_MAX);
	memcpy(data, ELFMAG, SELFMAG);
	data[EI_CLASS] = making.is_64 ? ELFCLASS64 : ELFCLASS32;
	data[EI_DATA] = making.is_big ? ELFDATA2MSB : ELFDATA2LSB;
	data[EI_VERSION] = EV_CURRENT;
	ELF_PUT(&making, 0, Ehdr, e_type, file->type != 0 ? file->type : ET_DYN);
	ELF_PUT(&making, 0, Ehdr, e_machine, file->machine != 0 ? file->machine : EM_X86_64);
	ELF_PUT(&making, 0, Ehdr, e_phoff, ELF_HEADERS_AT);
	ELF_PUT(&making, 0, Ehdr, e_phentsize,
		making.is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr));
	ELF_PUT(&making, 0, Ehdr, e_phnum, 3);
	interpreter = elf_string(&making, file->interpreter != NULL ? file->interpreter : "");
	for (i = 0; i < ELF_NEEDED_MAX; i++)
		elf_dynamic_string(&making, DT_NEEDED, file->needed[i]);
	elf_dynamic_string(&making, DT_SONAME, file->soname);
	elf_dynamic_string(&making, DT_RPATH, file->rpath);
	elf_dynamic_string(&making, DT_RUNPATH, file->runpath);
	if (file->nodeflib)
		elf_dynamic(&making, DT_FLAGS_1, DF_1_NODEFLIB);
	if (file->string != NULL)
		(void)elf_string(&making, file->string);
	elf_dynamic(&making, DT_STRTAB, ELF_ADDRESS + ELF_STRINGS_AT);
	elf_dynamic(&making, DT_STRSZ, making.strings);
	elf_dynamic(&making, DT_NULL, 0);
	size = ELF_STRINGS_AT + making.strings;
	elf_segment(&making, 0, PT_LOAD, 0, size);
	elf_segment(&making, 1, file->interpreter != NULL ? PT_INTERP : PT_NULL,
		ELF_STRINGS_AT + interpreter,
		file->interpreter != NULL ? strlen(file->interpreter) + 1 : 0);
	elf_segment(&making, 2, PT_DYNAMIC, ELF_DYNAMIC_AT, making.dynamic - ELF_DYNAMIC_AT);
	return size;
}

#endif
