/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"
#include "writer/hardlink.h"

#include <stdio.h>

static void finds_what_was_added_and_nothing_else(void **state)
{
	struct rl_hardlinks links = {0};
	struct rl_entry entry = {.dev = 1, .ino = 7};

	(void)state;
	assert_null(rl_hardlinks_find(&links, &entry));
	assert_int_equal(rl_entry_set_path(&entry, "a/first"), 0);
	assert_int_equal(rl_hardlinks_add(&links, &entry), 0);
	assert_string_equal(rl_hardlinks_find(&links, &entry), "a/first");
	entry.ino = 8;
	assert_null(rl_hardlinks_find(&links, &entry));
	entry.ino = 7;
	entry.dev = 2;
	assert_null(rl_hardlinks_find(&links, &entry));
	rl_entry_clear(&entry);
	rl_hardlinks_free(&links);
}

static void many_inodes_of_several_devices(void **state)
{
	struct rl_hardlinks links = {0};
	struct rl_entry entry = {0};
	char path[32];
	unsigned int i;

	(void)state;
	for (i = 0; i < 50000; i++) {
		entry.dev = i % 3;
		entry.ino = i / 3 * 4096;
		(void)snprintf(path, sizeof(path), "p%u", i);
		assert_int_equal(rl_entry_set_path(&entry, path), 0);
		assert_int_equal(rl_hardlinks_add(&links, &entry), 0);
	}
	for (i = 0; i < 50000; i++) {
		entry.dev = i % 3;
		entry.ino = i / 3 * 4096;
		(void)snprintf(path, sizeof(path), "p%u", i);
		assert_string_equal(rl_hardlinks_find(&links, &entry), path);
	}
	rl_entry_clear(&entry);
	rl_hardlinks_free(&links);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_added_and_nothing_else),
		cmocka_unit_test(many_inodes_of_several_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
