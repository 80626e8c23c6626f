/* SPDX-License-Identifier: MIT */
/**
 * Errors with a message.
 *
 * The convention everywhere: a function that can fail returns 0 or a negative errno and, where it
 * takes a `struct rl_error *`, describes the failure there in one line (what failed, on which path,
 * why). The error is untouched on success and may be NULL if the caller needs only the code.
 */

#ifndef RL_COMMON_ERROR_H
#define RL_COMMON_ERROR_H

#include "common/cleanup.h"

#include <stdarg.h>
#include <stdbool.h>

/** One failure. `= {0}` is valid and means that nothing failed; owns nothing. */
struct rl_error {
	/** A positive errno, or 0 if nothing failed. */
	int code;
	/** The text, one line, without a final newline; cut if it is longer. */
	char message[1024];
};

/**
 * Sets @err to a text with the text of errno @code behind it.
 *
 * @return -code, so that callers can `return rl_error_set(...)`.
 */
int rl_error_set(struct rl_error *err, int code, const char *format, ...) RL_PRINTF(3, 4);

/**
 * Sets @err to a text alone, where errno's text would say nothing (a parse error, a usage error).
 *
 * @return -code.
 */
int rl_error_text(struct rl_error *err, int code, const char *format, ...) RL_PRINTF(3, 4);

/** Puts context before the text of @err: "CONTEXT: text". */
void rl_error_wrap(struct rl_error *err, const char *format, ...) RL_PRINTF(2, 3);

/** The text of errno @code; like strerror(), but never localised. */
const char *rl_errno_text(int code);

/**
 * Whether @code means that a thing is absent or not supported here (ENODATA, ENOTSUP), rather than
 * that looking for it failed. EINVAL and EPERM do not.
 */
bool rl_errno_is_absent(int code);

#endif
