/* SPDX-License-Identifier: MIT */
/* tar, jq, cmp and diff judge. */
#include "tests/unit/unit.h"
#include "writer/image.h"
#include "writer/new_dir.h"
#include "writer/parents.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define LAYERS 4
#define FEW 10
#define MANY 40
/* As much memory as images of many layers may take, in KiB. */
#define MEMORY_MAX_KIB (128L << 10)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER true
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER false
#endif

static char scratch[] = "/tmp/rootlift-layers-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(scratch) == NULL || chdir(scratch) != 0 ? -1 : 0;
}

/* Runs a line of shell, which has to succeed. */
static void shell(const char *line)
{
	if (system(line) != 0)
		fail_msg("%s", line);
}

static int tear_down(void **state)
{
	char line[64];

	(void)state;
	(void)snprintf(line, sizeof(line), "rm -rf %s", scratch);
	shell(line);
	return 0;
}

/* By the first letter of the file's own name. */
static size_t layer_of(void *ctx, const struct rl_entry *entry, const char *hardlink)
{
	const char *path = hardlink != NULL ? hardlink : entry->path;
	const char *slash = strrchr(path, '/');
	char letter = (slash != NULL ? slash + 1 : path)[0];

	(void)ctx;
	return letter == 'a' ? 0 : letter == 'b' ? 1 : letter == 'z' ? 1000 : LAYERS - 1;
}

/* Nobody is in "none". */
static const char *const names[] = {"the a", "the b", "none", "the rest"};
static const struct rl_image_layers layers = {LAYERS, names, layer_of, NULL};

static struct rl_xattr xattr = {(char[]){"user.x"}, (unsigned char[]){"y"}, 1};
static struct rl_acl_entry acl[] = {{RL_ACL_USER_OBJ, 7, RL_ACL_NO_ID}, {RL_ACL_USER, 7, 1234},
	{RL_ACL_GROUP_OBJ, 5, RL_ACL_NO_ID}, {RL_ACL_MASK, 7, RL_ACL_NO_ID},
	{RL_ACL_OTHER, 0, RL_ACL_NO_ID}};

/* Writes a member: of a path that ends with "/" a directory, else a file that holds its path. */
static void put(struct rl_writer *writer, const char *path, const char *hardlink)
{
	size_t len = strlen(path);
	bool is_directory = path[len - 1] == '/';
	char *copy = strndup(path, is_directory ? len - 1 : len);
	struct rl_entry entry = {.path = copy,
		.name = copy,
		.mode = is_directory ? S_IFDIR | 02750 : S_IFREG | 0640,
		.uid = 12,
		.gid = 34,
		.size = is_directory ? 0 : len,
		.nlink = 1,
		.mtime = {.tv_sec = 1000000000},
		.is_loaded = true};
	const struct rl_member member = {.entry = &entry, .hardlink = hardlink};

	assert_non_null(copy);
	if (is_directory) {
		entry.xattrs = &xattr;
		entry.xattr_count = 1;
		entry.acl_default = (struct rl_acl){acl, COUNT(acl)};
	}
	assert_int_equal(rl_writer_begin(writer, &member, NULL), 0);
	if (!is_directory && hardlink == NULL)
		assert_int_equal(rl_writer_data(writer, path, len, NULL), 0);
	assert_int_equal(rl_writer_end(writer, NULL), 0);
	free(copy);
}

/* An image in @path: of a path that ends with "/" a directory. */
struct made {
	struct rl_sink *sink, *members;
	struct rl_writer *writer;
	struct rl_image_config config;
	struct rl_strings tags;
};

static void begin(struct made *made, const char *path, const char *compression,
	unsigned int threads, const struct rl_image_layers *with)
{
	struct rl_image_description description = {.threads = threads, .layers = with};

	*made = (struct made){0};
	description.config = &made->config;
	description.tags = &made->tags;
	assert_int_equal(rl_config_set(&made->config.architecture, "amd64", 5), 0);
	assert_int_equal(rl_compression_parse(compression, &description.compression), 0);
	if (path[strlen(path) - 1] == '/')
		assert_int_equal(rl_sink_open_directory(path, &made->sink, NULL), 0);
	else
		assert_int_equal(rl_sink_open_file(path, &made->sink, NULL), 0);
	assert_int_equal(
		rl_image_new(made->sink, &description, &made->writer, &made->members, NULL), 0);
}

static void release(struct made *made)
{
	rl_writer_free(made->writer);
	rl_sink_free(made->sink);
	rl_config_free(&made->config);
}

static void end(struct made *made)
{
	assert_int_equal(rl_writer_finish(made->writer, NULL), 0);
	assert_int_equal(rl_sink_settle(made->sink, NULL), 0);
	assert_int_equal(rl_sink_commit(made->sink, NULL), 0);
	release(made);
}

/* "list NUMBER": the members of a layer of the directory "image", a line each. "blob DIGEST" */
#define SHELL                                                                                      \
	"set -e; export TZ=UTC\n"                                                                  \
	"blob() { cat image/blobs/sha256/${1#sha256:}; }\n"                                        \
	"manifest() { blob $(jq -r '.manifests[0].digest' image/index.json); }\n"                  \
	"layer() { blob $(manifest | jq -r \".layers[$1].digest\"); }\n"                           \
	"list() { layer $1 | tar --numeric-owner --full-time -tvf - |"                             \
	" awk '{ print $1, $2, $4, $6, $7, $8, $9 }' | sed 's/ *$//'; }\n"                         \
	"history() { blob $(manifest | jq -r .config.digest) | jq -r '.history[].created_by'; }\n" \
	"is() { diff - got; rm got; }\n"

static void spread(void **state)
{
	struct made made;

	(void)state;
	begin(&made, "image/", "none", 2, &layers);
	put(made.writer, "alone", NULL);
	put(made.writer, "usr/", NULL);
	put(made.writer, "usr/lib/", NULL);
	put(made.writer, "usr/lib/a1", NULL);
	put(made.writer, "usr/lib/a2", NULL);
	put(made.writer, "usr/lib/c", NULL);
	put(made.writer, "usr/lib64/", NULL);
	put(made.writer, "usr/lib64/a3", NULL);
	put(made.writer, "usr/lib64/deep/", NULL);
	put(made.writer, "usr/lib64/deep/er/", NULL);
	put(made.writer, "usr/lib64/deep/er/b1", NULL);
	put(made.writer, "usr/z", NULL);
	end(&made);
	shell(SHELL "list 0 >got; is <<'END'\n"
		    "-rw-r----- 12/34 2001-09-09 alone\n"
		    "drwxr-s--- 12/34 1970-01-01 usr/\n"
		    "drwxr-s--- 12/34 1970-01-01 usr/lib/\n"
		    "-rw-r----- 12/34 2001-09-09 usr/lib/a1\n"
		    "-rw-r----- 12/34 2001-09-09 usr/lib/a2\n"
		    "drwxr-s--- 12/34 1970-01-01 usr/lib64/\n"
		    "-rw-r----- 12/34 2001-09-09 usr/lib64/a3\n"
		    "END\n");
	shell(SHELL "list 1 >got; is <<'END'\n"
		    "drwxr-s--- 12/34 1970-01-01 usr/\n"
		    "drwxr-s--- 12/34 1970-01-01 usr/lib64/\n"
		    "drwxr-s--- 12/34 1970-01-01 usr/lib64/deep/\n"
		    "drwxr-s--- 12/34 1970-01-01 usr/lib64/deep/er/\n"
		    "-rw-r----- 12/34 2001-09-09 usr/lib64/deep/er/b1\n"
		    "END\n");
	shell(SHELL "list 2 >got; is <<'END'\n"
		    "drwxr-s--- 12/34 2001-09-09 usr/\n"
		    "drwxr-s--- 12/34 2001-09-09 usr/lib/\n"
		    "-rw-r----- 12/34 2001-09-09 usr/lib/c\n"
		    "drwxr-s--- 12/34 2001-09-09 usr/lib64/\n"
		    "drwxr-s--- 12/34 2001-09-09 usr/lib64/deep/\n"
		    "drwxr-s--- 12/34 2001-09-09 usr/lib64/deep/er/\n"
		    "-rw-r----- 12/34 2001-09-09 usr/z\n"
		    "END\n");
	/* What directories have beyond that only the last layer has. */
	shell(SHELL "! layer 0 | grep -aq SCHILY; layer 2 | grep -aq SCHILY.xattr.user.x;"
		    " layer 2 | grep -aq SCHILY.acl.default");
	shell(SHELL "history >got; is <<'END'\nrootlift: the a\nrootlift: the b\n"
		    "rootlift: the rest\nEND\n");
	shell(SHELL "[ $(manifest | jq '.layers | length') = 3 ];"
		    " [ $(ls image/blobs/sha256 | wc -l) = 5 ]; rm -r image");
}

/* Where its target is, with the directories that the name is in. */
static void hardlinks(void **state)
{
	struct made made;

	(void)state;
	begin(&made, "image/", "none", 0, &layers);
	put(made.writer, "one/", NULL);
	put(made.writer, "one/a", NULL);
	put(made.writer, "one/c", NULL);
	put(made.writer, "two/", NULL);
	put(made.writer, "two/b", "one/c");
	put(made.writer, "two/c", "one/a");
	end(&made);
	shell(SHELL "layer 0 | tar -tvf - | sed 's/.*:.. //' >got; is <<'END'\n"
		    "one/\none/a\ntwo/\ntwo/c link to one/a\nEND\n");
	shell(SHELL "layer 1 | tar -tvf - | sed 's/.*:.. //' >got; is <<'END'\n"
		    "one/\none/c\ntwo/\ntwo/b link to one/c\nEND\n");
	shell(SHELL "[ $(manifest | jq '.layers | length') = 2 ]; rm -r image");
}

/* Of nothing there is a layer all the same. */
static void nothing(void **state)
{
	struct made made;

	(void)state;
	begin(&made, "image/", "gzip", 1, &layers);
	end(&made);
	shell(SHELL "[ $(layer 0 | gzip -dc | tar -tf - | wc -l) = 0 ];"
		    " [ $(manifest | jq '.layers | length') = 1 ];"
		    " [ \"$(history)\" = 'rootlift: the rest' ]; rm -r image");
	/* Nor does it have to be the last one. */
	begin(&made, "image/", "none", 1, &layers);
	put(made.writer, "a", NULL);
	end(&made);
	shell(SHELL "[ $(layer 0 | tar -tf -) = a ]; [ $(manifest | jq '.layers | length') = 1 ];"
		    " [ \"$(history)\" = 'rootlift: the a' ]; rm -r image");
	/* One that is not announced as several has a history as ever. */
	begin(&made, "image/", "none", 1, NULL);
	put(made.writer, "a", NULL);
	end(&made);
	shell(SHELL "[ \"$(history)\" = rootlift ]; rm -r image");
}

static size_t by_number(void *ctx, const struct rl_entry *entry, const char *hardlink)
{
	(void)hardlink;
	return (size_t)strtoul(entry->path, NULL, 10) % *(const size_t *)ctx;
}

/* Writes @count files of @size bytes that compress badly, each to another layer. */
static void put_many(struct rl_writer *writer, unsigned int count, size_t size)
{
	char *data = malloc(size);
	unsigned int i, seed = 1;
	size_t j;

	assert_non_null(data);
	for (i = 0; i < count; i++) {
		char path[32];
		struct rl_entry entry = {.path = path,
			.name = path,
			.mode = S_IFREG | 0600,
			.size = size,
			.nlink = 1,
			.is_loaded = true};
		const struct rl_member member = {.entry = &entry};

		(void)snprintf(path, sizeof(path), "%u", i);
		for (j = 0; j < size; j++) {
			seed = seed * 1103515245U + 12345U;
			data[j] = (char)("abcdefghijklmnop"[seed >> 28]);
		}
		assert_int_equal(rl_writer_begin(writer, &member, NULL), 0);
		assert_int_equal(rl_writer_data(writer, data, size, NULL), 0);
		assert_int_equal(rl_writer_end(writer, NULL), 0);
	}
	free(data);
}

static const char *const numbers[MANY] = {[0 ... MANY - 1] = "x"};
static size_t count_of_few = FEW, count_of_many = MANY;
static const struct rl_image_layers few = {FEW, numbers, by_number, &count_of_few};
static const struct rl_image_layers many = {MANY, numbers, by_number, &count_of_many};

/* By any number of threads, in either form. */
static void same_bytes(void **state)
{
	static const char *const compressions[] = {"none", "gzip:1", "zstd:1"};
	static const unsigned int threads[] = {0, 1, 8};
	unsigned int files = is_under_valgrind() ? 20 : 120;
	struct made made;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(compressions); i++) {
		begin(&made, "first/", compressions[i], 2, &few);
		put_many(made.writer, files, 100001);
		end(&made);
		for (j = 0; j < COUNT(threads); j++) {
			begin(&made, "image", compressions[i], threads[j], &few);
			put_many(made.writer, files, 100001);
			end(&made);
			shell("mkdir second && tar -xf image -C second && rm second/manifest.json "
			      "&&"
			      " diff -r first second && cd second/blobs/sha256 &&"
			      " sha256sum * | awk '$1 != $2 { exit 1 }'");
			shell("[ $(ls second/blobs/sha256 | wc -l) = 12 ] && rm -r image second");
		}
		shell("rm -r first");
	}
}

static void in_child(void (*test)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		test();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void use_memory_with(const char *compression, unsigned int files)
{
	struct rusage usage;
	struct made made;

	begin(&made, "image", compression, 8, &many);
	put_many(made.writer, files, 1000000);
	end(&made);
	(void)getrusage(RUSAGE_SELF, &usage);
	(void)fprintf(stderr, "40 layers, %s: %ld KiB\n", compression, usage.ru_maxrss);
	if (usage.ru_maxrss > MEMORY_MAX_KIB)
		_exit(1);
}

static void use_memory(void)
{
	use_memory_with("zstd", 120);
	/* There is memory for few threads. */
	use_memory_with("zstd:12", 40);
}

static void memory(void **state)
{
	(void)state;
	if (is_under_valgrind() || HAS_SANITIZER)
		skip();
	in_child(use_memory);
	shell("rm image");
}

/* Writes more than there may be. */
static void run_out_of_room(void)
{
	static const char *const paths[] = {"image", "image/"};
	const struct rlimit limit = {100000, 100000};
	struct rl_entry entry = {.path = (char[]){"1"}, .mode = S_IFREG, .is_loaded = true};
	const struct rl_member member = {.entry = &entry};
	static char data[1000000];
	size_t i;

	entry.size = sizeof(data);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (i = 0; i < COUNT(paths); i++) {
		struct rl_error err = {0};
		struct made made;
		int ret;

		begin(&made, paths[i], "none", 2, &many);
		ret = rl_writer_begin(made.writer, &member, &err);
		if (ret == 0)
			ret = rl_writer_data(made.writer, data, sizeof(data), &err);
		if (ret == 0)
			ret = rl_writer_end(made.writer, &err);
		if (ret == 0)
			ret = rl_writer_finish(made.writer, &err);
		assert_int_equal(ret, -EFBIG);
		assert_string_equal(
			err.message, i == 0 ? "cannot write to 'image': File too large"
					    : "cannot write to 'image/': File too large");
		release(&made);
	}
}

static void no_room(void **state)
{
	(void)state;
	in_child(run_out_of_room);
	shell("[ -z \"$(ls -A)\" ] || { ls -A; exit 1; }");
}

static void given_up(void **state)
{
	static const char *const paths[] = {"image", "image/"};
	struct made made;
	size_t i;

	(void)state;
	for (i = 0; i < 2 * COUNT(paths); i++) {
		begin(&made, paths[i % 2], "gzip", 4, &layers);
		put(made.writer, "usr/", NULL);
		put(made.writer, "usr/a", NULL);
		if (i >= 2)
			assert_int_equal(rl_writer_finish(made.writer, NULL), 0);
		release(&made);
		shell("[ -z \"$(ls -A)\" ] || { ls -A; exit 1; }");
	}
}

static void refused(void **state)
{
	struct rl_image_layers none = {.count = 0}, more = {.count = RL_IMAGE_LAYERS_MAX + 1};
	struct rl_image_description description = {.layers = &none};
	struct rl_writer *writer;
	struct rl_sink *sink, *members;
	struct rl_error err;

	(void)state;
	assert_int_equal(rl_sink_open_file("image", &sink, NULL), 0);
	assert_int_equal(rl_image_new(sink, &description, &writer, &members, &err), -EINVAL);
	description.layers = &more;
	assert_int_equal(rl_image_new(sink, &description, &writer, &members, &err), -EINVAL);
	assert_string_equal(err.message, "an image has 1 to 120 layers, not 121");
	rl_sink_free(sink);
	assert_int_equal(rl_sink_open_null(&sink), 0);
	rl_sink_free(sink);
	assert_int_equal(rl_sink_open_fd(STDERR_FILENO, "standard error", &sink, NULL), 0);
	description.layers = &layers;
	assert_int_equal(rl_image_new(sink, &description, &writer, &members, &err), -EINVAL);
	rl_sink_free(sink);
}

/* What takes the place of what, and what is left. */
static void directories(void **state)
{
	static const struct {
		const char *prepare, *path, *message;
		int ret;
	} cases[] = {
		{"true", "x", NULL, 0},
		{"true", "x//", NULL, 0},
		{"mkdir x", "x", NULL, 0},
		{"mkdir y; ln -s y x", "x/", NULL, 0},
		{"mkdir x; touch x/.hidden", "x/",
			"cannot create 'x/': the directory that is there is not empty", -ENOTEMPTY},
		{"touch x", "x/", "cannot create 'x/': what is there is no directory", -ENOTDIR},
		{"true", "y/x", "cannot create 'y/x': No such file or directory", -ENOENT},
		{"true", "/", "cannot create '/': Directory not empty", -ENOTEMPTY},
		{"true", "/proc/",
			"cannot create '/proc/': a file system is mounted there; name a directory "
			"in it",
			-EBUSY},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_new_dir dir;
		struct rl_error err = {0};
		int fd;

		shell(cases[i].prepare);
		assert_int_equal(rl_new_dir_open(cases[i].path, &dir, &err), cases[i].ret);
		if (cases[i].ret != 0) {
			assert_string_equal(err.message, cases[i].message);
			rl_new_dir_free(&dir);
			shell("rm -rf x y");
			continue;
		}
		fd = openat(dir.fd, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		(void)close(fd);
		assert_int_equal(mkdirat(dir.fd, "sub", 0700), 0);
		assert_int_equal(mkdirat(dir.fd, "sub/sub", 0700), 0);
		assert_int_equal(symlinkat("..", dir.fd, "sub/link"), 0);
		assert_int_equal(rl_new_dir_settle(&dir), 0);
		assert_int_equal(rl_new_dir_commit(&dir), 0);
		rl_new_dir_free(&dir);
		shell("[ -e x/file ] && [ -d x/sub/sub ] && [ $(stat -Lc %a x) = 700 ] &&"
		      " [ -z \"$(ls -d .root* 2>/dev/null)\" ] && rm -r x/* && rm -rf x y");
	}
}

/* A directory that has got something meanwhile stays as it is. */
static void late(void **state)
{
	struct rl_new_dir dir;

	(void)state;
	shell("mkdir x");
	assert_int_equal(rl_new_dir_open("x", &dir, NULL), 0);
	assert_int_equal(mkdirat(dir.fd, "sub", 0700), 0);
	shell("touch x/file");
	assert_int_equal(rl_new_dir_commit(&dir), -ENOTEMPTY);
	rl_new_dir_free(&dir);
	shell("[ \"$(ls -A . x)\" = \"$(printf '.:\\nx\\n\\nx:\\nfile')\" ] && rm -r x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spread),
		cmocka_unit_test(hardlinks),
		cmocka_unit_test(nothing),
		cmocka_unit_test(same_bytes),
		cmocka_unit_test(memory),
		cmocka_unit_test(no_room),
		cmocka_unit_test(given_up),
		cmocka_unit_test(refused),
		cmocka_unit_test(directories),
		cmocka_unit_test(late),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
