/* SPDX-License-Identifier: MIT */
#include "scan/walk.h"
#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A directory of the test's own; each test begins in an empty one. */
static char top[] = "/var/tmp/rootlift-walk-XXXXXX";
static int top_fd = -1;

static int make_top(void **state)
{
	(void)state;
	memcpy(top + strlen(top) - 6, "XXXXXX", 6);
	if (mkdtemp(top) == NULL)
		return -1;
	top_fd = open(top, O_RDONLY | O_DIRECTORY);
	return top_fd < 0 ? -1 : 0;
}

static int remove_top(void **state)
{
	char command[128];

	(void)state;
	(void)close(top_fd);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", top);
	return system(command) == 0 ? 0 : -1;
}

static void make_file(const char *name)
{
	int fd = openat(top_fd, name, O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	(void)close(fd);
}

/* Enters the directory @name of the level @level. */
static void enter(struct rl_walk *walk, const char *name, bool is_mount_root)
{
	struct rl_dir *above = NULL;
	int fd, ret = walk->depth > 0 ? rl_walk_dir(walk, walk->depth - 1, &above) : 0;

	assert_int_equal(ret, 0);
	fd = openat(above != NULL ? above->fd : top_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	assert_true(fd >= 0);
	assert_int_equal(rl_walk_enter(walk, rl_dir_new(fd), is_mount_root), 0);
}

static void names_come_in_bytewise_order(void **state)
{
	static const char *const expect[] = {"A", "a", "a.b", "ab", "b", "\xc3\xa9", "\xff"};
	struct rl_walk walk = {.open_limit = 8};
	struct rl_walk_name name;
	size_t i;

	(void)state;
	for (i = COUNT(expect); i > 0; i--)
		make_file(expect[i - 1]);
	enter(&walk, ".", true);
	for (i = 0; i < COUNT(expect); i++) {
		assert_int_equal(rl_walk_next(&walk, &name), 0);
		assert_string_equal(name.name, expect[i]);
		assert_int_equal(name.type, DT_REG);
		assert_string_equal(walk.path.data, expect[i]);
	}
	assert_int_equal(rl_walk_next(&walk, &name), 0);
	assert_null(name.name);
	rl_walk_leave(&walk);
	rl_walk_free(&walk);
}

/* Makes @depth directories "d" within each other and enters them all. */
static void go_down(struct rl_walk *walk, size_t depth)
{
	struct rl_walk_name name;
	struct rl_dir *dir;
	size_t i;

	enter(walk, ".", true);
	for (i = 0; i < depth; i++) {
		assert_int_equal(rl_walk_dir(walk, i, &dir), 0);
		assert_int_equal(rl_walk_next(walk, &name), 0);
		assert_string_equal(name.name, "d");
		enter(walk, "d", false);
	}
}

static void make_nest(size_t depth)
{
	int fd = dup(top_fd);
	size_t i;

	for (i = 0; i < depth; i++) {
		int below;

		assert_int_equal(mkdirat(fd, "d", 0700), 0);
		below = openat(fd, "d", O_RDONLY | O_DIRECTORY);
		assert_true(below >= 0);
		(void)close(fd);
		fd = below;
	}
	(void)close(fd);
}

/* The inode of the directory of a level, opened again if need be. */
static ino_t inode_of(struct rl_walk *walk, size_t level)
{
	struct rl_dir *dir;
	struct stat st;

	assert_int_equal(rl_walk_dir(walk, level, &dir), 0);
	assert_int_equal(fstat(dir->fd, &st), 0);
	return st.st_ino;
}

static void few_descriptors_are_enough(void **state)
{
	struct rl_walk walk = {.open_limit = 2};
	size_t i, open = 0;

	(void)state;
	make_nest(300);
	go_down(&walk, 300);
	for (i = 0; i < walk.depth; i++)
		open += walk.levels[i].dir != NULL;
	assert_true(open <= 4);
	/* Any level can be had again. */
	assert_int_equal(inode_of(&walk, 150), walk.levels[150].ino);
	assert_int_equal(inode_of(&walk, 0), walk.levels[0].ino);
	while (walk.depth > 1) {
		rl_walk_leave(&walk);
		assert_int_equal(inode_of(&walk, walk.depth - 1), walk.levels[walk.depth - 1].ino);
	}
	rl_walk_free(&walk);
}

static void a_directory_that_was_moved_is_never_another(void **state)
{
	struct rl_walk walk = {.open_limit = 2};
	struct rl_dir *dir;

	(void)state;
	make_nest(8);
	go_down(&walk, 8);
	/* Levels 3 and below now hang elsewhere; others have taken the place. */
	assert_int_equal(renameat(top_fd, "d/d/d", top_fd, "moved"), 0);
	assert_int_equal(mkdirat(top_fd, "d/d/d", 0700), 0);
	assert_int_equal(mkdirat(top_fd, "d/d/d/d", 0700), 0);
	assert_int_equal(rl_walk_dir(&walk, 3, &dir), -ENOENT);
	assert_int_equal(rl_walk_dir(&walk, 4, &dir), -ENOENT);
	/* Those that are still open, and those above, are what they were. */
	assert_int_equal(inode_of(&walk, 8), walk.levels[8].ino);
	assert_int_equal(inode_of(&walk, 2), walk.levels[2].ino);
	rl_walk_free(&walk);
}

static void a_symlink_in_a_directorys_place_is_not_followed(void **state)
{
	struct rl_walk walk = {.open_limit = 2};
	struct rl_dir *dir;

	(void)state;
	make_nest(6);
	go_down(&walk, 6);
	assert_int_equal(renameat(top_fd, "d/d", top_fd, "moved"), 0);
	assert_int_equal(symlinkat("../moved", top_fd, "d/d"), 0);
	assert_int_equal(rl_walk_dir(&walk, 3, &dir), -ENOENT);
	rl_walk_free(&walk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_come_in_bytewise_order, make_top, remove_top),
		cmocka_unit_test_setup_teardown(few_descriptors_are_enough, make_top, remove_top),
		cmocka_unit_test_setup_teardown(
			a_directory_that_was_moved_is_never_another, make_top, remove_top),
		cmocka_unit_test_setup_teardown(
			a_symlink_in_a_directorys_place_is_not_followed, make_top, remove_top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
