/* SPDX-License-Identifier: MIT */
/** Any bytes as a profile: parsing must not crash, and what was parsed must be able to decide. */
#include "filters/chain.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decide(const struct rl_profile *profile)
{
	static const char *const paths[] = {"var", "var/log", "var/log/x.log", "etc", "\xff"};
	struct rl_chain *chain;
	size_t i;

	if (rl_chain_new(&profile, 1, NULL, &chain, NULL) != 0)
		return;
	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct rl_entry entry = {.mode = i < 2 ? S_IFDIR : S_IFREG, .depth = i < 3 ? i : 0};
		struct rl_decision decision;

		if (rl_entry_set_path(&entry, paths[i]) == 0 &&
			rl_chain_decide(chain, &entry, &decision) != 0)
			abort();
		rl_entry_clear(&entry);
	}
	rl_chain_free(chain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rl_profile_dirs dirs = {0};
	struct rl_profile *profile;
	struct rl_error err = {0};

	if (rl_profile_parse(&dirs, "fuzz", "fuzz", (const char *)data, size, &profile, &err) ==
		0) {
		decide(profile);
		rl_profile_free(profile);
	} else if (err.code == 0) {
		abort();
	}
	return 0;
}
