/* SPDX-License-Identifier: MIT */
#include "cli/confinement.h"

#include "host/pace.h"
#include "scan/page_cache.h"

#include <linux/capability.h>
#include <string.h>

static bool wants_trusted(const struct rl_options *options)
{
	size_t i;

	for (i = 0; i < options->namespaces.count; i++) {
		if (strcmp(options->namespaces.words[i], "trusted") == 0)
			return true;
	}
	return options->all_xattrs;
}

static bool has_captured_mounts(const struct rl_mounts *mounts)
{
	size_t i;

	for (i = 0; i < mounts->count; i++) {
		if (rl_mount_is_captured(mounts->mounts[i].class))
			return true;
	}
	return false;
}

/* The rights that reading ROOT takes. */
static rl_capabilities reading_rights(
	const struct rl_session *session, const struct rl_options *options)
{
	rl_capabilities rights = RL_CAPABILITY(CAP_DAC_READ_SEARCH);

	/* Of an archive all has been read by now. */
	if (session->live_source == NULL)
		return 0;

	/* Further mounts are cloned when the walk comes to them. */
	if (wants_trusted(options) ||
		(session->live.cloned && has_captured_mounts(session->live.mounts)))
		rights |= RL_CAPABILITY(CAP_SYS_ADMIN);
	/* O_NOATIME on the files of others (open(2)). */
	if (!session->live.cloned)
		rights |= RL_CAPABILITY(CAP_FOWNER);
	/* Whether a page is resident is told to a file's owner and to this (mincore(2)). */
	if (!options->fast && !rl_page_cache_is_native())
		rights |= RL_CAPABILITY(CAP_FOWNER);
	/* Labels that the loaded policy does not know, as those of another system (selinux(8)). */
	if (options->selinux && access("/sys/fs/selinux", F_OK) == 0)
		rights |= RL_CAPABILITY(CAP_MAC_ADMIN);
	return rights;
}

static void print_measure(const struct rl_confinement *result, enum rl_measure measure)
{
	static const char *const labels[] = {
		[RL_MEASURE_CAPABILITIES] = "Confined: capabilities",
		[RL_MEASURE_LANDLOCK] = "Confined: Landlock",
		[RL_MEASURE_SECCOMP] = "Confined: seccomp",
	};
	RL_AUTO_FREE char *names = NULL;
	int ret = result->results[measure];

	if (ret == -ECANCELED) {
		(void)fprintf(stderr, "%s: not wanted\n", labels[measure]);
	} else if (ret != 0) {
		(void)fprintf(stderr, "%s: not here: %s\n", labels[measure], rl_errno_text(-ret));
	} else if (measure == RL_MEASURE_CAPABILITIES) {
		names = rl_capabilities_names(result->kept);
		(void)fprintf(
			stderr, "%s: left: %s\n", labels[measure], names != NULL ? names : "?");
	} else if (measure == RL_MEASURE_LANDLOCK) {
		(void)fprintf(stderr, "%s %d: nothing else can be written than the output\n",
			labels[measure], result->landlock);
	} else {
		(void)fprintf(
			stderr, "%s: %d system calls left\n", labels[measure], result->syscalls);
	}
}

/* Adds the places where what @sink makes gets its names. */
static void add_places(struct rl_confine_options *confine, struct rl_output_place *places,
	const struct rl_sink *sink)
{
	int inside = rl_sink_inside(sink);
	struct rl_output_place place = {.is_directory = inside >= 0};

	place.dir_fd = rl_sink_directory(sink, &place.name);
	if (confine->place_count < RL_CONFINE_PLACES)
		places[confine->place_count++] = place;
	if (inside >= 0 && confine->place_count < RL_CONFINE_PLACES)
		places[confine->place_count++] = (struct rl_output_place){.dir_fd = inside};
}

void rl_confinement_take(const struct rl_session *session, const struct rl_options *options,
	const struct rl_sink *const *sinks, size_t count)
{
	struct rl_output_place places[RL_CONFINE_PLACES];
	struct rl_confine_options confine = {
		.reading = reading_rights(session, options), .places = places};
	struct rl_confinement result;
	int measure;
	size_t i;

	memcpy(confine.measures, options->measures, sizeof(confine.measures));
	for (i = 0; i < count; i++) {
		if (sinks[i] != NULL)
			add_places(&confine, places, sinks[i]);
	}
	rl_confine(&confine, &result);
	for (measure = 0; options->verbose && measure < RL_MEASURE_COUNT; measure++)
		print_measure(&result, (enum rl_measure)measure);
}

void rl_confinement_take_helper(void *ctx)
{
	const struct rl_options *options = ctx;
	/* Whether it reads a clone is not known yet. */
	struct rl_confine_options confine = {
		.reading = RL_CAPABILITY(CAP_DAC_READ_SEARCH) | RL_CAPABILITY(CAP_FOWNER)};
	struct rl_confinement unused;

	if (wants_trusted(options))
		confine.reading |= RL_CAPABILITY(CAP_SYS_ADMIN);
	if (options->selinux && access("/sys/fs/selinux", F_OK) == 0)
		confine.reading |= RL_CAPABILITY(CAP_MAC_ADMIN);
	memcpy(confine.measures, options->measures, sizeof(confine.measures));
	rl_confine(&confine, &unused);
}

bool rl_is_polite(const struct rl_session *session, const struct rl_options *options)
{
	return options->polite || (!options->fast && strcmp(session->live.root, "/") == 0);
}

void rl_politeness_take(const struct rl_session *session, const struct rl_options *options)
{
	int ret;

	if (!rl_is_polite(session, options))
		return;
	ret = rl_pace_be_polite();
	if (!options->verbose)
		return;
	if (ret == 0)
		(void)fputs("Priority: the lowest, for processors and disks\n", stderr);
	else
		(void)fprintf(stderr, "Priority: as it was: %s\n", rl_errno_text(-ret));
}
