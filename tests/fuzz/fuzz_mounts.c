/* SPDX-License-Identifier: MIT */
/* Lists of mounts: what the kernel would never write must do no harm. */
#include "scan/mounts.h"

#include <stdint.h>
#include <sys/mman.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What holds of every answer. */
static void check(const struct rl_mounts *mounts)
{
	size_t i;

	for (i = 0; i < mounts->count; i++) {
		const struct rl_mount *mount = &mounts->mounts[i];

		if (rl_mounts_find(mounts, mount->path) == NULL ||
			rl_mount_class_name(mount->class)[0] == '\0' ||
			(mount->covered_by != NULL) != (mount->class == RL_MOUNT_BIND))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const roots[] = {"/", "/a", "/srv/old"};
	static const char *const words[] = {"/a", "b//./c/"};
	char path[64];
	RL_AUTO_FD int fd = memfd_create("mountinfo", MFD_CLOEXEC);
	size_t i;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (i = 0; i < 2 * sizeof(roots) / sizeof(*roots); i++) {
		struct rl_mount_options options = {.one_file_system = size % 2 == 1,
			.wanted = words,
			.wanted_count = i % 2,
			.unwanted = words + 1,
			.unwanted_count = i % 2};
		struct rl_mounts mounts;
		struct rl_error err = {0};

		if (rl_mounts_read(path, "/proc/self/fd", roots[i / 2], &options, &mounts, &err) ==
			0)
			check(&mounts);
		else if (err.code == 0 || err.message[0] == '\0')
			abort();
		rl_mounts_free(&mounts);
	}
	return 0;
}
