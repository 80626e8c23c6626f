/* SPDX-License-Identifier: MIT */
#include "cli/member.h"

#include "cli/change.h"
#include "cli/format.h"
#include "scan/stat.h"
#include "writer/tar.h"

#include <string.h>

/* The file at hand, and what the last attempt to write it came to. */
struct attempt {
	struct rl_entry *entry;
	struct rl_content *content;
	const struct rl_decision *decision;
	const struct rl_transform *transform;
	/* There will be no further attempt. */
	bool is_last;
	/* The file changed while it was read. */
	bool is_torn;
	/* Nothing of it was written, since it cannot be read. */
	bool is_unreadable;
	/* Bytes whose pages were handed on, or whose blocks are shared. */
	uint64_t moved;
	/* Bytes in holes. */
	uint64_t holes;
	/* Why reading failed, a positive errno, and before which byte; 0: it did not. */
	int failed;
	uint64_t failed_at;
};

static void tell(struct rl_capture *capture, enum rl_exception_kind kind,
	const struct rl_entry *entry, const char *detail)
{
	rl_exception_tell(&capture->report->exceptions, kind, entry->path, detail);
}

static int check_stop(const struct rl_capture *capture, struct rl_error *err)
{
	if (*capture->stop == 0)
		return 0;
	return rl_error_text(err, EINTR, "stopped by a signal");
}

/* Reads the whole content into memory. */
static int read_whole(struct rl_capture *capture, struct attempt *attempt)
{
	struct rl_buf *into = &capture->content;
	struct rl_chunk chunk;
	int ret;

	rl_buf_truncate(into, 0);
	while ((ret = rl_content_next(attempt->content, &chunk)) != 0) {
		if (ret < 0) {
			attempt->failed = -ret;
			return 0;
		}
		if (rl_buf_reserve(into, chunk.size) != 0)
			return -ENOMEM;
		if (chunk.data != NULL) {
			memcpy(into->data + into->len, chunk.data, chunk.size);
			rl_pace_take(&capture->pace, chunk.size);
		} else {
			memset(into->data + into->len, 0, chunk.size);
			attempt->holes += chunk.size;
		}
		into->len += chunk.size;
		if (*capture->stop != 0)
			return -EINTR;
	}
	return 0;
}

/* Writes the content as it is read. Zeros stand for what cannot be read. */
static int write_through(struct rl_capture *capture, struct attempt *attempt, struct rl_error *err)
{
	struct rl_chunk chunk;
	uint64_t done = attempt->moved;
	int ret;

	while ((ret = rl_content_next(attempt->content, &chunk)) != 0) {
		if (ret < 0) {
			attempt->failed = -ret;
			attempt->failed_at = done;
			continue;
		}
		if (chunk.data != NULL) {
			rl_pace_take(&capture->pace, chunk.size);
			ret = rl_writer_data(capture->writer, chunk.data, chunk.size, err);
		} else {
			ret = rl_writer_hole(capture->writer, chunk.size, err);
			attempt->holes += chunk.size;
		}
		if (ret == 0)
			ret = check_stop(capture, err);
		if (ret != 0)
			return ret;
		done += chunk.size;
		rl_progress_tick(capture->progress, capture->report, attempt->entry->path, done);
	}
	return 0;
}

/* Begins a member, as a sparse one if that is wanted and the file has holes. */
static int begin(struct rl_capture *capture, const struct attempt *attempt, struct rl_error *err)
{
	const struct rl_entry *entry = attempt->entry;
	RL_AUTO_FREE struct rl_extent *extents = NULL;
	struct rl_member member = {.entry = entry, .is_altered = attempt->transform != NULL};
	size_t count = 0;

	if (capture->sparse && entry->allocated < entry->size) {
		int ret = rl_content_extents(attempt->content, &extents, &count);

		if (ret != 0)
			return rl_error_set(
				err, -ret, "cannot find the holes of '%s'", entry->path);
		if (count != 1 || extents[0].length != entry->size) {
			/* A file that is one hole has no extents, but is sparse for all that. */
			static const struct rl_extent none;

			member.extents = extents != NULL ? extents : &none;
			member.extent_count = count;
		}
	}
	return rl_writer_begin(capture->writer, &member, err);
}

/* Writes a whole member at once. */
static int write_at_once(struct rl_capture *capture, const struct attempt *attempt,
	const char *data, size_t size, struct rl_error *err)
{
	int ret = -EAGAIN, tries = 0;

	/* It may have to be given a second time. */
	while (ret == -EAGAIN && tries++ < 2) {
		ret = begin(capture, attempt, err);
		if (ret == 0 && size > 0)
			ret = rl_writer_data(capture->writer, data, size, err);
		if (ret == 0)
			ret = rl_writer_end(capture->writer, err);
	}
	return ret;
}

/* One attempt at a file that fits into memory: it is written only once it is known to be good. */
static int try_whole(struct rl_capture *capture, struct attempt *attempt, struct rl_error *err)
{
	const struct rl_buf *content = &capture->content;
	const char *whole = rl_content_whole(attempt->content);
	int ret;

	if (whole != NULL && attempt->transform == NULL) {
		size_t size = (size_t)attempt->entry->size;

		rl_pace_take(&capture->pace, size);
		return write_at_once(capture, attempt, whole, size, err);
	}
	ret = read_whole(capture, attempt);
	if (ret == -EINTR)
		return check_stop(capture, err);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot read '%s'", attempt->entry->path);
	attempt->is_unreadable = attempt->failed != 0;
	attempt->is_torn = !attempt->is_unreadable && rl_content_changed(attempt->content);
	if (attempt->is_unreadable || (attempt->is_torn && !attempt->is_last))
		return 0;
	if (attempt->transform != NULL) {
		ret = rl_change_apply(capture, attempt->entry, attempt->transform);
		if (ret < 0)
			return rl_error_set(err, -ret, "cannot change '%s'", attempt->entry->path);
		capture->report->changed += ret == 1;
		content = &capture->changed;
		attempt->entry->size = content->len;
		attempt->entry->allocated = content->len;
	}
	return write_at_once(capture, attempt, content->data, content->len, err);
}

/* How many bytes of the content are in holes. */
static uint64_t count_holes(const struct attempt *attempt)
{
	const struct rl_entry *entry = attempt->entry;
	RL_AUTO_FREE struct rl_extent *extents = NULL;
	uint64_t holes = entry->size;
	size_t i, count;

	if (entry->allocated >= entry->size ||
		rl_content_extents(attempt->content, &extents, &count) != 0)
		return 0;
	for (i = 0; i < count; i++)
		holes -= extents[i].length;
	return holes;
}

/* Whether the output may share blocks with the file. */
static bool can_share(const struct rl_capture *capture, const struct attempt *attempt)
{
	return capture->reflink && attempt->transform == NULL &&
	       attempt->entry->size >= RL_TAR_ALIGN_MIN && rl_sink_can_share(capture->sink) &&
	       rl_content_fd(attempt->content, NULL) >= 0;
}

/* Shares what can be shared: whole blocks from the beginning on, as they are at one moment. */
static int share_blocks(struct rl_capture *capture, struct attempt *attempt, struct rl_error *err)
{
	uint64_t offset, holes = count_holes(attempt);
	int fd = rl_content_fd(attempt->content, &offset);
	int64_t len = rl_writer_share(capture->writer, fd, offset, attempt->entry->size, err);

	if (len == -EOPNOTSUPP)
		return 0;
	if (len < 0)
		return (int)len;
	rl_content_moved(attempt->content, (uint64_t)len);
	attempt->holes = holes;
	attempt->moved = (uint64_t)len;
	return 0;
}

/* One attempt at a large file: written as it is read, taken back if it has changed meanwhile. */
static int try_through(struct rl_capture *capture, struct attempt *attempt, struct rl_error *err)
{
	int ret = rl_writer_prepare(capture->writer, attempt->entry->path, err);
	uint64_t start = rl_sink_position(capture->sink);

	if (ret == 0)
		ret = begin(capture, attempt, err);
	if (ret == 0 && can_share(capture, attempt))
		ret = share_blocks(capture, attempt, err);
	if (ret == 0)
		ret = write_through(capture, attempt, err);
	if (ret == 0)
		ret = rl_writer_end(capture->writer, err);
	if (ret != 0)
		return ret;
	attempt->is_torn = attempt->failed == 0 && rl_content_changed(attempt->content);
	if (attempt->is_torn && !attempt->is_last)
		return rl_sink_rewind(capture->sink, start, err);
	capture->report->shared += attempt->moved;
	return 0;
}

/*
 * Whether the pages of the file can be handed to a pipe. Not of one that changed a short while ago: what
 * is on its way could neither be taken back nor read again.
 */
static bool can_move(const struct rl_capture *capture, const struct attempt *attempt)
{
	return attempt->transform == NULL && attempt->entry->size >= RL_MEMBER_MOVE_MIN &&
	       rl_sink_can_move(capture->sink) && capture->pace.rate == 0 &&
	       capture->unsettled.count < RL_UNSETTLED_MAX && !rl_stat_is_hot(attempt->entry) &&
	       rl_content_is_movable(attempt->content);
}

/* Hands the pages on as long as that goes; how far shows in the content. */
static int move_pages(struct rl_capture *capture, struct attempt *attempt, struct rl_error *err)
{
	const uint64_t size = attempt->entry->size;
	int ret = 0;

	while (ret == 0 && attempt->moved < size) {
		uint64_t offset;
		int fd = rl_content_fd(attempt->content, &offset);
		ssize_t len =
			rl_writer_move(capture->writer, fd, offset, size - attempt->moved, err);

		if (len == -EOPNOTSUPP)
			break;
		if (len < 0)
			return (int)len;
		rl_content_moved(attempt->content, (uint64_t)len);
		if (len == 0)
			break;
		attempt->moved += (uint64_t)len;
		rl_progress_tick(
			capture->progress, capture->report, attempt->entry->path, attempt->moved);
		ret = check_stop(capture, err);
	}
	return ret;
}

/* The one attempt at a file whose pages go into a pipe. Whether it was torn is found out later. */
static int try_moving(struct rl_capture *capture, struct attempt *attempt, struct rl_error *err)
{
	int ret = begin(capture, attempt, err);

	if (ret == 0)
		ret = move_pages(capture, attempt, err);
	if (ret == 0)
		ret = write_through(capture, attempt, err);
	if (ret == 0)
		ret = rl_writer_end(capture->writer, err);
	if (ret != 0)
		return ret;
	if (rl_unsettled_add(&capture->unsettled, rl_steal_ptr(&attempt->content),
		    attempt->entry->path, rl_sink_position(capture->sink)) != 0)
		return rl_error_set(err, ENOMEM, "cannot go on capturing");
	return 0;
}

/* The entry has just got what the open file says: what is to be changed of that is changed again. */
static void look_again(struct rl_capture *capture, const struct attempt *attempt)
{
	struct rl_entry *entry = attempt->entry;
	size_t i;

	rl_portable_dates(entry, &capture->portable, NULL);
	for (i = 0; i < attempt->decision->change_count; i++)
		rl_change_owner(entry, &attempt->decision->changes[i]);
}

/* One attempt, by the way that suits the file. */
static int try(
	struct rl_capture *capture, struct attempt *attempt, int number, struct rl_error *err)
{
	struct rl_entry *entry = attempt->entry;
	uint64_t whole_max = rl_stat_is_hot(entry) ? RL_MEMBER_HOT_MAX : RL_MEMBER_WHOLE_MAX;
	bool is_whole = attempt->transform != NULL ||
			(entry->size <= whole_max && !can_share(capture, attempt));

	*attempt = (struct attempt){.entry = entry,
		.content = attempt->content,
		.decision = attempt->decision,
		.transform = attempt->transform};
	/* What has changed once meanwhile is hot. */
	if (can_move(capture, attempt)) {
		attempt->is_last = true;
		return try_moving(capture, attempt, err);
	}
	attempt->is_last =
		number == RL_MEMBER_REREADS || (!is_whole && !rl_sink_can_rewind(capture->sink));
	return (is_whole ? try_whole : try_through)(capture, attempt, err);
}

/* Reads and writes until the file holds still. */
static int write_stable(struct rl_capture *capture, struct attempt *attempt, struct rl_error *err)
{
	struct rl_entry *entry = attempt->entry;
	int tries = 0;

	for (;;) {
		int ret = try(capture, attempt, tries, err);

		if (ret == 0)
			ret = check_stop(capture, err);
		/* What has to be given once more has not been written. */
		if (ret != -EAGAIN) {
			if (ret != 0 || !attempt->is_torn || attempt->is_last)
				return ret;
			tries++;
		}
		ret = rl_content_rewind(attempt->content, entry);
		if (ret != 0) {
			/* Nothing of it has been written, or that has been taken back. */
			attempt->is_unreadable = true;
			attempt->failed = -ret;
			return 0;
		}
		look_again(capture, attempt);
	}
}

static void tell_holes(struct rl_capture *capture, const struct rl_entry *entry, uint64_t holes)
{
	char bytes[RL_FORMAT_MAX];

	if (holes > RL_MEMBER_HOLES_MAX && !capture->sparse)
		tell(capture, RL_EXC_HOLES, entry, rl_format_bytes(holes, bytes));
}

/* Tells what is to be told of an attempt. Returns 1 if the file is in the output, else 0. */
static int tell_outcome(struct rl_capture *capture, const struct attempt *attempt)
{
	char detail[160];

	if (attempt->is_unreadable) {
		tell(capture, RL_EXC_UNREADABLE, attempt->entry, rl_errno_text(attempt->failed));
		return 0;
	}
	if (attempt->failed != 0) {
		(void)snprintf(detail, sizeof(detail), "%s, zeros from byte %llu on",
			rl_errno_text(attempt->failed), (unsigned long long)attempt->failed_at);
		tell(capture, RL_EXC_DAMAGED, attempt->entry, detail);
	}
	if (attempt->is_torn)
		tell(capture, RL_EXC_TORN, attempt->entry, NULL);
	if (attempt->is_torn || attempt->failed != 0)
		rl_writer_disown(capture->writer);
	tell_holes(capture, attempt->entry, attempt->holes);
	return 1;
}

/* A dry run reads no content: holes, as far as the output's size goes, are as good. */
static int pretend(struct rl_capture *capture, const struct attempt *attempt, struct rl_error *err)
{
	const struct rl_entry *entry = attempt->entry;
	int ret = begin(capture, attempt, err);

	if (ret == 0)
		ret = rl_writer_hole(capture->writer, entry->size, err);
	if (ret == 0)
		ret = rl_writer_end(capture->writer, err);
	if (ret != 0)
		return ret;
	if (entry->allocated < entry->size && entry->size - entry->allocated > RL_MEMBER_HOLES_MAX)
		tell_holes(capture, entry, count_holes(attempt));
	return 1;
}

int rl_member_write(struct rl_capture *capture, struct rl_entry *entry,
	const struct rl_decision *decision, const struct rl_transform *transform,
	struct rl_error *err)
{
	struct attempt attempt = {.entry = entry, .decision = decision, .transform = transform};
	int ret = rl_source_open(capture->source, entry, &attempt.content, err);

	rl_unsettled_settle(
		&capture->unsettled, capture->sink, RL_UNSETTLED_ASK, &capture->report->exceptions);
	if (ret <= 0)
		return ret;
	look_again(capture, &attempt);
	if (transform != NULL && entry->size > RL_CHANGE_MAX) {
		tell(capture, RL_EXC_NOT_CHANGED, entry, "it is too large");
		attempt.transform = NULL;
	}
	if (capture->dry_run && attempt.transform == NULL) {
		ret = pretend(capture, &attempt, err);
	} else {
		ret = write_stable(capture, &attempt, err);
		if (ret == 0)
			ret = tell_outcome(capture, &attempt);
	}
	rl_content_close(attempt.content);
	if (capture->content.cap > RL_MEMBER_WHOLE_MAX) {
		rl_buf_free(&capture->content);
		rl_buf_free(&capture->changed);
		rl_buf_free(&capture->changing);
	}
	return ret;
}
