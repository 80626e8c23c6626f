/* SPDX-License-Identifier: MIT */
#include "cli/explain.h"

#include "cli/format.h"
#include "cli/json.h"
#include "common/escape.h"
#include "scan/root_file.h"

#include <string.h>

/* One path that is being looked at, a directory after the other. */
struct looking {
	struct rl_explanation *explanation;
	size_t path_len;
	bool is_last;
	bool no_memory;
};

/* Takes a rule that matches, if it has a say about the path itself. */
static void take_match(void *ctx, const struct rl_rule *rule, size_t index, bool is_each)
{
	struct looking *looking = ctx;
	struct rl_explanation *explanation = looking->explanation;
	struct rl_explained_rule *more;
	size_t i;

	if (!rl_action_decides(rule->action))
		return;
	/* Of a directory above only that counts which holds for what is in it. */
	if (!looking->is_last && (is_each || rl_action_adds(rule->action)))
		return;
	for (i = 0; i < explanation->rule_count; i++) {
		if (explanation->rules[i].index == index) {
			explanation->rules[i].path_len = looking->path_len;
			return;
		}
	}
	more = reallocarray(explanation->rules, explanation->rule_count + 1, sizeof(*more));
	if (more == NULL) {
		looking->no_memory = true;
		return;
	}
	explanation->rules = more;
	more[explanation->rule_count++] =
		(struct rl_explained_rule){rule, index, looking->path_len};
}

static int compare_rules(const void *a, const void *b)
{
	const struct rl_explained_rule *x = a, *y = b;

	return (x->index < y->index) - (x->index > y->index);
}

/* Looks at the first @len bytes of the path. What is not there is taken for a file. */
static int stat_part(struct rl_session *session, const char *path, size_t len, bool is_last,
	struct rl_entry *entry, bool *exists)
{
	RL_AUTO_FREE char *part = strndup(path, len);
	int ret;

	if (part == NULL)
		return -ENOMEM;
	ret = rl_root_stat(session->facts.root_fd, part, entry);
	*exists = ret == 0;
	if (ret != 0)
		entry->mode = is_last ? S_IFREG : S_IFDIR;
	return rl_entry_set_path(entry, part);
}

/* Reads the beginning of the file for rules that look at it. */
static int look_into(struct rl_session *session, struct rl_explanation *explanation)
{
	struct rl_buf head = {0};
	int ret = rl_root_read(session->facts.root_fd, explanation->path, RL_CHAIN_HEAD_MAX, &head);

	if (ret >= 0)
		rl_chain_decide_content(session->chain, head.data != NULL ? head.data : "",
			head.len, &explanation->decision);
	rl_buf_free(&head);
	return ret < 0 ? ret : 0;
}

static int look_at_part(
	struct rl_session *session, struct looking *looking, size_t depth, struct rl_error *err)
{
	struct rl_explanation *explanation = looking->explanation;
	struct rl_entry entry = {0};
	int ret = stat_part(session, explanation->path, looking->path_len, looking->is_last, &entry,
		&explanation->exists);

	entry.depth = depth;
	/* What a rule puts there is there in the image. */
	entry.is_added = looking->is_last && !explanation->exists;
	if (ret == 0)
		ret = rl_chain_decide(session->chain, &entry, &explanation->decision);
	if (ret == 0 && looking->is_last && explanation->decision.needs_content &&
		S_ISREG(entry.mode) && entry.size > 0)
		ret = look_into(session, explanation);
	rl_entry_clear(&entry);
	if (ret == 0 && looking->no_memory)
		ret = -ENOMEM;
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot look at '%s'", explanation->path);
}

/* What of the rules that match have lost is behind the one that has won. */
static void sort_rules(struct rl_session *session, struct rl_explanation *explanation)
{
	const struct rl_rule *rule;

	if (explanation->rule_count > 1)
		qsort(explanation->rules, explanation->rule_count, sizeof(*explanation->rules),
			compare_rules);
	if (session->package_db != NULL && explanation->decision.action != RL_ACTION_DROP &&
		rl_package_db_find(session->package_db, explanation->path, &rule) ==
			RL_PACKAGE_DB_DROP) {
		explanation->is_of_package_db = true;
		explanation->decision.action = RL_ACTION_DROP;
		explanation->decision.rule = rule;
	}
}

int rl_explain(struct rl_session *session, const char *path, struct rl_explanation *explanation,
	struct rl_error *err)
{
	struct looking looking = {.explanation = explanation};
	const char *at;
	size_t depth = 0;
	int ret = 0;

	explanation->path = rl_facts_real_path(&session->facts, path, false);
	if (explanation->path == NULL)
		return rl_error_set(err, ENOMEM, "cannot look at '%s'", path);
	rl_chain_trace(session->chain, take_match, &looking);
	for (at = explanation->path; ret == 0 && *at != '\0'; depth++) {
		size_t len = strcspn(at, "/");

		looking.path_len = (size_t)(at - explanation->path) + len;
		looking.is_last = at[len + strspn(at + len, "/")] == '\0';
		ret = look_at_part(session, &looking, depth, err);
		at += len + strspn(at + len, "/");
	}
	rl_chain_trace(session->chain, NULL, NULL);
	if (ret != 0)
		return ret;
	sort_rules(session, explanation);
	if (session->facts.packages != NULL)
		explanation->owner_count = rl_packages_owners(session->facts.packages,
			rl_packages_hash_path(explanation->path), explanation->owners, 8);
	return 0;
}

static const char *decision_word(const struct rl_explanation *explanation)
{
	switch (explanation->decision.action) {
	case RL_ACTION_DROP:
		/* Of a directory that a rule for each file by itself drops. */
		return explanation->decision.may_keep_below
			       ? "dropped, unless something in it is kept"
			       : "dropped";
	case RL_ACTION_TRUNCATE:
		return "kept without its content";
	default:
		return explanation->decision.change_count > 0 ? "kept, and changed" : "kept";
	}
}

/* A rule as it stands in its profile, and where that is. */
static void print_rule(const char *before, const struct rl_rule *rule, const char *more)
{
	RL_AUTO_FREE char *text = rl_escape(rule->text);
	RL_AUTO_FREE char *origin = rl_escape(rule->origin);
	RL_AUTO_FREE char *reason = rl_escape(rule->reason);

	(void)printf("  %-8s [%s %s] %s  %s\n", before, rl_action_name(rule->action),
		rl_category_name(rule->category), text != NULL ? text : "?",
		reason != NULL ? reason : "?");
	if (rule->line > 0)
		(void)printf(
			"           %s:%u%s\n", origin != NULL ? origin : "?", rule->line, more);
	else
		(void)printf("           the command line%s\n", more);
}

static void print_decision(const struct rl_explanation *explanation)
{
	const struct rl_rule *rule = explanation->decision.rule;
	char about[4352] = "";
	size_t i;

	if (explanation->is_of_package_db)
		(void)printf("  as what the package database says of a package that is dropped\n");
	if (rule == NULL)
		(void)printf("  no rule matches\n");
	for (i = 0; i < explanation->rule_count && rule != NULL; i++) {
		const struct rl_explained_rule *match = &explanation->rules[i];
		RL_AUTO_FREE char *part = NULL;

		if (match->rule != rule)
			continue;
		if (match->path_len < strlen(explanation->path)) {
			RL_AUTO_FREE char *raw = strndup(explanation->path, match->path_len);

			part = raw != NULL ? rl_escape(raw) : NULL;
			(void)snprintf(about, sizeof(about), ", for /%s, which it is in",
				part != NULL ? part : "?");
		}
		break;
	}
	if (rule != NULL)
		print_rule("by", rule, about);
}

void rl_explanation_print(
	const struct rl_session *session, const struct rl_explanation *explanation)
{
	const struct rl_decision *decision = &explanation->decision;
	RL_AUTO_FREE char *path = rl_escape(explanation->path);
	bool is_first = true;
	size_t i;

	(void)printf("/%s: %s%s\n", path != NULL ? path : "?", decision_word(explanation),
		explanation->exists ? "" : " (it is not there)");
	print_decision(explanation);
	for (i = 0; i < explanation->rule_count; i++) {
		if (explanation->rules[i].rule == decision->rule)
			continue;
		/* A rule that comes later and has lost was one that reports alone, or looked at content. */
		print_rule(is_first ? "over" : "", explanation->rules[i].rule, "");
		is_first = false;
	}
	if (decision->secret != NULL)
		print_rule("secret", decision->secret, ", which is reported");
	for (i = 0; i < decision->change_count; i++)
		print_rule("changed", decision->changes[i].rule,
			decision->changes[i].is_noted ? ", which is reported" : "");
	for (i = 0; i < explanation->owner_count && i < 8; i++) {
		const struct rl_package *package =
			rl_packages_get(session->facts.packages, explanation->owners[i]);
		RL_AUTO_FREE char *name = rl_escape(package->name);

		(void)printf("  package  %s\n", name != NULL ? name : "?");
	}
}

static json_t *json_of_matches(const struct rl_explanation *explanation)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < explanation->rule_count; i++) {
		const struct rl_explained_rule *match = &explanation->rules[i];
		RL_AUTO_FREE char *part = strndup(explanation->path, match->path_len);
		json_t *object;

		if (match->rule == explanation->decision.rule)
			continue;
		object = rl_json_rule(match->rule);
		(void)json_object_set_new(
			object, "matches", part != NULL ? rl_json_bytes(part) : NULL);
		(void)json_array_append_new(array, object);
	}
	return array;
}

json_t *rl_explanation_json(
	const struct rl_session *session, const struct rl_explanation *explanation)
{
	const struct rl_decision *decision = &explanation->decision;
	json_t *object = json_object(), *changes = json_array(), *packages = json_array();
	size_t i;

	for (i = 0; i < decision->change_count; i++)
		(void)json_array_append_new(changes, rl_json_rule(decision->changes[i].rule));
	for (i = 0; i < explanation->owner_count && i < 8; i++)
		(void)json_array_append_new(packages,
			rl_json_bytes(
				rl_packages_get(session->facts.packages, explanation->owners[i])
					->name));
	(void)json_object_set_new(object, "path", rl_json_bytes(explanation->path));
	(void)json_object_set_new(object, "exists", json_boolean(explanation->exists));
	(void)json_object_set_new(
		object, "decision", json_string(rl_action_name(decision->action)));
	(void)json_object_set_new(object, "rule",
		decision->rule != NULL ? rl_json_rule(decision->rule) : json_null());
	(void)json_object_set_new(object, "over", json_of_matches(explanation));
	(void)json_object_set_new(object, "secret",
		decision->secret != NULL ? rl_json_rule(decision->secret) : json_null());
	(void)json_object_set_new(object, "changes", changes);
	(void)json_object_set_new(object, "packages", packages);
	return object;
}

void rl_explanation_free(struct rl_explanation *explanation)
{
	free(explanation->path);
	free(explanation->rules);
	*explanation = (struct rl_explanation){0};
}
