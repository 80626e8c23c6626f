/* SPDX-License-Identifier: MIT */
#include "scan/stat.h"

#include "scan/far.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>

/* How long a file counts as hot after a change, in seconds. */
#define HOT_SECONDS 60

/* Of old headers. */
#ifndef AT_STATX_DONT_SYNC
#define AT_STATX_DONT_SYNC 0x4000
#endif

static void take_stat(const struct stat *st, struct rl_entry *entry)
{
	entry->mode = st->st_mode;
	entry->uid = st->st_uid;
	entry->gid = st->st_gid;
	entry->size = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0;
	entry->allocated = (uint64_t)st->st_blocks * 512;
	entry->mtime = st->st_mtim;
	entry->ctime = st->st_ctim;
	entry->dev = st->st_dev;
	entry->ino = st->st_ino;
	entry->nlink = st->st_nlink;
	entry->rdev = st->st_rdev;
	entry->is_immutable = false;
}

static void take_statx(const struct statx *stx, struct rl_entry *entry)
{
	entry->mode = stx->stx_mode;
	entry->uid = stx->stx_uid;
	entry->gid = stx->stx_gid;
	entry->size = S_ISREG(stx->stx_mode) ? stx->stx_size : 0;
	entry->allocated = stx->stx_blocks * 512;
	entry->mtime = (struct timespec){stx->stx_mtime.tv_sec, stx->stx_mtime.tv_nsec};
	entry->ctime = (struct timespec){stx->stx_ctime.tv_sec, stx->stx_ctime.tv_nsec};
	entry->dev = makedev(stx->stx_dev_major, stx->stx_dev_minor);
	entry->ino = stx->stx_ino;
	entry->nlink = stx->stx_nlink;
	entry->rdev = makedev(stx->stx_rdev_major, stx->stx_rdev_minor);
	entry->is_immutable =
		(stx->stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
}

/* @statx_flags: those that fstatat(2) does not know. */
static int look(
	int dirfd, const char *name, unsigned int statx_flags, int flags, struct rl_entry *entry)
{
	struct stat st;
#ifdef SYS_statx
	struct statx stx;

	/* The system call itself: what libc does where it is missing differs between versions. */
	if (syscall(SYS_statx, dirfd, name, (unsigned int)flags | statx_flags, STATX_BASIC_STATS,
		    &stx) == 0) {
		take_statx(&stx, entry);
		return 0;
	}
	/* Old seccomp lists answer EPERM to calls that they do not know. */
	if (errno != ENOSYS && errno != EPERM)
		return -errno;
#endif
	if (fstatat(dirfd, name, &st, flags) != 0)
		return -errno;
	take_stat(&st, entry);
	return 0;
}

static int flags_for(const char *name)
{
	return AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (name[0] == '\0' ? AT_EMPTY_PATH : 0);
}

int rl_stat(int dirfd, const char *name, struct rl_entry *entry)
{
	if (rl_is_far(dirfd))
		return rl_far_stat(dirfd, name, entry);
	return look(dirfd, name, AT_STATX_DONT_SYNC, flags_for(name), entry);
}

int rl_stat_now(int dirfd, const char *name, struct rl_entry *entry)
{
	return look(dirfd, name, 0, flags_for(name), entry);
}

int rl_stat_link(int dirfd, const char *name, struct rl_entry *entry)
{
	return look(dirfd, name, AT_STATX_DONT_SYNC, AT_NO_AUTOMOUNT, entry);
}

void rl_stat_copy(const struct rl_entry *from, struct rl_entry *to)
{
	to->mode = from->mode;
	to->uid = from->uid;
	to->gid = from->gid;
	to->size = from->size;
	to->allocated = from->allocated;
	to->mtime = from->mtime;
	to->ctime = from->ctime;
	to->dev = from->dev;
	to->ino = from->ino;
	to->nlink = from->nlink;
	to->rdev = from->rdev;
	to->is_immutable = from->is_immutable;
}

bool rl_stat_same_file(const struct rl_entry *a, const struct rl_entry *b)
{
	return a->dev == b->dev && a->ino == b->ino && (a->mode & S_IFMT) == (b->mode & S_IFMT);
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool rl_stat_same_state(const struct rl_entry *a, const struct rl_entry *b)
{
	return a->size == b->size && is_same_time(&a->mtime, &b->mtime) &&
	       is_same_time(&a->ctime, &b->ctime);
}

bool rl_stat_is_hot(const struct rl_entry *entry)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return now.tv_sec - entry->ctime.tv_sec <= HOT_SECONDS;
}
