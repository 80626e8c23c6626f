/* SPDX-License-Identifier: MIT */
/** The help texts of the commands. */

#ifndef RL_CLI_HELP_H
#define RL_CLI_HELP_H

/** Of `rootlift capture`. */
extern const char rl_help_capture[];

/** Of `rootlift scratch`. */
extern const char rl_help_scratch[];

/** Of `rootlift convert`. */
extern const char rl_help_convert[];

/** Of `rootlift plan`. */
extern const char rl_help_plan[];

/** Of `rootlift cleanup`. */
extern const char rl_help_cleanup[];

/** Of `rootlift profile`. */
extern const char rl_help_profile[];

#endif
