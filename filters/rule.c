/* SPDX-License-Identifier: MIT */
#include "filters/rule.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static const char *const action_names[] = {
	[RL_ACTION_KEEP] = "keep",
	[RL_ACTION_DROP] = "drop",
	[RL_ACTION_EMPTY] = "empty",
	[RL_ACTION_TRUNCATE] = "truncate",
	[RL_ACTION_WRITE] = "write",
	[RL_ACTION_LINK] = "link",
	[RL_ACTION_MKNOD] = "mknod",
	[RL_ACTION_EDIT] = "edit",
	[RL_ACTION_CHMOD] = "chmod",
	[RL_ACTION_CHOWN] = "chown",
	[RL_ACTION_STRIP_XATTR] = "strip-xattr",
	[RL_ACTION_RENAME] = "rename",
};

static const char *const category_names[RL_CATEGORY_COUNT] = {
	[RL_CATEGORY_CACHE] = "cache",
	[RL_CATEGORY_LOG] = "log",
	[RL_CATEGORY_TEMP] = "temp",
	[RL_CATEGORY_KERNEL] = "kernel",
	[RL_CATEGORY_IDENTITY] = "identity",
	[RL_CATEGORY_SECRET] = "secret",
	[RL_CATEGORY_DOCS] = "docs",
	[RL_CATEGORY_PSEUDO] = "pseudo",
	[RL_CATEGORY_ENGINE] = "engine",
	[RL_CATEGORY_SWAP] = "swap",
	[RL_CATEGORY_CONTAINER] = "container",
	[RL_CATEGORY_USER] = "user",
};

#define ACTION_COUNT (sizeof(action_names) / sizeof(*action_names))

const struct rl_word_list rl_action_words = {
	.what = "an action", .words = action_names, .count = ACTION_COUNT};

/* "user" is the command line's. */
const struct rl_word_list rl_category_words = {
	.what = "a category", .words = category_names, .count = RL_CATEGORY_USER};

const char *rl_action_name(enum rl_action action)
{
	return action_names[action];
}

const char *rl_category_name(enum rl_category category)
{
	return category_names[category];
}

bool rl_action_decides(enum rl_action action)
{
	return action <= RL_ACTION_MKNOD;
}

bool rl_action_adds(enum rl_action action)
{
	return action == RL_ACTION_WRITE || action == RL_ACTION_LINK || action == RL_ACTION_MKNOD;
}

/* The bits that "ugoa" stand for, of rwx, s and t. */
static mode_t bits_of_who(const char **at)
{
	mode_t who = 0;

	for (; strchr("ugoa", **at) != NULL && **at != '\0'; (*at)++) {
		switch (**at) {
		case 'u':
			who |= S_IRWXU | S_ISUID;
			break;
		case 'g':
			who |= S_IRWXG | S_ISGID;
			break;
		case 'o':
			who |= S_IRWXO | S_ISVTX;
			break;
		default:
			who |= 07777;
		}
	}
	return who != 0 ? who : 07777;
}

static mode_t bits_of_permissions(const char **at)
{
	mode_t bits = 0;

	for (; strchr("rwxst", **at) != NULL && **at != '\0'; (*at)++) {
		switch (**at) {
		case 'r':
			bits |= 0444;
			break;
		case 'w':
			bits |= 0222;
			break;
		case 'x':
			bits |= 0111;
			break;
		case 's':
			bits |= S_ISUID | S_ISGID;
			break;
		default:
			bits |= S_ISVTX;
		}
	}
	return bits;
}

/* "755", or clauses as of chmod(1) without umask: "u-s,go-w". */
static int take_mode(struct rl_parameters *parameters, const char *value, struct rl_error *err)
{
	const char *at = value;
	char *end;
	unsigned long number = strtoul(value, &end, 8);

	parameters->has_mode = true;
	if (isdigit((unsigned char)value[0]) && *end == '\0' && number <= 07777) {
		parameters->mode_and = 0;
		parameters->mode_or = (mode_t)number;
		return 0;
	}
	parameters->mode_and = 07777;
	parameters->mode_or = 0;
	do {
		mode_t who = bits_of_who(&at), bits;
		char sign = *at;

		if (sign != '+' && sign != '-' && sign != '=')
			return rl_error_text(err, EINVAL,
				"expected a mode like 755 or u-s,go-w, found '%s'", value);
		at++;
		bits = bits_of_permissions(&at) & who;
		if (sign != '+') {
			mode_t off = sign == '-' ? bits : who;

			parameters->mode_and &= ~off & 07777;
			parameters->mode_or &= ~off & 07777;
		}
		if (sign != '-')
			parameters->mode_or |= bits;
	} while (*at == ',' && *++at != '\0');
	return *at == '\0' ? 0
			   : rl_error_text(err, EINVAL,
				     "expected a mode like 755 or u-s,go-w, found '%s'", value);
}

/* "c:1:3", "b:8:0" or "p". */
static int take_node(struct rl_parameters *parameters, const char *value, struct rl_error *err)
{
	unsigned int first, second;
	int used = 0;

	if (strcmp(value, "p") == 0) {
		parameters->node = S_IFIFO;
		return 0;
	}
	if ((value[0] != 'c' && value[0] != 'b') ||
		sscanf(value + 1, ":%9u:%9u%n", &first, &second, &used) != 2 ||
		value[1 + used] != '\0')
		return rl_error_text(
			err, EINVAL, "expected a node like c:1:3, b:8:0 or p, found '%s'", value);
	parameters->node = value[0] == 'c' ? S_IFCHR : S_IFBLK;
	parameters->device = makedev(first, second);
	return 0;
}

/* "USER[:GROUP]"; who that is, is known when there is a ROOT. */
static int check_owner(const char *value, struct rl_error *err)
{
	const char *colon = strchr(value, ':');

	if (value[0] == '\0' || value[0] == ':' ||
		(colon != NULL && (colon[1] == '\0' || strchr(colon + 1, ':') != NULL)))
		return rl_error_text(err, EINVAL,
			"expected an owner like 0:0, root:adm or root, found '%s'", value);
	return 0;
}

static int take_value(
	struct rl_parameters *parameters, const char *key, char **value, struct rl_error *err)
{
	char **text = strcmp(key, "owner") == 0 ? &parameters->owner
		      : strcmp(key, "to") == 0  ? &parameters->target
						: &parameters->name;
	int ret = 0;

	if ((*value)[0] == '\0')
		return rl_error_text(err, EINVAL, "expected a value behind %s=", key);
	if (strcmp(key, "mode") == 0)
		return take_mode(parameters, *value, err);
	if (strcmp(key, "node") == 0)
		return take_node(parameters, *value, err);
	if (text == &parameters->owner)
		ret = check_owner(*value, err);
	if (ret == 0) {
		free(*text);
		*text = rl_steal_ptr(value);
	}
	return ret;
}

int rl_parameters_take(struct rl_parameters *parameters, const char *word, size_t len,
	size_t *column_ret, struct rl_error *err)
{
	static const char *const keys[] = {"mode", "owner", "to", "node", "name"};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		size_t key = strlen(keys[i]);
		RL_AUTO_FREE char *value = NULL;
		int ret;

		if (len <= key || strncmp(word, keys[i], key) != 0 || word[key] != '=')
			continue;
		*column_ret = key + 1;
		/* A name may be a glob. */
		value = strcmp(keys[i], "name") == 0
				? strndup(word + key + 1, len - key - 1)
				: rl_term_unescape(word + key + 1, len - key - 1);
		if (value == NULL)
			return rl_error_set(err, ENOMEM, "cannot read a profile");
		ret = take_value(parameters, keys[i], &value, err);
		return ret == 0 ? 1 : ret;
	}
	return 0;
}

int rl_rule_set_pattern(
	struct rl_rule *rule, const char *text, size_t *column_ret, struct rl_error *err)
{
	size_t before = 0, column = 1;
	int ret;

	*column_ret = 0;
	if (text[0] == '!') {
		if (!rl_action_decides(rule->action) || rl_action_adds(rule->action))
			return rl_error_text(err, EINVAL, "expected no '!' in a section of %s",
				rl_action_name(rule->action));
		rule->action = RL_ACTION_KEEP;
		before = 1;
	}
	if (text[before] == '~' && text[before + 1] == '/') {
		rule->is_in_homes = true;
		before++;
	}
	ret = rl_pattern_compile(text + before, &rule->pattern, &column, err);
	*column_ret = before + column - 1;
	return ret;
}

int rl_terms_append(
	struct rl_term **terms, size_t *count_ret, const struct rl_term *more, size_t count)
{
	struct rl_term *grown;
	size_t i;

	if (count == 0)
		return 0;
	grown = reallocarray(*terms, *count_ret + count, sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	*terms = grown;
	for (i = 0; i < count; i++) {
		if (rl_term_copy(&more[i], &grown[*count_ret]) != 0)
			return -ENOMEM;
		(*count_ret)++;
	}
	return 0;
}

void rl_terms_free(struct rl_term *terms, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		rl_term_free(&terms[i]);
	free(terms);
}

/* What must (true) and may go with each action. */
static const struct {
	const char *must;
	bool mode, owner, target, node, name;
} wanted[ACTION_COUNT] = {
	[RL_ACTION_WRITE] = {.mode = true, .owner = true},
	[RL_ACTION_LINK] = {.must = "to=TARGET", .owner = true, .target = true},
	[RL_ACTION_MKNOD] = {.must = "node=c:MAJOR:MINOR",
		.mode = true,
		.owner = true,
		.node = true},
	[RL_ACTION_CHMOD] = {.must = "mode=MODE", .mode = true},
	[RL_ACTION_CHOWN] = {.must = "owner=USER:GROUP", .owner = true},
	[RL_ACTION_STRIP_XATTR] = {.must = "name=ATTRIBUTE", .name = true},
	[RL_ACTION_RENAME] = {.must = "name=NEWNAME", .name = true},
};

static bool lacks_parameter(const struct rl_rule *rule)
{
	const struct rl_parameters *is = &rule->parameters;

	switch (rule->action) {
	case RL_ACTION_LINK:
		return is->target == NULL;
	case RL_ACTION_MKNOD:
		return is->node == 0;
	case RL_ACTION_CHMOD:
		return !is->has_mode;
	case RL_ACTION_CHOWN:
		return is->owner == NULL;
	case RL_ACTION_STRIP_XATTR:
	case RL_ACTION_RENAME:
		return is->name == NULL;
	default:
		return false;
	}
}

int rl_rule_check(const struct rl_rule *rule, struct rl_error *err)
{
	const struct rl_parameters *is = &rule->parameters;
	const char *action = rl_action_name(rule->action);
	size_t column;

	if (lacks_parameter(rule))
		return rl_error_text(err, EINVAL, "%s needs %s before the pattern", action,
			wanted[rule->action].must);
	if ((is->has_mode && !wanted[rule->action].mode) ||
		(is->owner != NULL && !wanted[rule->action].owner) ||
		(is->target != NULL && !wanted[rule->action].target) ||
		(is->node != 0 && !wanted[rule->action].node) ||
		(is->name != NULL && !wanted[rule->action].name))
		return rl_error_text(
			err, EINVAL, "%s does not take all of these parameters", action);
	if (rl_action_adds(rule->action) && (!rl_pattern_is_path(&rule->pattern) ||
						    rule->is_in_homes || rule->selector_count > 0))
		return rl_error_text(err, EINVAL,
			"%s needs one path that begins with '/', without wildcards or selectors",
			action);
	if (rule->action == RL_ACTION_RENAME && strchr(is->name, '/') != NULL)
		return rl_error_text(err, EINVAL, "rename needs a name, not a path");
	if (rule->action == RL_ACTION_STRIP_XATTR)
		return rl_glob_check(is->name, &column, err);
	return 0;
}

void rl_rule_free(struct rl_rule *rule)
{
	rl_pattern_free(&rule->pattern);
	rl_terms_free(rule->conditions, rule->condition_count);
	rl_terms_free(rule->selectors, rule->selector_count);
	free(rule->parameters.owner);
	free(rule->parameters.target);
	free(rule->parameters.name);
	free(rule->content);
	rl_edit_free(rule->edit);
	free(rule->text);
	free(rule->reason);
	free(rule->origin);
	*rule = (struct rl_rule){0};
}
