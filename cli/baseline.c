/* SPDX-License-Identifier: MIT */
#include "cli/baseline.h"

#include "archive/flatten.h"
#include "archive/inventory.h"
#include "writer/history.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Docker's overlay2 takes 128, of which two are a container's own. */
#define LAYERS_MAX 125
#define BASE_DIGEST "org.opencontainers.image.base.digest"

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot begin to compare");
}

int rl_baseline_check(const struct rl_options *options, struct rl_error *err)
{
	bool is_image = rl_image_format_has_config(options->image.format);

	if (options->parent != NULL && !is_image)
		return rl_error_text(err, EINVAL,
			"--parent needs --format oci or docker: nothing else has layers");
	if (options->parent != NULL && options->image.is_layered)
		return rl_error_text(err, EINVAL,
			"--parent gives one layer over those of the parent: without --layers");
	if (options->with_parent_layers && options->parent == NULL)
		return rl_error_text(err, EINVAL, "--with-parent-layers needs --parent");
	if (options->since != NULL && !is_image && options->image.format != RL_IMAGE_FORMAT_TAR)
		return rl_error_text(err, EINVAL,
			"--since gives a layer: that is for --format tar, oci and docker");
	if (options->since != NULL && is_image && options->parent == NULL)
		return rl_error_text(err, EINVAL,
			"--since with --format oci or docker needs --parent: the image of the "
			"capture that wrote '%s'",
			options->since);
	/* Without contents all would seem to have changed. */
	if (options->dry_run &&
		(options->parent != NULL || options->since != NULL || options->manifest != NULL))
		return rl_error_text(err, EINVAL,
			"--dry-run reads no contents: it goes with none of --parent, --since and "
			"--manifest");
	return 0;
}

/* Takes over what the manifest of the image has to say of the parent's layers. */
static int take_layers(
	struct rl_baseline *baseline, const struct rl_options *options, struct rl_error *err)
{
	size_t i;

	baseline->layer_count = rl_image_layer_count(baseline->image);
	baseline->layers = calloc(baseline->layer_count + 1, sizeof(*baseline->layers));
	if (baseline->layers == NULL)
		return no_memory(err);
	if (baseline->layer_count >= LAYERS_MAX)
		return rl_error_text(err, EINVAL,
			"--parent %s has %zu layers, and engines take no more than 127: make a "
			"whole "
			"image again, without --parent",
			options->parent, baseline->layer_count);
	for (i = 0; i < baseline->layer_count; i++) {
		const struct rl_image_layer *from = rl_image_layer(baseline->image, i);
		struct rl_manifest_layer *to = &baseline->layers[i];

		/* What docker of today saves is not compressed. */
		if (!from->has_method || from->blob.digest[0] == '\0')
			return rl_error_text(err, ENOTSUP,
				"--parent %s: layer %zu is compressed in a way that an image "
				"cannot "
				"name; `skopeo copy` makes another one of it",
				options->parent, i + 1);
		to->blob = from->blob;
		to->method = from->method;
		memcpy(to->diff_id, from->diff_id, sizeof(to->diff_id));
	}
	return 0;
}

/* Opens the parent, and has the config be that of its child. */
static int open_parent(
	struct rl_baseline *baseline, struct rl_options *options, struct rl_error *err)
{
	struct rl_image_config *config = &options->image.config;
	struct rl_image_wanted wanted = {
		.architecture = config->architecture, .variant = config->variant};
	struct rl_image_reference reference = {0};
	const struct rl_image_config *base;
	const char *digest;
	int ret = rl_image_reference_parse(options->parent, &reference, err);

	if (ret == 0 && reference.kind == RL_IMAGE_TAR)
		ret = rl_error_text(err, EINVAL, "'%s' is no image", options->parent);
	if (ret == 0)
		ret = rl_image_open(&reference, &wanted, &baseline->image, err);
	rl_image_reference_free(&reference);
	if (ret != 0) {
		rl_error_wrap(err, "--parent");
		return ret;
	}
	ret = take_layers(baseline, options, err);
	if (ret != 0)
		return ret;
	digest = rl_image_digest(baseline->image);
	base = rl_image_config(baseline->image);
	if (rl_config_inherit(config, base) != 0 ||
		rl_config_inherit_history(config, base, baseline->layer_count) != 0)
		return no_memory(err);
	/* It is no older than what it is made of. */
	config->created = base->has_created ? base->created : 0;
	if (digest[0] != '\0' && rl_pairs_get(&config->annotations, BASE_DIGEST) == NULL &&
		rl_pairs_set(&config->annotations, BASE_DIGEST, digest) != 0)
		return no_memory(err);
	return 0;
}

static int open_since(
	struct rl_baseline *baseline, const struct rl_options *options, struct rl_error *err)
{
	baseline->since = fopen(options->since, "re");
	if (baseline->since == NULL)
		return rl_error_set(err, errno, "--since: cannot open '%s'", options->since);
	return 0;
}

int rl_baseline_open(struct rl_baseline *baseline, struct rl_options *options, struct rl_error *err)
{
	int ret = 0;

	if (options->parent != NULL)
		ret = open_parent(baseline, options, err);
	if (ret == 0 && options->since != NULL)
		ret = open_since(baseline, options, err);
	if (ret == 0 && (options->parent != NULL || options->since != NULL) &&
		rl_tree_new(&baseline->tree) != 0)
		ret = no_memory(err);
	return ret;
}

static int read_since(struct rl_baseline *baseline, const struct rl_options *options,
	const char *rules, const volatile sig_atomic_t *stop, struct rl_error *err)
{
	struct rl_inventory_facts facts;
	int ret = rl_inventory_read(
		baseline->since, options->since, baseline->tree, stop, &facts, err);

	if (ret != 0 && ret != -EINTR)
		rl_error_wrap(err, "--since");
	else if (ret == 0 && !options->quiet && facts.rules != NULL &&
		 strcmp(facts.rules, rules) != 0)
		(void)fputs("rootlift: the manifest of --since was written with other rules or "
			    "options: what these change is in the output too\n",
			stderr);
	if (ret == 0 && baseline->image != NULL && facts.image != NULL &&
		(baseline->layer_count == 0 ||
			strcmp(facts.image, baseline->layers[baseline->layer_count - 1].diff_id) !=
				0))
		ret = rl_error_text(err, EINVAL,
			"--parent %s is not the image of the capture that wrote '%s'",
			options->parent, options->since);
	rl_inventory_facts_free(&facts);
	return ret;
}

int rl_baseline_read(struct rl_baseline *baseline, const struct rl_options *options,
	const char *rules, const volatile sig_atomic_t *stop, struct rl_error *err)
{
	const struct rl_flatten_options flatten = {.digests = true, .stop = stop};
	int ret;

	if (baseline->since != NULL)
		return read_since(baseline, options, rules, stop, err);
	if (baseline->image == NULL)
		return 0;
	ret = rl_flatten_image(baseline->image, baseline->tree, &flatten, NULL, err);
	if (ret != 0 && ret != -EINTR)
		rl_error_wrap(err, "--parent");
	return ret;
}

int rl_baseline_copy(void *ctx, size_t number, struct rl_sink *sink, struct rl_error *err)
{
	const struct rl_baseline *baseline = ctx;

	return rl_image_blob_copy(baseline->image, number, sink, NULL, err);
}

static void add_text(struct rl_digest *digest, const char *text)
{
	rl_digest_add(digest, text, strlen(text) + 1);
}

static void add_rules(struct rl_digest *digest, const struct rl_profile *profile)
{
	size_t i;

	for (i = 0; profile != NULL && i < profile->rule_count; i++) {
		const struct rl_rule *rule = &profile->rules[i];

		add_text(digest, rule->text);
		if (rule->content != NULL)
			rl_digest_add(digest, rule->content, rule->content_len);
	}
}

static void add_words(struct rl_digest *digest, const struct rl_words *words)
{
	size_t i;

	for (i = 0; i < words->count; i++)
		add_text(digest, words->words[i]);
	add_text(digest, "");
}

int rl_baseline_rules(const struct rl_session *session, const struct rl_options *options,
	char rules[RL_DIGEST_SIZE])
{
	const char switches[] = {(char)session->secrets, options->keeps_package_db,
		options->all_xattrs, options->selinux, options->mtime_ns, options->one_file_system};
	struct rl_digest *digest;
	size_t i;
	int ret = rl_digest_new(&digest);

	if (ret != 0)
		return ret;
	for (i = 0; i < session->profile_count; i++)
		add_rules(digest, session->profiles[i]);
	add_rules(digest, options->user_rules);
	rl_digest_add(digest, switches, sizeof(switches));
	add_words(digest, &options->namespaces);
	add_words(digest, &options->mounts);
	add_words(digest, &options->no_mounts);
	ret = rl_digest_finish(digest, rules);
	rl_digest_free(digest);
	return ret;
}

void rl_baseline_close(struct rl_baseline *baseline)
{
	if (baseline->since != NULL)
		(void)fclose(baseline->since);
	rl_image_close(baseline->image);
	rl_tree_free(baseline->tree);
	free(baseline->layers);
	*baseline = (struct rl_baseline){0};
}
