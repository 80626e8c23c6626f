/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include "cli/option_values.h"
#include "cli/scratch_options.h"
#include "common/exception.h"

#include <getopt.h>
#include <string.h>

/* Deeper trees are not shown. */
#define DEPTH_MAX 64
/* More threads help no disk. */
#define JOBS_MAX 64
/* How long a mount may not answer, in seconds: if nobody says, and at most. */
#define MOUNT_SECONDS 30
#define MOUNT_SECONDS_MAX 86400
/* How long a hook may take, likewise. */
#define HOOK_SECONDS 60
#define HOOK_SECONDS_MAX 86400
/* How long file systems may stay frozen, likewise. */
#define FREEZE_SECONDS 60
#define FREEZE_SECONDS_MAX 3600

enum {
	OPT_REPORT = 256,
	OPT_PROFILE,
	OPT_PROFILE_DIR,
	OPT_EXCLUDE,
	OPT_INCLUDE,
	OPT_ONE_FILE_SYSTEM,
	OPT_MOUNT,
	OPT_NO_MOUNT,
	OPT_NO_CLONE,
	OPT_MOUNT_TIMEOUT,
	OPT_SELINUX,
	OPT_XATTRS,
	OPT_NUMERIC,
	OPT_MTIME,
	OPT_SPARSE,
	OPT_REFLINK,
	OPT_SECRETS,
	OPT_PACKAGE_DB,
	OPT_CONFINE,
	OPT_SNAPSHOT,
	OPT_SNAPSHOT_SIZE,
	OPT_FSFREEZE,
	OPT_HOOKS,
	OPT_HOOK_TIMEOUT,
	OPT_BWLIMIT,
	OPT_MAX_SIZE,
	OPT_FAIL_ON,
	OPT_FAST,
	OPT_JOBS,
	OPT_POLITE,
	OPT_DEPTH,
	OPT_WITH_PARENT_LAYERS,
	OPT_JSON,
	/* From here on: what take_baseline() takes. */
	OPT_MANIFEST,
	OPT_SINCE,
	OPT_PARENT
};

#define ALL 0
#define CAPTURE_ONLY (1 << RL_COMMAND_CAPTURE)
#define PLAN_ONLY (1 << RL_COMMAND_PLAN)
/* What looks at a directory, and what writes. */
#define OF_ROOT (CAPTURE_ONLY | PLAN_ONLY)
#define WRITES (CAPTURE_ONLY | 1 << RL_COMMAND_CONVERT)
#define NOT_PROFILE (WRITES | PLAN_ONLY)
#define NOT_CONVERT (OF_ROOT | 1 << RL_COMMAND_PROFILE)
#define SHOWS (PLAN_ONLY | 1 << RL_COMMAND_PROFILE)
#define SCRATCH_ONLY (1 << RL_COMMAND_SCRATCH)

/* Each option, and the commands that it is for; ALL: every one. */
static const struct known {
	struct option option;
	int commands;
} known[] = {
	{{"output", required_argument, NULL, 'o'}, CAPTURE_ONLY},
	{{"format", required_argument, NULL, RL_IMAGE_OPTION_FORMAT}, WRITES},
	{{"compress", required_argument, NULL, RL_IMAGE_OPTION_COMPRESS}, WRITES},
	{{"layers", required_argument, NULL, RL_IMAGE_OPTION_LAYERS}, WRITES},
	{{"cmd", required_argument, NULL, RL_IMAGE_OPTION_CMD}, WRITES},
	{{"entrypoint", required_argument, NULL, RL_IMAGE_OPTION_ENTRYPOINT}, WRITES},
	{{"env", required_argument, NULL, RL_IMAGE_OPTION_ENV}, WRITES},
	{{"expose", required_argument, NULL, RL_IMAGE_OPTION_EXPOSE}, WRITES},
	{{"volume", required_argument, NULL, RL_IMAGE_OPTION_VOLUME}, WRITES},
	{{"user", required_argument, NULL, RL_IMAGE_OPTION_USER}, WRITES},
	{{"workdir", required_argument, NULL, RL_IMAGE_OPTION_WORKDIR}, WRITES},
	{{"label", required_argument, NULL, RL_IMAGE_OPTION_LABEL}, WRITES},
	{{"stop-signal", required_argument, NULL, RL_IMAGE_OPTION_STOP_SIGNAL}, WRITES},
	{{"tag", required_argument, NULL, RL_IMAGE_OPTION_TAG}, WRITES},
	{{"annotation", required_argument, NULL, RL_IMAGE_OPTION_ANNOTATION}, WRITES},
	{{"author", required_argument, NULL, RL_IMAGE_OPTION_AUTHOR}, WRITES},
	{{"arch", required_argument, NULL, RL_IMAGE_OPTION_ARCH}, WRITES},
	{{"change", required_argument, NULL, RL_IMAGE_OPTION_CHANGE}, WRITES},
	{{"dry-run", no_argument, NULL, 'n'}, WRITES},
	{{"report", required_argument, NULL, OPT_REPORT}, WRITES},
	{{"manifest", required_argument, NULL, OPT_MANIFEST}, CAPTURE_ONLY},
	{{"since", required_argument, NULL, OPT_SINCE}, CAPTURE_ONLY},
	{{"parent", required_argument, NULL, OPT_PARENT}, CAPTURE_ONLY},
	{{"with-parent-layers", no_argument, NULL, OPT_WITH_PARENT_LAYERS}, CAPTURE_ONLY},
	{{"profile", required_argument, NULL, OPT_PROFILE}, ALL},
	{{"profile-dir", required_argument, NULL, OPT_PROFILE_DIR}, ALL},
	{{"exclude", required_argument, NULL, OPT_EXCLUDE}, ALL},
	{{"include", required_argument, NULL, OPT_INCLUDE}, ALL},
	{{"secrets", required_argument, NULL, OPT_SECRETS}, ALL},
	{{"package-db", required_argument, NULL, OPT_PACKAGE_DB}, NOT_PROFILE},
	{{"one-file-system", no_argument, NULL, OPT_ONE_FILE_SYSTEM}, OF_ROOT},
	{{"mount", required_argument, NULL, OPT_MOUNT}, OF_ROOT},
	{{"no-mount", required_argument, NULL, OPT_NO_MOUNT}, OF_ROOT},
	{{"no-clone", no_argument, NULL, OPT_NO_CLONE}, OF_ROOT},
	{{"mount-timeout", required_argument, NULL, OPT_MOUNT_TIMEOUT}, NOT_CONVERT},
	{{"max-size", required_argument, NULL, OPT_MAX_SIZE}, 1 << RL_COMMAND_CONVERT},
	{{"bwlimit", required_argument, NULL, OPT_BWLIMIT}, CAPTURE_ONLY},
	{{"fail-on", required_argument, NULL, OPT_FAIL_ON}, WRITES},
	{{"fast", no_argument, NULL, OPT_FAST}, OF_ROOT},
	{{"jobs", required_argument, NULL, OPT_JOBS}, NOT_PROFILE},
	{{"polite", no_argument, NULL, OPT_POLITE}, OF_ROOT},
	{{"snapshot", required_argument, NULL, OPT_SNAPSHOT}, CAPTURE_ONLY},
	{{"snapshot-size", required_argument, NULL, OPT_SNAPSHOT_SIZE}, CAPTURE_ONLY},
	{{"fsfreeze", optional_argument, NULL, OPT_FSFREEZE}, CAPTURE_ONLY},
	{{"hooks", required_argument, NULL, OPT_HOOKS}, CAPTURE_ONLY},
	{{"hook-timeout", required_argument, NULL, OPT_HOOK_TIMEOUT}, CAPTURE_ONLY},
	{{"confine", required_argument, NULL, OPT_CONFINE}, NOT_PROFILE},
	{{"selinux", required_argument, NULL, OPT_SELINUX}, CAPTURE_ONLY},
	{{"xattrs", required_argument, NULL, OPT_XATTRS}, CAPTURE_ONLY},
	{{"numeric", no_argument, NULL, OPT_NUMERIC}, CAPTURE_ONLY},
	{{"mtime", required_argument, NULL, OPT_MTIME}, WRITES},
	{{"sparse", no_argument, NULL, OPT_SPARSE}, WRITES},
	{{"reflink", no_argument, NULL, OPT_REFLINK}, CAPTURE_ONLY},
	{{"depth", required_argument, NULL, OPT_DEPTH}, PLAN_ONLY},
	{{"json", no_argument, NULL, OPT_JSON}, SHOWS},
	{{"quiet", no_argument, NULL, 'q'}, NOT_PROFILE},
	{{"verbose", no_argument, NULL, 'v'}, NOT_PROFILE},
	{{"help", no_argument, NULL, 'h'}, ALL},
	{{"root", required_argument, NULL, RL_SCRATCH_OPTION_ROOT}, SCRATCH_ONLY},
	{{"also", required_argument, NULL, RL_SCRATCH_OPTION_ALSO}, SCRATCH_ONLY},
	{{"with", required_argument, NULL, RL_SCRATCH_OPTION_WITH}, SCRATCH_ONLY},
	{{"allow-missing", no_argument, NULL, RL_SCRATCH_OPTION_ALLOW_MISSING}, SCRATCH_ONLY},
};

#define KNOWN_COUNT (sizeof(known) / sizeof(*known))

/* Whether @command takes an option. */
static bool is_for(const struct known *option, enum rl_command command)
{
	if (command == RL_COMMAND_SCRATCH)
		return option->commands == SCRATCH_ONLY ||
		       rl_scratch_option_is_taken(option->option.name);
	return option->commands == ALL || (option->commands & (1 << command)) != 0;
}

/* The options of one command, as getopt_long(3) wants them. */
static void select_options(enum rl_command command, struct option options[KNOWN_COUNT + 1])
{
	size_t i, count = 0;

	for (i = 0; i < KNOWN_COUNT; i++) {
		if (is_for(&known[i], command))
			options[count++] = known[i].option;
	}
	options[count] = (struct option){0};
}

int rl_options_add_word(struct rl_words *words, const char *word, struct rl_error *err)
{
	const char **more = reallocarray(words->words, words->count + 1, sizeof(*more));

	if (more == NULL)
		return rl_error_set(err, ENOMEM, "cannot take the options");
	more[words->count++] = word;
	words->words = more;
	return 0;
}

/* Takes an option that may be given once. */
static int set_once(const char **to, const char *name, const char *value, struct rl_error *err)
{
	if (*to != NULL)
		return rl_error_text(err, EINVAL, "%s is given twice", name);
	if (value[0] == '\0')
		return rl_error_text(err, EINVAL, "%s needs a file's name", name);
	*to = value;
	return 0;
}

static int add_rule(struct rl_options *options, enum rl_action action, const char *name,
	const char *pattern, struct rl_error *err)
{
	int ret;

	if (options->user_rules == NULL) {
		options->user_rules = rl_profile_new("command line");
		if (options->user_rules == NULL)
			return rl_error_set(err, ENOMEM, "cannot take the options");
	}
	ret = rl_profile_add(
		options->user_rules, action, RL_CATEGORY_USER, pattern, name, name, 0, err);
	if (ret == -EINVAL)
		rl_error_wrap(err, "%s '%s'", name, pattern);
	return ret;
}

static int take_namespaces(struct rl_options *options, const char *list, struct rl_error *err)
{
	static const char *const namespaces[] = {"user", "trusted", "security", "system"};
	char *word, *rest;

	free(options->namespace_text);
	options->namespaces.count = 0;
	options->all_xattrs = strcmp(list, "all") == 0;
	options->namespace_text = rest = strdup(list);
	if (rest == NULL)
		return rl_error_set(err, ENOMEM, "cannot take the options");
	if (options->all_xattrs || strcmp(list, "none") == 0)
		return 0;
	while ((word = strsep(&rest, ",")) != NULL) {
		size_t i, count = sizeof(namespaces) / sizeof(*namespaces);
		int ret;

		for (i = 0; i < count && strcmp(word, namespaces[i]) != 0; i++)
			;
		if (i == count)
			return rl_error_text(err, EINVAL,
				"--xattrs takes user, trusted, security, system, all or none, not "
				"'%s'",
				word);
		ret = rl_options_add_word(&options->namespaces, namespaces[i], err);
		if (ret != 0)
			return ret;
	}
	return 0;
}

/*
 * Takes a list of words with commas between them; @take is asked to take each, and returns whether it
 * knows the word. "none" stands for no word.
 */
static int take_list(struct rl_options *options, const char *option, const char *list,
	bool (*take)(struct rl_options *options, const char *word, size_t len),
	const char *known_words, struct rl_error *err)
{
	const char *word = list;

	if (strcmp(list, "none") == 0)
		return 0;
	for (;;) {
		size_t len = strcspn(word, ",");

		if (!take(options, word, len))
			return rl_error_text(
				err, EINVAL, "%s takes %s, not '%s'", option, known_words, list);
		if (word[len] == '\0')
			return 0;
		word += len + 1;
	}
}

static bool is_word(const char *word, size_t len, const char *wanted)
{
	return strlen(wanted) == len && strncmp(word, wanted, len) == 0;
}

static bool take_measure(struct rl_options *options, const char *word, size_t len)
{
	bool is_known = false;
	size_t i;

	for (i = 0; i < RL_MEASURE_COUNT; i++) {
		if (!is_word(word, len, "all") &&
			!is_word(word, len, rl_measure_name((enum rl_measure)i)))
			continue;
		options->measures[i] = true;
		is_known = true;
	}
	return is_known;
}

static void set_measures(struct rl_options *options, bool wanted)
{
	size_t i;

	for (i = 0; i < RL_MEASURE_COUNT; i++)
		options->measures[i] = wanted;
}

/* What --fail-on calls skipped: all that is lost but what has words of its own. */
static uint32_t skipping(void)
{
	uint32_t kinds = 0;
	int kind;

	for (kind = 0; kind < RL_EXC_COUNT; kind++) {
		if (kind != RL_EXC_TORN && kind != RL_EXC_DATABASE && kind != RL_EXC_THAWED &&
			rl_exception_info((enum rl_exception_kind)kind)->is_loss)
			kinds |= UINT32_C(1) << kind;
	}
	return kinds;
}

static bool take_fatal(struct rl_options *options, const char *word, size_t len)
{
	if (is_word(word, len, "torn"))
		options->fatal |= UINT32_C(1) << RL_EXC_TORN | UINT32_C(1) << RL_EXC_THAWED;
	else if (is_word(word, len, "database"))
		options->fatal |= UINT32_C(1) << RL_EXC_DATABASE;
	else if (is_word(word, len, "skipped"))
		options->fatal |= skipping();
	else
		return false;
	return true;
}

static int take_snapshot(struct rl_options *options, const char *value, struct rl_error *err)
{
	options->snapshot_kind = NULL;
	if (strcmp(value, "none") == 0) {
		options->snapshot = RL_SNAPSHOT_NONE;
		return 0;
	}
	if (strcmp(value, "auto") == 0) {
		options->snapshot = RL_SNAPSHOT_AUTO;
		return 0;
	}
	options->snapshot = RL_SNAPSHOT_ONE_KIND;
	options->snapshot_kind = rl_snapshot_find_kind(value);
	if (options->snapshot_kind != NULL)
		return 0;
	return rl_error_text(
		err, EINVAL, "--snapshot takes auto, btrfs, lvm or none, not '%s'", value);
}

static int take_secrets(struct rl_options *options, const char *value, struct rl_error *err)
{
	size_t index;
	int ret = rl_words_find(&rl_secrets_words, value, strlen(value), &index, err);

	if (ret == -EINVAL)
		rl_error_wrap(err, "--secrets");
	else if (ret == 0)
		options->secrets = (enum rl_secrets)(RL_SECRETS_DROP + index);
	return ret;
}

/* Takes the options whose argument is a number, a size or one of two words. */
static int take_quantity(
	struct rl_options *options, int option, const char *value, struct rl_error *err)
{
	static const char *const selinux[] = {"drop", "keep"}, *const mtime[] = {"s", "ns"};
	static const char *const package_db[] = {"edit", "keep"};

	switch (option) {
	case OPT_SNAPSHOT_SIZE:
		return rl_option_bytes(
			&options->snapshot_size, "--snapshot-size", "bytes", value, err);
	case OPT_FSFREEZE:
		options->freeze_seconds = FREEZE_SECONDS;
		return value == NULL ? 0
				     : rl_option_number(&options->freeze_seconds, "--fsfreeze",
					       value, FREEZE_SECONDS_MAX, err);
	case OPT_HOOK_TIMEOUT:
		return rl_option_number(
			&options->hook_seconds, "--hook-timeout", value, HOOK_SECONDS_MAX, err);
	case OPT_JOBS:
		return rl_option_number(&options->jobs, "--jobs", value, JOBS_MAX, err);
	case OPT_MOUNT_TIMEOUT:
		return rl_option_number(
			&options->mount_seconds, "--mount-timeout", value, MOUNT_SECONDS_MAX, err);
	case OPT_BWLIMIT:
		return rl_option_bytes(
			&options->bytes_per_second, "--bwlimit", "bytes a second", value, err);
	case OPT_MAX_SIZE:
		return rl_option_bytes(&options->max_size, "--max-size", "bytes", value, err);
	case OPT_DEPTH:
		return rl_option_number(&options->depth, "--depth", value, DEPTH_MAX, err);
	case OPT_PACKAGE_DB:
		return rl_option_choice(
			"--package-db", value, package_db, &options->keeps_package_db, err);
	case OPT_SELINUX:
		return rl_option_choice("--selinux", value, selinux, &options->selinux, err);
	default:
		return rl_option_choice("--mtime", value, mtime, &options->mtime_ns, err);
	}
}

/* Takes an option that says what a capture is compared with, or will be. */
static int take_baseline(
	struct rl_options *options, int option, const char *value, struct rl_error *err)
{
	if (option == OPT_MANIFEST)
		return set_once(&options->manifest, "--manifest", value, err);
	if (option == OPT_SINCE)
		return set_once(&options->since, "--since", value, err);
	return set_once(&options->parent, "--parent", value, err);
}

/* Takes the options that have an argument. */
static int take_valued(
	struct rl_options *options, int option, const char *value, struct rl_error *err)
{
	switch (option) {
	case 'o':
		return set_once(&options->output, "--output", value, err);
	case OPT_REPORT:
		return set_once(&options->report, "--report", value, err);
	case OPT_PROFILE:
		return rl_options_add_word(&options->profiles, value, err);
	case OPT_PROFILE_DIR:
		return rl_options_add_word(&options->profile_dirs, value, err);
	case OPT_EXCLUDE:
		return add_rule(options, RL_ACTION_DROP, "--exclude", value, err);
	case OPT_INCLUDE:
		return add_rule(options, RL_ACTION_KEEP, "--include", value, err);
	case OPT_MOUNT:
		return rl_options_add_word(&options->mounts, value, err);
	case OPT_NO_MOUNT:
		return rl_options_add_word(&options->no_mounts, value, err);
	case OPT_XATTRS:
		return take_namespaces(options, value, err);
	case OPT_CONFINE:
		set_measures(options, false);
		return take_list(options, "--confine", value, take_measure,
			"capabilities, landlock, seccomp, all or none", err);
	case OPT_FAIL_ON:
		return take_list(options, "--fail-on", value, take_fatal,
			"torn, database, skipped or none", err);
	case OPT_SNAPSHOT:
		return take_snapshot(options, value, err);
	case OPT_HOOKS:
		return set_once(&options->hooks, "--hooks", value, err);
	case OPT_SECRETS:
		return take_secrets(options, value, err);
	default:
		return take_quantity(options, option, value, err);
	}
}

/* The option as it was typed; getopt leaves optind behind it. */
static const char *typed(char *const argv[], char shorts[3])
{
	if (optopt > 0 && optopt < 256) {
		shorts[1] = (char)optopt;
		return shorts;
	}
	return argv[optind - 1];
}

static int take_option(
	struct rl_options *options, int option, char *const argv[], struct rl_error *err)
{
	char shorts[3] = "-?";

	switch (option) {
	case 'n':
		options->dry_run = true;
		return 0;
	case 'q':
		options->quiet = true;
		return 0;
	case 'v':
		options->verbose = true;
		return 0;
	case 'h':
		options->help = true;
		return 0;
	case OPT_ONE_FILE_SYSTEM:
		options->one_file_system = true;
		return 0;
	case OPT_FAST:
	case OPT_POLITE:
		options->fast = option == OPT_FAST;
		options->polite = option == OPT_POLITE;
		return 0;
	case OPT_NO_CLONE:
		options->no_clone = true;
		return 0;
	case OPT_SPARSE:
		options->sparse = true;
		return 0;
	case OPT_REFLINK:
		options->reflink = true;
		return 0;
	case OPT_JSON:
		options->json = true;
		return 0;
	case OPT_WITH_PARENT_LAYERS:
		options->with_parent_layers = true;
		return 0;
	case OPT_NUMERIC:
		return 0;
	case ':':
		return rl_error_text(err, EINVAL, "option '%s' needs a value", typed(argv, shorts));
	case '?':
		return rl_error_text(
			err, EINVAL, "unknown or ambiguous option '%s'", typed(argv, shorts));
	default:
		if (option >= RL_SCRATCH_OPTION_ROOT)
			return rl_scratch_option(options, option, optarg, err);
		if (option >= RL_IMAGE_OPTION_FORMAT)
			return rl_image_option(&options->image, option, optarg, err);
		if (option >= OPT_MANIFEST)
			return take_baseline(options, option, optarg, err);
		return take_valued(options, option, optarg, err);
	}
}

/* What `convert` reads, and what it writes. */
static int take_in_and_out(
	int count, char *const arguments[], struct rl_options *options, struct rl_error *err)
{
	if (options->help)
		return 0;
	if (count != 2)
		return rl_error_text(err, EINVAL, "%s",
			count < 2 ? "IN and OUT have to be named: what is read, and what is written"
				  : "there can be one IN and one OUT only");
	options->root = arguments[0];
	options->output = arguments[1];
	if (arguments[0][0] == '\0' || arguments[1][0] == '\0')
		return rl_error_text(
			err, EINVAL, "%s is empty", arguments[0][0] == '\0' ? "IN" : "OUT");
	return 0;
}

/* What stands behind the options: ROOT, or what `profile` is to do. */
static int take_arguments(enum rl_command command, int argc, char **argv,
	struct rl_options *options, struct rl_error *err)
{
	if (command == RL_COMMAND_PROFILE) {
		options->arguments = argv + optind;
		options->argument_count = (size_t)(argc - optind);
		return 0;
	}
	if (command == RL_COMMAND_CONVERT)
		return take_in_and_out(argc - optind, argv + optind, options, err);
	if (command == RL_COMMAND_SCRATCH)
		return rl_scratch_take_files(options, argc - optind, argv + optind, err);
	if (argc - optind > 1)
		return rl_error_text(
			err, EINVAL, "there can be one ROOT only, not also '%s'", argv[optind + 1]);
	if (optind < argc)
		options->root = argv[optind];
	if (options->root[0] == '\0')
		return rl_error_text(err, EINVAL, "ROOT is empty");
	return 0;
}

int rl_options_parse(enum rl_command command, int argc, char **argv, struct rl_options *options,
	struct rl_error *err)
{
	static const char *const shorts[] = {[RL_COMMAND_CAPTURE] = ":o:nqvh",
		[RL_COMMAND_PLAN] = ":qvh",
		[RL_COMMAND_PROFILE] = ":h",
		[RL_COMMAND_CONVERT] = ":nqvh",
		[RL_COMMAND_SCRATCH] = ":o:nqvh"};
	struct option long_options[KNOWN_COUNT + 1];
	int option, ret;

	select_options(command, long_options);
	options->command = command;
	options->root = "/";
	options->image.splits_commands = command == RL_COMMAND_SCRATCH;
	options->selinux = true;
	options->all_xattrs = true;
	options->hook_seconds = HOOK_SECONDS;
	options->mount_seconds = MOUNT_SECONDS;
	set_measures(options, true);
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, shorts[command], long_options, NULL)) != -1) {
		ret = take_option(options, option, argv, err);
		if (ret != 0)
			return ret;
	}
	ret = rl_image_options_check(&options->image, err);
	return ret == 0 ? take_arguments(command, argc, argv, options, err) : ret;
}

void rl_options_free(struct rl_options *options)
{
	free(options->profiles.words);
	free(options->profile_dirs.words);
	free(options->mounts.words);
	free(options->no_mounts.words);
	free(options->namespaces.words);
	free(options->scratch.also.words);
	free(options->namespace_text);
	rl_profile_free(options->user_rules);
	rl_image_options_free(&options->image);
	*options = (struct rl_options){0};
}
