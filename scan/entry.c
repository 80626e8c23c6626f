/* SPDX-License-Identifier: MIT */
#include "scan/entry.h"

#include <assert.h>
#include <string.h>

static void acl_clear(struct rl_acl *acl)
{
	free(acl->entries);
	*acl = (struct rl_acl){0};
}

static void clear_held(struct rl_entry *entry)
{
	size_t i;

	for (i = 0; i < entry->held_count; i++)
		free(entry->held[i].detail);
	free(rl_steal_ptr(&entry->held));
	entry->held_count = 0;
}

int rl_entry_hold(struct rl_entry *entry, enum rl_exception_kind kind, const char *detail)
{
	struct rl_held *more =
		reallocarray(entry->held, entry->held_count + 1, sizeof(struct rl_held));

	if (more == NULL)
		return -ENOMEM;
	entry->held = more;
	more += entry->held_count;
	*more = (struct rl_held){.kind = kind, .detail = detail != NULL ? strdup(detail) : NULL};
	if (detail != NULL && more->detail == NULL)
		return -ENOMEM;
	entry->held_count++;
	return 0;
}

void rl_entry_tell_held(struct rl_entry *entry, const struct rl_exception_sink *exceptions)
{
	size_t i;

	for (i = 0; i < entry->held_count; i++)
		rl_exception_tell(
			exceptions, entry->held[i].kind, entry->path, entry->held[i].detail);
	clear_held(entry);
}

void rl_entry_unload(struct rl_entry *entry)
{
	size_t i;

	free(rl_steal_ptr(&entry->target));
	for (i = 0; i < entry->xattr_count; i++) {
		free(entry->xattrs[i].name);
		free(entry->xattrs[i].value);
	}
	free(rl_steal_ptr(&entry->xattrs));
	entry->xattr_count = 0;
	acl_clear(&entry->acl_access);
	acl_clear(&entry->acl_default);
	free(rl_steal_ptr(&entry->label));
	clear_held(entry);
	entry->is_loaded = false;
}

void rl_entry_move_metadata(struct rl_entry *from, struct rl_entry *to)
{
	to->target = rl_steal_ptr(&from->target);
	to->xattrs = rl_steal_ptr(&from->xattrs);
	to->xattr_count = from->xattr_count;
	to->acl_access = from->acl_access;
	to->acl_default = from->acl_default;
	to->label = rl_steal_ptr(&from->label);
	to->label_size = from->label_size;
	to->held = rl_steal_ptr(&from->held);
	to->held_count = from->held_count;
	from->held_count = 0;
	to->is_loaded = from->is_loaded;
	from->xattr_count = 0;
	from->acl_access = (struct rl_acl){0};
	from->acl_default = (struct rl_acl){0};
	from->is_loaded = false;
}

void rl_entry_clear(struct rl_entry *entry)
{
	rl_entry_unload(entry);
	free(entry->path);
	*entry = (struct rl_entry){0};
}

int rl_entry_set_path(struct rl_entry *entry, const char *path)
{
	char *copy = strdup(path);
	const char *slash;

	if (copy == NULL)
		return -ENOMEM;
	free(entry->path);
	entry->path = copy;
	slash = strrchr(copy, '/');
	entry->name = slash != NULL ? slash + 1 : copy;
	return 0;
}

int rl_entry_add_xattr(struct rl_entry *entry, const char *name, const void *value, size_t size)
{
	struct rl_xattr *xattrs;
	struct rl_xattr xattr = {.size = size};

	xattrs = reallocarray(entry->xattrs, entry->xattr_count + 1, sizeof(*xattrs));
	if (xattrs == NULL)
		return -ENOMEM;
	entry->xattrs = xattrs;
	xattr.name = strdup(name);
	xattr.value = malloc(size > 0 ? size : 1);
	if (xattr.name == NULL || xattr.value == NULL) {
		free(xattr.name);
		free(xattr.value);
		return -ENOMEM;
	}
	if (size > 0)
		memcpy(xattr.value, value, size);
	xattrs[entry->xattr_count++] = xattr;
	return 0;
}

void rl_entry_remove_xattr(struct rl_entry *entry, size_t index)
{
	assert(index < entry->xattr_count);
	free(entry->xattrs[index].name);
	free(entry->xattrs[index].value);
	entry->xattr_count--;
	memmove(&entry->xattrs[index], &entry->xattrs[index + 1],
		(entry->xattr_count - index) * sizeof(*entry->xattrs));
}
