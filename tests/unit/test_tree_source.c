/* SPDX-License-Identifier: MIT */
/* What is read of a tar and written again is the same tar. */
#include "archive/tree_source.h"

#include "archive/apply.h"
#include "common/buf.h"
#include "scan/content.h"
#include "scan/live.h"
#include "tests/unit/archive_made.h"
#include "writer/hardlink.h"
#include "writer/tar.h"

#include <fcntl.h>

static char scratch[] = "/var/tmp/rootlift-tree-XXXXXX";
static char top[4096];
static struct rl_tree *tree;
static struct rl_store *store;
static int exceptions;

static void tell(void *ctx, enum rl_exception_kind kind, const char *path, const char *detail)
{
	(void)ctx;
	(void)path;
	(void)detail;
	exceptions += kind == RL_EXC_UNREADABLE;
}

static const struct rl_exception_sink sink_of_exceptions = {.tell = tell};

static int set_up_all(void **state)
{
	(void)state;
	return getcwd(top, sizeof(top)) == NULL || mkdtemp(scratch) == NULL || chdir(scratch) != 0;
}

static int tear_down_all(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "chmod -R u+rwx %s; rm -r %s", scratch, scratch);
	return chdir("/") != 0 || system(command) != 0;
}

static int set_up(void **state)
{
	(void)state;
	exceptions = 0;
	return rl_tree_new(&tree) != 0 || rl_store_new(".", 1 << 30, &store, NULL) != 0;
}

static int tear_down(void **state)
{
	(void)state;
	rl_tree_free(rl_steal_ptr(&tree));
	rl_store_free(rl_steal_ptr(&store));
	return 0;
}

static void run(const char *format)
{
	char command[8192];

	/* The trees of the end-to-end tests. */
	(void)snprintf(
		command, sizeof(command), "bash -c '. %s/tests/lib/trees.sh; %s'", top, format);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

static void write_content(struct rl_writer *writer, struct rl_content *content)
{
	struct rl_chunk chunk;
	int ret;

	while ((ret = rl_content_next(content, &chunk)) == 1) {
		if (chunk.data != NULL)
			assert_int_equal(rl_writer_data(writer, chunk.data, chunk.size, NULL), 0);
		else
			assert_int_equal(rl_writer_hole(writer, chunk.size, NULL), 0);
	}
	assert_int_equal(ret, 0);
	assert_false(rl_content_changed(content));
}

static void write_entry(struct rl_writer *writer, struct rl_source *source, struct rl_entry *entry,
	struct rl_hardlinks *links)
{
	struct rl_member member = {.entry = entry};
	struct rl_content *content = NULL;
	struct rl_extent *extents = NULL;

	assert_int_equal(rl_source_load(source, entry, NULL), 1);
	if (entry->nlink > 1 && !S_ISDIR(entry->mode)) {
		assert_int_equal(rl_hardlinks_find(links, entry, &member.hardlink), 0);
		if (member.hardlink == NULL)
			assert_int_equal(rl_hardlinks_add(links, entry), 0);
	}
	if (S_ISREG(entry->mode) && member.hardlink == NULL)
		assert_int_equal(rl_source_open(source, entry, &content, NULL), 1);
	if (content != NULL && entry->allocated < entry->size) {
		assert_int_equal(rl_content_extents(content, &extents, &member.extent_count), 0);
		member.extents = extents;
	}
	assert_int_equal(rl_writer_begin(writer, &member, NULL), 0);
	if (content != NULL)
		write_content(writer, content);
	assert_int_equal(rl_writer_end(writer, NULL), 0);
	rl_content_close(content);
	free(extents);
}

static int keep(void *ctx, const void *data, size_t size, struct rl_error *err)
{
	(void)err;
	return rl_buf_append(ctx, data, size);
}

/* Writes all of @source, which is closed, as a tar. */
static struct rl_buf tar_of(struct rl_source *source)
{
	const struct rl_tar_options options = {.mtime_ns = true};
	struct rl_hardlinks links = {0};
	struct rl_writer *writer;
	struct rl_entry *entry;
	struct rl_sink *sink;
	struct rl_buf out = {0};
	int ret;

	assert_int_equal(rl_sink_open_call(keep, &out, &sink), 0);
	assert_int_equal(rl_tar_new(sink, &options, &writer, NULL), 0);
	while ((ret = rl_source_next(source, &entry, NULL)) == 1) {
		/* ROOT is no member, and sockets cannot be. */
		if (entry->path[0] != '\0' && !S_ISSOCK(entry->mode))
			write_entry(writer, source, entry, &links);
	}
	assert_int_equal(ret, 0);
	assert_int_equal(rl_writer_finish(writer, NULL), 0);
	rl_writer_free(writer);
	rl_sink_free(sink);
	rl_hardlinks_free(&links);
	rl_source_close(source);
	return out;
}

static struct rl_source *source_of_tree(void)
{
	struct rl_source *source;

	rl_tree_sort(tree);
	assert_int_equal(rl_tree_source_new(tree, store, &sink_of_exceptions, &source, NULL), 0);
	return source;
}

static void take_tar(const struct rl_buf *tar)
{
	const struct rl_apply_options options = {.store = store};
	struct made_stream stream = made_stream_of(tar->data, tar->len);
	struct rl_error err = {0};

	stream.piece = 70000;
	if (rl_tree_apply(tree, &stream.stream, &options, &sink_of_exceptions, &err) != 0)
		fail_msg("%s", err.message);
}

static void compare(const struct rl_buf *first, const struct rl_buf *second)
{
	size_t i;

	for (i = 0; i < first->len && i < second->len && first->data[i] == second->data[i]; i++)
		;
	if (i < first->len || i < second->len)
		fail_msg("%zu and %zu bytes, which differ from byte %zu on: %.500s", first->len,
			second->len, i, first->data + i - i % 512);
}

static void a_directory_comes_out_as_it_went_in(void **state)
{
	struct rl_live_options options = {.root = "tree", .meta = {.selinux = true}};
	struct rl_buf first, second;
	struct rl_source *source;

	(void)state;
	if (geteuid() == 0)
		run("tree_meta tree && tree_weird_names tree/weird");
	else
		run("tree_basic tree && tree_weird_names tree/weird");
	run("truncate -s 300000 tree/sparse && printf middle | dd of=tree/sparse bs=1 "
	    "seek=100000 "
	    "conv=notrunc status=none && truncate -s 5M tree/hole && "
	    "head -c 3000000 /dev/urandom >tree/large");
	assert_int_equal(rl_live_open(&options, &source, NULL), 0);
	first = tar_of(source);
	take_tar(&first);
	second = tar_of(source_of_tree());
	compare(&first, &second);
	assert_int_equal(exceptions, 0);
	rl_buf_free(&first);
	rl_buf_free(&second);
}

static void made_tree(void)
{
	const char *const texts[] = {"d/", "d/a=alpha", "d/b==d/a", "d/sub/c=", "e=epsilon", "l->e",
		"m/", "m/n=1", NULL};
	struct made made = made_begin("pax");
	struct rl_buf tar;
	size_t i;

	made_open(&made);
	for (i = 0; texts[i] != NULL; i++)
		made_put(&made, texts[i]);
	made_end(&made);
	tar = (struct rl_buf){.data = made.bytes, .len = made.size};
	take_tar(&tar);
	made_free(&made);
}

static void what_is_left_is_not_walked(void **state)
{
	struct rl_source *source;
	struct rl_entry *entry, copy = {0};
	char paths[64] = "";

	(void)state;
	made_tree();
	source = source_of_tree();
	while (rl_source_next(source, &entry, NULL) == 1) {
		size_t len = strlen(paths);

		(void)snprintf(paths + len, sizeof(paths) - len, "%s ", entry->path);
		assert_true(entry->is_loaded);
		assert_null(entry->fstype);
		if (strcmp(entry->path, "d") == 0)
			rl_source_descend(source, RL_DESCEND_NOT);
	}
	assert_string_equal(paths, " d e l m m/n ");
	assert_int_equal(rl_source_next(source, &entry, NULL), 0);
	/* An entry that has lost its metadata, or never had any, gets them. */
	assert_int_equal(rl_entry_set_path(&copy, "l"), 0);
	assert_int_equal(rl_source_load(source, &copy, NULL), 1);
	assert_string_equal(copy.target, "e");
	rl_entry_clear(&copy);
	rl_source_close(source);
}

static void contents_that_are_not_there_are_told(void **state)
{
	struct rl_content *content;
	struct rl_source *source;
	struct rl_entry *entry;
	int opened = 0;

	(void)state;
	made_tree();
	rl_tree_sort(tree);
	assert_int_equal(rl_tree_source_new(tree, NULL, &sink_of_exceptions, &source, NULL), 0);
	while (rl_source_next(source, &entry, NULL) == 1) {
		if (S_ISREG(entry->mode) && rl_source_open(source, entry, &content, NULL) == 1) {
			/* Nothing is there already. */
			assert_string_equal(entry->path, "d/sub/c");
			rl_content_close(content);
			opened++;
		}
	}
	assert_int_equal(opened, 1);
	assert_int_equal(exceptions, 4);
	rl_source_close(source);
}

static void files_are_read_by_path(void **state)
{
	struct rl_buf text = {0};

	(void)state;
	made_tree();
	assert_int_equal(rl_tree_read_file(tree, store, "d/b", 5, &text, NULL), 1);
	assert_string_equal(text.data, "alpha");
	assert_int_equal(text.len, 5);
	assert_int_equal(rl_tree_read_file(tree, store, "d/sub/c", 5, &text, NULL), 1);
	assert_string_equal(text.data, "");
	assert_int_equal(rl_tree_read_file(tree, store, "d/b", 4, &text, NULL), -EFBIG);
	assert_int_equal(rl_tree_read_file(tree, store, "l", 100, &text, NULL), 0);
	assert_int_equal(rl_tree_read_file(tree, store, "d", 100, &text, NULL), 0);
	assert_int_equal(rl_tree_read_file(tree, store, "none", 100, &text, NULL), 0);
	assert_int_equal(rl_tree_read_file(tree, NULL, "e", 100, &text, NULL), -ENODATA);
	rl_buf_free(&text);
}

/* A range: from its beginning to its end, with its holes, and again. */
static void ranges_are_read_as_files_are(void **state)
{
	struct rl_entry entry = {.size = 20000};
	struct rl_reader reader = {0};
	struct rl_content *content;
	struct rl_extent *extents;
	struct rl_chunk chunk;
	char pattern[9000];
	uint64_t offset, at;
	size_t count;
	int round, fd = open("range", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	memset(pattern, 'p', sizeof(pattern));
	/* Something else before and behind it; 8192 bytes of it are a hole. */
	assert_int_equal(pwrite(fd, pattern, 4096 + 4096, 0), 8192);
	assert_int_equal(pwrite(fd, pattern, 9000, 16384), 9000);
	entry.allocated = 12000;
	assert_int_equal(rl_content_open_range(fd, 4096, &entry, &reader, &content), 0);
	for (round = 0; round < 2; round++) {
		at = 0;
		while (rl_content_next(content, &chunk) == 1) {
			assert_int_equal(chunk.data == NULL, at == 4096);
			assert_int_equal(chunk.size, at < 12288 ? (at == 0 ? 4096 : 8192) : 7712);
			at += chunk.size;
		}
		assert_int_equal(at, 20000);
		assert_int_equal(rl_content_rewind(content, &entry), 0);
	}
	assert_int_equal(rl_content_extents(content, &extents, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(extents[0].offset, 0);
	assert_int_equal(extents[0].length, 4096);
	assert_int_equal(extents[1].offset, 12288);
	assert_int_equal(extents[1].length, 7712);
	free(extents);
	assert_false(rl_content_is_movable(content));
	assert_int_equal(rl_content_next_up_to(content, 5, &chunk), 1);
	assert_int_equal(chunk.size, 5);
	assert_int_equal(rl_content_fd(content, &offset), fd);
	assert_int_equal(offset, 4101);
	rl_content_moved(content, 4000);
	assert_int_equal(rl_content_fd(content, &offset), fd);
	assert_int_equal(offset, 8101);
	rl_content_close(content);
	/* The file is its owner's. */
	assert_int_equal(close(fd), 0);
	rl_reader_free(&reader);
}

/* Of a store: begins where it says, holes stay, and what is too much is refused. */
static void a_store_keeps_what_it_is_given(void **state)
{
	char *large = malloc(1 << 20), *back = malloc(1 << 20);
	struct rl_error err = {0};
	struct rl_store *small;
	uint64_t a, b, c;

	(void)state;
	assert_non_null(large);
	assert_non_null(back);
	memset(large, 'l', 1 << 20);
	a = rl_store_begin(store, 3, false);
	assert_int_equal(rl_store_append(store, "abc", 3, NULL), 0);
	b = rl_store_begin(store, 1 << 20, false);
	assert_int_equal(b % RL_STORE_ALIGNMENT, 0);
	assert_int_equal(rl_store_append(store, large, 1 << 20, NULL), 0);
	c = rl_store_begin(store, 100000, true);
	assert_int_equal(rl_store_append(store, "hole", 4, NULL), 0);
	assert_int_equal(rl_store_skip(store, 99996, NULL), 0);
	assert_int_equal(rl_store_flush(store, NULL), 0);
	assert_int_equal(rl_store_read(store, a, back, 3, NULL), 0);
	assert_memory_equal(back, "abc", 3);
	assert_int_equal(rl_store_read(store, b, back, 1 << 20, NULL), 0);
	assert_memory_equal(back, large, 1 << 20);
	assert_int_equal(rl_store_read(store, c, back, 100000, NULL), 0);
	assert_memory_equal(back, "hole\0\0", 6);
	assert_true(rl_store_allocated(store, c, 100000) < 100000);
	assert_int_equal(rl_store_allocated(store, b, 1 << 20), 1 << 20);
	assert_int_equal(rl_store_read(store, c, back, 100001, NULL), -ENODATA);
	assert_int_equal(rl_store_new("/nowhere", 1, &small, &err), -ENOENT);
	assert_string_equal(err.message, "cannot make a temporary file in '/nowhere' (TMPDIR can "
					 "name another directory): No such "
					 "file or directory");
	assert_int_equal(rl_store_new(".", 5, &small, NULL), 0);
	assert_int_equal(rl_store_append(small, "12345", 5, NULL), 0);
	assert_int_equal(rl_store_append(small, "6", 1, NULL), -EFBIG);
	rl_store_free(small);
	/* A disk that is full. */
	assert_int_equal(rl_store_new(".", 1 << 30, &small, NULL), 0);
	assert_int_equal(dup3(open("/dev/full", O_RDWR | O_CLOEXEC), rl_store_fd(small), O_CLOEXEC),
		rl_store_fd(small));
	assert_int_equal(rl_store_append(small, "1", 1, NULL), 0);
	assert_int_equal(rl_store_flush(small, &err), -ENOSPC);
	assert_string_equal(err.message, "cannot keep the files' contents in '.' (TMPDIR can name "
					 "another directory): No space left "
					 "on device");
	rl_store_free(small);
	free(large);
	free(back);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_directory_comes_out_as_it_went_in),
		TEST(what_is_left_is_not_walked),
		TEST(contents_that_are_not_there_are_told),
		TEST(files_are_read_by_path),
		TEST(ranges_are_read_as_files_are),
		TEST(a_store_keeps_what_it_is_given),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
