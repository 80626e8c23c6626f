/* SPDX-License-Identifier: MIT */
/** Which of the rights that a full capture needs this process has. */

#ifndef RL_CLI_PRIVILEGE_H
#define RL_CLI_PRIVILEGE_H

/**
 * What will be missing from a capture that this process makes, in words for people.
 *
 * @return a static text, or NULL if it may read everything.
 */
const char *rl_privilege_missing(void);

#endif
