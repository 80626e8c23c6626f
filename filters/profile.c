/* SPDX-License-Identifier: MIT */
#include "filters/profile.h"

#include "common/buf.h"
#include "filters/builtin.h"
#include "filters/profile_parse.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#define SUFFIX ".profile"
/* A longer text is no profile. */
#define TEXT_MAX ((size_t)1 << 20)
/* Includes deeper than this are a mistake. */
#define DEPTH_MAX 16

/* A profile that is being loaded, and the one that includes it. */
struct loading {
	const struct rl_profile_dirs *dirs;
	const char *name;
	const struct loading *parent;
	size_t depth;
};

struct rl_profile *rl_profile_new(const char *name)
{
	struct rl_profile *profile = calloc(1, sizeof(*profile));

	if (profile == NULL)
		return NULL;
	profile->name = strdup(name);
	profile->origin = strdup(name);
	if (profile->name == NULL || profile->origin == NULL) {
		rl_profile_free(profile);
		return NULL;
	}
	return profile;
}

static void free_rule(struct rl_rule *rule)
{
	rl_pattern_free(&rule->pattern);
	free(rule->reason);
	free(rule->origin);
}

void rl_profile_free(struct rl_profile *profile)
{
	size_t i;

	if (profile == NULL)
		return;
	for (i = 0; i < profile->rule_count; i++)
		free_rule(&profile->rules[i]);
	for (i = 0; i < profile->id_count; i++)
		free(profile->ids[i]);
	free(profile->rules);
	free(profile->ids);
	free(profile->name);
	free(profile->title);
	free(profile->origin);
	free(profile);
}

int rl_profile_add(struct rl_profile *profile, enum rl_action action, enum rl_category category,
	const char *pattern, const char *reason, const char *origin, unsigned int line,
	struct rl_error *err)
{
	struct rl_rule *rules =
		reallocarray(profile->rules, profile->rule_count + 1, sizeof(*rules));
	struct rl_rule *rule;
	int ret;

	if (rules == NULL)
		return rl_error_set(err, ENOMEM, "cannot take a rule");
	profile->rules = rules;
	rule = &rules[profile->rule_count];
	*rule = (struct rl_rule){.action = action, .category = category, .line = line};
	ret = rl_pattern_compile(pattern, &rule->pattern, NULL, err);
	if (ret != 0)
		return ret;
	rule->reason = strdup(reason);
	rule->origin = strdup(origin);
	if (rule->reason == NULL || rule->origin == NULL) {
		free_rule(rule);
		return rl_error_set(err, ENOMEM, "cannot take a rule");
	}
	profile->rule_count++;
	return 0;
}

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

/* The text of the profile @name, which is a path if it has a "/" in it. */
static int get_text(const struct rl_profile_dirs *dirs, const char *name, struct rl_buf *text,
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

static int load(
	const struct loading *loading, struct rl_profile **profile_ret, struct rl_error *err);

/* Moves the rules of @from behind those of @into. */
static int move_rules(struct rl_profile *from, struct rl_profile *into)
{
	size_t count = into->rule_count + from->rule_count;
	struct rl_rule *rules;

	if (from->rule_count == 0)
		return 0;
	rules = reallocarray(into->rules, count, sizeof(*rules));
	if (rules == NULL)
		return -ENOMEM;
	memcpy(rules + into->rule_count, from->rules, from->rule_count * sizeof(*rules));
	into->rules = rules;
	into->rule_count = count;
	from->rule_count = 0;
	return 0;
}

static int include(void *ctx, const char *name, struct rl_profile *into, struct rl_error *err)
{
	const struct loading *parent = ctx, *up;
	struct loading loading = {parent->dirs, name, parent, parent->depth + 1};
	struct rl_profile *profile;
	int ret;

	for (up = parent; up != NULL; up = up->parent) {
		if (strcmp(up->name, name) == 0)
			return rl_error_text(
				err, EINVAL, "'%s' includes itself, by way of here", name);
	}
	if (loading.depth > DEPTH_MAX)
		return rl_error_text(err, EINVAL, "includes are nested too deep");
	ret = load(&loading, &profile, err);
	if (ret != 0)
		return ret;
	ret = move_rules(profile, into);
	rl_profile_free(profile);
	return ret == 0 ? 0 : rl_error_set(err, ENOMEM, "cannot load profile '%s'", name);
}

/* The last component of @path without ".profile". */
static char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	size_t len = strlen(base), suffix = strlen(SUFFIX);

	if (len > suffix && strcmp(base + len - suffix, SUFFIX) == 0)
		len -= suffix;
	return strndup(base, len);
}

/* Makes a profile of @text. */
static int parse(const struct loading *loading, const struct rl_profile_text *text,
	struct rl_profile **profile_ret, struct rl_error *err)
{
	RL_AUTO_FREE char *name = name_of(loading->name);
	struct rl_profile *profile = name != NULL ? rl_profile_new(name) : NULL;
	int ret;

	if (profile == NULL)
		return rl_error_set(err, ENOMEM, "cannot load profile '%s'", loading->name);
	free(profile->origin);
	profile->origin = strdup(text->origin);
	if (profile->origin == NULL)
		ret = rl_error_set(err, ENOMEM, "cannot load profile '%s'", loading->name);
	else
		ret = rl_profile_parse_text(text, include, (void *)loading, profile, err);
	if (ret != 0) {
		rl_profile_free(profile);
		return ret;
	}
	*profile_ret = profile;
	return 0;
}

static int load(
	const struct loading *loading, struct rl_profile **profile_ret, struct rl_error *err)
{
	struct rl_buf text = {0};
	RL_AUTO_FREE char *origin = NULL;
	int ret = get_text(loading->dirs, loading->name, &text, &origin, err);

	if (ret == 0) {
		struct rl_profile_text parsed = {origin, text.data, text.len};

		ret = parse(loading, &parsed, profile_ret, err);
	}
	rl_buf_free(&text);
	return ret;
}

int rl_profile_load(const struct rl_profile_dirs *dirs, const char *name,
	struct rl_profile **profile_ret, struct rl_error *err)
{
	struct loading loading = {.dirs = dirs, .name = name};

	if (strcmp(name, "none") != 0)
		return load(&loading, profile_ret, err);
	*profile_ret = rl_profile_new(name);
	return *profile_ret != NULL ? 0 : rl_error_set(err, ENOMEM, "cannot load profile 'none'");
}

int rl_profile_parse(const struct rl_profile_dirs *dirs, const char *name, const char *origin,
	const char *text, size_t len, struct rl_profile **profile_ret, struct rl_error *err)
{
	struct loading loading = {.dirs = dirs, .name = name};
	struct rl_profile_text parsed = {origin, text, len};

	return parse(&loading, &parsed, profile_ret, err);
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
			found = name_of(names[i]->d_name);
			if (found != NULL && !is_for(dirs, found, id))
				free(rl_steal_ptr(&found));
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	return found;
}

/* The name of the first profile that is made for @id, or NULL. */
static char *find_for(const struct rl_profile_dirs *dirs, const char *id)
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

int rl_profile_load_for(const struct rl_profile_dirs *dirs, const struct rl_distro *distro,
	struct rl_profile **profile_ret, struct rl_error *err)
{
	RL_AUTO_FREE char *name = find_for(dirs, distro->id);
	size_t i;

	for (i = 0; name == NULL && i < distro->like_count; i++)
		name = find_for(dirs, distro->like[i]);
	return rl_profile_load(dirs, name != NULL ? name : "common", profile_ret, err);
}
