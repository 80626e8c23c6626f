/* SPDX-License-Identifier: MIT */
#include "scan/source.h"

#include "scan/source_ops.h"

int rl_source_next(struct rl_source *source, struct rl_entry **entry, struct rl_error *err)
{
	return source->ops->next(source, entry, err);
}

void rl_source_descend(struct rl_source *source, enum rl_descend how)
{
	source->ops->descend(source, how);
}

int rl_source_load(struct rl_source *source, struct rl_entry *entry, struct rl_error *err)
{
	return source->ops->load(source, entry, err);
}

int rl_source_open(struct rl_source *source, struct rl_entry *entry, struct rl_content **content,
	struct rl_error *err)
{
	return source->ops->open(source, entry, content, err);
}

void rl_source_close(struct rl_source *source)
{
	if (source != NULL)
		source->ops->close(source);
}
