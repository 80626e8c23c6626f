/* SPDX-License-Identifier: MIT */
#include "cli/summary.h"

#include "cli/format.h"

/* Colours: for a heading, and for what is lost. Empty where no colour is wanted. */
struct colours {
	const char *bold, *loss, *off;
};

static struct colours pick_colours(int fd)
{
	if (rl_wants_colour(fd))
		return (struct colours){"\033[1m", "\033[33m", "\033[0m"};
	return (struct colours){"", "", ""};
}

static void print_tally(const char *what, const char *which, const struct rl_tally *tally)
{
	char entries[RL_FORMAT_MAX], bytes[RL_FORMAT_MAX];

	(void)fprintf(stderr, "  %-9s %-10s %12s entries %10s\n", what, which,
		rl_format_count(tally->entries, entries), rl_format_bytes(tally->bytes, bytes));
}

static void print_kept(const struct rl_report *report)
{
	const struct {
		const char *name;
		uint64_t count;
	} types[] = {{"files", report->regular}, {"directories", report->directories},
		{"symlinks", report->symlinks}, {"hardlinks", report->hardlinks},
		{"devices", report->devices}, {"FIFOs", report->fifos}};
	char count[RL_FORMAT_MAX];
	bool is_first = true;
	size_t i;

	print_tally("kept", "", &report->kept);
	for (i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (types[i].count == 0)
			continue;
		(void)fprintf(stderr, "%s%s %s", is_first ? "            " : ", ",
			rl_format_count(types[i].count, count), types[i].name);
		is_first = false;
	}
	if (!is_first)
		(void)fputc('\n', stderr);
}

/* What a delta leaves out, since it is in the layers below. */
static void print_delta(const struct rl_report *report)
{
	char unchanged[RL_FORMAT_MAX], removed[RL_FORMAT_MAX];

	if (report->is_delta)
		(void)fprintf(stderr,
			"  unchanged            %12s entries, which are not written again; %s "
			"removed\n",
			rl_format_count(report->unchanged, unchanged),
			rl_format_count(report->removed, removed));
}

static void print_dropped(const struct rl_report *report)
{
	int category;

	for (category = 0; category < RL_CATEGORY_COUNT; category++) {
		if (report->dropped[category].entries > 0)
			print_tally("dropped", rl_category_name((enum rl_category)category),
				&report->dropped[category]);
	}
	if (report->truncated.entries > 0)
		print_tally("emptied", "", &report->truncated);
}

static void print_path(const char *before, const char *path, const char *detail)
{
	RL_AUTO_FREE char *shown = rl_format_path(path);
	RL_AUTO_FREE char *more = detail != NULL ? rl_format_path(detail) : NULL;

	(void)fprintf(stderr, "%s%s%s%s%s\n", before, shown != NULL ? shown : "?",
		detail != NULL ? " (" : "", more != NULL ? more : "", detail != NULL ? ")" : "");
}

/* The exceptions of one kind: how many, and the first of them by name. */
static void print_exceptions(const struct rl_summary *summary, enum rl_exception_kind kind)
{
	const struct rl_report *report = summary->report;
	const struct rl_exception_info *info = rl_exception_info(kind);
	struct colours colours = pick_colours(STDERR_FILENO);
	uint64_t i, count = report->counts[kind];
	char number[RL_FORMAT_MAX];

	if (count == 0)
		return;
	(void)fprintf(stderr, "  %s%s %s%s\n", info->is_loss ? colours.loss : "",
		rl_format_count(count, number), info->text, info->is_loss ? colours.off : "");
	for (i = 0; i < count && i < RL_REPORT_NAMES; i++) {
		if (report->named[kind][i].path != NULL)
			print_path("      ", report->named[kind][i].path,
				report->named[kind][i].detail);
	}
	if (count > RL_REPORT_NAMES)
		(void)fprintf(stderr, "      and %s more%s\n",
			rl_format_count(count - RL_REPORT_NAMES, number),
			summary->has_report ? ", see the report"
					    : ", which --report FILE would name");
}

/* Left-out mounts that hold data of somebody's: those of the kernel's own need no words. */
static void print_mounts(const struct rl_mounts *mounts)
{
	size_t i, captured = 0, pseudo = 0;

	for (i = 0; i < mounts->count; i++) {
		const struct rl_mount *mount = &mounts->mounts[i];

		if (rl_mount_is_captured(mount->class))
			captured++;
		else if (mount->class == RL_MOUNT_PSEUDO)
			pseudo++;
	}
	if (mounts->count > 0)
		(void)fprintf(stderr,
			"  mounts    %zu captured, %zu left out (%zu of them pseudo)\n", captured,
			mounts->count - captured, pseudo);
	for (i = 0; i < mounts->count; i++) {
		const struct rl_mount *mount = &mounts->mounts[i];

		if (!rl_mount_is_captured(mount->class) && mount->class != RL_MOUNT_PSEUDO)
			print_path(
				"      left out: ", mount->path, rl_mount_class_name(mount->class));
	}
}

/* For how long others had to wait, and for what. */
static void print_frozen(const struct rl_keeper *keeper)
{
	size_t i;

	for (i = 0; i < keeper->frozen_count; i++) {
		RL_AUTO_FREE char *path = rl_format_path(keeper->frozen[i].path);

		(void)fprintf(stderr, "  frozen    /%s for %.1f s\n", path != NULL ? path : "?",
			keeper->frozen[i].milliseconds / 1000.0);
	}
}

static void print_profiles(FILE *to, const struct rl_report_facts *facts)
{
	size_t i;

	if (facts->profile_count == 0)
		(void)fputs(" without a profile", to);
	for (i = 0; i < facts->profile_count; i++) {
		RL_AUTO_FREE char *name = rl_format_path(facts->profiles[i]->name);

		(void)fprintf(
			to, "%s%s", i == 0 ? " with profile " : " and ", name != NULL ? name : "?");
	}
	(void)fputc('\n', to);
}

/* What ROOT holds, as far as that is known. */
static const char *distro_name(const struct rl_distro *distro)
{
	if (distro->pretty_name[0] != '\0')
		return distro->pretty_name;
	return distro->id[0] != '\0' ? distro->id : "unknown distribution";
}

/* "Captured /, Debian 12, with profile debian". */
static void print_head(FILE *to, const struct rl_summary *summary, const char *verb)
{
	const struct rl_report_facts *facts = summary->facts;
	RL_AUTO_FREE char *root = rl_format_path(facts->live->root);
	RL_AUTO_FREE char *distro = rl_format_path(distro_name(facts->distro));
	struct colours colours = pick_colours(fileno(to));

	(void)fprintf(to, "%s%s %s%s, %s,", colours.bold, verb, root != NULL ? root : "?",
		colours.off, distro != NULL ? distro : "?");
	print_profiles(to, facts);
}

void rl_summary_print_head(const struct rl_summary *summary)
{
	print_head(stdout, summary, "Plan for");
}

void rl_summary_print_exceptions(const struct rl_summary *summary)
{
	int kind;

	for (kind = 0; kind < RL_EXC_COUNT; kind++)
		print_exceptions(summary, (enum rl_exception_kind)kind);
}

/* What rules change in, and put into, the image. */
static void print_changes(const struct rl_report *report)
{
	char count[RL_FORMAT_MAX];

	if (report->changed > 0)
		(void)fprintf(stderr, "  changed              %12s entries\n",
			rl_format_count(report->changed, count));
	if (report->added > 0)
		(void)fprintf(stderr, "  added                %12s entries\n",
			rl_format_count(report->added, count));
	if (report->shared > 0)
		(void)fprintf(stderr, "  shared with ROOT     %12s in the output\n",
			rl_format_bytes(report->shared, count));
	if (report->packages > 0)
		(void)fprintf(stderr, "  packages  %s left the package database\n",
			rl_format_count(report->packages, count));
}

void rl_summary_print(const struct rl_summary *summary)
{
	const struct rl_report_facts *facts = summary->facts;
	RL_AUTO_FREE char *output = rl_format_path(summary->output);
	char bytes[RL_FORMAT_MAX];

	print_head(stderr, summary,
		facts->is_archive  ? summary->dry_run ? "Would convert" : "Converted"
		: summary->dry_run ? "Would capture"
				   : "Captured");
	print_kept(summary->report);
	print_delta(summary->report);
	print_dropped(summary->report);
	print_changes(summary->report);
	print_mounts(facts->live->mounts);
	print_frozen(facts->keeper);
	rl_summary_print_exceptions(summary);
	(void)fprintf(stderr, "  %s %s to %s in %.1f s",
		summary->dry_run ? "would be" : "output   ",
		rl_format_bytes(facts->output_bytes, bytes), output != NULL ? output : "?",
		rl_report_seconds(summary->report));
	(void)fprintf(
		stderr, ", peak memory %s\n", rl_format_bytes(rl_report_peak_memory(), bytes));
}

void rl_summary_print_losses(const struct rl_summary *summary)
{
	const char *separator = "";
	int kind;

	if (!rl_report_has_losses(summary->report))
		return;
	(void)fputs("rootlift: written with exceptions: ", stderr);
	for (kind = 0; kind < RL_EXC_COUNT; kind++) {
		const struct rl_exception_info *info =
			rl_exception_info((enum rl_exception_kind)kind);
		char count[RL_FORMAT_MAX];

		if (summary->report->counts[kind] == 0 || !info->is_loss)
			continue;
		(void)fprintf(stderr, "%s%s %s", separator,
			rl_format_count(summary->report->counts[kind], count), info->name);
		separator = ", ";
	}
	(void)fputs(summary->has_report ? "\n" : " (--report FILE names them)\n", stderr);
}

/* One mount on a line: "Mount, left out: proc (pseudo, proc)". */
static void print_mount(const struct rl_mount *mount)
{
	RL_AUTO_FREE char *details = NULL;
	const char *class = rl_mount_class_name(mount->class);
	bool is_covered = mount->covered_by != NULL;

	if (asprintf(&details, "%s, %s%s", class, is_covered ? "captured at " : "",
		    is_covered ? mount->covered_by : mount->type) < 0)
		details = NULL;
	print_path(rl_mount_is_captured(mount->class) ? "Mount, captured: " : "Mount, left out: ",
		mount->path, details);
}

void rl_summary_print_plan(const struct rl_report_facts *facts)
{
	const struct rl_mounts *mounts = facts->live->mounts;
	size_t i;

	if (facts->is_archive)
		(void)fputs("Reading an archive\n", stderr);
	else if (facts->live->cloned)
		(void)fputs("Reading through detached read-only clones of the mounts\n", stderr);
	else
		(void)fprintf(stderr, "Reading plain paths, since mounts cannot be cloned: %s\n",
			facts->live->clone_reason);
	print_path("Distribution: ", distro_name(facts->distro),
		facts->distro->file[0] != '\0' ? facts->distro->file : NULL);
	for (i = 0; i < facts->profile_count; i++) {
		print_path("Profile: ", facts->profiles[i]->name, facts->profiles[i]->origin);
	}
	for (i = 0; i < mounts->count; i++)
		print_mount(&mounts->mounts[i]);
}
