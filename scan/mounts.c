/* SPDX-License-Identifier: MIT */
/*
 * Each mount gets a class by itself, then the relations between them are looked at: what the user
 * said of it, what else shows the same, and whether the walk can come there.
 */
#include "scan/mounts.h"

#include "scan/mount_class.h"
#include "scan/mountinfo.h"

#include <string.h>

/* All that the decisions look at. */
struct policy {
	const struct rl_mountinfo *info;
	const char *root;
	const struct rl_mount_options *options;
	struct rl_mounts *mounts;
};

bool rl_mount_is_captured(enum rl_mount_class class)
{
	return class == RL_MOUNT_REAL || class == RL_MOUNT_WANTED;
}

const char *rl_mount_class_name(enum rl_mount_class class)
{
	static const char *const names[] = {
		[RL_MOUNT_REAL] = "local",
		[RL_MOUNT_WANTED] = "wanted",
		[RL_MOUNT_PSEUDO] = "pseudo",
		[RL_MOUNT_NETWORK] = "network",
		[RL_MOUNT_REMOVABLE] = "removable",
		[RL_MOUNT_IMAGE] = "image",
		[RL_MOUNT_ENGINE] = "engine",
		[RL_MOUNT_BIND] = "bind",
		[RL_MOUNT_UNWANTED] = "unwanted",
		[RL_MOUNT_BENEATH] = "beneath a mount that is left out",
	};

	return names[class];
}

static void free_mount(struct rl_mount *mount)
{
	free(mount->path);
	free(mount->mount_point);
	free(mount->fs_root);
	free(mount->type);
	free(mount->source);
	free(mount->covered_by);
}

void rl_mounts_free(struct rl_mounts *mounts)
{
	size_t i;

	for (i = 0; i < mounts->count; i++)
		free_mount(&mounts->mounts[i]);
	free(mounts->mounts);
	*mounts = (struct rl_mounts){0};
}

static int compare_paths(const void *a, const void *b)
{
	const struct rl_mount *x = a, *y = b;

	return strcmp(x->path, y->path);
}

const struct rl_mount *rl_mounts_find(const struct rl_mounts *mounts, const char *path)
{
	struct rl_mount key = {.path = (char *)path};

	if (mounts->count == 0)
		return NULL;
	return bsearch(&key, mounts->mounts, mounts->count, sizeof(key), compare_paths);
}

static int copy_entry(
	const struct rl_mountinfo_entry *entry, const char *below, struct rl_mount *to)
{
	*to = (struct rl_mount){
		.path = strdup(below),
		.mount_point = strdup(entry->mount_point),
		.fs_root = strdup(entry->fs_root),
		.type = strdup(entry->type),
		.source = strdup(entry->source),
		.dev = entry->dev,
		.id = entry->id,
	};
	if (to->path != NULL && to->mount_point != NULL && to->fs_root != NULL &&
		to->type != NULL && to->source != NULL)
		return 0;
	free_mount(to);
	return -ENOMEM;
}

/* Takes the mounts beneath ROOT that a path leads to. */
static int collect(const struct policy *policy, const char *sys_block)
{
	const struct rl_mountinfo *info = policy->info;
	struct rl_mounts *mounts = policy->mounts;
	size_t i;

	mounts->mounts = calloc(info->count + 1, sizeof(*mounts->mounts));
	if (mounts->mounts == NULL)
		return -ENOMEM;
	for (i = 0; i < info->count; i++) {
		const struct rl_mountinfo_entry *entry = &info->entries[i];
		const char *below = rl_mountinfo_below(entry->mount_point, policy->root);
		struct rl_mount *mount = &mounts->mounts[mounts->count];

		if (below == NULL || below[0] == '\0' ||
			rl_mountinfo_lookup(info, entry->mount_point) != i)
			continue;
		if (copy_entry(entry, below, mount) != 0)
			return -ENOMEM;
		mount->class = rl_mount_class_of(entry, below, sys_block);
		mounts->count++;
	}
	qsort(mounts->mounts, mounts->count, sizeof(*mounts->mounts), compare_paths);
	return 0;
}

/* A path that the user gave, absolute on the host or below ROOT, as one below ROOT. */
static char *normalise(const struct policy *policy, const char *path)
{
	const char *below = rl_mountinfo_below(path, policy->root);
	char *normal = malloc(strlen(path) + 1), *to = normal;

	if (normal == NULL)
		return NULL;
	for (path = below != NULL ? below : path; *path != '\0';) {
		size_t len = strcspn(path, "/");

		if (len > 0 && !(len == 1 && *path == '.')) {
			if (to != normal)
				*to++ = '/';
			memcpy(to, path, len);
			to += len;
		}
		path += len + (path[len] == '/');
	}
	*to = '\0';
	return normal;
}

/* Gives the mounts that the user named the class @class. */
static int mark(const struct policy *policy, const char *const *paths, size_t count,
	enum rl_mount_class class, struct rl_error *err)
{
	size_t i;

	for (i = 0; i < count; i++) {
		RL_AUTO_FREE char *path = normalise(policy, paths[i]);
		struct rl_mount *mount;

		if (path == NULL)
			return -ENOMEM;
		mount = (struct rl_mount *)rl_mounts_find(policy->mounts, path);
		if (mount == NULL)
			return rl_error_text(err, EINVAL, "'%s' is no mount point beneath '%s'",
				paths[i], policy->root);
		mount->class = class;
	}
	return 0;
}

static int take_options(const struct policy *policy, struct rl_error *err)
{
	const struct rl_mount_options *options = policy->options;
	size_t i;
	int ret;

	for (i = 0; options->one_file_system && i < policy->mounts->count; i++) {
		if (policy->mounts->mounts[i].class == RL_MOUNT_REAL)
			policy->mounts->mounts[i].class = RL_MOUNT_UNWANTED;
	}
	ret = mark(policy, options->wanted, options->wanted_count, RL_MOUNT_WANTED, err);
	if (ret != 0)
		return ret;
	return mark(policy, options->unwanted, options->unwanted_count, RL_MOUNT_UNWANTED, err);
}

/* "/a" and "b/c" as "/a/b/c"; "/" and "" have no slash too many. */
static char *join(const char *dir, const char *rest)
{
	char *path;

	if (asprintf(&path, "%s%s%s", strcmp(dir, "/") == 0 ? "" : dir, "/", rest) < 0)
		return NULL;
	if (rest[0] == '\0' && strlen(path) > 1)
		path[strlen(path) - 1] = '\0';
	return path;
}

/*
 * Where what @mount shows can be seen in the mount number @index of the list, in *@path_ret; NULL
 * if it cannot: another file system, another part of it, outside ROOT, or hidden.
 */
static int find_cover(
	const struct policy *policy, const struct rl_mount *mount, size_t index, char **path_ret)
{
	const struct rl_mountinfo_entry *cover = &policy->info->entries[index];
	const char *rest;
	char *path;

	*path_ret = NULL;
	if (cover->dev != mount->dev || cover->id == mount->id)
		return 0;
	rest = rl_mountinfo_below(mount->fs_root, cover->fs_root);
	if (rest == NULL)
		return 0;
	path = join(cover->mount_point, rest);
	if (path == NULL)
		return -ENOMEM;
	if (rl_mountinfo_below(path, policy->root) == NULL ||
		rl_mountinfo_lookup(policy->info, path) != index)
		free(path);
	else
		*path_ret = path;
	return 0;
}

static size_t index_of(const struct rl_mountinfo *info, int id)
{
	size_t i;

	for (i = 0; i < info->count && info->entries[i].id != id; i++)
		;
	return i;
}

/* Whether @a comes before @b where both show the same: the larger part, then the older mount. */
static bool is_before(const struct rl_mount *a, const struct rl_mount *b)
{
	size_t x = strlen(a->fs_root), y = strlen(b->fs_root);

	return x != y ? x < y : a->id < b->id;
}

/* Marks @mount as a bind mount if something that is captured shows the same. */
static int check_bind(const struct policy *policy, struct rl_mount *mount)
{
	size_t i, root = rl_mountinfo_lookup(policy->info, policy->root);
	int ret = 0;

	if (root != RL_MOUNTINFO_NONE)
		ret = find_cover(policy, mount, root, &mount->covered_by);
	for (i = 0; ret == 0 && mount->covered_by == NULL && i < policy->mounts->count; i++) {
		const struct rl_mount *other = &policy->mounts->mounts[i];

		if (rl_mount_is_captured(other->class) && is_before(other, mount))
			ret = find_cover(policy, mount, index_of(policy->info, other->id),
				&mount->covered_by);
	}
	if (mount->covered_by != NULL)
		mount->class = RL_MOUNT_BIND;
	return ret;
}

/* Looks at the mounts in the order of is_before(), so that a cover is decided first. */
static int find_binds(const struct policy *policy)
{
	struct rl_mounts *mounts = policy->mounts;
	struct rl_mount **order = calloc(mounts->count + 1, sizeof(struct rl_mount *));
	size_t i, j;
	int ret = 0;

	if (order == NULL)
		return -ENOMEM;
	for (i = 0; i < mounts->count; i++) {
		for (j = i; j > 0 && is_before(&mounts->mounts[i], order[j - 1]); j--)
			order[j] = order[j - 1];
		order[j] = &mounts->mounts[i];
	}
	for (i = 0; ret == 0 && i < mounts->count; i++) {
		if (order[i]->class == RL_MOUNT_REAL)
			ret = check_bind(policy, order[i]);
	}
	free(order);
	return ret;
}

/* The innermost mount above @mount that has one of its own. NULL: it is ROOT's. */
static struct rl_mount *mount_above(const struct rl_mounts *mounts, const struct rl_mount *mount)
{
	struct rl_mount *found = NULL;
	size_t i, longest = 0;

	for (i = 0; i < mounts->count; i++) {
		struct rl_mount *other = &mounts->mounts[i];
		size_t len = strlen(other->path);

		if (other != mount && len > longest &&
			strncmp(mount->path, other->path, len) == 0 && mount->path[len] == '/') {
			longest = len;
			found = other;
		}
	}
	return found;
}

/*
 * The walk does not go into what is left out. A bind mount that real mounts stand on is captured
 * after all, so that they are not lost; beneath all else they are, and are said to be.
 */
static int check_reach(const struct policy *policy, struct rl_error *err)
{
	struct rl_mounts *mounts = policy->mounts;
	struct rl_mount *above;
	size_t i;

	for (i = 0; i < mounts->count; i++) {
		struct rl_mount *mount = &mounts->mounts[i];

		if (!rl_mount_is_captured(mount->class))
			continue;
		for (above = mount_above(mounts, mount); above != NULL;
			above = mount_above(mounts, above)) {
			if (above->class == RL_MOUNT_BIND)
				above->class = RL_MOUNT_REAL;
		}
	}
	/* In order of paths: what is above has been decided. */
	for (i = 0; i < mounts->count; i++) {
		struct rl_mount *mount = &mounts->mounts[i];

		above = mount_above(mounts, mount);
		if (above == NULL || rl_mount_is_captured(above->class) ||
			!rl_mount_is_captured(mount->class))
			continue;
		if (mount->class == RL_MOUNT_WANTED)
			return rl_error_text(err, EINVAL,
				"'%s' lies beneath '%s', which is left out: give --mount %s too",
				mount->mount_point, above->mount_point, above->mount_point);
		mount->class = RL_MOUNT_BENEATH;
	}
	return 0;
}

int rl_mounts_read(const char *mountinfo, const char *sys_block, const char *root,
	const struct rl_mount_options *options, struct rl_mounts *mounts, struct rl_error *err)
{
	struct rl_mountinfo info;
	struct policy policy = {.info = &info, .root = root, .options = options, .mounts = mounts};
	int ret;

	*mounts = (struct rl_mounts){0};
	ret = rl_mountinfo_read(mountinfo != NULL ? mountinfo : "/proc/self/mountinfo", &info, err);
	if (ret != 0)
		return ret;
	ret = collect(&policy, sys_block != NULL ? sys_block : "/sys/dev/block");
	if (ret == 0)
		ret = take_options(&policy, err);
	if (ret == 0)
		ret = find_binds(&policy);
	if (ret == 0)
		ret = check_reach(&policy, err);
	if (ret == -ENOMEM)
		(void)rl_error_set(err, ENOMEM, "cannot read the mounts");
	if (ret != 0)
		rl_mounts_free(mounts);
	rl_mountinfo_free(&info);
	return ret;
}
