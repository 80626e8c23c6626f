/* SPDX-License-Identifier: MIT */
#include "cli/snapshots.h"

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/frozen.h"
#include "cli/stop.h"
#include "host/hooks.h"

/* What can be captured by a snapshot. */
struct places {
	struct rl_place *items;
	size_t count;
};

/* Adds @place if it is wanted: any for auto, which tells of those that cannot have a snapshot. */
static int add(struct places *places, const struct rl_options *options,
	const struct rl_source *source, struct rl_place place)
{
	struct rl_place *more =
		reallocarray(places->items, places->count + 1, sizeof(struct rl_place));

	if (more == NULL)
		return -ENOMEM;
	places->items = more;
	place.fd = rl_live_open_mount(source, place.path);
	/* A user's mount (FUSE), which has no snapshots, may be closed even to root. */
	if (place.fd == -EACCES && options->snapshot == RL_SNAPSHOT_ONE_KIND)
		return 0;
	if (place.fd < 0)
		return place.fd;
	if (options->snapshot == RL_SNAPSHOT_ONE_KIND &&
		!rl_snapshot_suits(options->snapshot_kind, &place)) {
		(void)close(place.fd);
		return 0;
	}
	more[places->count++] = place;
	return 0;
}

/* ROOT's own mount and the captured ones beneath it. */
static int find_places(
	struct places *places, const struct rl_options *options, const struct rl_source *source)
{
	struct rl_live_info info;
	size_t i;
	int ret = 0;

	rl_live_info(source, &info);
	if (info.mounts->root_type != NULL)
		ret = add(places, options, source,
			(struct rl_place){.path = "",
				.source = info.mounts->root_source,
				.type = info.mounts->root_type});
	for (i = 0; ret == 0 && i < info.mounts->count; i++) {
		const struct rl_mount *mount = &info.mounts->mounts[i];

		if (rl_mount_is_captured(mount->class))
			ret = add(places, options, source,
				(struct rl_place){.path = mount->path,
					.source = mount->source,
					.type = mount->type});
		/* A mount on a file has nothing in it. */
		if (ret == -ENOTDIR)
			ret = 0;
	}
	return ret;
}

static void print_reasons(const char *label, const struct rl_unsnapped *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		RL_AUTO_FREE char *reason = rl_format_path(list[i].reason);

		(void)fprintf(stderr, "%s: %s\n", label, reason != NULL ? reason : "?");
	}
}

static void print_outcome(const struct rl_keeper *keeper)
{
	size_t i;

	for (i = 0; i < keeper->snapshots.count; i++) {
		RL_AUTO_FREE char *path = rl_format_path(keeper->snapshots.items[i].path);

		(void)fprintf(stderr, "Snapshot: /%s\n", path != NULL ? path : "?");
	}
	print_reasons("Snapshot, none", keeper->unsnapped, keeper->unsnapped_count);
	for (i = 0; i < keeper->frozen_count; i++) {
		RL_AUTO_FREE char *path = rl_format_path(keeper->frozen[i].path);

		(void)fprintf(stderr, "Frozen: /%s\n", path != NULL ? path : "?");
	}
	print_reasons("Frozen, not", keeper->unfrozen, keeper->unfrozen_count);
}

/* Has @source read the snapshots; it owns their directories from then on. */
static int substitute(struct rl_keeper *keeper, struct rl_source *source, struct rl_error *err)
{
	size_t i;

	for (i = 0; i < keeper->snapshots.count; i++) {
		struct rl_snapshot *snapshot = &keeper->snapshots.items[i];
		int ret = rl_live_substitute(source, snapshot->path,
			rl_steal_fd(&snapshot->root_fd), snapshot->live_dev);

		if (ret != 0)
			return rl_error_set(
				err, -ret, "cannot read the snapshot of '/%s'", snapshot->path);
	}
	return 0;
}

/* Whether snapshots can be made at all. Returns RL_EXIT_OK, with *@is_possible set, or another status. */
static int check_clones(const struct rl_options *options, const struct rl_live_info *info,
	bool *is_possible, struct rl_error *err)
{
	*is_possible = options->snapshot != RL_SNAPSHOT_NONE && info->cloned;
	if (options->snapshot == RL_SNAPSHOT_NONE || info->cloned)
		return RL_EXIT_OK;
	if (options->snapshot == RL_SNAPSHOT_AUTO) {
		if (options->verbose)
			(void)fputs("Snapshot, none: mounts cannot be cloned\n", stderr);
		return RL_EXIT_OK;
	}
	(void)rl_error_text(
		err, EPERM, "no snapshots, since mounts cannot be cloned: %s", info->clone_reason);
	return RL_EXIT_FAILED;
}

/* That nothing was frozen is no success of --fsfreeze, unless there are snapshots of all. */
static int check_frozen(const struct rl_keeper *keeper, const char *root, struct rl_error *err)
{
	if (keeper->frozen_count > 0 || keeper->snapshots.count > 0 || keeper->unfrozen_count == 0)
		return 0;
	return rl_error_text(err, EOPNOTSUPP, "nothing of '%s' can be frozen: %s", root,
		keeper->unfrozen[0].reason);
}

/* Starts the keeper, has @source read what it has made, and says so. */
static int start(struct rl_keeper *keeper, const struct rl_keeper_plan *plan,
	const struct rl_options *options, struct rl_source *source,
	const volatile sig_atomic_t *stop, struct rl_error *err)
{
	int ret = rl_keeper_start(plan, stop, keeper, err);

	/* A signal ends the wait of others at once. */
	if (ret == 0 && keeper->frozen_count > 0)
		rl_stop_pass_on(keeper->socket);
	if (ret == 0 && options->verbose)
		print_outcome(keeper);
	if (ret == 0)
		ret = check_frozen(keeper, plan->root, err);
	return ret == 0 ? substitute(keeper, source, err) : ret;
}

int rl_snapshots_begin(struct rl_keeper *keeper, const struct rl_options *options,
	struct rl_source *source, const volatile sig_atomic_t *stop, struct rl_error *err)
{
	struct rl_keeper_plan plan = {.is_optional = options->snapshot == RL_SNAPSHOT_AUTO,
		.hooks_dir = options->hooks != NULL ? options->hooks : RL_HOOKS_DIR,
		.hook_seconds = options->hook_seconds,
		.snapshot_size = options->snapshot_size,
		.freeze_seconds = options->freeze_seconds};
	struct rl_frozen_places freezes = {0};
	struct places places = {0};
	struct rl_live_info info;
	bool can_snap;
	size_t i;
	int ret = 0;

	rl_live_info(source, &info);
	if (check_clones(options, &info, &can_snap, err) != RL_EXIT_OK)
		return RL_EXIT_FAILED;
	if (!can_snap && options->freeze_seconds == 0)
		return RL_EXIT_OK;
	plan.root = info.root;
	if (can_snap)
		ret = find_places(&places, options, source);
	if (ret != 0)
		(void)rl_error_set(err, -ret, "cannot find out what to make snapshots of");
	else if (can_snap && places.count == 0 && options->snapshot != RL_SNAPSHOT_AUTO)
		ret = rl_error_text(err, EOPNOTSUPP, "no snapshots: nothing of '%s' is on %s",
			info.root, options->snapshot_kind->what);
	if (ret == 0 && options->freeze_seconds > 0)
		ret = rl_frozen_find(&freezes, options, source, err);
	plan.places = places.items;
	plan.place_count = places.count;
	plan.freezes = freezes.items;
	plan.freeze_count = freezes.count;
	if (ret == 0)
		ret = start(keeper, &plan, options, source, stop, err);
	rl_frozen_free(&freezes);
	for (i = 0; i < places.count; i++)
		(void)close(places.items[i].fd);
	free(places.items);
	return ret == 0 ? RL_EXIT_OK : RL_EXIT_FAILED;
}

void rl_snapshots_check(struct rl_keeper *keeper, const struct rl_exception_sink *exceptions)
{
	size_t i;

	for (i = 0; i < keeper->frozen_count; i++) {
		const char *why = rl_frozen_thaw_text(rl_keeper_thaw(keeper, i));

		if (why == NULL || keeper->frozen[i].is_told)
			continue;
		keeper->frozen[i].is_told = true;
		rl_exception_tell(exceptions, RL_EXC_THAWED, keeper->frozen[i].path, why);
	}
}

int rl_snapshots_end(struct rl_keeper *keeper, struct rl_error *err)
{
	rl_stop_pass_on(-1);
	return rl_keeper_end(keeper, err);
}
