/* SPDX-License-Identifier: MIT */
#include "archive/shadow.h"

#include "common/buf.h"
#include "scan/platform.h"

#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many symlinks the kernel follows (path_resolution(7)). */
#define SYMLINKS_MAX 40
/* All files that say something are not more; rpm's databases may have some hundred MiB. */
#define CONTENT_MAX ((uint64_t)1 << 30)
#define FILES_MAX 1000000
#define COPY_SIZE ((size_t)64 << 10)
#define REMOVE_FDS 16
/* Databases do not lie deeper. */
#define DEPTH_MAX 8

struct rl_shadow {
	/* Both borrowed. */
	const struct rl_tree *tree;
	const struct rl_store *store;
	/* Not zero once a signal asks to stop; borrowed. */
	const volatile sig_atomic_t *stop;
	/* The directory's name; owned; NULL: it was removed. */
	char *path;
	int fd;
	/* How many bytes, and files, it may still get. */
	uint64_t bytes_left, files_left;
};

/* Where the files of package databases are. */
static const char *const databases[] = {"var/lib/dpkg", "lib/apk/db", "usr/lib/apk/db",
	"var/lib/pacman/local", "var/lib/rpm", "usr/lib/sysimage/rpm"};

/* A path that is followed through the tree. */
struct walk {
	struct rl_shadow *shadow;
	/* Where it has come to: a node, and its path. Owned. */
	const struct rl_node *node;
	struct rl_buf real;
	/* What is still to come. Owned. */
	struct rl_buf rest;
	unsigned int symlinks;
};

/* Makes what @node is at @path: without what is in it. */
static int make(const struct rl_shadow *shadow, const struct rl_node *node, const char *path)
{
	const struct rl_inode *inode = node->inode;
	int fd, ret = 0;

	if (S_ISDIR(inode->mode)) {
		ret = mkdirat(shadow->fd, path, 0700);
	} else if (S_ISLNK(inode->mode)) {
		ret = symlinkat(inode->target, shadow->fd, path);
	} else {
		fd = openat(shadow->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		ret = fd < 0 ? -1 : close(fd);
	}
	return ret == 0 || errno == EEXIST ? 0 : -errno;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t len = write(fd, data, size);

		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return len < 0 ? -errno : -EIO;
		data += len;
		size -= (size_t)len;
	}
	return 0;
}

static int copy_content(const struct rl_store *store, const struct rl_inode *inode, int fd)
{
	char buffer[COPY_SIZE];
	uint64_t at = 0;
	int ret = 0;

	while (ret == 0 && at < inode->size) {
		uint64_t left = inode->size - at;
		size_t len = left < sizeof(buffer) ? (size_t)left : sizeof(buffer);

		ret = rl_store_read(store, inode->content + at, buffer, len, NULL);
		if (ret == 0)
			ret = write_all(fd, buffer, len);
		at += len;
	}
	return ret;
}

/* Writes what the file @node holds to @path, where it may be empty already. */
static int fill(struct rl_shadow *shadow, const struct rl_node *node, const char *path)
{
	const struct rl_inode *inode = node->inode;
	RL_AUTO_FD int fd = -1;

	if (*shadow->stop != 0)
		return -EINTR;
	if (shadow->files_left == 0)
		return -EFBIG;
	shadow->files_left--;
	if (!S_ISREG(inode->mode))
		return make(shadow, node, path);
	if (inode->size > shadow->bytes_left)
		return -EFBIG;
	shadow->bytes_left -= inode->size;
	fd = openat(shadow->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	return copy_content(shadow->store, inode, fd);
}

/* Goes to the directory above, or stays in the root. */
static void go_up(struct walk *walk)
{
	char *slash = walk->real.len > 0 ? strrchr(walk->real.data, '/') : NULL;

	if (walk->node->parent != NULL)
		walk->node = walk->node->parent;
	rl_buf_truncate(&walk->real, slash != NULL ? (size_t)(slash - walk->real.data) : 0);
}

/* Goes on with where a symlink leads, and then with the rest. The walk is in its directory. */
static int follow(struct walk *walk, const char *target, const char *rest)
{
	struct rl_buf path = {0};
	int ret = ++walk->symlinks > SYMLINKS_MAX ? -ELOOP : rl_buf_append_str(&path, target);

	if (ret == 0)
		ret = rl_buf_append_str(&path, "/");
	if (ret == 0)
		ret = rl_buf_append_str(&path, rest);
	if (ret != 0) {
		rl_buf_free(&path);
		return ret;
	}
	if (target[0] == '/') {
		walk->node = rl_tree_root(walk->shadow->tree);
		rl_buf_truncate(&walk->real, 0);
	}
	rl_buf_free(&walk->rest);
	walk->rest = path;
	return 0;
}

/* Goes on to @node, which lies in the directory that the walk is in, and has it appear. */
static int enter(struct walk *walk, const struct rl_node *node)
{
	int ret = walk->real.len > 0 ? rl_buf_append_str(&walk->real, "/") : 0;

	if (ret == 0)
		ret = rl_buf_append_str(&walk->real, node->name);
	walk->node = node;
	return ret == 0 ? make(walk->shadow, node, walk->real.data) : ret;
}

/* Goes on to the file @name of the directory that the walk is in, and from a symlink to where that leads. */
static int take_name(struct walk *walk, const char *name, size_t len, const char *rest)
{
	const struct rl_node *node = rl_tree_child(walk->shadow->tree, walk->node, name, len);
	int ret = node != NULL ? enter(walk, node) : -ENOENT;

	if (ret != 0)
		return ret;
	if (!S_ISLNK(node->inode->mode)) {
		rl_buf_truncate(&walk->rest, 0);
		return rl_buf_append_str(&walk->rest, rest);
	}
	go_up(walk);
	return follow(walk, node->inode->target, rest);
}

/* Takes one component of the path. Returns 1 to go on, 0 at the end, -ENOENT: it leads nowhere. */
static int step(struct walk *walk)
{
	const char *name = walk->rest.data + strspn(walk->rest.data, "/");
	size_t len = strcspn(name, "/");
	RL_AUTO_FREE char *path = NULL;
	int ret = 0;

	if (len == 0)
		return 0;
	if (!S_ISDIR(walk->node->inode->mode))
		return -ENOENT;
	/* What is still to come changes under it. */
	path = strdup(name);
	if (path == NULL)
		return -ENOMEM;
	if (len == 2 && memcmp(path, "..", 2) == 0)
		go_up(walk);
	if (path[0] == '.' && (len == 1 || (len == 2 && path[1] == '.'))) {
		rl_buf_truncate(&walk->rest, 0);
		ret = rl_buf_append_str(&walk->rest, path + len);
	} else {
		ret = take_name(walk, path, len, path + len);
	}
	return ret == 0 ? 1 : ret;
}

/*
 * Has what lies at @path appear.
 *
 * @real_ret its path without symlinks; the caller frees it
 *
 * Returns 0 with *@node_ret set, or NULL there: it leads nowhere; or < 0.
 */
static int reveal(struct rl_shadow *shadow, const char *path, const struct rl_node **node_ret,
	char **real_ret)
{
	struct walk walk = {.shadow = shadow, .node = rl_tree_root(shadow->tree)};
	int ret = rl_buf_append_str(&walk.rest, path);

	if (ret == 0)
		ret = rl_buf_append_str(&walk.real, "");
	if (ret == 0)
		do
			ret = step(&walk);
		while (ret == 1);
	*node_ret = ret == 0 ? walk.node : NULL;
	*real_ret = ret == 0 ? rl_steal_ptr(&walk.real.data) : NULL;
	rl_buf_free(&walk.real);
	rl_buf_free(&walk.rest);
	return ret == -ENOENT || ret == -ELOOP || ret == -ENAMETOOLONG ? 0 : ret;
}

void rl_shadow_reveal(void *ctx, const char *path)
{
	struct rl_shadow *shadow = ctx;
	RL_AUTO_FREE char *real = NULL;
	const struct rl_node *node;

	if (shadow->path != NULL)
		(void)!reveal(shadow, path, &node, &real);
}

/* Has a file appear with what it holds. */
static int show(struct rl_shadow *shadow, const char *path)
{
	RL_AUTO_FREE char *real = NULL;
	const struct rl_node *node;
	int ret = reveal(shadow, path, &node, &real);

	return ret == 0 && node != NULL && S_ISREG(node->inode->mode) ? fill(shadow, node, real)
								      : ret;
}

/* Has all that is in @node, a directory at @path, appear. */
static int show_all(
	struct rl_shadow *shadow, const struct rl_node *node, const char *path, unsigned int depth)
{
	uint32_t i;
	int ret = 0;

	for (i = 0; ret == 0 && depth < DEPTH_MAX && i < node->count; i++) {
		const struct rl_node *child = node->children[i];
		RL_AUTO_FREE char *inside = NULL;

		if (asprintf(&inside, "%s/%s", path, child->name) < 0)
			return -ENOMEM;
		ret = fill(shadow, child, inside);
		/* What no file system takes tells nothing. */
		if (ret == -ENOENT || ret == -ENAMETOOLONG)
			ret = 0;
		if (ret == 0 && S_ISDIR(child->inode->mode))
			ret = show_all(shadow, child, inside, depth + 1);
	}
	return ret;
}

static bool is_symlink(const struct rl_node *node)
{
	return S_ISLNK(node->inode->mode);
}

static bool is_loader(const struct rl_node *node)
{
	return strncmp(node->name, "ld-", 3) == 0;
}

/* What tells the distribution (os-release, redhat-release, debian_version and the like), and who is who. */
static bool tells_something(const struct rl_node *node)
{
	return strstr(node->name, "release") != NULL || strstr(node->name, "version") != NULL ||
	       strcmp(node->name, "passwd") == 0 || strcmp(node->name, "group") == 0;
}

/* Has those files of the directory @path appear that @is_wanted. */
static int show_some(
	struct rl_shadow *shadow, const char *path, bool (*is_wanted)(const struct rl_node *node))
{
	RL_AUTO_FREE char *real = NULL;
	const struct rl_node *node;
	int ret = reveal(shadow, path, &node, &real);
	uint32_t i;

	for (i = 0; ret == 0 && node != NULL && i < node->count; i++) {
		const struct rl_node *child = node->children[i];
		RL_AUTO_FREE char *inside = NULL;

		if (!is_wanted(child))
			continue;
		if (asprintf(&inside, "%s/%s", real, child->name) < 0)
			return -ENOMEM;
		ret = show(shadow, inside);
	}
	return ret;
}

static int show_database(struct rl_shadow *shadow, const char *path)
{
	RL_AUTO_FREE char *real = NULL;
	const struct rl_node *node;
	int ret = reveal(shadow, path, &node, &real);

	return ret == 0 && node != NULL ? show_all(shadow, node, real, 0) : ret;
}

static int show_facts(struct rl_shadow *shadow)
{
	/* Symlinks there (/bin) are in the paths of all databases. */
	static const char *const tops[] = {"", "usr", "var"};
	size_t i;
	int ret = show_some(shadow, "etc", tells_something);

	if (ret == 0)
		ret = show(shadow, "usr/lib/os-release");
	for (i = 0; ret == 0 && i < sizeof(tops) / sizeof(*tops); i++)
		ret = show_some(shadow, tops[i], is_symlink);
	for (i = 0; ret == 0 && i < sizeof(databases) / sizeof(*databases); i++)
		ret = show_database(shadow, databases[i]);
	for (i = 0; ret == 0 && rl_platform_programs[i] != NULL; i++)
		ret = show(shadow, rl_platform_programs[i]);
	for (i = 0; ret == 0 && rl_platform_loaders[i] != NULL; i++)
		ret = show_some(shadow, rl_platform_loaders[i], is_loader);
	return ret;
}

static int make_directory(struct rl_shadow *shadow, const char *tmp_dir)
{
	if (tmp_dir == NULL)
		tmp_dir = getenv("TMPDIR");
	if (tmp_dir == NULL || tmp_dir[0] == '\0')
		tmp_dir = "/var/tmp";
	if (asprintf(&shadow->path, "%s/rootlift-facts.XXXXXX", tmp_dir) < 0) {
		shadow->path = NULL;
		return -ENOMEM;
	}
	if (mkdtemp(shadow->path) == NULL) {
		free(rl_steal_ptr(&shadow->path));
		return -errno;
	}
	shadow->fd = open(shadow->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return shadow->fd >= 0 ? 0 : -errno;
}

int rl_shadow_make(const struct rl_tree *tree, const struct rl_store *store, const char *tmp_dir,
	const volatile sig_atomic_t *stop, struct rl_shadow **shadow_ret, struct rl_error *err)
{
	struct rl_shadow *shadow = calloc(1, sizeof(*shadow));
	int ret;

	if (shadow == NULL)
		return rl_error_set(err, ENOMEM, "cannot look into the archive");
	shadow->tree = tree;
	shadow->store = store;
	shadow->fd = -1;
	shadow->stop = stop;
	shadow->bytes_left = CONTENT_MAX;
	shadow->files_left = FILES_MAX;
	ret = make_directory(shadow, tmp_dir);
	if (ret == 0)
		ret = show_facts(shadow);
	if (ret != 0)
		rl_shadow_free(shadow);
	if (ret == -EINTR)
		return rl_error_text(err, EINTR, "stopped by a signal");
	if (ret == -EFBIG)
		return rl_error_text(err, EFBIG,
			"the package databases in the archive have more than can be theirs");
	if (ret != 0) {
		return rl_error_set(err, -ret,
			"cannot copy what tells of the system in the archive to a temporary "
			"directory (TMPDIR says where)");
	}
	*shadow_ret = shadow;
	return 0;
}

int rl_shadow_fd(const struct rl_shadow *shadow)
{
	return shadow->fd;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	(void)!remove(path);
	return 0;
}

void rl_shadow_remove(struct rl_shadow *shadow)
{
	if (shadow->path == NULL)
		return;
	(void)nftw(shadow->path, remove_one, REMOVE_FDS, FTW_DEPTH | FTW_PHYS);
	free(rl_steal_ptr(&shadow->path));
}

void rl_shadow_free(struct rl_shadow *shadow)
{
	if (shadow == NULL)
		return;
	rl_shadow_remove(shadow);
	rl_cleanup_fd(&shadow->fd);
	free(shadow);
}
