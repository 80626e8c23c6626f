/* SPDX-License-Identifier: MIT */
#include "cli/capture.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/privilege.h"
#include "cli/summary.h"
#include "writer/tar.h"

#include <string.h>
#include <sys/stat.h>

/** All that one run has, to be released in one place. */
struct run {
	struct rl_options options;
	struct rl_report report;
	struct rl_progress progress;
	struct rl_source *source;
	struct rl_live_info live;
	struct rl_distro distro;
	struct rl_profile **profiles;
	size_t profile_count;
	struct rl_chain *chain;
	struct rl_sink *sink;
	struct rl_writer *writer;
	struct rl_capture capture;
};

static volatile sig_atomic_t stop;

/*
 * The first signal ends the run in order: the stream is ended so that no reader takes it for whole,
 * which may take until a slow reader reads on. The second one does not wait for that.
 */
static void on_signal(int number)
{
	if (stop != 0) {
		(void)signal(number, SIG_DFL);
		(void)raise(number);
	}
	stop = number;
}

/* SIGINT and the like end the run in order; a closed pipe is an error of write(2). */
static void catch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal};
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		(void)sigaction(numbers[i], &action, NULL);
	action.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &action, NULL);
}

static bool is_to_stdout(const struct rl_options *options)
{
	return options->output == NULL || strcmp(options->output, "-") == 0;
}

static int open_source(struct run *run, struct rl_error *err)
{
	const struct rl_options *options = &run->options;
	struct rl_live_options live = {
		.root = options->root,
		.mounts = {.one_file_system = options->one_file_system,
			.wanted = options->mounts.words,
			.wanted_count = options->mounts.count,
			.unwanted = options->no_mounts.words,
			.unwanted_count = options->no_mounts.count},
		.meta = {.selinux = options->selinux},
		.no_clone = options->no_clone,
		.exceptions = &run->report.exceptions,
	};
	static const char *const none[1];
	int ret;

	if (!options->all_xattrs) {
		live.meta.namespaces =
			options->namespaces.count > 0 ? options->namespaces.words : none;
		live.meta.namespace_count = options->namespaces.count;
	}
	ret = rl_live_open(&live, &run->source, err);
	if (ret == 0)
		rl_live_info(run->source, &run->live);
	return ret;
}

/* Appends a profile, which the run then owns. */
static int take_profile(struct run *run, struct rl_profile *profile, struct rl_error *err)
{
	struct rl_profile **more =
		reallocarray(run->profiles, run->profile_count + 1, sizeof(struct rl_profile *));

	if (more == NULL) {
		rl_profile_free(profile);
		return rl_error_set(err, ENOMEM, "cannot load profiles");
	}
	more[run->profile_count++] = profile;
	run->profiles = more;
	return 0;
}

/* Directories that are not of --profile-dir come last: the administrator's, the installed ones. */
static int profile_dirs(const struct rl_options *options, const char ***dirs_ret, size_t *count_ret)
{
	size_t count = options->profile_dirs.count;
	const char **dirs = calloc(count + 2, sizeof(*dirs));

	if (dirs == NULL)
		return -ENOMEM;
	if (count > 0)
		memcpy(dirs, options->profile_dirs.words, count * sizeof(*dirs));
	dirs[count++] = "/etc/rootlift/profiles";
	dirs[count++] = RL_PROFILE_DIR;
	*dirs_ret = dirs;
	*count_ret = count;
	return 0;
}

static int load_profiles(struct run *run, struct rl_error *err)
{
	const struct rl_options *options = &run->options;
	RL_AUTO_FREE const char **words = NULL;
	struct rl_profile_dirs dirs;
	struct rl_profile *profile;
	size_t i;
	int ret;

	if (profile_dirs(options, &words, &dirs.count) != 0)
		return rl_error_set(err, ENOMEM, "cannot load profiles");
	dirs.dirs = words;
	if (options->profiles.count == 0) {
		ret = rl_profile_load_for(&dirs, &run->distro, &profile, err);
		return ret == 0 ? take_profile(run, profile, err) : ret;
	}
	for (i = 0; i < options->profiles.count; i++) {
		ret = rl_profile_load(&dirs, options->profiles.words[i], &profile, err);
		if (ret == 0)
			ret = take_profile(run, profile, err);
		if (ret != 0)
			return ret;
	}
	return 0;
}

static int make_chain(struct run *run, struct rl_error *err)
{
	int ret = load_profiles(run, err);

	if (ret == 0 && run->options.user_rules != NULL)
		ret = take_profile(run, rl_steal_ptr(&run->options.user_rules), err);
	if (ret == 0 && rl_chain_new((const struct rl_profile *const *)run->profiles,
				run->profile_count, &run->chain) != 0)
		return rl_error_set(err, ENOMEM, "cannot load profiles");
	return ret;
}

/* Keeps the files of @sink out of the capture. */
static int hide_files(struct run *run, const struct rl_sink *sink, struct rl_error *err)
{
	dev_t devs[2];
	ino_t inos[2];
	size_t i, count = sink != NULL ? rl_sink_files(sink, devs, inos) : 0;

	for (i = 0; i < count; i++) {
		struct rl_file_id file = {.dev = devs[i], .ino = inos[i]};

		if (rl_live_hide(run->source, file) != 0)
			return rl_error_set(err, ENOMEM, "cannot open the output");
	}
	return 0;
}

static int open_output(struct run *run, struct rl_error *err)
{
	struct rl_tar_options tar = {.mtime_ns = run->options.mtime_ns};
	int ret;

	if (run->options.dry_run) {
		ret = rl_sink_open_null(&run->sink);
		if (ret != 0)
			(void)rl_error_set(err, -ret, "cannot begin");
	} else if (is_to_stdout(&run->options)) {
		ret = rl_sink_open_fd(STDOUT_FILENO, "standard output", &run->sink, err);
	} else {
		ret = rl_sink_open_file(run->options.output, &run->sink, err);
	}
	if (ret == 0)
		ret = hide_files(run, run->sink, err);
	if (ret == 0)
		ret = hide_files(run, run->report.file, err);
	return ret == 0 ? rl_tar_new(run->sink, &tar, &run->writer, err) : ret;
}

/* SOURCE_DATE_EPOCH (reproducible-builds.org): seconds since 1970. */
static int latest_mtime(int64_t *latest_ret, struct rl_error *err)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	char *end;
	long long value;

	*latest_ret = INT64_MAX;
	if (text == NULL || text[0] == '\0')
		return 0;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0' || value < 0)
		return rl_error_text(err, EINVAL,
			"SOURCE_DATE_EPOCH has to be seconds since 1970, not '%s'", text);
	*latest_ret = value;
	return 0;
}

/* Checks what can be known to be wrong before anything is opened. */
static int check_options(const struct rl_options *options, struct rl_error *err)
{
	if (is_to_stdout(options) && !options->dry_run && isatty(STDOUT_FILENO) == 1)
		return rl_error_text(err, EINVAL,
			"standard output is a terminal: name a file (-o FILE) or use a pipe");
	return 0;
}

/* One file that cannot be read does not stop a capture, nor does this one: the profile is common. */
static void detect_distro(struct run *run)
{
	struct rl_error err = {0};

	if (rl_distro_detect(rl_live_root_fd(run->source), &run->distro, &err) != 0)
		rl_print_error(&err);
}

/* What errors of the preparations mean: wrong usage, or that it cannot be done. */
static int prepare(struct run *run, struct rl_error *err)
{
	struct rl_capture *capture = &run->capture;
	int status = RL_EXIT_USAGE, ret = check_options(&run->options, err);

	if (ret == 0)
		ret = latest_mtime(&capture->portable.latest_mtime, err);
	if (ret != 0)
		return status;
	if (rl_report_open(&run->report, run->options.report, err) != 0)
		return RL_EXIT_FAILED;
	ret = open_source(run, err);
	if (ret != 0)
		return ret == -EINVAL ? RL_EXIT_USAGE : RL_EXIT_FAILED;
	detect_distro(run);
	ret = make_chain(run, err);
	if (ret != 0)
		return ret == -ENOMEM ? RL_EXIT_FAILED : RL_EXIT_USAGE;
	if (open_output(run, err) != 0)
		return RL_EXIT_FAILED;
	capture->source = run->source;
	capture->chain = run->chain;
	capture->writer = run->writer;
	capture->sink = run->sink;
	capture->report = &run->report;
	capture->progress = &run->progress;
	capture->stop = &stop;
	capture->sparse = run->options.sparse;
	capture->dry_run = run->options.dry_run;
	return RL_EXIT_OK;
}

/* Gives the output and the report their names, and tells what was done. */
static int conclude(struct run *run, struct rl_error *err)
{
	const struct rl_options *options = &run->options;
	struct rl_report_facts facts = {
		.live = &run->live,
		.distro = &run->distro,
		.profiles = (const struct rl_profile *const *)run->profiles,
		.profile_count = run->profile_count,
		.output_bytes = rl_sink_position(run->sink),
		.exit_status = rl_report_has_losses(&run->report) ? RL_EXIT_EXCEPTIONS : RL_EXIT_OK,
	};
	struct rl_summary summary = {
		.report = &run->report,
		.facts = &facts,
		.output = options->dry_run        ? "nowhere"
			  : is_to_stdout(options) ? "standard output"
						  : options->output,
		.dry_run = options->dry_run,
		.has_report = options->report != NULL,
	};

	/* Both are written before either gets its name: what can fail has failed by then. */
	if (rl_report_finish(&run->report, &facts, err) != 0 ||
		rl_sink_commit(run->sink, err) != 0 || rl_report_commit(&run->report, err) != 0)
		return RL_EXIT_FAILED;
	if (options->quiet)
		rl_summary_print_losses(&summary);
	else
		rl_summary_print(&summary);
	return facts.exit_status;
}

static int run_capture(struct run *run, struct rl_error *err)
{
	int status = prepare(run, err);

	if (status != RL_EXIT_OK)
		return status;
	if (run->options.verbose) {
		struct rl_report_facts facts = {.live = &run->live,
			.distro = &run->distro,
			.profiles = (const struct rl_profile *const *)run->profiles,
			.profile_count = run->profile_count};

		rl_summary_print_plan(&facts);
	}
	if (!run->options.quiet && rl_privilege_missing() != NULL)
		(void)fprintf(stderr, "rootlift: %s\n", rl_privilege_missing());
	rl_progress_start(&run->progress, run->options.quiet);
	status = rl_capture_run(&run->capture, err);
	rl_progress_clear(&run->progress);
	return status == 0 ? conclude(run, err) : RL_EXIT_FAILED;
}

/* Nothing has come through standard output, and nothing will: no reader shall take that for a tar. */
static void cut_stdout(const struct run *run)
{
	struct rl_sink *sink;

	if (run->writer != NULL || run->options.dry_run || !is_to_stdout(&run->options) ||
		isatty(STDOUT_FILENO) == 1)
		return;
	if (rl_sink_open_fd(STDOUT_FILENO, "standard output", &sink, NULL) != 0)
		return;
	rl_tar_cut(sink);
	rl_sink_free(sink);
}

static void release(struct run *run)
{
	size_t i;

	rl_capture_free(&run->capture);
	rl_writer_free(run->writer);
	rl_sink_free(run->sink);
	rl_chain_free(run->chain);
	for (i = 0; i < run->profile_count; i++)
		rl_profile_free(run->profiles[i]);
	free(run->profiles);
	rl_source_close(run->source);
	rl_report_close(&run->report);
	rl_options_free(&run->options);
}

int rl_cmd_capture(int argc, char **argv)
{
	struct run run = {0};
	struct rl_error err = {0};
	int status = RL_EXIT_OK, ret;

	catch_signals();
	ret = rl_options_parse(argc, argv, &run.options, &err);
	if (ret != 0) {
		status = ret == -EINVAL ? RL_EXIT_USAGE : RL_EXIT_FAILED;
	} else if (run.options.help) {
		(void)fputs(rl_options_help(), stdout);
	} else {
		status = run_capture(&run, &err);
	}
	if (status == RL_EXIT_USAGE || status == RL_EXIT_FAILED)
		cut_stdout(&run);
	if (err.code != 0)
		rl_print_error(&err);
	if (ret == -EINVAL)
		(void)fputs("Try 'rootlift capture --help'.\n", stderr);
	release(&run);
	return status;
}
