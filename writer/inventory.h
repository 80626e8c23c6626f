/* SPDX-License-Identifier: MIT */
/**
 * A writer around another one that lists what is written: one JSON object a line, which
 * archive/inventory.h makes a tree of. It is what later captures are compared with.
 *
 * The first line is {"rootlift_manifest":1,"rules":"sha256:..."}, the last one {"entries":N}. The lines
 * between have
 *
 * - path; type: file, directory, symlink, fifo, char, block; mode in octal; uid; gid; mtime as seconds and
 *   nanoseconds, "1700000000.000000000"; size and sha256 of files; rdev, "8:1", of devices; target of symlinks;
 * - hardlink alone, with path, for further names of what was there before;
 * - xattrs, names with their values in hexadecimal; acl and default_acl, [tag, permissions, id] each, by the
 *   numbers that the kernel has for them; label;
 * - host, "DEVICE:INODE:CTIME": which file of the host it was, if its content is the same, and was known not to
 *   be changing.
 *
 * The last line has how many there were, entries, and of an image the diff_id of its top layer, image.
 *
 * What is not UTF-8 is there once escaped, for people, and once in hexadecimal: path_hex.
 */

#ifndef RL_WRITER_INVENTORY_H
#define RL_WRITER_INVENTORY_H

#include "writer/writer.h"

/** What a list is about; `= {0}` is valid. */
struct rl_inventory_options {
	/** What the outcome depends on beside the files, as a digest; borrowed for the call; NULL: not told. */
	const char *rules;
	/** The image that is written (rl_image_new()); borrowed; NULL: it is none. */
	const struct rl_writer *image;
};

/**
 * A writer that passes all on to @inner, which it owns from now on, also on failure, and lists it in @sink,
 * borrowed, which must outlive it.
 *
 * @return 0 with *@writer_ret set, which the caller frees with rl_writer_free(); -ENOMEM; or the errno of
 *         writing.
 */
int rl_inventory_new(struct rl_writer *inner, struct rl_sink *sink,
	const struct rl_inventory_options *options, struct rl_writer **writer_ret,
	struct rl_error *err) RL_CHECKED;

#endif
