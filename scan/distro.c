/* SPDX-License-Identifier: MIT */
#include "scan/distro.h"

#include "common/buf.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* More of a file than this is not looked at. */
#define TEXT_MAX ((size_t)64 << 10)
#define SYMLINK_MAX 40
/* How often an interrupted resolution is tried again. */
#define AGAIN_MAX 64

/* Copies at most what fits; the rest is of no use to anybody. */
static void copy(char *to, size_t size, const char *from)
{
	(void)snprintf(to, size, "%s", from);
}

static void copy_lower(char *to, size_t size, const char *from)
{
	copy(to, size, from);
	for (; *to != '\0'; to++)
		*to = (char)tolower((unsigned char)*to);
}

/*
 * Opens a path in the root, symlinks resolved within the root, where openat2(2) does not exist: a
 * component at a time, with what a symlink says put before the rest. ".." is taken for ".": what
 * these files link to ("../usr/lib/os-release") is the same then, and nothing leads out.
 */
static int open_by_hand(int root_fd, const char *path, int flags)
{
	char rest[PATH_MAX], target[PATH_MAX], joined[PATH_MAX];
	RL_AUTO_FD int dir = dup(root_fd);
	int links = 0;

	copy(rest, sizeof(rest), path);
	while (dir >= 0) {
		char *name = rest + strspn(rest, "/"), *end = name + strcspn(name, "/");
		bool is_last = end[strspn(end, "/")] == '\0';
		ssize_t len;
		int next;

		*end = '\0';
		if (strcmp(name, "..") == 0 || strcmp(name, ".") == 0) {
			next = dup(dir);
		} else {
			len = readlinkat(dir, name, target, sizeof(target) - 1);
			if (len >= 0) {
				target[len] = '\0';
				if (links++ == SYMLINK_MAX ||
					snprintf(joined, sizeof(joined), "%s/%s", target,
						is_last ? "" : end + 1) >= (int)sizeof(joined))
					return -ELOOP;
				/* Relative targets of these files begin in etc or usr/lib. */
				(void)close(rl_steal_fd(&dir));
				dir = dup(root_fd);
				copy(rest, sizeof(rest), joined);
				continue;
			}
			next = openat(dir, name,
				O_NOFOLLOW | O_CLOEXEC | (is_last ? flags : O_PATH | O_DIRECTORY));
		}
		if (next < 0 || is_last)
			return next < 0 ? -errno : next;
		(void)close(dir);
		dir = next;
		memmove(rest, end + 1, strlen(end + 1) + 1);
	}
	return -errno;
}

static int open_in_root(int root_fd, const char *path, int flags)
{
#ifdef SYS_openat2
	struct open_how how = {
		.flags = (uint64_t)(unsigned int)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd;
	int tries = 0;

	/* A rename or mount anywhere, while ".." is being resolved, makes the kernel give up. */
	do
		fd = syscall(SYS_openat2, root_fd, path, &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN && tries++ < AGAIN_MAX);
	if (fd >= 0)
		return (int)fd;
	/* Old seccomp lists answer EPERM; so does O_NOATIME, on which the caller tries again. */
	if (errno != ENOSYS && errno != EAGAIN && !(errno == EPERM && (flags & O_NOATIME) == 0))
		return -errno;
#endif
	return open_by_hand(root_fd, path, flags);
}

/* Reads the beginning of a regular file in the root. Returns 1, 0 if there is none, or < 0. */
static int read_in_root(int root_fd, const char *path, struct rl_buf *text)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
	RL_AUTO_FD int fd = -1;
	struct stat st;

	rl_buf_truncate(text, 0);
	if (rl_buf_reserve(text, TEXT_MAX + 1) != 0)
		return -ENOMEM;
	/* What it is has to be known before it is opened for reading: a device may act on that. */
	fd = open_in_root(root_fd, path, O_PATH);
	if (fd < 0)
		return fd == -ENOENT || fd == -ENOTDIR || fd == -ELOOP ? 0 : fd;
	if (fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return 0;
	(void)close(rl_steal_fd(&fd));
	fd = open_in_root(root_fd, path, flags | O_NOATIME);
	if (fd == -EPERM)
		fd = open_in_root(root_fd, path, flags);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	while (text->len < TEXT_MAX) {
		ssize_t len = read(fd, text->data + text->len, TEXT_MAX - text->len);

		if (len < 0)
			return -errno;
		if (len == 0)
			break;
		text->len += (size_t)len;
	}
	text->data[text->len] = '\0';
	return 1;
}

/* Undoes shell quotes and backslashes in place. */
static void unquote(char *value)
{
	char *to = value, quote = '\0';

	for (; *value != '\0'; value++) {
		if (quote == '\0' && (*value == '"' || *value == '\''))
			quote = *value;
		else if (quote != '\0' && *value == quote)
			quote = '\0';
		else if (*value == '\\' && quote != '\'' && value[1] != '\0')
			*to++ = *++value;
		else
			*to++ = *value;
	}
	*to = '\0';
}

static void take_like(char *value, struct rl_distro *distro)
{
	char *word;

	while ((word = strsep(&value, " \t")) != NULL) {
		if (*word != '\0' && distro->like_count < RL_DISTRO_LIKE_MAX)
			copy_lower(
				distro->like[distro->like_count++], sizeof(distro->like[0]), word);
	}
}

static void take_assignment(char *line, struct rl_distro *distro)
{
	char *value;

	line += strspn(line, " \t");
	value = strchr(line, '=');
	if (*line == '#' || value == NULL)
		return;
	*value++ = '\0';
	value[strcspn(value, "\r")] = '\0';
	unquote(value);
	if (strcmp(line, "ID") == 0)
		copy_lower(distro->id, sizeof(distro->id), value);
	else if (strcmp(line, "ID_LIKE") == 0)
		take_like(value, distro);
	else if (strcmp(line, "VERSION_ID") == 0)
		copy(distro->version, sizeof(distro->version), value);
	else if (strcmp(line, "PRETTY_NAME") == 0)
		copy(distro->pretty_name, sizeof(distro->pretty_name), value);
}

void rl_distro_parse_os_release(const char *text, size_t len, struct rl_distro *distro)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t size = newline != NULL ? (size_t)(newline - text) : (size_t)(end - text);
		RL_AUTO_FREE char *line = strndup(text, size);

		/* Without memory the distribution is unknown, which is no harm. */
		if (line != NULL)
			take_assignment(line, distro);
		text += size + 1;
	}
}

static void add_like(struct rl_distro *distro, const char *id)
{
	if (distro->like_count < RL_DISTRO_LIKE_MAX)
		copy(distro->like[distro->like_count++], sizeof(distro->like[0]), id);
}

/* The first word of @text that begins with a digit: "5.11" of "CentOS release 5.11 (Final)". */
static void take_version(const char *text, struct rl_distro *distro)
{
	const char *at = text;
	size_t len;

	while (*at != '\0' &&
		!(isdigit((unsigned char)*at) && (at == text || at[-1] == ' ' || at[-1] == 'v')))
		at++;
	len = strspn(at, "0123456789.");
	(void)snprintf(distro->version, sizeof(distro->version), "%.*s", (int)len, at);
}

static void take_debian(const char *line, struct rl_distro *distro)
{
	copy(distro->id, sizeof(distro->id), "debian");
	copy(distro->version, sizeof(distro->version), line);
	(void)snprintf(distro->pretty_name, sizeof(distro->pretty_name), "Debian %s", line);
}

static void take_redhat(const char *line, struct rl_distro *distro)
{
	static const struct {
		const char *word, *id;
	} known[] = {{"Fedora", "fedora"}, {"CentOS", "centos"}, {"Oracle", "ol"},
		{"Enterprise Linux Enterprise Linux", "ol"}, {"Scientific", "scientific"},
		{"Amazon", "amzn"}, {"Rocky", "rocky"}, {"AlmaLinux", "almalinux"},
		{"Red Hat", "rhel"}};
	size_t i;

	copy(distro->id, sizeof(distro->id), "rhel");
	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strstr(line, known[i].word) != NULL) {
			copy(distro->id, sizeof(distro->id), known[i].id);
			break;
		}
	}
	if (strcmp(distro->id, "fedora") != 0 && strcmp(distro->id, "rhel") != 0)
		add_like(distro, "rhel");
	if (strcmp(distro->id, "fedora") != 0)
		add_like(distro, "fedora");
	take_version(line, distro);
	copy(distro->pretty_name, sizeof(distro->pretty_name), line);
}

static void take_suse(const char *line, struct rl_distro *distro)
{
	bool is_open = strstr(line, "openSUSE") != NULL || strstr(line, "SUSE LINUX 10") != NULL;

	copy(distro->id, sizeof(distro->id), is_open ? "opensuse" : "sles");
	add_like(distro, "suse");
	take_version(line, distro);
	copy(distro->pretty_name, sizeof(distro->pretty_name), line);
}

static void take_alpine(const char *line, struct rl_distro *distro)
{
	copy(distro->id, sizeof(distro->id), "alpine");
	copy(distro->version, sizeof(distro->version), line);
	(void)snprintf(distro->pretty_name, sizeof(distro->pretty_name), "Alpine Linux %s", line);
}

static void take_arch(const char *line, struct rl_distro *distro)
{
	(void)line; /* The file is empty. */
	copy(distro->id, sizeof(distro->id), "arch");
	copy(distro->pretty_name, sizeof(distro->pretty_name), "Arch Linux");
}

static void take_gentoo(const char *line, struct rl_distro *distro)
{
	copy(distro->id, sizeof(distro->id), "gentoo");
	take_version(line, distro);
	copy(distro->pretty_name, sizeof(distro->pretty_name), line);
}

/* The files of systems older than os-release. More special ones first: most have redhat-release. */
static const struct {
	const char *path;
	void (*take)(const char *line, struct rl_distro *distro);
} legacy[] = {
	{"etc/oracle-release", take_redhat},
	{"etc/enterprise-release", take_redhat},
	{"etc/centos-release", take_redhat},
	{"etc/redhat-release", take_redhat},
	{"etc/system-release", take_redhat},
	{"etc/SuSE-release", take_suse},
	{"etc/alpine-release", take_alpine},
	{"etc/arch-release", take_arch},
	{"etc/gentoo-release", take_gentoo},
	{"etc/debian_version", take_debian},
};

static int detect(int root_fd, struct rl_buf *text, struct rl_distro *distro, const char **path_ret)
{
	static const char *const paths[] = {"etc/os-release", "usr/lib/os-release"};
	size_t i;
	int ret;

	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		*path_ret = paths[i];
		ret = read_in_root(root_fd, paths[i], text);
		if (ret < 0)
			return ret;
		if (ret == 1)
			rl_distro_parse_os_release(text->data, text->len, distro);
		if (distro->id[0] != '\0')
			return 0;
	}
	for (i = 0; i < sizeof(legacy) / sizeof(*legacy); i++) {
		*path_ret = legacy[i].path;
		ret = read_in_root(root_fd, legacy[i].path, text);
		if (ret < 0)
			return ret;
		if (ret == 0)
			continue;
		text->data[strcspn(text->data, "\r\n")] = '\0';
		legacy[i].take(text->data, distro);
		return 0;
	}
	*path_ret = "";
	return 0;
}

int rl_distro_detect(int root_fd, struct rl_distro *distro, struct rl_error *err)
{
	struct rl_buf text = {0};
	const char *path = "";
	int ret;

	*distro = (struct rl_distro){0};
	ret = detect(root_fd, &text, distro, &path);
	rl_buf_free(&text);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot read '%s' in ROOT", path);
	copy(distro->file, sizeof(distro->file), path);
	return 0;
}
