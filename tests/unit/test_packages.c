/* SPDX-License-Identifier: MIT */
#include "scan/packages_parse.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A root in a temporary directory. */
static char root[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static int make_root(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof(root), "/var/tmp/rootlift-unit.XXXXXX");
	return mkdtemp(root) != NULL ? 0 : -1;
}

static int remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Writes a file of the root, and the directories above it. */
static void put(const char *path, const char *text)
{
	char full[256], *slash;
	FILE *file;

	(void)snprintf(full, sizeof(full), "%s/%s", root, path);
	for (slash = full + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		(void)mkdir(full, 0755);
		*slash = '/';
	}
	file = fopen(full, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void put_link(const char *path, const char *target)
{
	char full[256];

	(void)snprintf(full, sizeof(full), "%s/%s", root, path);
	assert_int_equal(symlink(target, full), 0);
}

static struct rl_packages *read_root(void)
{
	struct rl_packages *packages;
	struct rl_error err = {0};
	const char *path;
	int fd = open(root, O_PATH | O_DIRECTORY);

	assert_true(fd >= 0);
	if (rl_packages_read(fd, NULL, &packages, &path, &err) != 0)
		fail_msg("%s", err.message);
	(void)close(fd);
	return packages;
}

/* The names of who owns @path, blanks between them. */
static const char *owners(const struct rl_packages *packages, const char *path)
{
	static char names[256];
	uint32_t list[8];
	size_t i, used = 0,
		  count = rl_packages_owners(packages, rl_packages_hash_path(path), list, 8);

	names[0] = '\0';
	for (i = 0; i < count && i < 8; i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
			i > 0 ? " " : "", rl_packages_get(packages, list[i])->name);
	return names;
}

static size_t brought(const struct rl_packages *packages, const char *path)
{
	uint32_t list[8];

	return rl_packages_bringers(packages, rl_packages_hash_path(path), list, 8);
}

static void dpkg_is_read(void **state)
{
	struct rl_packages *packages;
	const struct rl_package *package;

	(void)state;
	put("usr/lib/modules/x", "");
	put_link("lib", "usr/lib");
	put("var/lib/dpkg/status",
		"Package: kernel\nStatus: install ok installed\nArchitecture: amd64\n"
		"Version: 1:2-3\nInstalled-Size: 7\nDepends: base (>= 1) | other, tool:any\n"
		"Pre-Depends: pre\nProvides: image (= 2), flavour\nDescription: a\n b: c\n"
		"Priority: important\nSection: non-free/libs\nSource: linux (1.2)\n\n"
		"Package: libx\nStatus: install ok installed\nArchitecture: i386\n"
		"Essential: yes\nPriority: important\nSection: libs\n\n"
		"Package: gone\nStatus: deinstall ok config-files\nArchitecture: all\n"
		"Priority: standard\nEssential: no\nSection: contrib/\n\n"
		"Version: no name\n\nPackage: last\nStatus: install ok installed\n"
		"Priority: required");
	put("var/lib/dpkg/info/kernel.list", "/.\n/lib\n/lib/modules\n/lib/modules/x\n/bin/away\n");
	put("var/lib/dpkg/info/libx:i386.list", "/lib/modules/x\n/bin/away\n");
	put("var/lib/dpkg/info/gone.list", "/etc/gone\n");
	put("var/lib/dpkg/diversions", "/bin/away\n/bin/away.old\nlibx\n");
	packages = read_root();
	assert_int_equal(rl_packages_count(packages), 4);
	package = rl_packages_get(packages, 0);
	assert_string_equal(package->name, "kernel");
	assert_string_equal(package->version, "1:2-3");
	assert_string_equal(package->key, "kernel");
	assert_int_equal(package->size, 7 * 1024);
	assert_true(package->is_installed);
	assert_int_equal(package->requirement_count, 3);
	assert_int_equal(package->requirements[0].count, 2);
	assert_string_equal(package->requirements[0].names[1], "other");
	assert_string_equal(package->requirements[1].names[0], "tool");
	assert_string_equal(package->requirements[2].names[0], "pre");
	assert_int_equal(package->provides_count, 2);
	assert_string_equal(package->provides[0], "image");
	assert_int_equal(package->priority, RL_PRIORITY_IMPORTANT);
	assert_string_equal(package->section, "libs");
	assert_string_equal(package->source, "linux");
	assert_string_equal(rl_packages_get(packages, 1)->key, "libx:i386");
	assert_int_equal(rl_packages_get(packages, 1)->priority, RL_PRIORITY_REQUIRED);
	assert_ptr_equal(rl_packages_get(packages, 1)->section, package->section);
	assert_string_equal(rl_packages_get(packages, 1)->source, "");
	assert_int_equal(rl_packages_get(packages, 2)->priority, RL_PRIORITY_STANDARD);
	assert_string_equal(rl_packages_get(packages, 2)->section, "");
	assert_int_equal(rl_packages_get(packages, 3)->priority, RL_PRIORITY_REQUIRED);
	assert_false(rl_packages_get(packages, 2)->is_installed);
	/* By their real paths, and where they were diverted to. */
	assert_string_equal(owners(packages, "usr/lib/modules/x"), "kernel libx");
	assert_string_equal(owners(packages, "lib"), "kernel");
	assert_string_equal(owners(packages, "lib/modules/x"), "");
	assert_string_equal(owners(packages, "bin/away"), "libx");
	assert_string_equal(owners(packages, "bin/away.old"), "kernel");
	assert_string_equal(owners(packages, "etc/gone"), "gone");
	assert_int_equal(rl_packages_owners_of(packages, "/lib/modules/x", NULL, 0), 1);
	rl_packages_free(packages);
}

static void apk_is_read(void **state)
{
	struct rl_packages *packages;
	const struct rl_package *package;

	(void)state;
	put("lib/apk/db/installed",
		"C:Q1a=\nP:a\nV:1-r0\nA:x86_64\no:a-src\nI:99\nD:so:libc.so.1 b>=2 !c\np:cmd:a=1 "
		"d\n"
		"F:usr/bin\nR:a\na:0:0:755\nF:etc\nM:0:0:755\n\nC:Q1b=\nP:b\nF:\nR:top\n\n");
	packages = read_root();
	assert_int_equal(rl_packages_count(packages), 2);
	package = rl_packages_get(packages, 0);
	assert_string_equal(package->key, "Q1a=");
	assert_string_equal(package->source, "a-src");
	assert_int_equal(package->size, 99);
	assert_int_equal(package->requirement_count, 2);
	assert_string_equal(package->requirements[1].names[0], "b");
	assert_string_equal(package->provides[0], "cmd:a");
	assert_string_equal(owners(packages, "usr/bin/a"), "a");
	assert_string_equal(owners(packages, "etc"), "a");
	assert_string_equal(owners(packages, "top"), "b");
	assert_string_equal(owners(packages, "usr/bin/b"), "");
	rl_packages_free(packages);
}

static void pacman_is_read(void **state)
{
	struct rl_packages *packages;
	const struct rl_package *package;

	(void)state;
	put("usr/bin/x", "");
	put_link("usr/sbin", "bin");
	put_link("sbin", "usr/bin");
	put("var/lib/pacman/local/ALPM_DB_VERSION", "9\n");
	put("var/lib/pacman/local/linux-6-1/desc", "%NAME%\nlinux\n\n%BASE%\nlinux-all\n\n%VERSION%"
						   "\n6-1\n\n%SIZE%\n12\n\n%DEPENDS%\ncoreutils\n"
						   "kmod>=3\n\n%PROVIDES%\nVIRTUALBOX=6\n\n");
	put("var/lib/pacman/local/linux-6-1/files",
		"%FILES%\nusr/\nusr/sbin/\nusr/sbin/y\nsbin/z\n\n%BACKUP%\netc/x\thash\n");
	packages = read_root();
	assert_int_equal(rl_packages_count(packages), 1);
	package = rl_packages_get(packages, 0);
	assert_string_equal(package->name, "linux");
	assert_string_equal(package->key, "linux-6-1");
	assert_string_equal(package->source, "linux-all");
	assert_string_equal(package->requirements[1].names[0], "kmod");
	assert_string_equal(package->provides[0], "VIRTUALBOX");
	assert_string_equal(owners(packages, "usr/bin/y"), "linux");
	assert_string_equal(owners(packages, "usr/bin/z"), "linux");
	assert_string_equal(owners(packages, "etc/x"), "");
	rl_packages_free(packages);
}

/* Names of packages that are dropped, and what of them is taken back. */
static void what_others_need_is_rescued(void **state)
{
	static const char status[] =
		"Package: a\nStatus: install ok installed\nDepends: b, virtual\n\n"
		"Package: b\nStatus: install ok installed\nDepends: c | d\n\n"
		"Package: c\nStatus: install ok installed\n\n"
		"Package: d\nStatus: install ok installed\nDepends: missing\n\n"
		"Package: e\nStatus: install ok installed\nProvides: virtual\nDepends: f\n\n"
		"Package: f\nStatus: install ok installed\nDepends: g\n\n"
		"Package: g\nStatus: install ok installed\nDepends: f\n\n"
		"Package: h\nStatus: install ok installed\nDepends: a\n\n";
	static const struct {
		const char *selected, *left;
	} cases[] = {
		{"h", "h"},
		/* a is needed by h. */
		{"a", ""},
		{"ah", "ah"},
		/* d does as well as c. */
		{"c", "c"},
		{"cd", "d"},
		{"e", ""},
		{"efg", ""},
		{"fg", ""},
		{"aehfg", "aehfg"},
		{"abcdefgh", "abcdefgh"},
	};
	struct rl_packages *packages = rl_packages_new();
	size_t i, j;

	(void)state;
	assert_non_null(packages);
	assert_int_equal(rl_dpkg_parse_status(packages, status, sizeof(status) - 1), 0);
	assert_int_equal(rl_packages_sort(packages), 0);
	for (i = 0; i < COUNT(cases); i++) {
		bool selected[8] = {false};
		char left[9] = "";
		long rescued;

		for (j = 0; cases[i].selected[j] != '\0'; j++)
			selected[cases[i].selected[j] - 'a'] = true;
		rescued = rl_packages_rescue(packages, selected);
		for (j = 0; j < 8; j++)
			left[strlen(left)] = selected[j] ? (char)('a' + j) : '\0';
		assert_int_equal(
			rescued, (long)(strlen(cases[i].selected) - strlen(cases[i].left)));
		for (j = 0; j < 8; j++)
			assert_int_equal(
				selected[j], strchr(cases[i].left, (int)('a' + j)) != NULL);
	}
	rl_packages_free(packages);
}

/* What a selection depends on, whatever the order of the database is. */
static void what_is_selected_is_completed(void **state)
{
	static const char *const paragraphs[] = {
		/* c does, though d is selected by what e needs. */
		"Package: a\nArchitecture: x\nDepends: none | c | d, virtual\n\n",
		"Package: b\nArchitecture: x\nDepends: e, many\n\n",
		"Package: c\nArchitecture: x\n\n",
		"Package: d\nArchitecture: x\n\n",
		"Package: e\nArchitecture: x\nDepends: d, b\n\n",
		/* Of those that provide it, the first by name; of those that are called so, x's. */
		"Package: f\nArchitecture: x\nProvides: virtual\n\n",
		"Package: g\nArchitecture: x\nProvides: virtual, many\n\n",
		"Package: many\nArchitecture: w\nDepends: h\n\n",
		"Package: many\nArchitecture: x\n\n",
		"Package: h\nArchitecture: x\n\n",
	};
	static const struct {
		const char *selected, *completed;
	} cases[] = {
		{"", ""},
		{"a", "acf"},
		{"b", "bdem"},
		{"ab", "abcdefm"},
		{"c", "c"},
	};
	size_t i, j, step;

	(void)state;
	for (i = 0; i < 3 * COUNT(cases); i++) {
		static const size_t steps[] = {1, 3, 9};
		struct rl_packages *packages = rl_packages_new();
		bool selected[COUNT(paragraphs)] = {false};
		char completed[COUNT(paragraphs) + 1] = "";
		int letter;

		assert_non_null(packages);
		step = steps[i % 3];
		for (j = 0; j < COUNT(paragraphs); j++) {
			const char *text = paragraphs[j * step % COUNT(paragraphs)];

			assert_int_equal(rl_dpkg_parse_status(packages, text, strlen(text)), 0);
		}
		assert_int_equal(rl_packages_sort(packages), 0);
		for (j = 0; j < COUNT(paragraphs); j++)
			selected[j] = strchr(cases[i / 3].selected,
					      rl_packages_get(packages, j)->name[0]) != NULL;
		assert_int_equal(rl_packages_complete(packages, selected), 0);
		for (letter = 'a'; letter <= 'z'; letter++) {
			for (j = 0; j < COUNT(paragraphs); j++) {
				if (selected[j] && rl_packages_get(packages, j)->name[0] == letter)
					completed[strlen(completed)] = (char)letter;
			}
		}
		assert_string_equal(completed, cases[i / 3].completed);
		rl_packages_free(packages);
	}
}

static void rpm_output_is_parsed(void **state)
{
	static const char text[] =
		"N\tgpg-pubkey\nV\t1-1\nF\t/x\nN\tkernel-core\nV\t2:5-1\n"
		"K\tkernel-core-5-1.x86_64\nA\tx86_64\nO\tkernel-ml-5-1.src.rpm\nS\t12\n"
		"R\tlinux-firmware\nR\trpmlib(X)\nR\t(a if "
		"b)\nP\tkernel\nF\t/boot/vmlinuz\nF\tdn/usr/share/g\nF\tg/\n"
		"F\tcgn/boot/initramfs\nF\t(none)\n"
		"N\tlocal\nO\t(none)\nN\todd\nO\todd-1\n";
	struct rl_packages *packages = rl_packages_new();
	const struct rl_package *package;

	(void)state;
	assert_non_null(packages);
	assert_int_equal(rl_rpm_parse(packages, text, sizeof(text) - 1), 0);
	assert_int_equal(rl_packages_sort(packages), 0);
	assert_int_equal(rl_packages_count(packages), 3);
	assert_string_equal(rl_packages_get(packages, 1)->source, "");
	assert_string_equal(rl_packages_get(packages, 2)->source, "");
	package = rl_packages_get(packages, 0);
	assert_string_equal(package->source, "kernel-ml");
	assert_string_equal(package->version, "2:5-1");
	assert_string_equal(package->key, "kernel-core-5-1.x86_64");
	assert_int_equal(package->requirement_count, 1);
	assert_string_equal(owners(packages, "boot/vmlinuz"), "kernel-core");
	assert_string_equal(owners(packages, "boot/initramfs"), "kernel-core");
	assert_string_equal(owners(packages, "(none)"), "");
	/* What hosts make themselves is brought by none. */
	assert_int_equal(brought(packages, "boot/initramfs"), 0);
	assert_int_equal(brought(packages, "boot/vmlinuz"), 1);
	assert_int_equal(brought(packages, "usr/share/g"), 1);
	assert_string_equal(owners(packages, "x"), "");
	rl_packages_free(packages);
}

/* Somebody may have made a database with a section for each package. */
static void sections_are_few(void **state)
{
	struct rl_packages *packages = rl_packages_new();
	char text[96];
	size_t i;

	(void)state;
	assert_non_null(packages);
	for (i = 0; i < 1000; i++) {
		int len = snprintf(text, sizeof(text), "Package: p\nSection: s%zu\n", i);

		assert_int_equal(rl_dpkg_parse_status(packages, text, (size_t)len), 0);
	}
	/* A NUL ends it, and what it begins with is another. */
	assert_int_equal(rl_dpkg_parse_status(packages, "Package: p\nSection: s1\0x\n", 26), 0);
	assert_string_equal(rl_packages_get(packages, 0)->section, "s0");
	assert_string_equal(rl_packages_get(packages, 10)->section, "s10");
	assert_string_equal(rl_packages_get(packages, 999)->section, "");
	assert_ptr_equal(
		rl_packages_get(packages, 1000)->section, rl_packages_get(packages, 1)->section);
	rl_packages_free(packages);
}

static void a_root_without_packages_has_none(void **state)
{
	struct rl_packages *packages = read_root();

	(void)state;
	assert_int_equal(rl_packages_count(packages), 0);
	assert_string_equal(owners(packages, "usr"), "");
	rl_packages_free(packages);
}

/* What is in the place of a database, but no file, is not read. */
static void no_fifo_is_opened(void **state)
{
	struct rl_packages *packages;
	char path[128];

	(void)state;
	put("var/lib/dpkg/x", "");
	(void)snprintf(path, sizeof(path), "%s/var/lib/dpkg/status", root);
	assert_int_equal(mkfifo(path, 0600), 0);
	packages = read_root();
	assert_int_equal(rl_packages_count(packages), 0);
	rl_packages_free(packages);
}

#define WITH_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ROOT(dpkg_is_read),
		WITH_ROOT(apk_is_read),
		WITH_ROOT(pacman_is_read),
		cmocka_unit_test(what_others_need_is_rescued),
		cmocka_unit_test(what_is_selected_is_completed),
		cmocka_unit_test(rpm_output_is_parsed),
		cmocka_unit_test(sections_are_few),
		WITH_ROOT(a_root_without_packages_has_none),
		WITH_ROOT(no_fifo_is_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
