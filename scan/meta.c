/* SPDX-License-Identifier: MIT */
/*
 * One listxattr() tells all there is: ACLs and the label are attributes too, and libacl and
 * libselinux are asked only where the list names them.
 */
#include "scan/meta.h"

#include "common/buf.h"
#include "common/error.h"
#include "scan/acl.h"
#include "scan/far.h"
#include "scan/label.h"
#include "scan/xattr.h"

#include <string.h>

#define ACL_ACCESS "system.posix_acl_access"
#define ACL_DEFAULT "system.posix_acl_default"

/* Longer targets than the kernel makes are a fault. */
#define TARGET_LIMIT ((size_t)1 << 20)

static void tell(const struct rl_exception_sink *exceptions, const struct rl_entry *entry,
	const char *what, int code)
{
	char detail[320];

	(void)snprintf(detail, sizeof(detail), "%s: %s", what, rl_errno_text(code));
	rl_exception_tell(exceptions, RL_EXC_METADATA, entry->path, detail);
}

/* Whether the mount has been given up: then the whole file is missing, not one attribute of it. */
static bool is_lost(const struct rl_handle *handle)
{
	return rl_is_far(handle->fd) && rl_far_is_lost(handle->fd);
}

static bool is_wanted(const struct rl_meta_options *options, const char *name)
{
	size_t i, len = strcspn(name, ".");

	if (options->namespaces == NULL)
		return true;
	for (i = 0; i < options->namespace_count; i++) {
		const char *namespace = options->namespaces[i];

		if (strlen(namespace) == len && strncmp(namespace, name, len) == 0)
			return true;
	}
	return false;
}

static int read_value(const struct rl_handle *handle, const char *name, struct rl_buf *value,
	struct rl_entry *entry)
{
	int ret = rl_xattr_get(handle, name, value);

	if (ret <= 0)
		return ret;
	return rl_entry_add_xattr(entry, name, value->data, value->len);
}

/* Reads what @name stands for. */
static int read_one(const struct rl_handle *handle, const struct rl_meta_options *options,
	const char *name, struct rl_buf *value, struct rl_entry *entry)
{
	if (strcmp(name, RL_LABEL_XATTR) == 0)
		return options->selinux ? rl_label_read(handle, &entry->label, &entry->label_size)
					: 0;
	if (!is_wanted(options, name))
		return 0;
	if (strcmp(name, ACL_ACCESS) == 0)
		return rl_acl_read(handle, false, &entry->acl_access);
	if (strcmp(name, ACL_DEFAULT) == 0)
		return S_ISDIR(entry->mode) ? rl_acl_read(handle, true, &entry->acl_default) : 0;
	if (rl_xattr_is_skipped(name))
		return 0;
	return read_value(handle, name, value, entry);
}

static int compare(const void *a, const void *b)
{
	const struct rl_xattr *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int rl_meta_read(const struct rl_handle *handle, const struct rl_meta_options *options,
	const struct rl_exception_sink *exceptions, struct rl_entry *entry)
{
	struct rl_buf names = {0}, value = {0};
	const char *name;
	int ret = rl_xattr_list(handle, &names);

	if (ret != 0 && ret != -ENOMEM && !is_lost(handle)) {
		tell(exceptions, entry, "extended attributes", -ret);
		ret = 0;
	}
	for (name = names.data; ret == 0 && name != NULL && name < names.data + names.len;
		name += strlen(name) + 1) {
		ret = read_one(handle, options, name, &value, entry);
		if (ret != 0 && ret != -ENOMEM && !is_lost(handle)) {
			tell(exceptions, entry, name, -ret);
			ret = 0;
		}
	}
	if (entry->xattr_count > 1)
		qsort(entry->xattrs, entry->xattr_count, sizeof(*entry->xattrs), compare);
	rl_buf_free(&names);
	rl_buf_free(&value);
	return ret;
}

int rl_meta_read_target(const struct rl_handle *handle, char **target_ret)
{
	struct rl_buf target = {0};
	size_t room = 256;

	do {
		ssize_t len;
		int ret = rl_buf_reserve(&target, room);

		if (ret != 0) {
			rl_buf_free(&target);
			return ret;
		}
		len = rl_readlinkat(handle->fd, "", target.data, target.cap);
		if (len < 0) {
			ret = -errno;
			rl_buf_free(&target);
			return ret;
		}
		if ((size_t)len < target.cap) {
			target.data[len] = '\0';
			*target_ret = rl_steal_ptr(&target.data);
			return 0;
		}
		room = target.cap * 2;
	} while (room < TARGET_LIMIT);
	rl_buf_free(&target);
	return -ENAMETOOLONG;
}
