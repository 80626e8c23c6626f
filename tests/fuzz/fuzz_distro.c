/* SPDX-License-Identifier: MIT */
/* The files that tell a distribution: content is never trusted. The first byte says which file. */
#include "scan/distro.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {"etc/os-release", "etc/oracle-release", "etc/redhat-release",
	"etc/system-release", "etc/SuSE-release", "etc/alpine-release", "etc/arch-release",
	"etc/gentoo-release", "etc/debian_version"};

static char root[] = "/tmp/rootlift-fuzz.XXXXXX";

static void remove_root(void)
{
	char path[sizeof(root) + 8];

	(void)snprintf(path, sizeof(path), "%s/etc", root);
	(void)rmdir(path);
	(void)rmdir(root);
}

static int open_root(void)
{
	int fd;

	if (mkdtemp(root) == NULL)
		abort();
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || mkdirat(fd, "etc", 0700) != 0 || atexit(remove_root) != 0)
		abort();
	return fd;
}

static void write_file(int root_fd, const char *path, const uint8_t *data, size_t size)
{
	int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
	RL_AUTO_FD int fd = openat(root_fd, path, flags, 0600);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
}

/* An ID is looked up as the name of a file. */
static void check_id(const char *id)
{
	if (strchr(id, '/') != NULL || strlen(id) >= sizeof(((struct rl_distro *)NULL)->id))
		abort();
}

static void check(const struct rl_distro *distro)
{
	size_t i;

	check_id(distro->id);
	if (distro->like_count > RL_DISTRO_LIKE_MAX)
		abort();
	for (i = 0; i < distro->like_count; i++) {
		check_id(distro->like[i]);
		if (distro->like[i][0] == '\0')
			abort();
	}
	if (memchr(distro->version, '\0', sizeof(distro->version)) == NULL ||
		memchr(distro->pretty_name, '\0', sizeof(distro->pretty_name)) == NULL)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int root_fd = -1;
	struct rl_distro distro = {0};
	const char *path;

	if (size == 0)
		return 0;
	rl_distro_parse_os_release((const char *)data, size, &distro);
	check(&distro);
	if (root_fd < 0)
		root_fd = open_root();
	path = files[data[0] % (sizeof(files) / sizeof(*files))];
	write_file(root_fd, path, data + 1, size - 1);
	if (rl_distro_detect(root_fd, &distro, NULL) != 0)
		abort();
	check(&distro);
	if (unlinkat(root_fd, path, 0) != 0)
		abort();
	return 0;
}
