/* SPDX-License-Identifier: MIT */
/*
 * Which mounts are captured. Most cases are rows of mount_rows.h, compared as "PATH=CLASS", with
 * "@COVER" for bind mounts.
 */
#include "common/buf.h"
#include "scan/mountinfo.h"
#include "scan/mounts.h"
#include "tests/unit/mount_rows.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* A directory of each test's own. */
static char dir[PATH_MAX];

static void write_file(const char *path, const char *text, size_t len)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static int make_dir(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/var/tmp/rootlift-test.XXXXXX");
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[PATH_MAX + 16];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void path_in_dir(char path[PATH_MAX], const char *name)
{
	assert_true(snprintf(path, PATH_MAX, "%.4000s/%s", dir, name) < PATH_MAX);
}

static size_t count_words(const char *const *words)
{
	size_t count = 0;

	while (count < 3 && words[count] != NULL)
		count++;
	return count;
}

/* All verdicts in one line. */
static void describe(const struct rl_mounts *mounts, struct rl_buf *text)
{
	size_t i;

	for (i = 0; i < mounts->count; i++) {
		const struct rl_mount *mount = &mounts->mounts[i];
		const char *class = rl_mount_class_name(mount->class);

		assert_ptr_equal(rl_mounts_find(mounts, mount->path), mount);
		assert_int_equal(rl_buf_append_str(text, mount->path), 0);
		assert_int_equal(rl_buf_append_str(text, "="), 0);
		assert_int_equal(rl_buf_append(text, class, strcspn(class, " ")), 0);
		assert_true((mount->covered_by != NULL) == (mount->class == RL_MOUNT_BIND));
		if (mount->covered_by != NULL) {
			assert_int_equal(rl_buf_append_str(text, "@"), 0);
			assert_int_equal(rl_buf_append_str(text, mount->covered_by), 0);
		}
		assert_int_equal(rl_buf_append_str(text, " "), 0);
	}
}

static void check_row(void **state)
{
	const struct row *row = *state;
	struct rl_mount_options options = {
		.one_file_system = row->one_file_system,
		.wanted = row->wanted,
		.wanted_count = count_words(row->wanted),
		.unwanted = row->unwanted,
		.unwanted_count = count_words(row->unwanted),
	};
	char path[PATH_MAX];
	struct rl_mounts mounts;
	struct rl_error err = {0};
	struct rl_buf text = {0};
	int ret;

	path_in_dir(path, "mountinfo");
	write_file(path, row->list, strlen(row->list));
	ret = rl_mounts_read(
		path, dir, row->root != NULL ? row->root : "/", &options, &mounts, &err);
	assert_int_equal(ret, -row->code);
	if (ret == 0) {
		assert_int_equal(rl_buf_append_str(&text, ""), 0);
		describe(&mounts, &text);
		assert_string_equal(text.data, row->expect);
	} else {
		const char *message = err.message;

		if (strncmp(message, path, strlen(path)) == 0)
			message += strlen(path);
		assert_int_equal(err.code, row->code);
		assert_string_equal(message, row->message);
		assert_int_equal(mounts.count, 0);
	}
	rl_buf_free(&text);
	rl_mounts_free(&mounts);
}

static void check_facts(void **state)
{
	static const char list[] = ROOT_FS MOUNT(
		"30", "27", "259:70000", "/@var", "/var\\040x", "btrfs", "/dev/my\\040disk");
	struct rl_mount_options options = {0};
	const struct rl_mount *mount;
	struct rl_mounts mounts;
	char path[PATH_MAX];

	(void)state;
	path_in_dir(path, "mountinfo");
	write_file(path, list, strlen(list));
	assert_int_equal(rl_mounts_read(path, dir, "/", &options, &mounts, NULL), 0);
	mount = rl_mounts_find(&mounts, "var x");
	assert_non_null(mount);
	assert_string_equal(mount->mount_point, "/var x");
	assert_string_equal(mount->fs_root, "/@var");
	assert_string_equal(mount->type, "btrfs");
	assert_string_equal(mount->source, "/dev/my disk");
	assert_int_equal(mount->id, 30);
	assert_true(mount->dev == makedev(259, 70000));
	assert_null(rl_mounts_find(&mounts, "var"));
	assert_null(rl_mounts_find(&mounts, ""));
	rl_mounts_free(&mounts);
	rl_mounts_free(&mounts);
}

/* A disk as sysfs shows it: a directory, its partitions in it, and links by number. */
static void make_disk(const char *name, char letter, const char *numbers, const char *part_numbers)
{
	char path[PATH_MAX], target[64];

	path_in_dir(path, name);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)snprintf(target, sizeof(target), "%s/removable", name);
	path_in_dir(path, target);
	write_file(path, (const char[]){letter, '\n'}, 2);
	path_in_dir(path, numbers);
	assert_int_equal(symlink(name, path), 0);
	(void)snprintf(target, sizeof(target), "%s/part", name);
	path_in_dir(path, target);
	assert_int_equal(mkdir(path, 0700), 0);
	path_in_dir(path, part_numbers);
	assert_int_equal(symlink(target, path), 0);
}

static void check_removable(void **state)
{
	static const char list[] =
		ROOT_FS MOUNT("30", "27", "8:2", "/", "/var", "ext4", "/dev/sda2")
			MOUNT("31", "27", "8:17", "/", "/media/stick", "vfat", "/dev/sdb1")
				MOUNT("32", "27", "8:16", "/", "/media/whole", "ext4", "/dev/sdb")
					MOUNT("33", "27", "8:0", "/", "/disk", "ext4", "/dev/sda");
	struct rl_mount_options options = {0};
	struct rl_buf text = {0};
	struct rl_mounts mounts;
	char path[PATH_MAX];

	(void)state;
	make_disk("sda", '0', "8:0", "8:2");
	make_disk("sdb", '1', "8:16", "8:17");
	path_in_dir(path, "mountinfo");
	write_file(path, list, strlen(list));
	assert_int_equal(rl_mounts_read(path, dir, "/", &options, &mounts, NULL), 0);
	describe(&mounts, &text);
	assert_string_equal(
		text.data, "disk=local media/stick=removable media/whole=removable var=local ");
	rl_mounts_free(&mounts);
	rl_buf_free(&text);
	/* What a stick's own system has mounted from it is no foreign medium. */
	assert_int_equal(rl_mounts_read(path, dir, "/media/whole", &options, &mounts, NULL), 0);
	assert_int_equal(mounts.count, 0);
	rl_mounts_free(&mounts);
}

static void check_stick(void **state)
{
	static const char list[] = MOUNT("27", "1", "8:16", "/", "/", "ext4", "/dev/sdb")
		MOUNT("31", "27", "8:17", "/", "/boot", "vfat", "/dev/sdb1")
			MOUNT("32", "27", "11:0", "/", "/media/cd", "iso9660", "/dev/sr0");
	struct rl_mount_options options = {0};
	struct rl_buf text = {0};
	struct rl_mounts mounts;
	char path[PATH_MAX];

	(void)state;
	make_disk("sdb", '1', "8:16", "8:17");
	path_in_dir(path, "mountinfo");
	write_file(path, list, strlen(list));
	assert_int_equal(rl_mounts_read(path, dir, "/", &options, &mounts, NULL), 0);
	describe(&mounts, &text);
	assert_string_equal(text.data, "boot=local media/cd=removable ");
	rl_mounts_free(&mounts);
	rl_buf_free(&text);
}

static void check_nul(void **state)
{
	static const char list[] = ROOT_FS "28 27 8:5 / /a\0b rw - ext4 x rw\n";
	struct rl_mount_options options = {0};
	struct rl_mounts mounts;
	char path[PATH_MAX];

	(void)state;
	path_in_dir(path, "mountinfo");
	write_file(path, list, sizeof(list) - 1);
	assert_int_equal(rl_mounts_read(path, dir, "/", &options, &mounts, NULL), -EBADMSG);
}

static void check_missing(void **state)
{
	struct rl_mount_options options = {0};
	struct rl_mounts mounts;
	struct rl_error err = {0};
	char path[PATH_MAX];

	(void)state;
	path_in_dir(path, "missing");
	assert_int_equal(rl_mounts_read(path, dir, "/", &options, &mounts, &err), -ENOENT);
	assert_non_null(strstr(err.message, path));
	assert_int_equal(rl_mounts_read(dir, dir, "/", &options, &mounts, &err), -EISDIR);
}

/* Mounts that are each other's parents, apart and under ROOT's: no kernel writes them. */
static void check_circle(void **state)
{
	/* clang-format off */
	static const char list[] = ROOT_FS
		MOUNT("30", "31", "8:5", "/", "/a", "ext4", "/dev/sda5")
		MOUNT("31", "30", "8:6", "/", "/a", "ext4", "/dev/sda6")
		MOUNT("39", "39", "8:9", "/", "/a", "ext4", "/dev/sda8")
		MOUNT("40", "27", "8:7", "/", "/b", "ext4", "/dev/sda7")
		MOUNT("41", "40", "8:8", "/", "/b", "ext4", "/dev/sda8")
		MOUNT("40", "41", "8:9", "/", "/b", "ext4", "/dev/sda8");
	/* clang-format on */
	struct rl_mount_options options = {0};
	struct rl_mounts mounts;
	char path[PATH_MAX];

	(void)state;
	path_in_dir(path, "mountinfo");
	write_file(path, list, strlen(list));
	assert_int_equal(rl_mounts_read(path, dir, "/", &options, &mounts, NULL), 0);
	assert_true(mounts.count <= 3);
	rl_mounts_free(&mounts);
}

/* Whatever this machine has mounted: the list is read, and the kernel agrees on what is seen. */
static void check_this_machine(void **state)
{
	struct rl_mount_options options = {0};
	struct rl_mountinfo info;
	struct rl_mounts mounts;
	struct rl_error err = {0};
	size_t i;

	(void)state;
	assert_int_equal(rl_mounts_read(NULL, NULL, "/", &options, &mounts, &err), 0);
	for (i = 0; i < mounts.count; i++) {
		const struct rl_mount *mount = &mounts.mounts[i];

		if (i > 0)
			assert_true(strcmp(mounts.mounts[i - 1].path, mount->path) < 0);
		if (strcmp(mount->type, "proc") == 0)
			assert_false(rl_mount_is_captured(mount->class));
	}
	rl_mounts_free(&mounts);
	assert_int_equal(rl_mountinfo_read("/proc/self/mountinfo", &info, &err), 0);
	for (i = 0; i < info.count; i++) {
		struct statx stx;
		const char *point = info.entries[i].mount_point;

		/* STATX_MNT_ID is there since Linux 5.8. */
		if (statx(AT_FDCWD, point, AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW, STATX_MNT_ID,
			    &stx) == 0 &&
			(stx.stx_mask & STATX_MNT_ID) != 0)
			assert_int_equal(
				info.entries[rl_mountinfo_lookup(&info, point)].id, stx.stx_mnt_id);
	}
	rl_mountinfo_free(&info);
}

static void check_below(void **state)
{
	static const struct {
		const char *path, *dir, *expect;
	} cases[] = {
		{"/srv/var/lib", "/srv", "var/lib"},
		{"/srv", "/srv", ""},
		{"/srv", "/", "srv"},
		{"/", "/", ""},
		{"/srv2", "/srv", NULL},
		{"/sr", "/srv", NULL},
		{"/", "/srv", NULL},
		{"a/b", "a", "b"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		const char *below = rl_mountinfo_below(cases[i].path, cases[i].dir);

		if (cases[i].expect == NULL)
			assert_null(below);
		else
			assert_string_equal(below, cases[i].expect);
	}
}

#define CASE(sentence, function)                                                     \
	{                                                                            \
		.name = (sentence), .test_func = (function), .setup_func = make_dir, \
		.teardown_func = remove_dir                                          \
	}

int main(void)
{
	static const struct CMUnitTest others[] = {
		CASE("a mount's facts are those of its line", check_facts),
		CASE("a stick is removable, whole or by partition", check_removable),
		CASE("a system that runs from a stick gets all of it", check_stick),
		CASE("a line with a NUL is malformed", check_nul),
		CASE("a list that cannot be read is an error that names it", check_missing),
		CASE("a list that goes round in circles does not hang", check_circle),
		CASE("on this machine the kernel agrees on what is seen", check_this_machine),
		CASE("paths are below a directory by whole components", check_below),
	};
	struct CMUnitTest tests[COUNT(rows) + COUNT(others)];
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		tests[i] = (struct CMUnitTest)CASE(rows[i].name, check_row);
		tests[i].initial_state = (void *)&rows[i];
	}
	memcpy(&tests[COUNT(rows)], others, sizeof(others));
	return cmocka_run_group_tests_name("mounts", tests, NULL, NULL);
}
