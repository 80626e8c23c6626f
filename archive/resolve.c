/* SPDX-License-Identifier: MIT */
#include "archive/resolve.h"

#include <limits.h>
#include <string.h>

/* As many as the kernel follows (path_resolution(7)). */
#define LINKS_MAX 40

/* Where a walk has come to. */
struct lookup {
	const struct rl_tree *tree;
	/* What is there; NULL: nothing, nor below it. */
	const struct rl_node *node;
	/* Its path. */
	struct rl_buf *real;
	unsigned int links;
};

static void go_up(struct lookup *lookup)
{
	size_t len = lookup->real->len;

	while (len > 0 && lookup->real->data[len - 1] != '/')
		len--;
	rl_buf_truncate(lookup->real, len > 0 ? len - 1 : 0);
	lookup->node = rl_tree_find(lookup->tree, len > 0 ? lookup->real->data : "");
}

static int go_down(struct lookup *lookup, const char *name, size_t len)
{
	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	if (lookup->real->len > 0 && rl_buf_append_str(lookup->real, "/") != 0)
		return -ENOMEM;
	if (rl_buf_append(lookup->real, name, len) != 0 || rl_buf_append_str(lookup->real, "") != 0)
		return -ENOMEM;
	if (lookup->node != NULL)
		lookup->node = rl_tree_child(lookup->tree, lookup->node, name, len);
	return lookup->real->len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int follow(struct lookup *lookup, const char *path, bool is_last_followed);

/* Goes on behind the symlink that the walk has come to. */
static int follow_link(struct lookup *lookup)
{
	const char *target = lookup->node->inode->target;

	if (++lookup->links > LINKS_MAX)
		return -ELOOP;
	go_up(lookup);
	if (*target == '/') {
		rl_buf_truncate(lookup->real, 0);
		lookup->node = rl_tree_root(lookup->tree);
	}
	/* As deep as there may be symlinks. */
	return follow(lookup, target, true);
}

static int follow(struct lookup *lookup, const char *path, bool is_last_followed)
{
	int ret = 0;

	while (ret == 0 && *path != '\0') {
		size_t len = strcspn(path, "/");
		const char *rest = path + len + strspn(path + len, "/");

		if (len == 2 && memcmp(path, "..", 2) == 0)
			go_up(lookup);
		else if (len > 1 || (len == 1 && *path != '.'))
			ret = go_down(lookup, path, len);
		if (ret == 0 && lookup->node != NULL && lookup->node->inode->target != NULL &&
			(*rest != '\0' || is_last_followed))
			ret = follow_link(lookup);
		path = rest;
	}
	return ret;
}

/* Whether a component of @path but the last is a symlink. */
static bool has_links(const struct rl_tree *tree, const char *path)
{
	const struct rl_node *node = rl_tree_root(tree);
	const char *slash;

	while ((slash = strchr(path, '/')) != NULL) {
		node = rl_tree_child(tree, node, path, (size_t)(slash - path));
		if (node == NULL)
			return false;
		if (node->inode->target != NULL)
			return true;
		path = slash + 1;
	}
	return false;
}

const char *rl_tree_resolve(const struct rl_tree *tree, const char *path, struct rl_buf *buf)
{
	struct lookup lookup = {.tree = tree, .node = rl_tree_root(tree), .real = buf};
	int ret;

	if (!has_links(tree, path))
		return path;
	rl_buf_truncate(buf, 0);
	ret = follow(&lookup, path, false);
	errno = -ret;
	if (ret != 0)
		return NULL;
	return buf->len > 0 ? buf->data : "";
}
