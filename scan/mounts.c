/* SPDX-License-Identifier: MIT */
/*
 * Each mount gets a class by itself, then the relations between them are looked at: what the user
 * said of it, whether the walk can come there, and what else shows the same. The last comes last
 * because only what is captured in the end can stand for another mount: else both were lost.
 */
#include "scan/mounts.h"

#include "scan/mount_class.h"
#include "scan/mountinfo.h"

#include <string.h>

/* All that the decisions look at. */
struct policy {
	const struct rl_mountinfo *info;
	const char *root;
	/* ROOT's own mount in the list; RL_MOUNTINFO_NONE in a chroot that is none. */
	size_t root_index;
	const struct rl_mount_options *options;
	struct rl_mounts *mounts;
};

/* A mount, where it is asked whether it is a bind mount. */
struct candidate {
	struct rl_mount *mount;
	/* Its place in the list. */
	size_t index;
	/* It stands on a bind mount. */
	bool is_on_bind;
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
	free(mounts->root_type);
	free(mounts->root_source);
	*mounts = (struct rl_mounts){0};
}

const char *rl_mounts_type(const struct rl_mounts *mounts, const char *path)
{
	const char *type = mounts->root_type;
	size_t i, longest = 0;

	for (i = 0; i < mounts->count; i++) {
		const struct rl_mount *mount = &mounts->mounts[i];
		size_t len = strlen(mount->path);

		if (!rl_mount_is_captured(mount->class) || len < longest ||
			strncmp(mount->path, path, len) != 0 ||
			(path[len] != '/' && path[len] != '\0'))
			continue;
		longest = len;
		type = mount->type;
	}
	return type;
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

/*
 * What of the file system of @cover the mount @dev, @fs_root shows, as a path below the root of
 * @cover; NULL if it shows no part of it. What was deleted, and is alive in a bind mount only, is
 * marked by the kernel, and is no part of anything.
 */
static const char *part_of(const struct rl_mountinfo_entry *cover, dev_t dev, const char *fs_root)
{
	static const char mark[] = "//deleted";
	size_t len = strlen(fs_root);

	if (cover->dev != dev ||
		(len >= strlen(mark) && strcmp(fs_root + len - strlen(mark), mark) == 0))
		return NULL;
	return rl_mountinfo_below(fs_root, cover->fs_root);
}

/*
 * The class of a mount by itself. What the type says does not count for a part of ROOT's own file
 * system, which is captured whatever it is: a directory bound onto itself would be lost.
 */
static enum rl_mount_class class_of(const struct policy *policy,
	const struct rl_mountinfo_entry *entry, const char *below, const char *sys_block)
{
	const struct rl_mountinfo_entry *root = NULL;
	enum rl_mount_class class;

	if (policy->root_index != RL_MOUNTINFO_NONE)
		root = &policy->info->entries[policy->root_index];
	class = rl_mount_class_of(entry, root, below, sys_block);
	if (class != RL_MOUNT_ENGINE && root != NULL &&
		part_of(root, entry->dev, entry->fs_root) != NULL)
		return RL_MOUNT_REAL;
	return class;
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
		mount->class = class_of(policy, entry, below, sys_block);
		mounts->count++;
	}
	qsort(mounts->mounts, mounts->count, sizeof(*mounts->mounts), compare_paths);
	return 0;
}

/* @path without "." and without slashes at its ends or in a row; "" is "/". */
static char *normalise(const char *path)
{
	char *normal = malloc(strlen(path) + 1), *to = normal;

	if (normal == NULL)
		return NULL;
	while (*path != '\0') {
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

/* The mount that the user means: a path on the host if it is one beneath ROOT, else below ROOT. */
static int find_named(const struct policy *policy, const char *path, struct rl_mount **mount_ret)
{
	RL_AUTO_FREE char *normal = normalise(path);
	const struct rl_mount *mount = NULL;
	const char *below;

	if (normal == NULL)
		return -ENOMEM;
	below = path[0] == '/' ? rl_mountinfo_below(normal, policy->root + 1) : NULL;
	if (below != NULL)
		mount = rl_mounts_find(policy->mounts, below);
	if (mount == NULL)
		mount = rl_mounts_find(policy->mounts, normal);
	*mount_ret = (struct rl_mount *)mount;
	return 0;
}

/* Gives the mounts that the user named the class @class. */
static int mark(const struct policy *policy, const char *const *paths, size_t count,
	enum rl_mount_class class, struct rl_error *err)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct rl_mount *mount;

		if (find_named(policy, paths[i], &mount) != 0)
			return -ENOMEM;
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
	rest = part_of(cover, mount->dev, mount->fs_root);
	if (rest == NULL || cover->id == mount->id)
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

/*
 * Whether @a comes before @b where both show the same, so that @b is the bind mount. A later mount
 * that shows more (a whole btrfs at /mnt, whose subvolumes are mounted where they belong) does not
 * take away what came before: rather twice than only where nobody looks for it.
 */
static bool is_before(const struct candidate *a, const struct candidate *b)
{
	if (a->is_on_bind != b->is_on_bind)
		return b->is_on_bind;
	/* The older one: numbers of mounts are used again, but the list is in their order. */
	return a->index < b->index;
}

/* Marks @at as a bind mount if something that is captured shows the same. */
static int check_bind(
	const struct policy *policy, const struct candidate *candidates, const struct candidate *at)
{
	struct rl_mount *mount = at->mount;
	const struct candidate *other;
	int ret = 0;

	if (policy->root_index != RL_MOUNTINFO_NONE)
		ret = find_cover(policy, mount, policy->root_index, &mount->covered_by);
	for (other = candidates; ret == 0 && mount->covered_by == NULL && other < at; other++) {
		if (rl_mount_is_captured(other->mount->class))
			ret = find_cover(policy, mount, other->index, &mount->covered_by);
	}
	if (mount->covered_by != NULL)
		mount->class = RL_MOUNT_BIND;
	return ret;
}

/* Looks at all in the order of is_before(), so that a cover is decided first. */
static int decide_binds(const struct policy *policy, struct candidate *candidates)
{
	size_t i, j, count = policy->mounts->count;
	int ret = 0;

	for (i = 1; i < count; i++) {
		struct candidate moved = candidates[i];

		for (j = i; j > 0 && is_before(&moved, &candidates[j - 1]); j--)
			candidates[j] = candidates[j - 1];
		candidates[j] = moved;
	}
	for (i = 0; ret == 0 && i < count; i++) {
		if (candidates[i].mount->class == RL_MOUNT_REAL)
			ret = check_bind(policy, candidates, &candidates[i]);
	}
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

static bool is_on_bind(const struct rl_mounts *mounts, const struct rl_mount *mount)
{
	while ((mount = mount_above(mounts, mount)) != NULL) {
		if (mount->class == RL_MOUNT_BIND)
			return true;
	}
	return false;
}

/* Takes the mark of a bind mount away. */
static void unbind(struct rl_mount *mount)
{
	mount->class = RL_MOUNT_REAL;
	free(mount->covered_by);
	mount->covered_by = NULL;
}

/*
 * Finds the bind mounts. A recursive one shows submounts a second time, and these are not to win
 * over the mounts in their usual places only for being older: if there are such, the first answer
 * tells which, and the second is taken.
 */
static int find_binds(const struct policy *policy)
{
	struct rl_mounts *mounts = policy->mounts;
	RL_AUTO_FREE struct candidate *candidates = calloc(mounts->count + 1, sizeof(*candidates));
	bool again = false;
	size_t i;
	int ret;

	if (candidates == NULL)
		return -ENOMEM;
	for (i = 0; i < mounts->count; i++) {
		candidates[i].mount = &mounts->mounts[i];
		candidates[i].index =
			rl_mountinfo_lookup(policy->info, mounts->mounts[i].mount_point);
	}
	ret = decide_binds(policy, candidates);
	for (i = 0; i < mounts->count; i++) {
		candidates[i].is_on_bind = is_on_bind(mounts, candidates[i].mount);
		again |= candidates[i].is_on_bind;
	}
	if (ret != 0 || !again)
		return ret;
	for (i = 0; i < mounts->count; i++) {
		if (mounts->mounts[i].class == RL_MOUNT_BIND)
			unbind(&mounts->mounts[i]);
	}
	return decide_binds(policy, candidates);
}

/*
 * The walk does not go into a bind mount that is left out. One that mounts stand on which are to be
 * captured is captured after all, so that they are not lost.
 */
static void keep_held_binds(const struct rl_mounts *mounts)
{
	size_t i;

	for (i = 0; i < mounts->count; i++) {
		struct rl_mount *above = &mounts->mounts[i];

		if (!rl_mount_is_captured(above->class))
			continue;
		while ((above = mount_above(mounts, above)) != NULL) {
			if (above->class == RL_MOUNT_BIND)
				unbind(above);
		}
	}
}

/*
 * The walk does not go into what is left out, so that even a real file system beneath it (a disk
 * at /run/media/x, with a tmpfs on /run) is out of its reach, and is said to be.
 */
static int mark_beneath(const struct policy *policy, struct rl_error *err)
{
	struct rl_mounts *mounts = policy->mounts;
	size_t i;

	/* In order of paths: what is above has been decided. */
	for (i = 0; i < mounts->count; i++) {
		struct rl_mount *mount = &mounts->mounts[i];
		const struct rl_mount *above = mount_above(mounts, mount);

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

	*mounts = (struct rl_mounts){.root_path = root};
	ret = rl_mountinfo_read(mountinfo != NULL ? mountinfo : "/proc/self/mountinfo", &info, err);
	if (ret != 0)
		return ret;
	policy.root_index = rl_mountinfo_lookup(&info, root);
	ret = collect(&policy, sys_block != NULL ? sys_block : "/sys/dev/block");
	if (ret == 0)
		ret = take_options(&policy, err);
	if (ret == 0)
		ret = mark_beneath(&policy, err);
	if (ret == 0)
		ret = find_binds(&policy);
	if (ret == 0)
		keep_held_binds(mounts);
	if (ret == 0 && policy.root_index != RL_MOUNTINFO_NONE) {
		mounts->root_type = strdup(info.entries[policy.root_index].type);
		mounts->root_source = strdup(info.entries[policy.root_index].source);
		ret = mounts->root_type != NULL && mounts->root_source != NULL ? 0 : -ENOMEM;
	}
	if (ret == -ENOMEM)
		(void)rl_error_set(err, ENOMEM, "cannot read the mounts");
	if (ret != 0)
		rl_mounts_free(mounts);
	rl_mountinfo_free(&info);
	return ret;
}
