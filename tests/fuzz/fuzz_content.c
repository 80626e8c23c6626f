/* SPDX-License-Identifier: MIT */
/**
 * Any bytes as the content of a file that rules look into or change: the first says which edits are
 * made. Edits that are made again change nothing more, and the word about secrets is the last one.
 */
#include "filters/chain.h"
#include "filters/edit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each is done once it is done. */
static const char *const edits[] = {"delete /^(auto|iface)[[:space:]]+eth[0-9]*/",
	"replace /^[[:space:]]*(password|secret)[[:space:]]*=.*$/\\1 = /",
	"append 127.0.0.1 localhost", "set password of * when [!*!]* to !",
	"set shell of daemon to /usr/sbin/nologin", "delete /a.*b|c?$/", "replace /x*/y/",
	"replace /(.)(.?)/&/"};

/* But this one grows with each pass. */
#define GROWS 0x40U

static const char rules[] =
	"[drop secret]\ncontains:*BEGIN*PRIVATE*KEY* /**  keys\n"
	"contains:[a-c]*[!x]?\\* /**  odd\n[keep secret]\ncontains:keep* /**  kept\n";

static void edit(unsigned int which, const char *content, size_t len)
{
	struct rl_buf once = {0}, twice = {0};
	struct rl_edit *made = NULL;
	size_t i, column;
	int ret;

	for (i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
		if ((which & 1U << i) != 0 && rl_edit_add(&made, edits[i], &column, NULL) != 0)
			abort();
	}
	ret = rl_edit_apply(made, content, len, &once);
	if (ret < 0 || (ret == 0 && (once.len != len ||
					    (len > 0 && memcmp(once.data, content, len) != 0))))
		abort();
	if ((which & (which - 1)) == 0 && (which & GROWS) == 0 &&
		rl_edit_apply(made, once.data, once.len, &twice) != 0)
		abort();
	rl_edit_free(made);
	rl_buf_free(&once);
	rl_buf_free(&twice);
}

static void look(const char *content, size_t len)
{
	static struct rl_profile *profile;
	static struct rl_chain *chain;
	const struct rl_profile_dirs dirs = {0};
	struct rl_entry entry = {.mode = S_IFREG | 0600, .size = len};
	struct rl_decision decision;
	const struct rl_profile *profiles[1];

	if (chain == NULL) {
		if (rl_profile_parse(
			    &dirs, "fuzz", "fuzz", rules, sizeof(rules) - 1, &profile, NULL) != 0)
			abort();
		profiles[0] = profile;
		if (rl_chain_new(profiles, 1, NULL, &chain, NULL) != 0)
			abort();
	}
	if (rl_entry_set_path(&entry, "file") != 0 ||
		rl_chain_decide(chain, &entry, &decision) != 0)
		abort();
	if (decision.needs_content)
		rl_chain_decide_content(chain, content,
			len < RL_CHAIN_HEAD_MAX ? len : RL_CHAIN_HEAD_MAX, &decision);
	if (decision.needs_content)
		abort();
	rl_entry_clear(&entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *content;

	if (size == 0)
		return 0;
	/* Nothing is behind the last byte. */
	content = malloc(size > 1 ? size - 1 : 1);
	if (content == NULL)
		abort();
	memcpy(content, data + 1, size - 1);
	edit(data[0], content, size - 1);
	look(content, size - 1);
	free(content);
	return 0;
}
