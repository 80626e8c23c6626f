/* SPDX-License-Identifier: MIT */
/** Any bytes as etc/passwd, and what follows a zero byte as etc/group. */
#include "scan/accounts.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char root[] = "/tmp/rootlift-fuzz.XXXXXX";
static int root_fd = -1;

static void remove_root(void)
{
	(void)unlinkat(root_fd, "etc/passwd", 0);
	(void)unlinkat(root_fd, "etc/group", 0);
	(void)unlinkat(root_fd, "etc", AT_REMOVEDIR);
	(void)rmdir(root);
}

static void make_root(void)
{
	if (mkdtemp(root) == NULL)
		abort();
	root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0 || mkdirat(root_fd, "etc", 0700) != 0 || atexit(remove_root) != 0)
		abort();
}

static void write_list(const char *path, const uint8_t *data, size_t size)
{
	RL_AUTO_FD int fd = openat(root_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *zero = size > 0 ? memchr(data, 0, size) : NULL;
	size_t users = zero != NULL ? (size_t)(zero - data) : size;
	struct rl_accounts accounts = {0};
	uint32_t id;

	if (root_fd < 0)
		make_root();
	write_list("etc/passwd", data, users);
	if (zero != NULL)
		write_list("etc/group", zero + 1, size - users - 1);
	else
		(void)unlinkat(root_fd, "etc/group", 0);
	if (rl_accounts_read(root_fd, &accounts, NULL) != 0)
		abort();
	(void)rl_accounts_user(&accounts, "daemon", &id);
	(void)rl_accounts_group(&accounts, "", &id);
	/* A number stands for itself, whatever the lists say. */
	if (!rl_accounts_user(&accounts, "1234567", &id) || id != 1234567)
		abort();
	rl_accounts_free(&accounts);
	return 0;
}
