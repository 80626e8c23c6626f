/* SPDX-License-Identifier: MIT */
/* dpkg: the status file (deb-control(5) paragraphs), and info/KEY.list, a path on a line. */
#include "scan/packages_parse.h"

#include "scan/root_file.h"

#include <ctype.h>
#include <string.h>

#define ADMIN_DIR "var/lib/dpkg"

/* The end of a package's name: "libc6:any (>= 2)" is "libc6". */
static size_t name_len(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len && !isspace((unsigned char)text[i]) && strchr("(:[<", text[i]) == NULL;
		i++)
		;
	return i;
}

/* "a (>= 1) | b, c": requirements, or provided names. */
static int take_list(struct rl_package *package, const char *text, size_t len, bool is_provided)
{
	const char *end = text + len;
	bool is_new = true;
	int ret = 0;

	while (ret == 0 && text < end) {
		const char *next = text;

		while (text < end && isspace((unsigned char)*text))
			text++;
		while (next < end && *next != ',' && *next != '|')
			next++;
		len = name_len(text, next > text ? (size_t)(next - text) : 0);
		if (len > 0 && is_provided) {
			ret = rl_packages_provide(package, text, len);
		} else if (len > 0) {
			if (is_new)
				ret = rl_packages_require(package);
			if (ret == 0)
				ret = rl_packages_require_name(package, text, len);
			/* Behind an alternative without a name there is none to add to. */
			is_new = false;
		}
		if (next < end && *next == ',')
			is_new = true;
		text = next < end ? next + 1 : end;
	}
	return ret;
}

static bool is_word(const struct rl_line *line, const char *word)
{
	return line->len == strlen(word) && strncasecmp(line->text, word, line->len) == 0;
}

/* Essential packages count as required, whichever of the two fields comes first. */
static void take_priority(struct rl_package *package, const struct rl_line *value)
{
	if (package->priority == RL_PRIORITY_REQUIRED)
		return;
	if (is_word(value, "required"))
		package->priority = RL_PRIORITY_REQUIRED;
	else if (is_word(value, "important"))
		package->priority = RL_PRIORITY_IMPORTANT;
	else if (is_word(value, "standard"))
		package->priority = RL_PRIORITY_STANDARD;
}

/* Takes a field that says what kind of package it is. */
static int take_kind(
	struct rl_packages *packages, const struct rl_line *name, const struct rl_line *value)
{
	struct rl_package *package = rl_packages_last(packages);
	const char *slash = memrchr(value->text, '/', value->len), *section = value->text;

	if (is_word(name, "Priority"))
		take_priority(package, value);
	if (is_word(name, "Essential") && is_word(value, "yes"))
		package->priority = RL_PRIORITY_REQUIRED;
	if (is_word(name, "Source"))
		return rl_packages_set(
			&package->source, value->text, name_len(value->text, value->len));
	if (!is_word(name, "Section"))
		return 0;
	if (slash != NULL)
		section = slash + 1;
	return rl_packages_intern(
		packages, &package->section, section, (size_t)(value->text + value->len - section));
}

/* Takes one field of a paragraph. */
static int take_field(
	struct rl_packages *packages, const struct rl_line *field, const struct rl_line *text)
{
	static const char *const states[] = {"not-installed", "config-files"};
	struct rl_package *package = rl_packages_last(packages);
	const char *value = text->text;
	size_t i, len = text->len;

#define IS(word) is_word(field, word)
	if (IS("Package"))
		return rl_packages_set(&package->name, value, len);
	if (IS("Version"))
		return rl_packages_set(&package->version, value, len);
	if (IS("Architecture"))
		return rl_packages_set(&package->arch, value, len);
	if (IS("Depends") || IS("Pre-Depends"))
		return take_list(package, value, len, false);
	if (IS("Provides"))
		return take_list(package, value, len, true);
	if (IS("Installed-Size"))
		package->size = strtoull(value, NULL, 10) * 1024;
	if (IS("Status")) {
		/* "install ok installed": the third word is the state. */
		for (i = 0; i < sizeof(states) / sizeof(*states); i++) {
			size_t state = strlen(states[i]);

			if (len >= state && memcmp(value + len - state, states[i], state) == 0)
				package->is_installed = false;
		}
	}
#undef IS
	return take_kind(packages, field, text);
}

int rl_dpkg_parse_status(struct rl_packages *packages, const char *text, size_t len)
{
	const char *end = text + len;
	struct rl_package *package = NULL;
	struct rl_line line;
	int ret = 0;

	while (ret == 0 && rl_line_next(&text, end, &line)) {
		const char *colon = memchr(line.text, ':', line.len), *value;

		if (line.len == 0) {
			if (package != NULL && package->name[0] == '\0')
				rl_packages_undo(packages);
			package = NULL;
			continue;
		}
		if (package == NULL)
			package = rl_packages_add(packages, RL_MANAGER_DPKG);
		if (package == NULL)
			return -ENOMEM;
		/* Long descriptions and lists of files go on behind a blank. */
		if (colon == NULL || isspace((unsigned char)line.text[0]))
			continue;
		for (value = colon + 1; value < line.text + line.len && *value == ' '; value++)
			;
		ret = take_field(packages,
			&(struct rl_line){line.text, (size_t)(colon - line.text)},
			&(struct rl_line){value, (size_t)(line.text + line.len - value)});
	}
	if (package != NULL && package->name[0] == '\0')
		rl_packages_undo(packages);
	return ret;
}

/* Of a file diverted away from its path: where it is now. */
struct diversion {
	struct rl_line from, to, by;
};

struct diversions {
	struct diversion *list;
	size_t count;
};

static int compare_lines(const struct rl_line *a, const struct rl_line *b)
{
	int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

/* By what is diverted; those of one path in the order of the file. */
static int compare_diversions(const void *a, const void *b)
{
	const struct diversion *x = a, *y = b;
	int order = compare_lines(&x->from, &y->from);

	return order != 0 ? order : (x->from.text > y->from.text) - (x->from.text < y->from.text);
}

/* dpkg knows one diversion a path. Of more, one that is not for a package is found among the first two. */
static void sort_diversions(struct diversions *diversions)
{
	struct diversion *list = diversions->list;
	size_t i, kept = 0, same = 0;

	if (diversions->count > 0)
		qsort(list, diversions->count, sizeof(*list), compare_diversions);
	for (i = 0; i < diversions->count; i++) {
		if (kept == 0 || compare_lines(&list[kept - 1].from, &list[i].from) != 0)
			same = 0;
		else if (same == 2 || compare_lines(&list[kept - 1].by, &list[i].by) == 0)
			continue;
		list[kept++] = list[i];
		same++;
	}
	diversions->count = kept;
}

/* Three lines each: the path, where it was diverted to, and for which package (":": nobody's). */
static int parse_diversions(const char *text, size_t len, struct diversions *diversions)
{
	const char *end = text + len;
	struct diversion diversion;
	size_t cap = 0;

	while (rl_line_next(&text, end, &diversion.from) &&
		rl_line_next(&text, end, &diversion.to) &&
		rl_line_next(&text, end, &diversion.by)) {
		struct diversion *more = diversions->list;

		if (diversions->count == cap) {
			cap = cap == 0 ? 64 : cap * 2;
			more = reallocarray(diversions->list, cap, sizeof(*more));
		}
		if (more == NULL)
			return -ENOMEM;
		diversions->list = more;
		more[diversions->count++] = diversion;
	}
	sort_diversions(diversions);
	return 0;
}

/* Where the file of a line is really, if it is one of the package @name. */
static struct rl_line divert(
	const struct diversions *diversions, const struct rl_line *line, const struct rl_line *name)
{
	size_t low = 0, high = diversions->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_lines(&diversions->list[middle].from, line) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < diversions->count; low++) {
		const struct diversion *diversion = &diversions->list[low];

		if (compare_lines(&diversion->from, line) != 0)
			break;
		if (compare_lines(&diversion->by, name) != 0)
			return diversion->to;
	}
	return *line;
}

/* Takes the files of one list. */
static int take_files(struct rl_packages *packages, size_t index, const struct rl_buf *text,
	const struct diversions *diversions)
{
	const char *at = text->data, *end = at + text->len;
	const char *name = rl_packages_get(packages, index)->name;
	const struct rl_line owner = {name, strlen(name)};
	struct rl_line line;
	int ret = 0;

	while (ret == 0 && rl_line_next(&at, end, &line)) {
		line = divert(diversions, &line, &owner);
		ret = rl_packages_own(packages, index, line.text, line.len);
	}
	return ret;
}

/* The files of one package are in info/NAME.list, or info/NAME:ARCH.list. */
static int read_files(int root_fd, struct rl_packages *packages, size_t index,
	const struct diversions *diversions, struct rl_buf *text)
{
	struct rl_package *package = (struct rl_package *)rl_packages_get(packages, index);
	RL_AUTO_FREE char *with_arch = NULL;
	const char *keys[2] = {package->name, NULL};
	size_t i;
	int ret = 0;

	if (asprintf(&with_arch, "%s:%s", package->name, package->arch) < 0) {
		with_arch = NULL;
		return -ENOMEM;
	}
	keys[1] = with_arch;
	ret = rl_packages_set(&package->key, package->name, strlen(package->name));
	if (strchr(package->name, '/') != NULL)
		return ret;
	for (i = 0; ret == 0 && i < 2; i++) {
		RL_AUTO_FREE char *path = NULL;

		if (asprintf(&path, ADMIN_DIR "/info/%s.list", keys[i]) < 0) {
			path = NULL;
			return -ENOMEM;
		}
		ret = rl_packages_read_text(packages, root_fd, path, text);
		if (ret == 0)
			continue;
		if (ret < 0)
			return ret;
		ret = rl_packages_set(&package->key, keys[i], strlen(keys[i]));
		return ret == 0 ? take_files(packages, index, text, diversions) : ret;
	}
	return ret;
}

/* Images without dpkg itself have a status file for each package. */
static int read_status_dir(int root_fd, struct rl_packages *packages, struct rl_buf *text)
{
	struct rl_buf names = {0};
	const char *name;
	size_t at;
	int ret = rl_root_list(root_fd, ADMIN_DIR "/status.d", &names);

	for (at = 0; ret == 0 && at < names.len; at += strlen(name) + 1) {
		RL_AUTO_FREE char *path = NULL;

		name = names.data + at;
		/* NAME.md5sums is no paragraph. */
		if (name[0] == '.' || strstr(name, ".md5sums") != NULL)
			continue;
		if (asprintf(&path, ADMIN_DIR "/status.d/%s", name) < 0) {
			path = NULL;
			ret = -ENOMEM;
			break;
		}
		ret = rl_packages_read_text(packages, root_fd, path, text);
		if (ret == 1)
			ret = rl_dpkg_parse_status(packages, text->data, text->len);
	}
	rl_buf_free(&names);
	return ret;
}

int rl_dpkg_read(int root_fd, struct rl_packages *packages, struct rl_error *err)
{
	struct rl_buf text = {0}, diverted = {0};
	struct diversions diversions = {0};
	size_t i, first = rl_packages_count(packages);
	int ret = rl_packages_read_text(packages, root_fd, ADMIN_DIR "/status", &text);

	if (ret == 1)
		ret = rl_dpkg_parse_status(packages, text.data, text.len);
	if (ret == 0)
		ret = read_status_dir(root_fd, packages, &text);
	if (ret == 0)
		ret = rl_packages_read_text(packages, root_fd, ADMIN_DIR "/diversions", &diverted);
	if (ret == 1)
		ret = parse_diversions(diverted.data, diverted.len, &diversions);
	for (i = first; ret == 0 && i < rl_packages_count(packages); i++)
		ret = read_files(root_fd, packages, i, &diversions, &text);
	free(diversions.list);
	rl_buf_free(&text);
	rl_buf_free(&diverted);
	return ret == 0 ? 0
			: rl_error_set(err, -ret, "cannot read dpkg's database ('" ADMIN_DIR "')");
}
