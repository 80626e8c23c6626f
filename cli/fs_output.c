/* SPDX-License-Identifier: MIT */
#include "cli/fs_output.h"

#include "cli/confinement.h"
#include "host/program.h"
#include "writer/fs_image.h"
#include "writer/unpack.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define ARGUMENTS 40
/* mksquashfs begins to take tars, and to give the root directory what it is told there. */
#define VERSION_TAR 40500
#define VERSION_ROOT 40600
/* How long a program may take to say what version it is, in seconds. */
#define VERSION_SECONDS 10
/* Each image of the same tree is the same one. */
#define UUID "726f6f74-6c69-6674-8000-000000000000"

/** A command line. */
struct arguments {
	const char *words[ARGUMENTS];
	size_t count;
	/* Those that are made here. */
	char texts[8][40];
	size_t text_count;
};

static const struct {
	enum rl_image_format format;
	enum rl_fs_kind kind;
	const char *name, *program, *package;
} kinds[] = {
	{RL_IMAGE_FORMAT_SQUASHFS, RL_FS_SQUASHFS, "squashfs", "mksquashfs", "squashfs-tools"},
	{RL_IMAGE_FORMAT_EROFS, RL_FS_EROFS, "erofs", "mkfs.erofs", "erofs-utils"},
};

static size_t kind_of(enum rl_image_format format)
{
	return format == RL_IMAGE_FORMAT_SQUASHFS ? 0 : 1;
}

bool rl_fs_output_is_wanted(enum rl_image_format format)
{
	return format == RL_IMAGE_FORMAT_SQUASHFS || format == RL_IMAGE_FORMAT_EROFS;
}

static void add(struct arguments *arguments, const char *word)
{
	if (arguments->count < ARGUMENTS - 1)
		arguments->words[arguments->count++] = word;
}

/* Adds a word, and a number in octal or decimal digits. */
static void add_number(
	struct arguments *arguments, const char *word, const char *form, int64_t number)
{
	char *text = arguments->texts[arguments->text_count++];

	if (form[0] == 'o')
		(void)snprintf(text, sizeof(arguments->texts[0]), "%jo", (uintmax_t)number);
	else
		(void)snprintf(text, sizeof(arguments->texts[0]), "%jd", (intmax_t)number);
	add(arguments, word);
	add(arguments, text);
}

/* How mksquashfs compresses: gzip by itself. Returns -EINVAL if it does not so. */
static int add_squashfs_compression(struct arguments *arguments, const char *text)
{
	static const char *const none[] = {"-noI", "-noD", "-noF", "-noX"};
	struct rl_compression compression;
	size_t i;

	if (text == NULL)
		return 0;
	if (rl_compression_parse(text, &compression) != 0 ||
		(compression.method == RL_METHOD_GZIP && compression.level > 9))
		return -EINVAL;
	if (compression.method == RL_METHOD_NONE) {
		for (i = 0; i < sizeof(none) / sizeof(*none); i++)
			add(arguments, none[i]);
		return 0;
	}
	add(arguments, "-comp");
	add(arguments, rl_method_name(compression.method));
	if (strchr(text, ':') != NULL)
		add_number(arguments, "-Xcompression-level", "d", compression.level);
	return 0;
}

/* How mkfs.erofs compresses: not at all by itself. */
static int add_erofs_compression(struct arguments *arguments, const char *text)
{
	if (text == NULL || strcmp(text, "none") == 0)
		return 0;
	if (strcmp(text, "lz4") == 0)
		add(arguments, "-zlz4");
	else if (strcmp(text, "lz4hc") == 0)
		add(arguments, "-zlz4hc");
	else
		return -EINVAL;
	return 0;
}

static int no_program(enum rl_image_format format, struct rl_error *err)
{
	const char *program = kinds[kind_of(format)].program;

	return rl_error_text(err, ENOENT,
		"--format %s needs %s, which is not here: install the package %s",
		kinds[kind_of(format)].name, program, kinds[kind_of(format)].package);
}

/* Which version mksquashfs is: 40501 for 4.5.1. */
static int find_version(const char *program, long *version_ret, struct rl_error *err)
{
	const char *const argv[] = {program, "-version", NULL};
	RL_AUTO_FD int out = -1;
	RL_AUTO_FD int in = -1;
	RL_AUTO_FD int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct rl_program run = {.argv = argv, .seconds = VERSION_SECONDS};
	int status, ends[2], ret;
	unsigned int major = 0, minor = 0, patch = 0;
	char text[200] = "";

	if (null < 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return rl_error_set(err, errno, "cannot start %s", program);
	in = ends[0];
	out = ends[1];
	run.out_fd = out;
	run.err_fd = null;
	ret = rl_program_run(&run, &status);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot run %s", program);
	if (read(in, text, sizeof(text) - 1) <= 0 ||
		sscanf(text, "mksquashfs version %u.%u.%u", &major, &minor, &patch) < 2)
		return rl_error_text(err, EINVAL, "%s does not say which version it is", program);
	*version_ret = major * 10000L + (minor % 100) * 100L + patch % 100;
	return 0;
}

int rl_fs_output_check(const struct rl_options *options, struct rl_error *err)
{
	const char *text = options->image.compress;
	enum rl_image_format format = options->image.format;
	struct arguments unused = {.count = 0};
	RL_AUTO_FREE char *program = NULL;
	bool is_squashfs = format == RL_IMAGE_FORMAT_SQUASHFS;
	int ret = (is_squashfs ? add_squashfs_compression : add_erofs_compression)(&unused, text);

	if (ret != 0)
		return rl_error_text(err, EINVAL, "--compress takes %s with --format %s, not '%s'",
			is_squashfs ? "none, gzip[:1-9] or zstd[:1-19]" : "none, lz4 or lz4hc",
			kinds[kind_of(format)].name, text);
	if (options->dry_run)
		return 0;
	if (!is_squashfs && geteuid() != 0)
		return rl_error_text(err, EPERM,
			"--format erofs has to be root: mkfs.erofs takes owners and devices from "
			"files");
	ret = rl_program_find(kinds[kind_of(format)].program, &program);
	if (ret == -ENOENT)
		return no_program(format, err);
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot look for a program");
}

/* What the root directory is, and dates that fit. */
static int look_at_root(const struct rl_output *output, const struct rl_session *session,
	const struct rl_options *options, struct rl_unpack_root *root, struct rl_error *err)
{
	int64_t latest = output->latest_mtime;
	struct stat st;

	if (options->image.format == RL_IMAGE_FORMAT_SQUASHFS && latest > UINT32_MAX)
		latest = UINT32_MAX;
	if (session->archive.tree != NULL) {
		const struct rl_inode *inode = rl_tree_root(session->archive.tree)->inode;

		*root = (struct rl_unpack_root){
			inode->mode & 07777, inode->uid, inode->gid, inode->mtime};
	} else {
		if (fstat(session->facts.root_fd, &st) != 0)
			return rl_error_set(err, errno, "cannot look at ROOT");
		*root = (struct rl_unpack_root){
			st.st_mode & 07777, st.st_uid, st.st_gid, st.st_mtim};
	}
	if (!options->mtime_ns)
		root->mtime.tv_nsec = 0;
	if (root->mtime.tv_sec < 0)
		root->mtime = (struct timespec){0};
	if (root->mtime.tv_sec > latest)
		root->mtime = (struct timespec){.tv_sec = (time_t)latest};
	return 0;
}

static int add_squashfs(struct arguments *arguments, const struct rl_options *options,
	const struct rl_unpack_root *root, const char *program, struct rl_error *err)
{
	static const char *const words[] = {"-", RL_MAKER_FILE, "-tar", "-noappend", "-no-progress",
		"-quiet", "-no-recovery", "-mem", "256M"};
	long version = 0;
	int ret = find_version(program, &version, err);
	size_t i;

	if (ret != 0)
		return ret;
	if (version < VERSION_TAR)
		return rl_error_text(
			err, EINVAL, "%s is too old: --format squashfs needs 4.5", program);
	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		add(arguments, words[i]);
	add_number(arguments, "-root-mode", "o", root->mode);
	add_number(arguments, "-root-uid", "d", root->uid);
	add_number(arguments, "-root-gid", "d", root->gid);
	add_number(arguments, "-root-time", "d", root->mtime.tv_sec);
	add_number(arguments, "-mkfs-time", "d", root->mtime.tv_sec);
	if (options->jobs > 0)
		add_number(arguments, "-processors", "d", options->jobs);
	/* The root directory is dated later. */
	if (version < VERSION_ROOT)
		add(arguments, "-noI");
	return add_squashfs_compression(arguments, options->image.compress);
}

static int unpack(void *ctx, int tar, struct rl_error *err)
{
	return rl_unpack(tar, ctx, err);
}

static int add_erofs(struct arguments *arguments, struct rl_maker_options *maker,
	const struct rl_options *options)
{
	maker->unpack = unpack;
	maker->rights = RL_CAPABILITY(CAP_DAC_READ_SEARCH) | RL_CAPABILITY(CAP_SYS_ADMIN);
	add(arguments, "--quiet");
	add(arguments, "-U");
	add(arguments, UUID);
	(void)add_erofs_compression(arguments, options->image.compress);
	add(arguments, RL_MAKER_FILE);
	maker->directory_index = arguments->count;
	add(arguments, "directory");
	return 0;
}

/* Where the file will be: the directory that the tar is unpacked to is beside it, for it needs room. */
static char *find_place(const char *output)
{
	RL_AUTO_FREE char *real = realpath(output, NULL);
	char *place = strdup(real != NULL ? real : output);
	char *slash = place != NULL ? strrchr(place, '/') : NULL;

	if (slash == NULL) {
		free(place);
		return place != NULL ? strdup(".") : NULL;
	}
	slash[slash == place ? 1 : 0] = '\0';
	return place;
}

static int finish(void *ctx, struct rl_error *err)
{
	struct rl_output *output = ctx;

	return rl_maker_finish(output->maker, output->stop, err);
}

/* Starts the program, whose directory is kept out of the capture. */
static int start(struct rl_output *output, const struct rl_session *session,
	const struct rl_maker_options *maker, struct rl_error *err)
{
	struct rl_file_id file;
	int ret = rl_maker_start(maker, &output->maker, err);

	if (ret != 0 || !rl_maker_directory(output->maker, &file.dev, &file.ino))
		return ret;
	if (session->live_source != NULL && rl_live_hide(session->live_source, file) != 0)
		return rl_error_set(err, ENOMEM, "cannot open the output");
	return 0;
}

int rl_fs_output_open(struct rl_output *output, const struct rl_options *options,
	const struct rl_session *session, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	static const char *const environment[] = {
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
	enum rl_image_format format = options->image.format;
	RL_AUTO_FREE char *program = NULL;
	RL_AUTO_FREE char *place = find_place(options->output);
	struct rl_unpack_root root;
	struct arguments arguments = {.count = 0};
	struct rl_fs_image_options image = {.kind = kinds[kind_of(format)].kind,
		.exceptions = exceptions,
		.file = output->sink,
		.finish = finish,
		.ctx = output};
	struct rl_maker_options maker = {.argv = arguments.words,
		.environment = environment,
		.file = rl_sink_file(output->sink),
		.ctx = &root,
		.place = place,
		.is_silent = format == RL_IMAGE_FORMAT_SQUASHFS,
		.is_polite = rl_is_polite(session, options)};
	int ret =
		place != NULL ? rl_program_find(kinds[kind_of(format)].program, &program) : -ENOMEM;

	if (ret == -ENOENT)
		return no_program(format, err);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot begin");
	if (maker.file < 0)
		return rl_error_text(err, EINVAL,
			"'%s' is no regular file, which an image has to be", options->output);
	ret = look_at_root(output, session, options, &root, err);
	add(&arguments, program);
	if (ret == 0)
		ret = format == RL_IMAGE_FORMAT_SQUASHFS
			      ? add_squashfs(&arguments, options, &root, program, err)
			      : add_erofs(&arguments, &maker, options);
	if (ret == 0)
		ret = start(output, session, &maker, err);
	if (ret != 0)
		return ret;
	image.tar.mtime_ns = options->mtime_ns || format == RL_IMAGE_FORMAT_SQUASHFS;
	image.date = root.mtime.tv_sec;
	image.root_date = root.mtime.tv_sec;
	image.tar_fd = rl_maker_tar(output->maker);
	return rl_fs_image_new(&image, &output->writer, &output->members, err);
}
