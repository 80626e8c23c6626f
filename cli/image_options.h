/* SPDX-License-Identifier: MIT */
/** The options that say what image is written, and what is in it if they do not say. */

#ifndef RL_CLI_IMAGE_OPTIONS_H
#define RL_CLI_IMAGE_OPTIONS_H

#include "common/error.h"
#include "scan/facts.h"
#include "scan/platform.h"
#include "writer/config.h"

#include <stdbool.h>

/** The options, as getopt_long(3) returns them. */
enum rl_image_option {
	RL_IMAGE_OPTION_FORMAT = 1024,
	RL_IMAGE_OPTION_COMPRESS,
	RL_IMAGE_OPTION_LAYERS,
	RL_IMAGE_OPTION_CMD,
	RL_IMAGE_OPTION_ENTRYPOINT,
	RL_IMAGE_OPTION_ENV,
	RL_IMAGE_OPTION_EXPOSE,
	RL_IMAGE_OPTION_VOLUME,
	RL_IMAGE_OPTION_USER,
	RL_IMAGE_OPTION_WORKDIR,
	RL_IMAGE_OPTION_LABEL,
	RL_IMAGE_OPTION_STOP_SIGNAL,
	RL_IMAGE_OPTION_TAG,
	RL_IMAGE_OPTION_ANNOTATION,
	RL_IMAGE_OPTION_AUTHOR,
	RL_IMAGE_OPTION_ARCH,
	RL_IMAGE_OPTION_CHANGE
};

/** --format. */
enum rl_image_format {
	/** A tar of the root, which has no config. */
	RL_IMAGE_FORMAT_TAR,
	/** An OCI image layout. */
	RL_IMAGE_FORMAT_OCI,
	/** An archive for `docker load`. */
	RL_IMAGE_FORMAT_DOCKER,
	/** A file system image, squashfs. */
	RL_IMAGE_FORMAT_SQUASHFS,
	/** A file system image, erofs. */
	RL_IMAGE_FORMAT_EROFS
};

/** How many layers --layers takes, at most. */
#define RL_IMAGE_LAYERS_LIMIT 100

/** Whether it is an image of a container, with a config and layers. */
bool rl_image_format_has_config(enum rl_image_format format);

/** A format's name, as --format has it. */
const char *rl_image_format_name(enum rl_image_format format);

/** What the options said; `= {0}`: nothing. Release with rl_image_options_free(). */
struct rl_image_options {
	/** --format. */
	enum rl_image_format format;
	/** --compress as it was given; borrowed; NULL: what suits the format. */
	const char *compress;
	/** --layers: files are spread over several layers. */
	bool is_layered;
	/** At most so many, 1 to RL_IMAGE_LAYERS_LIMIT; 0: as suits. */
	size_t max_layers;
	/** --tag, "NAME:TAG" each. */
	struct rl_strings tags;
	/** What all the others said. */
	struct rl_image_config config;
	/**
	 * A --cmd or --entrypoint that is no JSON array is split into words, for there is no shell in the
	 * image; set by who begins.
	 */
	bool splits_commands;
	/** The first option that only an image has; NULL: there is none. */
	const char *needs_image;
};

/**
 * Takes one option.
 *
 * @option one of enum rl_image_option
 * @value  borrowed for as long as @options are used
 *
 * @return 0; -EINVAL with one line in @err; -ENOMEM.
 */
int rl_image_option(struct rl_image_options *options, int option, const char *value,
	struct rl_error *err) RL_CHECKED;

/** Once all options have been taken: whether they go together. @return 0 or -EINVAL. */
int rl_image_options_check(const struct rl_image_options *options, struct rl_error *err) RL_CHECKED;

/**
 * Adds to the config what the options did not say, from ROOT and from nothing that differs between two
 * captures of it:
 *
 * - the platform, by rl_platform_find();
 * - Cmd, if there is no Entrypoint either: /bin/bash, or /bin/sh, whichever is in ROOT;
 * - PATH, in Env;
 * - the annotations org.opencontainers.image.version, os-release's VERSION_ID, and .created, if the
 *   caller has set config.created.
 *
 * @facts    of ROOT
 * @platform filled in, with is_guess if users should be told that no program of ROOT told it
 *
 * @return 0; -EINVAL if config.created is no date; -ENOMEM.
 */
int rl_image_options_complete(struct rl_image_options *options, const struct rl_facts *facts,
	struct rl_platform *platform, struct rl_error *err) RL_CHECKED;

/** Releases what @options own. */
void rl_image_options_free(struct rl_image_options *options);

#endif
