/* SPDX-License-Identifier: MIT */
/*
 * ROOT is opened twice: as it is on the host, to resolve mount points from, and, where the kernel
 * can, as a detached read-only clone of its mount. In a clone no submount shows, so the walk stands
 * at a mount point when its path is in the table of mounts, and goes on in a clone of that mount.
 * Without clones the walk crosses into submounts by itself, and only has to know what to leave out.
 */
#include "scan/live.h"

#include "scan/clone.h"
#include "scan/content.h"
#include "scan/handle.h"
#include "scan/meta.h"
#include "scan/source_ops.h"
#include "scan/stat.h"
#include "scan/substitute.h"
#include "scan/walk.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#define FD_LIMIT_MAX 256
/* Descriptors for all else: the output, the open file, mount roots, libraries. */
#define FD_RESERVE 64

struct live {
	struct rl_source source;
	const struct rl_exception_sink *exceptions;
	struct rl_meta_options meta;
	/* ROOT's absolute path; owned. */
	char *root;
	/* ROOT on the host; owned. */
	int host_fd;
	/* ROOT with what is mounted in it, as a read-only clone if there can be one; else -1. */
	int tree_fd;
	bool cloned;
	const char *clone_reason;
	struct rl_mounts mounts;
	struct rl_walk walk;
	/* The entry returned last; owned. */
	struct rl_entry entry;
	/* Its file, once it has been opened. */
	struct rl_handle handle;
	/* The directory to open it in, and under which name; with "" @handle is open already. */
	int at_fd;
	const char *at_name;
	/* @at_fd is no level's but one of its own, to be closed. */
	bool owns_at_fd;
	bool is_mount_root;
	/* The entry is the root of a left-out mount that may make one wait: nothing more is asked. */
	bool is_far;
	bool is_started;
	enum rl_descend descend;
	/* The type of the file system that the walk is on, and which device that is. */
	const char *fstype;
	dev_t fstype_dev;
	/* Files that are kept out of the walk. Owned. */
	struct rl_file_id *hidden;
	size_t hidden_count;
	/* Snapshots. Owned. */
	struct rl_substitutes substitutes;
	/* For contents; owned. */
	struct rl_reader reader;
};

static struct live *live_of(struct rl_source *source)
{
	return (struct live *)source;
}

/* Tells about the file at the walk's path, unless it lies where faults do not matter. */
static void tell(const struct live *live, enum rl_exception_kind kind, const char *detail)
{
	const struct rl_walk *walk = &live->walk;

	if (walk->depth > 0 && walk->levels[walk->depth - 1].is_quiet)
		return;
	rl_exception_tell(
		live->exceptions, kind, walk->path.len > 0 ? walk->path.data : "", detail);
}

/* Tells that @what failed; what is no longer there has vanished. */
static void tell_errno(const struct live *live, enum rl_exception_kind kind, int code)
{
	if (code == ENOENT || code == ESTALE)
		kind = RL_EXC_VANISHED;
	tell(live, kind, rl_errno_text(code));
}

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot go on walking");
}

static void forget_current(struct live *live)
{
	rl_handle_close(&live->handle);
	if (live->owns_at_fd)
		(void)close(live->at_fd);
	live->owns_at_fd = false;
	live->at_fd = -1;
	live->is_mount_root = false;
	live->is_far = false;
	rl_entry_clear(&live->entry);
}

static bool is_hidden(const struct live *live, const struct rl_entry *entry)
{
	dev_t dev = rl_substitutes_live_dev(&live->substitutes, entry->dev);
	size_t i;

	for (i = 0; i < live->hidden_count; i++) {
		if (live->hidden[i].dev == dev && live->hidden[i].ino == entry->ino)
			return true;
	}
	return false;
}

/*
 * Opens a path below ROOT as it is on the host, without a symlink in any component, across mounts.
 * Mount points are not longer than PATH_MAX: mountinfo could not show them.
 */
static int open_on_host(const struct live *live, const char *path)
{
#ifdef SYS_openat2
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	long fd = syscall(
		SYS_openat2, live->host_fd, path[0] != '\0' ? path : ".", &how, sizeof(how));

	return fd >= 0 ? (int)fd : -errno;
#else
	(void)live;
	(void)path;
	return -ENOSYS;
#endif
}

/* The directory of @path on the host, to open its last component in. */
static int open_parent_on_host(const struct live *live, const char *path)
{
	RL_AUTO_FREE char *parent = strdup(path);
	char *slash;

	if (parent == NULL)
		return -ENOMEM;
	slash = strrchr(parent, '/');
	*(slash != NULL ? slash : parent) = '\0';
	return open_on_host(live, parent);
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
static int enter_mount(struct live *live, const struct rl_mount *mount)
{
	int fd, clone;

	fd = open_on_host(live, live->walk.path.data);
	if (fd < 0)
		return fd;
	/* What is there now is captured; that it is not what was there is told. */
	if (!is_in_mount(fd, mount))
		tell(live, RL_EXC_VANISHED, "no longer mounted");
	clone = rl_clone_mount(fd, "");
	if (clone < 0) {
		/* A mount on a device, say, or one that may not be cloned: look at it as the host does. */
		(void)close(fd);
		fd = open_parent_on_host(live, live->walk.path.data);
		if (fd < 0)
			return fd;
		live->at_fd = fd;
		live->owns_at_fd = true;
		live->is_mount_root = true;
		return 0;
	}
	(void)close(fd);
	rl_handle_of(clone, false, &live->handle);
	live->at_name = "";
	live->is_mount_root = true;
	return 0;
}

/* The handle becomes the directory of a snapshot, as one of its own: others are opened in it. */
static int enter_substitute(struct live *live, const struct rl_substitute *substitute)
{
	int fd = openat(substitute->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	rl_handle_close(&live->handle);
	rl_handle_of(fd, false, &live->handle);
	live->at_name = "";
	live->is_mount_root = true;
	return 0;
}

/*
 * Whether a left-out mount's own root says what the mount point looks like (a tmpfs on /tmp has
 * mode 1777, what lies beneath it perhaps not). Only of mounts that never make one wait.
 */
static bool shows_own_root(const struct rl_mount *mount)
{
	return mount->class == RL_MOUNT_PSEUDO && strcmp(mount->type, "autofs") != 0;
}

/* Finds out how the name that the walk stands at is to be opened. */
static int locate(struct live *live, const char *name, const struct rl_mount **mount_ret)
{
	const struct rl_mount *mount = rl_mounts_find(&live->mounts, live->walk.path.data);
	int fd;

	*mount_ret = mount;
	fd = rl_walk_fd(&live->walk, live->walk.depth - 1);
	if (fd < 0)
		return fd;
	live->at_fd = fd;
	live->at_name = name;
	if (mount == NULL || rl_mount_is_captured(mount->class)) {
		const struct rl_substitute *substitute =
			rl_substitutes_find(&live->substitutes, live->walk.path.data);

		if (substitute != NULL)
			return enter_substitute(live, substitute);
	}
	if (mount == NULL)
		return 0;
	if (!live->cloned) {
		live->is_mount_root = true;
		return 0;
	}
	if (rl_mount_is_captured(mount->class))
		return enter_mount(live, mount);
	if (shows_own_root(mount)) {
		fd = open_parent_on_host(live, live->walk.path.data);
		if (fd >= 0) {
			live->at_fd = fd;
			live->owns_at_fd = true;
		}
	}
	return 0;
}

static int stat_current(struct live *live)
{
	if (live->at_name[0] == '\0')
		return rl_stat(live->handle.fd, "", &live->entry);
	return rl_stat(live->at_fd, live->at_name, &live->entry);
}

/* Makes the entry of @name. Returns 1, 0 if it is to be passed over, or -ENOMEM. */
static int take_name(struct live *live, const char *name, struct rl_error *err)
{
	const struct rl_mount *mount;
	int ret = locate(live, name, &mount);

	if (ret == 0)
		ret = stat_current(live);
	if (ret == -ENOMEM)
		return no_memory(err);
	if (ret != 0) {
		tell_errno(live, RL_EXC_UNREADABLE, -ret);
		return 0;
	}
	if (is_hidden(live, &live->entry))
		return 0;
	if (rl_entry_set_path(&live->entry, live->walk.path.data) != 0)
		return no_memory(err);
	live->entry.depth = live->walk.depth - 1;
	if (live->fstype == NULL || live->fstype_dev != live->entry.dev) {
		live->fstype = rl_mounts_type(&live->mounts, live->entry.path);
		live->fstype_dev = live->entry.dev;
	}
	live->entry.fstype = live->fstype;
	live->descend = RL_DESCEND;
	if (mount != NULL && !rl_mount_is_captured(mount->class)) {
		/* An empty directory; or an empty file, where a file is the mount point. */
		live->entry.is_left_out_mount = true;
		live->entry.size = 0;
		live->entry.nlink = 1;
		live->descend = RL_DESCEND_NOT;
		live->is_far = !live->cloned && !shows_own_root(mount);
	}
	return 1;
}

/* Opens the current entry if it is not open yet, and checks that it is the file that was listed. */
static int open_current(struct live *live)
{
	bool readable = S_ISREG(live->entry.mode) || S_ISDIR(live->entry.mode);
	/* A clone has no atimes; what is opened on the host (a mount that cannot be cloned) has. */
	bool has_atime = !live->cloned || live->owns_at_fd;
	int flags = (S_ISDIR(live->entry.mode) ? O_DIRECTORY : 0) | (has_atime ? O_NOATIME : 0);
	struct rl_entry opened = {0};
	int ret;

	if (live->handle.fd >= 0)
		return 0;
	ret = rl_handle_open(live->at_fd, live->at_name, readable, flags, &live->handle);
	if (ret == -ENOTDIR || ret == -ELOOP || ret == -ENXIO)
		return -ENOENT; /* Another file has taken its place. */
	if (ret != 0)
		return ret;
	ret = rl_stat(live->handle.fd, "", &opened);
	if (ret == 0 && rl_stat_same_file(&opened, &live->entry))
		return 0;
	rl_handle_close(&live->handle);
	return ret != 0 ? ret : -ENOENT;
}

/* Goes into the directory that was returned last, if that is wanted and possible. */
static int descend(struct live *live, struct rl_error *err)
{
	bool is_quiet;
	int ret;

	if (!live->is_started || !S_ISDIR(live->entry.mode) || live->descend == RL_DESCEND_NOT)
		return 0;
	is_quiet = live->descend == RL_DESCEND_QUIETLY;
	ret = open_current(live);
	if (ret == 0 && live->handle.is_path)
		ret = -EACCES;
	if (ret == 0)
		ret = rl_walk_enter(&live->walk, rl_steal_fd(&live->handle.fd),
			live->is_mount_root || live->walk.depth == 0, is_quiet);
	if (ret == -ENOMEM)
		return no_memory(err);
	if (ret != 0 && live->entry.path[0] == '\0')
		return rl_error_set(err, -ret, "cannot list '%s'", live->root);
	if (ret != 0 && !is_quiet)
		tell_errno(live, RL_EXC_UNLISTABLE, -ret);
	return 0;
}

/* ROOT itself, the first entry. Its handle was opened by rl_live_open(). */
static int take_root(struct live *live, struct rl_error *err)
{
	int ret = rl_stat(live->handle.fd, "", &live->entry);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot look at '%s'", live->root);
	if (rl_entry_set_path(&live->entry, "") != 0)
		return no_memory(err);
	live->is_started = true;
	live->descend = RL_DESCEND;
	return 1;
}

static int live_next(struct rl_source *source, struct rl_entry **entry, struct rl_error *err)
{
	struct live *live = live_of(source);
	const char *name;
	int ret;

	*entry = &live->entry;
	if (!live->is_started)
		return take_root(live, err);
	ret = descend(live, err);
	forget_current(live);
	if (ret != 0)
		return ret;
	while (live->walk.depth > 0) {
		if (rl_walk_next(&live->walk, &name) != 0)
			return no_memory(err);
		if (name == NULL) {
			rl_walk_leave(&live->walk);
			continue;
		}
		ret = take_name(live, name, err);
		if (ret != 0)
			return ret;
		forget_current(live);
	}
	return 0;
}

static void live_descend(struct rl_source *source, enum rl_descend how)
{
	struct live *live = live_of(source);

	if (!live->entry.is_left_out_mount)
		live->descend = how;
}

/* Reads metadata from an open file into @entry. */
static int load_from(struct live *live, const struct rl_handle *handle, struct rl_entry *entry,
	struct rl_error *err)
{
	int ret;

	if (S_ISLNK(entry->mode)) {
		ret = rl_meta_read_target(handle, &entry->target);
		if (ret == -ENOMEM)
			return no_memory(err);
		if (ret != 0) {
			tell_errno(live, RL_EXC_UNREADABLE, -ret);
			return 0;
		}
	}
	ret = rl_meta_read(handle, &live->meta, live->exceptions, entry);
	if (ret != 0)
		return no_memory(err);
	entry->is_loaded = true;
	return 1;
}

/* The metadata of a directory that the walk is in. */
static int load_level(struct live *live, struct rl_entry *entry, struct rl_error *err)
{
	size_t level = entry->path[0] == '\0' ? 0 : entry->depth + 1;
	struct rl_handle handle;
	int fd = rl_walk_fd(&live->walk, level);

	if (fd < 0) {
		rl_exception_tell(
			live->exceptions, RL_EXC_METADATA, entry->path, rl_errno_text(-fd));
		entry->is_loaded = true;
		return 1;
	}
	rl_handle_of(fd, false, &handle);
	return load_from(live, &handle, entry, err);
}

static int live_load(struct rl_source *source, struct rl_entry *entry, struct rl_error *err)
{
	struct live *live = live_of(source);
	int ret;

	if (entry->is_loaded)
		return 1;
	if (entry != &live->entry)
		return load_level(live, entry, err);
	if (live->is_far) {
		entry->is_loaded = true;
		return 1;
	}
	ret = open_current(live);
	if (ret != 0) {
		tell_errno(live, RL_EXC_UNREADABLE, -ret);
		live->descend = RL_DESCEND_NOT;
		return 0;
	}
	return load_from(live, &live->handle, entry, err);
}

static int live_open_content(struct rl_source *source, struct rl_entry *entry,
	struct rl_content **content, struct rl_error *err)
{
	struct live *live = live_of(source);
	int ret = open_current(live);

	if (ret == 0 && live->handle.is_path)
		ret = -EACCES;
	if (ret == 0)
		ret = rl_content_open(rl_steal_fd(&live->handle.fd), &live->reader, entry, content);
	if (ret == -ENOMEM)
		return no_memory(err);
	if (ret != 0) {
		tell_errno(live, RL_EXC_UNREADABLE, -ret);
		return 0;
	}
	return 1;
}

static void live_close(struct rl_source *source)
{
	struct live *live = live_of(source);

	forget_current(live);
	rl_walk_free(&live->walk);
	rl_mounts_free(&live->mounts);
	rl_cleanup_fd(&live->host_fd);
	rl_cleanup_fd(&live->tree_fd);
	rl_substitutes_free(&live->substitutes);
	free(live->root);
	free(live->hidden);
	rl_reader_free(&live->reader);
	free(live);
}

static const struct rl_source_ops live_ops = {
	.next = live_next,
	.descend = live_descend,
	.load = live_load,
	.open = live_open_content,
	.close = live_close,
};

static size_t default_fd_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= FD_LIMIT_MAX + FD_RESERVE)
		return FD_LIMIT_MAX;
	return limit.rlim_cur > FD_RESERVE + 2 ? (size_t)limit.rlim_cur - FD_RESERVE : 2;
}

/* ROOT's absolute path without symlinks, as mountinfo names mount points. */
static int find_root_path(struct live *live, const char *root, struct rl_error *err)
{
	live->root = realpath(root, NULL);
	return live->root != NULL ? 0 : rl_error_set(err, errno, "cannot resolve '%s'", root);
}

/* Opens what the walk begins with: a clone of ROOT's mount, or ROOT as it is. */
static int open_walk_root(
	struct live *live, const struct rl_live_options *options, struct rl_error *err)
{
	int fd = options->no_clone ? -ECANCELED : rl_clone_mount(live->host_fd, "");
	int ret;

	live->cloned = fd >= 0;
	if (live->cloned) {
		live->tree_fd = rl_clone_tree(live->host_fd);
		rl_handle_of(fd, false, &live->handle);
		return 0;
	}
	live->clone_reason = options->no_clone ? "not wanted" : rl_errno_text(-fd);
	ret = rl_handle_open(live->host_fd, ".", true, O_DIRECTORY | O_NOATIME, &live->handle);
	if (ret == 0 && live->handle.is_path)
		ret = -EACCES;
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot list '%s'", options->root);
}

int rl_live_open(
	const struct rl_live_options *options, struct rl_source **source, struct rl_error *err)
{
	struct live *live = calloc(1, sizeof(*live));
	int ret;

	if (live == NULL)
		return rl_error_set(err, ENOMEM, "cannot walk '%s'", options->root);
	live->source.ops = &live_ops;
	live->exceptions = options->exceptions;
	live->meta = options->meta;
	live->reader.cache.is_kept = options->keeps_page_cache;
	live->handle = RL_HANDLE_NONE;
	live->at_fd = -1;
	live->walk.open_limit = options->fd_limit > 0 ? options->fd_limit : default_fd_limit();
	live->tree_fd = -1;
	live->host_fd = open(options->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (live->host_fd < 0)
		ret = rl_error_set(err, errno, "cannot open '%s'", options->root);
	else
		ret = find_root_path(live, options->root, err);
	if (ret == 0)
		ret = rl_mounts_read(NULL, NULL, live->root, &options->mounts, &live->mounts, err);
	if (ret == 0)
		ret = open_walk_root(live, options, err);
	if (ret != 0) {
		live_close(&live->source);
		return ret;
	}
	*source = &live->source;
	return 0;
}

void rl_live_info(const struct rl_source *source, struct rl_live_info *info)
{
	const struct live *live = (const struct live *)source;

	*info = (struct rl_live_info){.root = live->root,
		.cloned = live->cloned,
		.clone_reason = live->clone_reason,
		.mounts = &live->mounts};
}

int rl_live_root_fd(const struct rl_source *source)
{
	const struct live *live = (const struct live *)source;

	return live->tree_fd >= 0 ? live->tree_fd : live->host_fd;
}

int rl_live_open_mount(const struct rl_source *source, const char *path)
{
	const struct live *live = (const struct live *)source;
	RL_AUTO_FD int place = open_on_host(live, path);
	int fd;

	if (place < 0)
		return rl_steal_fd(&place);
	fd = openat(place, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : -errno;
}

int rl_live_substitute(struct rl_source *source, const char *path, int fd, dev_t live_dev)
{
	struct live *live = live_of(source);
	int ret = rl_substitutes_add(&live->substitutes, path, fd, live_dev);

	if (ret != 0 || path[0] != '\0')
		return ret;
	return enter_substitute(live, rl_substitutes_find(&live->substitutes, ""));
}

int rl_live_hide(struct rl_source *source, struct rl_file_id file)
{
	struct live *live = live_of(source);
	struct rl_file_id *hidden =
		reallocarray(live->hidden, live->hidden_count + 1, sizeof(*hidden));

	if (hidden == NULL)
		return -ENOMEM;
	hidden[live->hidden_count++] = file;
	live->hidden = hidden;
	return 0;
}
