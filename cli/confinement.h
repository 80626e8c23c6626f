/* SPDX-License-Identifier: MIT */
/** How a capture behaves on the host: what it gives up before it reads, and whom it lets go first. */

#ifndef RL_CLI_CONFINEMENT_H
#define RL_CLI_CONFINEMENT_H

#include "cli/options.h"
#include "cli/session.h"
#include "writer/sink.h"

/**
 * Gives up what @session does not need, once all is open. With --verbose, says what.
 *
 * @sinks where the outputs get their names; NULLs are passed over
 * @count how many; not more than RL_CONFINE_PLACES
 */
void rl_confinement_take(const struct rl_session *session, const struct rl_options *options,
	const struct rl_sink *const *sinks, size_t count);

/**
 * Gives up, in a helper of a mount that may not answer, what reading does not need. @ctx: the options,
 * struct rl_options.
 */
void rl_confinement_take_helper(void *ctx);

/**
 * Whether others go first: if the user wants it (--polite), or does not say and ROOT is the running
 * system.
 */
bool rl_is_polite(const struct rl_session *session, const struct rl_options *options);

/** Lets others go first, if rl_is_polite(). With --verbose, says so. */
void rl_politeness_take(const struct rl_session *session, const struct rl_options *options);

#endif
