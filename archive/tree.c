/* SPDX-License-Identifier: MIT */
/*
 * Each directory has an array of what is in it, to which is only appended, and one table for the whole tree
 * says what is where by which name. So putting a file there takes the same time in a directory of a million
 * as in one of ten, in whatever order they come, and so does taking one out: the last one of the array takes
 * its place. A walk needs no stack, since each node knows its place in the array; so depth has no limit.
 */
#include "archive/tree.h"

#include "archive/name_table.h"

#include <string.h>

struct rl_tree {
	/* Owned, as is all that is below it. */
	struct rl_node *root;
	struct rl_name_table names;
	size_t count;
	uint32_t layer;
};

static void free_extra(struct rl_inode_extra *extra)
{
	size_t i;

	if (extra == NULL)
		return;
	for (i = 0; i < extra->xattr_count; i++) {
		free(extra->xattrs[i].name);
		free(extra->xattrs[i].value);
	}
	free(extra->xattrs);
	free(extra->acl_access.entries);
	free(extra->acl_default.entries);
	free(extra->label);
	free(extra);
}

/* Takes a name away from @inode, and with the last one the inode itself. */
static void drop_inode(struct rl_inode *inode)
{
	if (--inode->links > 0)
		return;
	free_extra(inode->extra);
	free(inode->target);
	free(inode);
}

/* An inode of one name that is what @entry says, whose metadata it takes; NULL: no memory. */
static struct rl_inode *make_inode(struct rl_entry *entry)
{
	struct rl_inode *inode = calloc(1, sizeof(*inode));
	struct rl_inode_extra *extra = NULL;

	if (inode == NULL)
		return NULL;
	if (entry->xattr_count > 0 || entry->acl_access.count > 0 || entry->acl_default.count > 0 ||
		entry->label != NULL) {
		extra = calloc(1, sizeof(*extra));
		if (extra == NULL) {
			free(inode);
			return NULL;
		}
		extra->xattrs = rl_steal_ptr(&entry->xattrs);
		extra->xattr_count = entry->xattr_count;
		entry->xattr_count = 0;
		extra->acl_access = entry->acl_access;
		extra->acl_default = entry->acl_default;
		entry->acl_access = entry->acl_default = (struct rl_acl){0};
		extra->label = rl_steal_ptr(&entry->label);
		extra->label_size = entry->label_size;
	}
	*inode = (struct rl_inode){.links = 1,
		.mode = entry->mode,
		.uid = entry->uid,
		.gid = entry->gid,
		.rdev = entry->rdev,
		.size = S_ISREG(entry->mode) ? entry->size : 0,
		.mtime = entry->mtime,
		.content = UINT64_MAX,
		.extra = extra};
	inode->target = rl_steal_ptr(&entry->target);
	return inode;
}

static struct rl_inode *make_implied_inode(void)
{
	struct rl_entry entry = {.mode = S_IFDIR | 0755};

	return make_inode(&entry);
}

/* A node that is not in the tree yet and takes over @inode; NULL: no memory. */
static struct rl_node *make_node(const struct rl_tree *tree, struct rl_inode *inode,
	struct rl_node *parent, const char *name, size_t len)
{
	struct rl_node *node = calloc(1, sizeof(*node) + len + 1);

	if (node == NULL)
		return NULL;
	node->parent = parent;
	node->inode = inode;
	node->layer = tree->layer;
	memcpy(node->name, name, len);
	return node;
}

int rl_tree_new(struct rl_tree **tree_ret)
{
	struct rl_tree *tree = calloc(1, sizeof(*tree));
	struct rl_inode *inode;

	if (tree == NULL)
		return -ENOMEM;
	inode = make_implied_inode();
	if (inode != NULL)
		tree->root = make_node(tree, inode, NULL, "", 0);
	if (tree->root == NULL || rl_name_table_init(&tree->names) != 0) {
		free(inode);
		free(tree->root);
		free(tree);
		return -ENOMEM;
	}
	tree->root->is_implied = true;
	tree->count = 1;
	*tree_ret = tree;
	return 0;
}

struct rl_node *rl_tree_root(const struct rl_tree *tree)
{
	return tree->root;
}

size_t rl_tree_count(const struct rl_tree *tree)
{
	return tree->count;
}

void rl_tree_set_layer(struct rl_tree *tree, uint32_t layer)
{
	tree->layer = layer;
}

struct rl_node *rl_tree_child(
	const struct rl_tree *tree, const struct rl_node *directory, const char *name, size_t len)
{
	return rl_name_table_find(&tree->names, directory, name, len);
}

struct rl_node *rl_tree_find(const struct rl_tree *tree, const char *path)
{
	struct rl_node *node = tree->root;

	while (node != NULL && *path != '\0') {
		size_t len = strcspn(path, "/");

		node = rl_tree_child(tree, node, path, len);
		path += len;
		if (*path == '/' && *++path == '\0')
			return NULL;
	}
	return node;
}

struct rl_node *rl_tree_next_behind(const struct rl_node *node)
{
	for (; node->parent != NULL; node = node->parent) {
		if (node->index + 1 < node->parent->count)
			return node->parent->children[node->index + 1];
	}
	return NULL;
}

struct rl_node *rl_tree_next(const struct rl_node *node)
{
	return node->count > 0 ? node->children[0] : rl_tree_next_behind(node);
}

/* Frees @node, which nothing else knows any more and in which there is nothing. */
static void free_node(struct rl_node *node)
{
	drop_inode(node->inode);
	free(node->children);
	free(node);
}

/* Takes all out that is below @top, from its last child on. Nobody looks names up in a tree that ends. */
static void empty(struct rl_tree *tree, struct rl_node *top, bool is_end)
{
	struct rl_node *node = top;

	for (;;) {
		struct rl_node *parent;

		while (node->count > 0)
			node = node->children[node->count - 1];
		if (node == top)
			break;
		parent = node->parent;
		if (!is_end)
			rl_name_table_take(&tree->names, node);
		parent->count--;
		tree->count--;
		free_node(node);
		node = parent;
	}
	free(rl_steal_ptr(&top->children));
	top->cap = 0;
}

void rl_tree_remove(struct rl_tree *tree, struct rl_node *node)
{
	struct rl_node *parent = node->parent, *last = parent->children[parent->count - 1];

	empty(tree, node, false);
	rl_name_table_take(&tree->names, node);
	parent->children[node->index] = last;
	last->index = node->index;
	parent->count--;
	tree->count--;
	free_node(node);
}

/* Makes a node in @parent, where nothing has this name, and takes over @inode; NULL: no memory. */
static struct rl_node *put_node(struct rl_tree *tree, struct rl_node *parent,
	struct rl_inode *inode, const char *name, size_t len)
{
	struct rl_node *node;

	if (parent->count == parent->cap) {
		uint32_t cap = parent->cap == 0 ? 4 : parent->cap * 2;
		struct rl_node **more = NULL;

		if (cap > parent->cap)
			more = reallocarray(parent->children, cap, sizeof(struct rl_node *));
		if (more == NULL)
			return NULL;
		parent->children = more;
		parent->cap = cap;
	}
	if (rl_name_table_reserve(&tree->names) != 0)
		return NULL;
	node = make_node(tree, inode, parent, name, len);
	if (node == NULL)
		return NULL;
	rl_name_table_put(&tree->names, node);
	node->index = parent->count;
	parent->children[parent->count++] = node;
	tree->count++;
	return node;
}

static bool is_component(const char *name, size_t len)
{
	return len > 0 && !(len == 1 && name[0] == '.') &&
	       !(len == 2 && name[0] == '.' && name[1] == '.');
}

static bool is_path(const char *path)
{
	if (*path == '\0')
		return true;
	for (;;) {
		size_t len = strcspn(path, "/");

		if (!is_component(path, len))
			return false;
		if (path[len] == '\0')
			return true;
		path += len + 1;
	}
}

/* The directory above what @path names, implied as far as it is not there; @name_ret: the component below. */
static int find_parent(
	struct rl_tree *tree, const char *path, struct rl_node **parent_ret, const char **name_ret)
{
	struct rl_node *node = tree->root;
	const char *slash;

	while ((slash = strchr(path, '/')) != NULL) {
		size_t len = (size_t)(slash - path);
		struct rl_node *child = rl_tree_child(tree, node, path, len);

		if (child == NULL) {
			struct rl_inode *inode = make_implied_inode();

			if (inode == NULL)
				return -ENOMEM;
			child = put_node(tree, node, inode, path, len);
			if (child == NULL) {
				drop_inode(inode);
				return -ENOMEM;
			}
			child->is_implied = true;
		}
		if (!S_ISDIR(child->inode->mode))
			return -ENOTDIR;
		node = child;
		path = slash + 1;
	}
	*parent_ret = node;
	*name_ret = path;
	return 0;
}

/* Makes @node a name of @inode, which is taken over, in the place of what it was. */
static void replace(struct rl_tree *tree, struct rl_node *node, struct rl_inode *inode)
{
	/* The inode may be one of a file below. */
	if (!S_ISDIR(inode->mode))
		empty(tree, node, false);
	drop_inode(node->inode);
	node->inode = inode;
	node->layer = tree->layer;
	node->is_implied = false;
}

/* Puts @inode, which is taken over, at @path. */
static int put_inode(
	struct rl_tree *tree, const char *path, struct rl_inode *inode, struct rl_node **node_ret)
{
	struct rl_node *node = tree->root, *parent = NULL;
	const char *name = path;
	int ret = 0;

	if (*path != '\0') {
		ret = find_parent(tree, path, &parent, &name);
		node = ret == 0 ? rl_tree_child(tree, parent, name, strlen(name)) : NULL;
	} else if (!S_ISDIR(inode->mode)) {
		ret = -ENOTDIR;
	}
	if (ret == 0 && node != NULL) {
		replace(tree, node, inode);
	} else if (ret == 0) {
		node = put_node(tree, parent, inode, name, strlen(name));
		ret = node != NULL ? 0 : -ENOMEM;
	}
	if (ret != 0)
		drop_inode(inode);
	else if (node_ret != NULL)
		*node_ret = node;
	return ret;
}

int rl_tree_add(struct rl_tree *tree, struct rl_entry *entry, const char *hardlink,
	struct rl_node **node_ret)
{
	struct rl_inode *inode;

	if (!is_path(entry->path) || (hardlink != NULL && !is_path(hardlink)))
		return -EINVAL;
	if (hardlink != NULL) {
		const struct rl_node *target = rl_tree_find(tree, hardlink);

		if (target == NULL)
			return -ENOENT;
		if (S_ISDIR(target->inode->mode))
			return -EINVAL;
		if (target->inode->links == UINT32_MAX)
			return -ENOMEM;
		inode = target->inode;
		inode->links++;
	} else {
		inode = make_inode(entry);
		if (inode == NULL)
			return -ENOMEM;
	}
	return put_inode(tree, entry->path, inode, node_ret);
}

void rl_tree_imply(struct rl_tree *tree, struct rl_node *directory)
{
	struct rl_inode *inode = directory->inode;

	(void)tree;
	free_extra(inode->extra);
	*inode = (struct rl_inode){
		.links = inode->links, .mode = S_IFDIR | 0755, .content = UINT64_MAX};
	directory->is_implied = true;
}

static int compare(const void *a, const void *b)
{
	return strcmp((*(struct rl_node *const *)a)->name, (*(struct rl_node *const *)b)->name);
}

void rl_tree_sort(struct rl_tree *tree)
{
	struct rl_node *node;
	uint32_t i;

	for (node = tree->root; node != NULL; node = rl_tree_next(node)) {
		if (node->count > 1)
			qsort(node->children, node->count, sizeof(struct rl_node *), compare);
		for (i = 0; i < node->count; i++)
			node->children[i]->index = i;
	}
}

char *rl_tree_path(const struct rl_node *node)
{
	const struct rl_node *at;
	size_t len = 0;
	char *path;

	for (at = node; at->parent != NULL; at = at->parent)
		len += strlen(at->name) + 1;
	path = malloc(len > 0 ? len : 1);
	if (path == NULL)
		return NULL;
	path[len > 0 ? len - 1 : 0] = '\0';
	for (at = node; at->parent != NULL; at = at->parent) {
		size_t size = strlen(at->name);

		len -= size + 1;
		memcpy(path + len, at->name, size);
		if (len > 0)
			path[len - 1] = '/';
	}
	return path;
}

static int copy_acl(const struct rl_acl *from, struct rl_acl *to)
{
	if (from->count == 0)
		return 0;
	to->entries = calloc(from->count, sizeof(*to->entries));
	if (to->entries == NULL)
		return -ENOMEM;
	memcpy(to->entries, from->entries, from->count * sizeof(*to->entries));
	to->count = from->count;
	return 0;
}

static int copy_extra(const struct rl_inode_extra *extra, struct rl_entry *entry)
{
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < extra->xattr_count; i++)
		ret = rl_entry_add_xattr(entry, extra->xattrs[i].name, extra->xattrs[i].value,
			extra->xattrs[i].size);
	if (ret == 0)
		ret = copy_acl(&extra->acl_access, &entry->acl_access);
	if (ret == 0)
		ret = copy_acl(&extra->acl_default, &entry->acl_default);
	if (ret != 0 || extra->label == NULL)
		return ret;
	entry->label_size = extra->label_size;
	entry->label = strdup(extra->label);
	return entry->label != NULL ? 0 : -ENOMEM;
}

int rl_tree_entry(const struct rl_node *node, struct rl_entry *entry)
{
	const struct rl_inode *inode = node->inode;
	const struct rl_node *at;
	const char *slash;
	int ret = 0;

	*entry = (struct rl_entry){.mode = inode->mode,
		.uid = inode->uid,
		.gid = inode->gid,
		.size = inode->size,
		.allocated = inode->size,
		.mtime = inode->mtime,
		.ctime = inode->mtime,
		/* An address is a number that nothing else has meanwhile. */
		.ino = (ino_t)(uintptr_t)inode,
		.nlink = inode->links,
		.rdev = inode->rdev,
		.is_loaded = true};
	entry->path = rl_tree_path(node);
	if (entry->path == NULL)
		return -ENOMEM;
	slash = strrchr(entry->path, '/');
	entry->name = slash != NULL ? slash + 1 : entry->path;
	for (at = node->parent; at != NULL && at->parent != NULL; at = at->parent)
		entry->depth++;
	if (inode->target != NULL) {
		entry->target = strdup(inode->target);
		ret = entry->target != NULL ? 0 : -ENOMEM;
	}
	if (ret == 0 && inode->extra != NULL)
		ret = copy_extra(inode->extra, entry);
	if (ret != 0)
		rl_entry_clear(entry);
	return ret;
}

void rl_tree_free(struct rl_tree *tree)
{
	if (tree == NULL)
		return;
	empty(tree, tree->root, true);
	free_node(tree->root);
	rl_name_table_free(&tree->names);
	free(tree);
}
