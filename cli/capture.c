/* SPDX-License-Identifier: MIT */
#include "cli/capture.h"

#include "cli/change.h"
#include "cli/image_files.h"
#include "cli/member.h"
#include "cli/snapshots.h"

#include <string.h>

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot go on capturing");
}

static void count_kept(struct rl_report *report, const struct rl_entry *entry, bool is_hardlink)
{
	uint64_t bytes = S_ISREG(entry->mode) && !is_hardlink ? entry->size : 0;

	report->kept.entries++;
	report->added += entry->is_added;
	if (report->observe != NULL)
		report->observe(report->observe_ctx, entry, 1, bytes, NULL);
	if (is_hardlink) {
		report->hardlinks++;
		return;
	}
	switch (entry->mode & S_IFMT) {
	case S_IFREG:
		report->regular++;
		report->kept.bytes += bytes;
		break;
	case S_IFDIR:
		report->directories++;
		break;
	case S_IFLNK:
		report->symlinks++;
		break;
	case S_IFIFO:
		report->fifos++;
		break;
	default:
		report->devices++;
		break;
	}
}

/* Writes a member that has no content. */
static int write_bare(struct rl_capture *capture, const struct rl_entry *entry,
	const char *hardlink, bool is_altered, struct rl_error *err)
{
	struct rl_member member = {.entry = entry, .hardlink = hardlink, .is_altered = is_altered};
	int ret = rl_writer_begin(capture->writer, &member, err);

	if (ret == 0)
		ret = rl_writer_end(capture->writer, err);
	if (ret == 0)
		count_kept(capture->report, entry, hardlink != NULL);
	return ret;
}

static bool has_other_names(const struct rl_entry *entry)
{
	return entry->nlink > 1 && !S_ISDIR(entry->mode);
}

/* Remembers whether a directory has a default ACL, for what will be in it. */
static int note_default_acl(struct rl_capture *capture, const struct rl_entry *entry)
{
	char has = entry->acl_default.count > 0;

	/* The entries of a directory that no entry was written for cannot come here. */
	if (entry->depth < capture->default_acls.len)
		rl_buf_truncate(&capture->default_acls, entry->depth);
	return rl_buf_append(&capture->default_acls, &has, 1);
}

static bool is_below_default_acl(const struct rl_capture *capture, const struct rl_entry *entry)
{
	return entry->depth > 0 && entry->depth <= capture->default_acls.len &&
	       capture->default_acls.data[entry->depth - 1] != 0;
}

/* Writes an entry whose inode has not been written. Returns 1, 0 if it cannot be kept, or < 0. */
static int write_first(struct rl_capture *capture, struct rl_entry *entry,
	const struct rl_decision *decision, struct rl_error *err)
{
	const struct rl_exception_sink *exceptions = &capture->report->exceptions;
	struct rl_transform transform;
	bool is_changed = rl_change_content(capture, entry, decision, &transform);
	int ret = rl_source_load(capture->source, entry, err);

	if (ret <= 0)
		return ret;
	ret = rl_change_metadata(capture, entry, decision);
	if (ret < 0)
		return no_memory(err);
	capture->report->changed += ret == 1 && !is_changed;
	if (rl_portable_attributes(entry, exceptions) != 0)
		return no_memory(err);
	rl_portable_dates(entry, &capture->portable, exceptions);
	entry->inherits_acl = is_below_default_acl(capture, entry);
	if (S_ISDIR(entry->mode) && note_default_acl(capture, entry) != 0)
		return no_memory(err);
	if (S_ISREG(entry->mode) && (entry->size > 0 || is_changed)) {
		ret = is_changed ? 0 : rl_writer_knows(capture->writer, entry, NULL, err);
		if (ret == 0)
			ret = rl_member_write(
				capture, entry, decision, is_changed ? &transform : NULL, err);
		if (ret == 1)
			count_kept(capture->report, entry, false);
		return ret;
	}
	ret = write_bare(capture, entry, NULL, decision->action == RL_ACTION_TRUNCATE, err);
	return ret == 0 ? 1 : ret;
}

/* Whether @entry is kept otherwise than the source has it. */
static bool is_changed(const struct rl_capture *capture, const struct rl_entry *entry,
	const struct rl_decision *decision)
{
	struct rl_transform unused;

	return decision->change_count > 0 || rl_change_content(capture, entry, decision, &unused);
}

static int keep(struct rl_capture *capture, struct rl_entry *entry,
	const struct rl_decision *decision, struct rl_error *err)
{
	const char *first = NULL;
	int ret;

	/* A changed file is one of its own. */
	if (is_changed(capture, entry, decision)) {
		ret = write_first(capture, entry, decision, err);
		return ret < 0 ? ret : 0;
	}
	if (has_other_names(entry) && rl_hardlinks_find(&capture->hardlinks, entry, &first) != 0)
		return no_memory(err);
	if (first != NULL && !S_ISLNK(entry->mode)) {
		rl_portable_dates(entry, &capture->portable, NULL);
		ret = write_bare(capture, entry, first, false, err);
		/* Or it has to have its content. */
		if (ret != -EAGAIN)
			return ret;
	}
	/* Some engines fail on a hardlink to a symlink; a second symlink is the same to all. */
	if (first != NULL && S_ISLNK(entry->mode))
		rl_exception_tell(
			&capture->report->exceptions, RL_EXC_SYMLINK_HARDLINK, entry->path, first);
	ret = write_first(capture, entry, decision, err);
	if (ret == 1 && first == NULL && has_other_names(entry) &&
		rl_hardlinks_add(&capture->hardlinks, entry) != 0)
		return no_memory(err);
	return ret < 0 ? ret : 0;
}

/* Keeps a regular file without its content; its other names, if any, are files of their own. */
static int keep_truncated(struct rl_capture *capture, struct rl_entry *entry,
	const struct rl_decision *decision, struct rl_error *err)
{
	uint64_t size = entry->size;
	int ret;

	entry->size = 0;
	ret = write_first(capture, entry, decision, err);
	if (ret == 1 && size > 0) {
		capture->report->truncated.entries++;
		capture->report->truncated.bytes += size;
	}
	return ret < 0 ? ret : 0;
}

/* Forgets the dropped directories that the walk has left. */
static void leave_pending(struct rl_capture *capture, size_t depth)
{
	while (capture->pending_count > 0 &&
		capture->pending[capture->pending_count - 1].entry.depth >= depth)
		rl_entry_clear(&capture->pending[--capture->pending_count].entry);
}

static int push_pending(struct rl_capture *capture, struct rl_entry *entry,
	const struct rl_rule *rule, struct rl_error *err)
{
	struct rl_pending *pending;

	if (capture->pending_count == capture->pending_cap) {
		size_t cap = capture->pending_cap == 0 ? 8 : capture->pending_cap * 2;

		pending = reallocarray(capture->pending, cap, sizeof(*pending));
		if (pending == NULL)
			return no_memory(err);
		capture->pending = pending;
		capture->pending_cap = cap;
	}
	pending = &capture->pending[capture->pending_count];
	*pending = (struct rl_pending){.entry = *entry, .rule = rule};
	pending->entry.path = NULL;
	rl_entry_move_metadata(entry, &pending->entry);
	if (rl_entry_set_path(&pending->entry, entry->path) != 0)
		return no_memory(err);
	capture->pending_count++;
	return 0;
}

/* Whether what @rule drops is of interest to anybody. */
static bool is_counted(const struct rl_capture *capture, const struct rl_rule *rule)
{
	return !capture->leaves_dropped || rule->category != RL_CATEGORY_USER;
}

/* Something below dropped directories is kept, so they have to be members too. */
static int keep_pending(struct rl_capture *capture, struct rl_error *err)
{
	static const struct rl_decision kept = {.action = RL_ACTION_KEEP};
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < capture->pending_count; i++) {
		if (is_counted(capture, capture->pending[i].rule))
			rl_report_undropped(capture->report, &capture->pending[i].entry,
				capture->pending[i].rule);
		ret = keep(capture, &capture->pending[i].entry, &kept, err);
	}
	leave_pending(capture, 0);
	return ret;
}

static int drop(struct rl_capture *capture, struct rl_entry *entry,
	const struct rl_decision *decision, struct rl_error *err)
{
	/* What a rule may keep in it would have to lie in a directory that cannot be in an image. */
	if (decision->may_keep_below && !rl_portable_check(entry, &capture->report->exceptions)) {
		rl_source_descend(capture->source, RL_DESCEND_NOT);
		return 0;
	}
	if (is_counted(capture, decision->rule))
		rl_report_dropped(capture->report, entry, decision->rule);
	if (!S_ISDIR(entry->mode))
		return 0;
	if (!decision->may_keep_below && !is_counted(capture, decision->rule)) {
		rl_source_descend(capture->source, RL_DESCEND_NOT);
		return 0;
	}
	/* Gone through all the same: the summary says how much was dropped. */
	rl_source_descend(
		capture->source, decision->may_keep_below ? RL_DESCEND : RL_DESCEND_QUIETLY);
	return decision->may_keep_below ? push_pending(capture, entry, decision->rule, err) : 0;
}

/* ROOT itself is no member: its name would be "./". What would be lost with it is told. */
static int take_root(struct rl_capture *capture, struct rl_entry *entry, struct rl_error *err)
{
	int ret = rl_source_load(capture->source, entry, err);

	if (ret < 0)
		return ret;
	if ((entry->mode & 07777) != 0755 || entry->uid != 0 || entry->gid != 0 ||
		entry->xattr_count > 0 || entry->acl_access.count > 0 ||
		entry->acl_default.count > 0 || entry->label != NULL)
		rl_exception_tell(
			&capture->report->exceptions, RL_EXC_ROOT_METADATA, entry->path, NULL);
	return 0;
}

/* Reads the beginning of a file for rules that look at it. Returns 1 if it cannot be opened. */
static int look_into(struct rl_capture *capture, struct rl_entry *entry,
	struct rl_decision *decision, struct rl_error *err)
{
	struct rl_buf *head = &capture->content;
	struct rl_content *content;
	struct rl_chunk chunk;
	int ret;

	rl_buf_truncate(head, 0);
	ret = entry->size > 0 ? rl_source_open(capture->source, entry, &content, err) : 0;
	if (ret < 0)
		return ret;
	/* That has been told, and once is enough. */
	if (ret == 0 && entry->size > 0)
		return 1;
	while (ret == 1 && head->len < RL_CHAIN_HEAD_MAX &&
		rl_content_next_up_to(content, RL_CHAIN_HEAD_MAX - head->len, &chunk) == 1) {
		/* What begins with a hole is no text. */
		if (chunk.data == NULL)
			break;
		rl_pace_take(&capture->pace, chunk.size);
		if (rl_buf_append(head, chunk.data, chunk.size) != 0) {
			rl_content_close(content);
			return no_memory(err);
		}
	}
	if (ret == 1)
		rl_content_close(content);
	rl_chain_decide_content(
		capture->chain, head->data != NULL ? head->data : "", head->len, decision);
	return 0;
}

/*
 * What becomes of @entry: what the rules say, and what a package database makes of that. Returns 1 if
 * it cannot be kept in any case, which has been told.
 */
static int decide(struct rl_capture *capture, struct rl_entry *entry, struct rl_decision *decision,
	struct rl_error *err)
{
	const struct rl_package_db *db = capture->session->package_db;
	const struct rl_rule *rule;

	if (rl_chain_decide(capture->chain, entry, decision) != 0)
		return no_memory(err);
	if (decision->action != RL_ACTION_DROP && db != NULL &&
		rl_package_db_find(db, entry->path, &rule) == RL_PACKAGE_DB_DROP) {
		decision->action = RL_ACTION_DROP;
		decision->rule = rule;
		decision->may_keep_below = false;
		return 0;
	}
	if (decision->needs_content && S_ISREG(entry->mode) && !entry->is_left_out_mount)
		return look_into(capture, entry, decision, err);
	return 0;
}

static int take_entry(struct rl_capture *capture, struct rl_entry *entry, struct rl_error *err)
{
	struct rl_decision decision;
	int ret;

	if (entry->path[0] == '\0')
		return take_root(capture, entry, err);
	leave_pending(capture, entry->depth);
	ret = decide(capture, entry, &decision, err);
	if (ret < 0)
		return ret;
	/* The image has a database of its own in the place of these files. */
	if (ret == 1 || rl_image_replaces(capture->session, entry))
		return 0;
	if (decision.action == RL_ACTION_DROP)
		return drop(capture, entry, &decision, err);
	if (!rl_portable_check(entry, &capture->report->exceptions)) {
		rl_source_descend(capture->source, RL_DESCEND_NOT);
		return 0;
	}
	if (decision.secret != NULL)
		rl_exception_tell(&capture->report->exceptions, RL_EXC_SECRET, entry->path,
			decision.secret->reason);
	ret = keep_pending(capture, err);
	if (ret == 0 && decision.action == RL_ACTION_KEEP)
		ret = rl_databases_check(&capture->databases, capture->source, entry,
			&capture->report->exceptions, err);
	if (ret != 0)
		return ret;
	if (decision.action == RL_ACTION_TRUNCATE)
		return keep_truncated(capture, entry, &decision, err);
	return keep(capture, entry, &decision, err);
}

/* Whether something that was told ends the capture. */
static int check_fatality(const struct rl_capture *capture, struct rl_error *err)
{
	const struct rl_error *fatality = &capture->report->fatality;

	if (fatality->code == 0)
		return 0;
	return rl_error_text(err, fatality->code, "%s", fatality->message);
}

/* Takes the next entry. Returns 1 to go on, 0 at the end, or < 0. */
static int step(struct rl_capture *capture, struct rl_error *err)
{
	struct rl_entry *entry;
	int ret = rl_source_next(capture->source, &entry, err);

	if (ret == 1 && *capture->stop != 0) {
		ret = rl_error_text(err, EINTR, "stopped by a signal");
	} else if (ret == 1) {
		ret = take_entry(capture, entry, err);
		if (ret == 0)
			ret = 1;
	}
	rl_snapshots_check(capture->keeper, &capture->report->exceptions);
	if (ret >= 0 && check_fatality(capture, err) != 0)
		ret = -capture->report->fatality.code;
	if (ret == 1)
		rl_progress_tick(capture->progress, capture->report, entry->path, 0);
	return ret;
}

/* The end of a capture: waits until the reader has taken all, to see what was torn. */
static int settle_all(struct rl_capture *capture, struct rl_error *err)
{
	int ret = rl_sink_drain(capture->sink, capture->stop, err);

	if (ret != 0)
		return ret;
	rl_unsettled_settle(&capture->unsettled, capture->sink, 1, &capture->report->exceptions);
	if (*capture->stop != 0)
		return rl_error_text(err, EINTR, "stopped by a signal");
	return check_fatality(capture, err);
}

/* All is read. Nobody has to wait any longer; what is told of that may end the capture, too. */
static int check_host(struct rl_capture *capture, struct rl_error *err)
{
	int ret = rl_keeper_check(capture->keeper, err);

	rl_snapshots_check(capture->keeper, &capture->report->exceptions);
	return ret == 0 ? check_fatality(capture, err) : ret;
}

int rl_capture_run(struct rl_capture *capture, struct rl_error *err)
{
	int ret;

	do
		ret = step(capture, err);
	while (ret == 1);
	/* What is told of these may have to end the capture before the stream is complete. */
	if (ret == 0 && capture->unsettled.count > 0)
		ret = settle_all(capture, err);
	/* Of a snapshot that is void, reads may fail, or may not. */
	if (ret == 0 || ret == -EIO) {
		struct rl_error broken = {0};
		int checked = check_host(capture, &broken);

		if (checked != 0) {
			ret = checked;
			*err = broken;
		}
	}
	if (ret == 0 && capture->check != NULL)
		ret = capture->check(capture->check_ctx, err);
	/* So that what is held back from now on is the archive's end, and nothing else. */
	if (ret == 0)
		ret = rl_sink_flush(capture->sink, err);
	if (ret == 0)
		ret = rl_writer_finish(capture->writer, err);
	if (ret != 0)
		rl_writer_abort(capture->writer);
	return ret;
}

void rl_capture_free(struct rl_capture *capture)
{
	leave_pending(capture, 0);
	rl_unsettled_free(&capture->unsettled);
	free(rl_steal_ptr(&capture->pending));
	rl_hardlinks_free(&capture->hardlinks);
	rl_databases_free(&capture->databases);
	rl_buf_free(&capture->default_acls);
	rl_buf_free(&capture->content);
	rl_buf_free(&capture->changed);
	rl_buf_free(&capture->changing);
}
