/* SPDX-License-Identifier: MIT */
#include "cli/capture.h"
#include "cli/commands.h"
#include "cli/confinement.h"
#include "cli/help.h"
#include "cli/plan.h"
#include "cli/privilege.h"
#include "cli/stop.h"
#include "cli/summary.h"
#include "writer/tar.h"

#include <string.h>

#define DEFAULT_DEPTH 2

/** All that one run has, to be released in one place. */
struct run {
	struct rl_options options;
	struct rl_report report;
	struct rl_progress progress;
	struct rl_session session;
	struct rl_sink *sink;
	struct rl_writer *writer;
	struct rl_capture capture;
	struct rl_plan plan;
};

/* A plan is a capture that writes nothing. */
static int open_writer(struct run *run, struct rl_error *err)
{
	struct rl_tar_options tar = {0};
	int ret = rl_sink_open_null(&run->sink);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot begin");
	return rl_tar_new(run->sink, &tar, &run->writer, err);
}

static int prepare(struct run *run, struct rl_error *err)
{
	struct rl_capture *capture = &run->capture;
	int status;

	if (rl_report_open(&run->report, NULL, err) != 0)
		return RL_EXIT_FAILED;
	run->options.keeps_rpm = true;
	rl_progress_start(&run->progress, run->options.quiet);
	status = rl_session_open(&run->session, &run->options, &run->report.exceptions, true,
		&run->progress, NULL, err);
	if (status != RL_EXIT_OK)
		return status;
	run->plan.session = &run->session;
	run->plan.depth = run->options.depth != 0 ? run->options.depth : DEFAULT_DEPTH;
	if (rl_plan_begin(&run->plan) != 0) {
		(void)rl_error_set(err, ENOMEM, "cannot begin");
		return RL_EXIT_FAILED;
	}
	if (rl_databases_find(&capture->databases, err) != 0 || open_writer(run, err) != 0)
		return RL_EXIT_FAILED;
	run->report.observe = rl_plan_observe;
	run->report.observe_ctx = &run->plan;
	capture->session = &run->session;
	capture->source = run->session.source;
	capture->keeper = &run->session.keeper;
	capture->chain = run->session.chain;
	capture->writer = run->writer;
	capture->sink = run->sink;
	capture->report = &run->report;
	capture->keeper = &run->session.keeper;
	capture->progress = &run->progress;
	capture->portable.latest_mtime = INT64_MAX;
	capture->stop = rl_stop_catch();
	capture->dry_run = true;
	return RL_EXIT_OK;
}

static int conclude(struct run *run, struct rl_error *err)
{
	struct rl_report_facts facts = {.live = &run->session.live,
		.distro = &run->session.facts.distro,
		.profiles = (const struct rl_profile *const *)run->session.profiles,
		.profile_count = run->session.profile_count};
	struct rl_summary summary = {.report = &run->report, .facts = &facts};

	if (run->plan.no_memory) {
		(void)rl_error_set(err, ENOMEM, "cannot make the plan");
		return RL_EXIT_FAILED;
	}
	if (run->options.json) {
		if (rl_plan_print_json(&run->plan, &run->report) != 0) {
			(void)rl_error_set(err, EIO, "cannot write to standard output");
			return RL_EXIT_FAILED;
		}
	} else {
		rl_summary_print_head(&summary);
		rl_plan_print(&run->plan, &run->report);
	}
	if (fflush(stdout) != 0) {
		(void)rl_error_set(err, errno, "cannot write to standard output");
		return RL_EXIT_FAILED;
	}
	rl_summary_print_exceptions(&summary);
	return rl_report_has_losses(&run->report) ? RL_EXIT_EXCEPTIONS : RL_EXIT_OK;
}

static int run_plan(struct run *run, struct rl_error *err)
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
	rl_confinement_take(&run->session, &run->options, NULL, 0);
	status = rl_capture_run(&run->capture, err);
	rl_progress_clear(&run->progress);
	return status == 0 ? conclude(run, err) : RL_EXIT_FAILED;
}

int rl_cmd_plan(int argc, char **argv)
{
	struct run run = {0};
	struct rl_error err = {0};
	int status, ret = rl_options_parse(RL_COMMAND_PLAN, argc, argv, &run.options, &err);

	if (ret != 0)
		status = ret == -EINVAL ? RL_EXIT_USAGE : RL_EXIT_FAILED;
	else if (run.options.help)
		status = fputs(rl_help_plan, stdout) >= 0 ? RL_EXIT_OK : RL_EXIT_FAILED;
	else
		status = run_plan(&run, &err);
	if (err.code != 0)
		rl_print_error(&err);
	if (ret == -EINVAL)
		(void)fputs("Try 'rootlift plan --help'.\n", stderr);
	rl_plan_free(&run.plan);
	rl_capture_free(&run.capture);
	rl_writer_free(run.writer);
	rl_sink_free(run.sink);
	rl_session_close(&run.session);
	rl_report_close(&run.report);
	rl_options_free(&run.options);
	return status;
}
