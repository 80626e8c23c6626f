/* SPDX-License-Identifier: MIT */
/* pacman: var/lib/pacman/local/NAME-VERSION/{desc,files}, sections of lines under a head like %NAME%. */
#include "scan/packages_parse.h"

#include "scan/root_file.h"

#include <string.h>

#define LOCAL_DIR "var/lib/pacman/local"

/* "glibc>=2.38": the name alone. */
static size_t name_len(const struct rl_line *line)
{
	size_t i;

	for (i = 0; i < line->len && strchr("<>=:", line->text[i]) == NULL; i++)
		;
	return i;
}

static bool is_head(const struct rl_line *head, const char *word)
{
	return head->len == strlen(word) && memcmp(head->text, word, head->len) == 0;
}

static int take_line(
	struct rl_packages *packages, const struct rl_line *head, const struct rl_line *line)
{
	struct rl_package *package = rl_packages_last(packages);
	int ret;

	if (is_head(head, "%NAME%"))
		return rl_packages_set(&package->name, line->text, line->len);
	if (is_head(head, "%VERSION%"))
		return rl_packages_set(&package->version, line->text, line->len);
	if (is_head(head, "%ARCH%"))
		return rl_packages_set(&package->arch, line->text, line->len);
	if (is_head(head, "%BASE%"))
		return rl_packages_set(&package->source, line->text, line->len);
	if (is_head(head, "%SIZE%"))
		package->size = strtoull(line->text, NULL, 10);
	if (is_head(head, "%PROVIDES%"))
		return rl_packages_provide(package, line->text, name_len(line));
	if (is_head(head, "%FILES%"))
		return rl_packages_own(
			packages, rl_packages_count(packages) - 1, line->text, line->len);
	if (!is_head(head, "%DEPENDS%"))
		return 0;
	ret = rl_packages_require(package);
	return ret == 0 ? rl_packages_require_name(package, line->text, name_len(line)) : ret;
}

int rl_pacman_parse(struct rl_packages *packages, const char *text, size_t len)
{
	const char *end = text + len;
	struct rl_line line, head = {"", 0};
	int ret = 0;

	while (ret == 0 && rl_line_next(&text, end, &line)) {
		if (line.len > 2 && line.text[0] == '%' && line.text[line.len - 1] == '%')
			head = line;
		else if (line.len > 0)
			ret = take_line(packages, &head, &line);
	}
	return ret;
}

/* Reads one file of a package. Returns 1, 0 if there is none, or a negative errno. */
static int read_part(int root_fd, struct rl_packages *packages, const char *key, const char *part,
	struct rl_buf *text)
{
	RL_AUTO_FREE char *path = NULL;
	int ret;

	if (asprintf(&path, LOCAL_DIR "/%s/%s", key, part) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	ret = rl_packages_read_text(packages, root_fd, path, text);
	if (ret != 1)
		return ret;
	ret = rl_pacman_parse(packages, text->data, text->len);
	return ret == 0 ? 1 : ret;
}

static int read_package(
	int root_fd, struct rl_packages *packages, const char *key, struct rl_buf *text)
{
	struct rl_package *package = rl_packages_add(packages, RL_MANAGER_PACMAN);
	int ret;

	if (package == NULL || rl_packages_set(&package->key, key, strlen(key)) != 0)
		return -ENOMEM;
	ret = read_part(root_fd, packages, key, "desc", text);
	if (ret == 1)
		ret = read_part(root_fd, packages, key, "files", text);
	if (ret >= 0 && rl_packages_last(packages)->name[0] == '\0')
		rl_packages_undo(packages);
	return ret < 0 ? ret : 0;
}

int rl_pacman_read(int root_fd, struct rl_packages *packages, struct rl_error *err)
{
	struct rl_buf text = {0}, names = {0};
	size_t at;
	int ret = rl_root_list(root_fd, LOCAL_DIR, &names);

	for (at = 0; ret == 0 && at < names.len; at += strlen(names.data + at) + 1) {
		if (names.data[at] != '.')
			ret = read_package(root_fd, packages, names.data + at, &text);
	}
	rl_buf_free(&names);
	rl_buf_free(&text);
	return ret == 0
		       ? 0
		       : rl_error_set(err, -ret, "cannot read pacman's database ('" LOCAL_DIR "')");
}
