/* SPDX-License-Identifier: MIT */
/*
 * Which machine an ELF file is for, scan/facts.c knows; here that becomes Go's word. Only arm takes more
 * than the file's first bytes. Its attributes are in a section, and the table of sections is at the
 * file's end: so up to SECTIONS_MAX headers are read, and of the section up to ATTRIBUTES_MAX bytes. The
 * attribute that is looked for is among the first ones.
 */
#include "scan/platform.h"

#include "scan/bytes.h"
#include "scan/facts.h"
#include "scan/far.h"
#include "scan/root_file.h"

#include <elf.h>
#include <string.h>
#include <sys/utsname.h>

#define SECTIONS_MAX 64
#define ATTRIBUTES_MAX 512

/* Tags of .ARM.attributes ("Addenda", 3.3), which elf.h does not have. */
#define TAG_FILE 1
#define TAG_CPU_RAW_NAME 4
#define TAG_CPU_NAME 5
#define TAG_CPU_ARCH 6

/* What a field of a 32-bit structure, which has no larger ones, holds. */
#define FIELD(bytes, at, type, field) ((uint32_t)RL_BYTES_FIELD(bytes, at, type, field))

/* A number in ULEB128; one that is cut off or larger than any tag is 0, at the end of the bytes. */
static uint32_t take_uleb(struct rl_bytes *bytes)
{
	uint32_t number = 0;
	unsigned int shift;

	for (shift = 0; bytes->at < bytes->len && shift < 28; shift += 7) {
		unsigned char byte = bytes->data[bytes->at++];

		number |= (byte & 0x7fU) << shift;
		if ((byte & 0x80) == 0)
			return number;
	}
	bytes->at = bytes->len;
	return 0;
}

/* Passes over a string and its NUL. */
static void pass_string(struct rl_bytes *bytes)
{
	while (bytes->at < bytes->len && bytes->data[bytes->at++] != '\0')
		;
}

/* GOARM of a value of Tag_CPU_arch. */
static const char *variant_of(uint32_t arch)
{
	if (arch <= 5)
		return "v5";
	/* 11 and 12 are v6-M and v6S-M. */
	if (arch <= 9 || arch == 11 || arch == 12)
		return "v6";
	/* 14 is v8-A. All others, those of controllers too, run what is for v7 at most. */
	return arch == 14 ? "v8" : "v7";
}

/* The variant that an .ARM.attributes section tells, or "". */
static const char *read_attributes(struct rl_bytes *bytes)
{
	/* 'A', the length and name of the one vendor that matters; then the attributes of the file. */
	static const char vendor[] = "aeabi";
	size_t start = 1 + 4 + sizeof(vendor);

	if (bytes->len < start + 5 || bytes->data[0] != 'A' ||
		memcmp(bytes->data + 5, vendor, sizeof(vendor)) != 0 ||
		bytes->data[start] != TAG_FILE)
		return "";
	bytes->at = start + 5;
	while (bytes->at < bytes->len) {
		uint32_t tag = take_uleb(bytes);

		if (tag == TAG_CPU_ARCH && bytes->at < bytes->len) {
			uint32_t arch = take_uleb(bytes);

			return variant_of(arch);
		}
		/* Those that are sorted before it are names or numbers; others do not come before it. */
		if (tag == TAG_CPU_RAW_NAME || tag == TAG_CPU_NAME)
			pass_string(bytes);
		else
			(void)take_uleb(bytes);
	}
	return "";
}

/* The variant of the arm program @fd with this ELF header. */
static const char *arm_variant(int fd, const struct rl_bytes *header)
{
	unsigned char table[SECTIONS_MAX * sizeof(Elf32_Shdr)], attributes[ATTRIBUTES_MAX];
	struct rl_bytes sections = {.is_big = header->is_big}, section = {.is_big = header->is_big};
	uint32_t count = FIELD(header, 0, Elf32_Ehdr, e_shnum);
	uint32_t flags = FIELD(header, 0, Elf32_Ehdr, e_flags);
	const char *variant = "";
	size_t at;

	if (FIELD(header, 0, Elf32_Ehdr, e_shentsize) == sizeof(Elf32_Shdr))
		(void)rl_bytes_read(fd, FIELD(header, 0, Elf32_Ehdr, e_shoff),
			(count < SECTIONS_MAX ? count : SECTIONS_MAX) * sizeof(Elf32_Shdr), table,
			&sections);
	for (at = 0; variant[0] == '\0' && at + sizeof(Elf32_Shdr) <= sections.len;
		at += sizeof(Elf32_Shdr)) {
		uint32_t size = FIELD(&sections, at, Elf32_Shdr, sh_size);

		if (FIELD(&sections, at, Elf32_Shdr, sh_type) != SHT_ARM_ATTRIBUTES)
			continue;
		(void)rl_bytes_read(fd, FIELD(&sections, at, Elf32_Shdr, sh_offset),
			size < ATTRIBUTES_MAX ? size : ATTRIBUTES_MAX, attributes, &section);
		variant = read_attributes(&section);
	}
	if (variant[0] != '\0')
		return variant;
	return (flags & EF_ARM_ABI_FLOAT_HARD) != 0 ? "v7" : "v5";
}

void rl_platform_of_machine(const char *machine, struct rl_platform *platform)
{
	static const struct {
		const char *machine, *architecture, *variant;
	} known[] = {
		{"x86_64", "amd64", ""},
		{"i386", "386", ""},
		{"i486", "386", ""},
		{"i586", "386", ""},
		{"i686", "386", ""},
		{"aarch64", "arm64", "v8"},
		{"aarch64_be", "arm64be", ""},
		{"arm", "arm", ""},
		{"armeb", "armbe", ""},
		{"armv5tel", "arm", "v5"},
		{"armv5tejl", "arm", "v5"},
		{"armv6l", "arm", "v6"},
		{"armv7l", "arm", "v7"},
		{"armv8l", "arm", "v8"},
		{"ppc", "ppc", ""},
		{"ppc64", "ppc64", ""},
		{"ppc64le", "ppc64le", ""},
		{"s390", "s390", ""},
		{"s390x", "s390x", ""},
		{"riscv64", "riscv64", ""},
		{"loongarch64", "loong64", ""},
		{"mips", "mips", ""},
		{"mipsel", "mipsle", ""},
		{"mips64", "mips64", ""},
		{"mips64el", "mips64le", ""},
		{"sparc64", "sparc64", ""},
	};
	size_t i;

	*platform = (struct rl_platform){0};
	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(machine, known[i].machine) != 0)
			continue;
		(void)snprintf(platform->architecture, sizeof(platform->architecture), "%s",
			known[i].architecture);
		(void)snprintf(
			platform->variant, sizeof(platform->variant), "%s", known[i].variant);
	}
}

bool rl_platform_of_program(int fd, struct rl_platform *platform)
{
	unsigned char data[sizeof(Elf32_Ehdr)];
	struct rl_bytes header = {0};
	uint32_t type;

	(void)rl_bytes_read(fd, 0, sizeof(data), data, &header);
	header.is_big = header.len > EI_DATA && data[EI_DATA] == ELFDATA2MSB;
	type = FIELD(&header, 0, Elf32_Ehdr, e_type);
	*platform = (struct rl_platform){0};
	/* An object or a core dump runs nowhere. */
	if (header.len == sizeof(data) && (type == ET_EXEC || type == ET_DYN))
		rl_platform_of_machine(rl_facts_arch_of(data), platform);
	if (strcmp(platform->architecture, "arm") == 0)
		(void)snprintf(platform->variant, sizeof(platform->variant), "%s",
			arm_variant(fd, &header));
	return platform->architecture[0] != '\0';
}

/* Whether the file @path of the root is a program for a machine that is known. */
static bool ask_program(int root_fd, const char *path, struct rl_platform *platform)
{
	int fd = rl_root_open_file(root_fd, path);
	bool is_known;

	if (fd < 0)
		return false;
	is_known = rl_platform_of_program(fd, platform);
	(void)rl_close(fd);
	if (is_known)
		(void)snprintf(platform->program, sizeof(platform->program), "%s", path);
	return is_known;
}

/* Asks the dynamic loader in @dir: the first by name, so that it is the same each time. */
static bool ask_loader(int root_fd, const char *dir, struct rl_platform *platform)
{
	static const char start[] = "ld-";
	char path[sizeof(platform->program)];
	const char *name, *first = NULL;
	struct rl_buf names = {0};
	bool is_found;

	if (rl_root_list(root_fd, dir, &names) != 0)
		names.len = 0;
	for (name = names.data; name != NULL && name < names.data + names.len;
		name += strlen(name) + 1) {
		if (strncmp(name, start, strlen(start)) == 0 &&
			(first == NULL || strcmp(name, first) < 0))
			first = name;
	}
	is_found = first != NULL &&
		   snprintf(path, sizeof(path), "%s/%s", dir, first) < (int)sizeof(path) &&
		   ask_program(root_fd, path, platform);
	rl_buf_free(&names);
	return is_found;
}

/* What the system starts with tells best: of another machine there may be further programs. */
const char *const rl_platform_programs[] = {"sbin/init", "usr/lib/systemd/systemd",
	"lib/systemd/systemd", "bin/sh", "bin/busybox", "usr/bin/env", "bin/bash", "bin/ls",
	"sbin/ldconfig", NULL};

/* In lib may be the loader of 32 bits beside one of 64. */
const char *const rl_platform_loaders[] = {"lib64", "lib", NULL};

void rl_platform_find(int root_fd, struct rl_platform *platform)
{
	struct utsname running;
	size_t i;

	for (i = 0; rl_platform_programs[i] != NULL; i++) {
		if (ask_program(root_fd, rl_platform_programs[i], platform))
			return;
	}
	for (i = 0; rl_platform_loaders[i] != NULL; i++) {
		if (ask_loader(root_fd, rl_platform_loaders[i], platform))
			return;
	}
	rl_platform_of_machine(uname(&running) == 0 ? running.machine : "", platform);
	platform->is_guess = true;
}
