/* SPDX-License-Identifier: MIT */
/*
 * Where mounts are cloned, a file is opened first and then looked at through its descriptor, so that all
 * that is known of it is about the same file, and nothing is asked twice. A clone has no atimes and
 * opens no devices (MOUNT_ATTR_NODEV); elsewhere the name is looked at first.
 */
#include "scan/fetch.h"

#include "common/error.h"
#include "scan/far.h"
#include "scan/stat.h"

#include <dirent.h>
#include <fcntl.h>

static bool is_readable(mode_t mode)
{
	return S_ISREG(mode) || S_ISDIR(mode);
}

/* Opens the name of @slot as a file of type @mode (S_IFMT) is opened. */
static int open_name(struct rl_slot *slot, mode_t mode)
{
	int flags = (S_ISDIR(mode) ? O_DIRECTORY : 0) | (slot->has_atime ? O_NOATIME : 0);

	return rl_handle_open(
		slot->dir->fd, slot->name.data, is_readable(mode), flags, &slot->handle);
}

int rl_fetch_open(struct rl_slot *slot)
{
	struct rl_entry opened = {0};
	int ret;

	if (slot->handle.fd >= 0)
		return 0;
	ret = open_name(slot, slot->entry.mode);
	if (ret == -ENOTDIR || ret == -ELOOP || ret == -ENXIO)
		return -ENOENT; /* Another file has taken its place. */
	if (ret != 0)
		return ret;
	ret = rl_stat(slot->handle.fd, "", &opened);
	if (ret == 0 && rl_stat_same_file(&opened, &slot->entry))
		return 0;
	rl_handle_close(&slot->handle);
	return ret != 0 ? ret : -ENOENT;
}

/* Opens the file and looks at it through its descriptor. Returns whether that was possible. */
static bool look_open(struct rl_slot *slot)
{
	if (slot->has_atime || slot->is_counted || slot->is_far || slot->type == DT_UNKNOWN ||
		open_name(slot, (mode_t)DTTOIF(slot->type)) != 0)
		return false;
	if (rl_stat(slot->handle.fd, "", &slot->entry) == 0 &&
		IFTODT(slot->entry.mode) == slot->type)
		return true;
	rl_handle_close(&slot->handle);
	return false;
}

/* Finds out what the file is. */
static int look(struct rl_slot *slot)
{
	int ret = 0;

	if (slot->handle.fd >= 0)
		return rl_stat(slot->handle.fd, "", &slot->entry);
	if (!look_open(slot))
		ret = rl_stat(slot->dir->fd, slot->name.data, &slot->entry);
	/* A directory in the place of a file that was listed: the walk will not go into it. */
	if (ret == 0 && S_ISDIR(slot->entry.mode) && slot->type != DT_DIR &&
		slot->type != DT_UNKNOWN)
		ret = -ENOENT;
	return ret;
}

/* What exceptions in reading metadata are kept with. */
struct holder {
	struct rl_entry *entry;
	bool has_failed;
};

static void hold(void *ctx, enum rl_exception_kind kind, const char *path, const char *detail)
{
	struct holder *holder = ctx;

	(void)path;
	if (rl_entry_hold(holder->entry, kind, detail) != 0)
		holder->has_failed = true;
}

int rl_fetch_load(const struct rl_meta_options *meta, struct rl_slot *slot)
{
	struct holder holder = {.entry = &slot->entry};
	const struct rl_exception_sink exceptions = {hold, &holder};
	int ret;

	if (S_ISLNK(slot->entry.mode)) {
		ret = rl_meta_read_target(&slot->handle, &slot->entry.target);
		if (ret == -ENOMEM)
			return ret;
		if (ret != 0) {
			slot->entry.unopenable = -ret;
			return 0;
		}
	}
	ret = rl_meta_read(&slot->handle, meta, &exceptions, &slot->entry);
	if (ret == -ENOMEM || holder.has_failed)
		return -ENOMEM;
	/* Its mount has been given up. */
	if (ret != 0)
		slot->entry.unopenable = -ret;
	slot->entry.is_loaded = ret == 0;
	return 0;
}

/* Whether the content is to be read here and now: it is small, or somebody would wait for the disk. */
static bool is_wanted(const struct rl_fetch *fetch, const struct rl_slot *slot)
{
	const struct rl_entry *entry = &slot->entry;

	if (!S_ISREG(entry->mode) || entry->is_left_out_mount || slot->handle.is_path ||
		entry->size == 0 || entry->size > RL_FETCH_COLD_MAX ||
		entry->size > fetch->room->size - fetch->room->used)
		return false;
	if (entry->size > RL_FETCH_CONTENT_MAX &&
		rl_page_cache_has_all(&fetch->cache, slot->handle.fd, entry->size))
		return false;
	/* Compressed files have less on the disk, too. */
	return entry->allocated >= entry->size ||
	       rl_lseek(slot->handle.fd, 0, SEEK_HOLE) == (off_t)entry->size;
}

/*
 * Reads a small content in one piece. If it is not as it was expected to be, that is left to who reads
 * files that change. Between the statx and the read, which follow each other, a file that has not
 * changed for a minute is not looked at again.
 */
static void read_content(struct rl_fetch *fetch, struct rl_slot *slot)
{
	char *to = fetch->room->data + fetch->room->used;
	struct rl_entry now = {0};
	ssize_t len;

	rl_page_cache_begin(&fetch->cache, slot->entry.dev);
	len = rl_page_cache_read(
		&fetch->cache, slot->handle.fd, to, (size_t)slot->entry.size, 0, slot->entry.size);
	rl_page_cache_end(&fetch->cache, slot->handle.fd);
	if (len == (ssize_t)slot->entry.size &&
		(!rl_stat_is_hot(&slot->entry) ||
			(rl_stat(slot->handle.fd, "", &now) == 0 &&
				rl_stat_same_state(&now, &slot->entry)))) {
		slot->content = to;
		fetch->room->used += (size_t)len;
	}
	rl_handle_close(&slot->handle);
}

int rl_fetch(struct rl_fetch *fetch, struct rl_slot *slot)
{
	struct rl_entry *entry = &slot->entry;
	int ret = look(slot);

	if (ret != 0) {
		slot->fault = -ret;
		slot->fault_kind = RL_EXC_UNREADABLE;
		return ret == -ENOMEM ? ret : 0;
	}
	if (entry->is_left_out_mount) {
		/* An empty directory; or an empty file, where a file is the mount point. */
		entry->size = 0;
		entry->nlink = 1;
	}
	entry->is_loaded = slot->is_far;
	if (slot->is_far || (slot->is_counted && !S_ISDIR(entry->mode)))
		return 0;
	ret = rl_fetch_open(slot);
	if (ret != 0) {
		entry->unopenable = -ret;
		return ret == -ENOMEM ? ret : 0;
	}
	if (slot->is_counted)
		return 0;
	ret = rl_fetch_load(fetch->meta, slot);
	if (ret == 0 && entry->unopenable == 0 && fetch->room != NULL && is_wanted(fetch, slot))
		read_content(fetch, slot);
	return ret;
}
