/* SPDX-License-Identifier: MIT */
/**
 * Any bytes as the files that tell a distribution, and as the program that tells the machine: the
 * first byte says which file.
 */
#include "scan/distro.h"
#include "scan/facts.h"
#include "tests/fuzz/scratch_root.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {"etc/os-release", "etc/oracle-release", "etc/redhat-release",
	"etc/system-release", "etc/SuSE-release", "etc/alpine-release", "etc/arch-release",
	"etc/gentoo-release", "etc/debian_version"};

/* An ID is looked up as the name of a file. */
static void check_id(const char *id)
{
	if (strchr(id, '/') != NULL || strlen(id) >= sizeof(((struct rl_distro *)NULL)->id))
		abort();
}

static void check(const struct rl_distro *distro)
{
	size_t i;

	check_id(distro->id);
	if (distro->like_count > RL_DISTRO_LIKE_MAX)
		abort();
	for (i = 0; i < distro->like_count; i++) {
		check_id(distro->like[i]);
		if (distro->like[i][0] == '\0')
			abort();
	}
	if (memchr(distro->version, '\0', sizeof(distro->version)) == NULL ||
		memchr(distro->pretty_name, '\0', sizeof(distro->pretty_name)) == NULL)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rl_distro distro = {0};
	const char *path;

	if (size == 0)
		return 0;
	(void)!rl_distro_parse_os_release((const char *)data, size, &distro);
	check(&distro);
	if (size >= 20 && strlen(rl_facts_arch_of(data)) >= sizeof(((struct rl_facts *)NULL)->arch))
		abort();
	fuzz_root_mkdir("etc");
	path = files[data[0] % (sizeof(files) / sizeof(*files))];
	fuzz_root_write(path, data + 1, size - 1);
	if (rl_distro_detect(fuzz_root(), &distro, NULL) != 0)
		abort();
	check(&distro);
	fuzz_root_remove(path);
	return 0;
}
