/* SPDX-License-Identifier: MIT */
/*
 * A FUSE file system for tests: it shows a directory, and fails where it is told to.
 *
 *     faultfs DIRECTORY MOUNTPOINT RULES
 *
 * stays in the foreground. RULES is read before each call, so that a test can change it at any time (by
 * mv(1), in one go); a line is "OP GLOB ACTION", where
 *
 * - OP is lookup, getattr, open, opendir, readdir, read, lseek, listxattr, getxattr, readlink, flush,
 *   release or any;
 * - GLOB is matched against the path below DIRECTORY (fnmatch(3)), "" being ".";
 * - ACTION is "errno NUMBER", "at N errno NUMBER" (of read from byte N on, of readdir from the Nth name
 *   on), "short N" (reads see the end at byte N), "hang" (no answer, ever), "at N hang" or "slow MS";
 *   "once" behind it makes the rule hold for one call only.
 *
 * The first line that fits counts. What was done is appended to RULES.log as "OP PATH". Nothing is kept
 * in the kernel's caches, so that each call comes here.
 */
#define FUSE_USE_VERSION 35

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <fuse_lowlevel.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#define RULES_MAX 64
#define LINE_MAX_ 512

/* What the kernel knows under a number: for each path one of its own. */
struct node {
	char path[PATH_MAX];
};

/* One open directory. */
struct listing {
	DIR *dir;
	/* How many names were read. */
	long count;
	/* A name that did not fit into the last answer. */
	struct dirent *pending;
};

/* A fault. */
struct fault {
	enum { NOTHING, FAIL, SHORT, HANG, SLOW } action;
	/* From which byte or name on. */
	long long at;
	/* An errno, or milliseconds. */
	int number;
};

static const char *source, *rules;
static struct node root = {"."};
/* Lines that have done their work. */
static char done[RULES_MAX][LINE_MAX_];
static size_t done_count;

static struct node *node_of(fuse_ino_t ino)
{
	return ino == FUSE_ROOT_ID ? &root : (struct node *)(uintptr_t)ino;
}

/* Puts two parts together; what is too long becomes a path that there is not. */
static char *join(const char *first, const char *between, const char *second, char *room)
{
	if (snprintf(room, PATH_MAX, "%s%s%s", first, between, second) >= PATH_MAX)
		room[0] = '\0';
	return room;
}

/* The path on the host, for calls that take one. */
static char *host_path(const char *path, char *room)
{
	return join(source, "/", path, room);
}

static bool is_done(const char *line)
{
	size_t i;

	for (i = 0; i < done_count; i++) {
		if (strcmp(done[i], line) == 0)
			return true;
	}
	return false;
}

static bool parse_action(const char *text, struct fault *fault)
{
	char word[16];
	int used = 0;

	*fault = (struct fault){.action = NOTHING};
	if (sscanf(text, "at %lld %n", &fault->at, &used) == 1)
		text += used;
	if (sscanf(text, "errno %d", &fault->number) == 1)
		fault->action = FAIL;
	else if (sscanf(text, "short %lld", &fault->at) == 1)
		fault->action = SHORT;
	else if (sscanf(text, "slow %d", &fault->number) == 1)
		fault->action = SLOW;
	else if (sscanf(text, "%15s", word) == 1 && strcmp(word, "hang") == 0)
		fault->action = HANG;
	return fault->action != NOTHING;
}

static void note(const char *op, const char *path)
{
	char log[PATH_MAX];
	FILE *file;

	(void)snprintf(log, sizeof(log), "%s.log", rules);
	file = fopen(log, "ae");
	if (file == NULL)
		return;
	(void)fprintf(file, "%s %s\n", op, path);
	(void)fclose(file);
}

/* The fault for a call that goes as far as @end; @fault says NOTHING if there is none. */
static void find_fault(const char *op, const char *path, long long end, struct fault *fault)
{
	FILE *file = fopen(rules, "re");
	char line[LINE_MAX_], at_op[16], glob[256];
	int used;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%15s %255s %n", at_op, glob, &used) != 2 ||
			(strcmp(at_op, op) != 0 && strcmp(at_op, "any") != 0) ||
			fnmatch(glob, path, 0) != 0 || !parse_action(line + used, fault) ||
			fault->at > end || is_done(line))
			continue;
		if (strstr(line, " once") != NULL && done_count < RULES_MAX)
			(void)snprintf(done[done_count++], LINE_MAX_, "%s", line);
		(void)fclose(file);
		note(op, path);
		return;
	}
	if (file != NULL)
		(void)fclose(file);
	*fault = (struct fault){.action = NOTHING};
}

/* Does what a fault of a call with one answer says. Returns whether that was all. */
static bool has_failed(fuse_req_t req, const char *op, fuse_ino_t ino)
{
	struct fault fault;

	find_fault(op, node_of(ino)->path, 0, &fault);
	if (fault.action == SLOW)
		(void)usleep((useconds_t)fault.number * 1000);
	if (fault.action == FAIL)
		(void)fuse_reply_err(req, fault.number);
	return fault.action == FAIL || fault.action == HANG;
}

static void do_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param entry = {0};
	struct node *node = calloc(1, sizeof(*node));
	char path[PATH_MAX];

	if (node == NULL) {
		(void)fuse_reply_err(req, ENOMEM);
		return;
	}
	(void)join(parent == FUSE_ROOT_ID ? "" : node_of(parent)->path,
		parent == FUSE_ROOT_ID ? "" : "/", name, node->path);
	if (has_failed(req, "lookup", (fuse_ino_t)(uintptr_t)node)) {
		free(node);
		return;
	}
	if (lstat(host_path(node->path, path), &entry.attr) != 0) {
		(void)fuse_reply_err(req, errno);
		free(node);
		return;
	}
	entry.ino = (fuse_ino_t)(uintptr_t)node;
	(void)fuse_reply_entry(req, &entry);
}

static void do_forget(fuse_req_t req, fuse_ino_t ino, uint64_t count)
{
	/* Each lookup made a node of its own. */
	(void)count;
	if (ino != FUSE_ROOT_ID)
		free(node_of(ino));
	fuse_reply_none(req);
}

static void do_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	char path[PATH_MAX];
	struct stat st;

	(void)info;
	if (has_failed(req, "getattr", ino))
		return;
	if (lstat(host_path(node_of(ino)->path, path), &st) != 0)
		(void)fuse_reply_err(req, errno);
	else
		(void)fuse_reply_attr(req, &st, 0);
}

static void do_readlink(fuse_req_t req, fuse_ino_t ino)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t len;

	if (has_failed(req, "readlink", ino))
		return;
	len = readlink(host_path(node_of(ino)->path, path), target, sizeof(target) - 1);
	if (len < 0) {
		(void)fuse_reply_err(req, errno);
		return;
	}
	target[len] = '\0';
	(void)fuse_reply_readlink(req, target);
}

static void do_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	char path[PATH_MAX];
	int fd;

	if (has_failed(req, "open", ino))
		return;
	fd = open(host_path(node_of(ino)->path, path), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		(void)fuse_reply_err(req, errno);
		return;
	}
	info->fh = (uint64_t)fd;
	info->direct_io = 1;
	(void)fuse_reply_open(req, info);
}

static void do_read(
	fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *info)
{
	struct fault fault;
	ssize_t len;
	char *data;

	find_fault("read", node_of(ino)->path, offset + (long long)size - 1, &fault);
	if (fault.action == SLOW)
		(void)usleep((useconds_t)fault.number * 1000);
	if (fault.action == HANG && offset >= fault.at)
		return;
	if (fault.action == FAIL && offset >= fault.at) {
		(void)fuse_reply_err(req, fault.number);
		return;
	}
	if (fault.action != NOTHING && fault.action != SLOW)
		size = offset < fault.at ? (size_t)(fault.at - offset) : 0;
	data = malloc(size + 1);
	len = data != NULL ? pread((int)info->fh, data, size, offset) : -1;
	if (len < 0)
		(void)fuse_reply_err(req, data != NULL ? errno : ENOMEM);
	else
		(void)fuse_reply_buf(req, data, (size_t)len);
	free(data);
}

static void do_lseek(
	fuse_req_t req, fuse_ino_t ino, off_t offset, int whence, struct fuse_file_info *info)
{
	off_t at;

	if (has_failed(req, "lseek", ino))
		return;
	at = lseek((int)info->fh, offset, whence);
	if (at < 0)
		(void)fuse_reply_err(req, errno);
	else
		(void)fuse_reply_lseek(req, at);
}

static void do_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	(void)info;
	if (!has_failed(req, "flush", ino))
		(void)fuse_reply_err(req, 0);
}

static void do_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	(void)close((int)info->fh);
	if (!has_failed(req, "release", ino))
		(void)fuse_reply_err(req, 0);
}

static void do_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	struct listing *listing;
	char path[PATH_MAX];

	if (has_failed(req, "opendir", ino))
		return;
	listing = calloc(1, sizeof(*listing));
	if (listing != NULL)
		listing->dir = opendir(host_path(node_of(ino)->path, path));
	if (listing == NULL || listing->dir == NULL) {
		(void)fuse_reply_err(req, listing != NULL ? errno : ENOMEM);
		free(listing);
		return;
	}
	info->fh = (uint64_t)(uintptr_t)listing;
	(void)fuse_reply_open(req, info);
}

static void do_readdir(
	fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *info)
{
	struct listing *listing = (struct listing *)(uintptr_t)info->fh;
	struct fault fault;
	size_t used = 0;
	char *data = calloc(1, size);

	(void)offset; /* Nobody seeks here. */
	while (data != NULL) {
		struct stat st = {0};
		size_t len;

		find_fault("readdir", node_of(ino)->path, listing->count, &fault);
		if (fault.action == SLOW)
			(void)usleep((useconds_t)fault.number * 1000);
		/* What came before is handed out first. */
		if ((fault.action == FAIL || fault.action == HANG) && used == 0) {
			if (fault.action == FAIL)
				(void)fuse_reply_err(req, fault.number);
			free(data);
			return;
		}
		if (fault.action == FAIL || fault.action == HANG)
			break;
		if (listing->pending == NULL)
			listing->pending = readdir(listing->dir);
		if (listing->pending == NULL)
			break;
		st.st_ino = listing->pending->d_ino;
		st.st_mode = (mode_t)listing->pending->d_type << 12;
		len = fuse_add_direntry(req, data + used, size - used, listing->pending->d_name,
			&st, listing->count + 1);
		if (len > size - used)
			break;
		used += len;
		listing->count++;
		listing->pending = NULL;
	}
	(void)fuse_reply_buf(req, data, used);
	free(data);
}

static void do_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	struct listing *listing = (struct listing *)(uintptr_t)info->fh;

	(void)closedir(listing->dir);
	free(listing);
	if (!has_failed(req, "release", ino))
		(void)fuse_reply_err(req, 0);
}

/* Answers with @len bytes, with their number if @size is 0, or with errno. */
static void reply_xattr(fuse_req_t req, const char *data, ssize_t len, size_t size)
{
	if (len < 0)
		(void)fuse_reply_err(req, errno);
	else if (size == 0)
		(void)fuse_reply_xattr(req, (size_t)len);
	else
		(void)fuse_reply_buf(req, data, (size_t)len);
}

static void do_listxattr(fuse_req_t req, fuse_ino_t ino, size_t size)
{
	char path[PATH_MAX], *data = calloc(1, size + 1);

	if (data != NULL && !has_failed(req, "listxattr", ino))
		reply_xattr(req, data, llistxattr(host_path(node_of(ino)->path, path), data, size),
			size);
	free(data);
}

/* The name of the attribute is a part of what GLOB sees: "dir/file:user.x". */
static void do_getxattr(fuse_req_t req, fuse_ino_t ino, const char *name, size_t size)
{
	char path[PATH_MAX], *data = calloc(1, size + 1);
	struct node named;

	(void)join(node_of(ino)->path, ":", name, named.path);
	if (data != NULL && !has_failed(req, "getxattr", (fuse_ino_t)(uintptr_t)&named))
		reply_xattr(req, data,
			lgetxattr(host_path(node_of(ino)->path, path), name, data, size), size);
	free(data);
}

static const struct fuse_lowlevel_ops ops = {
	.lookup = do_lookup,
	.forget = do_forget,
	.getattr = do_getattr,
	.readlink = do_readlink,
	.open = do_open,
	.read = do_read,
	.lseek = do_lseek,
	.flush = do_flush,
	.release = do_release,
	.opendir = do_opendir,
	.readdir = do_readdir,
	.releasedir = do_releasedir,
	.listxattr = do_listxattr,
	.getxattr = do_getxattr,
};

int main(int argc, char **argv)
{
	char options[] = "-osuid,dev,allow_other,fsname=faultfs,subtype=faultfs";
	char *fuse_argv[] = {argv[0], options, NULL};
	struct fuse_args args = FUSE_ARGS_INIT(2, fuse_argv);
	struct fuse_session *session;
	int ret;

	if (argc != 4) {
		(void)fputs("usage: faultfs DIRECTORY MOUNTPOINT RULES\n", stderr);
		return 2;
	}
	source = argv[1];
	rules = argv[3];
	session = fuse_session_new(&args, &ops, sizeof(ops), NULL);
	if (session == NULL || fuse_session_mount(session, argv[2]) != 0)
		return 1;
	ret = fuse_session_loop(session);
	fuse_session_unmount(session);
	fuse_session_destroy(session);
	return ret == 0 ? 0 : 1;
}
