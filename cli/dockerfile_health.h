/* SPDX-License-Identifier: MIT */
/** A Dockerfile's HEALTHCHECK. */

#ifndef RL_CLI_DOCKERFILE_HEALTH_H
#define RL_CLI_DOCKERFILE_HEALTH_H

#include "common/error.h"
#include "writer/config.h"

/**
 * Takes what follows HEALTHCHECK: NONE, or CMD with a command, and before it --interval, --timeout,
 * --start-period (durations as Go has them: 1m30s) and --retries.
 *
 * @health what it said is lost
 * @text   is changed
 *
 * @return 0; -EINVAL with one line in @err; -ENOMEM.
 */
int rl_dockerfile_set_health(struct rl_health *health, char *text, struct rl_error *err) RL_CHECKED;

#endif
