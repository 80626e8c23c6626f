/* SPDX-License-Identifier: MIT */
/* Archives are made by hand, header by header, or by GNU tar and bsdtar. */
#include "archive/tar_reader.h"

#include "tests/unit/archive_made.h"

#include <sys/sysmacros.h>

/* An archive in the making. */
static char bytes[1 << 20];
static size_t size;
/* What was told, "path: detail" and a newline each. */
static char told[1024];

static void tell(void *ctx, enum rl_exception_kind kind, const char *path, const char *detail)
{
	size_t len = strlen(told);

	(void)ctx;
	assert_int_equal(kind, RL_EXC_METADATA);
	(void)snprintf(told + len, sizeof(told) - len, "%s: %s\n", path, detail);
}

/* A scratch directory. */
static char scratch[] = "/tmp/rootlift-reader-XXXXXX";

static int set_up_all(void **state)
{
	(void)state;
	return mkdtemp(scratch) == NULL || chdir(scratch) != 0;
}

static int tear_down_all(void **state)
{
	(void)state;
	return system("rm -r names sparse") != 0 || chdir("/") != 0 || rmdir(scratch) != 0;
}

static const struct rl_exception_sink sink = {.tell = tell};

static int set_up(void **state)
{
	(void)state;
	memset(bytes, 0, sizeof(bytes));
	size = 0;
	told[0] = '\0';
	return 0;
}

/* Appends a ustar header, whose name may have 100 bytes, and content. */
static void put(const char *name, char type, const char *link, const void *content, size_t len)
{
	char *header = bytes + size;
	unsigned int sum = 0;
	size_t i;

	memcpy(header, name, strlen(name));
	(void)snprintf(header + 100, 8, "%07o", 0664);
	(void)snprintf(header + 108, 8, "%07o", 1);
	(void)snprintf(header + 116, 8, "%07o", 2);
	(void)snprintf(header + 124, 12, "%011zo", len);
	(void)snprintf(header + 136, 12, "%011o", 1000000000);
	header[156] = type;
	memcpy(header + 157, link, strlen(link));
	memcpy(header + 257,
		"ustar\0"
		"00",
		8);
	memset(header + 148, ' ', 8);
	for (i = 0; i < 512; i++)
		sum += (unsigned char)header[i];
	(void)snprintf(header + 148, 8, "%06o", sum);
	if (len > 0)
		memcpy(header + 512, content, len);
	size += 512 + (len + 511) / 512 * 512;
}

/* Appends a record to an extended header. */
static void record(char *records, size_t *len, const char *key, const void *value, size_t value_len)
{
	size_t rest = strlen(key) + value_len + 3, all = rest + 1;
	char number[24];

	while (all != rest + (size_t)snprintf(number, sizeof(number), "%zu", all))
		all = rest + strlen(number);
	*len += (size_t)snprintf(records + *len, all, "%s %s=", number, key);
	memcpy(records + *len, value, value_len);
	*len += value_len;
	records[(*len)++] = '\n';
}

/* Appends an extended header of up to three records, whose values are texts. */
static void put_pax(const char *const *pairs)
{
	char records[4096];
	size_t len = 0;

	for (; pairs[0] != NULL; pairs += 2)
		record(records, &len, pairs[0], pairs[1], strlen(pairs[1]));
	put("PaxHeader", 'x', "", records, len);
}

#define PAX(...) put_pax((const char *const[]){__VA_ARGS__, NULL})

/* Appends the two blocks at an archive's end. */
static void end(void)
{
	size += 1024;
}

static struct made_stream stream;

static struct rl_tar_reader *reader_of(const char *data, size_t len, enum rl_tar_reader_flags flags)
{
	struct rl_tar_reader *reader;

	stream = made_stream_of(data, len);
	assert_int_equal(rl_tar_reader_new(&stream.stream, flags, &sink, &reader, NULL), 0);
	return reader;
}

/* Reads the one member that the archive has, and takes its entry. */
static struct rl_entry only(void)
{
	struct rl_tar_reader *reader;
	struct rl_tar_member *member;
	struct rl_entry entry;

	end();
	reader = reader_of(bytes, size, RL_TAR_READER_PLAIN);
	assert_int_equal(rl_tar_reader_next(reader, &member, NULL), 1);
	assert_null(member->hardlink);
	entry = member->entry;
	member->entry = (struct rl_entry){0};
	assert_int_equal(rl_tar_reader_next(reader, &member, NULL), 0);
	assert_true(stream.is_at_end);
	rl_tar_reader_free(reader);
	size = 0;
	memset(bytes, 0, 16384);
	return entry;
}

/* "tag:id:perm" of each entry. */
static const char *acl_text(const struct rl_acl *acl)
{
	static char text[512];
	size_t i, len = 0;

	text[0] = '\0';
	for (i = 0; i < acl->count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%x:%d:%u ",
			acl->entries[i].tag, (int)acl->entries[i].id, acl->entries[i].perm);
	return text;
}

static void acls_come_as_text(void **state)
{
	static const struct {
		/* For what type of file. */
		char type;
		const char *key, *text, *access, *inherited;
		mode_t mode;
		const char *told;
	} cases[] = {
		/* GNU tar's, with and without names; the mask is the mode's, whatever libarchive does. */
		{'0', "SCHILY.acl.access",
			"user::rw-,user:joe:r--:1234,group::---,mask::rw-,other::r--",
			"1:-1:6 2:1234:4 4:-1:0 10:-1:6 20:-1:4 ", "", 0664, ""},
		{'0', "SCHILY.acl.access",
			"user::rw-\ngroup::r-x\ngroup:5:-w-\nuser:7:--x\nuser:6:rwx\nmask::"
			"rwx\nother::---\n",
			"1:-1:6 2:6:7 2:7:1 4:-1:5 8:5:2 10:-1:7 20:-1:0 ", "", 0670, ""},
		/* No more than the mode. */
		{'0', "SCHILY.acl.access", "user::rw-,group::r--,other::r--", "", "", 0644, ""},
		{'5', "SCHILY.acl.default", "user::rwx,user:5:r-x,group::r-x,mask::r-x,other::---",
			"", "1:-1:7 2:5:5 4:-1:5 10:-1:5 20:-1:0 ", 0664, ""},
		{'0', "SCHILY.acl.default", "user::rwx,group::r-x,other::---", "", "", 0664,
			"f: default ACL of what is no directory\n"},
		/* Who joe is, is for others to find out. */
		{'0', "SCHILY.acl.access",
			"user::rw-,user:joe:r--,user:5:rw-,group::r--,mask::rw-,other::r--",
			"1:-1:6 2:5:6 4:-1:4 10:-1:6 20:-1:4 ", "", 0664, ""},
		{'0', "SCHILY.acl.access",
			"user::rw-,group:4000000000:r--,group::r--,mask::rw-,other::r--",
			"1:-1:6 4:-1:4 8:-294967296:4 10:-1:6 20:-1:4 ", "", 0664, ""},
		/* What a kernel would not take: no mask. */
		{'0', "SCHILY.acl.access", "user::rw-,user:5:r--,group::r--,other::r--", "", "",
			0644, "f: SCHILY.acl.access\n"},
		{'0', "SCHILY.acl.access", "user::rw-,nonsense", "", "", 0664,
			"f: Parse error:  SCHILY.acl.access\n"},
		{'0', "SCHILY.acl.ace", "owner@:rw-p--aARWcCos:-------:allow", "", "", 0664,
			"f: NFSv4 ACL\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_entry entry;

		told[0] = '\0';
		PAX(cases[i].key, cases[i].text);
		put("f", cases[i].type, "", "", 0);
		entry = only();
		assert_string_equal(acl_text(&entry.acl_access), cases[i].access);
		assert_string_equal(acl_text(&entry.acl_default), cases[i].inherited);
		assert_int_equal(entry.mode & 07777, cases[i].mode);
		assert_string_equal(told, cases[i].told);
		assert_int_equal(entry.xattr_count, 0);
		rl_entry_clear(&entry);
	}
}

#define NO_ID "\377\377\377\377"
#define BINARY                                                            \
	"\2\0\0\0\1\0\6\0" NO_ID "\4\0\4\0" NO_ID "\2\0\4\0\0\50\153\356" \
	"\20\0\6\0" NO_ID "\40\0\4\0" NO_ID

static void acls_come_in_the_kernels_form(void **state)
{
	static const struct {
		const char *value;
		size_t len;
		const char *access, *told;
	} cases[] = {
#define CASE(value, access, told) {value, sizeof(value) - 1, access, told}
		CASE(BINARY, "1:-1:6 2:-294967296:4 4:-1:4 10:-1:6 20:-1:4 ", ""),
		/* No more than the mode; and nothing at all, which takes away what is inherited. */
		CASE("\2\0\0\0\1\0\6\0" NO_ID "\4\0\4\0" NO_ID "\40\0\4\0" NO_ID, "", ""),
		CASE("\2\0\0\0", "", ""),
#define BAD "f: system.posix_acl_access\n"
		CASE("\1\0\0\0", "", BAD),
		CASE("\2\0\0", "", BAD),
		CASE("\2\0\0\0\1\0\6\0", "", BAD),
		CASE("\2\0\0\0\1\0\6\0" NO_ID, "", BAD),
		CASE("\2\0\0\0\1\0\6\0" NO_ID "\1\0\6\0" NO_ID "\4\0\4\0" NO_ID "\40\0\4\0" NO_ID,
			"", BAD),
		CASE("\2\0\0\0\3\0\6\0" NO_ID "\4\0\4\0" NO_ID "\40\0\4\0" NO_ID, "", BAD),
		CASE("\2\0\0\0\1\0\10\0" NO_ID "\4\0\4\0" NO_ID "\40\0\4\0" NO_ID, "", BAD),
		CASE("\2\0\0\0\1\0\6\0" NO_ID "\4\0\4\0" NO_ID "\10\0\4\0\1\0\0\0"
		     "\40\0\4\0" NO_ID,
			"", BAD),
	};
	char records[512];
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_entry entry;

		told[0] = '\0';
		len = 0;
		record(records, &len, "SCHILY.xattr.system.posix_acl_access", cases[i].value,
			cases[i].len);
		put("PaxHeader", 'x', "", records, len);
		put("f", '0', "", "", 0);
		entry = only();
		assert_string_equal(acl_text(&entry.acl_access), cases[i].access);
		assert_int_equal(entry.mode & 07777, 0664);
		assert_string_equal(told, cases[i].told);
		assert_int_equal(entry.xattr_count, 0);
		rl_entry_clear(&entry);
	}
}

static void the_kernels_form_wins(void **state)
{
	struct rl_entry entry;
	char records[512];
	size_t len = 0;

	(void)state;
	record(records, &len, "SCHILY.acl.access",
		"user::rwx,user:joe:rwx,group::---,mask::rwx,other::---", 54);
	record(records, &len, "SCHILY.xattr.system.posix_acl_access", BINARY, sizeof(BINARY) - 1);
	put("PaxHeader", 'x', "", records, len);
	put("f", '0', "", "", 0);
	entry = only();
	assert_string_equal(
		acl_text(&entry.acl_access), "1:-1:6 2:-294967296:4 4:-1:4 10:-1:6 20:-1:4 ");
	assert_int_equal(entry.mode & 07777, 0664);
	assert_string_equal(told, "");
	rl_entry_clear(&entry);
}

static void labels_come_in_two_forms(void **state)
{
	static const struct {
		const char *rht, *xattr;
		size_t len, expect;
	} cases[] = {{"u:r:t", NULL, 0, 6}, {NULL, "u:r:t", 6, 6}, {"u:r:t", "u:r:t", 6, 6},
		{"u:r:t", "u:r:t", 5, 5}};
	char records[512];
	size_t i, len, order;

	(void)state;
	for (i = 0; i < COUNT(cases) * 2; i++) {
		size_t n = i / 2;
		struct rl_entry entry;

		len = 0;
		for (order = 0; order < 2; order++) {
			if ((i + order) % 2 == 0 && cases[n].rht != NULL)
				record(records, &len, "RHT.security.selinux", cases[n].rht, 5);
			if ((i + order) % 2 == 1 && cases[n].xattr != NULL)
				record(records, &len, "SCHILY.xattr.security.selinux",
					cases[n].xattr, cases[n].len);
		}
		put("PaxHeader", 'x', "", records, len);
		put("f", '0', "", "", 0);
		entry = only();
		assert_string_equal(entry.label, "u:r:t");
		assert_int_equal(entry.label_size, cases[n].expect);
		assert_int_equal(entry.xattr_count, 0);
		rl_entry_clear(&entry);
	}
}

static void names_are_bytes(void **state)
{
	/* Latin-1, UTF-8 in both normal forms, and what is neither. */
	static const char *const names[] = {
		"caf\xe9", "caf\xc3\xa9", "cafe\xcc\x81", "\xff\xfe\x80", "a\nb"};
	struct rl_entry entry;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		PAX("path", names[i], "linkpath", names[i]);
		put("short", '2', "other", "", 0);
		entry = only();
		assert_string_equal(entry.path, names[i]);
		assert_string_equal(entry.target, names[i]);
		rl_entry_clear(&entry);
		PAX("hdrcharset", "BINARY", "path", names[i], "linkpath", names[i]);
		put("short", '2', "other", "", 0);
		entry = only();
		assert_string_equal(entry.path, names[i]);
		assert_string_equal(entry.target, names[i]);
		rl_entry_clear(&entry);
		put(names[i], '2', names[i], "", 0);
		entry = only();
		assert_string_equal(entry.path, names[i]);
		assert_string_equal(entry.target, names[i]);
		rl_entry_clear(&entry);
		put("././@LongLink", 'L', "", names[i], strlen(names[i]) + 1);
		put("././@LongLink", 'K', "", names[i], strlen(names[i]) + 1);
		put("short", '2', "other", "", 0);
		entry = only();
		assert_string_equal(entry.path, names[i]);
		assert_string_equal(entry.target, names[i]);
		rl_entry_clear(&entry);
	}
	assert_string_equal(told, "");
}

static void plain_facts_are_taken(void **state)
{
	struct rl_entry entry;

	(void)state;
	PAX("uid", "4294967294", "gid", "3000000", "mtime", "5.25", "SCHILY.fflags", "schg",
		"SCHILY.xattr.user.empty", "");
	put("f", '0', "", "abc", 3);
	entry = only();
	assert_int_equal(entry.mode, S_IFREG | 0664);
	assert_int_equal(entry.uid, 4294967294);
	assert_int_equal(entry.gid, 3000000);
	assert_int_equal(entry.size, 3);
	assert_int_equal(entry.mtime.tv_sec, 5);
	assert_int_equal(entry.mtime.tv_nsec, 250000000);
	assert_true(entry.is_immutable);
	assert_true(entry.is_loaded);
	assert_int_equal(entry.xattr_count, 1);
	assert_string_equal(entry.xattrs[0].name, "user.empty");
	assert_int_equal(entry.xattrs[0].size, 0);
	rl_entry_clear(&entry);
	/* Of a type that there is not; its content is passed over. */
	put("m", 'M', "", "abc", 3);
	entry = only();
	assert_int_equal(entry.mode & S_IFMT, 0);
	rl_entry_clear(&entry);
	/* Old tars have no type for directories. */
	put("d/", '0', "", "", 0);
	entry = only();
	assert_int_equal(entry.mode & S_IFMT, S_IFDIR);
	assert_string_equal(entry.path, "d");
	rl_entry_clear(&entry);
	assert_string_equal(told, "");
}

/* What reading an archive to its end, with all contents, comes to. */
static int read_all(
	const char *data, size_t len, enum rl_tar_reader_flags flags, struct rl_error *err)
{
	struct rl_tar_reader *reader;
	struct rl_tar_member *member;
	const void *piece;
	size_t piece_len;
	uint64_t offset;
	int ret;

	stream = made_stream_of(data, len);
	ret = rl_tar_reader_new(&stream.stream, flags, &sink, &reader, err);
	if (ret != 0)
		return ret;
	while ((ret = rl_tar_reader_next(reader, &member, err)) == 1) {
		while ((ret = rl_tar_reader_data(reader, &piece, &piece_len, &offset, err)) == 1)
			;
		if (ret != 0)
			break;
	}
	rl_tar_reader_free(reader);
	return ret;
}

static void what_is_no_archive_is_refused(void **state)
{
	static const char zeros[10240];
	struct rl_error err = {0};
	char noise[2048];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(noise); i++)
		noise[i] = (char)(i * 7);
	assert_int_equal(read_all(noise, sizeof(noise), 0, &err), -EINVAL);
	assert_string_equal(err.message, "it is no tar archive");
	assert_int_equal(read_all(noise, 5, RL_TAR_READER_FILTERS, &err), -EINVAL);
	assert_string_equal(err.message, "it is no tar archive");
	assert_int_equal(read_all("", 0, 0, &err), -EINVAL);
	assert_string_equal(err.message, "it is no tar archive: it is empty");
	assert_int_equal(read_all("", 0, RL_TAR_READER_EMPTY, &err), 0);
	/* An archive that has no members is one all the same. */
	assert_int_equal(read_all(zeros, 1024, 0, &err), 0);
	assert_int_equal(read_all(zeros, sizeof(zeros), 0, &err), 0);
	PAX("uid", "4294967295");
	put("f", '0', "", "", 0);
	end();
	assert_int_equal(read_all(bytes, size, 0, &err), -EINVAL);
	assert_string_equal(
		err.message, "member 'f' has an owner that Linux does not have: 4294967295:2");
}

/* An end is one between members, as for tar programs; what is cut anywhere else is damaged. */
static void what_is_cut_off_is_refused(void **state)
{
	size_t cut, boundaries[4], i;

	(void)state;
	boundaries[0] = 0;
	put("a", '0', "", "abcdefg", 7);
	boundaries[1] = size;
	put("empty", '0', "", "", 0);
	boundaries[2] = size;
	PAX("mtime", "5.5");
	put("d", '5', "", "", 0);
	boundaries[3] = size;
	end();
	for (cut = 1; cut <= size; cut++) {
		struct rl_error err = {0};
		bool is_end = cut >= boundaries[3] + 512;
		int ret;

		for (i = 1; i < COUNT(boundaries); i++)
			is_end |= cut == boundaries[i];
		ret = read_all(bytes, cut, RL_TAR_READER_PLAIN, &err);
		if (ret != (is_end ? 0 : -EINVAL))
			fail_msg("cut at %zu: %d %s", cut, ret, err.message);
		if (!is_end && cut > 512)
			assert_non_null(strstr(err.message, "it is damaged or cut off"));
	}
	/* A byte of a header that is another one. */
	bytes[boundaries[1] + 3] = 'X';
	assert_int_equal(read_all(bytes, size, RL_TAR_READER_PLAIN, NULL), -EINVAL);
}

static void faults_of_the_stream_are_told(void **state)
{
	struct rl_error err = {0};
	struct rl_tar_reader *reader;
	struct rl_tar_member *member;

	(void)state;
	put("a", '0', "", "abcdefg", 7);
	reader = reader_of(bytes, size, RL_TAR_READER_PLAIN);
	stream.fault = EIO;
	assert_int_equal(rl_tar_reader_next(reader, &member, &err), 1);
	assert_int_equal(rl_tar_reader_next(reader, &member, &err), -EIO);
	assert_string_equal(err.message, "the stream breaks: Input/output error");
	rl_tar_reader_free(reader);
	/* Behind the end too: who checks a digest tells there. */
	end();
	reader = reader_of(bytes, size, RL_TAR_READER_PLAIN);
	stream.fault = EBADMSG;
	assert_int_equal(rl_tar_reader_next(reader, &member, &err), 1);
	assert_int_equal(rl_tar_reader_next(reader, &member, &err), -EBADMSG);
	rl_tar_reader_free(reader);
}

/* Maps of sparse members: what overlaps, goes back or leads behind the end. */
static void wrong_maps_are_refused(void **state)
{
	static const struct {
		const char *map, *size;
		bool is_right;
	} cases[] = {{"0,2,4,3", "7", true}, {"0,2,4,3", "9", true}, {"0,2,4,3", "6", false},
		{"4,3,0,2", "9", false}, {"0,3,2,2", "9", false}, {"0,5,9,0", "9", true},
		{"9,0", "9", true}, {"0,5", "4", false}, {"9223372036854775800,5", "10", false}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_error err = {0};
		int ret;

		(void)set_up(NULL);
		PAX("GNU.sparse.map", cases[i].map, "GNU.sparse.size", cases[i].size);
		put("f", '0', "", "abcde", 5);
		end();
		ret = read_all(bytes, size, RL_TAR_READER_PLAIN, &err);
		if ((ret == 0) != cases[i].is_right)
			fail_msg("%s of %s: %d %s", cases[i].map, cases[i].size, ret, err.message);
	}
}

static void run(const char *command)
{
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

/* Reads the archive that @command writes. */
static void take_output(const char *command)
{
	FILE *pipe = popen(command, "re");

	assert_non_null(pipe);
	size = fread(bytes, 1, sizeof(bytes), pipe);
	assert_int_equal(pclose(pipe), 0);
}

/* "path type mode uid size target|hardlink" of each member, with all its content summed up. */
static void describe(char *text, size_t text_size, enum rl_tar_reader_flags flags)
{
	struct rl_tar_reader *reader = reader_of(bytes, size, flags);
	struct rl_tar_member *member;
	const unsigned char *piece;
	size_t len, at = 0, i;
	uint64_t offset;

	text[0] = '\0';
	while (rl_tar_reader_next(reader, &member, NULL) == 1) {
		const struct rl_entry *entry = &member->entry;
		uint64_t sum = 0;
		bool is_link = member->hardlink != NULL;

		while (rl_tar_reader_data(reader, (const void **)&piece, &len, &offset, NULL) ==
			1) {
			for (i = 0; i < len; i++)
				sum += piece[i] * (offset + i + 1);
		}
		at += (size_t)snprintf(text + at, text_size - at, "%s %o %u %llu %s%s %llu%s\n",
			entry->path, is_link ? 0 : entry->mode, is_link ? 0 : entry->uid,
			(unsigned long long)entry->size, entry->target != NULL ? entry->target : "",
			is_link ? member->hardlink : "", (unsigned long long)sum,
			member->is_sparse ? " sparse" : "");
	}
	assert_true(stream.is_at_end);
	rl_tar_reader_free(reader);
}

static void dialects_and_compressions_say_the_same(void **state)
{
	static const char *const commands[] = {
		"tar -C names --sort=name --format=v7 -c .",
		"tar -C names --sort=name --format=oldgnu -c .",
		"tar -C names --sort=name --format=ustar -c .",
		"tar -C names --sort=name --format=posix -c .",
		"tar -C names --sort=name -czf - .",
		"tar -C names --sort=name -cJf - .",
		"tar -C names --sort=name -cf - . | zstd -qc",
		"cd names && tar --sort=name -c . | bsdtar --format=pax -cf - @-",
	};
	char text[4096], first[4096];
	size_t i;

	(void)state;
	run("rm -rf names && mkdir -p names/dir && cd names && echo one "
	    ">one && "
	    "ln one two && ln -s one link && echo three >dir/three && chmod 4750 dir/three");
	for (i = 0; i < COUNT(commands); i++) {
		take_output(commands[i]);
		describe(text, sizeof(text), RL_TAR_READER_FILTERS);
		if (i == 0)
			memcpy(first, text, sizeof(first));
		assert_string_equal(text, first);
	}
	assert_non_null(strstr(first, "dir/three 104750 0 6  "));
	assert_non_null(strstr(first, "two 0 0 0 one 0\n"));
	assert_non_null(strstr(first, "link 120777 0 0 one 0\n"));
}

static void sparse_members_have_their_content(void **state)
{
	static const char *const commands[] = {
		"tar -C sparse --format=posix -c f",
		"tar -C sparse --format=gnu -S -c f",
		"tar -C sparse --format=posix -S --sparse-version=0.0 -c f",
		"tar -C sparse --format=posix -S --sparse-version=0.1 -c f",
		"tar -C sparse --format=posix -S --sparse-version=1.0 -c f",
		"bsdtar -C sparse --format=pax --read-sparse -cf - f",
	};
	char text[4096], expect[4096] = "";
	size_t i;

	(void)state;
	run("mkdir sparse && cd sparse && "
	    "truncate -s 300000 f && printf begin | dd of=f conv=notrunc status=none && "
	    "printf middle | dd of=f bs=1 seek=100000 conv=notrunc status=none");
	for (i = 0; i < COUNT(commands); i++) {
		take_output(commands[i]);
		describe(text, sizeof(text), RL_TAR_READER_PLAIN);
		if (i == 0)
			(void)snprintf(expect, sizeof(expect), "%.*s sparse\n",
				(int)strlen(text) - 1, text);
		else
			assert_string_equal(text, expect);
	}
	assert_non_null(strstr(expect, "f 100644 0 300000  "));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(acls_come_as_text),
		TEST(acls_come_in_the_kernels_form),
		TEST(the_kernels_form_wins),
		TEST(labels_come_in_two_forms),
		TEST(names_are_bytes),
		TEST(plain_facts_are_taken),
		TEST(what_is_no_archive_is_refused),
		TEST(what_is_cut_off_is_refused),
		TEST(faults_of_the_stream_are_told),
		TEST(wrong_maps_are_refused),
		TEST(dialects_and_compressions_say_the_same),
		TEST(sparse_members_have_their_content),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
