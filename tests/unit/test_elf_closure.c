/* SPDX-License-Identifier: MIT */
/* What programs need of a root: roots of files that are made by hand, for machines that are not this one. */
#include "common/buf.h"
#include "scan/elf_closure.h"
#include "tests/unit/elf_file.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define GLIBC "/lib64/ld-linux-x86-64.so.2"
#define MUSL "/lib/ld-musl-x86_64.so.1"

static char dir[PATH_MAX];
static int root_fd = -1;
/* LD_LIBRARY_PATH, and a file that is placed; NULL: none. */
static const char *library_path;
static struct rl_placed_file placed;

static int make_root(void **state)
{
	(void)state;
	library_path = NULL;
	placed = (struct rl_placed_file){.fd = -1};
	(void)snprintf(dir, sizeof(dir), "/var/tmp/rootlift-test.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	root_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root_fd >= 0 ? 0 : -1;
}

static int remove_root(void **state)
{
	char command[PATH_MAX + 16];

	(void)state;
	(void)close(root_fd);
	if (placed.fd >= 0)
		(void)close(placed.fd);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void make_parents(const char *path)
{
	char copy[PATH_MAX], *slash;

	(void)snprintf(copy, sizeof(copy), "%s", path);
	for (slash = copy; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		assert_true(mkdirat(root_fd, copy, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

static void make_file(const char *path, const void *data, size_t len)
{
	RL_AUTO_FD int fd = -1;

	make_parents(path);
	fd = openat(root_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
}

static void make_text(const char *path, const char *text)
{
	make_file(path, text, strlen(text));
}

static void make_link(const char *path, const char *target)
{
	make_parents(path);
	assert_int_equal(symlinkat(target, root_fd, path), 0);
}

static void make(const char *path, struct elf_file file)
{
	unsigned char data[ELF_FILE_MAX];

	make_file(path, data, elf_make(&file, data));
}

#define ELF(...) ((struct elf_file){__VA_ARGS__})
#define PROGRAM(...) ELF(.interpreter = GLIBC, __VA_ARGS__)
#define NEEDS(...) .needed = {__VA_ARGS__}

/* A loader of glibc's, with these strings in it. */
static void make_loader(const char *path, const char *strings, size_t len)
{
	unsigned char data[ELF_FILE_MAX] = {0};
	size_t size = elf_make(&ELF(.soname = "ld-linux-x86-64.so.2"), data);

	memcpy(data + size + 1, strings, len);
	make_file(path, data, size + len + 2);
}

static void append(struct rl_buf *text, const char *word, const char *end)
{
	if (text->len > 0)
		assert_int_equal(rl_buf_append_str(text, " "), 0);
	assert_int_equal(rl_buf_append_str(text, word), 0);
	assert_int_equal(rl_buf_append_str(text, end), 0);
}

/* The files, the directories with "/" behind them, and what is missing as "WHO:WHAT". */
static void describe(const struct rl_elf_closure *closure, struct rl_buf *text)
{
	const struct rl_paths *files = rl_elf_closure_files(closure);
	const struct rl_paths *directories = rl_elf_closure_directories(closure);
	const struct rl_closure_missing *missing;
	size_t i, count;

	for (i = 0; i < files->count; i++)
		append(text, files->paths[i], "");
	for (i = 0; i < directories->count; i++)
		append(text, directories->paths[i], "/");
	missing = rl_elf_closure_missing(closure, &count);
	for (i = 0; i < count; i++) {
		append(text, missing[i].needed_by, ":");
		assert_int_equal(rl_buf_append_str(text, missing[i].name), 0);
	}
}

/* Adds what is named in @names, with a blank between two. Returns what that comes to. */
static int find(const char *names, struct rl_buf *text)
{
	struct rl_closure_options options = {.root_fd = root_fd,
		.placed = &placed,
		.placed_count = placed.path != NULL,
		.library_path = library_path};
	RL_AUTO_FREE char *copy = strdup(names);
	struct rl_elf_closure *closure;
	struct rl_error err = {0};
	char *rest = copy, *name;
	int ret;

	assert_non_null(copy);
	assert_int_equal(rl_elf_closure_new(&options, &closure, &err), 0);
	for (ret = 0; ret == 0 && (name = strsep(&rest, " ")) != NULL;)
		ret = rl_elf_closure_add(closure, name, true, NULL, &err);
	if (ret == 0)
		ret = rl_elf_closure_finish(closure, &err);
	if (ret == 0)
		describe(closure, text);
	assert_int_equal(ret, -err.code);
	rl_elf_closure_free(closure);
	return ret;
}

static void expect(const char *names, const char *expected)
{
	struct rl_buf text = {0};

	assert_int_equal(find(names, &text), 0);
	assert_string_equal(text.len > 0 ? text.data : "", expected);
	rl_buf_free(&text);
}

static void expect_error(const char *names, int error)
{
	struct rl_buf text = {0};

	assert_int_equal(find(names, &text), error);
	rl_buf_free(&text);
}

static void a_static_program_is_alone(void **state)
{
	(void)state;
	make("hello", ELF(0));
	expect("/hello", "hello");
}

static void all_links_come_along(void **state)
{
	(void)state;
	make_link("lib64", "usr/lib64");
	make_link("lib", "usr/lib");
	make_link("usr/lib64/ld-linux-x86-64.so.2", "/lib/ld-1.so");
	make_loader("usr/lib/ld-1.so", "/lib/", 6);
	make_link("usr/bin/p", "../../etc/alternatives/p");
	make_link("etc/alternatives/p", "/opt/p");
	make("opt/p", PROGRAM(NEEDS("liba.so.1")));
	make_link("usr/lib/liba.so.1", "liba.so.1.2");
	make("usr/lib/liba.so.1.2", ELF(NEEDS("libb.so")));
	make("usr/lib/libb.so", ELF(0));
	make("usr/lib/libother.so", ELF(0));
	expect("/usr/bin/p",
		"etc/alternatives/p lib lib64 opt/p usr/bin/p usr/lib/ld-1.so usr/lib/liba.so.1 "
		"usr/lib/liba.so.1.2 usr/lib/libb.so usr/lib64/ld-linux-x86-64.so.2");
}

static void rpath_is_inherited_and_runpath_is_not(void **state)
{
	(void)state;
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	make("opt/libx.so", ELF(NEEDS("liby.so")));
	make("opt/liby.so", ELF(NEEDS("libz.so")));
	make("opt/libz.so", ELF(0));
	make("rpath", PROGRAM(.rpath = "/opt", NEEDS("libx.so")));
	make("runpath", PROGRAM(.runpath = "/opt", NEEDS("libx.so")));
	/* Who has both has the one alone. */
	make("both", PROGRAM(.rpath = "/opt", .runpath = "/none", NEEDS("libx.so")));
	expect("/rpath", "lib64/ld-linux-x86-64.so.2 opt/libx.so opt/liby.so opt/libz.so rpath");
	expect("/runpath", "lib64/ld-linux-x86-64.so.2 opt/libx.so runpath opt/libx.so:liby.so");
	expect("/both", "both lib64/ld-linux-x86-64.so.2 both:libx.so");
}

static void a_library_with_runpath_inherits_for_others_only(void **state)
{
	(void)state;
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	make("program", PROGRAM(.rpath = "/opt", NEEDS("libx.so")));
	make("opt/libx.so", ELF(.runpath = "/run", NEEDS("liby.so", "libz.so")));
	make("opt/liby.so", ELF(0));
	make("run/libz.so", ELF(NEEDS("libw.so")));
	make("opt/libw.so", ELF(0));
	expect("/program", "lib64/ld-linux-x86-64.so.2 opt/libw.so opt/libx.so program run/libz.so "
			   "opt/libx.so:liby.so");
}

static void variables_are_expanded(void **state)
{
	(void)state;
	make_loader("lib64/ld-linux-x86-64.so.2", "/lib/odd/\0/usr/lib/odd/", 23);
	/* A program is where it really is, a library where it was found. */
	make_link("usr/bin/p", "../../opt/p/bin/p");
	make("opt/p/bin/p", PROGRAM(.runpath = "$ORIGIN/../lib", NEEDS("liba.so", "libb.so")));
	make_link("opt/p/lib/liba.so", "/opt/elsewhere/liba.so");
	make("opt/elsewhere/liba.so", ELF(.runpath = "${ORIGIN}/$PLATFORM:/opt/$LIB:rel:$NO/x",
					      NEEDS("libc.so", "libd.so", "libe.so")));
	make("opt/p/lib/x86_64/libc.so", ELF(0));
	make("opt/lib/odd/libd.so", ELF(0));
	make("rel/libe.so", ELF(0));
	make("opt/p/lib/libb.so", ELF(0));
	expect("/usr/bin/p",
		"lib64/ld-linux-x86-64.so.2 opt/elsewhere/liba.so opt/lib/odd/libd.so opt/p/bin/p "
		"opt/p/lib/liba.so opt/p/lib/libb.so opt/p/lib/x86_64/libc.so usr/bin/p "
		"opt/elsewhere/liba.so:libe.so");
}

static void a_loader_tells_its_directories(void **state)
{
	(void)state;
	make_loader("lib64/ld-linux-x86-64.so.2", "/lib/odd/\0/usr/lib/odd/\0/etc/%s/", 33);
	make("p", PROGRAM(NEEDS("liba.so", "libb.so")));
	make("usr/lib/odd/liba.so", ELF(0));
	make("lib/liba.so", ELF(0));
	make("usr/lib/libb.so", ELF(0));
	expect("/p", "lib64/ld-linux-x86-64.so.2 p usr/lib/odd/liba.so p:libb.so");
	/* One that does not looks in the usual ones. */
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	expect("/p", "lib/liba.so lib64/ld-linux-x86-64.so.2 p usr/lib/libb.so");
}

static void what_is_for_others_is_passed_over(void **state)
{
	(void)state;
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	make("p", PROGRAM(.rpath = "/a:/b:/c:/d:/e", NEEDS("liba.so")));
	make("a/liba.so", ELF(.class = ELFCLASS32, .machine = EM_386));
	make("b/liba.so", ELF(.machine = EM_AARCH64));
	make_text("c/liba.so", "INPUT(liba.so.1)");
	make_parents("d/liba.so/x");
	make("e/liba.so", ELF(0));
	expect("/p", "e/liba.so lib64/ld-linux-x86-64.so.2 p");
}

static void foreign_programs_have_their_own(void **state)
{
	(void)state;
	make("lib/ld-linux-armhf.so.3", ELF(.class = ELFCLASS32, .machine = EM_ARM));
	make("arm", ELF(.class = ELFCLASS32, .machine = EM_ARM,
			    .interpreter = "/lib/ld-linux-armhf.so.3", NEEDS("liba.so")));
	make("lib/liba.so", ELF(.class = ELFCLASS32, .machine = EM_ARM));
	make("lib/ld64.so.1", ELF(.data = ELFDATA2MSB, .machine = EM_S390));
	make("s390", ELF(.data = ELFDATA2MSB, .machine = EM_S390, .interpreter = "/lib/ld64.so.1",
			     NEEDS("liba.so")));
	make("lib64/liba.so", ELF(.data = ELFDATA2MSB, .machine = EM_S390));
	expect("/arm", "arm lib/ld-linux-armhf.so.3 lib/liba.so");
	expect("/s390", "lib/ld64.so.1 lib64/liba.so s390");
}

/* An entry of ld.so.cache. */
struct cached {
	const char *name, *path;
	uint64_t hwcap;
};

/* Makes /etc/ld.so.cache, with the old table before it, or with that alone. */
static void make_cache(
	const struct cached *entries, size_t count, bool has_old, bool has_new, bool is_big)
{
	unsigned char data[4096] = {0};
	struct elf_making making = {.data = data, .is_big = is_big};
	size_t i, at = 0, base = 0, strings;

	if (has_old) {
		memcpy(data, "ld.so-1.7.0", 11);
		elf_put(&making, 12, 4, count);
		at = 16;
		base = (16 + 12 * count + 7) & ~(size_t)7;
	}
	strings = has_new ? base + 48 + 24 * count : at + 12 * count;
	if (has_new) {
		memcpy(data + base, "glibc-ld.so.cache1.1", 20);
		elf_put(&making, base + 20, 4, count);
	} else {
		base = strings;
	}
	for (i = 0; i < count; i++) {
		size_t name = strings, path = name + strlen(entries[i].name) + 1;
		size_t entry = base + 48 + 24 * i;

		memcpy(data + name, entries[i].name, strlen(entries[i].name));
		memcpy(data + path, entries[i].path, strlen(entries[i].path));
		strings = path + strlen(entries[i].path) + 1;
		if (has_old) {
			elf_put(&making, at + 12 * i + 4, 4, has_new ? 0xffffff : name - base);
			elf_put(&making, at + 12 * i + 8, 4, has_new ? 0xffffff : path - base);
		}
		if (has_new) {
			elf_put(&making, entry + 4, 4, name - base);
			elf_put(&making, entry + 8, 4, path - base);
			elf_put(&making, entry + 16, 8, entries[i].hwcap);
		}
	}
	make_file("etc/ld.so.cache", data, strings);
}

static void the_cache_comes_along_where_it_is_needed(void **state)
{
	static const struct cached entries[] = {{"libz.so", "/opt/v3/libz.so", 1ULL << 62},
		{"libz.so", "/opt/libz.so", 0}, {"liba.so", "/lib/liba.so", 0},
		{"libm.so", "/opt/m32/libm.so", 0}, {"libm.so", "/opt/libm.so", 0}};
	static const bool forms[][3] = {{false, true, false}, {true, true, false},
		{true, false, false}, {false, true, true}, {true, true, true}, {true, false, true}};
	size_t i;

	(void)state;
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	make("lib/liba.so", ELF(0));
	make("opt/libz.so", ELF(0));
	make("opt/m32/libm.so", ELF(.class = ELFCLASS32, .machine = EM_386));
	make("opt/libm.so", ELF(0));
	make("opt/v3/libz.so", ELF(0));
	make("a", PROGRAM(NEEDS("liba.so")));
	make("m", PROGRAM(NEEDS("libm.so")));
	make("z", PROGRAM(NEEDS("libz.so")));
	make("no", PROGRAM(.nodeflib = true, NEEDS("libm.so", "liba.so")));
	for (i = 0; i < COUNT(forms); i++) {
		make_cache(entries, COUNT(entries), forms[i][0], forms[i][1], forms[i][2]);
		expect("/a", "a lib/liba.so lib64/ld-linux-x86-64.so.2");
		expect("/m", "etc/ld.so.cache lib64/ld-linux-x86-64.so.2 m opt/libm.so");
		expect("/z", forms[i][1] ? "etc/ld.so.cache lib64/ld-linux-x86-64.so.2 opt/libz.so "
					   "opt/v3/libz.so z"
					 : "etc/ld.so.cache lib64/ld-linux-x86-64.so.2 "
					   "opt/v3/libz.so z");
		expect("/no", "etc/ld.so.cache lib64/ld-linux-x86-64.so.2 no opt/libm.so "
			      "no:liba.so");
	}
}

static void damaged_caches_are_none(void **state)
{
	static const struct cached entries[] = {{"libz.so", "/opt/libz.so", 0}};
	unsigned char data[4096];
	RL_AUTO_FD int fd = -1;
	ssize_t size;

	(void)state;
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	make("opt/libz.so", ELF(0));
	make("z", PROGRAM(NEEDS("libz.so")));
	make_cache(entries, 1, true, true, false);
	fd = openat(root_fd, "etc/ld.so.cache", O_RDONLY | O_CLOEXEC);
	size = read(fd, data, sizeof(data));
	assert_true(size > 0);
	for (; size > 0; size--) {
		struct rl_buf text = {0};

		make_file("etc/ld.so.cache", data, (size_t)size - 1);
		assert_int_equal(find("/z", &text), 0);
		rl_buf_free(&text);
	}
	make_text("etc/ld.so.cache", "ld.so-1.7.0");
	expect("/z", "lib64/ld-linux-x86-64.so.2 z z:libz.so");
}

static void musl_looks_elsewhere(void **state)
{
	(void)state;
	make("lib/ld-musl-x86_64.so.1", ELF(.soname = "libc.musl-x86_64.so.1"));
	make("p", ELF(.interpreter = MUSL, NEEDS("libc.musl-x86_64.so.1", "liba.so", "libb.so")));
	make("usr/local/lib/liba.so", ELF(NEEDS("libm.so.6")));
	make("lib64/libb.so", ELF(0));
	expect("/p", "lib/ld-musl-x86_64.so.1 p usr/local/lib/liba.so p:libb.so");
	make_text("etc/ld-musl-x86_64.path", "/none:/usr/local/lib\n/lib64\n");
	expect("/p", "lib/ld-musl-x86_64.so.1 lib64/libb.so p usr/local/lib/liba.so");
	/* These names are of musl's loader alone. */
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	make("g", PROGRAM(NEEDS("libm.so.6")));
	expect("/g", "g lib64/ld-linux-x86-64.so.2 g:libm.so.6");
	/* The loader is the C library, and may have its name. */
	make("lib/libmusl/libc.so", ELF(0));
	make_link("lib/ld-musl-a.so.1", "libmusl/libc.so");
	make("c", ELF(.interpreter = "/lib/ld-musl-a.so.1", NEEDS("libc.so")));
	expect("/c", "c lib/ld-musl-a.so.1 lib/libmusl/libc.so");
	/* DT_RUNPATH is inherited. */
	make("opt/libx.so", ELF(NEEDS("liby.so")));
	make("opt/liby.so", ELF(0));
	make("q", ELF(.interpreter = MUSL, .runpath = "/opt", NEEDS("libx.so")));
	expect("/q", "lib/ld-musl-x86_64.so.1 opt/libx.so opt/liby.so q");
}

static void name_services_come_with_libc(void **state)
{
	(void)state;
	make_loader("lib64/ld-linux-x86-64.so.2", "/lib/", 6);
	make("p", PROGRAM(NEEDS("libc.so.6")));
	make("lib/libc.so.6", ELF(.soname = "libc.so.6", .string = "GLIBC_2.33"));
	make("lib/libnss_files.so.2", ELF(0));
	make("lib/libnss_odd.so.2", ELF(NEEDS("libodd.so")));
	make("lib/libodd.so", ELF(0));
	make("lib/libnss_passwd.so.2", ELF(0));
	make("lib/libnss_never.so.2", ELF(0));
	expect("/p", "lib/libc.so.6 lib/libnss_files.so.2 lib64/ld-linux-x86-64.so.2 p");
	make_text("etc/nsswitch.conf", "# never\npasswd: files [!UNAVAIL=never] odd none\n");
	expect("/p", "etc/nsswitch.conf lib/libc.so.6 lib/libnss_files.so.2 lib/libnss_odd.so.2 "
		     "lib/libodd.so lib64/ld-linux-x86-64.so.2 p");
	/* Newer ones have them inside. */
	make("lib/libc.so.6", ELF(.soname = "libc.so.6", .string = "GLIBC_2.34"));
	expect("/p", "etc/nsswitch.conf lib/libc.so.6 lib/libnss_odd.so.2 lib/libodd.so "
		     "lib64/ld-linux-x86-64.so.2 p");
}

static void scripts_have_interpreters(void **state)
{
	(void)state;
	make("bin/sh", ELF(0));
	make_text("plain", "#! /bin/sh -e\n");
	make_text("env", "#!/usr/bin/env -S A=1 python3 -B\n");
	make("usr/bin/env", ELF(0));
	make_link("usr/bin/python3", "python3.11");
	make("usr/bin/python3.11", ELF(0));
	make_text("twice", "#!/plain");
	make_text("loop", "#!/loop\n");
	make_text("lost", "#!/usr/bin/env perl\n");
	make_text("gone", "#!/bin/ksh\n");
	make_text("text", "nothing\n");
	expect("/plain", "bin/sh plain");
	expect("/env", "env usr/bin/env usr/bin/python3 usr/bin/python3.11");
	expect("/twice", "bin/sh plain twice");
	expect("/lost", "lost usr/bin/env lost:perl");
	expect("/gone", "gone gone:/bin/ksh");
	expect("/text", "text");
	expect_error("/loop", -ELOOP);
}

static void directories_come_along_whole(void **state)
{
	(void)state;
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	make("p", PROGRAM(0));
	/* One module needs another, which is loaded by then; and one needs what is nowhere. */
	make("opt/m/a.so", ELF(NEEDS("libb.so", "libx.so")));
	make("opt/m/deep/b.so", ELF(.soname = "libb.so", NEEDS("libnone.so")));
	make("lib/libx.so", ELF(0));
	make_text("opt/m/text", "#!/bin/none\n");
	make_text("etc/m.conf", "a");
	make_text("etc/secret", "a");
	assert_int_equal(fchmodat(root_fd, "etc/secret", 0600, 0), 0);
	make_link("opt/m/conf", "../../etc/m.conf");
	make_link("opt/m/secret", "../../etc/secret");
	make_link("opt/m/all", "/");
	make_link("opt/m/inner", "text");
	make_link("opt/link", "m");
	expect("/p /opt/link", "etc/m.conf lib/libx.so lib64/ld-linux-x86-64.so.2 opt/link "
			       "opt/m/a.so opt/m/conf opt/m/deep/b.so p opt/m/ "
			       "opt/m/deep/b.so:libnone.so");
	/* A program does not find what is in a directory of modules. */
	make("q", PROGRAM(NEEDS("libb.so")));
	expect("/q /opt/m/deep",
		"lib64/ld-linux-x86-64.so.2 opt/m/deep/b.so q opt/m/deep/ q:libb.so "
		"opt/m/deep/b.so:libnone.so");
}

static void placed_files_are_found(void **state)
{
	unsigned char data[ELF_FILE_MAX];
	size_t size = elf_make(&ELF(NEEDS("libc.so")), data);

	(void)state;
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	placed.path = "liba.so";
	placed.fd = memfd_create("test", MFD_CLOEXEC);
	assert_int_equal(write(placed.fd, data, size), size);
	make("bin/p", PROGRAM(.runpath = "$ORIGIN/..", NEEDS("liba.so")));
	make("lib/libc.so", ELF(0));
	expect("/bin/p liba.so", "bin/p lib/libc.so lib64/ld-linux-x86-64.so.2");
	/* It wins over what is there. */
	make("liba.so", ELF(NEEDS("libno.so")));
	expect("/bin/p liba.so", "bin/p lib/libc.so lib64/ld-linux-x86-64.so.2");
}

static void library_path_is_looked_into(void **state)
{
	(void)state;
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	make("p", PROGRAM(.runpath = "/run", NEEDS("liba.so")));
	make("run/liba.so", ELF(0));
	make("own/liba.so", ELF(0));
	library_path = "/none:/own";
	expect("/p", "lib64/ld-linux-x86-64.so.2 own/liba.so p");
}

static void paths_are_libraries_too(void **state)
{
	(void)state;
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	make("p", PROGRAM(NEEDS("/opt/liba.so", "$ORIGIN/opt/libb.so", "opt/libc.so")));
	make("opt/liba.so", ELF(0));
	make("opt/libb.so", ELF(0));
	make("opt/libc.so", ELF(0));
	expect("/p", "lib64/ld-linux-x86-64.so.2 opt/liba.so opt/libb.so p p:opt/libc.so");
}

static void nothing_leads_out_of_the_root(void **state)
{
	(void)state;
	make_link("a", "../../../../../../b");
	make("b", ELF(0));
	make_link("loop", "loop");
	make_link("out", "/../../etc/passwd");
	expect("/a", "a b");
	expect_error("/loop", -ENOENT);
	expect_error("/out", -ENOENT);
	expect_error("/none", -ENOENT);
	expect_error("/b/", -ENOENT);
	expect_error("/b/c", -ENOENT);
}

static void what_is_broken_is_told(void **state)
{
	(void)state;
	make_text("bad", "\177ELF\2\1\1, but no more");
	make("p", PROGRAM(0));
	make_text("lib/libbad.so", "\177ELF\2\1\1, but no more");
	make("lib/ld.so.1", ELF(0));
	make("q", ELF(.interpreter = "/lib/ld.so.1", NEEDS("libbad.so")));
	assert_int_equal(mkfifoat(root_fd, "fifo", 0600), 0);
	expect_error("/bad", -ENOEXEC);
	expect_error("/fifo", -EINVAL);
	expect("/p", "p p:" GLIBC);
	expect("/q", "lib/ld.so.1 q q:libbad.so");
}

/* Each library leads to others, by another DT_RPATH: there are more ways than any root has files. */
static void crafted_roots_are_given_up(void **state)
{
	char path[32], rpath[32], needed[6][32];
	int i, j;

	(void)state;
	if (is_under_valgrind())
		skip();
	make("lib64/ld-linux-x86-64.so.2", ELF(0));
	make("p", PROGRAM(.rpath = "/l", NEEDS("l0", "l1")));
	for (i = 0; i < 10; i++) {
		struct elf_file file = {.rpath = rpath};

		(void)snprintf(path, sizeof(path), "l/l%d", i);
		(void)snprintf(rpath, sizeof(rpath), "/r%d", i);
		for (j = 0; j < 6; j++) {
			(void)snprintf(needed[j], sizeof(needed[j]), "l%d", (i + j + 1) % 10);
			file.needed[j] = needed[j];
		}
		make(path, file);
	}
	expect_error("/p", -E2BIG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_static_program_is_alone),
		TEST(all_links_come_along),
		TEST(rpath_is_inherited_and_runpath_is_not),
		TEST(a_library_with_runpath_inherits_for_others_only),
		TEST(variables_are_expanded),
		TEST(a_loader_tells_its_directories),
		TEST(what_is_for_others_is_passed_over),
		TEST(foreign_programs_have_their_own),
		TEST(the_cache_comes_along_where_it_is_needed),
		TEST(damaged_caches_are_none),
		TEST(musl_looks_elsewhere),
		TEST(name_services_come_with_libc),
		TEST(scripts_have_interpreters),
		TEST(directories_come_along_whole),
		TEST(placed_files_are_found),
		TEST(library_path_is_looked_into),
		TEST(paths_are_libraries_too),
		TEST(nothing_leads_out_of_the_root),
		TEST(what_is_broken_is_told),
		TEST(crafted_roots_are_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
