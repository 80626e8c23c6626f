/* SPDX-License-Identifier: MIT */
#include "cli/change.h"

#include "scan/root_file.h"

#include <string.h>

bool rl_change_content(const struct rl_capture *capture, const struct rl_entry *entry,
	const struct rl_decision *decision, struct rl_transform *transform)
{
	const struct rl_package_db *db = capture->session->package_db;
	const struct rl_rule *rule;
	size_t i;

	*transform = (struct rl_transform){decision->changes, decision->change_count, NULL};
	if (!S_ISREG(entry->mode))
		return false;
	if (db != NULL && !entry->is_added &&
		rl_package_db_find(db, entry->path, &rule) == RL_PACKAGE_DB_EDIT)
		transform->package_db = db;
	if (transform->package_db != NULL)
		return true;
	for (i = 0; i < decision->change_count; i++) {
		if (decision->changes[i].rule->action == RL_ACTION_EDIT)
			return true;
	}
	return false;
}

static void swap(struct rl_buf *a, struct rl_buf *b)
{
	struct rl_buf was = *a;

	*a = *b;
	*b = was;
}

/* Applies one EDIT to capture->changed. */
static int edit(
	struct rl_capture *capture, const struct rl_entry *entry, const struct rl_change *change)
{
	const struct rl_buf *in = &capture->changed;
	int ret = rl_edit_apply(
		change->rule->edit, in->data != NULL ? in->data : "", in->len, &capture->changing);

	if (ret != 1)
		return ret;
	if (change->is_noted) {
		rl_exception_tell(&capture->report->exceptions, RL_EXC_SECRET, entry->path,
			change->rule->reason);
		return 0;
	}
	swap(&capture->changed, &capture->changing);
	return 1;
}

int rl_change_apply(struct rl_capture *capture, const struct rl_entry *entry,
	const struct rl_transform *transform)
{
	const struct rl_buf *content = &capture->content;
	bool has_changed = false;
	size_t i;
	int ret;

	rl_buf_truncate(&capture->changed, 0);
	ret = rl_buf_append(&capture->changed, content->data, content->len);
	if (ret == 0 && transform->package_db != NULL && content->len > 0) {
		ret = rl_package_db_edit(transform->package_db, entry->path, content->data,
			content->len, &capture->changed);
		has_changed = ret == 1;
	}
	for (i = 0; ret >= 0 && i < transform->count; i++) {
		if (transform->changes[i].rule->action != RL_ACTION_EDIT)
			continue;
		ret = edit(capture, entry, &transform->changes[i]);
		has_changed = has_changed || ret == 1;
	}
	return ret < 0 ? ret : has_changed;
}

/* The permissions of an ACL follow the mode, as they do with chmod(2) (acl(5)). */
static void change_acl(struct rl_acl *acl, mode_t mode)
{
	bool has_mask = false;
	size_t i;

	for (i = 0; i < acl->count; i++)
		has_mask = has_mask || acl->entries[i].tag == RL_ACL_MASK;
	for (i = 0; i < acl->count; i++) {
		struct rl_acl_entry *entry = &acl->entries[i];

		if (entry->tag == RL_ACL_USER_OBJ)
			entry->perm = (mode >> 6) & 7;
		else if (entry->tag == RL_ACL_OTHER)
			entry->perm = mode & 7;
		else if (entry->tag == (has_mask ? RL_ACL_MASK : RL_ACL_GROUP_OBJ))
			entry->perm = (mode >> 3) & 7;
	}
}

static void strip(struct rl_entry *entry, const char *glob)
{
	size_t i = entry->xattr_count;

	while (i-- > 0) {
		if (rl_glob_matches(glob, entry->xattrs[i].name))
			rl_entry_remove_xattr(entry, i);
	}
	if (rl_glob_matches(glob, "system.posix_acl_access"))
		entry->acl_access.count = 0;
	if (rl_glob_matches(glob, "system.posix_acl_default"))
		entry->acl_default.count = 0;
	if (rl_glob_matches(glob, "security.selinux"))
		free(rl_steal_ptr(&entry->label));
}

/* Whether something has this path already. */
static bool is_taken(const struct rl_capture *capture, const char *path)
{
	struct rl_entry entry = {0};

	return rl_root_stat(capture->session->facts.root_fd, path, &entry) == 0;
}

static int rename_entry(struct rl_capture *capture, struct rl_entry *entry, const char *name)
{
	RL_AUTO_FREE char *path = NULL;

	if (asprintf(&path, "%.*s%s", (int)(entry->name - entry->path), entry->path, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	if (is_taken(capture, path)) {
		rl_exception_tell(&capture->report->exceptions, RL_EXC_NOT_CHANGED, entry->path,
			"a file with its new name is there");
		return 0;
	}
	return rl_entry_set_path(entry, path) == 0 ? 1 : -ENOMEM;
}

void rl_change_owner(struct rl_entry *entry, const struct rl_change *change)
{
	const struct rl_parameters *parameters = &change->rule->parameters;

	if (change->is_noted)
		return;
	if (change->rule->action == RL_ACTION_CHMOD) {
		entry->mode = (entry->mode & S_IFMT) |
			      (entry->mode & parameters->mode_and & 07777) | parameters->mode_or;
		change_acl(&entry->acl_access, entry->mode);
	} else if (change->rule->action == RL_ACTION_CHOWN) {
		entry->uid = change->uid;
		if (change->has_group)
			entry->gid = change->gid;
	}
}

/* Makes one change. Returns 1 if it is made. */
static int change_one(
	struct rl_capture *capture, struct rl_entry *entry, const struct rl_change *change)
{
	const struct rl_parameters *parameters = &change->rule->parameters;

	switch (change->rule->action) {
	case RL_ACTION_CHMOD:
	case RL_ACTION_CHOWN:
		rl_change_owner(entry, change);
		return 1;
	case RL_ACTION_STRIP_XATTR:
		strip(entry, parameters->name);
		return 1;
	case RL_ACTION_RENAME:
		return rename_entry(capture, entry, parameters->name);
	default:
		return 0;
	}
}

int rl_change_metadata(
	struct rl_capture *capture, struct rl_entry *entry, const struct rl_decision *decision)
{
	int changed = 0;
	size_t i;

	for (i = 0; i < decision->change_count; i++) {
		int ret;

		if (decision->changes[i].is_noted)
			continue;
		ret = change_one(capture, entry, &decision->changes[i]);
		if (ret < 0)
			return ret;
		changed |= ret;
	}
	return changed;
}
