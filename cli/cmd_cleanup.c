/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/help.h"
#include "host/snapshot.h"
#include "scan/mountinfo.h"

#include <string.h>

/* Prints what was done in one place; @ctx is the exit status. */
static void print_told(void *ctx, const char *where, size_t removed, const struct rl_error *failure)
{
	RL_AUTO_FREE char *shown = rl_format_path(where);
	int *status = ctx;

	if (removed > 0)
		(void)printf("Removed %zu abandoned snapshot%s from %s\n", removed,
			removed == 1 ? "" : "s", shown != NULL ? shown : "?");
	if (failure == NULL)
		return;
	rl_print_error(failure);
	*status = RL_EXIT_FAILED;
}

static int clean_all(struct rl_error *err)
{
	RL_AUTO_FREE struct rl_place *places = NULL;
	struct rl_mountinfo info = {0};
	int status = RL_EXIT_OK;
	size_t i;

	if (rl_mountinfo_read("/proc/self/mountinfo", &info, err) != 0)
		return RL_EXIT_FAILED;
	places = calloc(info.count + 1, sizeof(*places));
	if (places == NULL) {
		(void)rl_error_set(err, ENOMEM, "cannot look for snapshots");
		status = RL_EXIT_FAILED;
	}
	for (i = 0; places != NULL && i < info.count; i++)
		places[i] = (struct rl_place){.source = info.entries[i].source,
			.type = info.entries[i].type,
			.path = "",
			.fd = -1};
	if (places != NULL)
		rl_snapshots_clean(places, info.count, print_told, &status);
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
