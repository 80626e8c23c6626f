/* SPDX-License-Identifier: MIT */
#include "writer/portable.h"

#include <endian.h>
#include <stdint.h>
#include <linux/limits.h>
#include <string.h>

#define WHITEOUT ".wh."
#define CAPABILITY "security.capability"

/* linux/capability.h: the revision is in the first word's high byte. */
#define CAP_REVISION_MASK 0xff000000U
#define CAP_REVISION_1 0x01000000U
#define CAP_REVISION_2 0x02000000U
#define CAP_REVISION_3 0x03000000U
#define CAP_SIZE_1 12
#define CAP_SIZE_2 20
#define CAP_SIZE_3 24

/* What ext4 needs for one attribute besides name and value (its struct ext4_xattr_entry). */
#define XATTR_OVERHEAD 16

/* The name alone is looked at: an entry beneath such a directory is never reached. */
static bool is_whiteout_name(const struct rl_entry *entry)
{
	return strncmp(entry->name, WHITEOUT, sizeof(WHITEOUT) - 1) == 0;
}

bool rl_portable_check(const struct rl_entry *entry, const struct rl_exception_sink *exceptions)
{
	enum rl_exception_kind kind;

	if (is_whiteout_name(entry))
		kind = RL_EXC_WHITEOUT_NAME;
	else if (S_ISSOCK(entry->mode))
		kind = RL_EXC_SOCKET;
	else if (S_ISCHR(entry->mode) && entry->rdev == 0)
		kind = RL_EXC_WHITEOUT_DEVICE;
	else if (strlen(entry->path) > RL_PORTABLE_PATH_MAX)
		kind = RL_EXC_PATH_TOO_LONG;
	else
		return true;
	rl_exception_tell(exceptions, kind, entry->path, NULL);
	return false;
}

void rl_portable_dates(struct rl_entry *entry, const struct rl_portable_options *options,
	const struct rl_exception_sink *exceptions)
{
	if (entry->mtime.tv_sec < 0) {
		entry->mtime = (struct timespec){0};
		rl_exception_tell(exceptions, RL_EXC_DATE, entry->path, NULL);
	}
	if (entry->mtime.tv_sec >= options->latest_mtime)
		entry->mtime = (struct timespec){.tv_sec = (time_t)options->latest_mtime};
}

static uint32_t get_le32(const unsigned char *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return le32toh(value);
}

static void put_le32(unsigned char *bytes, uint32_t value)
{
	value = htole32(value);
	memcpy(bytes, &value, sizeof(value));
}

/*
 * A revision 1 capability (kernels before 2.6.25) in the form of revision 2, which is the oldest
 * that today's kernels let one set: the same 32 capabilities, and none of the later ones.
 */
static int widen_capability(struct rl_xattr *xattr)
{
	unsigned char *value = calloc(1, CAP_SIZE_2);
	uint32_t flags;

	if (value == NULL)
		return -ENOMEM;
	memcpy(value, xattr->value, CAP_SIZE_1);
	flags = get_le32(value) & ~CAP_REVISION_MASK;
	put_le32(value, flags | CAP_REVISION_2);
	free(xattr->value);
	xattr->value = value;
	xattr->size = CAP_SIZE_2;
	return 0;
}

/* Makes a file capability settable. Returns 1 if it is, 0 if it cannot be made so, or -ENOMEM. */
static int adapt_capability(struct rl_xattr *xattr)
{
	uint32_t revision;

	if (xattr->size < CAP_SIZE_1)
		return 0;
	revision = get_le32(xattr->value) & CAP_REVISION_MASK;
	if (revision == CAP_REVISION_1 && xattr->size == CAP_SIZE_1)
		return widen_capability(xattr) == 0 ? 1 : -ENOMEM;
	return (revision == CAP_REVISION_2 && xattr->size == CAP_SIZE_2) ||
	       (revision == CAP_REVISION_3 && xattr->size == CAP_SIZE_3);
}

/* Whether a pax key can hold the name: libarchive would encode other bytes, and engines not decode. */
static bool is_plain_name(const char *name)
{
	for (; *name != '\0'; name++) {
		if (*name <= ' ' || *name > '~' || *name == '%' || *name == '=')
			return false;
	}
	return true;
}

static bool is_portable_namespace(const char *name)
{
	return strncmp(name, "user.", 5) == 0 || strncmp(name, "trusted.", 8) == 0 ||
	       strncmp(name, "security.", 9) == 0;
}

/* Why attribute number @index cannot be kept, in *@kind. Returns 1 if it can, 0 if not, -ENOMEM. */
static int check_xattr(struct rl_entry *entry, size_t index, enum rl_exception_kind *kind)
{
	struct rl_xattr *xattr = &entry->xattrs[index];

	*kind = RL_EXC_XATTR_UNSUPPORTED;
	if (!is_portable_namespace(xattr->name) || !is_plain_name(xattr->name))
		return 0;
	/* Linux has these of files and directories alone, and of no name without one (xattr(7)). */
	if (strncmp(xattr->name, "user.", 5) == 0 &&
		((!S_ISREG(entry->mode) && !S_ISDIR(entry->mode)) || xattr->name[5] == '\0'))
		return 0;
	if (strlen(xattr->name) > XATTR_NAME_MAX)
		return 0;
	if (xattr->size == 0) {
		*kind = RL_EXC_XATTR_EMPTY;
		return 0;
	}
	if (strcmp(xattr->name, CAPABILITY) != 0)
		return 1;
	return S_ISREG(entry->mode) ? adapt_capability(xattr) : 0;
}

/* ext4 pads names and values to multiples of four bytes. */
static size_t cost(size_t name_len, size_t size)
{
	return XATTR_OVERHEAD + ((name_len + 3) & ~(size_t)3) + ((size + 3) & ~(size_t)3);
}

static size_t acl_cost(const struct rl_acl *acl)
{
	/* 4 bytes of version and 8 an entry; the name is an index for ext4. */
	return acl->count == 0 ? 0 : cost(0, 4 + 8 * acl->count);
}

static size_t total_cost(const struct rl_entry *entry)
{
	size_t i, sum = acl_cost(&entry->acl_access) + acl_cost(&entry->acl_default);

	if (entry->label != NULL)
		sum += cost(strlen("selinux"), entry->label_size);
	for (i = 0; i < entry->xattr_count; i++)
		sum += cost(strlen(entry->xattrs[i].name), entry->xattrs[i].size);
	return sum;
}

/* The largest attribute that is not security's own, else the largest. */
static size_t find_largest(const struct rl_entry *entry)
{
	size_t i, found = 0;

	for (i = 1; i < entry->xattr_count; i++) {
		const struct rl_xattr *best = &entry->xattrs[found], *xattr = &entry->xattrs[i];
		bool best_is_security = strncmp(best->name, "security.", 9) == 0;
		bool is_security = strncmp(xattr->name, "security.", 9) == 0;

		if (is_security == best_is_security ? xattr->size > best->size : best_is_security)
			found = i;
	}
	return found;
}

static void drop_xattr(struct rl_entry *entry, size_t index, enum rl_exception_kind kind,
	const struct rl_exception_sink *exceptions)
{
	rl_exception_tell(exceptions, kind, entry->path, entry->xattrs[index].name);
	rl_entry_remove_xattr(entry, index);
}

static void drop_acl(struct rl_entry *entry, struct rl_acl *acl, const char *name,
	const struct rl_exception_sink *exceptions)
{
	rl_exception_tell(exceptions, RL_EXC_XATTR_TOO_LARGE, entry->path, name);
	free(acl->entries);
	*acl = (struct rl_acl){0};
}

static int adapt_xattrs(struct rl_entry *entry, const struct rl_exception_sink *exceptions)
{
	size_t i = 0;

	while (i < entry->xattr_count) {
		enum rl_exception_kind kind;
		int ret = check_xattr(entry, i, &kind);

		if (ret < 0)
			return ret;
		if (ret == 0)
			drop_xattr(entry, i, kind, exceptions);
		else
			i++;
	}
	while (total_cost(entry) > RL_PORTABLE_XATTR_MAX && entry->xattr_count > 0)
		drop_xattr(entry, find_largest(entry), RL_EXC_XATTR_TOO_LARGE, exceptions);
	/* Hundreds of ACL entries: the larger of the two goes. */
	while (total_cost(entry) > RL_PORTABLE_XATTR_MAX) {
		if (entry->acl_default.count > entry->acl_access.count)
			drop_acl(entry, &entry->acl_default, "default ACL", exceptions);
		else if (entry->acl_access.count > 0)
			drop_acl(entry, &entry->acl_access, "access ACL", exceptions);
		else
			break;
	}
	return 0;
}

int rl_portable_attributes(struct rl_entry *entry, const struct rl_exception_sink *exceptions)
{
	if (entry->is_immutable)
		rl_exception_tell(exceptions, RL_EXC_INODE_FLAG, entry->path, NULL);
	return adapt_xattrs(entry, exceptions);
}
