/* SPDX-License-Identifier: MIT */
/*
 * ROOT is opened twice: as it is on the host, to resolve mount points from, and, where the kernel
 * can, as a detached read-only clone of its mount. What is discovered and fetched there, perhaps ahead
 * of time (scan/ahead.c), is given here in order; exceptions are told when it is known that they matter.
 */
#include "scan/live.h"

#include "scan/ahead.h"
#include "scan/clone.h"
#include "scan/content.h"
#include "scan/far_mounts.h"
#include "scan/source_ops.h"
#include "scan/stat.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>

#define FD_LIMIT_MAX 256
/* Descriptors for all else: the output, the open file, mount roots, libraries. */
#define FD_RESERVE 64
/* Descriptors for fetching ahead, besides. */
#define FD_AHEAD 512

/* How deep directories lie that nothing is cut off of. */
#define NOWHERE SIZE_MAX

struct live {
	struct rl_source source;
	const struct rl_exception_sink *exceptions;
	struct rl_meta_options meta;
	/* ROOT's absolute path; owned. */
	char *root;
	/* ROOT with what is mounted in it, as a read-only clone if there can be one; else -1. */
	int tree_fd;
	const char *clone_reason;
	/* How long a mount may not answer, in seconds. */
	unsigned int far_seconds;
	/* How files are found, and fetched; the second is made with the first entry. */
	struct rl_discovery discovery;
	struct rl_ahead_options ahead_options;
	struct rl_ahead *ahead;
	/* The step that was given last; borrowed from @ahead. */
	struct rl_slot *slot;
	/*
	 * What lies at these depths or deeper, until something shallower comes, is not wanted; is only
	 * to be counted, so that faults do not matter. NOWHERE: all is wanted.
	 */
	size_t unwanted_from, counted_from;
	/* The type of the file system that the walk is on, and which device that is. */
	const char *fstype;
	dev_t fstype_dev;
	/* Files that are kept out of the walk. Owned. */
	struct rl_file_id *hidden;
	size_t hidden_count;
	/* For contents; owned. */
	struct rl_reader reader;
};

static struct live *live_of(struct rl_source *source)
{
	return (struct live *)source;
}

/* Tells that @what failed, unless it lies where faults do not matter. */
static void tell_errno(
	struct live *live, const struct rl_entry *entry, enum rl_exception_kind kind, int code)
{
	/* Of a mount that was given up all is missing: that is told once. */
	if (code == ETIMEDOUT && entry->path[0] != '\0' &&
		rl_far_mounts_tell(
			&live->discovery.mounts, entry->path, live->far_seconds, live->exceptions))
		return;
	/* What is no longer there has vanished. */
	if (code == ENOENT || code == ESTALE)
		kind = RL_EXC_VANISHED;
	if (live->counted_from == NOWHERE)
		rl_exception_tell(live->exceptions, kind, entry->path, rl_errno_text(code));
}

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot go on walking");
}

static bool is_hidden(const struct live *live, const struct rl_entry *entry)
{
	dev_t dev = rl_substitutes_live_dev(&live->discovery.substitutes, entry->dev);
	size_t i;

	for (i = 0; i < live->hidden_count; i++) {
		if (live->hidden[i].dev == dev && live->hidden[i].ino == entry->ino)
			return true;
	}
	return false;
}

/* How deep what is in @entry lies. */
static size_t depth_below(const struct rl_entry *entry)
{
	return entry->path[0] == '\0' ? 0 : entry->depth + 1;
}

/* Whether @slot lies where nothing is wanted; what it lies behind is left. */
static bool is_unwanted(struct live *live, const struct rl_slot *slot)
{
	if (slot->entry.depth < live->unwanted_from)
		live->unwanted_from = NOWHERE;
	if (slot->entry.depth < live->counted_from)
		live->counted_from = NOWHERE;
	return live->unwanted_from != NOWHERE;
}

/* Whether ROOT itself can still be read. */
static int check_root(const struct live *live, struct rl_error *err)
{
	if (live->discovery.root_far > 0 && rl_far_is_lost(live->discovery.root_far))
		return rl_error_set(err, ETIMEDOUT, "cannot go on reading '%s'", live->root);
	return 0;
}

/* Has a step that was given become the current one. Returns 1, 0 if it is to be passed over, or < 0. */
static int take(struct live *live, struct rl_error *err)
{
	const struct rl_slot *slot = live->slot;
	struct rl_entry *entry = &live->slot->entry;
	bool is_root = entry->path[0] == '\0';

	if (!is_root && is_unwanted(live, slot))
		return 0;
	if (slot->fault != 0 && is_root)
		return rl_error_set(err, slot->fault, "cannot %s '%s'",
			slot->fault_kind == RL_EXC_UNLISTABLE ? "list" : "look at", live->root);
	if (slot->is_unmounted && live->counted_from == NOWHERE)
		rl_exception_tell(
			live->exceptions, RL_EXC_VANISHED, entry->path, "no longer mounted");
	if (slot->is_lost)
		tell_errno(live, entry, RL_EXC_NO_ANSWER, ETIMEDOUT);
	if (slot->fault != 0) {
		tell_errno(live, entry, slot->fault_kind, slot->fault);
		return check_root(live, err);
	}
	if (!is_root && is_hidden(live, entry)) {
		live->unwanted_from = depth_below(entry);
		return 0;
	}
	if (live->fstype == NULL || live->fstype_dev != entry->dev) {
		live->fstype = rl_mounts_type(&live->discovery.mounts, entry->path);
		live->fstype_dev = entry->dev;
	}
	entry->fstype = live->fstype;
	return 1;
}

static int live_next(struct rl_source *source, struct rl_entry **entry, struct rl_error *err)
{
	struct live *live = live_of(source);
	int ret = 0;

	if (live->ahead == NULL && rl_ahead_start(&live->ahead_options, &live->ahead) != 0)
		return no_memory(err);
	while (ret == 0) {
		ret = rl_ahead_next(live->ahead, &live->slot);
		if (ret < 0)
			return no_memory(err);
		if (ret == 0)
			return check_root(live, err);
		ret = take(live, err);
	}
	*entry = &live->slot->entry;
	return ret;
}

static void live_descend(struct rl_source *source, enum rl_descend how)
{
	struct live *live = live_of(source);
	struct rl_slot *slot = live->slot;
	size_t below = depth_below(&slot->entry);

	if (how == RL_DESCEND_NOT && live->unwanted_from == NOWHERE)
		live->unwanted_from = below;
	if (how == RL_DESCEND_QUIETLY && live->counted_from == NOWHERE)
		live->counted_from = below;
	if (slot->self != NULL && how != RL_DESCEND)
		rl_dir_want(slot->self, how == RL_DESCEND_NOT ? RL_DIR_UNWANTED : RL_DIR_COUNTED);
}

/* Reads now what was not read before, when the file was only to be counted. */
static int load_late(struct live *live, struct rl_error *err)
{
	int ret = live->slot->self != NULL ? -ECANCELED : rl_fetch_open(live->slot);

	if (live->slot->self != NULL) {
		rl_handle_of(rl_dup(live->slot->self->fd), false, &live->slot->handle);
		ret = live->slot->handle.fd >= 0 ? 0 : -errno;
	}
	if (ret == 0)
		ret = rl_fetch_load(live->ahead_options.meta, live->slot);
	if (ret == -ENOMEM)
		return no_memory(err);
	if (ret != 0)
		live->slot->entry.unopenable = -ret;
	return 0;
}

static int live_load(struct rl_source *source, struct rl_entry *entry, struct rl_error *err)
{
	struct live *live = live_of(source);
	int ret = 0;

	if (!entry->is_loaded && entry->unopenable == 0 && entry == &live->slot->entry)
		ret = load_late(live, err);
	if (ret != 0)
		return ret;
	if (entry->unopenable != 0) {
		tell_errno(live, entry, RL_EXC_UNREADABLE, entry->unopenable);
		if (entry == &live->slot->entry)
			live_descend(source, RL_DESCEND_NOT);
		return 0;
	}
	rl_entry_tell_held(entry, live->exceptions);
	return 1;
}

static int live_open_content(struct rl_source *source, struct rl_entry *entry,
	struct rl_content **content, struct rl_error *err)
{
	struct live *live = live_of(source);
	struct rl_slot *slot = live->slot;
	int ret;

	if (slot->content != NULL) {
		ret = rl_content_open_memory(slot->content, entry, content);
		return ret == 0 ? 1 : no_memory(err);
	}
	ret = rl_fetch_open(slot);
	if (ret == 0 && slot->handle.is_path)
		ret = -EACCES;
	if (ret == 0)
		ret = rl_content_open(rl_steal_fd(&slot->handle.fd), &live->reader, entry, content);
	if (ret == -ENOMEM)
		return no_memory(err);
	if (ret != 0) {
		tell_errno(live, entry, RL_EXC_UNREADABLE, -ret);
		return 0;
	}
	return 1;
}

static void live_close(struct rl_source *source)
{
	struct live *live = live_of(source);

	rl_ahead_stop(live->ahead);
	rl_discovery_free(&live->discovery);
	rl_far_end();
	rl_cleanup_fd(&live->tree_fd);
	free(live->root);
	rl_far_end();
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

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
		limit.rlim_cur >= FD_LIMIT_MAX + FD_RESERVE + FD_AHEAD)
		return FD_LIMIT_MAX;
	if (limit.rlim_cur > FD_LIMIT_MAX + FD_RESERVE)
		return FD_LIMIT_MAX - 1;
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
	struct rl_discovery *discovery = &live->discovery;
	int fd, ret;

	if (discovery->root_far > 0) {
		live->clone_reason = discovery->cloned ? NULL : "not wanted, or not allowed";
		fd = rl_far_mounts_open(discovery->root_far, discovery->cloned ? 0 : O_NOATIME);
		if (fd < 0)
			return rl_error_set(err, -fd, "cannot list '%s'", options->root);
		rl_handle_of(fd, false, &discovery->root);
		return 0;
	}
	fd = options->no_clone ? -ECANCELED
			       : rl_clone_mount(discovery->host_fd, "", &discovery->root_clone_fd);
	discovery->cloned = fd >= 0;
	if (discovery->cloned) {
		live->tree_fd = rl_clone_tree(discovery->host_fd);
		rl_handle_of(fd, false, &discovery->root);
		return 0;
	}
	live->clone_reason = options->no_clone ? "not wanted" : rl_errno_text(-fd);
	ret = rl_handle_open(
		discovery->host_fd, ".", true, O_DIRECTORY | O_NOATIME, &discovery->root);
	if (ret == 0 && discovery->root.is_path)
		ret = -EACCES;
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot list '%s'", options->root);
}

/* How many threads fetch. The walk and its files take descriptors: with few it goes without. */
static void plan_ahead(struct live *live, const struct rl_live_options *options)
{
	size_t limit = options->fd_limit > 0 ? options->fd_limit : default_fd_limit();

	live->ahead_options = (struct rl_ahead_options){.discovery = &live->discovery,
		.meta = &live->meta,
		.keeps_page_cache = options->keeps_page_cache,
		.threads = options->threads,
		.reads_content = options->reads_content};
	live->discovery.walk.open_limit = limit;
	if (limit == FD_LIMIT_MAX)
		live->ahead_options.fd_limit = FD_AHEAD;
}

static bool has_far(const struct live *live)
{
	const struct rl_mounts *mounts = &live->discovery.mounts;
	size_t i;

	for (i = 0; i < mounts->count; i++) {
		if (mounts->mounts[i].far_root != 0)
			return true;
	}
	return live->discovery.root_far != 0;
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
	live->unwanted_from = NOWHERE;
	live->counted_from = NOWHERE;
	live->discovery.root = RL_HANDLE_NONE;
	plan_ahead(live, options);
	live->tree_fd = -1;
	live->far_seconds = options->far.seconds;
	live->discovery.host_fd = -1;
	live->discovery.root_clone_fd = -1;
	ret = rl_far_mounts_probe(options->root, &options->far, err);
	if (ret == 0)
		live->discovery.host_fd = open(options->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret == 0 && live->discovery.host_fd < 0)
		ret = rl_error_set(err, errno, "cannot open '%s'", options->root);
	if (ret == 0)
		ret = find_root_path(live, options->root, err);
	if (ret == 0)
		ret = rl_mounts_read(
			NULL, NULL, live->root, &options->mounts, &live->discovery.mounts, err);
	if (ret == 0)
		ret = rl_far_mounts_start(&live->discovery.mounts, live->discovery.host_fd,
			options->no_clone, &options->far, &live->discovery.root_far,
			&live->discovery.cloned, err);
	/* What waits for a far mount is told from here: nobody else may wait. */
	if (ret == 0 && has_far(live))
		live->ahead_options.threads = 0;
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
		.cloned = live->discovery.cloned,
		.clone_reason = live->clone_reason,
		.mounts = &live->discovery.mounts};
}

int rl_live_root_fd(const struct rl_source *source)
{
	const struct live *live = (const struct live *)source;

	if (live->discovery.root_far > 0)
		return live->discovery.root_far;
	return live->tree_fd >= 0 ? live->tree_fd : live->discovery.host_fd;
}

int rl_live_open_mount(const struct rl_source *source, const char *path)
{
	const struct live *live = (const struct live *)source;
	RL_AUTO_FD int place = rl_discovery_open_on_host(&live->discovery, path);
	int fd;

	if (place < 0)
		return rl_steal_fd(&place);
	fd = openat(place, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : -errno;
}

int rl_live_substitute(struct rl_source *source, const char *path, int fd, dev_t live_dev)
{
	struct live *live = live_of(source);
	struct rl_discovery *discovery = &live->discovery;
	int ret = rl_substitutes_add(&discovery->substitutes, path, fd, live_dev);

	if (ret != 0 || path[0] != '\0')
		return ret;
	return rl_discovery_start_with(discovery, rl_substitutes_find(&discovery->substitutes, ""));
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
