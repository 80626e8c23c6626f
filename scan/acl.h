/* SPDX-License-Identifier: MIT */
/** POSIX ACLs of an open file, by libacl (acl(5)). */

#ifndef RL_SCAN_ACL_H
#define RL_SCAN_ACL_H

#include "scan/entry.h"
#include "scan/handle.h"

/**
 * Reads the access ACL, or with @is_default the default ACL of a directory.
 *
 * @acl filled in, sorted as the kernel wants it (by tag, then id); none if there is none, or if the
 *      mode says the same. The caller's entry owns it.
 *
 * @return 0 or a negative errno.
 */
int rl_acl_read(const struct rl_handle *handle, bool is_default, struct rl_acl *acl) RL_CHECKED;

#endif
