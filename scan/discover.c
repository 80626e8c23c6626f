/* SPDX-License-Identifier: MIT */
/*
 * In a clone of a mount no submount shows, so the walk stands at a mount point when its path is in the
 * table of mounts, and goes on in a clone of that mount. Without clones the walk crosses into submounts
 * by itself, and only has to know what to leave out.
 */
#include "scan/discover.h"

#include "scan/clone.h"
#include "scan/far_call.h"
#include "scan/far_mounts.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* One component of a path. A symlink is opened itself, and nothing is found in it. */
static int open_place(int dir_fd, const char *name, size_t len)
{
	char copy[NAME_MAX + 1];
	int fd;

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(copy, name, len);
	copy[len] = '\0';
	fd = openat(dir_fd, copy, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd >= 0 ? fd : -errno;
}

int rl_discovery_open_on_host(const struct rl_discovery *discovery, const char *path)
{
	RL_AUTO_FD int fd = open_place(discovery->host_fd, ".", 1);

	/* A component at a time: the kernel would follow symlinks, and openat2(2) may be given up. */
	while (fd >= 0 && *path != '\0') {
		const char *end = strchrnul(path, '/');
		int next = open_place(fd, path, (size_t)(end - path));

		(void)close(fd);
		fd = next;
		path = end + (*end != '\0');
	}
	return rl_steal_fd(&fd);
}

/* Has @slot opened in @dir, which it holds from then on; NULL: there was no memory for it. */
static int place(struct rl_slot *slot, struct rl_dir *dir)
{
	rl_dir_release(slot->dir);
	slot->dir = dir;
	return dir != NULL ? 0 : -ENOMEM;
}

/* Has @slot opened in the directory above it as the host has it. */
static int place_on_host(const struct rl_discovery *discovery, struct rl_slot *slot)
{
	RL_AUTO_FREE char *parent = strdup(slot->entry.path);
	char *slash;
	int fd;

	if (parent == NULL)
		return -ENOMEM;
	slash = strrchr(parent, '/');
	*(slash != NULL ? slash : parent) = '\0';
	fd = rl_discovery_open_on_host(discovery, parent);
	if (fd < 0)
		return fd;
	slot->has_atime = true;
	return place(slot, rl_dir_new(fd));
}

/* The handle becomes the root of a mount that is asked by a helper; of one given up, nothing is asked. */
static int enter_far(
	const struct rl_discovery *discovery, const struct rl_mount *mount, struct rl_slot *slot)
{
	int fd = rl_far_mounts_open(mount->far_root, O_NOATIME);

	slot->is_mount_root = true;
	if (fd == -ETIMEDOUT) {
		/* The mount point stays, as one of a mount that is left out. */
		slot->entry.is_left_out_mount = true;
		slot->is_lost = true;
		slot->is_far = !discovery->cloned;
		return 0;
	}
	if (fd < 0)
		return fd;
	rl_handle_of(fd, false, &slot->handle);
	return 0;
}

/* Whether @fd lies in @mount, as far as the kernel can say (Linux 5.8). */
static bool is_in_mount(int fd, const struct rl_mount *mount)
{
#ifdef STATX_MNT_ID
	struct statx stx;

	if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &stx) == 0 &&
		(stx.stx_mask & STATX_MNT_ID) != 0)
		return stx.stx_mnt_id == (uint64_t)mount->id;
#else
	(void)fd;
	(void)mount;
#endif
	return true;
}

/* At a captured mount: the handle becomes a clone of it, or its root as the host shows it. */
static int enter_mount(
	const struct rl_discovery *discovery, const struct rl_mount *mount, struct rl_slot *slot)
{
	RL_AUTO_FD int fd = rl_discovery_open_on_host(discovery, slot->entry.path);
	int clone;

	if (fd < 0)
		return rl_steal_fd(&fd);
	slot->is_mount_root = true;
	/* What is there now is captured; that it is not what was there is told. */
	slot->is_unmounted = !is_in_mount(fd, mount);
	clone = rl_clone_mount(fd, "", &slot->clone_fd);
	/* A mount on a device, say, or one that may not be cloned: look at it as the host does. */
	if (clone < 0)
		return place_on_host(discovery, slot);
	rl_handle_of(clone, false, &slot->handle);
	return 0;
}

/* The handle becomes the directory of a snapshot, as one of its own: others are opened in it. */
static int open_substitute(const struct rl_substitute *substitute, struct rl_handle *handle)
{
	int fd = openat(substitute->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	rl_handle_close(handle);
	rl_handle_of(fd, false, handle);
	return 0;
}

int rl_discovery_start_with(struct rl_discovery *discovery, const struct rl_substitute *substitute)
{
	return open_substitute(substitute, &discovery->root);
}

/*
 * Whether a left-out mount's own root says what the mount point looks like (a tmpfs on /tmp has
 * mode 1777, what lies beneath it perhaps not). Only of mounts that never make one wait.
 */
static bool shows_own_root(const struct rl_mount *mount)
{
	return mount->class == RL_MOUNT_PSEUDO && strcmp(mount->type, "autofs") != 0;
}

/* Finds out how the mount point of @slot is to be opened. */
static int locate_mount(
	const struct rl_discovery *discovery, const struct rl_mount *mount, struct rl_slot *slot)
{
	bool is_captured = rl_mount_is_captured(mount->class);

	if (mount->far_root != 0)
		return enter_far(discovery, mount, slot);
	slot->entry.is_left_out_mount = !is_captured;
	slot->is_mount_root = !discovery->cloned;
	slot->is_far = !is_captured && !discovery->cloned && !shows_own_root(mount);
	if (!discovery->cloned)
		return 0;
	if (is_captured)
		return enter_mount(discovery, mount, slot);
	/* If the host cannot show it, the clone shows what lies beneath it. */
	if (shows_own_root(mount) && discovery->root_far == 0 &&
		place_on_host(discovery, slot) == -ENOMEM)
		return -ENOMEM;
	return 0;
}

/* Finds out how the name that the walk stands at is to be opened. */
static int locate(struct rl_discovery *discovery, struct rl_slot *slot)
{
	const struct rl_mount *mount = rl_mounts_find(&discovery->mounts, slot->entry.path);
	const struct rl_substitute *substitute = NULL;
	struct rl_dir *dir;
	int ret = rl_walk_dir(&discovery->walk, discovery->walk.depth - 1, &dir);

	if (ret != 0)
		return ret;
	slot->has_atime = !discovery->cloned;
	slot->is_counted = rl_dir_wanted(dir) == RL_DIR_COUNTED;
	ret = place(slot, rl_dir_hold(dir));
	if (mount == NULL || rl_mount_is_captured(mount->class))
		substitute = rl_substitutes_find(&discovery->substitutes, slot->entry.path);
	if (mount != NULL || substitute != NULL)
		slot->type = DT_UNKNOWN;
	if (ret == 0 && substitute != NULL) {
		slot->is_mount_root = true;
		return open_substitute(substitute, &slot->handle);
	}
	return ret == 0 && mount != NULL ? locate_mount(discovery, mount, slot) : ret;
}

bool rl_discovery_has_fetched(const struct rl_slot *slot)
{
	return slot->fault != 0 || slot->type == DT_DIR || slot->type == DT_UNKNOWN;
}

/* Fetches @slot, and goes on into it if it is a directory. */
static int visit(struct rl_discovery *discovery, struct rl_fetch *fetch, struct rl_slot *slot)
{
	size_t depth = discovery->walk.depth;
	int ret = rl_fetch(fetch, slot);

	if (ret != 0)
		return ret;
	if (slot->fault != 0 || !S_ISDIR(slot->entry.mode) || slot->entry.is_left_out_mount)
		return 0;
	discovery->next_fault = slot->entry.unopenable;
	if (slot->handle.is_path)
		discovery->next_fault = EACCES;
	if (discovery->next_fault != 0)
		return 0;
	slot->self = rl_dir_new(rl_steal_fd(&slot->handle.fd));
	if (slot->self == NULL)
		return -ENOMEM;
	slot->self->clone_fd = rl_steal_fd(&slot->clone_fd);
	if (depth > 0)
		rl_dir_want(slot->self, rl_walk_wanted(&discovery->walk, depth - 1));
	discovery->next_dir = rl_dir_hold(slot->self);
	discovery->next_is_mount_root = slot->is_mount_root;
	return 0;
}

/* @slot says that the directory that the walk stands at could not be listed. */
static int give_fault(struct rl_discovery *discovery, int code, struct rl_slot *slot)
{
	slot->fault = code;
	slot->fault_kind = RL_EXC_UNLISTABLE;
	slot->entry.depth = discovery->walk.depth;
	return rl_entry_set_path(&slot->entry,
		       discovery->walk.path.data != NULL ? discovery->walk.path.data : "") == 0
		       ? 1
		       : -ENOMEM;
}

/* ROOT itself. */
static int give_root(struct rl_discovery *discovery, struct rl_fetch *fetch, struct rl_slot *slot)
{
	int ret;

	discovery->is_started = true;
	slot->handle = discovery->root;
	discovery->root = RL_HANDLE_NONE;
	slot->clone_fd = rl_steal_fd(&discovery->root_clone_fd);
	slot->is_mount_root = true;
	slot->type = DT_UNKNOWN;
	if (rl_entry_set_path(&slot->entry, "") != 0)
		return -ENOMEM;
	ret = visit(discovery, fetch, slot);
	return ret == 0 ? 1 : ret;
}

/* The name that the walk stands at. */
static int give_name(struct rl_discovery *discovery, struct rl_fetch *fetch,
	const struct rl_walk_name *name, struct rl_slot *slot)
{
	int ret;

	slot->type = name->type;
	slot->entry.depth = discovery->walk.depth - 1;
	if (rl_entry_set_path(&slot->entry, discovery->walk.path.data) != 0 ||
		rl_buf_append_str(&slot->name, name->name) != 0)
		return -ENOMEM;
	ret = locate(discovery, slot);
	if (ret == -ENOMEM)
		return ret;
	if (ret != 0) {
		slot->fault = -ret;
		slot->fault_kind = RL_EXC_UNREADABLE;
	} else if (rl_discovery_has_fetched(slot)) {
		ret = visit(discovery, fetch, slot);
		if (ret != 0)
			return ret;
	}
	return 1;
}

int rl_discovery_next(struct rl_discovery *discovery, struct rl_fetch *fetch, struct rl_slot *slot)
{
	struct rl_walk *walk = &discovery->walk;
	struct rl_walk_name name;
	int ret = discovery->next_fault;

	if (!discovery->is_started)
		return give_root(discovery, fetch, slot);
	discovery->next_fault = 0;
	if (ret == 0 && discovery->next_dir != NULL) {
		struct rl_dir *dir = rl_steal_ptr(&discovery->next_dir);

		if (rl_dir_wanted(dir) == RL_DIR_UNWANTED) {
			rl_dir_release(dir);
		} else {
			ret = -rl_walk_enter(walk, dir, discovery->next_is_mount_root);
			if (ret == ENOMEM)
				return -ENOMEM;
		}
	}
	if (ret != 0)
		return give_fault(discovery, ret, slot);
	while (walk->depth > 0) {
		if (rl_walk_next(walk, &name) != 0)
			return -ENOMEM;
		if (name.name != NULL)
			return give_name(discovery, fetch, &name, slot);
		rl_walk_leave(walk);
	}
	return 0;
}

void rl_discovery_catch_up(struct rl_discovery *discovery)
{
	struct rl_walk *walk = &discovery->walk;
	enum rl_dir_wanted wanted = RL_DIR_WANTED;
	size_t i;

	for (i = 0; i < walk->depth; i++) {
		enum rl_dir_wanted own = rl_walk_wanted(walk, i);

		if (own > wanted)
			wanted = own;
		if (wanted == RL_DIR_UNWANTED)
			break;
		if (walk->levels[i].dir != NULL)
			rl_dir_want(walk->levels[i].dir, wanted);
	}
	if (i == walk->depth)
		return;
	while (walk->depth > i)
		rl_walk_leave(walk);
	rl_dir_release(rl_steal_ptr(&discovery->next_dir));
	discovery->next_fault = 0;
}

void rl_discovery_free(struct rl_discovery *discovery)
{
	rl_dir_release(rl_steal_ptr(&discovery->next_dir));
	rl_walk_free(&discovery->walk);
	rl_mounts_free(&discovery->mounts);
	rl_substitutes_free(&discovery->substitutes);
	rl_handle_close(&discovery->root);
	rl_cleanup_fd(&discovery->root_clone_fd);
	rl_cleanup_fd(&discovery->host_fd);
}
