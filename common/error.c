/* SPDX-License-Identifier: MIT */
#include "common/error.h"

#include <string.h>

const char *rl_errno_text(int code)
{
	/* strerrordesc_np() ignores the locale, and a message must not depend on it. */
	const char *text = strerrordesc_np(code);

	/* Of mounts that were given up, and of NFS that gives up by itself; both are no connections. */
	if (code == ETIMEDOUT)
		return "no answer in time";
	return text != NULL ? text : "unknown error";
}

bool rl_errno_is_absent(int code)
{
	return code == ENODATA || code == ENOTSUP || code == EOPNOTSUPP;
}

static void RL_PRINTF(3, 0)
	set_text(struct rl_error *err, int code, const char *format, va_list args)
{
	err->code = code;
	(void)vsnprintf(err->message, sizeof(err->message), format, args);
}

int rl_error_set(struct rl_error *err, int code, const char *format, ...)
{
	va_list args;

	if (err != NULL) {
		size_t used;

		va_start(args, format);
		set_text(err, code, format, args);
		va_end(args);
		used = strlen(err->message);
		(void)snprintf(err->message + used, sizeof(err->message) - used, ": %s",
			rl_errno_text(code));
	}
	return -code;
}

int rl_error_text(struct rl_error *err, int code, const char *format, ...)
{
	va_list args;

	if (err != NULL) {
		va_start(args, format);
		set_text(err, code, format, args);
		va_end(args);
	}
	return -code;
}

void rl_error_wrap(struct rl_error *err, const char *format, ...)
{
	char inner[sizeof(err->message)];
	va_list args;
	size_t used;

	if (err == NULL)
		return;
	memcpy(inner, err->message, sizeof(inner));
	va_start(args, format);
	(void)vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
	used = strlen(err->message);
	(void)snprintf(err->message + used, sizeof(err->message) - used, ": %s", inner);
}
