/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/explain.h"
#include "cli/format.h"
#include "cli/help.h"
#include "cli/json.h"
#include "cli/session.h"
#include "common/escape.h"
#include "filters/shadow.h"
#include "scan/far_mounts.h"

#include <string.h>
#include <sys/stat.h>

/* What all subcommands are given. */
struct run {
	struct rl_options options;
	struct rl_profile_dirs dirs;
	/* The arguments behind the subcommand's name. */
	char **arguments;
	size_t count;
};

static int fail_usage(struct rl_error *err, const char *what)
{
	(void)rl_error_text(err, EINVAL, "%s", what);
	return RL_EXIT_USAGE;
}

/* The exit status of a function that looks for profiles. */
static int status_of(int ret)
{
	return ret == 0                           ? RL_EXIT_OK
	       : ret == -EINVAL || ret == -ENOENT ? RL_EXIT_USAGE
						  : RL_EXIT_FAILED;
}

static json_t *json_of_profile(const char *name, const struct rl_profile *profile)
{
	json_t *object = json_object(), *ids = json_array();
	size_t i;

	for (i = 0; i < profile->id_count; i++)
		(void)json_array_append_new(ids, rl_json_bytes(profile->ids[i]));
	(void)json_object_set_new(object, "name", rl_json_bytes(name));
	(void)json_object_set_new(object, "title",
		profile->title != NULL ? rl_json_bytes(profile->title) : json_null());
	(void)json_object_set_new(object, "origin", rl_json_bytes(profile->origin));
	(void)json_object_set_new(object, "rules", json_integer((json_int_t)profile->rule_count));
	(void)json_object_set_new(object, "for", ids);
	return object;
}

static void print_profile(const char *name, const struct rl_profile *profile)
{
	RL_AUTO_FREE char *shown = rl_escape(name);
	RL_AUTO_FREE char *title = rl_escape(profile->title != NULL ? profile->title : "");
	RL_AUTO_FREE char *origin = rl_escape(profile->origin);
	bool is_builtin = strncmp(profile->origin, "built-in", 8) == 0;

	(void)printf("%-16s %5zu rules  %s%s%s%s\n", shown != NULL ? shown : "?",
		profile->rule_count, title != NULL && title[0] != '\0' ? title : "(no title)",
		is_builtin ? "" : " (", is_builtin ? "" : origin, is_builtin ? "" : ")");
}

static void free_names(char **names, size_t count)
{
	while (count > 0)
		free(names[--count]);
	free(names);
}

static int list(struct run *run, struct rl_error *err)
{
	char **names = NULL;
	size_t i, count = 0;
	json_t *array = json_array();
	int ret = rl_profile_names(&run->dirs, &names, &count);

	if (ret != 0)
		(void)rl_error_set(err, -ret, "cannot list profiles");
	for (i = 0; ret == 0 && i < count; i++) {
		struct rl_profile *profile;
		struct rl_error why = {0};

		/* One with a fault does not hide the others. */
		if (rl_profile_load(&run->dirs, names[i], &profile, &why) != 0) {
			rl_print_error(&why);
			continue;
		}
		if (run->options.json)
			(void)json_array_append_new(array, json_of_profile(names[i], profile));
		else
			print_profile(names[i], profile);
		rl_profile_free(profile);
	}
	free_names(names, count);
	if (ret == 0 && run->options.json)
		return rl_json_print(array) == 0 ? RL_EXIT_OK : RL_EXIT_FAILED;
	json_decref(array);
	return status_of(ret);
}

static int show(struct run *run, struct rl_error *err)
{
	size_t i;
	int ret = 0;

	if (run->count == 0)
		return fail_usage(err, "profile show needs the name of a profile");
	for (i = 0; ret == 0 && i < run->count; i++) {
		struct rl_buf text = {0};
		RL_AUTO_FREE char *origin = NULL;

		if (strcmp(run->arguments[i], "none") == 0) {
			(void)puts("# none: the profile without rules");
			continue;
		}
		ret = rl_profile_text(&run->dirs, run->arguments[i], &text, &origin, err);
		if (ret == 0 && fwrite(text.data, 1, text.len, stdout) != text.len)
			ret = rl_error_set(err, errno, "cannot write to standard output");
		rl_buf_free(&text);
	}
	return status_of(ret);
}

/* What `check` says of one rule that can never decide anything. */
static void warn(void *ctx, const struct rl_rule *rule, const struct rl_rule *by, bool is_earlier)
{
	size_t *warnings = ctx;
	RL_AUTO_FREE char *origin = rl_escape(rule->origin);
	RL_AUTO_FREE char *pattern = rl_escape(rule->text);
	RL_AUTO_FREE char *by_origin = rl_escape(by->origin);
	RL_AUTO_FREE char *by_pattern = rl_escape(by->text);

	(*warnings)++;
	(void)printf("%s:%u: warning: %s %s %s (%s:%u)\n", origin != NULL ? origin : "?",
		rule->line, pattern != NULL ? pattern : "?",
		is_earlier ? "does nothing, since all that it matches is dropped by:"
			   : "never decides, since a later rule matches all that it matches:",
		by_pattern != NULL ? by_pattern : "?", by_origin != NULL ? by_origin : "?",
		by->line);
}

static int check(struct run *run, struct rl_error *err)
{
	size_t i, warnings = 0;
	int status = RL_EXIT_OK;

	if (run->count == 0)
		return fail_usage(err, "profile check needs the name of a file or a profile");
	for (i = 0; i < run->count; i++) {
		struct rl_profile *profile;
		struct rl_error why = {0};
		RL_AUTO_FREE char *name = rl_escape(run->arguments[i]);
		size_t before = warnings;
		int ret = rl_profile_load(&run->dirs, run->arguments[i], &profile, &why);

		/* A file in this directory needs no "./" here. */
		if (ret == -ENOENT && strchr(run->arguments[i], '/') == NULL) {
			RL_AUTO_FREE char *path = NULL;

			if (asprintf(&path, "./%s", run->arguments[i]) < 0)
				path = NULL;
			else if (access(path, F_OK) == 0)
				ret = rl_profile_load(&run->dirs, path, &profile, &why);
		}
		if (ret != 0) {
			rl_print_error(&why);
			status = status_of(ret) > status ? status_of(ret) : status;
			continue;
		}
		rl_shadow_find(profile, warn, &warnings);
		if (warnings == before)
			(void)printf("%s: %zu rules, no faults\n", name != NULL ? name : "?",
				profile->rule_count);
		rl_profile_free(profile);
	}
	return status != RL_EXIT_OK ? status : warnings > 0 ? RL_EXIT_EXCEPTIONS : RL_EXIT_OK;
}

/* Returns 1 if it is, 0 if not, or a negative errno if it does not answer. */
static int is_directory(const char *path, const struct rl_options *options, struct rl_error *err)
{
	struct rl_far_options far = {.seconds = options->mount_seconds};
	struct stat st;
	int ret = rl_far_mounts_probe(path, &far, err);

	if (ret != 0)
		return ret;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Explains each path in turn. */
static int explain_paths(
	struct run *run, struct rl_session *session, size_t first, struct rl_error *err)
{
	json_t *array = json_array();
	size_t i;
	int ret = 0;

	for (i = first; ret == 0 && i < run->count; i++) {
		struct rl_explanation explanation = {0};

		ret = rl_explain(session, run->arguments[i], &explanation, err);
		if (ret == 0 && run->options.json)
			(void)json_array_append_new(
				array, rl_explanation_json(session, &explanation));
		else if (ret == 0)
			rl_explanation_print(session, &explanation);
		rl_explanation_free(&explanation);
	}
	if (ret == 0 && run->options.json)
		return rl_json_print(array) == 0 ? RL_EXIT_OK : RL_EXIT_FAILED;
	json_decref(array);
	return ret == 0 ? RL_EXIT_OK : RL_EXIT_FAILED;
}

static int explain(struct run *run, struct rl_error *err)
{
	struct rl_session session = {0};
	size_t first = 0;
	int status;

	if (run->count == 0)
		return fail_usage(err, "profile explain needs a path");
	if (run->count > 1) {
		int ret = is_directory(run->arguments[0], &run->options, err);

		if (ret < 0)
			return RL_EXIT_FAILED;
		if (ret == 1)
			run->options.root = run->arguments[first++];
	}
	/* What becomes of an rpm database is not asked. */
	run->options.keeps_rpm = true;
	status = rl_session_open(&session, &run->options, NULL, true, NULL, NULL, err);
	if (status == RL_EXIT_OK)
		status = explain_paths(run, &session, first, err);
	rl_session_close(&session);
	return status;
}

static const struct {
	const char *name;
	int (*run)(struct run *run, struct rl_error *err);
} subcommands[] = {{"list", list}, {"show", show}, {"check", check}, {"explain", explain}};

static int run_subcommand(struct run *run, struct rl_error *err)
{
	const struct rl_options *options = &run->options;
	RL_AUTO_FREE const char **dirs = NULL;
	size_t i;

	if (options->argument_count == 0)
		return fail_usage(err, "profile needs one of list, show, check and explain");
	if (rl_session_profile_dirs(options, &dirs, &run->dirs.count) != 0) {
		(void)rl_error_set(err, ENOMEM, "cannot begin");
		return RL_EXIT_FAILED;
	}
	run->dirs.dirs = dirs;
	run->arguments = options->arguments + 1;
	run->count = options->argument_count - 1;
	for (i = 0; i < sizeof(subcommands) / sizeof(*subcommands); i++) {
		if (strcmp(subcommands[i].name, options->arguments[0]) == 0)
			return subcommands[i].run(run, err);
	}
	(void)rl_error_text(err, EINVAL, "profile does list, show, check and explain, not '%s'",
		options->arguments[0]);
	return RL_EXIT_USAGE;
}

int rl_cmd_profile(int argc, char **argv)
{
	struct run run = {0};
	struct rl_error err = {0};
	int status, ret = rl_options_parse(RL_COMMAND_PROFILE, argc, argv, &run.options, &err);

	if (ret != 0)
		status = ret == -EINVAL ? RL_EXIT_USAGE : RL_EXIT_FAILED;
	else if (run.options.help)
		status = fputs(rl_help_profile, stdout) >= 0 ? RL_EXIT_OK : RL_EXIT_FAILED;
	else
		status = run_subcommand(&run, &err);
	if (fflush(stdout) != 0 && err.code == 0) {
		(void)rl_error_set(&err, errno, "cannot write to standard output");
		status = RL_EXIT_FAILED;
	}
	if (err.code != 0)
		rl_print_error(&err);
	if (ret == -EINVAL)
		(void)fputs("Try 'rootlift profile --help'.\n", stderr);
	rl_options_free(&run.options);
	return status;
}
