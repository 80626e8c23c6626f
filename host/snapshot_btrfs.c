/* SPDX-License-Identifier: MIT */
/*
 * Snapshots get their names in the top-level subvolume, which is mounted privately, twice: to make and
 * remove them, and read-only to read them. Each is a subvolume of its own beside the others, so that
 * nothing in a snapshot has to be changed to show the ones nested in it: the walk changes over where
 * one of them begins.
 *
 * The lock on a snapshot's directory says that it is in use; it goes with the process. Whoever makes
 * snapshots, or looks for abandoned ones, holds a lock on the top-level directory meanwhile.
 */
#include "host/snapshot.h"

#include <string.h>

static bool suits(const struct rl_place *place)
{
	return strcmp(place->type, "btrfs") == 0;
}

#ifdef RL_HAVE_BTRFSUTIL

#include "host/private_mount.h"

#include <btrfsutil.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

/* The inode number of every subvolume's root. */
#define ROOT_INO 256
/* Programs that list files pass over what begins with a dot. */
#define PREFIX "." RL_SNAPSHOT_PREFIX

/* One file system. */
struct btrfs {
	/* The top-level subvolume, writable and read-only; owned. */
	int top_fd;
	int read_fd;
};

/* libbtrfsutil sets errno, but for its own shortage of memory. */
static int code_of(enum btrfs_util_error error)
{
	return error == BTRFS_UTIL_ERROR_NO_MEMORY || errno == 0 ? -ENOMEM : -errno;
}

/* Snapshots keep the top-level directory open, but not locked. */
static void close_btrfs(struct btrfs *fs)
{
	if (fs->top_fd >= 0)
		(void)flock(fs->top_fd, LOCK_UN);
	rl_cleanup_fd(&fs->read_fd);
	rl_cleanup_fd(&fs->top_fd);
}

static int open_btrfs(const char *source, struct btrfs *fs)
{
	static const char *const options[][2] = {{"subvolid", "5"}, {NULL, NULL}};
	int ret;

	*fs = (struct btrfs){.top_fd = -1, .read_fd = -1};
	fs->top_fd = ret = rl_private_mount("btrfs", source, options, false);
	if (ret >= 0)
		fs->read_fd = ret = rl_private_mount("btrfs", source, options, true);
	if (ret >= 0 && flock(fs->top_fd, LOCK_EX) != 0)
		ret = -errno;
	if (ret < 0)
		close_btrfs(fs);
	return ret < 0 ? ret : 0;
}

/* Opens subvolume @id below @top_fd, where others may rename directories meanwhile. */
static int open_subvolume(int top_fd, uint64_t id)
{
	RL_AUTO_FREE char *path = NULL;
	RL_AUTO_FD int fd = -1;
	enum btrfs_util_error error;
	uint64_t found;

	error = btrfs_util_subvolume_path_fd(top_fd, id, &path);
	if (error != BTRFS_UTIL_OK)
		return code_of(error);
	fd = openat(top_fd, path[0] != '\0' ? path : ".",
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	error = btrfs_util_subvolume_id_fd(fd, &found);
	if (error != BTRFS_UTIL_OK)
		return code_of(error);
	return found == id ? rl_steal_fd(&fd) : -ENOENT;
}

/* Makes the snapshot of an open subvolume, under a name of its own, and locks it. */
static int make_one(const struct btrfs *fs, int subvolume, struct rl_snapshot *snapshot)
{
	enum btrfs_util_error error;

	snapshot->name = rl_snapshot_make_name(".");
	snapshot->top_fd = fcntl(fs->top_fd, F_DUPFD_CLOEXEC, 0);
	if (snapshot->name == NULL)
		return -ENOMEM;
	if (snapshot->top_fd < 0)
		return -errno;
	error = btrfs_util_create_snapshot_fd2(subvolume, fs->top_fd, snapshot->name,
		BTRFS_UTIL_CREATE_SNAPSHOT_READ_ONLY, NULL, NULL);
	if (error != BTRFS_UTIL_OK) {
		free(rl_steal_ptr(&snapshot->name));
		return code_of(error);
	}
	snapshot->lock_fd = openat(fs->top_fd, snapshot->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (snapshot->lock_fd < 0 || flock(snapshot->lock_fd, LOCK_SH) != 0)
		return -errno;
	snapshot->root_fd = openat(fs->read_fd, snapshot->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return snapshot->root_fd >= 0 ? 0 : -errno;
}

/* Takes subvolume @id, which is to be shown at @path below ROOT, from @inside it on. */
static int take_subvolume(const struct btrfs *fs, uint64_t id, const char *path, const char *inside,
	struct rl_snapshots *list)
{
	struct rl_snapshot snapshot = {.kind = &rl_snapshot_btrfs,
		.root_fd = -1,
		.lock_fd = -1,
		.top_fd = -1,
		.path = strdup(path)};
	RL_AUTO_FD int live = open_subvolume(fs->top_fd, id);
	bool is_read_only = false;
	struct stat st;
	int fd, ret = live < 0 ? live : 0;

	if (ret == 0 && snapshot.path == NULL)
		ret = -ENOMEM;
	if (ret == 0 && fstat(live, &st) != 0)
		ret = -errno;
	if (ret == 0)
		(void)btrfs_util_get_subvolume_read_only_fd(live, &is_read_only);
	if (ret == 0 && is_read_only)
		snapshot.root_fd = ret = open_subvolume(fs->read_fd, id);
	else if (ret == 0)
		ret = make_one(fs, live, &snapshot);
	if (ret >= 0 && inside[0] != '\0') {
		fd = openat(
			snapshot.root_fd, inside, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		ret = fd >= 0 ? 0 : -errno;
		rl_cleanup_fd(&snapshot.root_fd);
		snapshot.root_fd = fd;
	}
	snapshot.live_dev = ret >= 0 ? st.st_dev : 0;
	/* Also what failed half-way: it may have to be removed. */
	fd = rl_snapshots_add(list, &snapshot);
	return ret < 0 ? ret : fd;
}

/* Where the directory @fd lies in its subvolume: "" for the root of one; the caller frees it. */
static int find_inside(int fd, char **inside_ret)
{
	struct btrfs_ioctl_ino_lookup_args args = {0};
	struct stat st;
	size_t len;

	if (fstat(fd, &st) != 0)
		return -errno;
	args.objectid = st.st_ino;
	if (st.st_ino != ROOT_INO && ioctl(fd, BTRFS_IOC_INO_LOOKUP, &args) != 0)
		return -errno;
	len = strlen(args.name);
	if (len > 0 && args.name[len - 1] == '/')
		args.name[len - 1] = '\0';
	*inside_ret = strdup(args.name);
	return *inside_ret != NULL ? 0 : -ENOMEM;
}

/* What of @path is left below @inside; NULL if it is not below. */
static const char *below(const char *path, const char *inside)
{
	size_t len = strlen(inside);

	if (len == 0)
		return path;
	return strncmp(path, inside, len) == 0 && path[len] == '/' ? path + len + 1 : NULL;
}

/* Takes the subvolumes that are nested in subvolume @id, below @inside. */
static int take_nested(const struct btrfs *fs, const struct rl_place *place, uint64_t id,
	const char *inside, struct rl_snapshots *list)
{
	struct btrfs_util_subvolume_iterator *iterator;
	enum btrfs_util_error error;
	int ret = 0;

	error = btrfs_util_create_subvolume_iterator_fd(fs->top_fd, id, 0, &iterator);
	if (error != BTRFS_UTIL_OK)
		return code_of(error);
	while (ret == 0) {
		RL_AUTO_FREE char *path = NULL, *full = NULL;
		const char *rest;
		uint64_t nested;

		error = btrfs_util_subvolume_iterator_next(iterator, &path, &nested);
		if (error != BTRFS_UTIL_OK) {
			ret = error == BTRFS_UTIL_ERROR_STOP_ITERATION ? 0 : code_of(error);
			break;
		}
		rest = below(path, inside);
		if (rest == NULL || strncmp(path, PREFIX, strlen(PREFIX)) == 0)
			continue;
		if (asprintf(&full, "%s%s%s", place->path, place->path[0] != '\0' ? "/" : "",
			    rest) < 0) {
			full = NULL;
			ret = -ENOMEM;
		} else {
			ret = take_subvolume(fs, nested, full, "", list);
		}
		/* One that was removed meanwhile. */
		if (ret == -ENOENT)
			ret = 0;
	}
	btrfs_util_destroy_subvolume_iterator(iterator);
	return ret;
}

static int make(const struct rl_place *place, struct rl_snapshots *list, struct rl_error *err)
{
	RL_AUTO_FREE char *inside = NULL;
	enum btrfs_util_error error;
	struct btrfs fs;
	uint64_t id;
	int ret;

	ret = open_btrfs(place->source, &fs);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot mount '%s' for a snapshot", place->source);
	error = btrfs_util_subvolume_id_fd(place->fd, &id);
	ret = error == BTRFS_UTIL_OK ? find_inside(place->fd, &inside) : code_of(error);
	if (ret == 0)
		ret = take_subvolume(&fs, id, place->path, inside, list);
	if (ret == 0)
		ret = take_nested(&fs, place, id, inside, list);
	close_btrfs(&fs);
	return ret == 0 ? 0
			: rl_error_set(
				  err, -ret, "cannot make a btrfs snapshot of '/%s'", place->path);
}

/* Returns 0 or a negative errno. */
static int remove_named(int top_fd, const char *name)
{
	enum btrfs_util_error error = btrfs_util_delete_subvolume_fd(top_fd, name, 0);

	return error == BTRFS_UTIL_OK ? 0 : code_of(error);
}

static int remove_snapshot(struct rl_snapshot *snapshot, struct rl_error *err)
{
	int ret = remove_named(snapshot->top_fd, snapshot->name);

	return ret == 0 ? 0 : rl_error_text(err, -ret, "%s", rl_errno_text(-ret));
}

/* Removes snapshot @name if nobody holds its lock. Returns 1 if it did, 0, or a negative errno. */
static int remove_abandoned(int top_fd, const char *name)
{
	RL_AUTO_FD int fd = openat(top_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	if (btrfs_util_is_subvolume_fd(fd) != BTRFS_UTIL_OK)
		return 0;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? 0 : -errno;
	ret = remove_named(top_fd, name);
	return ret == 0 ? 1 : ret;
}

/* Removes what is abandoned on the file system of @source. */
static int clean_one(const char *source, size_t *removed_ret, struct rl_error *err)
{
	const struct dirent *dirent;
	struct btrfs fs;
	DIR *dir;
	int fd, ret = open_btrfs(source, &fs);

	*removed_ret = 0;
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot mount '%s' to look for snapshots", source);
	fd = openat(fs.read_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (dir == NULL)
		ret = -errno;
	while (dir != NULL && ret >= 0 && (dirent = readdir(dir)) != NULL) {
		if (strncmp(dirent->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		ret = remove_abandoned(fs.top_fd, dirent->d_name);
		*removed_ret += ret == 1;
	}
	if (dir != NULL)
		(void)closedir(dir);
	close_btrfs(&fs);
	if (ret < 0)
		return rl_error_set(err, -ret, "cannot remove the snapshots on '%s'", source);
	return 0;
}

#else

static int make(const struct rl_place *place, struct rl_snapshots *list, struct rl_error *err)
{
	(void)list;
	return rl_error_text(err, EOPNOTSUPP,
		"cannot make a btrfs snapshot of '/%s': built without libbtrfsutil", place->path);
}

static int remove_snapshot(struct rl_snapshot *snapshot, struct rl_error *err)
{
	(void)snapshot;
	return rl_error_text(err, EOPNOTSUPP, "built without libbtrfsutil");
}

static int clean_one(const char *source, size_t *removed_ret, struct rl_error *err)
{
	*removed_ret = 0;
	return rl_error_text(err, EOPNOTSUPP,
		"cannot look for snapshots on '%s': built without libbtrfsutil", source);
}

#endif

/* Whether what place @index is mounted from has been looked at with an earlier one. */
static bool is_known(const struct rl_place *places, size_t index)
{
	size_t i;

	for (i = 0; i < index; i++) {
		if (suits(&places[i]) && strcmp(places[i].source, places[index].source) == 0)
			return true;
	}
	return false;
}

static void clean(const struct rl_place *places, size_t count, rl_snapshots_told *told, void *ctx)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct rl_error failure = {0};
		size_t removed;
		int ret;

		if (!suits(&places[i]) || is_known(places, i))
			continue;
		ret = clean_one(places[i].source, &removed, &failure);
		if (removed > 0 || ret != 0)
			told(ctx, places[i].source, removed, ret != 0 ? &failure : NULL);
	}
}

const struct rl_snapshot_kind rl_snapshot_btrfs = {.name = "btrfs",
	.what = "btrfs",
	.suits = suits,
	.make = make,
	.remove = remove_snapshot,
	.clean = clean};
