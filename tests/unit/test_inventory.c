/* SPDX-License-Identifier: MIT */
/* Lists are written and read again; and whether a file is what a tree says of it, fact by fact. */
#include "archive/inventory.h"
#include "tests/unit/unit.h"
#include "writer/compare.h"
#include "writer/inventory.h"
#include "writer/writer_ops.h"

#include <stdio.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define LIST "/tmp/rootlift-inventory-test"

/* Takes all; further names of "again" have to come with their content. */
static int take_begin(
	struct rl_writer *writer, const struct rl_member *member, struct rl_error *err)
{
	(void)writer;
	(void)err;
	return member->hardlink != NULL && strcmp(member->hardlink, "again") == 0 ? -EAGAIN : 0;
}

static int take_data(struct rl_writer *writer, const void *data, size_t size, struct rl_error *err)
{
	(void)writer;
	(void)data;
	(void)size;
	(void)err;
	return 0;
}

static int take_nothing(struct rl_writer *writer, struct rl_error *err)
{
	(void)writer;
	(void)err;
	return 0;
}

static void take_free(struct rl_writer *writer)
{
	free(writer);
}

static const struct rl_writer_ops take_ops = {
	.begin = take_begin,
	.data = take_data,
	.end = take_nothing,
	.finish = take_nothing,
	.free = take_free,
};

/* An entry of all that there can be. */
static void make_entry(const char *path, mode_t mode, struct rl_entry *entry)
{
	static const struct rl_acl_entry acl[] = {{RL_ACL_USER_OBJ, 7, RL_ACL_NO_ID},
		{RL_ACL_USER, 5, 4294967294U}, {RL_ACL_GROUP_OBJ, 5, RL_ACL_NO_ID},
		{RL_ACL_MASK, 5, RL_ACL_NO_ID}, {RL_ACL_OTHER, 0, RL_ACL_NO_ID}};
	struct rl_acl *const acls[] = {&entry->acl_access, &entry->acl_default};
	size_t i;

	*entry = (struct rl_entry){.mode = mode,
		.uid = 4294967294U,
		.gid = 3000000,
		.mtime = {7258118400, 123456789},
		.ctime = {1600000000, 987654321},
		.fstype = "ext4",
		.dev = 2049,
		.ino = 18446744073709551615U,
		.is_loaded = true};
	assert_int_equal(rl_entry_set_path(entry, path), 0);
	if (S_ISREG(mode))
		entry->size = 5;
	if (S_ISLNK(mode))
		entry->target = strdup("to\n\377");
	if (S_ISCHR(mode) || S_ISBLK(mode))
		entry->rdev = makedev(259, 300000);
	assert_int_equal(rl_entry_add_xattr(entry, "trusted.a", "\0=\377", 3), 0);
	assert_int_equal(rl_entry_add_xattr(entry, "user.b", "value", 5), 0);
	entry->label = strdup("system_u:object_r:etc_t:s0");
	entry->label_size = strlen(entry->label) + 1;
	for (i = 0; i < 2; i++) {
		acls[i]->entries = malloc(sizeof(acl));
		assert_non_null(acls[i]->entries);
		memcpy(acls[i]->entries, acl, sizeof(acl));
		acls[i]->count = COUNT(acl);
	}
}

static void give(struct rl_writer *writer, const struct rl_entry *entry, bool is_altered)
{
	struct rl_member member = {.entry = entry, .is_altered = is_altered};

	assert_int_equal(rl_writer_begin(writer, &member, NULL), 0);
	if (S_ISREG(entry->mode))
		assert_int_equal(rl_writer_data(writer, "hello", 5, NULL), 0);
	assert_int_equal(rl_writer_end(writer, NULL), 0);
}

static int give_link(struct rl_writer *writer, const struct rl_entry *entry, const char *hardlink)
{
	struct rl_member member = {.entry = entry, .hardlink = hardlink};
	int ret = rl_writer_begin(writer, &member, NULL);

	return ret == 0 ? rl_writer_end(writer, NULL) : ret;
}

static struct rl_writer *begin_list(struct rl_sink **sink)
{
	const struct rl_inventory_options options = {.rules = "sha256:rules"};
	struct rl_writer *inner = calloc(1, sizeof(*inner)), *writer;

	assert_non_null(inner);
	inner->ops = &take_ops;
	assert_int_equal(rl_sink_open_file(LIST, sink, NULL), 0);
	assert_int_equal(rl_inventory_new(inner, *sink, &options, &writer, NULL), 0);
	return writer;
}

/* How many lines the list had that was read last. */
static size_t line_count;

static struct rl_tree *end_list(struct rl_writer *writer, struct rl_sink *sink)
{
	struct rl_inventory_facts facts;
	struct rl_error err = {0};
	struct rl_tree *tree;
	FILE *file;
	int byte;

	assert_int_equal(rl_writer_finish(writer, NULL), 0);
	rl_writer_free(writer);
	assert_int_equal(rl_sink_commit(sink, NULL), 0);
	rl_sink_free(sink);
	file = fopen(LIST, "re");
	assert_non_null(file);
	assert_int_equal(rl_tree_new(&tree), 0);
	if (rl_inventory_read(file, "list", tree, NULL, &facts, &err) != 0)
		fail_msg("%s", err.message);
	assert_string_equal(facts.rules, "sha256:rules");
	rl_inventory_facts_free(&facts);
	rewind(file);
	for (line_count = 0; (byte = fgetc(file)) != EOF;)
		line_count += byte == '\n';
	(void)fclose(file);
	(void)unlink(LIST);
	return tree;
}

static void all_comes_back(void **state)
{
	static const struct {
		const char *path;
		mode_t mode;
	} files[] = {{"dir", S_IFDIR | 01777}, {"dir/file", S_IFREG | 06755},
		{"dir/new\nline", S_IFREG | 0}, {"dir/\\xff", S_IFREG | 0644},
		{"dir/\377", S_IFREG | 0644}, {"dir/link", S_IFLNK | 0777},
		{"dir/fifo", S_IFIFO | 0600}, {"dir/char", S_IFCHR | 0600},
		{"dir/block", S_IFBLK | 0600}};
	struct rl_sink *sink;
	struct rl_writer *writer = begin_list(&sink);
	struct rl_tree *tree;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(files); i++) {
		struct rl_entry entry;

		make_entry(files[i].path, files[i].mode, &entry);
		give(writer, &entry, false);
		rl_entry_clear(&entry);
	}
	tree = end_list(writer, sink);
	assert_int_equal(rl_tree_count(tree), COUNT(files) + 1);
	for (i = 0; i < COUNT(files); i++) {
		const struct rl_node *node = rl_tree_find(tree, files[i].path);
		struct rl_entry entry;

		make_entry(files[i].path, files[i].mode, &entry);
		assert_non_null(node);
		assert_true(rl_compare_metadata(&entry, node, true));
		assert_int_equal(node->inode->has_digest, S_ISREG(files[i].mode));
		assert_int_equal(rl_compare_identity(&entry, node->inode), S_ISREG(files[i].mode));
		/* printf hello | sha256sum */
		if (S_ISREG(files[i].mode))
			assert_memory_equal(node->inode->digest, "\x2c\xf2\x4d\xba\x5f", 5);
		rl_entry_clear(&entry);
	}
	rl_tree_free(tree);
}

/* Only what was there as it is on the host, and held still, can be known again. */
static void identities(void **state)
{
	static const char *const unknown[] = {"altered", "added", "torn", "hot"};
	struct rl_sink *sink;
	struct rl_writer *writer = begin_list(&sink);
	struct rl_entry entry;
	struct rl_tree *tree;
	size_t i;

	(void)state;
	make_entry("altered", S_IFREG | 0644, &entry);
	give(writer, &entry, true);
	assert_int_equal(rl_entry_set_path(&entry, "added"), 0);
	entry.is_added = true;
	give(writer, &entry, false);
	entry.is_added = false;
	assert_int_equal(rl_entry_set_path(&entry, "torn"), 0);
	give(writer, &entry, false);
	rl_writer_disown(writer);
	assert_int_equal(rl_entry_set_path(&entry, "good"), 0);
	give(writer, &entry, false);
	/* Given twice: the first time was taken back. */
	entry.ctime.tv_sec++;
	give(writer, &entry, false);
	assert_int_equal(rl_entry_set_path(&entry, "hot"), 0);
	entry.ctime.tv_sec = time(NULL);
	give(writer, &entry, false);
	tree = end_list(writer, sink);
	entry.ctime.tv_sec = 1600000001;
	for (i = 0; i < COUNT(unknown); i++)
		assert_true(rl_tree_find(tree, unknown[i])->inode->host_ino == 0);
	assert_int_equal(line_count, 1 + COUNT(unknown) + 1 + 1);
	assert_true(rl_compare_identity(&entry, rl_tree_find(tree, "good")->inode));
	entry.ctime.tv_nsec++;
	assert_false(rl_compare_identity(&entry, rl_tree_find(tree, "good")->inode));
	entry.ctime.tv_nsec--;
	entry.ino--;
	assert_false(rl_compare_identity(&entry, rl_tree_find(tree, "good")->inode));
	entry.ino++;
	entry.size--;
	assert_false(rl_compare_identity(&entry, rl_tree_find(tree, "good")->inode));
	rl_entry_clear(&entry);
	rl_tree_free(tree);
}

/* Also one that has to come with its content in the output stays one. */
static void hardlinks_stay(void **state)
{
	struct rl_sink *sink;
	struct rl_writer *writer = begin_list(&sink);
	struct rl_entry entry;
	struct rl_tree *tree;

	(void)state;
	make_entry("again", S_IFREG | 0644, &entry);
	give(writer, &entry, false);
	assert_int_equal(rl_entry_set_path(&entry, "other"), 0);
	assert_int_equal(give_link(writer, &entry, "again"), -EAGAIN);
	give(writer, &entry, false);
	assert_int_equal(rl_entry_set_path(&entry, "plain"), 0);
	assert_int_equal(give_link(writer, &entry, "other"), 0);
	/* This one could not be read after all. */
	assert_int_equal(rl_entry_set_path(&entry, "lost"), 0);
	assert_int_equal(give_link(writer, &entry, "again"), -EAGAIN);
	tree = end_list(writer, sink);
	assert_int_equal(rl_tree_find(tree, "again")->inode->links, 3);
	assert_ptr_equal(rl_tree_find(tree, "other")->inode, rl_tree_find(tree, "plain")->inode);
	assert_null(rl_tree_find(tree, "lost"));
	rl_entry_clear(&entry);
	rl_tree_free(tree);
}

#define HEAD "{\"rootlift_manifest\":1}\n"
#define META "\"mode\":\"0644\",\"uid\":0,\"gid\":0,\"mtime\":\"1.0\""

/* What is wrong with each, and in which line. */
static const struct {
	const char *text, *message;
} faults[] = {
	{"", "'list' is not complete: its last line is missing"},
	{"nonsense\n", "'list', line 1: it is no JSON object"},
	{"{\"rootlift_manifest\":2}\n",
		"'list', line 1: this is not what --manifest of this version writes"},
	{HEAD, "'list' is not complete: its last line is missing"},
	{HEAD "{\"entries\":1}\n", "'list', line 2: lines are missing before it"},
	{HEAD "{\"entries\":0}\n{\"entries\":0}\n",
		"'list', line 3: there is something behind the end"},
	{HEAD "{\"entries\":0}", "'list', line 2: it has no end, or is too long"},
	{HEAD "[]\n", "'list', line 2: it is no JSON object"},
	{HEAD "{}\n", "'list', line 2: the path is missing"},
	{HEAD "{\"path\":\"a\"," META "}\n", "'list', line 2: the type is missing, or unknown"},
	{HEAD "{\"path\":\"a\",\"type\":\"socket\"," META "}\n",
		"'list', line 2: the type is missing, or unknown"},
	{HEAD "{\"path\":\"a\",\"type\":\"fifo\",\"mode\":\"99\"}\n",
		"'list', line 2: a number in a text is wrong"},
	{HEAD "{\"path\":\"a\",\"type\":\"fifo\",\"mode\":\"10000\"}\n",
		"'list', line 2: the mode is missing, or out of range"},
	{HEAD "{\"path\":\"a\",\"type\":\"fifo\",\"mode\":\"0\",\"uid\":-1}\n",
		"'list', line 2: a number is missing, or out of range"},
	{HEAD "{\"path\":\"a\",\"type\":\"file\"," META "}\n",
		"'list', line 2: a number is missing, or out of range"},
	{HEAD "{\"path\":\"a\",\"type\":\"file\",\"size\":1,\"sha256\":\"00\"," META "}\n",
		"'list', line 2: the digest is none"},
	{HEAD "{\"path\":\"a\",\"type\":\"symlink\"," META "}\n",
		"'list', line 2: a symlink leads nowhere"},
	{HEAD "{\"path\":\"a\",\"type\":\"char\",\"rdev\":\"1\"," META "}\n",
		"'list', line 2: a number in a text is wrong"},
	{HEAD "{\"path\":\"../a\",\"type\":\"fifo\"," META "}\n",
		"'list', line 2: there can be no such path"},
	{HEAD "{\"path\":\"x\",\"path_hex\":\"610\",\"type\":\"fifo\"," META "}\n",
		"'list', line 2: hexadecimal digits are wrong"},
	{HEAD "{\"path\":\"x\",\"path_hex\":\"6100\",\"type\":\"fifo\"," META "}\n",
		"'list', line 2: a name has a NUL in it"},
	{HEAD "{\"path\":\"a\",\"hardlink\":\"b\"}\n",
		"'list', line 2: there is no such file to be a further name of"},
	{HEAD "{\"path\":\"a\",\"type\":\"fifo\"," META "}\n{\"path\":\"a/"
	      "b\",\"type\":\"fifo\"," META "}\n",
		"'list', line 3: what is above it is no directory"},
	{HEAD "{\"path\":\"a\",\"type\":\"fifo\",\"acl\":[[3,7,0]]," META "}\n",
		"'list', line 2: an ACL is wrong"},
	{HEAD "{\"path\":\"a\",\"type\":\"fifo\",\"xattrs\":{\"user.a\":1}," META "}\n",
		"'list', line 2: an attribute has no value"},
	{HEAD "{\"path\":\"a\",\"type\":\"fifo\",\"mode\":\"0\",\"uid\":0,\"gid\":0,"
	      "\"mtime\":\"1.1000000000\"}\n",
		"'list', line 2: a time is out of range"},
};
static void faults_are_told_by_line(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(faults); i++) {
		struct rl_inventory_facts facts;
		struct rl_error err = {0};
		struct rl_tree *tree;
		FILE *file = tmpfile();

		assert_non_null(file);
		assert_int_equal(fputs(faults[i].text, file) >= 0, true);
		rewind(file);
		assert_int_equal(rl_tree_new(&tree), 0);
		assert_int_equal(
			rl_inventory_read(file, "list", tree, NULL, &facts, &err), -EINVAL);
		assert_string_equal(err.message, faults[i].message);
		rl_inventory_facts_free(&facts);
		rl_tree_free(tree);
		(void)fclose(file);
	}
}

/* A file that is changed in one thing each. */
static void change(struct rl_entry *entry, int number)
{
	switch (number) {
	case 0:
		entry->mode ^= 0100;
		break;
	case 1:
		entry->mode = S_IFIFO | (entry->mode & 07777);
		break;
	case 2:
		entry->uid++;
		break;
	case 3:
		entry->gid++;
		break;
	case 4:
		entry->mtime.tv_sec++;
		break;
	case 5:
		entry->mtime.tv_nsec++;
		break;
	case 6:
		entry->size++;
		break;
	case 7:
		entry->xattrs[0].value[0] ^= 1;
		break;
	case 8:
		rl_entry_remove_xattr(entry, 1);
		break;
	case 9:
		entry->xattrs[1].name[5] ^= 1;
		break;
	case 10:
		entry->label[0] ^= 1;
		break;
	case 11:
		free(rl_steal_ptr(&entry->label));
		break;
	case 12:
		entry->acl_access.entries[1].perm ^= 1;
		break;
	case 13:
		entry->acl_access.entries[1].id--;
		break;
	case 14:
		entry->acl_default.count--;
		break;
	default:
		entry->acl_access.count = 0;
		break;
	}
}

static void each_fact_counts(void **state)
{
	struct rl_entry entry;
	struct rl_tree *tree;
	struct rl_node *node;
	int i;

	(void)state;
	make_entry("file", S_IFREG | 0644, &entry);
	assert_int_equal(rl_tree_new(&tree), 0);
	assert_int_equal(rl_tree_add(tree, &entry, NULL, &node), 0);
	rl_entry_clear(&entry);
	for (i = -1; i < 16; i++) {
		make_entry("file", S_IFREG | 0644, &entry);
		if (i >= 0)
			change(&entry, i);
		if (rl_compare_metadata(&entry, node, true) != (i < 0))
			fail_msg("change %d", i);
		assert_int_equal(rl_compare_metadata(&entry, node, false), i < 0 || i == 5);
		rl_entry_clear(&entry);
	}
	/* Nobody knows what an engine makes of this. */
	make_entry("file", S_IFREG | 0644, &entry);
	node->is_implied = true;
	assert_false(rl_compare_metadata(&entry, node, false));
	rl_entry_clear(&entry);
	rl_tree_free(tree);
}

/* An ACL that says no more than the mode is the same as none; the mode of a symlink is as good as another. */
static void some_differences_are_none(void **state)
{
	struct rl_entry entry;
	struct rl_tree *tree;
	struct rl_node *node;

	(void)state;
	make_entry("file", S_IFREG | 0750, &entry);
	entry.acl_access.count = 0;
	assert_int_equal(rl_tree_new(&tree), 0);
	assert_int_equal(rl_tree_add(tree, &entry, NULL, &node), 0);
	rl_entry_clear(&entry);
	make_entry("file", S_IFREG | 0750, &entry);
	entry.acl_access.entries[1] = entry.acl_access.entries[2];
	entry.acl_access.entries[2] = entry.acl_access.entries[4];
	entry.acl_access.count = 3;
	assert_true(rl_compare_metadata(&entry, node, true));
	rl_entry_clear(&entry);
	make_entry("link", S_IFLNK | 0777, &entry);
	assert_int_equal(rl_tree_add(tree, &entry, NULL, &node), 0);
	rl_entry_clear(&entry);
	make_entry("link", S_IFLNK | 0644, &entry);
	assert_true(rl_compare_metadata(&entry, node, true));
	entry.target[0] ^= 1;
	assert_false(rl_compare_metadata(&entry, node, true));
	rl_entry_clear(&entry);
	make_entry("device", S_IFBLK | 0600, &entry);
	assert_int_equal(rl_tree_add(tree, &entry, NULL, &node), 0);
	rl_entry_clear(&entry);
	make_entry("device", S_IFBLK | 0600, &entry);
	entry.rdev++;
	assert_false(rl_compare_metadata(&entry, node, true));
	rl_entry_clear(&entry);
	rl_tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_comes_back),
		cmocka_unit_test(identities),
		cmocka_unit_test(hardlinks_stay),
		cmocka_unit_test(faults_are_told_by_line),
		cmocka_unit_test(each_fact_counts),
		cmocka_unit_test(some_differences_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
