/* SPDX-License-Identifier: MIT */
#include "scan/dir.h"

#include "scan/far.h"

struct rl_dir *rl_dir_new(int fd)
{
	struct rl_dir *dir = calloc(1, sizeof(*dir));

	if (dir == NULL) {
		(void)rl_close(fd);
		return NULL;
	}
	dir->fd = fd;
	dir->clone_fd = -1;
	dir->holders = 1;
	return dir;
}

struct rl_dir *rl_dir_hold(struct rl_dir *dir)
{
	(void)__atomic_add_fetch(&dir->holders, 1, __ATOMIC_RELAXED);
	return dir;
}

void rl_dir_release(struct rl_dir *dir)
{
	if (dir == NULL || __atomic_sub_fetch(&dir->holders, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	rl_cleanup_any_fd(&dir->fd);
	rl_cleanup_fd(&dir->clone_fd);
	free(dir);
}

enum rl_dir_wanted rl_dir_wanted(const struct rl_dir *dir)
{
	return (enum rl_dir_wanted)__atomic_load_n(&dir->wanted, __ATOMIC_RELAXED);
}

void rl_dir_want(struct rl_dir *dir, enum rl_dir_wanted wanted)
{
	if (rl_dir_wanted(dir) < wanted)
		__atomic_store_n(&dir->wanted, (int)wanted, __ATOMIC_RELAXED);
}
