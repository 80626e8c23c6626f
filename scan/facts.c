/* SPDX-License-Identifier: MIT */
#include "scan/facts.h"

#include "common/buf.h"
#include "scan/root_file.h"

#include <elf.h>
#include <string.h>

#define ELF_HEADER 20

const char *rl_facts_arch_of(const unsigned char header[ELF_HEADER])
{
	static const struct {
		uint16_t machine;
		unsigned char class;
		const char *little, *big;
	} known[] = {
		{EM_X86_64, ELFCLASS64, "x86_64", ""},
		{EM_386, ELFCLASS32, "i686", ""},
		{EM_AARCH64, ELFCLASS64, "aarch64", "aarch64_be"},
		{EM_ARM, ELFCLASS32, "arm", "armeb"},
		{EM_PPC64, ELFCLASS64, "ppc64le", "ppc64"},
		{EM_PPC, ELFCLASS32, "", "ppc"},
		{EM_S390, ELFCLASS64, "", "s390x"},
		{EM_S390, ELFCLASS32, "", "s390"},
		{EM_RISCV, ELFCLASS64, "riscv64", ""},
		{EM_LOONGARCH, ELFCLASS64, "loongarch64", ""},
		{EM_MIPS, ELFCLASS64, "mips64el", "mips64"},
		{EM_MIPS, ELFCLASS32, "mipsel", "mips"},
		{EM_SPARCV9, ELFCLASS64, "", "sparc64"},
		{EM_IA_64, ELFCLASS64, "ia64", ""},
	};
	bool is_big = header[EI_DATA] == ELFDATA2MSB;
	unsigned int machine =
		is_big ? header[18] * 256U + header[19] : header[19] * 256U + header[18];
	size_t i;

	if (memcmp(header, ELFMAG, SELFMAG) != 0)
		return "";
	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (known[i].machine == machine && known[i].class == header[EI_CLASS])
			return is_big ? known[i].big : known[i].little;
	}
	return "";
}

void rl_facts_find_arch(int root_fd, char arch[16])
{
	/* What every system has, the most likely first. */
	static const char *const programs[] = {"usr/bin/env", "bin/sh", "bin/busybox", "sbin/init",
		"usr/lib/systemd/systemd", "bin/ls", "sbin/ldconfig"};
	struct rl_buf header = {0};
	size_t i;

	arch[0] = '\0';
	for (i = 0; arch[0] == '\0' && i < sizeof(programs) / sizeof(*programs); i++) {
		if (rl_root_read(root_fd, programs[i], ELF_HEADER, &header) == 1 &&
			header.len == ELF_HEADER)
			(void)snprintf(arch, 16, "%s",
				rl_facts_arch_of((const unsigned char *)header.data));
	}
	rl_buf_free(&header);
}

static void reveal(const struct rl_facts *facts, const char *path)
{
	if (facts->reveal != NULL)
		facts->reveal(facts->reveal_ctx, path);
}

bool rl_facts_exists(const struct rl_facts *facts, const char *path)
{
	reveal(facts, path);
	return facts->root_fd >= 0 && rl_root_exists(facts->root_fd, path);
}

/* @path without the "/"s before it. */
static const char *below(const char *path)
{
	return path + strspn(path, "/");
}

char *rl_facts_real_path(const struct rl_facts *facts, const char *path, bool follow)
{
	const char *whole = below(path), *name = strrchr(whole, '/');
	struct rl_buf real = {0};
	RL_AUTO_FREE char *parent = NULL;
	int ret;

	if (facts->root_fd < 0 || (!follow && name == NULL))
		return strdup(whole);
	reveal(facts, whole);
	parent = follow ? strdup(whole) : strndup(whole, (size_t)(name - whole));
	if (parent == NULL)
		return NULL;
	ret = rl_root_realpath(facts->root_fd, parent, &real);
	if (ret == 0 && !follow && real.len > 0)
		ret = rl_buf_append_str(&real, "/");
	if (ret == 0 && !follow)
		ret = rl_buf_append_str(&real, name + 1);
	if (ret == 0)
		return rl_steal_ptr(&real.data);
	rl_buf_free(&real);
	return ret == -ENOMEM ? NULL : strdup(whole);
}

void rl_facts_free(struct rl_facts *facts)
{
	rl_accounts_free(&facts->accounts);
	rl_packages_free(facts->packages);
	*facts = (struct rl_facts){.root_fd = -1};
}
