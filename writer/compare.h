/* SPDX-License-Identifier: MIT */
/** Whether a file is what a tree says of it. */

#ifndef RL_WRITER_COMPARE_H
#define RL_WRITER_COMPARE_H

#include "archive/tree.h"

/**
 * Whether @entry, loaded, has the metadata that @node has, as far as an archive says them: type, mode, owner,
 * date, size, device, target, attributes, ACLs, label. Made up metadata (rl_node::is_implied) are like none.
 * The mode of a symlink means nothing; an ACL that says no more than the mode is none.
 *
 * @mtime_ns by nanoseconds; else by whole seconds
 */
bool rl_compare_metadata(const struct rl_entry *entry, const struct rl_node *node, bool mtime_ns);

/**
 * Whether @entry is the inode that @inode was when the tree's facts were found, and has not changed since: by
 * its number, ctime, mtime and size. The device is not looked at: its number is another one in a snapshot, or
 * after a reboot.
 */
bool rl_compare_identity(const struct rl_entry *entry, const struct rl_inode *inode);

#endif
