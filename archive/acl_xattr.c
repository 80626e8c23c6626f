/* SPDX-License-Identifier: MIT */
#include "archive/acl_xattr.h"

#include <endian.h>
#include <string.h>

#define VERSION 2

struct binary_entry {
	uint16_t tag;
	uint16_t perm;
	uint32_t id;
};

static bool has_id(enum rl_acl_tag tag)
{
	return tag == RL_ACL_USER || tag == RL_ACL_GROUP;
}

static int compare(const void *a, const void *b)
{
	const struct rl_acl_entry *x = a, *y = b;

	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

bool rl_acl_settle(struct rl_acl *acl)
{
	unsigned int tags = 0;
	size_t i;

	if (acl->count == 0)
		return true;
	qsort(acl->entries, acl->count, sizeof(*acl->entries), compare);
	for (i = 0; i < acl->count; i++) {
		const struct rl_acl_entry *entry = &acl->entries[i];

		if (entry->perm > 7 || (i > 0 && compare(entry - 1, entry) == 0) ||
			(has_id(entry->tag) && entry->id == RL_ACL_NO_ID))
			return false;
		tags |= (unsigned int)entry->tag;
	}
	if ((tags & (RL_ACL_USER | RL_ACL_GROUP)) != 0 && (tags & RL_ACL_MASK) == 0)
		return false;
	return (tags & RL_ACL_USER_OBJ) != 0 && (tags & RL_ACL_GROUP_OBJ) != 0 &&
	       (tags & RL_ACL_OTHER) != 0;
}

static bool is_tag(unsigned int tag)
{
	return tag == RL_ACL_USER_OBJ || tag == RL_ACL_USER || tag == RL_ACL_GROUP_OBJ ||
	       tag == RL_ACL_GROUP || tag == RL_ACL_MASK || tag == RL_ACL_OTHER;
}

int rl_acl_xattr_parse(const void *value, size_t size, struct rl_acl *acl)
{
	const char *at = value;
	struct binary_entry binary;
	uint32_t version;
	size_t i, count;

	*acl = (struct rl_acl){0};
	if (size < sizeof(version) || (size - sizeof(version)) % sizeof(binary) != 0)
		return -EINVAL;
	memcpy(&version, at, sizeof(version));
	if (le32toh(version) != VERSION)
		return -EINVAL;
	count = (size - sizeof(version)) / sizeof(binary);
	if (count == 0)
		return 0;
	acl->entries = calloc(count, sizeof(*acl->entries));
	if (acl->entries == NULL)
		return -ENOMEM;
	acl->count = count;
	for (i = 0; i < count; i++) {
		struct rl_acl_entry *entry = &acl->entries[i];

		memcpy(&binary, at + sizeof(version) + i * sizeof(binary), sizeof(binary));
		if (!is_tag(le16toh(binary.tag)))
			break;
		entry->tag = (enum rl_acl_tag)le16toh(binary.tag);
		entry->perm = le16toh(binary.perm);
		entry->id = has_id(entry->tag) ? le32toh(binary.id) : RL_ACL_NO_ID;
	}
	if (i == count && rl_acl_settle(acl))
		return 0;
	rl_acl_clear(acl);
	return -EINVAL;
}

bool rl_acl_is_minimal(const struct rl_acl *acl)
{
	size_t i;

	for (i = 0; i < acl->count; i++) {
		if (has_id(acl->entries[i].tag) || acl->entries[i].tag == RL_ACL_MASK)
			return false;
	}
	return true;
}

mode_t rl_acl_mode(const struct rl_acl *acl, mode_t mode)
{
	bool has_mask = false;
	size_t i;

	for (i = 0; i < acl->count; i++)
		has_mask |= acl->entries[i].tag == RL_ACL_MASK;
	for (i = 0; i < acl->count; i++) {
		const struct rl_acl_entry *entry = &acl->entries[i];

		if (entry->tag == RL_ACL_USER_OBJ)
			mode = (mode & ~(mode_t)0700) | entry->perm << 6;
		else if (entry->tag == (has_mask ? RL_ACL_MASK : RL_ACL_GROUP_OBJ))
			mode = (mode & ~(mode_t)0070) | entry->perm << 3;
		else if (entry->tag == RL_ACL_OTHER)
			mode = (mode & ~(mode_t)0007) | entry->perm;
	}
	return mode;
}

void rl_acl_clear(struct rl_acl *acl)
{
	free(acl->entries);
	*acl = (struct rl_acl){0};
}
