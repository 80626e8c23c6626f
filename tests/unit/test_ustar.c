/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"
#include "writer/ustar.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/sysmacros.h>

/* What libarchive has written. */
struct output {
	char data[8192];
	size_t len;
	/* Nothing more is of interest. */
	bool is_over;
};

static const char content[1 << 20];

static la_ssize_t take(struct archive *archive, void *ctx, const void *data, size_t size)
{
	struct output *output = ctx;

	(void)archive;
	if (output->is_over)
		return (la_ssize_t)size;
	assert_true(output->len + size <= sizeof(output->data));
	memcpy(output->data + output->len, data, size);
	output->len += size;
	return (la_ssize_t)size;
}

/* The header that libarchive makes of @member, which is one block if a plain one does. */
static void make_reference(const struct rl_member *member, struct output *output)
{
	const struct rl_entry *entry = member->entry;
	struct archive *archive = archive_write_new();
	struct archive_entry *to = archive_entry_new();

	output->len = 0;
	output->is_over = false;
	assert_int_equal(archive_write_set_format_pax(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_set_bytes_per_block(archive, 0), ARCHIVE_OK);
	assert_int_equal(archive_write_open(archive, output, NULL, take, NULL), ARCHIVE_OK);
	archive_entry_set_pathname(to, entry->path);
	archive_entry_set_mode(to, entry->mode);
	archive_entry_set_uid(to, entry->uid);
	archive_entry_set_gid(to, entry->gid);
	archive_entry_set_mtime(to, entry->mtime.tv_sec, 0);
	if (member->hardlink != NULL)
		archive_entry_set_hardlink(to, member->hardlink);
	else if (S_ISLNK(entry->mode))
		archive_entry_set_symlink(to, entry->target);
	else if (S_ISREG(entry->mode))
		archive_entry_set_size(to, (la_int64_t)entry->size);
	if (member->hardlink == NULL && (S_ISCHR(entry->mode) || S_ISBLK(entry->mode))) {
		archive_entry_set_rdevmajor(to, major(entry->rdev));
		archive_entry_set_rdevminor(to, minor(entry->rdev));
	}
	assert_true(archive_write_header(archive, to) >= ARCHIVE_WARN);
	archive_entry_free(to);
	output->is_over = true;
	/* libarchive would write what is missing, a little at a time. */
	while (archive_write_data(archive, content, sizeof(content)) > 0)
		;
	(void)archive_write_free(archive);
}

/* Makes a header by both and compares them; the mode is written with a digit more here. */
static bool is_the_same(const struct rl_member *member)
{
	struct output output;
	char header[RL_TAR_BLOCK];
	size_t i;

	if (!rl_ustar_header(member, true, header))
		return false;
	make_reference(member, &output);
	assert_int_equal(output.len, RL_TAR_BLOCK);
	for (i = 0; i < RL_TAR_BLOCK; i++) {
		/* Mode and checksum: libarchive's are put into this form by rl_pax_fix(). */
		if ((i >= 100 && i < 108) || (i >= 148 && i < 156))
			continue;
		if (header[i] != output.data[i])
			fail_msg("byte %zu is %d, not %d, of '%s'", i, header[i], output.data[i],
				member->entry->path);
	}
	assert_int_equal(strtoul(header + 100, NULL, 8), member->entry->mode & 07777);
	return true;
}

static void is_what_libarchive_writes(void **state)
{
	static const mode_t modes[] = {S_IFREG | 0644, S_IFREG | 06755, S_IFDIR | 01777,
		S_IFLNK | 0777, S_IFCHR | 0600, S_IFBLK | 0660, S_IFIFO | 0};
	char path[] = "usr/share/doc/a file", target[] = "../target", link[] = "usr/share/first";
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(modes); i++) {
		struct rl_entry entry = {.path = path,
			.mode = modes[i],
			.uid = 1000,
			.gid = 0777777,
			.size = S_ISREG(modes[i]) ? 1234567 : 0,
			.mtime = {.tv_sec = 1700000000 + (time_t)i},
			.rdev = makedev(8, 17),
			.target = target};
		struct rl_member member = {.entry = &entry};

		assert_true(is_the_same(&member));
		member.hardlink = link;
		if (!S_ISDIR(modes[i]))
			assert_true(is_the_same(&member));
	}
}

static void limits(void **state)
{
	char path[104], target[104];
	struct rl_entry entry = {.path = path, .target = target, .mode = S_IFREG | 0644};
	struct rl_member member = {.entry = &entry};
	size_t len;

	(void)state;
	for (len = 97; len < 104; len++) {
		memset(path, 'x', len);
		path[len] = '\0';
		entry.mode = S_IFREG | 0644;
		assert_int_equal(is_the_same(&member), len <= 100);
		/* There is a slash behind a directory's name. */
		entry.mode = S_IFDIR | 0755;
		assert_int_equal(is_the_same(&member), len < 100);
		memcpy(target, path, sizeof(path));
		(void)snprintf(path, sizeof(path), "link");
		entry.mode = S_IFLNK | 0777;
		assert_int_equal(is_the_same(&member), len <= 100);
	}
	entry.mode = S_IFREG | 0644;
	entry.size = 077777777777;
	entry.mtime.tv_sec = 0x7ffffffe;
	assert_true(is_the_same(&member));
}

/* Each of these makes it a member that a plain header does not do for. */
static void more_than_plain(void **state)
{
	char path[] = "file", label[] = "label";
	struct rl_acl_entry acl_entry = {.tag = RL_ACL_OTHER};
	struct rl_acl acl = {&acl_entry, 1};
	struct rl_xattr xattr = {.size = 0};
	const struct rl_extent extent = {0};
	const struct rl_entry plain = {.path = path, .mode = S_IFREG | 0644};
	struct rl_entry entry = plain;
	struct rl_member member = {.entry = &entry};
	char header[RL_TAR_BLOCK];

	(void)state;
	assert_true(rl_ustar_header(&member, true, header));
#define REFUSED(field, value)                                         \
	do {                                                          \
		entry = plain;                                        \
		entry.field = value;                                  \
		assert_false(rl_ustar_header(&member, true, header)); \
	} while (0)
	REFUSED(uid, 01000000);
	REFUSED(gid, UINT32_MAX);
	REFUSED(size, 0100000000000);
	REFUSED(mtime.tv_sec, -1);
	REFUSED(mtime.tv_sec, 0x7fffffff);
	REFUSED(mtime.tv_nsec, 1);
	assert_true(rl_ustar_header(&member, false, header));
	REFUSED(xattr_count, 1);
	entry.xattrs = &xattr;
	REFUSED(acl_access, acl);
	REFUSED(acl_default, acl);
	REFUSED(label, label);
	REFUSED(inherits_acl, true);
	REFUSED(mode, S_IFSOCK | 0644);
	entry = plain;
	path[0] = (char)0xc3;
	assert_false(rl_ustar_header(&member, true, header));
	path[0] = 'f';
	member.extents = &extent;
	assert_false(rl_ustar_header(&member, true, header));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_what_libarchive_writes),
		cmocka_unit_test(limits),
		cmocka_unit_test(more_than_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
