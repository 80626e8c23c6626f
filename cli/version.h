/* SPDX-License-Identifier: MIT */
/** The version of rootlift. */

#ifndef RL_CLI_VERSION_H
#define RL_CLI_VERSION_H

/** As `rootlift --version` and the report have it. */
#define RL_VERSION "0.1.0"

#endif
