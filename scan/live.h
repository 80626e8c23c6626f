/* SPDX-License-Identifier: MIT */
/** The source that walks a directory of this machine: a running system or a mounted disk. */

#ifndef RL_SCAN_LIVE_H
#define RL_SCAN_LIVE_H

#include "common/exception.h"
#include "scan/far.h"
#include "scan/mounts.h"
#include "scan/source.h"

/** A file by its inode. */
struct rl_file_id {
	/** Its device. */
	dev_t dev;
	/** Its inode number. */
	ino_t ino;
};

/** What metadata to read. */
struct rl_meta_options {
	/** Read the SELinux label. */
	bool selinux;
	/**
	 * Namespaces to read, "user", "security": NULL means all; borrowed. ACLs are in "system",
	 * the SELinux label is governed by @selinux alone.
	 */
	const char *const *namespaces;
	/** How many. */
	size_t namespace_count;
};

/** How to walk. Zero it, then set @root at least. */
struct rl_live_options {
	/** The directory to walk; borrowed. */
	const char *root;
	/** What the user said of mounts. */
	struct rl_mount_options mounts;
	/** What metadata to read. */
	struct rl_meta_options meta;
	/** Read through plain paths, even where the kernel could clone mounts. */
	bool no_clone;
	/** The page cache is left as it is found. */
	bool keeps_page_cache;
	/** How many threads fetch files ahead; 0: none. */
	unsigned int threads;
	/** Most contents will be asked for: small ones may be read ahead. */
	bool reads_content;
	/** How mounts are asked that may not answer. */
	struct rl_far_options far;
	/** Directories held open at once; 0: what RLIMIT_NOFILE leaves room for. */
	size_t fd_limit;
	/** Where exceptions are told; borrowed, must outlive the source. May be NULL. */
	const struct rl_exception_sink *exceptions;
};

/** How a live source reads, for --verbose. */
struct rl_live_info {
	/** ROOT as an absolute path without symlinks; owned by the source. */
	const char *root;
	/** Every captured mount is read through a detached read-only clone. */
	bool cloned;
	/** If not, why not (a static text or errno's); NULL if cloned. */
	const char *clone_reason;
	/** The mounts beneath ROOT; owned by the source. */
	const struct rl_mounts *mounts;
};

/**
 * Opens ROOT and reads the mounts beneath it.
 *
 * @return 0 with *@source set, which the caller closes with rl_source_close(); -EINVAL if a mount
 *         option names no mount point; a negative errno if ROOT cannot be opened or is no
 *         directory (-ETIMEDOUT: it does not answer), or mountinfo cannot be read; -ENOMEM.
 */
int rl_live_open(const struct rl_live_options *options, struct rl_source **source,
	struct rl_error *err) RL_CHECKED;

/** How @source, which rl_live_open() made, reads. */
void rl_live_info(const struct rl_source *source, struct rl_live_info *info);

/**
 * A descriptor of ROOT as it is on the host, for looking into it (scan/root_file.h); perhaps a far one;
 * owned by the source. Files opened beneath it should be opened with O_NOATIME where that is allowed.
 */
int rl_live_root_fd(const struct rl_source *source);

/**
 * Opens the directory of ROOT's own mount ("") or of a mount beneath it, as it is on the host.
 *
 * @return a descriptor that the caller closes, or a negative errno.
 */
int rl_live_open_mount(const struct rl_source *source, const char *path) RL_CHECKED;

/**
 * Has the walk show another directory, of a snapshot, in the place of ROOT ("") or of a directory
 * beneath it. Only for sources that read through clones, before the first entry.
 *
 * @fd       the directory; the source owns it from now on, also on failure
 * @live_dev the device that its files have without the snapshot, for rl_live_hide()
 *
 * @return 0 or a negative errno.
 */
int rl_live_substitute(
	struct rl_source *source, const char *path, int fd, dev_t live_dev) RL_CHECKED;

/**
 * Keeps a file out of the walk, as if it were not there: the output itself, say.
 *
 * @return 0 or -ENOMEM.
 */
int rl_live_hide(struct rl_source *source, struct rl_file_id file) RL_CHECKED;

#endif
