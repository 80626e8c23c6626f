/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/help.h"
#include "host/snapshot.h"
#include "scan/mountinfo.h"

#include <string.h>

/* Whether the file system of entry @index has been looked at with an earlier entry. */
static bool is_known(const struct rl_mountinfo *info, size_t index)
{
	size_t i;

	for (i = 0; i < index; i++) {
		if (strcmp(info->entries[i].type, "btrfs") == 0 &&
			strcmp(info->entries[i].source, info->entries[index].source) == 0)
			return true;
	}
	return false;
}

/* Cleans one file system. Returns whether that could be done. */
static bool clean(const char *source)
{
	RL_AUTO_FREE char *shown = rl_format_path(source);
	struct rl_error err = {0};
	size_t removed;
	int ret = rl_btrfs_clean(source, &removed, &err);

	if (removed > 0)
		(void)printf("Removed %zu abandoned snapshot%s from %s\n", removed,
			removed == 1 ? "" : "s", shown != NULL ? shown : "?");
	if (ret != 0)
		rl_print_error(&err);
	return ret == 0;
}

static int clean_all(struct rl_error *err)
{
	struct rl_mountinfo info = {0};
	int status = RL_EXIT_OK;
	size_t i;

	if (rl_mountinfo_read("/proc/self/mountinfo", &info, err) != 0)
		return RL_EXIT_FAILED;
	for (i = 0; i < info.count; i++) {
		if (strcmp(info.entries[i].type, "btrfs") == 0 && !is_known(&info, i) &&
			!clean(info.entries[i].source))
			status = RL_EXIT_FAILED;
	}
	rl_mountinfo_free(&info);
	return status;
}

int rl_cmd_cleanup(int argc, char **argv)
{
	struct rl_error err = {0};
	int status;

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		(void)fputs(rl_help_cleanup, stdout);
		return RL_EXIT_OK;
	}
	if (argc > 1) {
		(void)rl_error_text(&err, EINVAL, "cleanup takes no '%s'", argv[1]);
		rl_print_error(&err);
		(void)fputs("Try 'rootlift cleanup --help'.\n", stderr);
		return RL_EXIT_USAGE;
	}
	status = clean_all(&err);
	if (err.code != 0)
		rl_print_error(&err);
	return status;
}
