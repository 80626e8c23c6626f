/* SPDX-License-Identifier: MIT */
/**
 * Plain ustar headers (POSIX.1-2017, pax, "ustar Interchange Format"), for the members that need no
 * more, which are nearly all: libarchive takes longer over a header than the kernel over opening the file.
 */

#ifndef RL_WRITER_USTAR_H
#define RL_WRITER_USTAR_H

#include "writer/writer.h"

/** Bytes in a block of a tar; a header is one. */
#define RL_TAR_BLOCK 512

/**
 * Makes the header of @member if a plain one says all there is to say: ASCII names of at most 100
 * bytes, small numbers, a date in whole seconds since 1970, no attributes, ACLs or label.
 *
 * @keeps_ns nanoseconds of dates are to be kept: with some, no plain header does
 * @header   RL_TAR_BLOCK bytes, the same that libarchive would write; undefined if false is returned
 *
 * @return whether it was made.
 */
bool rl_ustar_header(const struct rl_member *member, bool keeps_ns, char *header);

/**
 * Puts another size into a header, in bytes: from 8 GiB on in base 256, as GNU tar has it, which all
 * readers know (pax(1) would take an extended header).
 */
void rl_ustar_set_size(char *header, uint64_t size);

#endif
