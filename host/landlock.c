/* SPDX-License-Identifier: MIT */
#include "host/landlock.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>

/*
 * The interface as linux/landlock.h has it today; the header that rootlift is built with may be
 * older than the kernel that it will run on.
 */
#define CREATE_RULESET_VERSION 1U
#define RULE_PATH_BENEATH 1

#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_DIR (UINT64_C(1) << 4)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_DIR (UINT64_C(1) << 7)
#define FS_MAKE_REG (UINT64_C(1) << 8)
/* All that version 1 knows: 13 rights. */
#define FS_VERSION_1 ((UINT64_C(1) << 13) - 1)
#define FS_REFER (UINT64_C(1) << 13)
#define FS_TRUNCATE (UINT64_C(1) << 14)
#define FS_IOCTL_DEV (UINT64_C(1) << 15)
/* Binding and connecting. */
#define NET_TCP UINT64_C(3)
/* Abstract sockets and signals of others. */
#define SCOPES UINT64_C(3)

struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

struct path_beneath_attr {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

#ifdef SYS_landlock_create_ruleset

/* What version @version can restrict, but for what is never to be restricted, @free. */
static size_t fill_attr(int version, uint64_t free, struct ruleset_attr *attr)
{
	*attr = (struct ruleset_attr){.handled_access_fs = FS_VERSION_1};
	if (version >= 2)
		attr->handled_access_fs |= FS_REFER;
	if (version >= 3)
		attr->handled_access_fs |= FS_TRUNCATE;
	if (version >= 4)
		attr->handled_access_net = NET_TCP;
	if (version >= 5)
		attr->handled_access_fs |= FS_IOCTL_DEV;
	attr->handled_access_fs &= ~free;
	if (version >= 6)
		attr->scoped = SCOPES;
	/* Older kernels take the larger struct too: what they do not know of it is zero. */
	return sizeof(*attr);
}

/* Files, or directories, may get and lose names there. They have been opened or made before. */
static int allow_names(int ruleset, const struct rl_landlock_names *place)
{
	struct path_beneath_attr rule = {.allowed_access = place->of_directories
								   ? FS_MAKE_DIR | FS_REMOVE_DIR
								   : FS_MAKE_REG | FS_REMOVE_FILE,
		.parent_fd = place->dir_fd};

	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0)
		return -errno;
	return 0;
}

/* Makes a set of rules about all but @spared. Returns its descriptor, with the kernel's version, or < 0. */
static int begin(uint64_t spared, struct ruleset_attr *attr, int *version_ret)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
	size_t size;
	int ruleset;

	if (version < 0)
		return -errno;
	*version_ret = (int)version;
	size = fill_attr((int)version, spared, attr);
	ruleset = (int)syscall(SYS_landlock_create_ruleset, attr, size, 0);
	return ruleset >= 0 ? ruleset : -errno;
}

static int enforce(int ruleset)
{
	return syscall(SYS_landlock_restrict_self, ruleset, 0) == 0 ? 0 : -errno;
}

int rl_landlock_restrict(const struct rl_landlock_names *places, size_t count)
{
	struct ruleset_attr attr;
	int version, ret = 0;
	RL_AUTO_FD int ruleset = begin(FS_READ_FILE | FS_READ_DIR | FS_TRUNCATE, &attr, &version);
	size_t i;

	if (ruleset < 0)
		return rl_steal_fd(&ruleset);
	for (i = 0; ret == 0 && i < count; i++) {
		if (places[i].dir_fd >= 0)
			ret = allow_names(ruleset, &places[i]);
	}
	if (ret == 0)
		ret = enforce(ruleset);
	return ret == 0 ? version : ret;
}

int rl_landlock_keep_sizes(void)
{
	const uint64_t others = ~FS_TRUNCATE;
	struct ruleset_attr attr;
	int version, ret;
	RL_AUTO_FD int ruleset = begin(others, &attr, &version);

	if (ruleset < 0)
		return rl_steal_fd(&ruleset);
	if (attr.handled_access_fs == 0)
		return -EOPNOTSUPP;
	ret = enforce(ruleset);
	return ret == 0 ? version : ret;
}

/* Adds a rule for one place, if it is there. @handled is what the rules are about. */
static int allow_place(int ruleset, const struct rl_landlock_place *place, uint64_t handled)
{
	static const uint64_t uses[] = {
		[RL_LANDLOCK_READ] = FS_READ_FILE | FS_READ_DIR | FS_EXECUTE,
		[RL_LANDLOCK_WRITE] = FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_TRUNCATE |
				      FS_MAKE_REG | FS_MAKE_DIR | FS_REMOVE_FILE | FS_REMOVE_DIR,
		[RL_LANDLOCK_DEVICE] = FS_READ_FILE | FS_WRITE_FILE,
	};
	RL_AUTO_FD int fd = open(place->path, O_PATH | O_CLOEXEC);
	struct path_beneath_attr rule = {
		.allowed_access = uses[place->use] & handled, .parent_fd = fd};

	if (fd < 0)
		return 0;
	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0)
		return -errno;
	return 0;
}

int rl_landlock_shut_in(const struct rl_landlock_place *places, size_t count)
{
	struct ruleset_attr attr;
	int version, ret = 0;
	RL_AUTO_FD int ruleset = begin(0, &attr, &version);
	size_t i;

	if (ruleset < 0)
		return rl_steal_fd(&ruleset);
	for (i = 0; ret == 0 && i < count; i++)
		ret = allow_place(ruleset, &places[i], attr.handled_access_fs);
	if (ret == 0)
		ret = enforce(ruleset);
	return ret == 0 ? version : ret;
}

#else

int rl_landlock_shut_in(const struct rl_landlock_place *places, size_t count)
{
	(void)places;
	(void)count;
	return -ENOSYS;
}

int rl_landlock_keep_sizes(void)
{
	return -ENOSYS;
}

int rl_landlock_restrict(const struct rl_landlock_names *places, size_t count)
{
	(void)places;
	(void)count;
	return -ENOSYS;
}

#endif
