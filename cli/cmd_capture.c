/* SPDX-License-Identifier: MIT */
#include "cli/capture.h"
#include "cli/commands.h"
#include "cli/confinement.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/privilege.h"
#include "cli/snapshots.h"
#include "cli/stop.h"
#include "cli/summary.h"
#include "writer/direct.h"
#include "writer/image.h"

#include <string.h>
#include <sys/stat.h>

/** All that one run has, to be released in one place. */
struct run {
	struct rl_options options;
	struct rl_report report;
	struct rl_progress progress;
	struct rl_session session;
	struct rl_sink *sink;
	struct rl_writer *writer;
	/* Of an image's layers. */
	struct rl_compression compression;
	struct rl_capture capture;
	/* Not zero once a signal asks to stop. */
	const volatile sig_atomic_t *stop;
};

static bool is_to_stdout(const struct rl_options *options)
{
	return options->output == NULL || strcmp(options->output, "-") == 0;
}

/* Keeps the files of @sink out of the capture. */
static int hide_files(struct run *run, const struct rl_sink *sink, struct rl_error *err)
{
	dev_t devs[2];
	ino_t inos[2];
	size_t i, count = sink != NULL ? rl_sink_files(sink, devs, inos) : 0;

	for (i = 0; i < count; i++) {
		struct rl_file_id file = {.dev = devs[i], .ino = inos[i]};

		if (rl_live_hide(run->session.live_source, file) != 0)
			return rl_error_set(err, ENOMEM, "cannot open the output");
	}
	return 0;
}

/* The date that --mtime and engines know nothing of: the image's own, if it was given one. */
static void take_date(const struct run *run, struct rl_image_config *config)
{
	int64_t date = run->capture.portable.latest_mtime;

	config->has_created = date != INT64_MAX;
	config->created = config->has_created ? date : 0;
}

/* Opens the writer of an image, whose config is completed by what ROOT holds. */
static int open_image(struct run *run, const struct rl_tar_options *tar, struct rl_error *err)
{
	struct rl_image_options *options = &run->options.image;
	struct rl_image_description description = {
		.tar = *tar, .config = &options->config, .tags = &options->tags};
	struct rl_platform platform;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int ret;

	description.threads = processors > 0 ? (unsigned int)processors : 1;
	if (run->options.jobs == 1)
		description.threads = 0;
	description.compression = run->compression;
	take_date(run, &options->config);
	ret = rl_image_options_complete(options, &run->session.facts, &platform, err);
	if (ret != 0)
		return ret;
	if (platform.is_guess && !run->options.quiet)
		(void)fprintf(stderr,
			"rootlift: no program in ROOT tells its architecture: taken for %s, as "
			"this machine is (--arch says else)\n",
			options->config.architecture);
	return rl_image_new(run->sink, &description, &run->writer, &run->capture.sink, err);
}

/* Opens what members are written with. A dry run writes no image, only what would be in it. */
static int open_writer(struct run *run, const struct rl_tar_options *tar, struct rl_error *err)
{
	if (run->options.image.format != RL_IMAGE_FORMAT_TAR && !run->options.dry_run)
		return open_image(run, tar, err);
	run->capture.sink = run->sink;
	return rl_tar_new(run->sink, tar, &run->writer, err);
}

static int open_output(struct run *run, struct rl_error *err)
{
	struct rl_tar_options tar = {.mtime_ns = run->options.mtime_ns,
		.alignment = run->options.reflink ? RL_DIRECT_ALIGNMENT : 0};
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
		rl_sink_write_directly(run->sink);
	if (ret == 0 && rl_is_polite(&run->session, &run->options))
		rl_sink_write_behind(run->sink);
	if (ret == 0)
		ret = hide_files(run, run->sink, err);
	if (ret == 0)
		ret = hide_files(run, run->report.file, err);
	return ret == 0 ? open_writer(run, &tar, err) : ret;
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

/* How layers are compressed: as registries have them, or as `docker save` writes them. */
static int choose_compression(struct run *run, struct rl_error *err)
{
	const struct rl_image_options *image = &run->options.image;
	const char *text = image->format == RL_IMAGE_FORMAT_OCI ? "gzip" : "none";

	if (image->compress != NULL)
		text = image->compress;
	if (rl_compression_parse(text, &run->compression) == 0)
		return 0;
	return rl_error_text(
		err, EINVAL, "--compress takes none, gzip[:1-12] or zstd[:1-19], not '%s'", text);
}

/* Checks what can be known to be wrong before anything is opened. */
static int check_options(const struct rl_options *options, struct rl_error *err)
{
	if (is_to_stdout(options) && !options->dry_run && isatty(STDOUT_FILENO) == 1)
		return rl_error_text(err, EINVAL,
			"standard output is a terminal: name a file (-o FILE) or use a pipe");
	if (options->image.format != RL_IMAGE_FORMAT_TAR && !options->dry_run &&
		is_to_stdout(options))
		return rl_error_text(err, EINVAL,
			"--format %s puts an image together in a file: name one (-o FILE)",
			options->image.format == RL_IMAGE_FORMAT_OCI ? "oci" : "docker");
	if (options->image.format == RL_IMAGE_FORMAT_TAR && options->image.compress != NULL)
		return rl_error_text(err, EINVAL,
			"--compress is for the layers of an image (--format oci or docker): a tar "
			"goes through what compresses it");
	if (options->image.format != RL_IMAGE_FORMAT_TAR && (options->sparse || options->reflink))
		return rl_error_text(err, EINVAL,
			"--%s is for a tar, not for the layers of an image",
			options->sparse ? "sparse" : "reflink");
	return 0;
}

/* What errors of the preparations mean: wrong usage, or that it cannot be done. */
static int prepare(struct run *run, struct rl_error *err)
{
	struct rl_capture *capture = &run->capture;
	int status = RL_EXIT_USAGE, ret = check_options(&run->options, err);

	if (ret == 0)
		ret = choose_compression(run, err);
	if (ret == 0)
		ret = latest_mtime(&capture->portable.latest_mtime, err);
	if (ret != 0)
		return status;
	run->report.fatal = run->options.fatal;
	if (rl_report_open(&run->report, run->options.report, err) != 0)
		return RL_EXIT_FAILED;
	rl_progress_start(&run->progress, run->options.quiet);
	status = rl_session_open(&run->session, &run->options, &run->report.exceptions, false,
		&run->progress, run->stop, err);
	if (status != RL_EXIT_OK)
		return status;
	if (rl_databases_find(&capture->databases, err) != 0 || open_output(run, err) != 0)
		return RL_EXIT_FAILED;
	capture->session = &run->session;
	capture->source = run->session.source;
	capture->chain = run->session.chain;
	capture->writer = run->writer;
	capture->report = &run->report;
	capture->keeper = &run->session.keeper;
	capture->progress = &run->progress;
	capture->pace.rate = run->options.bytes_per_second;
	capture->stop = run->stop;
	capture->sparse = run->options.sparse;
	capture->reflink = run->options.reflink;
	capture->dry_run = run->options.dry_run;
	return RL_EXIT_OK;
}

/* Gives the output and the report their names, and tells what was done. */
static int conclude(struct run *run, struct rl_error *err)
{
	const struct rl_options *options = &run->options;
	struct rl_report_facts facts = {
		.live = &run->session.live,
		.distro = &run->session.facts.distro,
		.profiles = (const struct rl_profile *const *)run->session.profiles,
		.profile_count = run->session.profile_count,
		.keeper = &run->session.keeper,
		.output_bytes = rl_sink_position(run->sink),
		.exit_status =
			rl_report_has_losses(&run->report) || run->session.keeper.left.code != 0
				? RL_EXIT_EXCEPTIONS
				: RL_EXIT_OK,
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

	run->report.packages = run->session.dropped_packages;
	/* Both are on the disk before either gets its name: what can fail has failed by then. */
	if (rl_report_finish(&run->report, &facts, err) != 0 ||
		rl_sink_settle(run->sink, err) != 0 || rl_report_commit(&run->report, err) != 0) {
		/* All that a pipe has not been given yet is the end, and now it is to have none. */
		rl_sink_forget(run->sink);
		rl_writer_abort(run->writer);
		return RL_EXIT_FAILED;
	}
	if (rl_sink_commit(run->sink, err) != 0) {
		if (run->report.file != NULL)
			rl_sink_withdraw(run->report.file);
		/* All but the end may have come through a pipe. */
		rl_writer_abort(run->writer);
		return RL_EXIT_FAILED;
	}
	if (options->quiet)
		rl_summary_print_losses(&summary);
	else
		rl_summary_print(&summary);
	return facts.exit_status;
}

/* All is open by now that has to be. */
static void confine(const struct run *run)
{
	const struct rl_sink *const sinks[] = {run->sink, run->report.file};

	rl_confinement_take(&run->session, &run->options, sinks, sizeof(sinks) / sizeof(*sinks));
}

static int run_capture(struct run *run, struct rl_error *err)
{
	int status = prepare(run, err);

	rl_progress_clear(&run->progress);
	if (status != RL_EXIT_OK)
		return status;
	if (run->options.verbose) {
		struct rl_report_facts facts = {.live = &run->session.live,
			.distro = &run->session.facts.distro,
			.profiles = (const struct rl_profile *const *)run->session.profiles,
			.profile_count = run->session.profile_count};

		rl_summary_print_plan(&facts);
	}
	rl_politeness_take(&run->session, &run->options);
	if (!run->options.quiet && rl_privilege_missing() != NULL)
		(void)fprintf(stderr, "rootlift: %s\n", rl_privilege_missing());
	confine(run);
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

/* The host is to be as it was when this ends. If it is not, that is told, but the output is no worse. */
static int end_snapshots(struct run *run, int status)
{
	struct rl_error err = {0};

	/* What is open of them would keep them from being removed. */
	rl_source_close(rl_steal_ptr(&run->session.source));
	if (rl_snapshots_end(&run->session.keeper, &err) == 0)
		return status;
	rl_print_error(&err);
	return status == RL_EXIT_OK ? RL_EXIT_EXCEPTIONS : status;
}

static void release(struct run *run)
{
	rl_capture_free(&run->capture);
	rl_writer_free(run->writer);
	rl_sink_free(run->sink);
	rl_session_close(&run->session);
	rl_report_close(&run->report);
	rl_options_free(&run->options);
}

/* The run that has to come to its end before the process may, and whose process that is. */
static struct run *unfinished;
static pid_t unfinished_in;

/*
 * libarchive ends the process with exit(1) where it has no memory for a header. That would be the status
 * of an output with exceptions, and perhaps of a stream that ends between two members. What libarchive
 * was at is left alone.
 */
static void give_up(void)
{
	struct run *run = rl_steal_ptr(&unfinished);
	struct rl_error err = {0};

	if (run == NULL || unfinished_in != getpid())
		return;
	if (run->writer != NULL)
		rl_writer_abort(run->writer);
	(void)end_snapshots(run, RL_EXIT_FAILED);
	(void)rl_error_set(&err, ENOMEM, "cannot go on capturing");
	rl_print_error(&err);
	rl_sink_free(run->sink);
	rl_report_close(&run->report);
	_exit(RL_EXIT_FAILED);
}

int rl_cmd_capture(int argc, char **argv)
{
	struct run run = {0};
	struct rl_error err = {0};
	int status = RL_EXIT_OK, ret;

	unfinished = &run;
	unfinished_in = getpid();
	(void)atexit(give_up);
	run.stop = rl_stop_catch();
	ret = rl_options_parse(RL_COMMAND_CAPTURE, argc, argv, &run.options, &err);
	if (ret != 0) {
		status = ret == -EINVAL ? RL_EXIT_USAGE : RL_EXIT_FAILED;
	} else if (run.options.help) {
		(void)fputs(rl_help_capture, stdout);
	} else {
		status = run_capture(&run, &err);
	}
	status = end_snapshots(&run, status);
	if (status == RL_EXIT_USAGE || status == RL_EXIT_FAILED)
		cut_stdout(&run);
	if (err.code != 0)
		rl_print_error(&err);
	if (ret == -EINVAL)
		(void)fputs("Try 'rootlift capture --help'.\n", stderr);
	release(&run);
	unfinished = NULL;
	return status;
}
