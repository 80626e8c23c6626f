/* SPDX-License-Identifier: MIT */
/**
 * Instructions of a Dockerfile that change an image's config, as `docker import --change` takes them.
 *
 * All is as docker has it, with these exceptions: $PATH is the default one until ENV says another; STOPSIGNAL
 * is taken (docker 20.10 leaves it to Dockerfiles); JSON arrays with faults are refused, which docker
 * makes a shell's line of; so are CMD and ENTRYPOINT without anything, and ports of the host in EXPOSE.
 */

#ifndef RL_CLI_DOCKERFILE_H
#define RL_CLI_DOCKERFILE_H

#include "common/error.h"
#include "writer/config.h"

/**
 * Applies the instructions in @text, a line each; a backslash at a line's end joins it with the next one.
 *
 * @return 0; -EINVAL with one line in @err if there is no such instruction or it is wrong; -ENOMEM. @config
 *         may then have some of it.
 */
int rl_dockerfile_apply(
	struct rl_image_config *config, const char *text, struct rl_error *err) RL_CHECKED;

/** What follows CMD: a JSON array of words, or a line for a shell, which becomes /bin/sh -c LINE. */
int rl_dockerfile_set_command(
	struct rl_image_config *config, const char *text, struct rl_error *err) RL_CHECKED;

/** What follows ENTRYPOINT, likewise. */
int rl_dockerfile_set_entrypoint(
	struct rl_image_config *config, const char *text, struct rl_error *err) RL_CHECKED;

/** One word of EXPOSE: "80", "53/udp", "8000-8003/tcp". */
int rl_dockerfile_expose(
	struct rl_image_config *config, const char *word, struct rl_error *err) RL_CHECKED;

/** What follows STOPSIGNAL: the name of a signal, with or without SIG, or its number. */
int rl_dockerfile_set_stop_signal(
	struct rl_image_config *config, const char *word, struct rl_error *err) RL_CHECKED;

/** What follows WORKDIR: a path; one that does not begin with "/" continues the one before. */
int rl_dockerfile_set_working_dir(
	struct rl_image_config *config, const char *path, struct rl_error *err) RL_CHECKED;

#endif
