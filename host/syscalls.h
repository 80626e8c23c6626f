/* SPDX-License-Identifier: MIT */
/** Which system calls this process may use (seccomp(2)). */

#ifndef RL_HOST_SYSCALLS_H
#define RL_HOST_SYSCALLS_H

#include "common/cleanup.h"

/**
 * From now on only calls that a capture needs work; files can be opened for reading only. All others
 * fail with ENOSYS. Needs no_new_privs.
 *
 * @return how many calls are left; -ENOSYS if the kernel or the machine has no such thing; another
 *         negative errno.
 */
int rl_syscalls_restrict(void) RL_CHECKED;

/**
 * From now on calls fail with EPERM that a program which reads and writes files has no use for, and
 * that faults of kernels and ways out of a sandbox are found in: sockets, mounts, namespaces, tracing,
 * keys, BPF, io_uring and the like. Other programs may be executed. Needs no_new_privs.
 *
 * @return as rl_syscalls_restrict(): how many calls are taken away.
 */
int rl_syscalls_forbid(void) RL_CHECKED;

#endif
