/* SPDX-License-Identifier: MIT */
#include "scan/label.h"

#include "common/error.h"
#include "scan/far.h"

#include <selinux/selinux.h>
#include <string.h>

int rl_label_read(const struct rl_handle *handle, char **label_ret, size_t *size_ret)
{
	char path[RL_HANDLE_PROC_MAX];
	char *context = NULL;
	int len;

	if (rl_is_far(handle->fd))
		return rl_far_label(handle, label_ret, size_ret);
	len = handle->is_path ? getfilecon_raw(rl_handle_proc(handle, path), &context)
			      : fgetfilecon_raw(handle->fd, &context);
	*label_ret = NULL;
	*size_ret = 0;
	if (len < 0)
		return rl_errno_is_absent(errno) ? 0 : -errno;
	if (context != NULL && context[0] != '\0') {
		/* A copy, so that entries need nothing but free(). */
		*label_ret = strdup(context);
		freecon(context);
		*size_ret = (size_t)len;
		return *label_ret != NULL ? 0 : -ENOMEM;
	}
	freecon(context);
	return 0;
}
