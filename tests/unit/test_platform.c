/* SPDX-License-Identifier: MIT */
/* Which platform a root is for: roots made of ELF headers, links and what is no program. */
#include "scan/platform.h"
#include "tests/unit/unit.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

/* An ELF file. */
struct elf {
	unsigned char class, data;
	uint16_t machine;
	uint32_t flags;
	/* Tag_CPU_arch; -1: the file has no attributes. */
	int cpu;
	uint16_t type;
};

#define PROGRAM(class, data, machine)                                   \
	{                                                               \
		ELFCLASS##class, ELFDATA2##data, machine, 0, -1, ET_DYN \
	}
#define ARM(flags, cpu)                                             \
	{                                                           \
		ELFCLASS32, ELFDATA2LSB, EM_ARM, flags, cpu, ET_DYN \
	}

/* What becomes of a header. */
static const struct {
	struct elf elf;
	const char *expect;
} programs[] = {
	{PROGRAM(64, LSB, EM_X86_64), "amd64/"},
	{PROGRAM(32, LSB, EM_386), "386/"},
	{PROGRAM(64, LSB, EM_AARCH64), "arm64/v8"},
	{PROGRAM(64, MSB, EM_AARCH64), "arm64be/"},
	{PROGRAM(64, LSB, EM_PPC64), "ppc64le/"},
	{PROGRAM(64, MSB, EM_PPC64), "ppc64/"},
	{PROGRAM(32, MSB, EM_PPC), "ppc/"},
	{PROGRAM(64, MSB, EM_S390), "s390x/"},
	{PROGRAM(32, MSB, EM_S390), "s390/"},
	{PROGRAM(64, LSB, EM_RISCV), "riscv64/"},
	{PROGRAM(64, LSB, EM_LOONGARCH), "loong64/"},
	{PROGRAM(32, MSB, EM_MIPS), "mips/"},
	{PROGRAM(32, LSB, EM_MIPS), "mipsle/"},
	{PROGRAM(64, MSB, EM_MIPS), "mips64/"},
	{PROGRAM(64, LSB, EM_MIPS), "mips64le/"},
	{PROGRAM(64, MSB, EM_SPARCV9), "sparc64/"},
	{{ELFCLASS64, ELFDATA2LSB, EM_X86_64, 0, -1, ET_EXEC}, "amd64/"},
	{ARM(EF_ARM_ABI_FLOAT_HARD, -1), "arm/v7"},
	{ARM(EF_ARM_ABI_FLOAT_SOFT, -1), "arm/v5"},
	{ARM(0, -1), "arm/v5"},
	{ARM(EF_ARM_ABI_FLOAT_SOFT, 4), "arm/v5"},
	{ARM(EF_ARM_ABI_FLOAT_HARD, 6), "arm/v6"},
	{ARM(EF_ARM_ABI_FLOAT_HARD, 9), "arm/v6"},
	{ARM(EF_ARM_ABI_FLOAT_SOFT, 10), "arm/v7"},
	{ARM(EF_ARM_ABI_FLOAT_HARD, 11), "arm/v6"},
	{ARM(EF_ARM_ABI_FLOAT_HARD, 14), "arm/v8"},
	{ARM(EF_ARM_ABI_FLOAT_HARD, 22), "arm/v7"},
	{{ELFCLASS32, ELFDATA2MSB, EM_ARM, 0, 10, ET_DYN}, "armbe/"},
	/* Not known, and no programs. */
	{PROGRAM(64, LSB, 0xfeed), ""},
	{PROGRAM(64, LSB, EM_386), ""},
	{{9, ELFDATA2LSB, EM_X86_64, 0, -1, ET_DYN}, ""},
	{{ELFCLASS64, ELFDATA2LSB, EM_X86_64, 0, -1, ET_REL}, ""},
	{{ELFCLASS64, ELFDATA2LSB, EM_X86_64, 0, -1, ET_CORE}, ""},
};

static char dir[PATH_MAX];
static int root_fd = -1;

static int make_root(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/var/tmp/rootlift-test.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	root_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root_fd >= 0 ? 0 : -1;
}

static int remove_root(void **state)
{
	char command[PATH_MAX + 16];

	(void)state;
	(void)close(root_fd);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void make_parents(const char *path)
{
	char copy[PATH_MAX], *slash;

	(void)snprintf(copy, sizeof(copy), "%s", path);
	for (slash = copy; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		assert_true(mkdirat(root_fd, copy, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

static void make_file(const char *path, const void *data, size_t len)
{
	RL_AUTO_FD int fd = -1;

	make_parents(path);
	(void)unlinkat(root_fd, path, 0);
	fd = openat(root_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
}

static void make_link(const char *path, const char *target)
{
	make_parents(path);
	assert_int_equal(symlinkat(target, root_fd, path), 0);
}

static void put(unsigned char *to, size_t size, uint32_t number, bool is_big)
{
	size_t i;

	for (i = 0; i < size; i++)
		to[is_big ? size - 1 - i : i] = (unsigned char)(number >> 8 * i);
}

#define PUT(data, at, type, field, number, is_big) \
	put((data) + (at) + offsetof(type, field), sizeof(((type *)NULL)->field), number, is_big)

/* Where the parts of an arm program are; the table of sections has an empty one first. */
#define ATTRIBUTES_AT 64
#define SECTIONS_AT 128
#define ARM_SIZE (SECTIONS_AT + 2 * sizeof(Elf32_Shdr))

static size_t make_attributes(unsigned char *to, int cpu)
{
	/* Tag_CPU_name "ARM v7" before it, and one of those behind. */
	static const unsigned char start[] = "A....aeabi\0\1....\5ARM v7\0\6";
	size_t len = sizeof(start) - 1;

	memcpy(to, start, len);
	to[len++] = (unsigned char)cpu;
	to[len++] = 8;
	to[len++] = 1;
	return len;
}

/* Makes the bytes of a program; as much as an Elf64_Ehdr, or with sections for arm. */
static size_t make_elf(const struct elf *elf, unsigned char data[ARM_SIZE])
{
	bool is_big = elf->data == ELFDATA2MSB;
	size_t at = SECTIONS_AT + sizeof(Elf32_Shdr);

	memset(data, 0, ARM_SIZE);
	memcpy(data, ELFMAG, SELFMAG);
	data[EI_CLASS] = elf->class;
	data[EI_DATA] = elf->data;
	data[EI_VERSION] = EV_CURRENT;
	PUT(data, 0, Elf32_Ehdr, e_type, elf->type, is_big);
	PUT(data, 0, Elf32_Ehdr, e_machine, elf->machine, is_big);
	if (elf->machine != EM_ARM)
		return sizeof(Elf64_Ehdr);
	PUT(data, 0, Elf32_Ehdr, e_flags, elf->flags, is_big);
	if (elf->cpu < 0)
		return sizeof(Elf64_Ehdr);
	PUT(data, 0, Elf32_Ehdr, e_shoff, SECTIONS_AT, is_big);
	PUT(data, 0, Elf32_Ehdr, e_shentsize, sizeof(Elf32_Shdr), is_big);
	PUT(data, 0, Elf32_Ehdr, e_shnum, 2, is_big);
	PUT(data, at, Elf32_Shdr, sh_type, SHT_ARM_ATTRIBUTES, is_big);
	PUT(data, at, Elf32_Shdr, sh_offset, ATTRIBUTES_AT, is_big);
	PUT(data, at, Elf32_Shdr, sh_size,
		(uint32_t)make_attributes(data + ATTRIBUTES_AT, elf->cpu), is_big);
	return ARM_SIZE;
}

static void make_program(const char *path, const struct elf *elf)
{
	unsigned char data[ARM_SIZE];
	size_t len = make_elf(elf, data);

	make_file(path, data, len);
}

static void expect_guess(void)
{
	struct rl_platform platform, here;
	struct utsname name;

	assert_int_equal(uname(&name), 0);
	rl_platform_of_machine(name.machine, &here);
	rl_platform_find(root_fd, &platform);
	assert_true(platform.is_guess);
	assert_string_equal(platform.program, "");
	assert_string_equal(platform.architecture, here.architecture);
	assert_string_equal(platform.variant, here.variant);
}

static void expect(const char *program, const char *wanted)
{
	struct rl_platform platform;
	char text[32];

	rl_platform_find(root_fd, &platform);
	(void)snprintf(text, sizeof(text), "%s/%s", platform.architecture, platform.variant);
	assert_string_equal(text, wanted);
	assert_string_equal(platform.program, program);
	assert_false(platform.is_guess);
}

static const struct elf amd64 = PROGRAM(64, LSB, EM_X86_64), s390x = PROGRAM(64, MSB, EM_S390),
			i386 = PROGRAM(32, LSB, EM_386);

static void each_machine_has_its_word(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(programs); i++) {
		make_program("sbin/init", &programs[i].elf);
		if (programs[i].expect[0] != '\0')
			expect("sbin/init", programs[i].expect);
		else
			expect_guess();
	}
}

static void an_empty_root_is_a_guess(void **state)
{
	(void)state;
	expect_guess();
}

static void init_comes_first(void **state)
{
	(void)state;
	make_program("bin/sh", &amd64);
	expect("bin/sh", "amd64/");
	make_program("usr/lib/systemd/systemd", &i386);
	expect("usr/lib/systemd/systemd", "386/");
	make_program("sbin/init", &s390x);
	expect("sbin/init", "s390x/");
}

static void a_script_as_init_is_passed_over(void **state)
{
	(void)state;
	make_file("sbin/init",
		"#!/bin/sh\nexec /bin/sh # a long enough line, longer than a header\n", 64);
	make_program("bin/busybox", &s390x);
	expect("bin/busybox", "s390x/");
}

static void the_loader_tells_where_nothing_else_does(void **state)
{
	(void)state;
	make_program("lib/ld-linux.so.2", &i386);
	expect("lib/ld-linux.so.2", "386/");
	make_program("lib64/ld-linux-x86-64.so.2", &amd64);
	expect("lib64/ld-linux-x86-64.so.2", "amd64/");
}

static void links_are_followed_within_the_root(void **state)
{
	(void)state;
	make_program("lib/systemd/systemd2", &s390x);
	make_link("sbin/init", "/lib/systemd/systemd2");
	expect("sbin/init", "s390x/");
	assert_int_equal(unlinkat(root_fd, "sbin/init", 0), 0);
	make_link("sbin/init", "../../../lib/systemd/systemd2");
	expect("sbin/init", "s390x/");
}

static void links_out_of_the_root_tell_nothing(void **state)
{
	char target[PATH_MAX];

	(void)state;
	/* This test is a program that is there, but not in the root. */
	assert_true(readlink("/proc/self/exe", target, sizeof(target) - 1) > 0);
	make_link("sbin/init", "/proc/self/exe");
	make_link("bin/sh", "../../../../../../../../proc/self/exe");
	make_link("bin/busybox", "/bin/cat");
	expect_guess();
}

static void loops_and_what_is_no_file_tell_nothing(void **state)
{
	(void)state;
	make_link("sbin/init", "init");
	make_link("bin/sh", "/bin/busybox");
	make_link("bin/busybox", "sh");
	make_file("usr/bin/env/in", "", 0);
	make_link("lib", "lib64");
	make_link("lib64", "lib");
	assert_int_equal(mkfifoat(root_fd, "bin/ls", 0644), 0);
	expect_guess();
}

/* Each cut of a program tells its header's machine, or nothing; never anything else. */
static void cut_programs_do_no_harm(void **state)
{
	const struct elf arm = ARM(EF_ARM_ABI_FLOAT_HARD, 6);
	unsigned char data[ARM_SIZE];
	size_t len, whole = make_elf(&arm, data);

	(void)state;
	for (len = 0; len <= whole; len++) {
		struct rl_platform platform;

		make_file("sbin/init", data, len);
		rl_platform_find(root_fd, &platform);
		if (len < sizeof(Elf32_Ehdr))
			assert_true(platform.is_guess);
		else
			assert_string_equal(platform.architecture, "arm");
		if (len >= sizeof(Elf32_Ehdr))
			assert_string_equal(platform.variant, len == whole ? "v6" : "v7");
	}
}

/* Attributes that lie: what is not understood leaves it at the flags. */
static void wrong_attributes_do_no_harm(void **state)
{
	static const struct {
		size_t at;
		unsigned char byte;
		const char *expect;
	} faults[] = {
		{ATTRIBUTES_AT, 'B', "arm/v7"},
		{ATTRIBUTES_AT + 5, 'x', "arm/v7"},
		{ATTRIBUTES_AT + 11, 2, "arm/v7"},
		/* Tag_CPU_name without an end. */
		{ATTRIBUTES_AT + 23, 'x', "arm/v7"},
		/* A tag whose number does not end. */
		{ATTRIBUTES_AT + 24, 0xff, "arm/v7"},
		{SECTIONS_AT + sizeof(Elf32_Shdr) + offsetof(Elf32_Shdr, sh_offset) + 3, 0xff,
			"arm/v7"},
		{SECTIONS_AT + sizeof(Elf32_Shdr) + offsetof(Elf32_Shdr, sh_size) + 3, 0xff,
			"arm/v6"},
		{offsetof(Elf32_Ehdr, e_shoff) + 3, 0xff, "arm/v7"},
		{offsetof(Elf32_Ehdr, e_shnum) + 1, 0xff, "arm/v6"},
		{offsetof(Elf32_Ehdr, e_shnum), 0, "arm/v7"},
		{offsetof(Elf32_Ehdr, e_shentsize), 64, "arm/v7"},
	};
	const struct elf arm = ARM(EF_ARM_ABI_FLOAT_HARD, 6);
	unsigned char data[ARM_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(faults); i++) {
		size_t len = make_elf(&arm, data);

		data[faults[i].at] = faults[i].byte;
		make_file("sbin/init", data, len);
		expect("sbin/init", faults[i].expect);
	}
}

static void machines_have_go_names(void **state)
{
	static const char *const rows[][2] = {{"x86_64", "amd64/"}, {"i586", "386/"},
		{"aarch64", "arm64/v8"}, {"armv6l", "arm/v6"}, {"armv7l", "arm/v7"},
		{"riscv64", "riscv64/"}, {"loongarch64", "loong64/"}, {"mips64el", "mips64le/"},
		{"vax", "/"}, {"", "/"}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct rl_platform platform;
		char text[32];

		rl_platform_of_machine(rows[i][0], &platform);
		(void)snprintf(
			text, sizeof(text), "%s/%s", platform.architecture, platform.variant);
		assert_string_equal(text, rows[i][1]);
		assert_false(platform.is_guess);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_machine_has_its_word, make_root, remove_root),
		cmocka_unit_test_setup_teardown(an_empty_root_is_a_guess, make_root, remove_root),
		cmocka_unit_test_setup_teardown(init_comes_first, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
			a_script_as_init_is_passed_over, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
			the_loader_tells_where_nothing_else_does, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
			links_are_followed_within_the_root, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
			links_out_of_the_root_tell_nothing, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
			loops_and_what_is_no_file_tell_nothing, make_root, remove_root),
		cmocka_unit_test_setup_teardown(cut_programs_do_no_harm, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
			wrong_attributes_do_no_harm, make_root, remove_root),
		cmocka_unit_test(machines_have_go_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
