/* SPDX-License-Identifier: MIT */
/** Names of images, by the grammar of distribution's reference package. */

#ifndef RL_CLI_REFERENCE_H
#define RL_CLI_REFERENCE_H

#include "common/error.h"

/**
 * Checks a name of an image, [DOMAIN[:PORT]/]PATH[:TAG], and gives it the tag "latest" if it has none.
 *
 * @reference_ret a new string that the caller frees, "NAME:TAG"; untouched on errors
 *
 * @return 0; -EINVAL with one line in @err; -ENOMEM.
 */
int rl_reference_parse(const char *text, char **reference_ret, struct rl_error *err) RL_CHECKED;

#endif
