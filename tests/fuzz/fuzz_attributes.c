/* SPDX-License-Identifier: MIT */
/**
 * Any bytes as the extended attributes, the ACL and the label of a file (a hostile disk has what it
 * likes): which, length and value of one after the other. They are made fit for engines, and written
 * as a tar.
 */
#include "writer/portable.h"
#include "writer/tar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"user.a", "security.capability", "trusted.overlay.opaque",
	"system.posix_acl_access", "system.nfs4_acl", "security.ima", "user.="};

/* What comes behind the names: the label, and the ACL. */
#define NAME_COUNT (sizeof(names) / sizeof(*names))
#define WHICH_LABEL NAME_COUNT
#define WHICH_ACL (NAME_COUNT + 1)

static void set_label(struct rl_entry *entry, const uint8_t *data, size_t len)
{
	free(entry->label);
	entry->label = strndup((const char *)data, len);
	if (entry->label == NULL)
		abort();
	entry->label_size = strlen(entry->label) + len % 2;
}

/* Five bytes an entry. */
static void set_acl(struct rl_entry *entry, const uint8_t *data, size_t len)
{
	size_t i, count = len / 5;

	free(entry->acl_access.entries);
	entry->acl_access = (struct rl_acl){calloc(count + 1, sizeof(struct rl_acl_entry)), count};
	if (entry->acl_access.entries == NULL)
		abort();
	for (i = 0; i < count; i++, data += 5) {
		struct rl_acl_entry *to = &entry->acl_access.entries[i];

		*to = (struct rl_acl_entry){
			(enum rl_acl_tag)(1U << data[0] % 6), data[1] & 7U, RL_ACL_NO_ID};
		if (to->tag == RL_ACL_USER || to->tag == RL_ACL_GROUP)
			memcpy(&to->id, data + 1, sizeof(to->id));
	}
}

/* Adds attributes until @data is used up; the file's own name comes first. */
static void fill(struct rl_entry *entry, const uint8_t *data, size_t size)
{
	while (size >= 2) {
		size_t which = data[0] % (NAME_COUNT + 2), len = data[1];

		data += 2;
		size -= 2;
		if (len > size)
			len = size;
		if (which == WHICH_LABEL)
			set_label(entry, data, len);
		else if (which == WHICH_ACL)
			set_acl(entry, data, len);
		else if (rl_entry_add_xattr(entry, names[which], data, len) != 0)
			abort();
		data += len;
		size -= len;
	}
}

static void write_entry(const struct rl_entry *entry)
{
	const struct rl_tar_options options = {.mtime_ns = true};
	const struct rl_member member = {.entry = entry};
	struct rl_writer *writer;
	struct rl_sink *sink;

	if (rl_sink_open_null(&sink) != 0 || rl_tar_new(sink, &options, &writer, NULL) != 0 ||
		rl_writer_begin(writer, &member, NULL) != 0 || rl_writer_end(writer, NULL) != 0 ||
		rl_writer_finish(writer, NULL) != 0)
		abort();
	if (rl_sink_position(sink) % 512 != 0)
		abort();
	rl_writer_free(writer);
	rl_sink_free(sink);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rl_portable_options options = {.latest_mtime = INT64_MAX};
	struct rl_entry entry = {.mode = S_IFREG | 0644};
	char name[128] = "name";
	size_t len = size < sizeof(name) ? size : sizeof(name) - 1;

	if (size < 32)
		return 0;
	memcpy(name, data, len);
	name[len] = '\0';
	entry.mode = (data[0] & 1 ? S_IFDIR : S_IFREG) | data[1];
	memcpy(&entry.mtime.tv_sec, data + 2, sizeof(entry.mtime.tv_sec));
	memcpy(&entry.uid, data + 10, sizeof(entry.uid));
	memcpy(&entry.gid, data + 14, sizeof(entry.gid));
	if (name[0] == '\0' || name[0] == '/' || rl_entry_set_path(&entry, name) != 0) {
		rl_entry_clear(&entry);
		return 0;
	}
	fill(&entry, data + 18, size - 18);
	if (rl_portable_check(&entry, NULL)) {
		rl_portable_dates(&entry, &options, NULL);
		if (rl_portable_attributes(&entry, NULL) != 0)
			abort();
		write_entry(&entry);
	}
	rl_entry_clear(&entry);
	return 0;
}
