/* SPDX-License-Identifier: MIT */
/* apk: lib/apk/db/installed, paragraphs of lines with a letter, a colon and a value (apk-installed(5)). */
#include "scan/packages_parse.h"

#include "scan/root_file.h"

#include <string.h>

/* "so:libc.musl.so.1=1 cmd:sh": names without versions, blanks between them. */
static int take_names(struct rl_package *package, const char *text, size_t len, bool is_provided)
{
	const char *end = text + len;
	int ret = 0;

	while (ret == 0 && text < end) {
		size_t word = 0, name = 0;

		while (text + word < end && text[word] != ' ')
			word++;
		while (name < word && strchr("<>=~", text[name]) == NULL)
			name++;
		if (name > 0 && is_provided) {
			ret = rl_packages_provide(package, text, name);
		} else if (name > 0 && text[0] != '!') {
			ret = rl_packages_require(package);
			if (ret == 0)
				ret = rl_packages_require_name(package, text, name);
		}
		text += word < (size_t)(end - text) ? word + 1 : word;
	}
	return ret;
}

/* Takes a file of the directory @dir. */
static int take_file(struct rl_packages *packages, struct rl_buf *path, const struct rl_line *dir,
	const char *name, size_t len)
{
	rl_buf_truncate(path, 0);
	if (rl_buf_append(path, dir->text, dir->len) != 0 || rl_buf_append(path, "/", 1) != 0 ||
		rl_buf_append(path, name, len) != 0)
		return -ENOMEM;
	return rl_packages_own(packages, rl_packages_count(packages) - 1, path->data, path->len);
}

static int take_line(struct rl_packages *packages, const struct rl_line *line, struct rl_line *dir,
	struct rl_buf *path)
{
	struct rl_package *package = rl_packages_last(packages);
	const char *value = line->text + 2;
	size_t len = line->len - 2;

	switch (line->text[0]) {
	case 'P':
		return rl_packages_set(&package->name, value, len);
	case 'V':
		return rl_packages_set(&package->version, value, len);
	case 'A':
		return rl_packages_set(&package->arch, value, len);
	case 'C':
		return rl_packages_set(&package->key, value, len);
	case 'o':
		return rl_packages_set(&package->source, value, len);
	case 'I':
		package->size = strtoull(value, NULL, 10);
		return 0;
	case 'D':
		return take_names(package, value, len, false);
	case 'p':
		return take_names(package, value, len, true);
	case 'F':
		*dir = (struct rl_line){value, len};
		return rl_packages_own(packages, rl_packages_count(packages) - 1, value, len);
	case 'R':
		return take_file(packages, path, dir, value, len);
	default:
		return 0;
	}
}

int rl_apk_parse(struct rl_packages *packages, const char *text, size_t len)
{
	const char *end = text + len;
	struct rl_line line, dir = {"", 0};
	struct rl_buf path = {0};
	bool is_open = false;
	int ret = 0;

	while (ret == 0 && rl_line_next(&text, end, &line)) {
		if (line.len < 2 || line.text[1] != ':') {
			is_open = is_open && line.len > 0;
			continue;
		}
		if (!is_open && rl_packages_add(packages, RL_MANAGER_APK) == NULL)
			ret = -ENOMEM;
		if (!is_open)
			dir.len = 0;
		is_open = true;
		if (ret == 0)
			ret = take_line(packages, &line, &dir, &path);
	}
	rl_buf_free(&path);
	return ret;
}

int rl_apk_read(int root_fd, struct rl_packages *packages, struct rl_error *err)
{
	static const char *const paths[] = {"lib/apk/db/installed", "usr/lib/apk/db/installed"};
	struct rl_buf text = {0};
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < 2; i++) {
		ret = rl_packages_read_text(packages, root_fd, paths[i], &text);
		if (ret == 1) {
			ret = rl_apk_parse(packages, text.data, text.len);
			/* The other may be the same by way of a symlink. */
			break;
		}
	}
	rl_buf_free(&text);
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot read apk's database ('lib/apk/db')");
}
