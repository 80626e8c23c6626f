/* SPDX-License-Identifier: MIT */
/** Extended attributes of an open file (xattr(7)). */

#ifndef RL_SCAN_XATTR_H
#define RL_SCAN_XATTR_H

#include "common/buf.h"
#include "scan/handle.h"

/**
 * Lists the names of the attributes, each with a NUL behind it.
 *
 * @names emptied, then filled; stays empty if the file system has no attributes
 *
 * @return 0 or a negative errno.
 */
int rl_xattr_list(const struct rl_handle *handle, struct rl_buf *names) RL_CHECKED;

/**
 * Reads one attribute.
 *
 * @value emptied, then filled
 *
 * @return 1 if read, 0 if there is none of that name (any more), or a negative errno.
 */
int rl_xattr_get(const struct rl_handle *handle, const char *name, struct rl_buf *value) RL_CHECKED;

/**
 * The call that the two above make: the list (@name NULL) or a value, into room of @size bytes.
 *
 * @return its length in bytes, or -1 with errno.
 */
ssize_t rl_xattr_read_once(
	const struct rl_handle *handle, const char *name, void *data, size_t size) RL_CHECKED;

/** Whether /etc/xattr.conf, as libattr reads it, says that @name is not for copying. */
bool rl_xattr_is_skipped(const char *name);

#endif
