/* SPDX-License-Identifier: MIT */
#include "archive/acl_names.h"

#include "archive/acl_xattr.h"
#include "archive/resolve.h"
#include "archive/tree_source.h"
#include "scan/accounts.h"

/* Larger files are not looked at. */
#define TEXT_MAX ((size_t)16 << 20)

int rl_acl_names_take(
	struct rl_acl_names *names, struct rl_tar_member *member, struct rl_inode *inode)
{
	struct rl_acl_names_of *more = names->inodes;

	if (member->name_count == 0)
		return 0;
	/* It doubles whenever the count is a power of two. */
	if ((names->count & (names->count - 1)) == 0)
		more = reallocarray(more, names->count == 0 ? 1 : names->count * 2, sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	names->inodes = more;
	more[names->count].names = rl_steal_ptr(&member->names);
	more[names->count++].count = member->name_count;
	member->name_count = 0;
	inode->mark = names->count;
	return 0;
}

static int read_accounts(
	const struct rl_tree *tree, const struct rl_store *store, struct rl_accounts *accounts)
{
	static const char *const paths[] = {"etc/passwd", "etc/group"};
	struct rl_buf text = {0}, real = {0};
	int i, ret = 0;

	for (i = 0; ret == 0 && i < 2; i++) {
		const char *path = rl_tree_resolve(tree, paths[i], &real);

		/* What cannot be read, names nobody. */
		if (path != NULL &&
			rl_tree_read_file(tree, store, path, TEXT_MAX, &text, NULL) == 1)
			ret = rl_accounts_add(accounts, text.data, i == 1);
	}
	rl_buf_free(&text);
	rl_buf_free(&real);
	return ret;
}

/* Puts an entry into an ACL. Returns 1; 0 if it has one of that id, or has gone; or -ENOMEM. */
static int add_entry(struct rl_acl *acl, const struct rl_acl_entry *entry)
{
	struct rl_acl_entry *more;
	size_t i;

	for (i = 0; i < acl->count; i++) {
		if (acl->entries[i].tag == entry->tag && acl->entries[i].id == entry->id)
			return 0;
	}
	if (acl->count == 0)
		return 0;
	more = reallocarray(acl->entries, acl->count + 1, sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	acl->entries = more;
	more[acl->count++] = *entry;
	(void)rl_acl_settle(acl);
	return 1;
}

static int tell(const struct rl_node *node, const struct rl_tar_acl_name *name,
	const struct rl_exception_sink *exceptions)
{
	RL_AUTO_FREE char *path = rl_tree_path(node);
	char detail[320];

	if (path == NULL)
		return -ENOMEM;
	(void)snprintf(detail, sizeof(detail), "ACL entry of %s '%s', whose number is not known",
		name->tag == RL_ACL_USER ? "user" : "group", name->name);
	rl_exception_tell(exceptions, RL_EXC_METADATA, path, detail);
	return 0;
}

/* Gives the inode of @node what it lacks. */
static int settle(const struct rl_node *node, const struct rl_acl_names_of *lacking,
	const struct rl_accounts *accounts, const struct rl_exception_sink *exceptions)
{
	struct rl_inode_extra *extra = node->inode->extra;
	size_t i;
	int ret = 0;

	for (i = 0; ret >= 0 && i < lacking->count; i++) {
		const struct rl_tar_acl_name *name = &lacking->names[i];
		struct rl_acl_entry entry = {.tag = name->tag, .perm = name->perm};
		bool is_found = name->tag == RL_ACL_USER
					? rl_accounts_user(accounts, name->name, &entry.id)
					: rl_accounts_group(accounts, name->name, &entry.id);

		ret = 0;
		if (is_found && extra != NULL)
			ret = add_entry(name->is_default ? &extra->acl_default : &extra->acl_access,
				&entry);
		if (ret == 0)
			ret = tell(node, name, exceptions);
	}
	return ret < 0 ? ret : 0;
}

int rl_acl_names_settle(struct rl_acl_names *names, const struct rl_tree *tree,
	const struct rl_store *store, const struct rl_exception_sink *exceptions)
{
	struct rl_accounts accounts = {0};
	const struct rl_node *node;
	int ret = 0;

	if (names->count == 0)
		return 0;
	if (store != NULL)
		ret = read_accounts(tree, store, &accounts);
	for (node = rl_tree_root(tree); ret == 0 && node != NULL; node = rl_tree_next(node)) {
		if (node->inode->mark == 0)
			continue;
		ret = settle(node, &names->inodes[node->inode->mark - 1], &accounts, exceptions);
		node->inode->mark = 0;
	}
	rl_accounts_free(&accounts);
	return ret;
}

void rl_acl_names_free(struct rl_acl_names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		rl_tar_acl_names_free(names->inodes[i].names, names->inodes[i].count);
	free(names->inodes);
	*names = (struct rl_acl_names){0};
}
