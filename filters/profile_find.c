/* SPDX-License-Identifier: MIT */
#include "filters/profile_find.h"

#include "common/buf.h"
#include "filters/builtin.h"
#include "filters/profile_parse.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#define SUFFIX ".profile"
/* A longer text is no profile. */
#define TEXT_MAX ((size_t)1 << 20)

/* Reads a whole file into @text. */
static int read_file(const char *path, struct rl_buf *text)
{
	RL_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return -errno;
	for (;;) {
		ssize_t len;

		if (rl_buf_reserve(text, 16 << 10) != 0)
			return -ENOMEM;
		len = read(fd, text->data + text->len, text->cap - text->len);
		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return len < 0 ? -errno : 0;
		text->len += (size_t)len;
		if (text->len > TEXT_MAX)
			return -EFBIG;
	}
}

static const struct rl_builtin *find_builtin(const char *name)
{
	size_t i;

	for (i = 0; i < rl_builtin_count; i++) {
		if (strcmp(rl_builtins[i].name, name) == 0)
			return &rl_builtins[i];
	}
	return NULL;
}

/* Reads the profile @name from the first directory that has it, else the built-in one. */
static int find_text(const struct rl_profile_dirs *dirs, const char *name, struct rl_buf *text,
	char **origin_ret, struct rl_error *err)
{
	const struct rl_builtin *builtin = find_builtin(name);
	size_t i;
	int ret;

	for (i = 0; i < dirs->count; i++) {
		char *path;

		if (asprintf(&path, "%s/%s" SUFFIX, dirs->dirs[i], name) < 0)
			return rl_error_set(err, ENOMEM, "cannot load profile '%s'", name);
		ret = read_file(path, text);
		if (ret == 0) {
			*origin_ret = path;
			return 0;
		}
		if (ret != -ENOENT && ret != -ENOTDIR)
			(void)rl_error_set(err, -ret, "cannot read profile '%s'", path);
		free(path);
		if (ret != -ENOENT && ret != -ENOTDIR)
			return ret;
	}
	if (builtin == NULL)
		return rl_error_text(err, ENOENT, "there is no profile '%s'", name);
	if (rl_buf_append(text, builtin->text, builtin->size) != 0 ||
		asprintf(origin_ret, "built-in %s" SUFFIX, name) < 0)
		return rl_error_set(err, ENOMEM, "cannot load profile '%s'", name);
	return 0;
}

int rl_profile_text(const struct rl_profile_dirs *dirs, const char *name, struct rl_buf *text,
	char **origin_ret, struct rl_error *err)
{
	int ret;

	if (strchr(name, '/') == NULL)
		return find_text(dirs, name, text, origin_ret, err);
	ret = read_file(name, text);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot read profile '%s'", name);
	*origin_ret = strdup(name);
	if (*origin_ret == NULL)
		return rl_error_set(err, ENOMEM, "cannot load profile '%s'", name);
	return 0;
}

char *rl_profile_name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	size_t len = strlen(base), suffix = strlen(SUFFIX);

	if (len > suffix && strcmp(base + len - suffix, SUFFIX) == 0)
		len -= suffix;
	return strndup(base, len);
}

/* Whether the profile @name, as it would be loaded, is made for @id. */
static bool is_for(const struct rl_profile_dirs *dirs, const char *name, const char *id)
{
	struct rl_buf text = {0};
	RL_AUTO_FREE char *origin = NULL;
	bool found = false;

	if (find_text(dirs, name, &text, &origin, NULL) == 0) {
		struct rl_profile_text parsed = {origin, text.data, text.len};

		found = rl_profile_text_is_for(&parsed, id);
	}
	rl_buf_free(&text);
	return found;
}

static int ends_with_suffix(const struct dirent *dirent)
{
	size_t len = strlen(dirent->d_name), suffix = strlen(SUFFIX);

	return len > suffix && strcmp(dirent->d_name + len - suffix, SUFFIX) == 0;
}

/* Bytewise: the locale must not decide which of two profiles is taken. */
static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Finds a profile for @id in one directory; NULL if there is none, or no directory. */
static char *find_in_dir(const struct rl_profile_dirs *dirs, const char *dir, const char *id)
{
	struct dirent **names;
	int i, count = scandir(dir, &names, ends_with_suffix, compare_names);
	char *found = NULL;

	for (i = 0; i < count; i++) {
		if (found == NULL) {
			found = rl_profile_name_of(names[i]->d_name);
			if (found != NULL && !is_for(dirs, found, id))
				free(rl_steal_ptr(&found));
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	return found;
}

char *rl_profile_find_for_id(const struct rl_profile_dirs *dirs, const char *id)
{
	char *found = NULL;
	size_t i;

	if (id[0] == '\0')
		return NULL;
	for (i = 0; found == NULL && i < dirs->count; i++)
		found = find_in_dir(dirs, dirs->dirs[i], id);
	for (i = 0; found == NULL && i < rl_builtin_count; i++) {
		if (is_for(dirs, rl_builtins[i].name, id))
			found = strdup(rl_builtins[i].name);
	}
	return found;
}

char *rl_profile_find_for(const struct rl_profile_dirs *dirs, const struct rl_distro *distro)
{
	char *name = rl_profile_find_for_id(dirs, distro->id);
	size_t i;

	for (i = 0; name == NULL && i < distro->like_count; i++)
		name = rl_profile_find_for_id(dirs, distro->like[i]);
	return name != NULL ? name : strdup("common");
}

static int add_name(char ***names, size_t *count, char *name)
{
	char **more;
	size_t i;

	if (name == NULL)
		return -ENOMEM;
	for (i = 0; i < *count; i++) {
		if (strcmp((*names)[i], name) == 0) {
			free(name);
			return 0;
		}
	}
	more = reallocarray(*names, *count + 1, sizeof(char *));
	if (more == NULL) {
		free(name);
		return -ENOMEM;
	}
	*names = more;
	more[(*count)++] = name;
	return 0;
}

static int add_names_of_dir(const char *dir, char ***names, size_t *count)
{
	struct dirent **found;
	int i, ret = 0, number = scandir(dir, &found, ends_with_suffix, compare_names);

	for (i = 0; i < number; i++) {
		if (ret == 0)
			ret = add_name(names, count, rl_profile_name_of(found[i]->d_name));
		free(found[i]);
	}
	if (number >= 0)
		free(found);
	return ret;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int rl_profile_names(const struct rl_profile_dirs *dirs, char ***names_ret, size_t *count_ret)
{
	int ret = add_name(names_ret, count_ret, strdup("none"));
	size_t i;

	for (i = 0; ret == 0 && i < dirs->count; i++)
		ret = add_names_of_dir(dirs->dirs[i], names_ret, count_ret);
	for (i = 0; ret == 0 && i < rl_builtin_count; i++)
		ret = add_name(names_ret, count_ret, strdup(rl_builtins[i].name));
	if (ret == 0)
		qsort(*names_ret, *count_ret, sizeof(char *), compare_strings);
	return ret;
}
