/* SPDX-License-Identifier: MIT */
/* What ELF files say, of any machine, and what becomes of those that contradict themselves. */
#include "scan/elf.h"
#include "tests/unit/elf_file.h"
#include "tests/unit/unit.h"

#include <sys/mman.h>

#define ALL                                                                                   \
	.interpreter = "/lib/ld.so.1", .soname = "liba.so.1", .rpath = "/r", .runpath = "/u", \
	.needed = {"libb.so", "libc.so.6"}, .nodeflib = true

/* Each form that there is, and the machine. */
static const struct {
	struct elf_file file;
	const char *arch;
} forms[] = {
	{{ALL}, "x86_64"},
	{{.class = ELFCLASS32, .machine = EM_386, ALL}, "i686"},
	{{.machine = EM_AARCH64, .type = ET_EXEC, ALL}, "aarch64"},
	{{.data = ELFDATA2MSB, .machine = EM_S390, ALL}, "s390x"},
	{{.class = ELFCLASS32, .data = ELFDATA2MSB, .machine = EM_PPC, ALL}, "ppc"},
	{{.machine = 0xfeed, ALL}, ""},
};

static int fd_of(const unsigned char *data, size_t len)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	return fd;
}

/* Reads the bytes, and forgets what they say. */
static int read_bytes(const unsigned char *data, size_t len)
{
	RL_AUTO_FD int fd = fd_of(data, len);
	struct rl_elf elf;
	int ret = rl_elf_read(fd, &elf);

	rl_elf_free(&elf);
	return ret;
}

static void all_is_read_of_each_form(void **state)
{
	unsigned char data[ELF_FILE_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(forms); i++) {
		RL_AUTO_FD int fd = fd_of(data, elf_make(&forms[i].file, data));
		struct rl_elf elf;

		assert_int_equal(rl_elf_read(fd, &elf), 1);
		assert_string_equal(elf.arch, forms[i].arch);
		assert_string_equal(elf.interpreter, "/lib/ld.so.1");
		assert_string_equal(elf.soname, "liba.so.1");
		assert_string_equal(elf.rpath, "/r");
		assert_string_equal(elf.runpath, "/u");
		assert_int_equal(elf.needed_count, 2);
		assert_string_equal(elf.needed[0], "libb.so");
		assert_string_equal(elf.needed[1], "libc.so.6");
		assert_true(elf.nodeflib);
		rl_elf_free(&elf);
	}
}

static void forms_do_not_fit_each_other(void **state)
{
	struct rl_elf a, b;
	unsigned char data[ELF_FILE_MAX];
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(forms); i++) {
		for (j = 0; j < COUNT(forms); j++) {
			RL_AUTO_FD int fd = fd_of(data, elf_make(&forms[i].file, data));
			RL_AUTO_FD int other = fd_of(data, elf_make(&forms[j].file, data));

			assert_int_equal(rl_elf_read(fd, &a), 1);
			assert_int_equal(rl_elf_read(other, &b), 1);
			assert_int_equal(rl_elf_fits(&a, &b), i == j);
			rl_elf_free(&a);
			rl_elf_free(&b);
		}
	}
}

static void what_says_nothing_is_empty(void **state)
{
	static const struct elf_file nothing;
	unsigned char data[ELF_FILE_MAX];
	RL_AUTO_FD int fd = fd_of(data, elf_make(&nothing, data));
	struct rl_elf elf;

	(void)state;
	assert_int_equal(rl_elf_read(fd, &elf), 1);
	assert_null(elf.interpreter);
	assert_null(elf.soname);
	assert_null(elf.rpath);
	assert_null(elf.runpath);
	assert_int_equal(elf.needed_count, 0);
	assert_false(elf.nodeflib);
	rl_elf_free(&elf);
}

static void others_are_no_programs(void **state)
{
	static const struct elf_file object = {.type = ET_REL}, core = {.type = ET_CORE};
	unsigned char data[ELF_FILE_MAX];

	(void)state;
	assert_int_equal(read_bytes(data, elf_make(&object, data)), 0);
	assert_int_equal(read_bytes(data, elf_make(&core, data)), 0);
	assert_int_equal(read_bytes((const unsigned char *)"#!/bin/sh\n", 10), 0);
	assert_int_equal(read_bytes(data, 0), 0);
}

/* Cut anywhere, there is no harm, and what is said is whole. */
static void cut_files_are_damaged(void **state)
{
	unsigned char data[ELF_FILE_MAX];
	size_t len, size = elf_make(&forms[0].file, data);

	(void)state;
	for (len = EI_NIDENT; len < size; len++)
		assert_int_equal(read_bytes(data, len), -ENOEXEC);
	assert_int_equal(read_bytes(data, size), 1);
}

/* Numbers of the program headers and the dynamic section, which lead anywhere then. */
static void wrong_numbers_are_damage(void **state)
{
	static const struct {
		size_t at, size;
		uint64_t number;
		int ret;
	} wrongs[] = {
		/* Where the program headers are, how many, and how large. */
		{offsetof(Elf64_Ehdr, e_phoff), 8, UINT64_MAX, -ENOEXEC},
		{offsetof(Elf64_Ehdr, e_phoff), 8, UINT64_MAX / 2, -ENOEXEC},
		{offsetof(Elf64_Ehdr, e_phnum), 2, 0, -ENOEXEC},
		{offsetof(Elf64_Ehdr, e_phnum), 2, 0xffff, -ENOEXEC},
		{offsetof(Elf64_Ehdr, e_phentsize), 2, 1, -ENOEXEC},
		/* The interpreter: no place, no end, nothing. */
		{ELF_HEADERS_AT + sizeof(Elf64_Phdr) + offsetof(Elf64_Phdr, p_offset), 8,
			UINT64_MAX - 4, -ENOEXEC},
		{ELF_HEADERS_AT + sizeof(Elf64_Phdr) + offsetof(Elf64_Phdr, p_filesz), 8, 3,
			-ENOEXEC},
		{ELF_HEADERS_AT + sizeof(Elf64_Phdr) + offsetof(Elf64_Phdr, p_filesz), 8, 0,
			-ENOEXEC},
		/* The strings are in no segment; the first that is needed is none of them. */
		{ELF_HEADERS_AT + offsetof(Elf64_Phdr, p_vaddr), 8, 0, -ENOEXEC},
		{ELF_HEADERS_AT + offsetof(Elf64_Phdr, p_offset), 8, UINT64_MAX, -ENOEXEC},
		{ELF_DYNAMIC_AT + 8, 8, 4000, -ENOEXEC},
		{ELF_DYNAMIC_AT + 8, 8, UINT64_MAX, -ENOEXEC},
		/* They end before that, or their segment does. */
		{ELF_DYNAMIC_AT + 7 * sizeof(Elf64_Dyn) + 8, 8, 1, -ENOEXEC},
		{ELF_HEADERS_AT + offsetof(Elf64_Phdr, p_filesz), 8, ELF_STRINGS_AT - 8, -ENOEXEC},
		/* No more of the dynamic section is there than is said. */
		{ELF_HEADERS_AT + 2 * sizeof(Elf64_Phdr) + offsetof(Elf64_Phdr, p_filesz), 8, 0, 1},
		{ELF_HEADERS_AT + 2 * sizeof(Elf64_Phdr) + offsetof(Elf64_Phdr, p_filesz), 8,
			UINT64_MAX, 1},
	};
	unsigned char data[ELF_FILE_MAX];
	size_t i, size;

	(void)state;
	for (i = 0; i < COUNT(wrongs); i++) {
		struct elf_making making = {.data = data, .is_64 = true};

		size = elf_make(&forms[0].file, data);
		elf_put(&making, wrongs[i].at, wrongs[i].size, wrongs[i].number);
		assert_int_equal(read_bytes(data, size), wrongs[i].ret);
	}
}

static void whole_strings_are_found(void **state)
{
	static const struct elf_file file = {.soname = "libc.so.6", .string = "GLIBC_2.34"};
	unsigned char data[ELF_FILE_MAX];
	RL_AUTO_FD int fd = fd_of(data, elf_make(&file, data));
	struct rl_elf elf;

	(void)state;
	assert_int_equal(rl_elf_read(fd, &elf), 1);
	assert_int_equal(rl_elf_has_string(fd, &elf, "GLIBC_2.34"), 1);
	assert_int_equal(rl_elf_has_string(fd, &elf, "GLIBC_2.3"), 0);
	assert_int_equal(rl_elf_has_string(fd, &elf, "LIBC_2.34"), 0);
	assert_int_equal(rl_elf_has_string(fd, &elf, "GLIBC_2.35"), 0);
	rl_elf_free(&elf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_read_of_each_form),
		cmocka_unit_test(forms_do_not_fit_each_other),
		cmocka_unit_test(what_says_nothing_is_empty),
		cmocka_unit_test(others_are_no_programs),
		cmocka_unit_test(cut_files_are_damaged),
		cmocka_unit_test(wrong_numbers_are_damage),
		cmocka_unit_test(whole_strings_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
