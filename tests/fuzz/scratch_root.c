/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/scratch_root.h"

#include "common/cleanup.h"

#include <fcntl.h>
#include <sys/stat.h>

static char root[] = "/tmp/rootlift-fuzz.XXXXXX";
static int root_fd = -1;

static void remove_root(void)
{
	(void)unlinkat(root_fd, "etc", AT_REMOVEDIR);
	(void)rmdir(root);
}

int fuzz_root(void)
{
	if (root_fd >= 0)
		return root_fd;
	if (mkdtemp(root) == NULL)
		abort();
	root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0 || mkdirat(root_fd, "etc", 0700) != 0 || atexit(remove_root) != 0)
		abort();
	return root_fd;
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
