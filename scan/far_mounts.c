/* SPDX-License-Identifier: MIT */
#include "scan/far_mounts.h"

#include "scan/clone.h"
#include "scan/far_call.h"
#include "scan/mount_class.h"
#include "scan/mountinfo.h"
#include "scan/stat.h"

#include <linux/openat2.h>
#include <string.h>

int rl_far_mounts_probe(
	const char *root, const struct rl_far_options *options, struct rl_error *err)
{
	struct rl_mountinfo info;
	bool is_wanted = false;
	size_t i;
	int ret = rl_mountinfo_read("/proc/self/mountinfo", &info, err);

	if (ret != 0)
		return ret;
	for (i = 0; i < info.count; i++)
		is_wanted |= rl_mount_may_wait(info.entries[i].type);
	rl_mountinfo_free(&info);
	ret = is_wanted ? rl_far_probe(root, options) : 0;
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot open '%s'", root);
}

/* Whether @path is that of the mount @above, or beneath it. */
static bool is_within(const char *path, const struct rl_mount *above)
{
	size_t len = strlen(above->path);

	return strncmp(path, above->path, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

struct rl_mount *rl_far_mounts_find(const struct rl_mounts *mounts, const char *path)
{
	struct rl_mount *found = NULL;
	size_t i;

	/* In order of paths: what is within another comes later. */
	for (i = 0; i < mounts->count; i++) {
		if (mounts->mounts[i].far_root != 0 && is_within(path, &mounts->mounts[i]))
			found = &mounts->mounts[i];
	}
	return found;
}

bool rl_far_mounts_tell(struct rl_mounts *mounts, const char *path, unsigned int seconds,
	const struct rl_exception_sink *exceptions)
{
	struct rl_mount *mount = rl_far_mounts_find(mounts, path);
	char detail[64];

	if (mount == NULL || (mount->far_root > 0 && !rl_far_is_lost(mount->far_root)))
		return false;
	if (mount->is_told)
		return true;
	mount->is_told = true;
	(void)snprintf(detail, sizeof(detail), "no answer for %u s", seconds);
	rl_exception_tell(exceptions, RL_EXC_NO_ANSWER, mount->path, detail);
	return true;
}

int rl_far_mounts_open(int far, int flags)
{
	/* A far root is its helper's descriptor 1. */
	static const char again[] = "/proc/self/fd/1";
	struct rl_entry root = {0};
	const char *name;
	int fd, ret = far < 0 ? far : rl_stat(far, "", &root);

	if (ret != 0)
		return ret;
	if (!S_ISDIR(root.mode) && !S_ISREG(root.mode))
		return -EACCES;
	name = S_ISDIR(root.mode) ? "." : again;
	flags |= O_RDONLY | O_NONBLOCK | O_NOCTTY;
	fd = rl_openat(far, name, flags);
	if (fd < 0 && errno == EPERM)
		fd = rl_openat(far, name, flags & ~O_NOATIME);
	return fd >= 0 ? fd : -errno;
}

/* Starts the helper of what is mounted at @place. */
static int start(int place, bool no_clone, const char *path, const char *mount_point,
	const struct rl_far_options *options, bool *cloned_ret)
{
	RL_AUTO_FD int clone = no_clone ? -ECANCELED : rl_clone_place(place);

	*cloned_ret = clone >= 0;
	return rl_far_start(clone >= 0 ? clone : place, path, mount_point, options);
}

/* Starts the helper of one mount. What goes wrong is noted in the mount. */
static void start_mount(struct rl_mount *mount, int host_fd, bool no_clone, bool is_within_far,
	const struct rl_far_options *options)
{
	RL_AUTO_FD int place = -1;
	bool cloned;
	int ret = 0;

	/* The way to it may hang. */
	if (is_within_far)
		ret = rl_far_probe(mount->mount_point, options);
	if (ret == 0) {
		place = rl_openat2_in_root(
			host_fd, mount->path, O_PATH | O_NOFOLLOW, RESOLVE_NO_SYMLINKS);
		ret = place >= 0 ? 0 : -errno;
	}
	if (ret == 0)
		ret = start(place, no_clone, mount->path, mount->mount_point, options, &cloned);
	mount->far_root = ret;
}

int rl_far_mounts_start(struct rl_mounts *mounts, int host_fd, bool no_clone,
	const struct rl_far_options *options, int *root_far_ret, bool *cloned_ret,
	struct rl_error *err)
{
	size_t i;
	int ret = 0;

	*root_far_ret = 0;
	if (mounts->root_type != NULL && rl_mount_may_wait(mounts->root_type)) {
		ret = start(host_fd, no_clone, "", mounts->root_path, options, cloned_ret);
		if (ret < 0)
			return rl_error_set(
				err, -ret, "cannot ask the mount of '%s'", mounts->root_path);
		*root_far_ret = ret;
		ret = 0;
	}
	for (i = 0; ret == 0 && i < mounts->count; i++) {
		struct rl_mount *mount = &mounts->mounts[i];
		bool is_within_far =
			*root_far_ret != 0 || rl_far_mounts_find(mounts, mount->path) != NULL;
		bool may_wait = rl_mount_may_wait(mount->type);

		if (!rl_mount_is_captured(mount->class))
			ret = may_wait ? rl_far_avoid(mount->path) : 0;
		else if (may_wait || is_within_far)
			start_mount(mount, host_fd, no_clone, is_within_far, options);
	}
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot look at the mounts");
}
