/* SPDX-License-Identifier: MIT */
#include "host/syscalls.h"

#include "common/memory.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

/*
 * What making a filter may take, in bytes. libseccomp (2.5) goes round for ever in seccomp_load() when it
 * gets no memory, so that has to be there before.
 */
#define MEMORY ((size_t)1 << 20)

/*
 * By name, since which of them there are depends on the machine. Not openat2(2), whose flags cannot be
 * seen: those that open read-only and truncate all the same. Those of 32-bit machines stand
 * beside the others. A C library that tries a newer call first goes back to an older one on ENOSYS.
 */
static const char *const allowed[] = {
	/* Reading files. */
	"read",
	"readv",
	"pread64",
	"preadv",
	"preadv2",
	"lseek",
	"_llseek",
	"close",
	"close_range",
	"fadvise64",
	"fadvise64_64",
	"arm_fadvise64_64",
	"readahead",
	"cachestat",
	"mincore",
	/* Looking at them. */
	"stat",
	"stat64",
	"lstat",
	"lstat64",
	"fstat",
	"fstat64",
	"newfstatat",
	"fstatat64",
	"statx",
	"statfs",
	"statfs64",
	"fstatfs",
	"fstatfs64",
	"access",
	"faccessat",
	"faccessat2",
	"readlink",
	"readlinkat",
	"getdents",
	"getdents64",
	"getxattr",
	"lgetxattr",
	"fgetxattr",
	"listxattr",
	"llistxattr",
	"flistxattr",
	"getcwd",
	/* Clones of mounts; attaching one anywhere takes other calls. */
	"open_tree",
	"mount_setattr",
	/* Writing to what is open, and naming it. */
	"write",
	"writev",
	"pwrite64",
	"pwritev",
	"pwritev2",
	"ftruncate",
	"ftruncate64",
	"fsync",
	"fdatasync",
	"sync_file_range",
	"sync_file_range2",
	"splice",
	"vmsplice",
	"tee",
	"sendfile",
	"sendfile64",
	"copy_file_range",
	"linkat",
	"rename",
	"renameat",
	"renameat2",
	"unlinkat",
	/* Descriptors, waiting for them. */
	"fcntl",
	"fcntl64",
	"ioctl",
	"dup",
	"dup2",
	"dup3",
	"poll",
	"ppoll",
	"ppoll_time64",
	"select",
	"_newselect",
	"pselect6",
	"pselect6_time64",
	"pipe2",
	/* Memory, and files in it: what rules put into the image. */
	"memfd_create",
	"brk",
	"mmap",
	"mmap2",
	"munmap",
	"mremap",
	"mprotect",
	"madvise",
	"membarrier",
	/* Time. */
	"clock_gettime",
	"clock_gettime64",
	"clock_getres",
	"clock_nanosleep",
	"clock_nanosleep_time64",
	"nanosleep",
	"gettimeofday",
	"time",
	"times",
	"timer_settime",
	/* Signals of its own. */
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigreturn",
	"rt_sigtimedwait",
	"sigaction",
	"sigprocmask",
	"sigreturn",
	"sigaltstack",
	"restart_syscall",
	"tgkill",
	"tkill",
	/* Threads. */
	"futex",
	"futex_time64",
	"set_robust_list",
	"rseq",
	"sched_yield",
	"sched_getaffinity",
	"gettid",
	"getpid",
	"set_tid_address",
	/* What it is, and what it may use. */
	"getuid",
	"getuid32",
	"geteuid",
	"geteuid32",
	"getgid",
	"getgid32",
	"getegid",
	"getegid32",
	"getppid",
	"getrlimit",
	"ugetrlimit",
	"prlimit64",
	"getrusage",
	"sysinfo",
	"uname",
	"getrandom",
	"capget",
	/* The end. */
	"exit",
	"exit_group",
#ifdef HAS_SANITIZER
	/* The search for leaks at the end stops all threads from another process. */
	"clone",
	"prctl",
	"ptrace",
	"wait4",
	"waitpid",
	"process_vm_readv",
#endif
};

static int allow(scmp_filter_ctx filter, const char *name)
{
	int number = seccomp_syscall_resolve_name(name);
	int ret;

	if (number == __NR_SCMP_ERROR)
		return 0;
	ret = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
	if (ret == 0)
		return 1;
	/* A call of other machines. */
	return ret == -EDOM ? 0 : ret;
}

/*
 * Allows @name where argument @index has, of the bits of @mask, those of @value. Returns 1, 0 if there
 * is no such call here, or < 0.
 */
static int allow_masked(
	scmp_filter_ctx filter, const char *name, unsigned int index, uint64_t mask, uint64_t value)
{
	int number = seccomp_syscall_resolve_name(name);
	int ret;

	if (number == __NR_SCMP_ERROR)
		return 0;
	ret = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1,
		SCMP_CMP(index, SCMP_CMP_MASKED_EQ, mask, value));
	if (ret == 0)
		return 1;
	return ret == -EDOM ? 0 : ret;
}

/* Opening, if the flags say that nothing can be written; they are argument @index. */
static int allow_reading(scmp_filter_ctx filter, const char *name, unsigned int index)
{
	return allow_masked(filter, name, index,
		O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY), O_RDONLY);
}

/* Threads, but no processes. Of clone3() the flags cannot be seen; libc goes back to clone(). */
static int allow_threads(scmp_filter_ctx filter)
{
#ifdef HAS_SANITIZER
	(void)filter;
	return 0;
#else
	return allow_masked(filter, "clone", 0, CLONE_THREAD, CLONE_THREAD);
#endif
}

static int fill(scmp_filter_ctx filter)
{
	int ret, count = 0;
	size_t i;

	for (i = 0; i < sizeof(allowed) / sizeof(*allowed); i++) {
		ret = allow(filter, allowed[i]);
		if (ret < 0)
			return ret;
		count += ret;
	}
	ret = allow_reading(filter, "open", 1);
	if (ret < 0)
		return ret;
	count += ret;
	ret = allow_reading(filter, "openat", 2);
	if (ret < 0)
		return ret;
	count += ret;
	ret = allow_threads(filter);
	return ret < 0 ? ret : count + ret;
}

/* Puts a filter in force that has been filled with @count calls, or could not be: @count < 0. */
static int load(scmp_filter_ctx filter, int count)
{
	int ret = count < 0 ? count : seccomp_load(filter);

	seccomp_release(filter);
	/* What libseccomp says if the kernel has none. */
	if (ret == -EINVAL || ret == -ECANCELED)
		ret = -ENOSYS;
	return ret < 0 ? ret : count;
}

int rl_syscalls_restrict(void)
{
	scmp_filter_ctx filter =
		rl_memory_is_there(MEMORY) ? seccomp_init(SCMP_ACT_ERRNO(ENOSYS)) : NULL;

	if (filter == NULL)
		return -ENOMEM;
	/* A tree of comparisons; a kernel asks it for nearly each open. */
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	return load(filter, fill(filter));
}

/* What is taken away from a program that is shut in. */
static const char *const forbidden[] = {
	/* The network, and other processes by way of sockets. */
	"socket",
	"socketpair",
	"socketcall",
	"connect",
	"bind",
	"listen",
	/* Processes of others, and ways out of the process group that ends with the program. */
	"ptrace",
	"process_vm_readv",
	"process_vm_writev",
	"pidfd_getfd",
	"kcmp",
	"setsid",
	"setpgid",
	/* Mounts, roots and namespaces. */
	"mount",
	"umount",
	"umount2",
	"pivot_root",
	"chroot",
	"open_tree",
	"move_mount",
	"mount_setattr",
	"fsopen",
	"fsmount",
	"fspick",
	"fsconfig",
	"unshare",
	"setns",
	/* Files by handle, and special ones. */
	"open_by_handle_at",
	"name_to_handle_at",
	"mknod",
	"mknodat",
	"fanotify_init",
	"quotactl",
	"swapon",
	"swapoff",
	/* What faults of kernels are found in. */
	"bpf",
	"perf_event_open",
	"userfaultfd",
	"io_uring_setup",
	"io_uring_enter",
	"io_uring_register",
	"add_key",
	"request_key",
	"keyctl",
	"personality",
	"modify_ldt",
	"vmsplice",
	"init_module",
	"finit_module",
	"delete_module",
	"kexec_load",
	"kexec_file_load",
	"reboot",
	"syslog",
	"acct",
	"iopl",
	"ioperm",
	/* The machine. */
	"settimeofday",
	"clock_settime",
	"adjtimex",
	"clock_adjtime",
	"sethostname",
	"setdomainname",
};

/*
 * Processes may be made, but no user namespaces, in which they would have rights. The flags are in
 * memory where clone3(2) has them: the C library takes the older call then.
 */
static int forbid_namespaces(scmp_filter_ctx filter)
{
#ifdef __s390x__
	const unsigned int flags = 1;
#else
	const unsigned int flags = 0;
#endif
	int clone3 = seccomp_syscall_resolve_name("clone3");
	int ret = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
		SCMP_CMP(flags, SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER));

	if (ret == 0 && clone3 != __NR_SCMP_ERROR)
		ret = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), clone3, 0);
	return ret;
}

int rl_syscalls_forbid(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int ret, count = 0;
	size_t i;

	if (filter == NULL)
		return -ENOMEM;
	for (i = 0; count >= 0 && i < sizeof(forbidden) / sizeof(*forbidden); i++) {
		int number = seccomp_syscall_resolve_name(forbidden[i]);

		if (number == __NR_SCMP_ERROR)
			continue;
		ret = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0);
		if (ret == 0)
			count++;
		else if (ret != -EDOM)
			count = ret;
	}
	ret = forbid_namespaces(filter);
	return load(filter, ret == 0 ? count : ret);
}
