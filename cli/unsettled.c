/* SPDX-License-Identifier: MIT */
#include "cli/unsettled.h"

#include <assert.h>
#include <string.h>

int rl_unsettled_add(
	struct rl_unsettled *unsettled, struct rl_content *content, const char *path, uint64_t end)
{
	size_t last = (unsettled->first + unsettled->count) % RL_UNSETTLED_MAX;
	char *copy = strdup(path);

	assert(unsettled->count < RL_UNSETTLED_MAX);
	if (copy == NULL) {
		rl_content_close(content);
		return -ENOMEM;
	}
	rl_content_detach(content);
	unsettled->files[last] =
		(struct rl_unsettled_file){.content = content, .path = copy, .end = end};
	unsettled->count++;
	return 0;
}

/* Takes the first file away. */
static void remove_first(struct rl_unsettled *unsettled)
{
	struct rl_unsettled_file *file = &unsettled->files[unsettled->first % RL_UNSETTLED_MAX];

	rl_content_close(file->content);
	free(file->path);
	unsettled->first++;
	unsettled->count--;
}

void rl_unsettled_settle(struct rl_unsettled *unsettled, const struct rl_sink *sink, size_t least,
	const struct rl_exception_sink *exceptions)
{
	uint64_t taken;

	if (unsettled->count < least)
		return;
	taken = rl_sink_taken(sink);
	while (unsettled->count > 0) {
		const struct rl_unsettled_file *file =
			&unsettled->files[unsettled->first % RL_UNSETTLED_MAX];

		if (file->end > taken)
			return;
		if (rl_content_changed(file->content))
			rl_exception_tell(exceptions, RL_EXC_TORN, file->path, NULL);
		remove_first(unsettled);
	}
}

void rl_unsettled_free(struct rl_unsettled *unsettled)
{
	while (unsettled->count > 0)
		remove_first(unsettled);
}
