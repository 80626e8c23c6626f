/* SPDX-License-Identifier: MIT */
/** What a capture gives up before it reads: the command line's side of host/confine.h. */

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

#endif
