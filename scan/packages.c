/* SPDX-License-Identifier: MIT */
#include "scan/packages_parse.h"

#include "scan/root_file.h"

#include <string.h>

/* Symlinks that lead to symlinks: more of them in a row are a loop. */
#define ALIAS_STEPS 8

/* One path and one package that owns it. */
struct claim {
	uint64_t hash;
	uint32_t owner;
	/* The package brings no such file. */
	bool is_ghost;
};

/* A directory that is a symlink: what is in it is elsewhere. */
struct alias {
	char *from, *to;
};

struct rl_packages {
	struct rl_package *list;
	size_t count, cap;
	/* Sorted by hash, then by owner. */
	struct claim *claims;
	size_t claim_count, claim_cap;
	/* For each first 16 bits of a hash, the first claim that has them or more. */
	uint32_t *index;
	struct alias *aliases;
	size_t alias_count;
	/* Room for a path being made real. */
	struct rl_buf path, swap;
	/* How much has been read of databases, in bytes. */
	size_t text_read;
	/* Strings that many packages have. */
	char **words;
	size_t word_count;
};

#define INDEX_SIZE ((size_t)1 << 16)

/*
 * More than this is of somebody who wants to use up memory and time: large systems have some thousand
 * packages, a million files, and 100 MB about them.
 */
#define PACKAGES_MAX ((size_t)1 << 20)
#define CLAIMS_MAX ((size_t)1 << 24)
#define READ_MAX ((size_t)1 << 30)
/* Debian has 60 sections. */
#define WORDS_MAX 256

size_t rl_packages_count(const struct rl_packages *packages)
{
	return packages->count;
}

const struct rl_package *rl_packages_get(const struct rl_packages *packages, size_t index)
{
	return &packages->list[index];
}

/* FNV-1a over the name, begun with the parent's hash, and its bits mixed (as MurmurHash3 does). */
static uint64_t hash_name(uint64_t parent, const char *name, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ parent;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * UINT64_C(0x100000001b3);
	hash = (hash ^ (hash >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	hash = (hash ^ (hash >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
	return hash ^ (hash >> 33);
}

uint64_t rl_packages_hash(uint64_t parent, const char *name)
{
	return hash_name(parent, name, strlen(name));
}

uint64_t rl_packages_hash_path(const char *path)
{
	uint64_t hash = 0;

	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		if (len > 0)
			hash = hash_name(hash, path, len);
		path += len + (path[len] == '/');
	}
	return hash;
}

static size_t find_owners(const struct rl_packages *packages, uint64_t hash, bool with_ghosts,
	uint32_t *owners_ret, size_t room)
{
	size_t count = 0, low, high;

	if (packages->index == NULL)
		return 0;
	low = packages->index[hash >> 48];
	high = hash >> 48 == INDEX_SIZE - 1 ? packages->claim_count
					    : packages->index[(hash >> 48) + 1];
	/* Few, unless somebody has chosen the paths so that they are many. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (packages->claims[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < packages->claim_count && packages->claims[low].hash == hash; low++) {
		if (packages->claims[low].is_ghost && !with_ghosts)
			continue;
		if (count == room)
			return room + 1;
		owners_ret[count++] = packages->claims[low].owner;
	}
	return count;
}

size_t rl_packages_owners(
	const struct rl_packages *packages, uint64_t hash, uint32_t *owners_ret, size_t room)
{
	return find_owners(packages, hash, true, owners_ret, room);
}

size_t rl_packages_bringers(
	const struct rl_packages *packages, uint64_t hash, uint32_t *owners_ret, size_t room)
{
	return find_owners(packages, hash, false, owners_ret, room);
}

struct rl_packages *rl_packages_new(void)
{
	return calloc(1, sizeof(struct rl_packages));
}

struct rl_package *rl_packages_add(struct rl_packages *packages, enum rl_package_manager manager)
{
	struct rl_package *package;

	if (packages->count == PACKAGES_MAX)
		return NULL;
	if (packages->count == packages->cap) {
		size_t cap = packages->cap == 0 ? 256 : packages->cap * 2;
		struct rl_package *more = reallocarray(packages->list, cap, sizeof(*more));

		if (more == NULL)
			return NULL;
		packages->list = more;
		packages->cap = cap;
	}
	package = &packages->list[packages->count];
	*package = (struct rl_package){.manager = manager,
		.is_installed = true,
		.name = strdup(""),
		.version = strdup(""),
		.arch = strdup(""),
		.key = strdup(""),
		.section = "",
		.source = strdup("")};
	packages->count++;
	if (package->name == NULL || package->version == NULL || package->arch == NULL ||
		package->key == NULL || package->source == NULL) {
		rl_packages_undo(packages);
		return NULL;
	}
	return package;
}

struct rl_package *rl_packages_last(struct rl_packages *packages)
{
	return packages->count > 0 ? &packages->list[packages->count - 1] : NULL;
}

static void free_package(struct rl_package *package)
{
	size_t i, j;

	for (i = 0; i < package->requirement_count; i++) {
		for (j = 0; j < package->requirements[i].count; j++)
			free(package->requirements[i].names[j]);
		free(package->requirements[i].names);
	}
	for (i = 0; i < package->provides_count; i++)
		free(package->provides[i]);
	free(package->requirements);
	free(package->provides);
	free(package->name);
	free(package->version);
	free(package->arch);
	free(package->key);
	free(package->source);
}

void rl_packages_undo(struct rl_packages *packages)
{
	free_package(&packages->list[--packages->count]);
	while (packages->claim_count > 0 &&
		packages->claims[packages->claim_count - 1].owner == packages->count)
		packages->claim_count--;
}

int rl_packages_set(char **to, const char *text, size_t len)
{
	char *copy = strndup(text, len);

	if (copy == NULL)
		return -ENOMEM;
	free(*to);
	*to = copy;
	return 0;
}

/*
 * Makes room for one more behind @count elements. It doubles whenever the count is a power of two: one
 * field of a crafted database may have millions. Returns NULL without memory; @list is then as it was.
 */
static void *grow(void *list, size_t count, size_t size)
{
	if ((count & (count - 1)) != 0)
		return list;
	return reallocarray(list, count == 0 ? 1 : count * 2, size);
}

/* Appends a name to a list of them. */
static int add_name(char ***names, size_t *count, const char *name, size_t len)
{
	char **more = grow(*names, *count, sizeof(char *));

	if (more == NULL)
		return -ENOMEM;
	*names = more;
	more[*count] = strndup(name, len);
	if (more[*count] == NULL)
		return -ENOMEM;
	(*count)++;
	return 0;
}

int rl_packages_intern(struct rl_packages *packages, const char **to, const char *text, size_t len)
{
	size_t i;

	*to = "";
	/* Up to a NUL, as copies have it. */
	len = strnlen(text, len);
	if (len == 0)
		return 0;
	for (i = 0; i < packages->word_count; i++) {
		const char *word = packages->words[i];

		if (strncmp(word, text, len) == 0 && word[len] == '\0') {
			*to = word;
			return 0;
		}
	}
	if (packages->word_count == WORDS_MAX)
		return 0;
	if (add_name(&packages->words, &packages->word_count, text, len) != 0)
		return -ENOMEM;
	*to = packages->words[packages->word_count - 1];
	return 0;
}

int rl_packages_provide(struct rl_package *package, const char *name, size_t len)
{
	return add_name(&package->provides, &package->provides_count, name, len);
}

int rl_packages_require(struct rl_package *package)
{
	struct rl_requirement *more =
		grow(package->requirements, package->requirement_count, sizeof(*more));

	if (more == NULL)
		return -ENOMEM;
	package->requirements = more;
	more[package->requirement_count++] = (struct rl_requirement){0};
	return 0;
}

int rl_packages_require_name(struct rl_package *package, const char *name, size_t len)
{
	struct rl_requirement *last = &package->requirements[package->requirement_count - 1];

	return add_name(&last->names, &last->count, name, len);
}

bool rl_line_next(const char **text, const char *end, struct rl_line *line)
{
	const char *newline;

	if (*text >= end)
		return false;
	newline = memchr(*text, '\n', (size_t)(end - *text));
	line->text = *text;
	line->len = (size_t)((newline != NULL ? newline : end) - *text);
	*text = newline != NULL ? newline + 1 : end;
	if (line->len > 0 && line->text[line->len - 1] == '\r')
		line->len--;
	return true;
}

int rl_packages_alias(struct rl_packages *packages, const char *from, const char *to)
{
	struct alias *more =
		reallocarray(packages->aliases, packages->alias_count + 1, sizeof(*more));
	struct alias alias = {strdup(from), strdup(to)};

	if (more != NULL)
		packages->aliases = more;
	if (more == NULL || alias.from == NULL || alias.to == NULL) {
		free(alias.from);
		free(alias.to);
		return -ENOMEM;
	}
	more[packages->alias_count++] = alias;
	return 0;
}

/* Puts @path where it really is, one symlink on. Returns 1, 0 or -ENOMEM. */
static int follow_alias(
	const struct rl_packages *packages, struct rl_buf *path_buf, struct rl_buf *swap)
{
	const char *path = path_buf->data;
	struct rl_buf real;
	size_t i;

	for (i = 0; i < packages->alias_count; i++) {
		const struct alias *alias = &packages->aliases[i];
		size_t len = strlen(alias->from);

		/* The symlink itself is what it is; what is in it is elsewhere. */
		if (strncmp(path, alias->from, len) != 0 || path[len] != '/')
			continue;
		rl_buf_truncate(swap, 0);
		if (rl_buf_append_str(swap, alias->to) != 0 ||
			rl_buf_append_str(swap, path + len + (alias->to[0] == '\0')) != 0)
			return -ENOMEM;
		real = *swap;
		*swap = *path_buf;
		*path_buf = real;
		return 1;
	}
	return 0;
}

/* Makes a database's path a real one below the root, in @real. */
static int make_real(const struct rl_packages *packages, const char *path, size_t len,
	struct rl_buf *real, struct rl_buf *swap)
{
	int ret = 1, steps;

	while (len > 0 && (*path == '/' || (*path == '.' && (len == 1 || path[1] == '/')))) {
		path++;
		len--;
	}
	while (len > 0 && path[len - 1] == '/')
		len--;
	rl_buf_truncate(real, 0);
	if (rl_buf_append(real, path, len) != 0 || rl_buf_append_str(real, "") != 0)
		return -ENOMEM;
	for (steps = 0; ret == 1 && steps < ALIAS_STEPS; steps++)
		ret = follow_alias(packages, real, swap);
	return ret < 0 ? ret : 0;
}

size_t rl_packages_owners_of(
	const struct rl_packages *packages, const char *path, uint32_t *owners_ret, size_t room)
{
	struct rl_buf real = {0}, swap = {0};
	size_t count = 0;

	if (make_real(packages, path, strlen(path), &real, &swap) == 0)
		count = rl_packages_owners(
			packages, rl_packages_hash_path(real.data), owners_ret, room);
	rl_buf_free(&real);
	rl_buf_free(&swap);
	return count;
}

static int add_claim(
	struct rl_packages *packages, size_t index, const char *path, size_t len, bool is_ghost)
{
	int ret = make_real(packages, path, len, &packages->path, &packages->swap);

	if (ret != 0 || packages->path.len == 0)
		return ret;
	if (packages->claim_count == CLAIMS_MAX)
		return -EFBIG;
	if (packages->claim_count == packages->claim_cap) {
		size_t cap = packages->claim_cap == 0 ? 4096 : packages->claim_cap * 2;
		struct claim *more = reallocarray(packages->claims, cap, sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		packages->claims = more;
		packages->claim_cap = cap;
	}
	packages->claims[packages->claim_count++] = (struct claim){
		rl_packages_hash_path(packages->path.data), (uint32_t)index, is_ghost};
	return 0;
}

int rl_packages_own(struct rl_packages *packages, size_t index, const char *path, size_t len)
{
	return add_claim(packages, index, path, len, false);
}

int rl_packages_own_ghost(struct rl_packages *packages, size_t index, const char *path, size_t len)
{
	return add_claim(packages, index, path, len, true);
}

int rl_packages_read_text(
	struct rl_packages *packages, int root_fd, const char *path, struct rl_buf *text)
{
	int ret;

	if (packages->text_read >= READ_MAX)
		return -EFBIG;
	ret = rl_root_read(root_fd, path, RL_PACKAGES_TEXT_MAX, text);
	if (ret == 1)
		packages->text_read += text->len;
	return ret;
}

static bool is_same_claim(const struct claim *a, const struct claim *b)
{
	return a->hash == b->hash && a->owner == b->owner;
}

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	if (x->owner != y->owner)
		return x->owner < y->owner ? -1 : 1;
	return x->is_ghost - y->is_ghost;
}

int rl_packages_sort(struct rl_packages *packages)
{
	size_t i, kept = 0, at = 0;

	if (packages->claim_count == 0)
		return 0;
	qsort(packages->claims, packages->claim_count, sizeof(struct claim), compare_claims);
	for (i = 0; i < packages->claim_count; i++) {
		if (kept == 0 || !is_same_claim(&packages->claims[kept - 1], &packages->claims[i]))
			packages->claims[kept++] = packages->claims[i];
	}
	packages->claim_count = kept;
	packages->index = calloc(INDEX_SIZE, sizeof(*packages->index));
	if (packages->index == NULL)
		return -ENOMEM;
	for (i = 0; i < INDEX_SIZE; i++) {
		while (at < kept && packages->claims[at].hash >> 48 < i)
			at++;
		packages->index[i] = (uint32_t)at;
	}
	return 0;
}

/* Notes @name in the directory @parent ("" or "usr/") if it is a symlink to a directory. */
static int note_alias(
	struct rl_packages *packages, int root_fd, const char *parent, const char *name)
{
	struct rl_buf real = {0};
	struct rl_entry entry = {0};
	RL_AUTO_FREE char *path = NULL, *inside = NULL;
	int ret;

	if (asprintf(&path, "%s%s", parent, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	if (asprintf(&inside, "%s/.", path) < 0) {
		inside = NULL;
		return -ENOMEM;
	}
	if (rl_root_stat(root_fd, path, &entry) != 0 || !S_ISLNK(entry.mode) ||
		!rl_root_exists(root_fd, inside))
		return 0;
	ret = rl_root_realpath(root_fd, path, &real);
	if (ret == 0 && strcmp(real.data, path) != 0)
		ret = rl_packages_alias(packages, path, real.data);
	rl_buf_free(&real);
	return ret == -ENOMEM ? ret : 0;
}

/* Finds the directories of a root that are symlinks, as far as packages go by way of them. */
static int find_aliases(struct rl_packages *packages, int root_fd)
{
	static const char *const parents[] = {"", "usr/", "var/"};
	struct rl_buf names = {0};
	size_t i, at;
	int ret = 0;

	for (i = 0; ret == 0 && i < sizeof(parents) / sizeof(*parents); i++) {
		ret = rl_root_list(root_fd, parents[i][0] != '\0' ? parents[i] : ".", &names);
		for (at = 0; ret == 0 && at < names.len; at += strlen(names.data + at) + 1)
			ret = note_alias(packages, root_fd, parents[i], names.data + at);
	}
	rl_buf_free(&names);
	return ret;
}

int rl_packages_read(int root_fd, const char *tmp_dir, struct rl_packages **packages_ret,
	const char **path_ret, struct rl_error *err)
{
	struct rl_packages *packages = rl_packages_new();
	int ret = packages != NULL ? find_aliases(packages, root_fd) : -ENOMEM;

	*path_ret = "";
	if (ret != 0) {
		rl_packages_free(packages);
		return rl_error_set(err, -ret, "cannot read the package database");
	}
	*path_ret = "var/lib/dpkg";
	ret = rl_dpkg_read(root_fd, packages, err);
	if (ret == 0) {
		*path_ret = "lib/apk/db";
		ret = rl_apk_read(root_fd, packages, err);
	}
	if (ret == 0) {
		*path_ret = "var/lib/pacman/local";
		ret = rl_pacman_read(root_fd, packages, err);
	}
	if (ret == 0) {
		*path_ret = "var/lib/rpm";
		ret = rl_rpm_read(root_fd, tmp_dir, packages, err);
	}
	if (ret == 0 && rl_packages_sort(packages) != 0)
		ret = rl_error_set(err, ENOMEM, "cannot read the package database");
	if (ret != 0) {
		rl_packages_free(packages);
		return ret;
	}
	*packages_ret = packages;
	return 0;
}

void rl_packages_free(struct rl_packages *packages)
{
	size_t i;

	if (packages == NULL)
		return;
	for (i = 0; i < packages->count; i++)
		free_package(&packages->list[i]);
	for (i = 0; i < packages->alias_count; i++) {
		free(packages->aliases[i].from);
		free(packages->aliases[i].to);
	}
	for (i = 0; i < packages->word_count; i++)
		free(packages->words[i]);
	free(packages->words);
	free(packages->aliases);
	free(packages->list);
	free(packages->claims);
	free(packages->index);
	rl_buf_free(&packages->path);
	rl_buf_free(&packages->swap);
	free(packages);
}
