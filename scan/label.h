/* SPDX-License-Identifier: MIT */
/** The SELinux label of an open file, by libselinux. */

#ifndef RL_SCAN_LABEL_H
#define RL_SCAN_LABEL_H

#include "scan/handle.h"

/** The attribute that holds the label. */
#define RL_LABEL_XATTR "security.selinux"

/**
 * Reads the label as it is on disk (not translated by mcstransd).
 *
 * @label_ret a new string that the caller frees; NULL if there is none
 * @size_ret  how many bytes of it are on disk: with the final NUL, if it was stored with one
 *
 * @return 0 or a negative errno.
 */
int rl_label_read(const struct rl_handle *handle, char **label_ret, size_t *size_ret) RL_CHECKED;

#endif
