/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include "cli/confinement.h"
#include "cli/fs_output.h"
#include "scan/platform.h"
#include "writer/delta.h"
#include "writer/direct.h"
#include "writer/image.h"
#include "writer/inventory.h"
#include "writer/packed.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool rl_output_is_stdout(const struct rl_options *options)
{
	return options->output == NULL || strcmp(options->output, "-") == 0;
}

const char *rl_output_name(const struct rl_options *options)
{
	if (options->dry_run)
		return "nowhere";
	return rl_output_is_stdout(options) ? "standard output" : options->output;
}

/* SOURCE_DATE_EPOCH (reproducible-builds.org): seconds since 1970. */
static int find_latest_mtime(int64_t *latest_ret, struct rl_error *err)
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

/* How layers are compressed: as registries have them, or as `docker save` writes them. A tar is not. */
static int choose_compression(const struct rl_image_options *image,
	struct rl_compression *compression, struct rl_error *err)
{
	const char *text = image->format == RL_IMAGE_FORMAT_OCI ? "gzip" : "none";

	if (image->compress != NULL)
		text = image->compress;
	if (rl_compression_parse(text, compression) == 0)
		return 0;
	return rl_error_text(
		err, EINVAL, "--compress takes none, gzip[:1-12] or zstd[:1-19], not '%s'", text);
}

static bool ends_with_slash(const struct rl_options *options)
{
	size_t len = options->output != NULL ? strlen(options->output) : 0;

	return len > 0 && options->output[len - 1] == '/';
}

/* Whether a directory is written: of an OCI layout, if it is called one, or is one that is there. */
static bool is_directory(const struct rl_options *options)
{
	struct stat st;

	if (options->image.format != RL_IMAGE_FORMAT_OCI || rl_output_is_stdout(options))
		return false;
	return ends_with_slash(options) || (stat(options->output, &st) == 0 && S_ISDIR(st.st_mode));
}

/* Whether the options go together. */
static int check_options(const struct rl_options *options, struct rl_error *err)
{
	enum rl_image_format format = options->image.format;
	const char *name = rl_image_format_name(format);

	if (rl_output_is_stdout(options) && !options->dry_run && isatty(STDOUT_FILENO) == 1)
		return rl_error_text(err, EINVAL,
			"standard output is a terminal: name a file (-o FILE) or use a pipe");
	if (format == RL_IMAGE_FORMAT_TAR && ends_with_slash(options))
		return rl_error_text(err, EINVAL,
			"'%s' is a directory, which only --format oci writes: name a file",
			options->output);
	if (format == RL_IMAGE_FORMAT_TAR && options->image.is_layered)
		return rl_error_text(err, EINVAL,
			"--layers is for an image (--format oci or docker): a tar is one layer");
	if (format == RL_IMAGE_FORMAT_TAR)
		return 0;
	if (!options->dry_run && rl_output_is_stdout(options))
		return rl_error_text(err, EINVAL,
			"--format %s puts an image together in a file: name one (-o FILE)", name);
	if (ends_with_slash(options) && format != RL_IMAGE_FORMAT_OCI)
		return rl_error_text(err, EINVAL,
			"'%s' is a directory, which only --format oci writes: name a file",
			options->output);
	if (options->image.is_layered && !rl_image_format_has_config(format))
		return rl_error_text(err, EINVAL,
			"--layers is for an image (--format oci or docker), not for a file system");
	if (options->sparse || options->reflink)
		return rl_error_text(err, EINVAL, "--%s is for a tar, not for %s",
			options->sparse ? "sparse" : "reflink",
			rl_image_format_has_config(format) ? "the layers of an image"
							   : "a file system");
	return 0;
}

int rl_output_check(
	struct rl_output *output, const struct rl_options *options, struct rl_error *err)
{
	bool is_fs = rl_fs_output_is_wanted(options->image.format);
	int ret = check_options(options, err);

	if (ret == 0)
		ret = rl_baseline_check(options, err);
	if (ret == 0 && is_fs)
		ret = rl_fs_output_check(options, err);
	else if (ret == 0)
		ret = choose_compression(&options->image, &output->compression, err);
	if (ret == 0 && options->reflink && output->compression.method != RL_METHOD_NONE)
		ret = rl_error_text(err, EINVAL,
			"--reflink shares what is in files: that is not for --compress");
	return ret == 0 ? find_latest_mtime(&output->latest_mtime, err) : ret;
}

/* Keeps the files of @sink out of the capture. */
static int hide_files(
	const struct rl_session *session, const struct rl_sink *sink, struct rl_error *err)
{
	dev_t devs[2];
	ino_t inos[2];
	size_t i, count = sink != NULL ? rl_sink_files(sink, devs, inos) : 0;

	for (i = 0; session->live_source != NULL && i < count; i++) {
		struct rl_file_id file = {.dev = devs[i], .ino = inos[i]};

		if (rl_live_hide(session->live_source, file) != 0)
			return rl_error_set(err, ENOMEM, "cannot open the output");
	}
	return 0;
}

/* The date that --mtime and engines know nothing of: the image's own, if it was given one. */
static void take_date(int64_t date, struct rl_image_config *config)
{
	config->has_created = date != INT64_MAX;
	if (config->has_created)
		config->created = date;
}

/* Has the image that is converted say what the options do not. */
static int inherit(
	struct rl_image_options *options, const struct rl_image *image, struct rl_error *err)
{
	const struct rl_image_config *base = rl_image_config(image);
	struct rl_image_config *config = &options->config;
	bool has_tags = options->tags.count > 0;
	size_t i;
	int ret = rl_config_inherit(config, base);

	for (i = 0; ret == 0 && i < base->annotations.count; i++) {
		const struct rl_pair *pair = &base->annotations.pairs[i];

		if (rl_pairs_get(&config->annotations, pair->name) == NULL)
			ret = rl_pairs_set(&config->annotations, pair->name, pair->value);
	}
	for (i = 0; ret == 0 && !has_tags && i < rl_image_tags(image)->count; i++)
		ret = rl_strings_add(&options->tags, rl_image_tags(image)->strings[i],
			strlen(rl_image_tags(image)->strings[i]));
	if (ret != 0)
		return rl_error_set(err, ENOMEM, "cannot take over the image's config");
	if (!config->has_created) {
		config->has_created = base->has_created;
		config->created = base->created;
	}
	return 0;
}

bool rl_output_wants_packages(const struct rl_options *options)
{
	return options->image.is_layered && !options->dry_run;
}

/* How many threads compress. */
static unsigned int count_threads(const struct rl_options *options)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (options->jobs == 1)
		return 0;
	return processors > 0 ? (unsigned int)processors : 1;
}

/* Opens the writer of an image, whose config is completed by what ROOT holds. */
static int open_image(struct rl_output *output, struct rl_options *options,
	const struct rl_session *session, const struct rl_tar_options *tar, struct rl_error *err)
{
	struct rl_image_options *image = &options->image;
	struct rl_image_description description = {
		.tar = *tar, .config = &image->config, .tags = &image->tags};
	const struct rl_baseline *baseline = output->baseline;
	struct rl_platform platform;
	int ret;

	description.threads = count_threads(options);
	description.compression = output->compression;
	if (baseline != NULL && baseline->image != NULL) {
		description.parent = baseline->layers;
		description.parent_count = baseline->layer_count;
		description.copy_ctx = output->baseline;
		if (options->with_parent_layers)
			description.copy_parent = rl_baseline_copy;
	}
	take_date(output->latest_mtime, &image->config);
	ret = session->archive.image != NULL ? inherit(image, session->archive.image, err) : 0;
	if (ret != 0)
		return ret;
	ret = rl_image_options_complete(image, &session->facts, &platform, err);
	if (ret == 0 && image->is_layered)
		ret = rl_layers_open(&output->layers, image, session->facts.packages, err);
	if (ret != 0)
		return ret;
	if (image->is_layered)
		description.layers = &output->layers.image;
	if (platform.is_guess && !options->quiet)
		(void)fprintf(stderr,
			"rootlift: no program in ROOT tells its architecture: taken for %s, as "
			"this machine is (--arch says else)\n",
			image->config.architecture);
	ret = rl_image_new(output->sink, &description, &output->writer, &output->members, err);
	output->image = ret == 0 ? output->writer : NULL;
	return ret;
}

/* Opens what writes all members. A dry run writes no image, only what would be in it. */
static int open_whole(struct rl_output *output, struct rl_options *options,
	const struct rl_session *session, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	struct rl_tar_options tar = {.mtime_ns = options->mtime_ns,
		.alignment = options->reflink ? RL_DIRECT_ALIGNMENT : 0};
	struct rl_packed_options packed = {.compression = output->compression};

	if (session->archive.image != NULL && !rl_image_format_has_config(options->image.format) &&
		!options->dry_run && !options->quiet)
		(void)fputs(
			"rootlift: what the image says of commands and the like is lost (--format "
			"oci or docker keeps it)\n",
			stderr);
	if (rl_fs_output_is_wanted(options->image.format) && !options->dry_run)
		return rl_fs_output_open(output, options, session, exceptions, err);
	if (rl_image_format_has_config(options->image.format) && !options->dry_run)
		return open_image(output, options, session, &tar, err);
	if (output->compression.method != RL_METHOD_NONE && !options->dry_run) {
		packed.tar = tar;
		packed.threads = count_threads(options);
		return rl_packed_new(output->sink, &packed, &output->writer, &output->members, err);
	}
	output->members = output->sink;
	return rl_tar_new(output->sink, &tar, &output->writer, err);
}

/* Has only what differs be written. */
static int open_delta(
	struct rl_output *output, const struct rl_options *options, struct rl_error *err)
{
	const struct rl_delta_options delta = {.mtime_ns = options->mtime_ns};

	if (output->baseline == NULL || output->baseline->tree == NULL)
		return 0;
	return rl_delta_new(rl_steal_ptr(&output->writer), output->baseline->tree, &delta,
		&output->writer, err);
}

/* Has all that is given be listed. */
static int open_manifest(struct rl_output *output, const struct rl_options *options,
	const struct rl_session *session, struct rl_error *err)
{
	char rules[RL_DIGEST_SIZE];
	const struct rl_inventory_options inventory = {.rules = rules, .image = output->image};
	int ret;

	if (options->manifest == NULL)
		return 0;
	ret = rl_baseline_rules(session, options, rules);
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot begin the manifest");
	ret = rl_sink_open_file(options->manifest, &output->manifest, err);
	if (ret == 0)
		ret = hide_files(session, output->manifest, err);
	if (ret != 0)
		return ret;
	return rl_inventory_new(
		rl_steal_ptr(&output->writer), output->manifest, &inventory, &output->writer, err);
}

/* Opens what members are given to. */
static int open_writer(struct rl_output *output, struct rl_options *options,
	const struct rl_session *session, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	int ret = open_whole(output, options, session, exceptions, err);

	if (ret == 0)
		ret = open_delta(output, options, err);
	output->delta = ret == 0 && output->baseline != NULL && output->baseline->tree != NULL
				? output->writer
				: NULL;
	return ret == 0 ? open_manifest(output, options, session, err) : ret;
}

int rl_output_open(struct rl_output *output, struct rl_options *options,
	const struct rl_session *session, const struct rl_report *report, struct rl_error *err)
{
	bool is_fs = rl_fs_output_is_wanted(options->image.format);
	int ret;

	if (options->dry_run) {
		ret = rl_sink_open_null(&output->sink);
		if (ret != 0)
			(void)rl_error_set(err, -ret, "cannot begin");
	} else if (rl_output_is_stdout(options)) {
		ret = rl_sink_open_fd(STDOUT_FILENO, "standard output", &output->sink, err);
	} else if (is_directory(options)) {
		ret = rl_sink_open_directory(options->output, &output->sink, err);
	} else {
		ret = rl_sink_open_file(options->output, &output->sink, err);
	}
	/* A file system is written by another program. */
	if (ret == 0 && !is_fs)
		rl_sink_write_directly(output->sink);
	if (ret == 0 && !is_fs && rl_is_polite(session, options))
		rl_sink_write_behind(output->sink);
	if (ret == 0)
		ret = hide_files(session, output->sink, err);
	if (ret == 0)
		ret = hide_files(session, report->file, err);
	return ret == 0 ? open_writer(output, options, session, &report->exceptions, err) : ret;
}

int rl_output_commit(struct rl_output *output, struct rl_report *report,
	const struct rl_report_facts *facts, struct rl_error *err)
{
	int ret = rl_report_finish(report, facts, err);

	/* All are on the disk before any gets its name: what can fail has failed by then. */
	if (ret == 0)
		ret = rl_sink_settle(output->sink, err);
	if (ret == 0 && output->manifest != NULL)
		ret = rl_sink_settle(output->manifest, err);
	if (ret == 0)
		ret = rl_report_commit(report, err);
	if (ret == 0 && output->manifest != NULL) {
		ret = rl_sink_commit(output->manifest, err);
		if (ret != 0 && report->file != NULL)
			rl_sink_withdraw(report->file);
	}
	if (ret != 0) {
		/* All that a pipe has not been given yet is the end, and now it is to have none. */
		rl_sink_forget(output->sink);
		rl_writer_abort(output->writer);
		return ret;
	}
	ret = rl_sink_commit(output->sink, err);
	if (ret == 0)
		return 0;
	if (report->file != NULL)
		rl_sink_withdraw(report->file);
	if (output->manifest != NULL)
		rl_sink_withdraw(output->manifest);
	/* All but the end may have come through a pipe. */
	rl_writer_abort(output->writer);
	return ret;
}

void rl_output_cut(const struct rl_output *output, const struct rl_options *options)
{
	struct rl_sink *sink;

	/* Of a conversion that could not be understood it is not known where it was to go. */
	if (options->command == RL_COMMAND_CONVERT && options->output == NULL)
		return;
	if (output->writer != NULL || options->dry_run || !rl_output_is_stdout(options) ||
		isatty(STDOUT_FILENO) == 1)
		return;
	if (rl_sink_open_fd(STDOUT_FILENO, "standard output", &sink, NULL) != 0)
		return;
	rl_tar_cut(sink);
	rl_sink_free(sink);
}

void rl_output_free(struct rl_output *output)
{
	rl_writer_free(output->writer);
	rl_maker_free(output->maker);
	rl_sink_free(output->sink);
	rl_layers_free(&output->layers);
	rl_sink_free(output->manifest);
	*output = (struct rl_output){0};
}
