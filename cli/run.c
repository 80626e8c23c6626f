/* SPDX-License-Identifier: MIT */
#include "cli/run.h"

#include "cli/capture.h"
#include "cli/commands.h"
#include "cli/confinement.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/privilege.h"
#include "cli/snapshots.h"
#include "cli/stop.h"
#include "cli/summary.h"
#include "writer/delta.h"

#include <unistd.h>

/** All that one run has, to be released in one place. */
struct run {
	struct rl_options options;
	struct rl_report report;
	struct rl_progress progress;
	struct rl_session session;
	struct rl_baseline baseline;
	struct rl_output output;
	struct rl_capture capture;
	/* Not zero once a signal asks to stop. */
	const volatile sig_atomic_t *stop;
};

/* What errors of the preparations mean: wrong usage, or that it cannot be done. */
static int prepare(struct run *run, struct rl_error *err)
{
	struct rl_capture *capture = &run->capture;
	int status;

	if (rl_output_check(&run->output, &run->options, err) != 0)
		return RL_EXIT_USAGE;
	run->report.fatal = run->options.fatal;
	if (rl_report_open(&run->report, run->options.report, err) != 0)
		return RL_EXIT_FAILED;
	rl_progress_start(&run->progress, run->options.quiet);
	status = rl_session_open(&run->session, &run->options, &run->report.exceptions,
		rl_output_wants_packages(&run->options), &run->progress, run->stop, err);
	if (status != RL_EXIT_OK)
		return status;
	/* No program of this machine works with what is in an archive. */
	if (run->session.live_source != NULL && rl_databases_find(&capture->databases, err) != 0)
		return RL_EXIT_FAILED;
	run->output.stop = run->stop;
	run->output.baseline = &run->baseline;
	if (rl_baseline_open(&run->baseline, &run->options, err) != 0 ||
		rl_output_open(&run->output, &run->options, &run->session, &run->report, err) != 0)
		return RL_EXIT_FAILED;
	rl_session_settle(&run->session);
	capture->session = &run->session;
	capture->source = run->session.source;
	capture->chain = run->session.chain;
	capture->writer = run->output.writer;
	capture->sink = run->output.members;
	capture->portable.latest_mtime = run->output.latest_mtime;
	capture->report = &run->report;
	capture->keeper = &run->session.keeper;
	capture->progress = &run->progress;
	capture->pace.rate = run->options.bytes_per_second;
	capture->stop = run->stop;
	capture->sparse = run->options.sparse;
	capture->reflink = run->options.reflink;
	capture->dry_run = run->options.dry_run;
	if (run->options.command == RL_COMMAND_SCRATCH) {
		capture->leaves_dropped = true;
		capture->check = rl_scratch_check;
		capture->check_ctx = run->report.observe_ctx = &run->session.scratch;
		run->report.observe = rl_scratch_observe;
	}
	return RL_EXIT_OK;
}

/* What the difference has come to. */
static void take_delta(struct run *run)
{
	struct rl_delta_facts facts;

	if (run->output.delta == NULL)
		return;
	rl_delta_facts(run->output.delta, &facts);
	run->report.is_delta = true;
	run->report.unchanged = facts.unchanged;
	run->report.unread = facts.known;
	run->report.removed = facts.removed;
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
		.is_archive = run->session.live_source == NULL,
		.output_bytes = rl_sink_position(run->output.sink),
		.exit_status =
			rl_report_has_losses(&run->report) || run->session.keeper.left.code != 0
				? RL_EXIT_EXCEPTIONS
				: RL_EXIT_OK,
	};
	struct rl_summary summary = {
		.report = &run->report,
		.facts = &facts,
		.output = rl_output_name(options),
		.dry_run = options->dry_run,
		.has_report = options->report != NULL,
	};

	take_delta(run);
	run->report.packages = run->session.dropped_packages;
	if (rl_output_commit(&run->output, &run->report, &facts, err) != 0)
		return RL_EXIT_FAILED;
	if (options->quiet)
		rl_summary_print_losses(&summary);
	else
		rl_summary_print(&summary);
	return facts.exit_status;
}

/* Reads what the capture is compared with: it comes from somewhere else. */
static int read_baseline(struct run *run, struct rl_error *err)
{
	char rules[RL_DIGEST_SIZE];
	int ret;

	if (run->baseline.tree == NULL)
		return 0;
	ret = rl_baseline_rules(&run->session, &run->options, rules);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot begin to compare");
	ret = rl_baseline_read(&run->baseline, &run->options, rules, run->stop, err);
	if (ret != 0)
		rl_writer_abort(run->output.writer);
	return ret;
}

/* All is open by now that has to be. */
static void confine(const struct run *run)
{
	const struct rl_sink *const sinks[] = {
		run->output.sink, run->report.file, run->output.manifest};

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
			.profile_count = run->session.profile_count,
			.is_archive = run->session.live_source == NULL};

		rl_summary_print_plan(&facts);
	}
	rl_politeness_take(&run->session, &run->options);
	if (run->session.live_source != NULL && !run->options.quiet &&
		rl_privilege_missing() != NULL)
		(void)fprintf(stderr, "rootlift: %s\n", rl_privilege_missing());
	confine(run);
	status = read_baseline(run, err);
	if (status == 0)
		status = rl_capture_run(&run->capture, err);
	rl_progress_clear(&run->progress);
	return status == 0 ? conclude(run, err) : RL_EXIT_FAILED;
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
	rl_output_free(&run->output);
	rl_baseline_close(&run->baseline);
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
	if (run->output.writer != NULL)
		rl_writer_abort(run->output.writer);
	(void)end_snapshots(run, RL_EXIT_FAILED);
	(void)rl_error_set(&err, ENOMEM, "cannot go on capturing");
	rl_print_error(&err);
	rl_sink_free(run->output.sink);
	rl_report_close(&run->report);
	_exit(RL_EXIT_FAILED);
}

int rl_run(enum rl_command command, const char *help, int argc, char **argv)
{
	struct run run = {0};
	struct rl_error err = {0};
	int status = RL_EXIT_OK, ret;

	unfinished = &run;
	unfinished_in = getpid();
	(void)atexit(give_up);
	run.stop = rl_stop_catch();
	ret = rl_options_parse(command, argc, argv, &run.options, &err);
	if (ret != 0) {
		status = ret == -EINVAL ? RL_EXIT_USAGE : RL_EXIT_FAILED;
	} else if (run.options.help) {
		(void)fputs(help, stdout);
	} else {
		status = run_capture(&run, &err);
	}
	status = end_snapshots(&run, status);
	if (status == RL_EXIT_USAGE || status == RL_EXIT_FAILED)
		rl_output_cut(&run.output, &run.options);
	if (err.code != 0)
		rl_print_error(&err);
	if (ret == -EINVAL)
		(void)fprintf(stderr, "Try 'rootlift %s --help'.\n", argv[0]);
	release(&run);
	unfinished = NULL;
	return status;
}
