/* SPDX-License-Identifier: MIT */
/**
 * The writer of a file system image, squashfs or erofs: a program makes that of the tar that is written to it.
 */

#ifndef RL_WRITER_FS_IMAGE_H
#define RL_WRITER_FS_IMAGE_H

#include "common/exception.h"
#include "writer/tar.h"

#include <stdint.h>

/** Which file system. */
enum rl_fs_kind {
	/** squashfs: the program reads the tar itself. No ACLs, and dates until 2106. */
	RL_FS_SQUASHFS,
	/** erofs: the tar is unpacked, and the program reads that. Holds all that a tar does. */
	RL_FS_EROFS
};

/** How to write it. */
struct rl_fs_image_options {
	/** Which file system. */
	enum rl_fs_kind kind;
	/** How the tar is written, without an alignment. */
	struct rl_tar_options tar;
	/** The date of the image, in seconds since 1970; of a squashfs the program has been told. */
	int64_t date;
	/** The date of ROOT itself, for the root directory of a squashfs. */
	int64_t root_date;
	/** Is told what the file system cannot hold. Borrowed. */
	const struct rl_exception_sink *exceptions;
	/** Where the program's standard input comes from. */
	int tar_fd;
	/** Where the image appears; borrowed. */
	struct rl_sink *file;
	/**
	 * Ends the tar, and waits until the program has made the image, or has failed.
	 *
	 * @return 0 or a negative errno.
	 */
	int (*finish)(void *ctx, struct rl_error *err);
	/** Handed to @finish. */
	void *ctx;
};

/**
 * A writer of a file system image.
 *
 * @members_ret where members' bytes go first; owned by the writer
 *
 * @return 0 with *@writer_ret set, which the caller frees with rl_writer_free(); -ENOMEM.
 */
int rl_fs_image_new(const struct rl_fs_image_options *options, struct rl_writer **writer_ret,
	struct rl_sink **members_ret, struct rl_error *err) RL_CHECKED;

#endif
