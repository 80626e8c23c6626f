/* SPDX-License-Identifier: MIT */
/** What people are told at the end of a capture, and with --verbose before it. */

#ifndef RL_CLI_SUMMARY_H
#define RL_CLI_SUMMARY_H

#include "cli/report.h"

/** What the summary says beside the report's counts. */
struct rl_summary {
	/** The counts. */
	const struct rl_report *report;
	/** What is in the report's file too. */
	const struct rl_report_facts *facts;
	/** Where the output went, "host.tar" or "standard output". */
	const char *output;
	/** Nothing was written. */
	bool dry_run;
	/** There is a report that names every exception. */
	bool has_report;
};

/** Prints the summary to standard error. */
void rl_summary_print(const struct rl_summary *summary);

/** Prints the line that a plan begins with to standard output. */
void rl_summary_print_head(const struct rl_summary *summary);

/** Prints the exceptions to standard error, each kind with its first names. */
void rl_summary_print_exceptions(const struct rl_summary *summary);

/** Prints one line if there were losses, and nothing else; for --quiet. */
void rl_summary_print_losses(const struct rl_summary *summary);

/** Prints how and what will be read to standard error; for --verbose. */
void rl_summary_print_plan(const struct rl_report_facts *facts);

#endif
