/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/scratch_root.h"

#include "common/cleanup.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#define REMOVE_FDS 16

static char root[PATH_MAX];
static int root_fd = -1;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	(void)remove(path);
	return 0;
}

static void remove_root(void)
{
	(void)nftw(root, remove_one, REMOVE_FDS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

int fuzz_root(void)
{
	const char *dir;

	if (root_fd >= 0)
		return root_fd;
	dir = getenv("TMPDIR");
	(void)snprintf(root, sizeof(root), "%s/rootlift-fuzz.XXXXXX", dir != NULL ? dir : "/tmp");
	if (mkdtemp(root) == NULL)
		abort();
	root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0 || atexit(remove_root) != 0)
		abort();
	return root_fd;
}

void fuzz_root_mkdir(const char *path)
{
	RL_AUTO_FREE char *copy = strdup(path);
	char *slash;

	if (copy == NULL)
		abort();
	for (slash = strchr(copy, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdirat(fuzz_root(), copy, 0700) != 0 && errno != EEXIST)
			abort();
		*slash = '/';
	}
	if (mkdirat(fuzz_root(), copy, 0700) != 0 && errno != EEXIST)
		abort();
}

void fuzz_root_write(const char *path, const uint8_t *data, size_t size)
{
	int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
	RL_AUTO_FD int fd = openat(fuzz_root(), path, flags, 0600);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
}

void fuzz_root_remove(const char *path)
{
	if (unlinkat(fuzz_root(), path, 0) != 0)
		abort();
}
