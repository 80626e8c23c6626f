/* SPDX-License-Identifier: MIT */
#include "writer/compare.h"

#include <string.h>

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* An ACL with nobody in it beside those of the mode (acl(5), "minimal") says no more than that. */
static size_t acl_count(const struct rl_acl *acl)
{
	size_t i;

	for (i = 0; i < acl->count; i++) {
		if ((acl->entries[i].tag & (RL_ACL_USER | RL_ACL_GROUP | RL_ACL_MASK)) != 0)
			return acl->count;
	}
	return 0;
}

static bool same_acl(const struct rl_acl *a, size_t a_count, const struct rl_acl *b, size_t b_count)
{
	size_t i;

	if (a_count != b_count)
		return false;
	for (i = 0; i < a_count; i++) {
		const struct rl_acl_entry *one = &a->entries[i], *other = &b->entries[i];

		if (one->tag != other->tag || one->perm != other->perm || one->id != other->id)
			return false;
	}
	return true;
}

static bool same_xattrs(const struct rl_entry *entry, const struct rl_inode_extra *extra)
{
	size_t i;

	if (entry->xattr_count != extra->xattr_count)
		return false;
	for (i = 0; i < entry->xattr_count; i++) {
		const struct rl_xattr *one = &entry->xattrs[i], *other = &extra->xattrs[i];

		if (one->size != other->size || strcmp(one->name, other->name) != 0 ||
			memcmp(one->value, other->value, one->size) != 0)
			return false;
	}
	return true;
}

static bool same_label(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_extra(const struct rl_entry *entry, const struct rl_inode *inode)
{
	static const struct rl_inode_extra none;
	const struct rl_inode_extra *extra = inode->extra != NULL ? inode->extra : &none;

	return same_xattrs(entry, extra) && same_label(entry->label, extra->label) &&
	       same_acl(&entry->acl_access, acl_count(&entry->acl_access), &extra->acl_access,
		       acl_count(&extra->acl_access)) &&
	       same_acl(&entry->acl_default, entry->acl_default.count, &extra->acl_default,
		       extra->acl_default.count);
}

/* What there is of one type only. */
static bool same_kind(const struct rl_entry *entry, const struct rl_inode *inode)
{
	switch (entry->mode & S_IFMT) {
	case S_IFREG:
		return entry->size == inode->size;
	case S_IFLNK:
		return entry->target != NULL && inode->target != NULL &&
		       strcmp(entry->target, inode->target) == 0;
	case S_IFCHR:
	case S_IFBLK:
		return entry->rdev == inode->rdev;
	default:
		return true;
	}
}

bool rl_compare_metadata(const struct rl_entry *entry, const struct rl_node *node, bool mtime_ns)
{
	const struct rl_inode *inode = node->inode;
	mode_t mode = S_ISLNK(entry->mode) ? S_IFMT : S_IFMT | 07777;

	if (node->is_implied || ((entry->mode ^ inode->mode) & mode) != 0 ||
		entry->uid != inode->uid || entry->gid != inode->gid ||
		entry->mtime.tv_sec != inode->mtime.tv_sec ||
		(mtime_ns && entry->mtime.tv_nsec != inode->mtime.tv_nsec))
		return false;
	return same_kind(entry, inode) && same_extra(entry, inode);
}

bool rl_compare_identity(const struct rl_entry *entry, const struct rl_inode *inode)
{
	return inode->host_ino != 0 && entry->ino == inode->host_ino &&
	       entry->size == inode->size && same_time(&entry->ctime, &inode->host_ctime);
}
