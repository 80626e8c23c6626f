/* SPDX-License-Identifier: MIT */
#include "scan/distro.h"

#include "common/buf.h"
#include "scan/root_file.h"

#include <ctype.h>
#include <string.h>

/* More of a file than this is not looked at. */
#define TEXT_MAX ((size_t)64 << 10)

/* Copies at most what fits; the rest is of no use to anybody. */
static void copy(char *to, size_t size, const char *from)
{
	(void)snprintf(to, size, "%s", from);
}

/*
 * Copies an ID in lower case; nothing of one that has characters which os-release(5) does not
 * allow, for profiles are looked up by it, and a path it must not be.
 */
static void copy_id(char *to, size_t size, const char *from)
{
	size_t i, len = strlen(from);

	to[0] = '\0';
	if (len >= size)
		return;
	for (i = 0; i < len; i++) {
		if (!isalnum((unsigned char)from[i]) && strchr("._-", from[i]) == NULL)
			return;
	}
	for (i = 0; i <= len; i++)
		to[i] = (char)tolower((unsigned char)from[i]);
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

	/* As in a shell, the last assignment counts. */
	distro->like_count = 0;
	while ((word = strsep(&value, " \t")) != NULL && distro->like_count < RL_DISTRO_LIKE_MAX) {
		char *like = distro->like[distro->like_count];

		copy_id(like, sizeof(distro->like[0]), word);
		if (like[0] != '\0')
			distro->like_count++;
	}
}

static void take_assignment(char *line, struct rl_distro *distro)
{
	char *value, *end;

	line += strspn(line, " \t");
	value = strchr(line, '=');
	if (*line == '#' || value == NULL)
		return;
	*value++ = '\0';
	for (end = value + strlen(value); end > value && isspace((unsigned char)end[-1]); end--)
		end[-1] = '\0';
	unquote(value);
	if (strcmp(line, "ID") == 0)
		copy_id(distro->id, sizeof(distro->id), value);
	else if (strcmp(line, "ID_LIKE") == 0)
		take_like(value, distro);
	else if (strcmp(line, "VERSION_ID") == 0)
		copy(distro->version, sizeof(distro->version), value);
	else if (strcmp(line, "PRETTY_NAME") == 0)
		copy(distro->pretty_name, sizeof(distro->pretty_name), value);
}

int rl_distro_parse_os_release(const char *text, size_t len, struct rl_distro *distro)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t size = newline != NULL ? (size_t)(newline - text) : (size_t)(end - text);
		RL_AUTO_FREE char *line = strndup(text, size);

		/* Half of what it says would choose another profile. */
		if (line == NULL)
			return -ENOMEM;
		take_assignment(line, distro);
		text += size + 1;
	}
	return 0;
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

static void take_debian(const char *line, const char *more, struct rl_distro *distro)
{
	(void)more;
	copy(distro->id, sizeof(distro->id), "debian");
	copy(distro->version, sizeof(distro->version), line);
	(void)snprintf(distro->pretty_name, sizeof(distro->pretty_name), "Debian %s", line);
}

static void take_redhat(const char *line, const char *more, struct rl_distro *distro)
{
	static const struct {
		const char *word, *id;
	} known[] = {{"Fedora", "fedora"}, {"CentOS", "centos"}, {"Oracle", "ol"},
		{"Enterprise Linux Enterprise Linux", "ol"}, {"Scientific", "scientific"},
		{"Amazon", "amzn"}, {"Rocky", "rocky"}, {"AlmaLinux", "almalinux"},
		/* Not the enterprise one: version 9 is of 2003. */
		{"Red Hat Linux", "redhat"}, {"Red Hat", "rhel"}};
	char word[sizeof(distro->id)];
	size_t i;

	/* Others are known by their first word: "CloudLinux Server release 6.10". */
	(void)snprintf(word, sizeof(word), "%.*s", (int)strcspn(line, " "), line);
	copy_id(distro->id, sizeof(distro->id), word);
	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strstr(line, known[i].word) != NULL) {
			copy(distro->id, sizeof(distro->id), known[i].id);
			break;
		}
	}
	if (distro->id[0] == '\0')
		copy(distro->id, sizeof(distro->id), "rhel");
	if (strcmp(distro->id, "fedora") != 0 && strcmp(distro->id, "rhel") != 0)
		add_like(distro, "rhel");
	if (strcmp(distro->id, "fedora") != 0)
		add_like(distro, "fedora");
	take_version(line, distro);
	copy(distro->pretty_name, sizeof(distro->pretty_name), line);
	(void)more;
}

/* The value of the line "KEY = VALUE" in @text, or NULL. It goes on to the end of @text. */
static const char *find_value(const char *text, const char *key)
{
	const char *at;

	for (at = text; (at = strstr(at, key)) != NULL; at++) {
		const char *value = at + strlen(key);

		value += strspn(value, " \t");
		if ((at == text || at[-1] == '\n') && *value == '=')
			return value + 1 + strspn(value + 1, " \t");
	}
	return NULL;
}

/* "SUSE Linux Enterprise Server 11 (x86_64)", then "VERSION = 11" and "PATCHLEVEL = 4". */
static void take_suse(const char *line, const char *more, struct rl_distro *distro)
{
	const char *version = find_value(more, "VERSION"), *patch = find_value(more, "PATCHLEVEL");
	const char *id = "opensuse";
	int major_len, minor_len = 0;

	if (strcasestr(line, "Enterprise") != NULL)
		id = strcasestr(line, "Desktop") != NULL ? "sled" : "sles";
	copy(distro->id, sizeof(distro->id), id);
	add_like(distro, "suse");
	copy(distro->pretty_name, sizeof(distro->pretty_name), line);
	if (version == NULL) {
		take_version(line, distro);
		return;
	}
	major_len = (int)strspn(version, "0123456789.");
	if (patch != NULL && *patch != '0')
		minor_len = (int)strspn(patch, "0123456789");
	(void)snprintf(distro->version, sizeof(distro->version), "%.*s%s%.*s", major_len, version,
		minor_len > 0 ? "." : "", minor_len, minor_len > 0 ? patch : "");
}

static void take_alpine(const char *line, const char *more, struct rl_distro *distro)
{
	(void)more;
	copy(distro->id, sizeof(distro->id), "alpine");
	copy(distro->version, sizeof(distro->version), line);
	(void)snprintf(distro->pretty_name, sizeof(distro->pretty_name), "Alpine Linux %s", line);
}

static void take_arch(const char *line, const char *more, struct rl_distro *distro)
{
	(void)line; /* The file is empty. */
	(void)more;
	copy(distro->id, sizeof(distro->id), "arch");
	copy(distro->pretty_name, sizeof(distro->pretty_name), "Arch Linux");
}

static void take_gentoo(const char *line, const char *more, struct rl_distro *distro)
{
	(void)more;
	copy(distro->id, sizeof(distro->id), "gentoo");
	take_version(line, distro);
	copy(distro->pretty_name, sizeof(distro->pretty_name), line);
}

/*
 * The files of systems older than os-release. More special ones first: most have redhat-release.
 * Each function gets the first line, and what comes behind it.
 */
static const struct {
	const char *path;
	void (*take)(const char *line, const char *more, struct rl_distro *distro);
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

/* Splits the text of a legacy file into its first line and the rest, and has it looked at. */
static void take_legacy(size_t which, struct rl_buf *text, struct rl_distro *distro)
{
	char *more = text->data + strcspn(text->data, "\n"), *end = more;

	if (*more != '\0')
		*more++ = '\0';
	while (end > text->data && isspace((unsigned char)end[-1]))
		*--end = '\0';
	legacy[which].take(text->data, more, distro);
}

static int detect(int root_fd, struct rl_buf *text, struct rl_distro *distro, const char **path_ret)
{
	static const char *const paths[] = {"etc/os-release", "usr/lib/os-release"};
	size_t i;
	int ret;

	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		*path_ret = paths[i];
		ret = rl_root_read(root_fd, paths[i], TEXT_MAX, text);
		if (ret == 1)
			ret = rl_distro_parse_os_release(text->data, text->len, distro);
		if (ret < 0)
			return ret;
		if (distro->id[0] != '\0')
			return 0;
		/* It says nothing that a profile could be found by. */
		*distro = (struct rl_distro){0};
	}
	for (i = 0; i < sizeof(legacy) / sizeof(*legacy); i++) {
		*path_ret = legacy[i].path;
		ret = rl_root_read(root_fd, legacy[i].path, TEXT_MAX, text);
		if (ret < 0)
			return ret;
		if (ret == 0)
			continue;
		take_legacy(i, text, distro);
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
	copy(distro->file, sizeof(distro->file), path);
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot read '%s' in ROOT", path);
}
