/* SPDX-License-Identifier: MIT */
/*
 * Each distribution builds its own directories into glibc's loader, and there is no other place where they
 * could be looked up. They stand in it as strings that begin and end with "/", one behind the other, as no
 * others do. The first one is what $LIB stands for.
 */
#include "scan/loader.h"

#include "scan/far.h"
#include "scan/root_file.h"

#include <elf.h>
#include <limits.h>
#include <string.h>

/* A loader has some hundred KiB. */
#define LOADER_MAX ((size_t)4 << 20)
/* A directory in it. */
#define DIRECTORY_MAX 255
/* Directories that are searched, in bytes. */
#define LIST_MAX ((size_t)64 << 10)
#define MUSL_PREFIX "ld-musl-"
#define MUSL_SUFFIX ".so.1"

/* Whether the first @len bytes at @directory are one of those in @list. */
static bool has_directory(const char *list, const char *directory, size_t len)
{
	while (list != NULL && *list != '\0') {
		size_t size = strcspn(list, ":");

		if (size == len && memcmp(list, directory, len) == 0)
			return true;
		list += size + (list[size] == ':');
	}
	return false;
}

static int add_directory(struct rl_buf *list, const char *directory, size_t len)
{
	if (has_directory(list->data, directory, len))
		return 0;
	if (list->len + len > LIST_MAX)
		return -E2BIG;
	if ((list->len > 0 && rl_buf_append_str(list, ":") != 0) ||
		rl_buf_append(list, directory, len) != 0)
		return -ENOMEM;
	/* So that there is a NUL behind it. */
	return rl_buf_append_str(list, "");
}

/* Whether the @len bytes at @text, with "/" at both ends, can be a directory of libraries. */
static bool is_directory(const char *text, size_t len)
{
	size_t i;

	if (len < 3 || len > DIRECTORY_MAX || text[0] != '/' || text[len - 1] != '/' ||
		memmem(text, len, "/lib", 4) == NULL)
		return false;
	for (i = 0; i < len; i++) {
		if (text[i] <= ' ' || text[i] > '~' || text[i] == '%' || text[i] == ':' ||
			(text[i] == '/' && i > 0 && text[i - 1] == '/'))
			return false;
	}
	return true;
}

/* Takes the directories out of the bytes of a loader. */
static int take_directories(const struct rl_buf *bytes, struct rl_buf *list)
{
	const char *at = bytes->data, *end = bytes->data + bytes->len;
	int ret = 0;

	while (ret == 0 && at < end) {
		const char *nul = memchr(at, '\0', (size_t)(end - at));

		if (nul == NULL)
			break;
		if (is_directory(at, (size_t)(nul - at)))
			ret = add_directory(list, at, (size_t)(nul - at) - 1);
		at = nul + 1;
	}
	return ret == -E2BIG ? 0 : ret;
}

static int add_directories(struct rl_buf *list, const char *const *directories)
{
	int ret = 0;

	for (; ret == 0 && *directories != NULL; directories++)
		ret = add_directory(list, *directories, strlen(*directories));
	return ret;
}

/* The directories of musl's loader: those in a file, or those that are built in. */
static int find_of_musl(const struct rl_trails *trails, const char *name, struct rl_buf *list)
{
	static const char *const usual[] = {"/lib", "/usr/local/lib", "/usr/lib", NULL};
	size_t len = strlen(name) - strlen(MUSL_SUFFIX);
	RL_AUTO_FREE char *path = NULL;
	struct rl_buf text = {0};
	char *at;
	int ret;

	if (asprintf(&path, "etc/%.*s.path", (int)len, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	ret = rl_root_read(trails->root_fd, path, LIST_MAX, &text);
	if (ret <= 0) {
		rl_buf_free(&text);
		return ret < 0 ? ret : add_directories(list, usual);
	}
	for (ret = 0, at = text.data; ret == 0 && *at != '\0';) {
		size_t size = strcspn(at, ":\n");

		if (at[0] == '/')
			ret = add_directory(list, at, size);
		at += size + (at[size] != '\0');
	}
	rl_buf_free(&text);
	return ret;
}

/* The directories of glibc's loader, or, if there is none or it does not tell, of the usual ones. */
static int find_of_glibc(
	const struct rl_trails *trails, struct rl_loader *loader, struct rl_buf *list)
{
	static const char *const usual_64[] = {"/lib64", "/usr/lib64", "/lib", "/usr/lib", NULL};
	static const char *const usual_32[] = {"/lib", "/usr/lib", NULL};
	struct rl_buf bytes = {0};
	int ret = 0;

	if (loader->path[0] != '\0' && !rl_trails_is_placed(trails, loader->path))
		ret = rl_root_read(trails->root_fd, loader->path, LOADER_MAX, &bytes);
	if (ret == 1)
		ret = take_directories(&bytes, list);
	rl_buf_free(&bytes);
	if (ret != 0 || list->len > 0)
		return ret;
	return add_directories(list, loader->loads.class == ELFCLASS64 ? usual_64 : usual_32);
}

static bool is_musl(const char *name)
{
	size_t len = strlen(name), suffix = strlen(MUSL_SUFFIX);

	return strncmp(name, MUSL_PREFIX, strlen(MUSL_PREFIX)) == 0 && len > suffix &&
	       strcmp(name + len - suffix, MUSL_SUFFIX) == 0;
}

int rl_loader_find(const struct rl_trails *trails, const char *path, const struct rl_elf *elf,
	struct rl_loader *loader)
{
	const char *name = strrchr(path, '/'), *first;
	struct rl_buf list = {0};
	int ret;

	*loader = (struct rl_loader){.path = strdup(path),
		.loads = {.class = elf->class,
			.is_big = elf->is_big,
			.machine = elf->machine,
			.arch = elf->arch}};
	if (loader->path == NULL)
		return -ENOMEM;
	name = name != NULL ? name + 1 : path;
	loader->is_musl = is_musl(name);
	ret = loader->is_musl ? find_of_musl(trails, name, &list)
			      : find_of_glibc(trails, loader, &list);
	if (ret == 0)
		ret = rl_buf_append_str(&list, "");
	loader->directories = list.data;
	if (ret != 0)
		return ret;
	first = list.data + (list.data[0] == '/');
	if (strncmp(first, "usr/", strlen("usr/")) == 0)
		first += strlen("usr/");
	loader->lib = strndup(first, strcspn(first, ":"));
	return loader->lib != NULL ? 0 : -ENOMEM;
}

/* What the variable that @text begins with stands for, and its length with "$"; NULL: it is none. */
static const char *variable_at(
	const struct rl_loader *loader, const char *text, const char *origin, size_t *len_ret)
{
	const struct {
		const char *name, *value;
	} known[] = {{"ORIGIN", origin}, {"LIB", loader->lib}, {"PLATFORM", loader->loads.arch}};
	bool has_brace = text[1] == '{';
	const char *name = text + 1 + has_brace;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t len = strlen(known[i].name);

		if (strncmp(name, known[i].name, len) != 0 || (has_brace && name[len] != '}'))
			continue;
		*len_ret = 1 + len + (has_brace ? 2 : 0);
		return known[i].value;
	}
	return NULL;
}

/* Appends one element of a list with what its variables stand for. */
static int expand_element(const struct rl_loader *loader, const char *text, size_t len,
	const char *origin, struct rl_buf *out)
{
	struct rl_buf element = {0};
	size_t at = 0, variable = 0;
	int ret = 0;

	while (ret == 0 && at < len) {
		const char *value =
			text[at] == '$' ? variable_at(loader, text + at, origin, &variable) : NULL;

		if (value == NULL) {
			ret = rl_buf_append(&element, text + at++, 1);
			continue;
		}
		if (value == origin)
			ret = rl_buf_append_str(&element, "/");
		if (ret == 0)
			ret = rl_buf_append_str(&element, value);
		at += variable;
		if (element.len > PATH_MAX)
			ret = -E2BIG;
	}
	/* What is not absolute depends on where a program is started. */
	if (ret == 0 && element.len > 0 && element.data[0] == '/')
		ret = add_directory(out, element.data, element.len);
	rl_buf_free(&element);
	return ret;
}

int rl_loader_expand(
	const struct rl_loader *loader, const char *list, const char *origin, struct rl_buf *out)
{
	int ret = 0;

	while (ret == 0 && *list != '\0') {
		size_t len = strcspn(list, ":");

		ret = expand_element(loader, list, len, origin, out);
		list += len + (list[len] == ':');
	}
	return ret;
}

bool rl_loader_is_part(const struct rl_loader *loader, const char *name)
{
	static const char *const parts[] = {"c", "pthread", "rt", "m", "dl", "util", "xnet"};
	size_t i;

	if (!loader->is_musl || strncmp(name, "lib", 3) != 0)
		return false;
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		size_t len = strlen(parts[i]);

		if (strncmp(name + 3, parts[i], len) == 0 && name[3 + len] == '.')
			return true;
	}
	return false;
}

bool rl_loader_is_default(const struct rl_loader *loader, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && has_directory(loader->directories, path, (size_t)(slash - path));
}

void rl_loader_free(struct rl_loader *loader)
{
	free(loader->path);
	free(loader->directories);
	free(loader->lib);
	*loader = (struct rl_loader){0};
}
