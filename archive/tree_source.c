/* SPDX-License-Identifier: MIT */
#include "archive/tree_source.h"

#include "scan/content.h"
#include "scan/source_ops.h"

/* Contents up to so many bytes are read at once. */
#define WHOLE_MAX ((size_t)64 << 10)

struct tree_source {
	struct rl_source source;
	/* Borrowed. */
	const struct rl_tree *tree;
	/* Borrowed; or NULL. */
	const struct rl_store *store;
	const struct rl_exception_sink *exceptions;
	/* What was given last; NULL: nothing yet. */
	const struct rl_node *node;
	/* It is at its end. */
	bool is_over;
	/* What is in it is not wanted. */
	bool is_left;
	/* Its entry. Owned. */
	struct rl_entry entry;
	/* A small content. */
	char whole[WHOLE_MAX];
	struct rl_reader reader;
};

static struct tree_source *tree_source_of(struct rl_source *source)
{
	return (struct tree_source *)source;
}

static int tree_next(struct rl_source *source, struct rl_entry **entry, struct rl_error *err)
{
	struct tree_source *from = tree_source_of(source);
	struct rl_inode *inode;

	if (from->is_over)
		return 0;
	if (from->node == NULL)
		from->node = rl_tree_root(from->tree);
	else
		from->node =
			from->is_left ? rl_tree_next_behind(from->node) : rl_tree_next(from->node);
	from->is_left = false;
	rl_entry_clear(&from->entry);
	from->is_over = from->node == NULL;
	if (from->is_over)
		return 0;
	if (rl_tree_entry(from->node, &from->entry) != 0)
		return rl_error_set(err, ENOMEM, "cannot go on walking");
	inode = from->node->inode;
	if (from->store != NULL && inode->content != UINT64_MAX)
		from->entry.allocated =
			rl_store_allocated(from->store, inode->content, inode->size);
	*entry = &from->entry;
	return 1;
}

static void tree_descend(struct rl_source *source, enum rl_descend how)
{
	/* There are no faults that could be told. */
	tree_source_of(source)->is_left = how == RL_DESCEND_NOT;
}

static int tree_load(struct rl_source *source, struct rl_entry *entry, struct rl_error *err)
{
	const struct tree_source *from = tree_source_of(source);
	const struct rl_node *node;
	struct rl_entry whole;

	if (entry->is_loaded)
		return 1;
	node = rl_tree_find(from->tree, entry->path);
	if (node == NULL)
		return 0;
	if (rl_tree_entry(node, &whole) != 0)
		return rl_error_set(err, ENOMEM, "cannot go on walking");
	rl_entry_move_metadata(&whole, entry);
	rl_entry_clear(&whole);
	return 1;
}

/* Opens what is not small, or has holes, or is not there. */
static int open_content(
	struct tree_source *from, struct rl_entry *entry, struct rl_content **content)
{
	const struct rl_inode *inode = from->node->inode;

	if (inode->size == 0)
		return rl_content_open_memory("", entry, content);
	if (from->store == NULL || inode->content == UINT64_MAX)
		return -ENODATA;
	if (inode->size <= WHOLE_MAX && entry->allocated >= inode->size) {
		int ret = rl_store_read(
			from->store, inode->content, from->whole, (size_t)inode->size, NULL);

		return ret == 0 ? rl_content_open_memory(from->whole, entry, content) : ret;
	}
	return rl_content_open_range(
		rl_store_fd(from->store), inode->content, entry, &from->reader, content);
}

static int tree_open(struct rl_source *source, struct rl_entry *entry, struct rl_content **content,
	struct rl_error *err)
{
	struct tree_source *from = tree_source_of(source);
	const struct rl_inode *inode = from->node->inode;
	int ret;

	entry->mode = inode->mode;
	entry->uid = inode->uid;
	entry->gid = inode->gid;
	entry->size = inode->size;
	entry->mtime = inode->mtime;
	entry->ctime = inode->mtime;
	ret = open_content(from, entry, content);
	if (ret == 0)
		return 1;
	if (ret == -ENOMEM)
		return rl_error_set(err, ENOMEM, "cannot go on walking");
	rl_exception_tell(from->exceptions, RL_EXC_UNREADABLE, entry->path, rl_errno_text(-ret));
	return 0;
}

static void tree_close(struct rl_source *source)
{
	struct tree_source *from = tree_source_of(source);

	rl_entry_clear(&from->entry);
	rl_reader_free(&from->reader);
	free(from);
}

static const struct rl_source_ops tree_ops = {
	.next = tree_next,
	.descend = tree_descend,
	.load = tree_load,
	.open = tree_open,
	.close = tree_close,
};

int rl_tree_source_new(const struct rl_tree *tree, const struct rl_store *store,
	const struct rl_exception_sink *exceptions, struct rl_source **source_ret,
	struct rl_error *err)
{
	struct tree_source *from = calloc(1, sizeof(*from));

	if (from == NULL)
		return rl_error_set(err, ENOMEM, "cannot go on walking");
	from->source.ops = &tree_ops;
	from->tree = tree;
	from->store = store;
	from->exceptions = exceptions;
	*source_ret = &from->source;
	return 0;
}

int rl_tree_read_file(const struct rl_tree *tree, const struct rl_store *store, const char *path,
	size_t max, struct rl_buf *text, struct rl_error *err)
{
	const struct rl_node *node = rl_tree_find(tree, path);
	const struct rl_inode *inode;
	int ret = 0;

	if (node == NULL || !S_ISREG(node->inode->mode))
		return 0;
	inode = node->inode;
	rl_buf_truncate(text, 0);
	if (inode->size > max)
		return rl_error_set(err, EFBIG, "cannot read '%s'", path);
	if (rl_buf_reserve(text, (size_t)inode->size + 1) != 0)
		return rl_error_set(err, ENOMEM, "cannot read '%s'", path);
	if (inode->size > 0 && (store == NULL || inode->content == UINT64_MAX))
		return rl_error_set(err, ENODATA, "cannot read '%s'", path);
	if (inode->size > 0)
		ret = rl_store_read(store, inode->content, text->data, (size_t)inode->size, err);
	if (ret != 0)
		return ret;
	text->len = (size_t)inode->size;
	text->data[text->len] = '\0';
	return 1;
}
