/* SPDX-License-Identifier: MIT */
#include "cli/privilege.h"

#include "common/cleanup.h"

#include <inttypes.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <string.h>

/* The effective capabilities (proc(5), /proc/self/status); all of them if that cannot be told. */
static uint64_t effective(void)
{
	RL_AUTO_FILE FILE *status = fopen("/proc/self/status", "re");
	char line[256];

	while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
		if (strncmp(line, "CapEff:", 7) == 0)
			return strtoull(line + 7, NULL, 16);
	}
	return UINT64_MAX;
}

const char *rl_privilege_missing(void)
{
	uint64_t caps = effective();
	bool reads_all = (caps & (UINT64_C(1) << CAP_DAC_READ_SEARCH)) != 0 ||
			 (caps & (UINT64_C(1) << CAP_DAC_OVERRIDE)) != 0;
	bool sees_trusted = (caps & (UINT64_C(1) << CAP_SYS_ADMIN)) != 0;

	if (!reads_all && geteuid() != 0)
		return "not running as root: files that you may not read and trusted.* attributes "
		       "will be missing";
	if (!reads_all)
		return "without CAP_DAC_READ_SEARCH: files that you may not read will be missing";
	if (!sees_trusted)
		return "without CAP_SYS_ADMIN: trusted.* attributes will be missing";
	return NULL;
}
