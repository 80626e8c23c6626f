/* SPDX-License-Identifier: MIT */
/** ACLs as archives have them, checked (acl(5); linux/posix_acl_xattr.h). */

#ifndef RL_ARCHIVE_ACL_XATTR_H
#define RL_ARCHIVE_ACL_XATTR_H

#include "scan/entry.h"

/**
 * Reads the kernel's binary form, as the value of system.posix_acl_access has it.
 *
 * @acl filled in and sorted as the kernel wants it; none if @value has no entries. The caller owns it.
 *
 * @return 0; -EINVAL: it is none that a kernel takes; -ENOMEM.
 */
int rl_acl_xattr_parse(const void *value, size_t size, struct rl_acl *acl) RL_CHECKED;

/** Sorts @acl by tag, then id, as the kernel wants it, and says whether that takes it then. */
bool rl_acl_settle(struct rl_acl *acl);

/** Whether @acl says no more than a mode can. */
bool rl_acl_is_minimal(const struct rl_acl *acl);

/** The permission bits of @mode as an access ACL has them: the group's are its mask. */
mode_t rl_acl_mode(const struct rl_acl *acl, mode_t mode);

/** Releases what @acl owns; it is none then. */
void rl_acl_clear(struct rl_acl *acl);

#endif
