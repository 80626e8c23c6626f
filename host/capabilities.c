/* SPDX-License-Identifier: MIT */
#include "host/capabilities.h"

#include "common/buf.h"

#include <string.h>
#include <sys/capability.h>

static bool has(cap_t caps, int cap, cap_flag_t flag)
{
	cap_flag_value_t value;

	return cap_get_flag(caps, cap, flag, &value) == 0 && value == CAP_SET;
}

rl_capabilities rl_capabilities_held(void)
{
	rl_capabilities held = 0;
	cap_t caps = cap_get_proc();
	int cap;

	if (caps == NULL)
		return UINT64_MAX;
	for (cap = 0; cap < 64 && CAP_IS_SUPPORTED(cap); cap++) {
		if (has(caps, cap, CAP_EFFECTIVE))
			held |= RL_CAPABILITY(cap);
	}
	(void)cap_free(caps);
	return held;
}

/* Makes one of the three sets of @to what @from may use of @kept. */
static int fill(cap_t to, cap_t from, cap_flag_t flag, rl_capabilities kept)
{
	int cap;

	for (cap = 0; cap < 64 && CAP_IS_SUPPORTED(cap); cap++) {
		cap_value_t value = cap;

		if ((kept & RL_CAPABILITY(cap)) == 0 || !has(from, cap, CAP_PERMITTED))
			continue;
		if (cap_set_flag(to, flag, 1, &value, CAP_SET) != 0)
			return -errno;
	}
	return 0;
}

static int set(rl_capabilities effective, rl_capabilities permitted)
{
	cap_t from = cap_get_proc(), to = cap_init();
	int ret = from != NULL && to != NULL ? 0 : -errno;

	if (ret == 0)
		ret = fill(to, from, CAP_EFFECTIVE, effective);
	if (ret == 0)
		ret = fill(to, from, CAP_PERMITTED, permitted);
	if (ret == 0 && cap_set_proc(to) != 0)
		ret = -errno;
	if (from != NULL)
		(void)cap_free(from);
	if (to != NULL)
		(void)cap_free(to);
	return ret;
}

int rl_capabilities_lower(rl_capabilities kept)
{
	return set(kept, UINT64_MAX);
}

int rl_capabilities_keep(rl_capabilities kept)
{
	return set(kept, kept);
}

char *rl_capabilities_names(rl_capabilities wanted)
{
	struct rl_buf names = {0};
	int cap, ret = 0;

	/* Asking the kernel which there are is a call that may be given up already. */
	for (cap = 0; ret == 0 && cap < 64; cap++) {
		char *name = (wanted & RL_CAPABILITY(cap)) != 0 ? cap_to_name(cap) : NULL;
		const char *known = name;

		if (name == NULL)
			continue;
		if (strncmp(name, "cap_", 4) == 0)
			known += 4;
		if (names.len > 0)
			ret = rl_buf_append_str(&names, " ");
		if (ret == 0)
			ret = rl_buf_append_str(&names, known);
		(void)cap_free(name);
	}
	if (ret == 0 && names.len == 0)
		ret = rl_buf_append_str(&names, "none");
	if (ret == 0)
		return names.data;
	rl_buf_free(&names);
	return NULL;
}
