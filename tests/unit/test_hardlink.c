/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"
#include "writer/hardlink.h"

#include <stdio.h>
#include <string.h>

/* The table, and an entry to ask it about. */
struct table {
	struct rl_hardlinks links;
	struct rl_entry entry;
};

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct table));
	return *state != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	struct table *table = *state;

	rl_hardlinks_free(&table->links);
	rl_entry_clear(&table->entry);
	free(table);
	return 0;
}

static void add(struct table *table, dev_t dev, ino_t ino, const char *path)
{
	table->entry.dev = dev;
	table->entry.ino = ino;
	assert_int_equal(rl_entry_set_path(&table->entry, path), 0);
	assert_int_equal(rl_hardlinks_add(&table->links, &table->entry), 0);
}

static const char *find(struct table *table, dev_t dev, ino_t ino)
{
	const char *path = "";

	table->entry.dev = dev;
	table->entry.ino = ino;
	assert_int_equal(rl_hardlinks_find(&table->links, &table->entry, &path), 0);
	return path;
}

static void finds_what_was_added_and_nothing_else(void **state)
{
	struct table *table = *state;

	assert_null(find(table, 1, 7));
	add(table, 1, 7, "a/first");
	assert_string_equal(find(table, 1, 7), "a/first");
	assert_null(find(table, 1, 8));
	assert_null(find(table, 2, 7));
	/* Inode 0 is one as others are. */
	assert_null(find(table, 0, 0));
	add(table, 0, 0, "b");
	assert_string_equal(find(table, 0, 0), "b");
}

static void many_inodes_of_several_devices(void **state)
{
	struct table *table = *state;
	char path[32];
	unsigned int i;

	for (i = 0; i < 50000; i++) {
		(void)snprintf(path, sizeof(path), "p%u", i);
		add(table, i % 3, i / 3 * 4096, path);
	}
	for (i = 0; i < 50000; i++) {
		(void)snprintf(path, sizeof(path), "p%u", i);
		assert_string_equal(find(table, i % 3, i / 3 * 4096), path);
	}
}

static void paths_share_their_directories(void **state)
{
	/* As a walk comes to them, and in no order; names that begin as others do, or are others' directories. */
	static const char *const paths[] = {"a", "b/a", "b/aa", "b/a1/x", "b/a1/y", "b/a12/x",
		"b/b", "b/c/d/e/f", "b/c/d/g", "b/c/d/e", "b", "c", "b/c/d/e/f", "b/c/d/e/f/g",
		"bb/c/d", "a/a/a/a", "a/a", "a/a/a", "\xff\n/ \x80\x81", "x"};
	struct table *table = *state;
	size_t i, count = COUNT(paths);

	for (i = 0; i < count; i++) {
		add(table, 1, i, paths[i]);
		assert_string_equal(find(table, 1, i), paths[i]);
	}
	for (i = count; i-- > 0;)
		assert_string_equal(find(table, 1, i), paths[i]);
}

static void directories_may_be_far_away_and_paths_long(void **state)
{
	struct table *table = *state;
	char path[4096], name[256];
	unsigned int i;

	/* Distances of one to four bytes: from "d" to what is in it. */
	memset(name, 'n', 200);
	for (i = 0; i < 30000; i++) {
		(void)snprintf(name + 200, sizeof(name) - 200, "%u", i);
		(void)snprintf(path, sizeof(path), "d/%s", name);
		add(table, 1, i, path);
	}
	for (i = 0; i < 30000; i++) {
		(void)snprintf(name + 200, sizeof(name) - 200, "%u", i);
		(void)snprintf(path, sizeof(path), "d/%s", name);
		assert_string_equal(find(table, 1, i), path);
	}
	for (i = 0; i < sizeof(path) - 2; i++)
		path[i] = i % 2 == 0 ? 'd' : '/';
	path[i] = '\0';
	path[i - 1] = 'x';
	add(table, 2, 1, path);
	assert_string_equal(find(table, 2, 1), path);
}

static void a_directory_takes_its_bytes_once(void **state)
{
	struct table *table = *state;
	char path[512];
	unsigned int i;

	memset(path, 'd', 400);
	for (i = 0; i < 10000; i++) {
		(void)snprintf(path + 400, sizeof(path) - 400, "/%05u", i);
		add(table, 1, i, path);
	}
	/* A name of 5 bytes, its NUL, and a distance of up to three bytes; and the directory. */
	assert_true(table->links.names.len <= 10000 * (5 + 1 + 3) + 402);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			finds_what_was_added_and_nothing_else, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_inodes_of_several_devices, set_up, tear_down),
		cmocka_unit_test_setup_teardown(paths_share_their_directories, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			directories_may_be_far_away_and_paths_long, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_directory_takes_its_bytes_once, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
