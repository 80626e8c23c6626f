/* SPDX-License-Identifier: MIT */
/*
 * A whiteout takes out what lower layers have, but not what its own layer brings (layer.md, "Whiteouts"): that
 * is told apart by the number of the layer that each node has. So the order of members does not matter.
 */
#include "archive/apply.h"

#include "archive/acl_names.h"
#include "archive/resolve.h"
#include "archive/tar_reader.h"
#include "writer/digest.h"

#include <assert.h>
#include <string.h>

#define WHITEOUT ".wh."
#define OPAQUE ".wh..wh..opq"
/* Of a union file system that is not in use any more (aufs). */
#define WHITEOUT_META ".wh..wh."
/* How many bytes attributes and targets of symlinks may come to in an archive. */
#define METADATA_MAX ((uint64_t)1 << 30)

static_assert(RL_TREE_DIGEST_SIZE == RL_DIGEST_BYTES, "SHA-256 has one size");

struct apply {
	struct rl_tree *tree;
	const struct rl_apply_options *options;
	const struct rl_exception_sink *exceptions;
	struct rl_tar_reader *reader;
	/* NULL: none are wanted. */
	struct rl_digest *digest;
	struct rl_buf path, link_path;
	struct rl_acl_names names;
	/* How much more there may be. */
	uint64_t members_left, content_left, metadata_left;
	uint64_t members_max;
};

/* Content that is not there. */
static const char zeros[64 << 10];

/* A node that a whiteout is about: it goes if it is of a lower layer, and nothing of this one is below it. */
static void hide_node(struct apply *apply, struct rl_node *node)
{
	if (node->layer >= apply->options->layer)
		return;
	if (node->count == 0) {
		rl_tree_remove(apply->tree, node);
		return;
	}
	rl_tree_imply(apply->tree, node);
	node->layer = apply->options->layer;
}

/* Takes out what lower layers have below @top: what is in a directory before that, from its end on. */
static void hide_below(struct apply *apply, struct rl_node *top)
{
	struct rl_node *node = top;
	uint32_t i = top->count;

	for (;;) {
		while (i > 0 && node->children[i - 1]->count > 0) {
			node = node->children[i - 1];
			i = node->count;
		}
		if (i > 0) {
			/* The last child may take its place: that has been looked at. */
			hide_node(apply, node->children[--i]);
			continue;
		}
		if (node == top)
			return;
		i = node->index;
		node = node->parent;
		hide_node(apply, node->children[i]);
	}
}

/* How long the directory part of @path is. */
static size_t directory_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (size_t)(slash - path) : 0;
}

/* What a member of a layer is by its name. */
enum special { NOTHING_SPECIAL, IS_WHITEOUT, IS_OPAQUE, IS_IGNORED };

static enum special what_special(const struct apply *apply, const char *path)
{
	const char *name;

	if (!apply->options->is_layer)
		return NOTHING_SPECIAL;
	name = path + directory_len(path);
	name += *name == '/';
	if (strcmp(name, OPAQUE) == 0)
		return IS_OPAQUE;
	for (;;) {
		if (strncmp(path, WHITEOUT_META, sizeof(WHITEOUT_META) - 1) == 0)
			return IS_IGNORED;
		path = strchr(path, '/');
		if (path == NULL)
			break;
		path++;
	}
	return strncmp(name, WHITEOUT, sizeof(WHITEOUT) - 1) == 0 ? IS_WHITEOUT : NOTHING_SPECIAL;
}

static int fail_path(const char *path, struct rl_error *err)
{
	return rl_error_set(err, errno, "cannot take member '%s'", path);
}

static int apply_whiteout(
	struct apply *apply, const char *member, enum special special, struct rl_error *err)
{
	const char *path = rl_tree_resolve(apply->tree, member, &apply->path), *name;
	RL_AUTO_FREE char *directory = NULL;
	struct rl_node *node;

	if (path == NULL)
		return fail_path(member, err);
	directory = strndup(path, directory_len(path));
	if (directory == NULL)
		return rl_error_set(err, ENOMEM, "cannot take member '%s'", member);
	name = path + strlen(directory);
	name += *name == '/';
	if (special == IS_WHITEOUT) {
		name += sizeof(WHITEOUT) - 1;
		if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			return rl_error_text(
				err, EINVAL, "whiteout '%s' is of nothing that can be", member);
	}
	node = rl_tree_find(apply->tree, directory);
	if (node != NULL && special == IS_WHITEOUT)
		node = rl_tree_child(apply->tree, node, name, strlen(name));
	if (node == NULL)
		return 0;
	hide_below(apply, node);
	if (special == IS_WHITEOUT)
		hide_node(apply, node);
	return 0;
}

static int take_hole(struct apply *apply, uint64_t size, struct rl_error *err)
{
	bool is_skipped = size >= RL_STORE_ALIGNMENT && apply->options->store != NULL;
	int ret = is_skipped ? rl_store_skip(apply->options->store, size, err) : 0;

	while (ret == 0 && size > 0) {
		size_t piece = size < sizeof(zeros) ? (size_t)size : sizeof(zeros);

		if (apply->digest != NULL)
			rl_digest_add(apply->digest, zeros, piece);
		if (!is_skipped && apply->options->store != NULL)
			ret = rl_store_append(apply->options->store, zeros, piece, err);
		size -= piece;
	}
	return ret;
}

static int take_pieces(struct apply *apply, uint64_t size, struct rl_error *err)
{
	uint64_t at = 0, offset;
	const void *data;
	size_t len;
	int ret;

	while ((ret = rl_tar_reader_data(apply->reader, &data, &len, &offset, err)) == 1) {
		ret = take_hole(apply, offset - at, err);
		if (ret == 0 && apply->options->store != NULL)
			ret = rl_store_append(apply->options->store, data, len, err);
		if (ret != 0)
			return ret;
		if (apply->digest != NULL)
			rl_digest_add(apply->digest, data, len);
		at = offset + len;
	}
	return ret == 0 ? take_hole(apply, size - at, err) : ret;
}

/* Takes the content of the regular file that @member is. */
static int take_content(struct apply *apply, const struct rl_tar_member *member,
	struct rl_inode *inode, struct rl_error *err)
{
	int ret = 0;

	if (inode->size > apply->content_left)
		return rl_error_text(err, EFBIG, "the files have more than %llu bytes of content",
			(unsigned long long)(apply->options->content_max > 0
						     ? apply->options->content_max
						     : RL_APPLY_CONTENT_MAX));
	apply->content_left -= inode->size;
	if (apply->options->store != NULL)
		inode->content =
			rl_store_begin(apply->options->store, inode->size, member->is_sparse);
	if (apply->options->store == NULL && apply->digest == NULL)
		return 0;
	if (apply->digest != NULL && rl_digest_restart(apply->digest) != 0)
		return rl_error_set(err, EIO, "cannot take a SHA-256");
	ret = take_pieces(apply, inode->size, err);
	if (ret != 0 || apply->digest == NULL)
		return ret;
	if (rl_digest_finish_bytes(apply->digest, inode->digest) != 0)
		return rl_error_set(err, EIO, "cannot take a SHA-256");
	inode->has_digest = true;
	return 0;
}

/* Whether the member can be kept; if not, that has been told. */
static bool can_keep(const struct apply *apply, const struct rl_entry *entry)
{
	if (entry->is_immutable)
		rl_exception_tell(apply->exceptions, RL_EXC_INODE_FLAG, entry->path, NULL);
	if (S_ISSOCK(entry->mode))
		rl_exception_tell(apply->exceptions, RL_EXC_SOCKET, entry->path, NULL);
	else if ((entry->mode & S_IFMT) == 0)
		rl_exception_tell(apply->exceptions, RL_EXC_UNREADABLE, entry->path,
			"a type that tar programs do not know");
	else
		return true;
	return false;
}

static int count_metadata(
	struct apply *apply, const struct rl_tar_member *member, struct rl_error *err)
{
	const struct rl_entry *entry = &member->entry;
	uint64_t size = entry->target != NULL ? strlen(entry->target) : 0;
	size_t i;

	for (i = 0; i < entry->xattr_count; i++)
		size += strlen(entry->xattrs[i].name) + entry->xattrs[i].size;
	size += (entry->acl_access.count + entry->acl_default.count) * sizeof(struct rl_acl_entry);
	for (i = 0; i < member->name_count; i++)
		size += sizeof(*member->names) + strlen(member->names[i].name);
	size += entry->label_size;
	if (size > apply->metadata_left)
		return rl_error_text(err, EFBIG,
			"the files have more than %llu bytes of attributes",
			(unsigned long long)METADATA_MAX);
	apply->metadata_left -= size;
	return 0;
}

/* Why rl_tree_add() has refused @member. */
static int fail_add(int ret, const struct rl_tar_member *member, struct rl_error *err)
{
	const char *path = member->entry.path, *hardlink = member->hardlink;

	if (ret == -ENOENT)
		return rl_error_text(err, EINVAL,
			"member '%s' is a hardlink to '%s', which is not there", path, hardlink);
	if (ret == -EINVAL && hardlink != NULL)
		return rl_error_text(err, EINVAL,
			"member '%s' is a hardlink to '%s', which is a directory", path, hardlink);
	if (ret == -ENOTDIR && *path == '\0')
		return rl_error_text(err, EINVAL, "the root itself is no directory in it");
	if (ret == -ENOTDIR)
		return rl_error_text(
			err, ENOTDIR, "member '%s' lies below what is no directory", path);
	return rl_error_set(err, -ret, "cannot take member '%s'", path);
}

static int add_member(struct apply *apply, struct rl_tar_member *member, struct rl_error *err)
{
	struct rl_entry *entry = &member->entry;
	const char *path = rl_tree_resolve(apply->tree, entry->path, &apply->path);
	const char *hardlink = NULL;
	struct rl_node *node;
	int ret;

	if (path == NULL)
		return fail_path(entry->path, err);
	if (path != entry->path && rl_entry_set_path(entry, path) != 0)
		return rl_error_set(err, ENOMEM, "cannot take member '%s'", path);
	if (member->hardlink != NULL) {
		hardlink = rl_tree_resolve(apply->tree, member->hardlink, &apply->link_path);
		if (hardlink == NULL)
			return fail_path(entry->path, err);
	} else if (!can_keep(apply, entry)) {
		return 0;
	}
	ret = count_metadata(apply, member, err);
	if (ret != 0)
		return ret;
	ret = rl_tree_add(apply->tree, entry, hardlink, &node);
	if (ret != 0)
		return fail_add(ret, member, err);
	if (hardlink == NULL && rl_acl_names_take(&apply->names, member, node->inode) != 0)
		return rl_error_set(err, ENOMEM, "cannot take member '%s'", path);
	if (hardlink == NULL && S_ISREG(node->inode->mode))
		return take_content(apply, member, node->inode, err);
	return 0;
}

static int take_member(struct apply *apply, struct rl_tar_member *member, struct rl_error *err)
{
	enum special special = what_special(apply, member->entry.path);

	/* Directories that are implied are files too, and may be many for each member. */
	if (apply->members_left-- == 0 || rl_tree_count(apply->tree) > apply->members_max)
		return rl_error_text(err, EFBIG, "it has more than %llu files",
			(unsigned long long)apply->members_max);
	if (special == IS_IGNORED)
		return 0;
	if (special != NOTHING_SPECIAL)
		return apply_whiteout(apply, member->entry.path, special, err);
	return add_member(apply, member, err);
}

static int take_all(struct apply *apply, struct rl_error *err)
{
	struct rl_tar_member *member;
	int ret;

	while ((ret = rl_tar_reader_next(apply->reader, &member, err)) == 1) {
		ret = take_member(apply, member, err);
		if (ret != 0)
			return ret;
	}
	if (ret == 0 && apply->options->store != NULL)
		ret = rl_store_flush(apply->options->store, err);
	if (ret == 0 && rl_acl_names_settle(&apply->names, apply->tree, apply->options->store,
				apply->exceptions) != 0)
		ret = rl_error_set(err, ENOMEM, "cannot read the archive");
	return ret;
}

int rl_tree_apply(struct rl_tree *tree, struct rl_stream *stream,
	const struct rl_apply_options *options, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	struct apply apply = {.tree = tree,
		.options = options,
		.exceptions = exceptions,
		.members_max =
			options->members_max > 0 ? options->members_max : RL_APPLY_MEMBERS_MAX,
		.content_left =
			options->content_max > 0 ? options->content_max : RL_APPLY_CONTENT_MAX,
		.metadata_left = METADATA_MAX};
	enum rl_tar_reader_flags flags =
		(options->has_filters ? RL_TAR_READER_FILTERS : RL_TAR_READER_PLAIN) |
		(options->is_layer ? RL_TAR_READER_EMPTY : RL_TAR_READER_PLAIN);
	int ret = 0;

	apply.members_left = apply.members_max;
	rl_tree_set_layer(tree, options->layer);
	if (options->digests && rl_digest_new(&apply.digest) != 0)
		return rl_error_set(err, ENOMEM, "cannot read the archive");
	ret = rl_tar_reader_new(stream, flags, exceptions, &apply.reader, err);
	if (ret == 0)
		ret = take_all(&apply, err);
	rl_tar_reader_free(apply.reader);
	rl_digest_free(apply.digest);
	rl_buf_free(&apply.path);
	rl_buf_free(&apply.link_path);
	rl_acl_names_free(&apply.names);
	return ret;
}
