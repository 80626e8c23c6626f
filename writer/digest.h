/* SPDX-License-Identifier: MIT */
/** SHA-256 of what passes by, as images name their contents by it (OCI image specification, "Digests"). */

#ifndef RL_WRITER_DIGEST_H
#define RL_WRITER_DIGEST_H

#include "common/cleanup.h"

#include <stddef.h>

/** Room for a digest as text, "sha256:" and 64 hexadecimal digits, with its NUL; in bytes. */
#define RL_DIGEST_SIZE 72
/** How many bytes a digest has. */
#define RL_DIGEST_BYTES 32

/** A digest in the making; opaque. One thread at a time may use it. */
struct rl_digest;

/**
 * Begins one.
 *
 * @return 0 with *@digest_ret set, which the caller frees with rl_digest_free(); -ENOMEM, also where the
 *         library gives no SHA-256 for another reason.
 */
int rl_digest_new(struct rl_digest **digest_ret) RL_CHECKED;

/** Goes on with @size bytes. That this has failed is told by rl_digest_finish(). */
void rl_digest_add(struct rl_digest *digest, const void *data, size_t size);

/**
 * Ends the digest; nothing but rl_digest_restart() and rl_digest_free() may follow.
 *
 * @text filled in: "sha256:..."
 *
 * @return 0, or -EIO if the library has failed.
 */
int rl_digest_finish(struct rl_digest *digest, char text[RL_DIGEST_SIZE]) RL_CHECKED;

/** As rl_digest_finish(), but gives the bytes. */
int rl_digest_finish_bytes(
	struct rl_digest *digest, unsigned char bytes[RL_DIGEST_BYTES]) RL_CHECKED;

/** Begins another one in the place of one that may be finished. @return 0, or -EIO. */
int rl_digest_restart(struct rl_digest *digest) RL_CHECKED;

/** Releases the digest, finished or not. NULL is fine. */
void rl_digest_free(struct rl_digest *digest);

/**
 * The digest of @size bytes that are all there.
 *
 * @return 0 with @text filled in; as rl_digest_new() and rl_digest_finish().
 */
int rl_digest_of(const void *data, size_t size, char text[RL_DIGEST_SIZE]) RL_CHECKED;

#endif
