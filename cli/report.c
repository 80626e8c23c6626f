/* SPDX-License-Identifier: MIT */
/*
 * The report's exceptions are written as they come, so that a host with a million of them needs no
 * more memory; all that is counted follows at the end.
 */
#include "cli/report.h"

#include "cli/frozen.h"
#include "cli/json.h"
#include "cli/version.h"
#include "common/escape.h"

#include <string.h>
#include <sys/resource.h>

static void write_text(struct rl_report *report, const char *text)
{
	if (report->file != NULL && report->error.code == 0)
		(void)!rl_sink_write(report->file, text, strlen(text), &report->error);
}

/* Writes @value, which is released, as one line of text. */
static void write_json(struct rl_report *report, json_t *value)
{
	RL_AUTO_FREE char *text = rl_json_text(value, false);

	if (text != NULL)
		write_text(report, text);
	else if (report->error.code == 0)
		(void)rl_error_set(&report->error, ENOMEM, "cannot write the report");
}

static void write_exception(
	struct rl_report *report, enum rl_exception_kind kind, const char *path, const char *detail)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "kind", json_string(rl_exception_info(kind)->name));
	(void)json_object_set_new(object, "path", rl_json_bytes(path));
	if (!rl_is_utf8(path))
		(void)json_object_set_new(object, "path_hex", rl_json_hex(path));
	if (detail != NULL)
		(void)json_object_set_new(object, "detail", rl_json_bytes(detail));
	write_json(report, object);
}

static void tell(void *ctx, enum rl_exception_kind kind, const char *path, const char *detail)
{
	struct rl_report *report = ctx;
	uint64_t count = report->counts[kind]++;

	if ((report->fatal & UINT32_C(1) << kind) != 0 && report->fatality.code == 0)
		(void)rl_error_text(&report->fatality, ECANCELED,
			"gave up, as --fail-on wants: '%s': %s%s%s", path[0] != '\0' ? path : ".",
			rl_exception_info(kind)->text, detail != NULL ? ": " : "",
			detail != NULL ? detail : "");
	if (count < RL_REPORT_NAMES) {
		/* Without memory the summary is the poorer; the count is right. */
		report->named[kind][count].path = strdup(path);
		report->named[kind][count].detail = detail != NULL ? strdup(detail) : NULL;
	}
	if (report->file != NULL) {
		bool is_first = rl_sink_position(report->file) <= strlen("{\"exceptions\": [");

		write_text(report, is_first ? "\n" : ",\n");
		write_exception(report, kind, path, detail);
	}
}

int rl_report_open(struct rl_report *report, const char *path, struct rl_error *err)
{
	report->exceptions = (struct rl_exception_sink){.tell = tell, .ctx = report};
	(void)clock_gettime(CLOCK_MONOTONIC, &report->start);
	if (path == NULL)
		return 0;
	if (rl_sink_open_file(path, &report->file, err) != 0)
		return -err->code;
	write_text(report, "{\"exceptions\": [");
	return 0;
}

void rl_report_dropped(
	struct rl_report *report, const struct rl_entry *entry, const struct rl_rule *rule)
{
	report->dropped[rule->category].entries++;
	report->dropped[rule->category].bytes += entry->size;
	if (report->observe != NULL)
		report->observe(report->observe_ctx, entry, 1, entry->size, rule);
}

void rl_report_undropped(
	struct rl_report *report, const struct rl_entry *entry, const struct rl_rule *rule)
{
	report->dropped[rule->category].entries--;
	if (report->observe != NULL)
		report->observe(report->observe_ctx, entry, -1, 0, rule);
}

bool rl_report_has_losses(const struct rl_report *report)
{
	int kind;

	for (kind = 0; kind < RL_EXC_COUNT; kind++) {
		if (report->counts[kind] > 0 &&
			rl_exception_info((enum rl_exception_kind)kind)->is_loss)
			return true;
	}
	return false;
}

double rl_report_seconds(const struct rl_report *report)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - report->start.tv_sec) +
	       (double)(now.tv_nsec - report->start.tv_nsec) / 1e9;
}

uint64_t rl_report_peak_memory(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return 0;
	return (uint64_t)usage.ru_maxrss * 1024;
}

static json_t *json_of_kept(const struct rl_report *report)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "entries",
		(json_int_t)report->kept.entries, "bytes", (json_int_t)report->kept.bytes,
		"regular", (json_int_t)report->regular, "directories",
		(json_int_t)report->directories, "symlinks", (json_int_t)report->symlinks,
		"hardlinks", (json_int_t)report->hardlinks, "devices", (json_int_t)report->devices,
		"fifos", (json_int_t)report->fifos);
}

static json_t *json_of_dropped(const struct rl_report *report)
{
	json_t *object = json_object();
	int category;

	for (category = 0; category < RL_CATEGORY_COUNT; category++) {
		if (report->dropped[category].entries > 0)
			(void)json_object_set_new(object,
				rl_category_name((enum rl_category)category),
				rl_json_tally(&report->dropped[category]));
	}
	return object;
}

static json_t *json_of_counts(const struct rl_report *report)
{
	json_t *object = json_object();
	int kind;

	for (kind = 0; kind < RL_EXC_COUNT; kind++) {
		if (report->counts[kind] > 0)
			(void)json_object_set_new(object,
				rl_exception_info((enum rl_exception_kind)kind)->name,
				json_integer((json_int_t)report->counts[kind]));
	}
	return object;
}

static json_t *json_of_mounts(const struct rl_mounts *mounts)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < mounts->count; i++) {
		const struct rl_mount *mount = &mounts->mounts[i];
		json_t *object = json_object();

		(void)json_object_set_new(object, "path", rl_json_bytes(mount->path));
		(void)json_object_set_new(object, "type", rl_json_bytes(mount->type));
		(void)json_object_set_new(object, "source", rl_json_bytes(mount->source));
		(void)json_object_set_new(
			object, "class", json_string(rl_mount_class_name(mount->class)));
		(void)json_object_set_new(
			object, "captured", json_boolean(rl_mount_is_captured(mount->class)));
		if (mount->covered_by != NULL)
			(void)json_object_set_new(
				object, "covered_by", rl_json_bytes(mount->covered_by));
		(void)json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_of_distro(const struct rl_distro *distro)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "id", rl_json_bytes(distro->id));
	(void)json_object_set_new(object, "version", rl_json_bytes(distro->version));
	(void)json_object_set_new(object, "pretty_name", rl_json_bytes(distro->pretty_name));
	(void)json_object_set_new(object, "file", rl_json_bytes(distro->file));
	return object;
}

static json_t *json_of_profiles(const struct rl_report_facts *facts)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < facts->profile_count; i++) {
		const struct rl_profile *profile = facts->profiles[i];
		json_t *object = json_object();

		(void)json_object_set_new(object, "name", rl_json_bytes(profile->name));
		(void)json_object_set_new(object, "origin", rl_json_bytes(profile->origin));
		(void)json_object_set_new(
			object, "rules", json_integer((json_int_t)profile->rule_count));
		(void)json_array_append_new(array, object);
	}
	return array;
}

/* Writes one more member of the report's object. */
static void write_member(struct rl_report *report, const char *key, json_t *value)
{
	write_text(report, ",\n\"");
	write_text(report, key);
	write_text(report, "\": ");
	write_json(report, value);
}

/* The directories of which snapshots were read. */
static json_t *json_of_snapshots(const struct rl_keeper *keeper)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < keeper->snapshots.count; i++)
		(void)json_array_append_new(list, rl_json_bytes(keeper->snapshots.items[i].path));
	return list;
}

/* What has none, or is not frozen, and why. */
static json_t *json_of_reasons(const struct rl_unsnapped *reasons, size_t count)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		(void)json_array_append_new(
			list, json_pack("{s:o, s:o}", "path", rl_json_bytes(reasons[i].path),
				      "reason", rl_json_bytes(reasons[i].reason)));
	return list;
}

/* What was frozen, for how long, and whether to the end. */
static json_t *json_of_frozen(const struct rl_keeper *keeper)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < keeper->frozen_count; i++) {
		const char *why = rl_frozen_thaw_text(rl_keeper_thaw(keeper, i));

		(void)json_array_append_new(list,
			json_pack("{s:o, s:f, s:o}", "path", rl_json_bytes(keeper->frozen[i].path),
				"seconds", keeper->frozen[i].milliseconds / 1000.0, "ended_early",
				why != NULL ? json_string(why) : json_null()));
	}
	return list;
}

int rl_report_finish(
	struct rl_report *report, const struct rl_report_facts *facts, struct rl_error *err)
{
	if (report->file == NULL)
		return 0;
	write_text(report, "\n]");
	write_member(report, "format", json_string("rootlift-report"));
	write_member(report, "version", json_integer(1));
	write_member(report, "rootlift", json_string(RL_VERSION));
	write_member(report, "root", rl_json_bytes(facts->live->root));
	write_member(report, "distro", json_of_distro(facts->distro));
	write_member(report, "profiles", json_of_profiles(facts));
	write_member(report, "cloned", json_boolean(facts->live->cloned));
	write_member(report, "clone_reason",
		facts->live->cloned ? json_null() : json_string(facts->live->clone_reason));
	write_member(report, "mounts", json_of_mounts(facts->live->mounts));
	write_member(report, "snapshots", json_of_snapshots(facts->keeper));
	write_member(report, "without_snapshot",
		json_of_reasons(facts->keeper->unsnapped, facts->keeper->unsnapped_count));
	write_member(report, "frozen", json_of_frozen(facts->keeper));
	write_member(report, "not_frozen",
		json_of_reasons(facts->keeper->unfrozen, facts->keeper->unfrozen_count));
	write_member(report, "exception_counts", json_of_counts(report));
	write_member(report, "kept", json_of_kept(report));
	write_member(report, "truncated", rl_json_tally(&report->truncated));
	write_member(report, "dropped", json_of_dropped(report));
	if (report->is_delta)
		write_member(report, "delta",
			json_pack("{s:I, s:I, s:I}", "unchanged", (json_int_t)report->unchanged,
				"unread", (json_int_t)report->unread, "removed",
				(json_int_t)report->removed));
	write_member(report, "changed", json_integer((json_int_t)report->changed));
	write_member(report, "added", json_integer((json_int_t)report->added));
	write_member(report, "dropped_packages", json_integer((json_int_t)report->packages));
	write_member(report, "shared_bytes", json_integer((json_int_t)report->shared));
	write_member(report, "output_bytes", json_integer((json_int_t)facts->output_bytes));
	write_member(report, "duration_seconds", json_real(rl_report_seconds(report)));
	write_member(
		report, "peak_memory_bytes", json_integer((json_int_t)rl_report_peak_memory()));
	write_member(report, "exit_status", json_integer(facts->exit_status));
	write_text(report, "}\n");
	if (report->error.code == 0)
		(void)!rl_sink_flush(report->file, &report->error);
	if (report->error.code == 0)
		return 0;
	*err = report->error;
	return -err->code;
}

int rl_report_commit(struct rl_report *report, struct rl_error *err)
{
	return report->file != NULL ? rl_sink_commit(report->file, err) : 0;
}

void rl_report_close(struct rl_report *report)
{
	size_t kind, i;

	for (kind = 0; kind < RL_EXC_COUNT; kind++) {
		for (i = 0; i < RL_REPORT_NAMES; i++) {
			free(report->named[kind][i].path);
			free(report->named[kind][i].detail);
		}
	}
	rl_sink_free(report->file);
	*report = (struct rl_report){0};
}
