/* SPDX-License-Identifier: MIT */
/**
 * The files of an image by their names: below a directory, or in an archive (a tar, whole or compressed). Nothing
 * outside of it is ever read; names and links in an archive are not trusted.
 *
 * The directory or archive is opened once. Any number of streams may be open at a time.
 */

#ifndef RL_ARCHIVE_BLOBS_H
#define RL_ARCHIVE_BLOBS_H

#include "archive/stream.h"
#include "common/buf.h"

#include <stdint.h>

/** Files of an image; opaque. */
struct rl_blobs;

/** What is known of a file without reading it all. */
struct rl_blob_facts {
	/** Its size in bytes. */
	uint64_t size;
	/** How it is compressed, by what it begins with. */
	enum rl_filter filter;
};

/**
 * Opens a directory, or an archive, which is gone through once to know what is in it.
 *
 * In an archive the last of several members of one name counts, as for `docker load`, and links lead to members.
 *
 * @return 0 with *@blobs_ret set, which the caller frees with rl_blobs_free(); -EINVAL if it is neither a directory nor
 *         a file, or has a name in it that leads out of it; -EBADMSG if it is no tar, or damaged, or ends early;
 *         -EFBIG if it has too many members; -ENOMEM; or the errno of reading it.
 */
int rl_blobs_open(const char *path, struct rl_blobs **blobs_ret, struct rl_error *err) RL_CHECKED;

/**
 * The same with a file of which it is to be found out whether it is an image's archive: given up as soon as it
 * shows that it is not, as by a member that is a device, or etc/.
 *
 * @return 0 with *@blobs_ret set, which is NULL if it is none; as above, but not -EINVAL, -EBADMSG and -EFBIG.
 */
int rl_blobs_try(const char *path, struct rl_blobs **blobs_ret, struct rl_error *err) RL_CHECKED;

/** Whether there is a file @name. */
bool rl_blobs_has(const struct rl_blobs *blobs, const char *name);

/**
 * What is known of the file @name.
 *
 * @return 0; -ENOENT if it is not there; -ELOOP if its links lead nowhere; or the errno of reading it.
 */
int rl_blobs_look(const struct rl_blobs *blobs, const char *name, struct rl_blob_facts *facts,
	struct rl_error *err) RL_CHECKED;

/**
 * The content of the file @name.
 *
 * @stream_ret must not outlive @blobs. It gives as many bytes as rl_blobs_look() says, unless the file changes; a
 *             read says -EBADMSG if an archive ends early
 *
 * @return 0; as rl_blobs_look(); -ENOMEM.
 */
int rl_blobs_stream(const struct rl_blobs *blobs, const char *name, struct rl_stream **stream_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * Reads the file @name as a whole, and a NUL behind it.
 *
 * @max  how many bytes it may have
 * @text what it held is lost
 *
 * @return 0; as rl_blobs_stream() and its reads; -EFBIG.
 */
int rl_blobs_read(const struct rl_blobs *blobs, const char *name, size_t max, struct rl_buf *text,
	struct rl_error *err) RL_CHECKED;

/** Releases all. NULL is fine. */
void rl_blobs_free(struct rl_blobs *blobs);

#endif
