/* SPDX-License-Identifier: MIT */
#include "scan/substitute.h"

#include "scan/stat.h"

#include <string.h>

int rl_substitutes_add(struct rl_substitutes *substitutes, const char *path, int fd, dev_t live_dev)
{
	RL_AUTO_FD int owned = fd;
	struct rl_substitute *more = reallocarray(
		substitutes->items, substitutes->count + 1, sizeof(struct rl_substitute));
	struct rl_entry root = {0};
	int ret;

	if (more == NULL)
		return -ENOMEM;
	substitutes->items = more;
	ret = rl_stat(fd, "", &root);
	if (ret != 0)
		return ret;
	more += substitutes->count;
	*more = (struct rl_substitute){.path = strdup(path), .dev = root.dev, .live_dev = live_dev};
	if (more->path == NULL)
		return -ENOMEM;
	more->fd = rl_steal_fd(&owned);
	substitutes->count++;
	return 0;
}

const struct rl_substitute *rl_substitutes_find(
	const struct rl_substitutes *substitutes, const char *path)
{
	size_t i;

	for (i = 0; i < substitutes->count; i++) {
		if (strcmp(substitutes->items[i].path, path) == 0)
			return &substitutes->items[i];
	}
	return NULL;
}

dev_t rl_substitutes_live_dev(const struct rl_substitutes *substitutes, dev_t dev)
{
	size_t i;

	for (i = 0; i < substitutes->count; i++) {
		if (substitutes->items[i].dev == dev)
			return substitutes->items[i].live_dev;
	}
	return dev;
}

void rl_substitutes_free(struct rl_substitutes *substitutes)
{
	size_t i;

	for (i = 0; i < substitutes->count; i++) {
		free(substitutes->items[i].path);
		rl_cleanup_fd(&substitutes->items[i].fd);
	}
	free(substitutes->items);
	*substitutes = (struct rl_substitutes){0};
}
