/* SPDX-License-Identifier: MIT */
#include "filters/layering.h"

#include "scan/packages_parse.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

/* A database being written: dpkg's, but for what rpm_package() adds. */
static struct rl_packages *begin(void)
{
	struct rl_packages *packages = rl_packages_new();

	assert_non_null(packages);
	return packages;
}

/* Adds a package of @kib KiB with further @fields, which owns "usr/bin/NAME". */
static void add(
	struct rl_packages *packages, const char *name, unsigned int kib, const char *fields)
{
	char text[512], path[64];

	assert_true(snprintf(text, sizeof(text),
			    "Package: %s\nStatus: install ok installed\nInstalled-Size: %u\n%s\n",
			    name, kib, fields) < (int)sizeof(text));
	assert_int_equal(rl_dpkg_parse_status(packages, text, strlen(text)), 0);
	assert_int_equal(rl_packages_set(&rl_packages_last(packages)->key, name, strlen(name)), 0);
	(void)snprintf(path, sizeof(path), "/usr/bin/%s", name);
	assert_int_equal(
		rl_packages_own(packages, rl_packages_count(packages) - 1, path, strlen(path)), 0);
}

static void own(struct rl_packages *packages, const char *path)
{
	assert_int_equal(
		rl_packages_own(packages, rl_packages_count(packages) - 1, path, strlen(path)), 0);
}

/* The layers of @packages, which may be NULL and are sorted, at most @max of them. */
static struct rl_layering *divide_sorted(struct rl_packages *packages, size_t max)
{
	const struct rl_layering_options options = {max};
	struct rl_layering *layering;
	struct rl_error err = {0};

	if (rl_layering_new(packages, &options, &layering, &err) != 0)
		fail_msg("%s", err.message);
	assert_in_range(rl_layering_count(layering), 1, max > 0 ? max : RL_LAYERING_DEFAULT);
	return layering;
}

static struct rl_layering *divide(struct rl_packages *packages, size_t max)
{
	assert_int_equal(rl_packages_sort(packages), 0);
	return divide_sorted(packages, max);
}

/* The name of the layer that a file is in. */
static const char *where(const struct rl_layering *layering, const char *path)
{
	size_t layer = rl_layering_of(layering, path);

	assert_true(layer < rl_layering_count(layering));
	return rl_layering_name(layering, layer);
}

#define SMALL 100
#define LARGE 4000

/* What a Debian has, more or less. */
static struct rl_packages *debian(void)
{
	struct rl_packages *packages = begin();

	add(packages, "bash", LARGE, "Priority: required\nEssential: yes\nDepends: libtinfo6\n");
	own(packages, "/lib64");
	/* It is of the base, whatever its priority is. */
	add(packages, "apt", SMALL, "Priority: important\n");
	add(packages, "sed", SMALL, "Priority: required\n");
	add(packages, "libtinfo6", SMALL, "Priority: optional\nSection: libs\nSource: ncurses\n");
	add(packages, "nano", SMALL, "Priority: important\nDepends: libedit, libtinfo6\n");
	add(packages, "libedit", LARGE, "Section: libs\n");
	add(packages, "libbig", LARGE, "Section: libs\n");
	add(packages, "python3", LARGE, "Section: python\n");
	add(packages, "apache", LARGE, "Section: web\n");
	own(packages, "/etc/apache.conf");
	own(packages, "/var/www/index.html");
	own(packages, "/usr/lib/python3/owned.pyc");
	own(packages, "/usr/share/shared");
	add(packages, "tool", SMALL, "");
	own(packages, "/usr/share/shared");
	return packages;
}

static void layers_are_of_packages_and_places(void **state)
{
	static const struct {
		const char *path, *layer;
	} cases[] = {
		{"usr/bin/bash", "package bash"},
		/* What required packages depend on is of the base, whatever its priority is. */
		{"usr/bin/sed", "base system*"},
		{"usr/bin/libtinfo6", "base system*"},
		{"usr/bin/apt", "base system*"},
		{"usr/bin/nano", "usual system*"},
		{"usr/bin/libedit", "package libedit"},
		{"usr/bin/libbig", "package libbig"},
		{"usr/bin/tool", "packages*"},
		/* Of two owners, that with the lower layer. */
		{"usr/share/shared", "package apache"},
		{"usr/lib/python3/owned.pyc", "package apache"},
		{"usr/lib/python3/unowned.pyc", "compiled Python, part*"},
		{"usr/lib/unowned", "system files of no package"},
		/* Its owner, but not its kind and date, is the same on each host. */
		{"lib64", "system files of no package"},
		{"libx", "data, part*"},
		{"usr/lib/udev/hwdb.bin", "generated files"},
		{"usr/local/bin/x.pyc", "local programs, part*"},
		{"opt/x", "local programs, part*"},
		{"srv/x", "data, part*"},
		{"home/ann/x.pyc", "data, part*"},
		{"", "data, part*"},
		/* What hosts change is in no package's layer. */
		{"etc/apache.conf", "configuration"},
		{"etc", "configuration"},
		{"etcetera", "data, part*"},
		{"var/www/index.html", "variable data, part*"},
		{"var/lib/postgresql/x", "variable data, part*"},
		{"etc/ld.so.cache", "state"},
		{"etc/alternatives/editor", "state"},
		{"var/lib/dpkg/status", "state"},
		{"var/lib/rpm/rpmdb.sqlite", "state"},
		{"usr/lib/sysimage/rpm/rpmdb.sqlite", "state"},
		{"lib/apk/db/installed", "state"},
		/* What dpkg takes out of packages has their dates; what it writes itself does not. */
		{"var/lib/dpkg/info/apache.md5sums", "package apache"},
		{"var/lib/dpkg/info/apache.list", "state"},
		{"var/lib/dpkg/info/apach.md5sums", "state"},
		{"var/lib/dpkg/info/apachee.md5sums", "state"},
		{"var/lib/dpkg/info/format", "state"},
	};
	struct rl_packages *packages = debian();
	struct rl_layering *layering = divide(packages, 0);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		const char *layer = where(layering, cases[i].path),
			   *star = strchr(cases[i].layer, '*');
		size_t len = star != NULL ? (size_t)(star - cases[i].layer) : strlen(layer);

		if (star == NULL ? strcmp(layer, cases[i].layer) != 0
				 : strncmp(layer, cases[i].layer, len) != 0)
			fail_msg("'%s' is in '%s', not '%s'", cases[i].path, layer, cases[i].layer);
	}
	rl_layering_free(layering);
	rl_packages_free(packages);
}

/* What many have is below what few have, and what changes with each installation is on top. */
static void layers_are_in_order(void **state)
{
	static const char *const paths[] = {"usr/bin/sed", "usr/bin/bash", "usr/bin/nano",
		"usr/bin/libedit", "usr/bin/libbig", "usr/bin/python3", "usr/bin/apache",
		"usr/bin/tool", "usr/lib/x", "usr/lib/x.pyc", "opt/x", "srv/x", "var/x", "etc/x",
		"var/lib/dpkg/status"};
	struct rl_packages *packages = debian();
	struct rl_layering *layering = divide(packages, 0);
	size_t i;

	(void)state;
	for (i = 1; i < COUNT(paths); i++) {
		if (rl_layering_of(layering, paths[i - 1]) >= rl_layering_of(layering, paths[i]))
			fail_msg("'%s' is not below '%s'", paths[i - 1], paths[i]);
	}
	assert_int_equal(
		rl_layering_of(layering, "var/lib/dpkg/status") + 1, rl_layering_count(layering));
	rl_layering_free(layering);
	rl_packages_free(packages);
}

/* Adds packages p0, p1 and so on, in an order of their own. */
static void add_many(struct rl_packages *packages, size_t count, size_t step)
{
	static const char *const fields[] = {"", "Section: libs\n", "Section: python\n",
		"Priority: required\n", "Priority: important\n", "Source: one\n"};
	char name[16];
	size_t i;

	for (i = 0; i < count; i++) {
		/* As long as they have no divisor in common, each number comes once. */
		size_t number = i * step % count;

		(void)snprintf(name, sizeof(name), "p%zu", number);
		add(packages, name, number % 3 == 0 ? 1000 + (unsigned int)number / 12 : SMALL,
			fields[number % COUNT(fields)]);
	}
}

/* That the files of @count packages are in layers of the same name. */
static void assert_same(
	const struct rl_layering *a, const struct rl_layering *b, size_t count, size_t *moved)
{
	char path[32], name[64];
	size_t i;

	for (i = 0; i < count; i++) {
		(void)snprintf(path, sizeof(path), "usr/bin/p%zu", i);
		(void)snprintf(name, sizeof(name), "%s", where(a, path));
		if (strcmp(where(b, path), name) == 0)
			continue;
		if (moved == NULL)
			fail_msg("'%s' moved from '%s' to '%s'", path, name, where(b, path));
		(*moved)++;
	}
}

static void one_more_package_moves_no_other(void **state)
{
	static const char *const kinds[] = {"", "Section: libs\n", "Priority: required\n",
		"Priority: important\n", "Depends: p1\n"};
	struct rl_packages *packages = begin();
	struct rl_layering *before, *after;
	size_t i;

	(void)state;
	add_many(packages, 60, 1);
	before = divide(packages, 0);
	for (i = 0; i < 2 * COUNT(kinds); i++) {
		struct rl_packages *more = begin();

		add(more, "another", i % 2 == 0 ? SMALL : LARGE, kinds[i / 2]);
		add_many(more, 60, 7);
		after = divide(more, 0);
		assert_same(before, after, 60, NULL);
		rl_layering_free(after);
		rl_packages_free(more);
	}
	rl_layering_free(before);
	rl_packages_free(packages);
}

/* At the limit it is the smallest of the large ones that gives way. */
static void at_the_limit_one_gives_way(void **state)
{
	struct rl_packages *packages = begin(), *more = begin();
	struct rl_layering *before, *after;
	size_t moved = 0;

	(void)state;
	add_many(packages, 600, 1);
	add_many(more, 600, 1);
	add(more, "another", 100000, "");
	before = divide(packages, 0);
	after = divide(more, 0);
	assert_int_equal(rl_layering_count(before), RL_LAYERING_DEFAULT);
	assert_int_equal(rl_layering_count(after), RL_LAYERING_DEFAULT);
	assert_same(before, after, 600, &moved);
	assert_int_equal(moved, 1);
	assert_string_equal(where(after, "usr/bin/another"), "package another");
	assert_string_equal(where(after, "usr/bin/p594"), "package p594");
	rl_layering_free(before);
	rl_layering_free(after);
	rl_packages_free(packages);
	rl_packages_free(more);
}

static void the_order_of_the_database_does_not_matter(void **state)
{
	static const size_t limits[] = {0, 3, 5, 10, 20, 40, 80};
	size_t i, j, k;

	(void)state;
	for (i = 0; i < COUNT(limits); i++) {
		struct rl_packages *one = begin(), *other = begin();
		struct rl_layering *a, *b;
		char path[32];

		add_many(one, 600, 1);
		add_many(other, 600, 7);
		a = divide(one, limits[i]);
		b = divide(other, limits[i]);
		assert_int_equal(rl_layering_count(a), rl_layering_count(b));
		for (j = 0; j < 600; j++) {
			(void)snprintf(path, sizeof(path), "usr/bin/p%zu", j);
			assert_int_equal(rl_layering_of(a, path), rl_layering_of(b, path));
		}
		for (k = 0; k < rl_layering_count(a); k++)
			assert_string_equal(rl_layering_name(a, k), rl_layering_name(b, k));
		rl_layering_free(a);
		rl_layering_free(b);
		rl_packages_free(one);
		rl_packages_free(other);
	}
}

/* However many large packages a host has, what it has in common with others stays as it is. */
static void what_is_common_has_its_layers_first(void **state)
{
	struct rl_packages *packages = begin();
	struct rl_layering *layering;
	char name[16];
	size_t i;

	(void)state;
	for (i = 0; i < 120; i++) {
		(void)snprintf(name, sizeof(name), "huge%zu", i);
		add(packages, name, 10 * LARGE, "");
	}
	add(packages, "bash", LARGE, "Priority: required\n");
	add(packages, "nano", LARGE, "Priority: important\n");
	layering = divide(packages, 0);
	assert_string_equal(where(layering, "usr/bin/bash"), "package bash");
	assert_string_equal(where(layering, "usr/bin/nano"), "package nano");
	rl_layering_free(layering);
	rl_packages_free(packages);
}

/* What is made of one source changes together. */
static void packages_of_one_source_are_together(void **state)
{
	struct rl_packages *packages = begin();
	struct rl_layering *layering;
	char path[32];
	size_t i, first, different = 0;

	(void)state;
	for (i = 0; i < 20; i++) {
		(void)snprintf(path, sizeof(path), "one%zu", i);
		add(packages, path, SMALL, "Source: one (1.2)\n");
		(void)snprintf(path, sizeof(path), "other%zu", i);
		add(packages, path, SMALL, "");
	}
	add(packages, "one", SMALL, "");
	layering = divide(packages, 0);
	first = rl_layering_of(layering, "usr/bin/one");
	for (i = 0; i < 20; i++) {
		(void)snprintf(path, sizeof(path), "usr/bin/one%zu", i);
		assert_int_equal(rl_layering_of(layering, path), first);
		(void)snprintf(path, sizeof(path), "usr/bin/other%zu", i);
		different += rl_layering_of(layering, path) != first;
	}
	assert_in_range(different, 8, 20);
	rl_layering_free(layering);
	rl_packages_free(packages);
}

/* But for those of places, which no package tells about. */
static void no_layer_is_without_files(void **state)
{
	static const char *const names[] = {"bash", "apt", "sed", "libtinfo6", "nano", "libedit",
		"libbig", "python3", "apache", "tool"};
	struct rl_packages *packages = debian();
	struct rl_layering *layering = divide(packages, 0);
	size_t i, first_place = rl_layering_of(layering, "usr/lib/udev/hwdb.bin");
	bool has_files[RL_LAYERING_DEFAULT] = {false};
	char path[32];

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		(void)snprintf(path, sizeof(path), "usr/bin/%s", names[i]);
		has_files[rl_layering_of(layering, path)] = true;
	}
	for (i = 0; i < first_place; i++)
		assert_true(has_files[i]);
	rl_layering_free(layering);
	rl_packages_free(packages);
}

/* Whatever the limit is, it is kept, each file has a layer, and the state is in the last. */
static void limits_are_kept(void **state)
{
	static const char *const paths[] = {"usr/bin/p0", "usr/bin/p1", "usr/bin/p3", "usr/bin/p4",
		"usr/lib/x", "usr/lib/x.pyc", "opt/x", "srv/x", "var/x", "etc/x"};
	struct rl_packages *packages = begin();
	size_t max, i, last = 0;

	(void)state;
	add_many(packages, 600, 1);
	assert_int_equal(rl_packages_sort(packages), 0);
	for (max = 1; max <= 130; max++) {
		struct rl_layering *layering = divide_sorted(packages, max);
		size_t count = rl_layering_count(layering);

		assert_int_equal(count, max);
		assert_int_equal(rl_layering_of(layering, "var/lib/dpkg/status"), count - 1);
		for (i = 0; i < COUNT(paths); i++)
			assert_true(rl_layering_of(layering, paths[i]) < count);
		for (i = 0; i < count; i++)
			assert_true(strlen(rl_layering_name(layering, i)) > 0);
		last = count;
		rl_layering_free(layering);
	}
	assert_int_equal(last, 130);
	rl_packages_free(packages);
	/* The number of large packages goes by what there is room for. */
	for (i = 300; i < 400; i += 4) {
		packages = begin();
		add_many(packages, i, 1);
		rl_layering_free(divide(packages, 0));
		rl_packages_free(packages);
	}
}

static void few_layers_part_the_system_from_the_host(void **state)
{
	static const struct {
		size_t max;
		/* Numbers of layers of: base, its large ones, usual, others, system, data, /var, /etc, state. */
		size_t layers[9];
	} cases[] = {
		{1, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
		{2, {0, 0, 0, 0, 1, 1, 1, 1, 1}},
		{3, {0, 0, 1, 1, 2, 2, 2, 2, 2}},
		{4, {0, 0, 1, 2, 3, 3, 3, 3, 3}},
		{5, {0, 0, 1, 2, 4, 3, 3, 4, 4}},
		{6, {0, 0, 1, 2, 4, 3, 4, 5, 5}},
		{7, {0, 0, 1, 2, 3, 4, 5, 6, 6}},
	};
	static const char *const paths[] = {"usr/bin/sed", "usr/bin/bash", "usr/bin/nano",
		"usr/bin/tool", "usr/lib/x", "srv/x", "var/x", "etc/x", "var/lib/dpkg/status"};
	struct rl_packages *packages = debian();
	size_t i, j;

	(void)state;
	assert_int_equal(rl_packages_sort(packages), 0);
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_layering *layering = divide_sorted(packages, cases[i].max);

		for (j = 0; j < COUNT(paths); j++) {
			if (rl_layering_of(layering, paths[j]) != cases[i].layers[j])
				fail_msg("%zu layers: '%s' is in %zu", cases[i].max, paths[j],
					rl_layering_of(layering, paths[j]));
		}
		rl_layering_free(layering);
	}
	rl_packages_free(packages);
}

static void without_packages_places_are_left(void **state)
{
	struct rl_packages *none = begin();
	struct rl_packages *cases[] = {NULL, none};
	size_t i;

	(void)state;
	assert_int_equal(rl_packages_sort(none), 0);
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_layering *layering = divide_sorted(cases[i], 0);

		assert_int_equal(rl_layering_count(layering), 20);
		assert_string_equal(where(layering, "usr/bin/bash"), "system files of no package");
		assert_string_equal(where(layering, "etc/passwd"), "configuration");
		assert_string_equal(where(layering, "var/lib/dpkg/info/bash.md5sums"), "state");
		rl_layering_free(layering);
		layering = divide_sorted(cases[i], 1);
		assert_string_equal(where(layering, "usr/bin/bash"), "all files");
		rl_layering_free(layering);
	}
	rl_packages_free(none);
}

/* A directory is in one layer, and others may be in others. */
static void large_places_have_several_layers(void **state)
{
	struct rl_layering *layering = divide_sorted(NULL, 0);
	size_t first = rl_layering_of(layering, "var/lib/mysql"), different = 0;
	char path[64];
	size_t i;

	(void)state;
	assert_int_equal(rl_layering_of(layering, "var/lib/mysql/x"), first);
	assert_int_equal(rl_layering_of(layering, "var/lib/mysql/y/z"), first);
	for (i = 0; i < 16; i++) {
		(void)snprintf(path, sizeof(path), "var/lib/%zu/x", i);
		different += rl_layering_of(layering, path) != first;
	}
	assert_in_range(different, 8, 15);
	rl_layering_free(layering);
}

/* Who has which number is not the same on two hosts. */
static void owners_of_their_own_are_not_shared(void **state)
{
	static const struct {
		uid_t uid;
		gid_t gid;
		bool is_shared;
	} cases[] = {
		{0, 0, true},
		{0, 42, true},
		{99, 99, true},
		{65534, 65534, true},
		{0, 100, false},
		{100, 0, false},
		{1000, 1000, false},
	};
	struct rl_packages *packages = debian();
	struct rl_layering *layering = divide(packages, 0);
	char path[] = "usr/bin/apache";
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_entry entry = {.path = path, .uid = cases[i].uid, .gid = cases[i].gid};

		assert_string_equal(
			rl_layering_name(layering, rl_layering_of_entry(layering, &entry)),
			cases[i].is_shared ? "package apache" : "system files of no package");
	}
	rl_layering_free(layering);
	rl_packages_free(packages);
}

/* What is removed but for its configuration owns no files, and names of packages may be anything. */
static void odd_packages_do_no_harm(void **state)
{
	struct rl_packages *packages = begin();
	struct rl_layering *layering;
	size_t i;

	(void)state;
	add(packages, "gone", LARGE, "Status: deinstall ok config-files\n");
	add(packages, "odd\033\177\xff", LARGE, "");
	add(packages, "twice", LARGE, "");
	add(packages, "twice", LARGE, "");
	for (i = 0; i < 40; i++) {
		add(packages, "many", SMALL, "");
		own(packages, "/usr/share/common");
	}
	layering = divide(packages, 0);
	assert_string_equal(where(layering, "usr/bin/gone"), "system files of no package");
	assert_string_equal(where(layering, "var/lib/dpkg/info/gone.postrm"), "state");
	assert_string_equal(where(layering, "usr/bin/odd\033\177\xff"), "package odd???");
	assert_string_equal(where(layering, "usr/bin/twice"), "package twice");
	assert_int_equal(rl_layering_of(layering, "usr/share/common"), 0);
	rl_layering_free(layering);
	rl_packages_free(packages);
}

static void rpm_systems_have_a_base_by_name(void **state)
{
	static const char text[] =
		"N\tkernel-core\nS\t90000000\nF\t/usr/bin/kernel\n"
		"N\ttool\nS\t10\nF\t/usr/bin/tool\nF\t/usr/share/info/dir\nF\tg/usr/bin/link\n"
		"N\tbash\nS\t10\nR\tlibx.so()(64bit)\nR\t/usr/sbin/needed\nF\t/usr/bin/bash\n"
		"N\tzlib\nS\t10\nP\tlibx.so()(64bit)\nF\t/usr/bin/zlib\n"
		"N\talib\nS\t10\nP\tlibx.so()(64bit)\nF\t/usr/bin/alib\n"
		"N\tneeded\nS\t10\nF\t/usr/sbin/needed\n"
		"N\tsudo\nS\t10\nF\t/usr/bin/sudo\n"
		/* Of another manager it would be. */
		"N\tmusl\nS\t10\nF\t/usr/bin/musl\n";
	struct rl_packages *packages = begin();
	struct rl_layering *layering;

	(void)state;
	assert_int_equal(rl_rpm_parse(packages, text, sizeof(text) - 1), 0);
	layering = divide(packages, 20);
	assert_memory_equal(where(layering, "usr/bin/bash"), "base system", 11);
	assert_memory_equal(where(layering, "usr/sbin/needed"), "base system", 11);
	/* Of two that would do, the first by name. */
	assert_memory_equal(where(layering, "usr/bin/alib"), "base system", 11);
	assert_memory_equal(where(layering, "usr/bin/zlib"), "packages", 8);
	assert_memory_equal(where(layering, "usr/bin/sudo"), "usual system", 12);
	assert_string_equal(where(layering, "usr/bin/kernel"), "package kernel-core");
	assert_memory_equal(where(layering, "usr/bin/tool"), "packages", 8);
	assert_memory_equal(where(layering, "usr/bin/musl"), "packages", 8);
	/* A link to an alternative, say, whose date is the host's. */
	assert_memory_equal(where(layering, "usr/bin/link"), "generated", 9);
	/* It is made anew with each installation, whoever owns it. */
	assert_memory_equal(where(layering, "usr/share/info/dir"), "generated", 9);
	rl_layering_free(layering);
	rl_packages_free(packages);
}

/* A Debian with a second database, of programs that are only looked at. */
static void two_managers_are_one_system(void **state)
{
	static const char text[] = "P:musl\nI:600\no:musl\nF:lib\nR:ld-musl.so.1\n\n"
				   "P:nginx\nI:9000000\nF:usr/sbin\nR:nginx\n\n";
	struct rl_packages *packages = debian();
	struct rl_layering *layering;

	(void)state;
	assert_int_equal(rl_apk_parse(packages, text, sizeof(text) - 1), 0);
	layering = divide(packages, 20);
	assert_memory_equal(where(layering, "usr/bin/sed"), "base system", 11);
	assert_memory_equal(where(layering, "lib/ld-musl.so.1"), "base system", 11);
	assert_string_equal(where(layering, "usr/sbin/nginx"), "package nginx");
	rl_layering_free(layering);
	rl_packages_free(packages);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layers_are_of_packages_and_places),
		cmocka_unit_test(layers_are_in_order),
		cmocka_unit_test(one_more_package_moves_no_other),
		cmocka_unit_test(at_the_limit_one_gives_way),
		cmocka_unit_test(the_order_of_the_database_does_not_matter),
		cmocka_unit_test(what_is_common_has_its_layers_first),
		cmocka_unit_test(packages_of_one_source_are_together),
		cmocka_unit_test(no_layer_is_without_files),
		cmocka_unit_test(limits_are_kept),
		cmocka_unit_test(few_layers_part_the_system_from_the_host),
		cmocka_unit_test(without_packages_places_are_left),
		cmocka_unit_test(large_places_have_several_layers),
		cmocka_unit_test(owners_of_their_own_are_not_shared),
		cmocka_unit_test(odd_packages_do_no_harm),
		cmocka_unit_test(rpm_systems_have_a_base_by_name),
		cmocka_unit_test(two_managers_are_one_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
