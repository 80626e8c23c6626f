/* SPDX-License-Identifier: MIT */
/**
 * Any bytes as one of the files by which the closure of a program goes: the first byte says as which. What
 * comes of it is in the root, and has no symlinks on the way that are not there too.
 */
#include "common/cleanup.h"
#include "scan/elf_closure.h"
#include "tests/fuzz/scratch_root.h"
#include "tests/unit/elf_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {"program", "lib/libc.so.6", "lib/ld.so.1", "etc/ld.so.cache",
	"etc/nsswitch.conf", "etc/ld-musl-x.path"};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void make(const char *path, struct elf_file file)
{
	unsigned char data[ELF_FILE_MAX];

	fuzz_root_write(path, data, elf_make(&file, data));
}

/* What is there besides. */
static void make_rest(void)
{
	static const char nsswitch[] = "passwd: files odd\n";

	fuzz_root_mkdir("lib");
	fuzz_root_mkdir("etc");
	make("program", (struct elf_file){.interpreter = "/lib/ld.so.1",
				.rpath = "/lib",
				.needed = {"libc.so.6", "liba.so"}});
	make("musl",
		(struct elf_file){.interpreter = "/lib/ld-musl-x.so.1", .needed = {"liba.so"}});
	make("lib/ld.so.1", (struct elf_file){0});
	make("lib/ld-musl-x.so.1", (struct elf_file){0});
	make("lib/libc.so.6", (struct elf_file){.soname = "libc.so.6"});
	make("lib/liba.so", (struct elf_file){.runpath = "$ORIGIN"});
	make("lib/libnss_odd.so.2", (struct elf_file){0});
	fuzz_root_write("etc/ld.so.cache", NULL, 0);
	fuzz_root_write("etc/ld-musl-x.path", NULL, 0);
	fuzz_root_write("etc/nsswitch.conf", (const uint8_t *)nsswitch, sizeof(nsswitch) - 1);
}

/* All that was found is there. */
static void check(const struct rl_paths *paths)
{
	struct stat st;
	size_t i;

	for (i = 0; i < paths->count; i++) {
		if (fstatat(fuzz_root(), paths->paths[i], &st, AT_SYMLINK_NOFOLLOW) != 0 ||
			(i > 0 && strcmp(paths->paths[i - 1], paths->paths[i]) >= 0))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rl_closure_options options = {.root_fd = fuzz_root()};
	struct rl_elf_closure *closure;
	struct rl_error err = {0};
	int ret;

	if (size == 0)
		return 0;
	make_rest();
	fuzz_root_write(files[data[0] % COUNT(files)], data + 1, size - 1);
	if (rl_elf_closure_new(&options, &closure, &err) != 0)
		abort();
	ret = rl_elf_closure_add(closure, "/program", true, NULL, &err);
	if (ret == 0)
		ret = rl_elf_closure_add(closure, "/musl", true, NULL, &err);
	if (ret == 0)
		ret = rl_elf_closure_add(closure, "/lib", true, NULL, &err);
	if (ret == 0)
		ret = rl_elf_closure_finish(closure, &err);
	if (ret == 0)
		check(rl_elf_closure_files(closure));
	else if (ret != -err.code || err.message[0] == '\0')
		abort();
	rl_elf_closure_free(closure);
	return 0;
}
