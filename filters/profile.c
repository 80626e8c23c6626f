/* SPDX-License-Identifier: MIT */
#include "filters/profile.h"

#include "common/buf.h"
#include "filters/profile_find.h"
#include "filters/profile_parse.h"

#include <string.h>

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

void rl_profile_free(struct rl_profile *profile)
{
	size_t i;

	if (profile == NULL)
		return;
	for (i = 0; i < profile->rule_count; i++)
		rl_rule_free(&profile->rules[i]);
	for (i = 0; i < profile->id_count; i++)
		free(profile->ids[i]);
	free(profile->rules);
	free(profile->ids);
	free(profile->name);
	free(profile->title);
	free(profile->origin);
	free(profile);
}

int rl_profile_append(struct rl_profile *profile, struct rl_rule *rule)
{
	struct rl_rule *rules =
		reallocarray(profile->rules, profile->rule_count + 1, sizeof(*rules));

	if (rules == NULL) {
		rl_rule_free(rule);
		return -ENOMEM;
	}
	profile->rules = rules;
	rules[profile->rule_count++] = *rule;
	*rule = (struct rl_rule){0};
	return 0;
}

int rl_profile_add(struct rl_profile *profile, enum rl_action action, enum rl_category category,
	const char *pattern, const char *reason, const char *origin, unsigned int line,
	struct rl_error *err)
{
	struct rl_rule rule = {.action = action, .category = category, .line = line};
	size_t column;
	int ret = rl_rule_set_pattern(&rule, pattern, &column, err);

	if (ret == 0) {
		rule.text = strdup(pattern);
		rule.reason = strdup(reason);
		rule.origin = strdup(origin);
		if (rule.text == NULL || rule.reason == NULL || rule.origin == NULL)
			ret = rl_error_set(err, ENOMEM, "cannot take a rule");
	}
	if (ret != 0) {
		rl_rule_free(&rule);
		return ret;
	}
	ret = rl_profile_append(profile, &rule);
	return ret == 0 ? 0 : rl_error_set(err, ENOMEM, "cannot take a rule");
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

/* Whether a profile for a distribution has been taken in this run. */
static bool has_distro(const struct rl_profile_dirs *dirs)
{
	return dirs->has_distro != NULL && *dirs->has_distro;
}

static int include_named(const struct loading *parent, const char *name, struct rl_profile *into,
	struct rl_error *err)
{
	const struct loading *up;
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
	if (profile->secrets != RL_SECRETS_UNSET)
		into->secrets = profile->secrets;
	ret = move_rules(profile, into);
	rl_profile_free(profile);
	return ret == 0 ? 0 : rl_error_set(err, ENOMEM, "cannot load profile '%s'", name);
}

/* Where a profile is included; "detected" is the one for ROOT's distribution, once a run. */
static int include(void *ctx, const char *name, struct rl_profile *into, struct rl_error *err)
{
	const struct loading *parent = ctx;
	static const struct rl_distro unknown;
	RL_AUTO_FREE char *found = NULL;
	int ret;

	if (strcmp(name, "detected") != 0)
		return include_named(parent, name, into, err);
	if (has_distro(parent->dirs))
		return 0;
	found = rl_profile_find_for(
		parent->dirs, parent->dirs->distro != NULL ? parent->dirs->distro : &unknown);
	if (found == NULL)
		return rl_error_set(err, ENOMEM, "cannot load profile '%s'", name);
	ret = include_named(parent, found, into, err);
	if (ret == 0 && parent->dirs->has_distro != NULL)
		*parent->dirs->has_distro = true;
	return ret;
}

/* Makes a profile of @text. */
static int parse(const struct loading *loading, const struct rl_profile_text *text,
	struct rl_profile **profile_ret, struct rl_error *err)
{
	RL_AUTO_FREE char *name = rl_profile_name_of(loading->name);
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
	int ret = rl_profile_text(loading->dirs, loading->name, &text, &origin, err);

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
	int ret;

	if (strcmp(name, "none") != 0) {
		ret = load(&loading, profile_ret, err);
		if (ret == 0 && (*profile_ret)->id_count > 0 && dirs->has_distro != NULL)
			*dirs->has_distro = true;
		return ret;
	}
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

int rl_profile_load_for(const struct rl_profile_dirs *dirs, const struct rl_distro *distro,
	struct rl_profile **profile_ret, struct rl_error *err)
{
	RL_AUTO_FREE char *name = rl_profile_find_for(dirs, distro);

	if (name == NULL)
		return rl_error_set(err, ENOMEM, "cannot load a profile");
	return rl_profile_load(dirs, name, profile_ret, err);
}
