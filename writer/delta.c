/* SPDX-License-Identifier: MIT */
/*
 * The directories that the members lie in are a stack. One that is left gets whiteouts for what the tree has
 * in it and nobody has given.
 *
 * A file whose metadata are the same is hashed as it comes. Nothing of it has been written then; if it is
 * another one after all, it has to come once more. What was given last may be taken back and given again (a
 * file that changed meanwhile): what follows from a member is done when the next one begins.
 *
 * A set of names of one file that is left out has a claim on the inode in the tree. Another set with the same
 * inode is a file of its own today, and written. If a name has to be written that a set did not have, the whole
 * set is: that name carries the content, and those that were left out follow as hardlinks to it.
 */
#include "writer/delta.h"

#include "writer/compare.h"
#include "writer/delta_layer.h"
#include "writer/digest.h"
#include "writer/writer_ops.h"

#include <string.h>

/* What becomes of the member at hand. */
enum fate {
	/* It is passed on. */
	FATE_WRITTEN,
	/* The same, if its content is. */
	FATE_HASHED,
	/* It is in the tree as it is. */
	FATE_SAME,
	/* A further name of what is, with the same name in the tree. */
	FATE_SAME_LINK
};

/* What rl_inode::mark of the tree says, of what is no directory. */
enum mark {
	/* Nobody has a claim on it. */
	MARK_NONE,
	/* It is left out, and has no other name in the tree. */
	MARK_ALONE,
	/* And from here on: left out is the set of this number less MARK_SET. */
	MARK_SET
};

/* Names of one file that were left out. */
struct set {
	/* The names, the one given first first. Owned. */
	struct rl_node **names;
	size_t count;
};

/* A directory that the members lie in. */
struct directory {
	/* It in the tree; NULL: there is none. */
	struct rl_node *node;
	/* How much of the path of what is in it is its path. */
	size_t path_len;
	/* Something of it in the tree is needed. */
	bool is_relied_on;
};

struct delta {
	struct rl_writer writer;
	struct rl_delta_layer layer;
	struct rl_tree *tree;
	struct rl_delta_options options;
	struct rl_delta_facts facts;
	/* The tree is in order: it is complete once something comes. */
	bool is_sorted;
	/* The directories, ROOT first; owned. */
	struct directory *directories;
	size_t depth, directory_cap;
	/* Sets that were left out; owned. */
	struct set *sets;
	size_t set_count, set_cap;

	/* The member given last, or at hand; its path is owned. */
	char *path;
	enum fate fate;
	/* It in the tree, or NULL. */
	struct rl_node *node;
	/* It has been given in whole. */
	bool is_complete;
	/* It is to be passed on whatever the tree says, the next time it comes. */
	bool is_forced;
	/* It is a further name of this one, which was left out and has to be written with it; or NULL. */
	struct rl_node *again;
	/* Hashes its content; owned. */
	struct rl_digest *digest;
};

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot go on comparing");
}

/* Room for one more in an array of @count elements of @size bytes. */
static int make_room(void *array, size_t count, size_t *cap, size_t size)
{
	size_t more = *cap == 0 ? 16 : *cap * 2;
	void *moved;

	if (count < *cap)
		return 0;
	moved = reallocarray(*(void **)array, more, size);
	if (moved == NULL)
		return -ENOMEM;
	*(void **)array = moved;
	*cap = more;
	return 0;
}

static bool is_directory(const struct rl_node *node)
{
	return node != NULL && S_ISDIR(node->inode->mode);
}

/* Whether the names of the inode are left out, with a claim on it. */
static bool is_claimed(const struct rl_inode *inode)
{
	return !S_ISDIR(inode->mode) && inode->mark != MARK_NONE;
}

/* Leaves the innermost directory: what the tree has in it, and nobody has given, is gone. */
static int leave(struct delta *delta, struct rl_error *err)
{
	const struct directory *directory = &delta->directories[--delta->depth];
	struct rl_node *node = directory->node;
	uint32_t i, gone = 0;

	for (i = 0; node != NULL && i < node->count; i++)
		gone += !node->children[i]->is_seen;
	delta->facts.removed += gone;
	if (gone == 0)
		return 0;
	return rl_delta_layer_whiteouts(&delta->layer, node,
		gone > 1 && !directory->is_relied_on && node->parent != NULL, err);
}

static struct directory *innermost(const struct delta *delta)
{
	return &delta->directories[delta->depth - 1];
}

static int push(struct delta *delta, struct rl_node *node, size_t path_len, struct rl_error *err)
{
	if (make_room(&delta->directories, delta->depth, &delta->directory_cap,
		    sizeof(*delta->directories)) != 0)
		return no_memory(err);
	delta->directories[delta->depth++] = (struct directory){node, path_len, false};
	return 0;
}

/* What the innermost directory has by this name in the tree, or NULL. */
static struct rl_node *find(const struct delta *delta, const char *name, size_t len)
{
	const struct rl_node *above = innermost(delta)->node;

	return above != NULL ? rl_tree_child(delta->tree, above, name, len) : NULL;
}

/* Goes into the directory that is called so in the innermost one. */
static int go_into(struct delta *delta, struct rl_node *node, size_t path_len, struct rl_error *err)
{
	if (is_directory(node))
		innermost(delta)->is_relied_on = true;
	return push(delta, is_directory(node) ? node : NULL, path_len, err);
}

/* Whether @path lies in a directory that has the first @len bytes of it for a path. */
static bool lies_in(const struct delta *delta, const char *path, size_t len)
{
	return len == 0 || (strncmp(path, delta->path, len) == 0 && path[len] == '/');
}

/* Goes to the directory that @path lies in. Those that were not given are taken for the tree's. */
static int go_to(struct delta *delta, const char *path, struct rl_error *err)
{
	int ret = 0;

	while (ret == 0 && !lies_in(delta, path, innermost(delta)->path_len))
		ret = leave(delta, err);
	while (ret == 0) {
		size_t begin = innermost(delta)->path_len;
		const char *name = path + begin + (begin > 0);
		const char *slash = strchr(name, '/');
		struct rl_node *node;

		if (slash == NULL)
			break;
		node = find(delta, name, (size_t)(slash - name));
		if (node != NULL)
			node->is_seen = true;
		ret = go_into(delta, node, (size_t)(slash - path), err);
	}
	return ret;
}

static int add_name(struct set *set, struct rl_node *node)
{
	struct rl_node **names = reallocarray(set->names, set->count + 1, sizeof(struct rl_node *));

	if (names == NULL)
		return -ENOMEM;
	set->names = names;
	names[set->count++] = node;
	return 0;
}

/* The set that begins with @first and is left out; @alone is used for one that is not stored. */
static struct set *set_of(const struct delta *delta, struct rl_node **first, struct set *alone)
{
	struct rl_inode *inode = (*first)->inode;

	*alone = (struct set){first, 1};
	return inode->mark == MARK_ALONE ? alone : &delta->sets[inode->mark - MARK_SET];
}

/* The file is left out, and nobody else may rely on its inode in the tree. */
static int claim(struct delta *delta, struct rl_node *node, struct rl_error *err)
{
	struct rl_inode *inode = node->inode;

	delta->facts.unchanged++;
	if (S_ISDIR(inode->mode))
		return 0;
	innermost(delta)->is_relied_on = true;
	/* A further name of a symlink is one of its own. */
	if (S_ISLNK(inode->mode))
		return 0;
	inode->mark = MARK_ALONE;
	if (inode->links <= 1)
		return 0;
	if (make_room(&delta->sets, delta->set_count, &delta->set_cap, sizeof(*delta->sets)) != 0)
		return no_memory(err);
	delta->sets[delta->set_count] = (struct set){0};
	inode->mark = MARK_SET + delta->set_count++;
	return add_name(&delta->sets[delta->set_count - 1], node) == 0 ? 0 : no_memory(err);
}

/* The member at hand has the content of a set: its names that were left out follow as hardlinks. */
static int write_set(struct delta *delta, struct rl_node *first, struct rl_error *err)
{
	struct set alone;
	const struct set *set = set_of(delta, &first, &alone);
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < set->count; i++) {
		ret = rl_delta_layer_directory(&delta->layer, set->names[i]->parent, err);
		if (ret == 0)
			ret = rl_delta_layer_node(&delta->layer, set->names[i], delta->path, err);
		delta->facts.unchanged--;
	}
	first->inode->mark = MARK_NONE;
	return ret;
}

/* Another member comes: what follows from the last one is done. */
static int settle(struct delta *delta, struct rl_error *err)
{
	int ret = 0;

	if (!delta->is_sorted)
		rl_tree_sort(delta->tree);
	delta->is_sorted = true;
	if (!delta->is_complete && delta->node != NULL)
		delta->node->is_seen = false;
	else if (delta->is_complete && delta->fate == FATE_SAME)
		ret = claim(delta, delta->node, err);
	if (ret == 0 && delta->is_complete && delta->again != NULL)
		ret = write_set(delta, delta->again, err);
	delta->is_forced = false;
	delta->again = NULL;
	return ret;
}

/* Finds the place of the member at @path. */
static int go(struct delta *delta, const char *path, struct rl_error *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	int ret;

	if (delta->path != NULL && strcmp(delta->path, path) == 0) {
		/* It is given once more: what was written with it has been taken back. */
		rl_delta_layer_take_back(&delta->layer);
	} else {
		ret = settle(delta, err);
		if (ret == 0)
			ret = go_to(delta, path, err);
		if (ret != 0)
			return ret;
		rl_delta_layer_keep(&delta->layer);
		free(delta->path);
		delta->path = strdup(path);
		if (delta->path == NULL)
			return no_memory(err);
		delta->node = find(delta, name, strlen(name));
	}
	delta->is_complete = false;
	if (delta->node != NULL)
		delta->node->is_seen = true;
	return 0;
}

/* Passes the member on, with the directories above it. */
static int pass(struct delta *delta, const struct rl_member *member, struct rl_error *err)
{
	struct rl_node *above = innermost(delta)->node;
	int ret = above != NULL ? rl_delta_layer_directory(&delta->layer, above, err) : 0;

	delta->fate = FATE_WRITTEN;
	return ret == 0 ? rl_writer_begin(delta->layer.inner, member, err) : ret;
}

/* The member has to be given once more, and is not there if that does not happen. */
static int ask_again(struct delta *delta)
{
	delta->is_forced = true;
	return -EAGAIN;
}

/* A further name of a file. */
static int begin_link(struct delta *delta, const struct rl_member *member, struct rl_error *err)
{
	struct rl_node *first = rl_tree_find(delta->tree, member->hardlink), *node = delta->node;
	struct set alone, *set;

	if (first == NULL || !is_claimed(first->inode))
		return pass(delta, member, err);
	set = set_of(delta, &first, &alone);
	/* It has been written: the claim is another one's. */
	if (set->names[0] != first)
		return pass(delta, member, err);
	if (node == NULL || node->inode != first->inode || set == &alone) {
		delta->again = first;
		return ask_again(delta);
	}
	if (add_name(set, node) != 0)
		return no_memory(err);
	innermost(delta)->is_relied_on = true;
	delta->facts.unchanged++;
	delta->fate = FATE_SAME_LINK;
	return 0;
}

/* What becomes of a member that is no further name. */
static enum fate judge(const struct delta *delta, const struct rl_entry *entry)
{
	const struct rl_node *node = delta->node;

	if (delta->is_forced || node == NULL || is_claimed(node->inode) ||
		!rl_compare_metadata(entry, node, delta->options.mtime_ns))
		return FATE_WRITTEN;
	if (!S_ISREG(entry->mode) || entry->size == 0)
		return FATE_SAME;
	return node->inode->has_digest ? FATE_HASHED : FATE_WRITTEN;
}

/* A directory becomes the innermost one. */
static int begin_directory(
	struct delta *delta, const struct rl_member *member, struct rl_error *err)
{
	struct rl_node *node = delta->node;
	int ret = 0;

	if (delta->fate == FATE_WRITTEN)
		ret = pass(delta, member, err);
	if (ret == 0 && delta->fate == FATE_WRITTEN && is_directory(node))
		ret = rl_delta_layer_note(&delta->layer, node->inode, err);
	return ret == 0 ? go_into(delta, node, strlen(delta->path), err) : ret;
}

static int delta_prepare(struct rl_writer *writer, const char *path, struct rl_error *err)
{
	return go((struct delta *)writer, path, err);
}

static int delta_begin(
	struct rl_writer *writer, const struct rl_member *member, struct rl_error *err)
{
	struct delta *delta = (struct delta *)writer;
	const struct rl_entry *entry = member->entry;
	int ret = go(delta, entry->path, err);

	if (ret != 0)
		return ret;
	if (member->hardlink != NULL)
		return begin_link(delta, member, err);
	delta->fate = judge(delta, entry);
	if (S_ISDIR(entry->mode))
		return begin_directory(delta, member, err);
	if (delta->fate == FATE_WRITTEN)
		return pass(delta, member, err);
	if (delta->fate == FATE_HASHED && rl_digest_restart(delta->digest) != 0)
		return rl_error_set(err, EIO, "cannot make a digest");
	return 0;
}

static int delta_data(struct rl_writer *writer, const void *data, size_t size, struct rl_error *err)
{
	struct delta *delta = (struct delta *)writer;

	if (delta->fate == FATE_WRITTEN)
		return rl_writer_data(delta->layer.inner, data, size, err);
	if (delta->fate == FATE_HASHED)
		rl_digest_add(delta->digest, data, size);
	return 0;
}

static int delta_hole(struct rl_writer *writer, uint64_t size, struct rl_error *err)
{
	static const char zeros[64 << 10];
	struct delta *delta = (struct delta *)writer;

	if (delta->fate == FATE_WRITTEN)
		return rl_writer_hole(delta->layer.inner, size, err);
	while (delta->fate == FATE_HASHED && size > 0) {
		size_t piece = size < sizeof(zeros) ? (size_t)size : sizeof(zeros);

		rl_digest_add(delta->digest, zeros, piece);
		size -= piece;
	}
	return 0;
}

static ssize_t delta_move(
	struct rl_writer *writer, int fd, uint64_t offset, uint64_t size, struct rl_error *err)
{
	struct delta *delta = (struct delta *)writer;

	if (delta->fate != FATE_WRITTEN)
		return -EOPNOTSUPP;
	return rl_writer_move(delta->layer.inner, fd, offset, size, err);
}

static int64_t delta_share(
	struct rl_writer *writer, int fd, uint64_t offset, uint64_t size, struct rl_error *err)
{
	struct delta *delta = (struct delta *)writer;

	if (delta->fate != FATE_WRITTEN)
		return -EOPNOTSUPP;
	return rl_writer_share(delta->layer.inner, fd, offset, size, err);
}

/* Whether the content that has come is that of the tree, as 1 or 0, or a negative errno. */
static int check_content(struct delta *delta, struct rl_error *err)
{
	unsigned char digest[RL_DIGEST_BYTES];
	int ret = rl_digest_finish_bytes(delta->digest, digest);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot make a digest");
	return memcmp(digest, delta->node->inode->digest, sizeof(digest)) == 0;
}

static int delta_end(struct rl_writer *writer, struct rl_error *err)
{
	struct delta *delta = (struct delta *)writer;
	int ret;

	if (delta->fate == FATE_HASHED) {
		ret = check_content(delta, err);
		if (ret < 0)
			return ret;
		if (ret == 0)
			return ask_again(delta);
		delta->fate = FATE_SAME;
	} else if (delta->fate == FATE_WRITTEN) {
		ret = rl_writer_end(delta->layer.inner, err);
		if (ret != 0)
			return ret;
	}
	delta->is_complete = true;
	return 0;
}

static int delta_knows(struct rl_writer *writer, const struct rl_entry *entry,
	const unsigned char **digest_ret, struct rl_error *err)
{
	struct delta *delta = (struct delta *)writer;
	int ret = S_ISREG(entry->mode) ? go(delta, entry->path, err) : 0;
	const struct rl_inode *inode;

	if (ret != 0 || !S_ISREG(entry->mode) || delta->node == NULL || delta->is_forced)
		return ret;
	inode = delta->node->inode;
	if (!inode->has_digest || is_claimed(inode) || !rl_compare_identity(entry, inode) ||
		!rl_compare_metadata(entry, delta->node, delta->options.mtime_ns))
		return 0;
	delta->fate = FATE_SAME;
	delta->is_complete = true;
	delta->facts.known++;
	if (digest_ret != NULL)
		*digest_ret = inode->digest;
	return 1;
}

static int delta_finish(struct rl_writer *writer, struct rl_error *err)
{
	struct delta *delta = (struct delta *)writer;
	int ret = settle(delta, err);

	while (ret == 0 && delta->depth > 0)
		ret = leave(delta, err);
	return ret == 0 ? rl_writer_finish(delta->layer.inner, err) : ret;
}

static void delta_abort(struct rl_writer *writer)
{
	rl_writer_abort(((struct delta *)writer)->layer.inner);
}

static void delta_free(struct rl_writer *writer)
{
	struct delta *delta = (struct delta *)writer;
	size_t i;

	rl_delta_layer_free(&delta->layer);
	rl_digest_free(delta->digest);
	for (i = 0; i < delta->set_count; i++)
		free(delta->sets[i].names);
	free(delta->sets);
	free(delta->directories);
	free(delta->path);
	free(delta);
}

static const struct rl_writer_ops delta_ops = {
	.prepare = delta_prepare,
	.knows = delta_knows,
	.begin = delta_begin,
	.data = delta_data,
	.move = delta_move,
	.share = delta_share,
	.hole = delta_hole,
	.end = delta_end,
	.finish = delta_finish,
	.abort = delta_abort,
	.free = delta_free,
};

int rl_delta_new(struct rl_writer *inner, struct rl_tree *tree,
	const struct rl_delta_options *options, struct rl_writer **writer_ret, struct rl_error *err)
{
	struct delta *delta = calloc(1, sizeof(*delta));

	if (delta == NULL) {
		rl_writer_free(inner);
		return no_memory(err);
	}
	delta->writer.ops = &delta_ops;
	delta->layer.inner = inner;
	delta->tree = tree;
	delta->options = *options;
	if (rl_digest_new(&delta->digest) != 0 || push(delta, rl_tree_root(tree), 0, NULL) != 0) {
		delta_free(&delta->writer);
		return no_memory(err);
	}
	*writer_ret = &delta->writer;
	return 0;
}

void rl_delta_facts(const struct rl_writer *writer, struct rl_delta_facts *facts)
{
	*facts = ((const struct delta *)writer)->facts;
}
