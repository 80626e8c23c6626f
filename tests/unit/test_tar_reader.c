/* SPDX-License-Identifier: MIT */
/* Archives are made by hand, header by header, or by GNU tar and bsdtar. */
#include "tests/unit/tar_made.h"

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
	(void)snprintf(text, sizeof(text), "dir/three 104750 %u 6  ", geteuid());
	assert_non_null(strstr(first, text));
	assert_non_null(strstr(first, "two 0 0 0 one 0\n"));
	(void)snprintf(text, sizeof(text), "link 120777 %u 0 one 0\n", geteuid());
	assert_non_null(strstr(first, text));
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
	(void)snprintf(text, sizeof(text), "f 100644 %u 300000  ", geteuid());
	assert_non_null(strstr(expect, text));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
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
