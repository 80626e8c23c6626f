/* SPDX-License-Identifier: MIT */
#include "cli/image_options.h"

#include "cli/dockerfile.h"
#include "cli/dockerfile_words.h"
#include "cli/reference.h"
#include "cli/shell_words.h"
#include "common/escape.h"

#include <string.h>

#define VERSION_ANNOTATION "org.opencontainers.image.version"

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot take the options");
}

static const char *const formats[] = {[RL_IMAGE_FORMAT_TAR] = "tar",
	[RL_IMAGE_FORMAT_OCI] = "oci",
	[RL_IMAGE_FORMAT_DOCKER] = "docker",
	[RL_IMAGE_FORMAT_SQUASHFS] = "squashfs",
	[RL_IMAGE_FORMAT_EROFS] = "erofs"};

bool rl_image_format_has_config(enum rl_image_format format)
{
	return format == RL_IMAGE_FORMAT_OCI || format == RL_IMAGE_FORMAT_DOCKER;
}

const char *rl_image_format_name(enum rl_image_format format)
{
	return formats[format];
}

static int take_format(struct rl_image_options *options, const char *value, struct rl_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (strcmp(value, formats[i]) != 0)
			continue;
		options->format = (enum rl_image_format)i;
		return 0;
	}
	return rl_error_text(err, EINVAL, "tar, oci, docker, squashfs or erofs, not '%s'", value);
}

static int take_layers(struct rl_image_options *options, const char *value, struct rl_error *err)
{
	size_t count = 0, i;

	options->is_layered = strcmp(value, "single") != 0;
	options->max_layers = 0;
	if (!options->is_layered || strcmp(value, "auto") == 0)
		return 0;
	for (i = 0; value[i] >= '0' && value[i] <= '9' && count <= RL_IMAGE_LAYERS_LIMIT; i++)
		count = count * 10 + (size_t)(value[i] - '0');
	if (value[i] != '\0' || count < 1 || count > RL_IMAGE_LAYERS_LIMIT)
		return rl_error_text(err, EINVAL, "single, auto or 1 to %d, not '%s'",
			RL_IMAGE_LAYERS_LIMIT, value);
	options->max_layers = count;
	return 0;
}

/* Takes "NAME=VALUE" as it is, without quotes and variables: the shell has seen to those. */
static int take_pair(struct rl_pairs *pairs, const char *value, struct rl_error *err)
{
	const char *equals = strchr(value, '=');
	RL_AUTO_FREE char *name = NULL;

	if (equals == NULL || equals == value)
		return rl_error_text(err, EINVAL, "'%s' is not NAME=VALUE", value);
	name = strndup(value, (size_t)(equals - value));
	if (name == NULL || rl_pairs_set(pairs, name, equals + 1) != 0)
		return no_memory(err);
	return 0;
}

static int take_text(char **to, const char *value, struct rl_error *err)
{
	return rl_config_set(to, value, strlen(value)) == 0 ? 0 : no_memory(err);
}

static int check_path(const char *value, struct rl_error *err)
{
	return value[0] == '/' ? 0
			       : rl_error_text(err, EINVAL,
					 "a path in the image begins with /, unlike '%s'", value);
}

static int take_volume(struct rl_image_config *config, const char *value, struct rl_error *err)
{
	int ret = check_path(value, err);

	if (ret == 0 && rl_strings_add(&config->volumes, value, strlen(value)) != 0)
		ret = no_memory(err);
	return ret;
}

static int take_tag(struct rl_image_options *options, const char *value, struct rl_error *err)
{
	RL_AUTO_FREE char *reference = NULL;
	int ret = rl_reference_parse(value, &reference, err);
	size_t i;

	if (ret != 0)
		return ret;
	for (i = 0; i < options->tags.count; i++) {
		if (strcmp(options->tags.strings[i], reference) == 0)
			return 0;
	}
	return rl_strings_add(&options->tags, reference, strlen(reference)) == 0 ? 0
										 : no_memory(err);
}

/* Takes ARCH[/VARIANT], in Go's words; those of uname(1) are a likely mistake. */
static int take_arch(struct rl_image_config *config, const char *value, struct rl_error *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t arch = strspn(value, letters), variant = 0;
	struct rl_platform platform;

	rl_platform_of_machine(value, &platform);
	if (platform.architecture[0] != '\0' && strcmp(platform.architecture, value) != 0)
		return rl_error_text(err, EINVAL, "%s is called %s%s%s here", value,
			platform.architecture, platform.variant[0] != '\0' ? "/" : "",
			platform.variant);
	if (arch > 0 && value[arch] == '/')
		variant = strspn(value + arch + 1, letters);
	if (arch == 0 || value[arch + (variant > 0 ? variant + 1 : 0)] != '\0')
		return rl_error_text(
			err, EINVAL, "'%s' is not ARCH or ARCH/VARIANT, as amd64 or arm/v7", value);
	if (rl_config_set(&config->architecture, value, arch) != 0)
		return no_memory(err);
	/* There is only this one, and engines look for it. */
	if (strcmp(value, "arm64") == 0)
		return take_text(&config->variant, "v8", err);
	return rl_config_set(&config->variant, variant > 0 ? value + arch + 1 : "", variant) == 0
		       ? 0
		       : no_memory(err);
}

static int take_change(struct rl_image_config *config, const char *value, struct rl_error *err)
{
	int ret = rl_dockerfile_apply(config, value, err);
	RL_AUTO_FREE char *shown = ret == -EINVAL ? rl_escape(value) : NULL;

	if (shown != NULL)
		rl_error_wrap(err, "'%.80s%s'", shown, strlen(shown) > 80 ? "..." : "");
	return ret;
}

/* Takes a command, in the words of its JSON array or its own, for an image without a shell. */
static int take_words(struct rl_strings *to, bool *has, const char *value, struct rl_error *err)
{
	struct rl_strings words = {0};
	bool is_array = false;
	int ret = rl_dockerfile_array(&words, value, &is_array, err);

	if (ret == 0 && !is_array)
		ret = rl_shell_words_split(value, &words, err);
	if (ret == 0 && !is_array && words.count == 0)
		ret = rl_error_text(err, EINVAL, "needs a command: words, or a JSON array");
	if (ret != 0) {
		rl_strings_free(&words);
		return ret;
	}
	rl_strings_free(to);
	*to = words;
	*has = true;
	return 0;
}

/* Takes an option that has to do with the image itself, and changes its config. */
static int take_config(
	struct rl_image_options *options, int option, const char *value, struct rl_error *err)
{
	struct rl_image_config *config = &options->config;
	int ret;

	switch (option) {
	case RL_IMAGE_OPTION_CMD:
		if (options->splits_commands)
			return take_words(&config->command, &config->has_command, value, err);
		return rl_dockerfile_set_command(config, value, err);
	case RL_IMAGE_OPTION_ENTRYPOINT:
		if (options->splits_commands)
			return take_words(&config->entrypoint, &config->has_entrypoint, value, err);
		return rl_dockerfile_set_entrypoint(config, value, err);
	case RL_IMAGE_OPTION_ENV:
		return take_pair(&config->environment, value, err);
	case RL_IMAGE_OPTION_EXPOSE:
		return rl_dockerfile_expose(config, value, err);
	case RL_IMAGE_OPTION_VOLUME:
		return take_volume(config, value, err);
	case RL_IMAGE_OPTION_USER:
		return take_text(&config->user, value, err);
	case RL_IMAGE_OPTION_WORKDIR:
		ret = check_path(value, err);
		return ret == 0 ? rl_dockerfile_set_working_dir(config, value, err) : ret;
	case RL_IMAGE_OPTION_LABEL:
		return take_pair(&config->labels, value, err);
	case RL_IMAGE_OPTION_STOP_SIGNAL:
		return rl_dockerfile_set_stop_signal(config, value, err);
	case RL_IMAGE_OPTION_TAG:
		return take_tag(options, value, err);
	case RL_IMAGE_OPTION_ANNOTATION:
		return take_pair(&config->annotations, value, err);
	case RL_IMAGE_OPTION_AUTHOR:
		return take_text(&config->author, value, err);
	case RL_IMAGE_OPTION_ARCH:
		return take_arch(config, value, err);
	default:
		return take_change(config, value, err);
	}
}

/* An option's name, for messages. */
static const char *name_of(int option)
{
	static const char *const names[] = {"--format", "--compress", "--layers", "--cmd",
		"--entrypoint", "--env", "--expose", "--volume", "--user", "--workdir", "--label",
		"--stop-signal", "--tag", "--annotation", "--author", "--arch", "--change"};

	return names[option - RL_IMAGE_OPTION_FORMAT];
}

int rl_image_option(
	struct rl_image_options *options, int option, const char *value, struct rl_error *err)
{
	const char *name = name_of(option);
	int ret;

	if (value[0] == '\0')
		return rl_error_text(err, EINVAL, "%s needs a value", name);
	if (!rl_is_utf8(value)) {
		RL_AUTO_FREE char *shown = rl_escape(value);

		return rl_error_text(err, EINVAL,
			"%s: '%s' is not UTF-8, which an image's config has to be", name,
			shown != NULL ? shown : "");
	}
	if (option == RL_IMAGE_OPTION_COMPRESS) {
		options->compress = value;
		return 0;
	}
	if (option == RL_IMAGE_OPTION_FORMAT) {
		ret = take_format(options, value, err);
	} else if (option == RL_IMAGE_OPTION_LAYERS) {
		ret = take_layers(options, value, err);
	} else {
		if (options->needs_image == NULL)
			options->needs_image = name;
		ret = take_config(options, option, value, err);
	}
	if (ret == -EINVAL)
		rl_error_wrap(err, "%s", name);
	return ret;
}

int rl_image_options_check(const struct rl_image_options *options, struct rl_error *err)
{
	if (rl_image_format_has_config(options->format) || options->needs_image == NULL)
		return 0;
	if (options->format != RL_IMAGE_FORMAT_TAR)
		return rl_error_text(err, EINVAL,
			"%s needs --format oci or docker: a file system has no config",
			options->needs_image);
	return rl_error_text(err, EINVAL,
		"%s needs --format oci or docker: a tar has no config, which `docker import "
		"--change` gives it",
		options->needs_image);
}

static int complete_platform(
	struct rl_image_config *config, int root_fd, struct rl_platform *platform)
{
	*platform = (struct rl_platform){0};
	if (config->architecture != NULL)
		return 0;
	rl_platform_find(root_fd, platform);
	if (rl_config_set(&config->architecture, platform->architecture,
		    strlen(platform->architecture)) != 0)
		return -ENOMEM;
	return rl_config_set(&config->variant, platform->variant, strlen(platform->variant));
}

/* A captured host has no purpose that one could know: so a shell, as the images of distributions. */
static int complete_command(struct rl_image_config *config, const struct rl_facts *facts)
{
	static const char *const shells[] = {"/bin/bash", "/bin/sh"};
	size_t i;

	if (config->has_command || config->has_entrypoint)
		return 0;
	for (i = 0; i < sizeof(shells) / sizeof(*shells); i++) {
		if (rl_facts_exists(facts, shells[i]))
			return rl_strings_add(&config->command, shells[i], strlen(shells[i]));
	}
	return 0;
}

/* Sets what is not set yet. */
static int complete_pair(struct rl_pairs *pairs, const char *name, const char *value)
{
	return rl_pairs_get(pairs, name) == NULL ? rl_pairs_set(pairs, name, value) : 0;
}

int rl_image_options_complete(struct rl_image_options *options, const struct rl_facts *facts,
	struct rl_platform *platform, struct rl_error *err)
{
	struct rl_image_config *config = &options->config;
	const char *version = facts->distro.version;
	int ret = complete_platform(config, facts->root_fd, platform);

	if (ret == 0)
		ret = complete_command(config, facts);
	if (ret == 0)
		ret = complete_pair(&config->environment, "PATH", RL_DEFAULT_PATH);
	if (ret == 0 && version[0] != '\0' && rl_is_utf8(version))
		ret = complete_pair(&config->annotations, VERSION_ANNOTATION, version);
	if (ret != 0)
		return no_memory(err);
	return config->has_created ? rl_config_set_date(config, config->created, err) : 0;
}

void rl_image_options_free(struct rl_image_options *options)
{
	rl_strings_free(&options->tags);
	rl_config_free(&options->config);
	*options = (struct rl_image_options){0};
}
