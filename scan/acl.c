/* SPDX-License-Identifier: MIT */
#include "scan/acl.h"

#include "common/error.h"
#include "scan/far.h"

#include <acl/libacl.h>
#include <sys/acl.h>

static int compare(const void *a, const void *b)
{
	const struct rl_acl_entry *x = a, *y = b;

	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int take_entry(acl_entry_t from, struct rl_acl_entry *to)
{
	acl_permset_t perms;
	acl_tag_t tag;

	if (acl_get_tag_type(from, &tag) != 0 || acl_get_permset(from, &perms) != 0)
		return -errno;
	*to = (struct rl_acl_entry){.tag = (enum rl_acl_tag)tag, .id = RL_ACL_NO_ID};
	to->perm = (acl_get_perm(perms, ACL_READ) == 1 ? 4U : 0U) |
		   (acl_get_perm(perms, ACL_WRITE) == 1 ? 2U : 0U) |
		   (acl_get_perm(perms, ACL_EXECUTE) == 1 ? 1U : 0U);
	if (tag == ACL_USER || tag == ACL_GROUP) {
		id_t *id = acl_get_qualifier(from);

		if (id == NULL)
			return -errno;
		to->id = *id;
		(void)acl_free(id);
	}
	return 0;
}

static int take_entries(acl_t from, struct rl_acl *acl)
{
	int count = acl_entries(from), which = ACL_FIRST_ENTRY, ret = 0;
	struct rl_acl_entry *entries;
	acl_entry_t entry;
	size_t used = 0;

	if (count <= 0)
		return count < 0 ? -errno : 0;
	entries = calloc((size_t)count, sizeof(*entries));
	if (entries == NULL)
		return -ENOMEM;
	while (ret == 0 && used < (size_t)count && acl_get_entry(from, which, &entry) == 1) {
		ret = take_entry(entry, &entries[used]);
		used++;
		which = ACL_NEXT_ENTRY;
	}
	if (ret != 0) {
		free(entries);
		return ret;
	}
	qsort(entries, used, sizeof(*entries), compare);
	acl->entries = entries;
	acl->count = used;
	return 0;
}

int rl_acl_read(const struct rl_handle *handle, bool is_default, struct rl_acl *acl)
{
	char path[RL_HANDLE_PROC_MAX];
	acl_t read;
	int ret;

	if (rl_is_far(handle->fd))
		return rl_far_acl(handle, is_default, acl);
	if (is_default || handle->is_path)
		read = acl_get_file(rl_handle_proc(handle, path),
			is_default ? ACL_TYPE_DEFAULT : ACL_TYPE_ACCESS);
	else
		read = acl_get_fd(handle->fd);
	if (read == NULL)
		return rl_errno_is_absent(errno) ? 0 : -errno;
	if (!is_default && acl_equiv_mode(read, NULL) == 0)
		ret = 0;
	else
		ret = take_entries(read, acl);
	(void)acl_free(read);
	return ret;
}
