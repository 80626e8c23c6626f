/* SPDX-License-Identifier: MIT */
#include "cli/privilege.h"

#include "host/capabilities.h"

#include <linux/capability.h>

const char *rl_privilege_missing(void)
{
	rl_capabilities caps = rl_capabilities_held();
	bool reads_all = (caps & RL_CAPABILITY(CAP_DAC_READ_SEARCH)) != 0 ||
			 (caps & RL_CAPABILITY(CAP_DAC_OVERRIDE)) != 0;
	bool sees_trusted = (caps & RL_CAPABILITY(CAP_SYS_ADMIN)) != 0;

	if (!reads_all && geteuid() != 0)
		return "not running as root: files that you may not read and trusted.* attributes "
		       "will be missing";
	if (!reads_all)
		return "without CAP_DAC_READ_SEARCH: files that you may not read will be missing";
	if (!sees_trusted)
		return "without CAP_SYS_ADMIN: trusted.* attributes will be missing";
	return NULL;
}
