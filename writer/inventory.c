/* SPDX-License-Identifier: MIT */
/*
 * A line is written when the next member begins: until then the member may be taken back, or turn out not to
 * be what the host has.
 */
#include "writer/inventory.h"

#include "writer/image.h"

#include "common/escape.h"
#include "archive/tree.h"
#include "writer/digest.h"
#include "writer/writer_ops.h"

#include <jansson.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>

/*
 * A file that was changed so short a time ago may change once more without another ctime: what is written to a
 * mapping changes no date until its page has been written out, which takes up to 35 seconds (vm.dirty_expire_centisecs
 * and vm.dirty_writeback_centisecs). It is no file that could be known again.
 */
#define SETTLED_SECONDS 60

struct inventory {
	struct rl_writer writer;
	/* What writes; owned. */
	struct rl_writer *inner;
	struct rl_sink *sink;
	/* See rl_inventory_options. */
	const struct rl_writer *image;
	/* The line of the member at hand, or given last; owned; NULL: there is none. */
	json_t *line;
	/* Its path; owned. */
	char *path;
	/* The member has been given in whole. */
	bool is_complete;
	/* How many lines there are. */
	uint64_t count;
	/* Hashes the content, if it is one to be hashed; owned. */
	struct rl_digest *digest;
	bool is_hashed;
	/* What has to come with its content, although it is a further name of @first. Owned. */
	char *again, *first;
	/* Making a line failed. */
	bool has_failed;
};

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot write the manifest");
}

/* Gives the line a member, which it then owns; NULL: making it has failed. */
static void put(struct inventory *inventory, const char *key, json_t *value)
{
	if (value == NULL || json_object_set_new_nocheck(inventory->line, key, value) != 0)
		inventory->has_failed = true;
}

static json_t *hex(const void *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *byte = bytes;
	RL_AUTO_FREE char *text = size < SIZE_MAX / 2 ? malloc(2 * size + 1) : NULL;
	size_t i;

	if (text == NULL)
		return NULL;
	for (i = 0; i < size; i++) {
		text[2 * i] = digits[byte[i] >> 4];
		text[2 * i + 1] = digits[byte[i] & 15];
	}
	return json_stringn_nocheck(text, 2 * size);
}

/* A string of any bytes; @hex_key: where they are once more if it is not UTF-8. */
static void put_bytes(
	struct inventory *inventory, const char *key, const char *hex_key, const char *bytes)
{
	RL_AUTO_FREE char *escaped = NULL;

	if (rl_is_utf8(bytes)) {
		put(inventory, key, json_string_nocheck(bytes));
		return;
	}
	escaped = rl_escape(bytes);
	put(inventory, key, escaped != NULL ? json_string(escaped) : NULL);
	put(inventory, hex_key, hex(bytes, strlen(bytes)));
}

static void put_time(struct inventory *inventory, const char *key, const struct timespec *time)
{
	put(inventory, key,
		json_sprintf("%lld.%09ld", (long long)time->tv_sec, (long)time->tv_nsec));
}

static void put_acl(struct inventory *inventory, const char *key, const struct rl_acl *acl)
{
	json_t *array = acl->count > 0 ? json_array() : NULL;
	size_t i;

	if (acl->count == 0)
		return;
	for (i = 0; i < acl->count; i++) {
		const struct rl_acl_entry *entry = &acl->entries[i];

		if (json_array_append_new(
			    array, json_pack("[I, I, I]", (json_int_t)entry->tag,
					   (json_int_t)entry->perm, (json_int_t)entry->id)) != 0)
			inventory->has_failed = true;
	}
	put(inventory, key, array);
}

static void put_attributes(struct inventory *inventory, const struct rl_entry *entry)
{
	json_t *xattrs = entry->xattr_count > 0 ? json_object() : NULL;
	size_t i;

	for (i = 0; i < entry->xattr_count; i++) {
		const struct rl_xattr *xattr = &entry->xattrs[i];

		if (json_object_set_new(xattrs, xattr->name, hex(xattr->value, xattr->size)) != 0)
			inventory->has_failed = true;
	}
	if (entry->xattr_count > 0)
		put(inventory, "xattrs", xattrs);
	put_acl(inventory, "acl", &entry->acl_access);
	put_acl(inventory, "default_acl", &entry->acl_default);
	if (entry->label != NULL)
		put_bytes(inventory, "label", "label_hex", entry->label);
}

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "symlink";
	case S_IFIFO:
		return "fifo";
	case S_IFCHR:
		return "char";
	case S_IFBLK:
		return "block";
	default:
		return "file";
	}
}

static void put_metadata(struct inventory *inventory, const struct rl_entry *entry)
{
	put(inventory, "type", json_string_nocheck(type_name(entry->mode)));
	put(inventory, "mode", json_sprintf("%04o", (unsigned int)(entry->mode & 07777)));
	put(inventory, "uid", json_integer((json_int_t)entry->uid));
	put(inventory, "gid", json_integer((json_int_t)entry->gid));
	put_time(inventory, "mtime", &entry->mtime);
	if (S_ISREG(entry->mode))
		put(inventory, "size", json_integer((json_int_t)entry->size));
	if (S_ISCHR(entry->mode) || S_ISBLK(entry->mode))
		put(inventory, "rdev",
			json_sprintf("%u:%u", major(entry->rdev), minor(entry->rdev)));
	if (S_ISLNK(entry->mode))
		put_bytes(inventory, "target", "target_hex", entry->target);
	put_attributes(inventory, entry);
}

/* Whether a file system has a date of its own for changes of an inode, on a disk: others make it up. */
static bool keeps_ctime(const struct rl_entry *entry)
{
	static const char *const known[] = {
		"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "jfs"};
	size_t i;

	for (i = 0; entry->fstype != NULL && i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(entry->fstype, known[i]) == 0)
			return true;
	}
	return false;
}

/* Says which file of the host it is, if that can be told again. */
static void put_identity(struct inventory *inventory, const struct rl_entry *entry)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0 || entry->is_added || !keeps_ctime(entry) ||
		entry->ctime.tv_sec > now.tv_sec - SETTLED_SECONDS)
		return;
	put(inventory, "host",
		json_sprintf("%llu:%llu:%lld.%09ld", (unsigned long long)entry->dev,
			(unsigned long long)entry->ino, (long long)entry->ctime.tv_sec,
			(long)entry->ctime.tv_nsec));
}

/* Writes @value, which is released, as a line. */
static int write_line(struct inventory *inventory, json_t *value, struct rl_error *err)
{
	RL_AUTO_FREE char *text = value != NULL && !inventory->has_failed
					  ? json_dumps(value, JSON_COMPACT | JSON_PRESERVE_ORDER)
					  : NULL;
	RL_AUTO_FREE char *escaped = text != NULL ? rl_escape_json(text) : NULL;
	int ret;

	json_decref(value);
	if (escaped == NULL)
		return no_memory(err);
	ret = rl_sink_write(inventory->sink, escaped, strlen(escaped), err);
	return ret == 0 ? rl_sink_write(inventory->sink, "\n", 1, err) : ret;
}

/* Begins the line of @entry, behind that of the member before, unless this is the same once more. */
static int begin_line(struct inventory *inventory, const struct rl_entry *entry,
	const char *hardlink, struct rl_error *err)
{
	json_t *last = rl_steal_ptr(&inventory->line);
	int ret = 0;

	inventory->line = json_object();
	if (inventory->line == NULL)
		inventory->has_failed = true;
	put_bytes(inventory, "path", "path_hex", entry->path);
	if (last != NULL && inventory->is_complete && strcmp(inventory->path, entry->path) != 0) {
		inventory->count++;
		ret = write_line(inventory, last, err);
	} else {
		json_decref(last);
	}
	inventory->is_complete = false;
	free(inventory->path);
	inventory->path = strdup(entry->path);
	if (inventory->path == NULL)
		inventory->has_failed = true;
	if (hardlink != NULL)
		put_bytes(inventory, "hardlink", "hardlink_hex", hardlink);
	else
		put_metadata(inventory, entry);
	return ret == 0 && inventory->has_failed ? no_memory(err) : ret;
}

/* Remembers that a further name of a file comes once more, as if it were a file of its own. */
static int await_again(
	struct inventory *inventory, const struct rl_member *member, struct rl_error *err)
{
	free(inventory->again);
	free(inventory->first);
	inventory->again = strdup(member->entry->path);
	inventory->first = strdup(member->hardlink);
	if (inventory->again == NULL || inventory->first == NULL)
		return no_memory(err);
	return -EAGAIN;
}

static int inventory_prepare(struct rl_writer *writer, const char *path, struct rl_error *err)
{
	return rl_writer_prepare(((struct inventory *)writer)->inner, path, err);
}

static int inventory_begin(
	struct rl_writer *writer, const struct rl_member *member, struct rl_error *err)
{
	struct inventory *inventory = (struct inventory *)writer;
	const struct rl_entry *entry = member->entry;
	const char *hardlink = member->hardlink;
	int ret = rl_writer_begin(inventory->inner, member, err);

	if (ret == -EAGAIN && hardlink != NULL)
		return await_again(inventory, member, err);
	if (ret != 0)
		return ret;
	if (inventory->again != NULL && strcmp(inventory->again, entry->path) == 0)
		hardlink = inventory->first;
	ret = begin_line(inventory, entry, hardlink, err);
	inventory->is_hashed = false;
	if (ret != 0 || hardlink != NULL || !S_ISREG(entry->mode))
		return ret;
	if (!member->is_altered)
		put_identity(inventory, entry);
	inventory->is_hashed = true;
	if (rl_digest_restart(inventory->digest) != 0)
		return rl_error_set(err, EIO, "cannot make a digest");
	return 0;
}

static int inventory_knows(struct rl_writer *writer, const struct rl_entry *entry,
	const unsigned char **digest_ret, struct rl_error *err)
{
	struct inventory *inventory = (struct inventory *)writer;
	const unsigned char *digest;
	int known = rl_writer_knows(inventory->inner, entry, &digest, err), ret;

	if (known != 1)
		return known;
	ret = begin_line(inventory, entry, NULL, err);
	if (ret != 0)
		return ret;
	put(inventory, "sha256", hex(digest, RL_TREE_DIGEST_SIZE));
	put_identity(inventory, entry);
	inventory->is_complete = true;
	if (digest_ret != NULL)
		*digest_ret = digest;
	return 1;
}

static int inventory_data(
	struct rl_writer *writer, const void *data, size_t size, struct rl_error *err)
{
	struct inventory *inventory = (struct inventory *)writer;

	if (inventory->is_hashed)
		rl_digest_add(inventory->digest, data, size);
	return rl_writer_data(inventory->inner, data, size, err);
}

static int inventory_hole(struct rl_writer *writer, uint64_t size, struct rl_error *err)
{
	static const char zeros[64 << 10];
	struct inventory *inventory = (struct inventory *)writer;
	uint64_t left = inventory->is_hashed ? size : 0;

	while (left > 0) {
		size_t piece = left < sizeof(zeros) ? (size_t)left : sizeof(zeros);

		rl_digest_add(inventory->digest, zeros, piece);
		left -= piece;
	}
	return rl_writer_hole(inventory->inner, size, err);
}

static int inventory_end(struct rl_writer *writer, struct rl_error *err)
{
	struct inventory *inventory = (struct inventory *)writer;
	unsigned char digest[RL_DIGEST_BYTES];
	int ret = rl_writer_end(inventory->inner, err);

	if (ret != 0)
		return ret;
	inventory->is_complete = true;
	if (!inventory->is_hashed)
		return 0;
	if (rl_digest_finish_bytes(inventory->digest, digest) != 0)
		return rl_error_set(err, EIO, "cannot make a digest");
	put(inventory, "sha256", hex(digest, sizeof(digest)));
	return inventory->has_failed ? no_memory(err) : 0;
}

static void inventory_disown(struct rl_writer *writer)
{
	struct inventory *inventory = (struct inventory *)writer;

	(void)json_object_del(inventory->line, "host");
	rl_writer_disown(inventory->inner);
}

static int inventory_finish(struct rl_writer *writer, struct rl_error *err)
{
	struct inventory *inventory = (struct inventory *)writer;
	int ret = 0;

	if (inventory->is_complete && inventory->line != NULL) {
		inventory->count++;
		ret = write_line(inventory, rl_steal_ptr(&inventory->line), err);
	}
	/* A pipe is to get its end when nothing can fail any more; a file has time, and its digests come last. */
	if (ret == 0 && inventory->image != NULL)
		ret = rl_writer_finish(inventory->inner, err);
	if (ret == 0)
		ret = write_line(inventory,
			json_pack("{s:I, s:s*}", "entries", (json_int_t)inventory->count, "image",
				inventory->image != NULL ? rl_image_top(inventory->image) : NULL),
			err);
	if (ret == 0 && inventory->image == NULL)
		ret = rl_writer_finish(inventory->inner, err);
	return ret;
}

static void inventory_abort(struct rl_writer *writer)
{
	rl_writer_abort(((struct inventory *)writer)->inner);
}

static void inventory_free(struct rl_writer *writer)
{
	struct inventory *inventory = (struct inventory *)writer;

	rl_writer_free(inventory->inner);
	rl_digest_free(inventory->digest);
	json_decref(inventory->line);
	free(inventory->path);
	free(inventory->again);
	free(inventory->first);
	free(inventory);
}

/* Contents have to be seen: they are neither moved nor shared. */
static const struct rl_writer_ops inventory_ops = {
	.prepare = inventory_prepare,
	.knows = inventory_knows,
	.begin = inventory_begin,
	.data = inventory_data,
	.hole = inventory_hole,
	.end = inventory_end,
	.disown = inventory_disown,
	.finish = inventory_finish,
	.abort = inventory_abort,
	.free = inventory_free,
};

int rl_inventory_new(struct rl_writer *inner, struct rl_sink *sink,
	const struct rl_inventory_options *options, struct rl_writer **writer_ret,
	struct rl_error *err)
{
	struct inventory *inventory = calloc(1, sizeof(*inventory));
	json_t *head;
	int ret;

	if (inventory == NULL) {
		rl_writer_free(inner);
		return no_memory(err);
	}
	inventory->writer.ops = &inventory_ops;
	inventory->inner = inner;
	inventory->sink = sink;
	inventory->image = options->image;
	head = json_pack("{s:i, s:s*}", "rootlift_manifest", 1, "rules", options->rules);
	ret = write_line(inventory, head, err);
	if (ret == 0 && rl_digest_new(&inventory->digest) != 0)
		ret = no_memory(err);
	if (ret != 0) {
		inventory_free(&inventory->writer);
		return ret;
	}
	*writer_ret = &inventory->writer;
	return 0;
}
