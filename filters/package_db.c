/* SPDX-License-Identifier: MIT */
#include "filters/package_db.h"

#include <string.h>

/* A dropped package. */
struct dropped {
	const struct rl_package *package;
	const struct rl_rule *rule;
};

struct rl_package_db {
	/* Sorted by manager, then by key. Owned. */
	struct dropped *list;
	size_t count;
};

/* What a part of a file says of a package: does it have to go? */
typedef bool is_about(const struct rl_package_db *db, const char *part, size_t len);

/* A file whose parts are looked at. */
struct format {
	/* Its path; ending with "/": all that is in it. */
	const char *path;
	/* What its parts end with: "\n" (lines) or "\n\n" (paragraphs). */
	const char *end;
	is_about *is_about;
};

static int compare(const void *a, const void *b)
{
	const struct dropped *x = a, *y = b;

	if (x->package->manager != y->package->manager)
		return x->package->manager < y->package->manager ? -1 : 1;
	return strcmp(x->package->key, y->package->key);
}

int rl_package_db_new(const struct rl_chain *chain, const struct rl_packages *packages,
	struct rl_package_db **db_ret)
{
	struct rl_package_db *db = calloc(1, sizeof(*db));
	size_t i, count = rl_packages_count(packages);

	if (db == NULL)
		return -ENOMEM;
	db->list = calloc(rl_chain_dropped_packages(chain) + 1, sizeof(*db->list));
	if (db->list == NULL) {
		free(db);
		return -ENOMEM;
	}
	for (i = 0; i < count; i++) {
		const struct rl_rule *rule = rl_chain_drops_package(chain, i);

		if (rule != NULL)
			db->list[db->count++] =
				(struct dropped){rl_packages_get(packages, i), rule};
	}
	qsort(db->list, db->count, sizeof(*db->list), compare);
	*db_ret = db;
	return 0;
}

/* The dropped package that its database calls by the @len bytes at @key. */
static const struct dropped *find_key(const struct rl_package_db *db,
	enum rl_package_manager manager, const char *key, size_t len)
{
	size_t low = 0, high = db->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct rl_package *package = db->list[middle].package;
		int order = package->manager != manager ? (package->manager < manager ? -1 : 1)
							: strncmp(package->key, key, len);

		if (order == 0 && package->key[len] != '\0')
			order = 1;
		if (order == 0)
			return &db->list[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Whether @package is of this architecture, or may be: NULL is any. */
static bool is_of_arch(const struct rl_package *package, const char *arch, size_t len)
{
	/* apt's extended_states has packages for all architectures as those of its own. */
	return arch == NULL || strcmp(package->arch, "all") == 0 ||
	       (strlen(package->arch) == len && strncmp(package->arch, arch, len) == 0);
}

/* Whether a package is dropped that has this name, and this architecture if it is not NULL. */
static bool has_name(const struct rl_package_db *db, enum rl_package_manager manager,
	const char *name, size_t name_len, const char *arch, size_t arch_len)
{
	size_t i;

	for (i = 0; i < db->count; i++) {
		const struct rl_package *package = db->list[i].package;

		if (package->manager != manager || strlen(package->name) != name_len ||
			strncmp(package->name, name, name_len) != 0)
			continue;
		if (is_of_arch(package, arch, arch_len))
			return true;
	}
	return false;
}

/* The value of the field "NAME:" of a paragraph, without the blanks before it; NULL if it has none. */
static const char *find_value(const char *part, size_t len, const char *name, size_t *value_len_ret)
{
	const char *end = part + len;
	size_t name_len = strlen(name);

	while (part < end) {
		const char *newline = memchr(part, '\n', (size_t)(end - part));
		const char *line_end = newline != NULL ? newline : end;

		if ((size_t)(line_end - part) > name_len &&
			strncasecmp(part, name, name_len) == 0 && part[name_len] == ':') {
			part += name_len + 1;
			while (part < line_end && (*part == ' ' || *part == '\t'))
				part++;
			while (line_end > part && strchr(" \t\r", line_end[-1]) != NULL)
				line_end--;
			*value_len_ret = (size_t)(line_end - part);
			return part;
		}
		part = line_end + 1;
	}
	return NULL;
}

/* dpkg's status, apt's extended_states: deb822(5) paragraphs. */
static bool is_about_dpkg(const struct rl_package_db *db, const char *part, size_t len)
{
	size_t name_len, arch_len = 0;
	const char *name = find_value(part, len, "Package", &name_len);
	const char *arch = find_value(part, len, "Architecture", &arch_len);

	return name != NULL && has_name(db, RL_MANAGER_DPKG, name, name_len, arch, arch_len);
}

/* A line of dpkg's triggers: "[PATH ]NAME[:ARCH][/noawait]". */
static bool is_about_dpkg_trigger(const struct rl_package_db *db, const char *part, size_t len)
{
	const char *blank = memrchr(part, ' ', len), *slash;
	const char *name = blank != NULL ? blank + 1 : part;
	size_t name_len = len - (size_t)(name - part);

	slash = memchr(name, '/', name_len);
	if (slash != NULL)
		name_len = (size_t)(slash - name);
	return find_key(db, RL_MANAGER_DPKG, name, name_len) != NULL;
}

/* apk's installed: paragraphs that have the package's checksum in their "C:" line. */
static bool is_about_apk(const struct rl_package_db *db, const char *part, size_t len)
{
	size_t key_len;
	const char *key = find_value(part, len, "C", &key_len);

	return key != NULL && find_key(db, RL_MANAGER_APK, key, key_len) != NULL;
}

/* apk's triggers: the checksum, then directories. */
static bool is_about_apk_trigger(const struct rl_package_db *db, const char *part, size_t len)
{
	const char *blank = memchr(part, ' ', len);

	return find_key(db, RL_MANAGER_APK, part, blank != NULL ? (size_t)(blank - part) : len) !=
	       NULL;
}

/* apk's world: a name, and perhaps which versions of it, on a line. */
static bool is_in_apk_world(const struct rl_package_db *db, const char *part, size_t len)
{
	size_t name_len = 0;

	while (name_len < len && strchr("<>=~@ \t", part[name_len]) == NULL)
		name_len++;
	return has_name(db, RL_MANAGER_APK, part, name_len, NULL, 0);
}

static const struct format formats[] = {
	{"var/lib/dpkg/status", "\n\n", is_about_dpkg},
	{"var/lib/dpkg/available", "\n\n", is_about_dpkg},
	{"var/lib/apt/extended_states", "\n\n", is_about_dpkg},
	{"var/lib/dpkg/triggers/", "\n", is_about_dpkg_trigger},
	{"lib/apk/db/installed", "\n\n", is_about_apk},
	{"usr/lib/apk/db/installed", "\n\n", is_about_apk},
	{"lib/apk/db/triggers", "\n", is_about_apk_trigger},
	{"usr/lib/apk/db/triggers", "\n", is_about_apk_trigger},
	{"etc/apk/world", "\n", is_in_apk_world},
};

static const struct format *find_format(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		size_t len = strlen(formats[i].path);

		if (strncmp(formats[i].path, path, len) == 0 &&
			(path[len] == '\0' || formats[i].path[len - 1] == '/'))
			return &formats[i];
	}
	return NULL;
}

/* What is behind @directory in @path, or NULL. */
static const char *behind(const char *path, const char *directory)
{
	size_t len = strlen(directory);

	return strncmp(path, directory, len) == 0 && path[len] != '\0' ? path + len : NULL;
}

/* The dropped package that a file is about by its name alone. */
static const struct dropped *find_owner(const struct rl_package_db *db, const char *path)
{
	const char *name = behind(path, "var/lib/dpkg/info/"), *dot;

	if (name != NULL) {
		/* KEY.EXTENSION, and no extension has a dot. */
		dot = strrchr(name, '.');
		return dot != NULL ? find_key(db, RL_MANAGER_DPKG, name, (size_t)(dot - name))
				   : NULL;
	}
	name = behind(path, "var/lib/dpkg/status.d/");
	if (name != NULL) {
		dot = strrchr(name, '.');
		return find_key(db, RL_MANAGER_DPKG, name,
			dot != NULL ? (size_t)(dot - name) : strlen(name));
	}
	name = behind(path, "var/lib/pacman/local/");
	if (name != NULL)
		return find_key(db, RL_MANAGER_PACMAN, name, strcspn(name, "/"));
	return NULL;
}

enum rl_package_db_fate rl_package_db_find(
	const struct rl_package_db *db, const char *path, const struct rl_rule **rule_ret)
{
	const struct dropped *owner;

	if (db->count == 0)
		return RL_PACKAGE_DB_NOTHING;
	owner = find_owner(db, path);
	if (owner != NULL) {
		*rule_ret = owner->rule;
		return RL_PACKAGE_DB_DROP;
	}
	return find_format(path) != NULL ? RL_PACKAGE_DB_EDIT : RL_PACKAGE_DB_NOTHING;
}

/* The end of the part at @part, behind its "\n" or "\n\n". */
static const char *end_of_part(const char *part, const char *end, const char *mark)
{
	const char *found = memmem(part, (size_t)(end - part), mark, strlen(mark));

	return found != NULL ? found + strlen(mark) : end;
}

int rl_package_db_edit(const struct rl_package_db *db, const char *path, const char *content,
	size_t len, struct rl_buf *out)
{
	const struct format *format = find_format(path);
	const char *end = content + len;
	int ret = 0;

	rl_buf_truncate(out, 0);
	while (ret == 0 && content < end) {
		const char *next = format != NULL ? end_of_part(content, end, format->end) : end;
		size_t part = (size_t)(next - content), text = part;

		while (text > 0 && content[text - 1] == '\n')
			text--;
		if (format == NULL || !format->is_about(db, content, text))
			ret = rl_buf_append(out, content, part);
		content = next;
	}
	return ret == 0 ? out->len != len : ret;
}

void rl_package_db_free(struct rl_package_db *db)
{
	if (db == NULL)
		return;
	free(db->list);
	free(db);
}
