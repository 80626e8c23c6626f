/* SPDX-License-Identifier: MIT */
#include "scan/rpm_db.h"

#include "host/jail.h"
#include "scan/far.h"
#include "scan/packages_parse.h"
#include "scan/root_file.h"
#include "scan/stat.h"

#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define DB_PATH "var/lib/rpm"
#define COPY_SIZE ((size_t)1 << 20)
#define REMOVE_FDS 16
/* The largest databases have some hundred MiB. What is larger would only fill the host's disk. */
#define DB_MAX ((uint64_t)1 << 30)
#define DB_FILES_MAX 256
/* What rpm may use up on it. */
#define DBPATH_INDEX 2
#define RPM_SECONDS 300
#define RPM_MEMORY ((uint64_t)4 << 30)
/* More of what it says is wrong is not looked at. */
#define MESSAGES_MAX ((size_t)1 << 20)

/* A database that is being copied. */
struct copy {
	int to_dir;
	/* Who is to have the files. */
	uid_t user;
	/* How much more may come. */
	uint64_t bytes_left;
	unsigned int files_left;
};

/* Locks and shared memory of a running rpm are no part of a copy. */
static bool is_of_database(const char *name)
{
	return name[0] != '.' && strncmp(name, "__db.", 5) != 0;
}

/* Copies what a file holds, if that is not too much. */
static int copy_bytes(struct copy *copy, int from, int to)
{
	RL_AUTO_FREE char *buffer = malloc(COPY_SIZE);
	uint64_t at = 0;

	if (buffer == NULL)
		return -ENOMEM;
	for (;;) {
		ssize_t done = 0, len = rl_pread(from, buffer, COPY_SIZE, at);

		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return len < 0 ? -errno : 0;
		at += (uint64_t)len;
		if ((uint64_t)len > copy->bytes_left)
			return -EFBIG;
		copy->bytes_left -= (uint64_t)len;
		while (done < len) {
			ssize_t written = write(to, buffer + done, (size_t)(len - done));

			if (written < 0 && errno != EINTR)
				return -errno;
			if (written > 0)
				done += written;
		}
	}
}

/* Copies one file if it is a regular one. */
static int copy_file(struct copy *copy, int root_fd, const char *from_dir, const char *name)
{
	RL_AUTO_FREE char *path = NULL;
	RL_AUTO_ANY_FD int from = -1;
	RL_AUTO_FD int to = -1;
	struct rl_entry file = {0};
	int ret;

	if (asprintf(&path, "%s/%s", from_dir, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	from = rl_root_open_file(root_fd, path);
	if (from < 0)
		return from == -ENOENT ? 0 : rl_steal_fd(&from);
	/* Before anything is written: a file with holes may be larger than the disk. */
	ret = rl_stat(from, "", &file);
	if (ret == 0 && (copy->files_left-- == 0 || file.size > copy->bytes_left))
		ret = -EFBIG;
	if (ret != 0)
		return ret;
	to = openat(copy->to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (to < 0 || (copy->user != RL_JAIL_NO_USER && fchown(to, copy->user, copy->user) != 0))
		return -errno;
	return copy_bytes(copy, from, to);
}

static int copy_files(int root_fd, const char *from_dir, const struct rl_rpm_db *db)
{
	struct copy copy = {
		.to_dir = -1, .user = db->user, .bytes_left = DB_MAX, .files_left = DB_FILES_MAX};
	RL_AUTO_FREE char *to_path = NULL;
	RL_AUTO_FD int to_fd = -1;
	struct rl_buf names = {0};
	size_t at;
	int ret = rl_root_list(root_fd, from_dir, &names);

	if (asprintf(&to_path, "%s/" DB_PATH, db->dir) < 0)
		to_path = NULL;
	to_fd = to_path != NULL ? open(to_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (ret == 0 && to_fd < 0)
		ret = to_path != NULL ? -errno : -ENOMEM;
	copy.to_dir = to_fd;
	for (at = 0; ret == 0 && at < names.len; at += strlen(names.data + at) + 1) {
		if (is_of_database(names.data + at))
			ret = copy_file(&copy, root_fd, from_dir, names.data + at);
	}
	rl_buf_free(&names);
	return ret;
}

/* Makes the directory for the copy, with var/lib/rpm in it, and gives them to who is to read it. */
static int make_dir(const char *tmp_dir, char **dir_ret, uid_t *user_ret)
{
	static const char *const parts[] = {"var", "var/lib", DB_PATH};
	RL_AUTO_FREE char *dir = NULL;
	size_t i;

	if (tmp_dir == NULL)
		tmp_dir = getenv("TMPDIR");
	if (tmp_dir == NULL || tmp_dir[0] == '\0')
		tmp_dir = "/var/tmp";
	if (asprintf(&dir, "%s/rootlift-rpm.XXXXXX", tmp_dir) < 0) {
		dir = NULL;
		return -ENOMEM;
	}
	/* Mode 0700. */
	if (mkdtemp(dir) == NULL)
		return -errno;
	*dir_ret = rl_steal_ptr(&dir);
	*user_ret = rl_jail_take_user(*dir_ret);
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		RL_AUTO_FREE char *path = NULL;

		if (asprintf(&path, "%s/%s", *dir_ret, parts[i]) < 0) {
			path = NULL;
			return -ENOMEM;
		}
		if (mkdir(path, 0700) != 0 ||
			(*user_ret != RL_JAIL_NO_USER && chown(path, *user_ret, *user_ret) != 0))
			return -errno;
	}
	return 0;
}

/* Where the root has its database, in *@dir, and which. Returns 1, 0 if there is none, or < 0. */
static int find_database(
	int root_fd, struct rl_buf *path, const char **dir, enum rl_rpm_db_kind *kind)
{
	static const char *const dirs[] = {"usr/lib/sysimage/rpm", DB_PATH};
	static const char *const files[] = {[RL_RPM_DB_SQLITE] = "rpmdb.sqlite",
		[RL_RPM_DB_BERKELEY] = "Packages",
		[RL_RPM_DB_NDB] = "Packages.db"};
	size_t i, j;

	for (i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		for (j = 0; j < sizeof(files) / sizeof(*files); j++) {
			char file[64];
			int ret;

			(void)snprintf(file, sizeof(file), "%s/%s", dirs[i], files[j]);
			if (!rl_root_exists(root_fd, file))
				continue;
			*kind = (enum rl_rpm_db_kind)j;
			*dir = dirs[i];
			ret = rl_root_realpath(root_fd, dirs[i], path);
			return ret == 0 ? 1 : ret;
		}
	}
	return 0;
}

int rl_rpm_db_copy(int root_fd, const char *tmp_dir, struct rl_rpm_db *db, struct rl_error *err)
{
	struct rl_buf path = {0};
	const char *from;
	int ret = find_database(root_fd, &path, &from, &db->kind);

	if (ret <= 0) {
		rl_buf_free(&path);
		return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot read the rpm database");
	}
	db->path = path.data;
	ret = make_dir(tmp_dir, &db->dir, &db->user);
	if (ret == 0)
		ret = copy_files(root_fd, from, db);
	return ret == 0 ? 1 : rl_error_set(err, -ret, "cannot copy the rpm database aside");
}

/*
 * The first line in @text that says what is wrong, without its "error: ", or NULL. Debian's rpm advises
 * to use another program first ("rpm: RPM should not be used"), and any rpm may warn.
 */
static const char *find_fault(const char *text)
{
	while (text != NULL && *text != '\0') {
		if (strncmp(text, "error: ", 7) == 0)
			return text + 7;
		text = strchr(text, '\n');
		text += text != NULL;
	}
	return NULL;
}

/* Tells what rpm said is wrong: it may do so and end with status 0. @ended is how it ended. */
static int judge(int messages, int ended, struct rl_error *err)
{
	struct rl_buf text = {0};
	const char *fault = NULL;
	int ret = ended;

	/* How it was ended has been told. */
	if (ended == 0 || ended == -ECHILD) {
		ret = rl_buf_read_file(&text, messages, MESSAGES_MAX);
		fault = ret == 0 ? find_fault(text.data) : NULL;
		if (fault != NULL)
			ret = rl_error_text(
				err, EIO, "rpm: %.*s", (int)strcspn(fault, "\n"), fault);
		else if (ret != 0)
			ret = rl_error_set(err, -ret, "cannot read what rpm says");
		else if (ended != 0)
			ret = -EIO;
	}
	rl_buf_free(&text);
	return ret;
}

/* Runs rpm to its end. */
static int run(
	const struct rl_rpm_db *db, const char **argv, struct rl_buf *output, struct rl_error *err)
{
	RL_AUTO_FD int out = output != NULL ? memfd_create("rootlift-rpm", MFD_CLOEXEC)
					    : open("/dev/null", O_WRONLY | O_CLOEXEC);
	RL_AUTO_FD int messages = memfd_create("rootlift-rpm", MFD_CLOEXEC);
	const struct rl_jail jail = {.argv = argv,
		.path_index = DBPATH_INDEX,
		.dir = db->dir,
		.user = db->user,
		.out = out,
		.messages = messages,
		.seconds = RPM_SECONDS,
		.memory = RPM_MEMORY,
		.file_size = output != NULL ? 2 * (uint64_t)RL_PACKAGES_TEXT_MAX : 2 * DB_MAX};
	int ret;

	if (out < 0 || messages < 0)
		return rl_error_set(err, errno, "cannot run rpm");
	ret = rl_jail_run(&jail, err);
	if (ret == -ENOENT)
		return rl_error_text(err, ENOPKG,
			"the system has an rpm database, but there is no rpm here to read it: "
			"install rpm");
	ret = judge(messages, ret, err);
	if (ret != 0 || output == NULL)
		return ret;
	ret = rl_buf_read_file(output, out, RL_PACKAGES_TEXT_MAX);
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot read what rpm says");
}

/* The arguments that lead rpm to the copy. */
static int begin_arguments(const char **argv)
{
	argv[0] = "rpm";
	argv[1] = "--dbpath";
	argv[DBPATH_INDEX] = "/" DB_PATH;
	/* Nothing of it is ever installed: so nobody's keys are looked at, nor what is signed. */
	argv[3] = "--nosignature";
	argv[4] = "--nodigest";
	return 5;
}

int rl_rpm_db_query(
	const struct rl_rpm_db *db, const char *format, struct rl_buf *output, struct rl_error *err)
{
	const char *argv[16];
	int ret, count = begin_arguments(argv);

	argv[count++] = "-qa";
	argv[count++] = "--queryformat";
	argv[count++] = format;
	argv[count] = NULL;
	ret = run(db, argv, output, err);
	/* An rpm without support for ndb does not see it, and makes an empty database beside it. */
	if (ret == 0 && output->len == 0 && db->kind == RL_RPM_DB_NDB)
		ret = rl_error_text(err, EIO,
			"rpm here does not read a database of kind ndb (Packages.db): run rootlift "
			"where rpm does");
	return ret;
}

int rl_rpm_db_erase(
	const struct rl_rpm_db *db, const char *const *keys, size_t count, struct rl_error *err)
{
	static const char *const options[] = {"--erase", "--justdb", "--nodeps", "--noscripts",
		"--notriggers", "--allmatches", "--"};
	const size_t option_count = sizeof(options) / sizeof(*options);
	RL_AUTO_FREE const char **argv = calloc(count + option_count + 8, sizeof(*argv));
	int at, ret;

	if (argv == NULL)
		return rl_error_set(err, ENOMEM, "cannot run rpm");
	at = begin_arguments(argv);
	memcpy(argv + at, options, sizeof(options));
	memcpy(argv + (size_t)at + option_count, keys, count * sizeof(*keys));
	ret = run(db, argv, NULL, err);
	/* What it says then is that a lock cannot be had. */
	if (ret == -EIO && db->kind == RL_RPM_DB_BERKELEY)
		return rl_error_text(err, EIO,
			"rpm here cannot change a Berkeley DB: run rootlift where rpm is older "
			"than 4.16, or give --package-db keep");
	return ret;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	(void)remove(path);
	return 0;
}

void rl_rpm_db_remove(struct rl_rpm_db *db)
{
	if (db->dir != NULL)
		(void)nftw(db->dir, remove_one, REMOVE_FDS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	free(rl_steal_ptr(&db->dir));
}

void rl_rpm_db_free(struct rl_rpm_db *db)
{
	rl_rpm_db_remove(db);
	free(db->path);
	*db = (struct rl_rpm_db){0};
}
