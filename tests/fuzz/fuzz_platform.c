/* SPDX-License-Identifier: MIT */
/** Any bytes as the program that tells what a root is for. */
#include "scan/platform.h"
#include "tests/fuzz/scratch_root.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rl_platform platform;

	fuzz_root_mkdir("sbin");
	fuzz_root_write("sbin/init", data, size);
	rl_platform_find(fuzz_root(), &platform);
	if (memchr(platform.architecture, '\0', sizeof(platform.architecture)) == NULL ||
		memchr(platform.variant, '\0', sizeof(platform.variant)) == NULL)
		abort();
	if (platform.is_guess != (platform.program[0] == '\0'))
		abort();
	/* No engine has another one. */
	if (strcmp(platform.architecture, "arm") == 0 &&
		(platform.variant[0] != 'v' || strchr("5678", platform.variant[1]) == NULL))
		abort();
	fuzz_root_remove("sbin/init");
	return 0;
}
