/* SPDX-License-Identifier: MIT */
#include "archive/tree.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

static struct rl_tree *tree;

static int set_up(void **state)
{
	(void)state;
	return rl_tree_new(&tree);
}

static int tear_down(void **state)
{
	(void)state;
	rl_tree_free(rl_steal_ptr(&tree));
	return 0;
}

/* Puts a file there of which only this much is known. */
static int put(const char *path, mode_t mode, const char *hardlink, struct rl_node **node)
{
	struct rl_entry entry = {.mode = mode, .size = 5, .uid = 7};
	int ret;

	assert_int_equal(rl_entry_set_path(&entry, path), 0);
	ret = rl_tree_add(tree, &entry, hardlink, node);
	rl_entry_clear(&entry);
	return ret;
}

static struct rl_node *add(const char *path, mode_t mode, const char *hardlink)
{
	struct rl_node *node = NULL;

	assert_int_equal(put(path, mode, hardlink, &node), 0);
	assert_ptr_equal(node, rl_tree_find(tree, path));
	return node;
}

/* All paths in the order of a walk, with a blank behind each. */
static const char *walk(void)
{
	static char text[4096];
	const struct rl_node *node;
	size_t len = 0;

	text[0] = '\0';
	for (node = rl_tree_root(tree); node != NULL; node = rl_tree_next(node)) {
		RL_AUTO_FREE char *path = rl_tree_path(node);

		assert_non_null(path);
		assert_ptr_equal(node, rl_tree_find(tree, path));
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s ", path);
		assert_true(len < sizeof(text));
	}
	return text;
}

static void an_empty_tree_is_an_implied_root(void **state)
{
	struct rl_node *root = rl_tree_root(tree);

	(void)state;
	assert_ptr_equal(rl_tree_find(tree, ""), root);
	assert_true(root->is_implied);
	assert_int_equal(root->inode->mode, S_IFDIR | 0755);
	assert_int_equal(rl_tree_count(tree), 1);
	assert_null(rl_tree_next(root));
	assert_null(root->parent);
}

static void what_is_missing_above_is_implied_until_it_comes(void **state)
{
	struct rl_node *node;

	(void)state;
	rl_tree_set_layer(tree, 3);
	node = add("a/b/c", S_IFREG | 0600, NULL);
	assert_int_equal(rl_tree_count(tree), 4);
	assert_false(node->is_implied);
	assert_int_equal(node->layer, 3);
	assert_true(node->parent->is_implied);
	assert_int_equal(node->parent->layer, 3);
	assert_int_equal(node->parent->inode->uid, 0);
	rl_tree_set_layer(tree, 4);
	assert_ptr_equal(add("a/b", S_IFDIR | 0700, NULL), node->parent);
	assert_false(node->parent->is_implied);
	assert_int_equal(node->parent->inode->mode, S_IFDIR | 0700);
	assert_int_equal(node->parent->inode->uid, 7);
	assert_int_equal(node->parent->layer, 4);
	assert_ptr_equal(rl_tree_find(tree, "a/b/c"), node);
	assert_int_equal(rl_tree_count(tree), 4);
	node->parent->inode->extra = calloc(1, sizeof(struct rl_inode_extra));
	rl_tree_imply(tree, node->parent);
	assert_int_equal(node->parent->inode->mode, S_IFDIR | 0755);
	assert_null(node->parent->inode->extra);
	assert_true(node->parent->is_implied);
	assert_ptr_equal(rl_tree_find(tree, "a/b/c"), node);
}

static void other_types_take_what_was_there(void **state)
{
	(void)state;
	(void)add("a/b/c", S_IFREG | 0600, NULL);
	(void)add("a/b/d", S_IFDIR | 0700, NULL);
	(void)add("a/z", S_IFREG | 0700, NULL);
	(void)add("a/b", S_IFREG | 0644, NULL);
	assert_int_equal(rl_tree_count(tree), 4);
	assert_null(rl_tree_find(tree, "a/b/c"));
	assert_int_equal(rl_tree_find(tree, "a/b")->inode->size, 5);
	(void)add("a/b", S_IFDIR | 0755, NULL);
	assert_int_equal(rl_tree_find(tree, "a/b")->inode->size, 0);
	(void)add("a/b/e", S_IFREG | 0644, NULL);
	rl_tree_sort(tree);
	assert_string_equal(walk(), " a a/b a/b/e a/z ");
}

static void root_gets_metadata_and_stays_a_directory(void **state)
{
	(void)state;
	(void)add("a", S_IFREG | 0600, NULL);
	(void)add("", S_IFDIR | 0711, NULL);
	assert_int_equal(rl_tree_root(tree)->inode->mode, S_IFDIR | 0711);
	assert_false(rl_tree_root(tree)->is_implied);
	assert_int_equal(put("", S_IFREG | 0600, NULL, NULL), -ENOTDIR);
	assert_int_equal(put("", S_IFREG | 0600, "a", NULL), -ENOTDIR);
	assert_int_equal(rl_tree_find(tree, "a")->inode->links, 1);
	assert_int_equal(rl_tree_count(tree), 2);
}

static void hardlinks_are_one_file(void **state)
{
	struct rl_node *first = add("a", S_IFREG | 0600, NULL);
	struct rl_node *second = add("d/b", 0, "a");

	(void)state;
	assert_ptr_equal(first->inode, second->inode);
	assert_int_equal(first->inode->links, 2);
	/* To itself: nothing changes. */
	assert_ptr_equal(add("a", 0, "d/b"), first);
	(void)add("a", 0, "a");
	assert_int_equal(first->inode->links, 2);
	/* A name that becomes another file leaves the others alone. */
	(void)add("a", S_IFREG | 0644, NULL);
	assert_ptr_not_equal(first->inode, second->inode);
	assert_int_equal(second->inode->mode, S_IFREG | 0600);
	assert_int_equal(second->inode->links, 1);
	/* In the place of the very directory that has the file. */
	(void)add("d", 0, "d/b");
	assert_int_equal(rl_tree_find(tree, "d")->inode->mode, S_IFREG | 0600);
	assert_int_equal(rl_tree_find(tree, "d")->inode->links, 1);
	assert_int_equal(rl_tree_count(tree), 3);
}

static void what_cannot_be_is_refused(void **state)
{
	static const struct {
		const char *path, *hardlink;
		int error;
	} cases[] = {{"a/b", NULL, -ENOTDIR}, {"a/b/c", NULL, -ENOTDIR}, {"h", "none", -ENOENT},
		{"h", "d", -EINVAL}, {"h", "", -EINVAL}, {"a/..", NULL, -EINVAL},
		{"..", NULL, -EINVAL}, {"./a", NULL, -EINVAL}, {"d//b", NULL, -EINVAL},
		{"/a", NULL, -EINVAL}, {"d/", NULL, -EINVAL}, {"h", "d/../a", -EINVAL}};
	size_t i;

	(void)state;
	(void)add("a", S_IFREG | 0600, NULL);
	(void)add("d", S_IFDIR | 0700, NULL);
	(void)add("...", S_IFREG | 0600, NULL);
	for (i = 0; i < COUNT(cases); i++)
		assert_int_equal(put(cases[i].path, S_IFREG | 0600, cases[i].hardlink, NULL),
			cases[i].error);
	assert_null(rl_tree_find(tree, "a/"));
	assert_null(rl_tree_find(tree, "d/"));
	assert_null(rl_tree_find(tree, "/"));
	assert_null(rl_tree_find(tree, "a/b"));
	rl_tree_sort(tree);
	assert_string_equal(walk(), " ... a d ");
}

static void a_walk_goes_by_bytes(void **state)
{
	struct rl_node *node;

	(void)state;
	(void)add("b\xff", S_IFREG | 0600, NULL);
	(void)add("b/z", S_IFREG | 0600, NULL);
	(void)add("b-", S_IFREG | 0600, NULL);
	(void)add("b/a/x", S_IFREG | 0600, NULL);
	(void)add("B", S_IFREG | 0600, NULL);
	rl_tree_sort(tree);
	assert_string_equal(walk(), " B b b/a b/a/x b/z b- b\xff ");
	node = rl_tree_find(tree, "b");
	assert_ptr_equal(rl_tree_next_behind(node), rl_tree_find(tree, "b-"));
	assert_ptr_equal(rl_tree_next_behind(rl_tree_find(tree, "b/a")), rl_tree_find(tree, "b/z"));
	assert_null(rl_tree_next_behind(rl_tree_find(tree, "b\xff")));
	rl_tree_remove(tree, node);
	assert_int_equal(rl_tree_count(tree), 4);
	assert_null(rl_tree_find(tree, "b/a/x"));
	rl_tree_sort(tree);
	assert_string_equal(walk(), " B b- b\xff ");
}

static void an_entry_says_all_that_was_said(void **state)
{
	static const struct rl_acl_entry acl[] = {
		{RL_ACL_USER_OBJ, 7, RL_ACL_NO_ID}, {RL_ACL_USER, 5, 4000000000}};
	struct rl_entry entry = {.mode = S_IFLNK | 0777,
		.uid = 4294967294,
		.gid = 3000000,
		.size = 9,
		.mtime = {-5, 999999999},
		.rdev = makedev(8, 3),
		.target = strdup("/to"),
		.label = strdup("a:b"),
		.label_size = 4};
	struct rl_node *node;

	(void)state;
	assert_int_equal(rl_entry_set_path(&entry, "d/e/link"), 0);
	assert_int_equal(rl_entry_add_xattr(&entry, "user.a", "\0x", 2), 0);
	assert_int_equal(rl_entry_add_xattr(&entry, "user.b", "", 0), 0);
	entry.acl_access.entries = calloc(2, sizeof(*acl));
	assert_non_null(entry.acl_access.entries);
	memcpy(entry.acl_access.entries, acl, sizeof(acl));
	entry.acl_access.count = 2;
	assert_int_equal(rl_tree_add(tree, &entry, NULL, &node), 0);
	/* Nothing is owned by both. */
	rl_entry_clear(&entry);
	(void)add("other", 0, "d/e/link");
	assert_int_equal(rl_tree_entry(node, &entry), 0);
	assert_string_equal(entry.path, "d/e/link");
	assert_string_equal(entry.name, "link");
	assert_int_equal(entry.depth, 2);
	assert_int_equal(entry.mode, S_IFLNK | 0777);
	assert_int_equal(entry.uid, 4294967294);
	assert_int_equal(entry.gid, 3000000);
	assert_int_equal(entry.size, 0);
	assert_int_equal(entry.mtime.tv_sec, -5);
	assert_int_equal(entry.mtime.tv_nsec, 999999999);
	assert_int_equal(entry.rdev, makedev(8, 3));
	assert_int_equal(entry.nlink, 2);
	assert_int_equal(entry.dev, 0);
	assert_true(entry.is_loaded);
	assert_string_equal(entry.target, "/to");
	assert_int_equal(entry.xattr_count, 2);
	assert_string_equal(entry.xattrs[0].name, "user.a");
	assert_int_equal(entry.xattrs[0].size, 2);
	assert_memory_equal(entry.xattrs[0].value, "\0x", 2);
	assert_int_equal(entry.xattrs[1].size, 0);
	assert_int_equal(entry.acl_access.count, 2);
	assert_int_equal(entry.acl_access.entries[1].id, 4000000000);
	assert_int_equal(entry.acl_default.count, 0);
	assert_string_equal(entry.label, "a:b");
	assert_int_equal(entry.label_size, 4);
	rl_entry_clear(&entry);
	assert_int_equal(rl_tree_entry(rl_tree_root(tree), &entry), 0);
	assert_string_equal(entry.path, "");
	assert_string_equal(entry.name, "");
	assert_int_equal(entry.depth, 0);
	rl_entry_clear(&entry);
}

/* Depth has no limit, and takes no stack. */
static void a_deep_tree_is_walked_and_freed(void **state)
{
	size_t depth = is_under_valgrind() ? 2000 : 100000, i;
	char *path = malloc(depth * 2 + 2), *again;
	const struct rl_node *node;

	(void)state;
	assert_non_null(path);
	for (i = 0; i < depth; i++)
		memcpy(path + i * 2, "d/", 2);
	memcpy(path + depth * 2, "f", 2);
	node = add(path, S_IFREG | 0600, NULL);
	again = rl_tree_path(node);
	assert_string_equal(path, again);
	rl_tree_sort(tree);
	for (i = 0, node = rl_tree_root(tree); node != NULL; node = rl_tree_next(node))
		i++;
	assert_int_equal(i, depth + 2);
	assert_int_equal(rl_tree_count(tree), i);
	rl_tree_remove(tree, rl_tree_find(tree, "d/d"));
	assert_int_equal(rl_tree_count(tree), 2);
	free(path);
	free(again);
}

/*
 * Names in a directory by the hundred thousand, put there in whatever order, taken out from the front. If
 * anything of it took time by how many there are, this would take minutes.
 */
static void wide_directories_take_no_time(void **state)
{
	unsigned int count = is_under_valgrind() ? 3000 : 200000, i, left;
	const struct rl_node *node;
	char path[32];

	(void)state;
	for (i = 0; i < count; i++) {
		/* 7919 is prime: all numbers, out of order. */
		(void)snprintf(
			path, sizeof(path), "d/%u", (unsigned int)((uint64_t)i * 7919 % count));
		assert_int_equal(put(path, S_IFREG | 0600, NULL, NULL), 0);
	}
	assert_int_equal(rl_tree_count(tree), count + 2);
	rl_tree_sort(tree);
	for (i = 0; i < count; i += 2) {
		(void)snprintf(path, sizeof(path), "d/%u", i);
		rl_tree_remove(tree, rl_tree_find(tree, path));
	}
	for (i = 0; i < count; i++) {
		(void)snprintf(path, sizeof(path), "d/%u", i);
		assert_int_equal(rl_tree_find(tree, path) != NULL, i % 2);
	}
	rl_tree_sort(tree);
	node = rl_tree_find(tree, "d");
	left = count / 2;
	assert_int_equal(node->count, left);
	for (i = 1; i < left; i++)
		assert_true(strcmp(node->children[i - 1]->name, node->children[i]->name) < 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_tree_is_an_implied_root),
		TEST(what_is_missing_above_is_implied_until_it_comes),
		TEST(other_types_take_what_was_there),
		TEST(root_gets_metadata_and_stays_a_directory),
		TEST(hardlinks_are_one_file),
		TEST(what_cannot_be_is_refused),
		TEST(a_walk_goes_by_bytes),
		TEST(an_entry_says_all_that_was_said),
		TEST(a_deep_tree_is_walked_and_freed),
		TEST(wide_directories_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
