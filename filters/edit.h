/* SPDX-License-Identifier: MIT */
/**
 * Line-wise edits of a file's content, as profiles have them. One command a line:
 *
 *     delete /ERE/                            lines that match
 *     replace /ERE/TEXT/                      each match; & and \1 to \9 in TEXT as in sed(1)
 *     append TEXT                             a line at the end, unless there is one like it
 *     set FIELD of NAME [when GLOB] to VALUE  a field of lines like those of passwd(5): FIELD by its
 *                                             name or number, NAME a glob for the first field
 *
 * EREs are those of regex(7), over bytes; any character may stand for the "/".
 */

#ifndef RL_FILTERS_EDIT_H
#define RL_FILTERS_EDIT_H

#include "common/buf.h"
#include "common/error.h"

/** Compiled commands; opaque. */
struct rl_edit;

/**
 * Adds one command to *@edit, which is made if it is NULL.
 *
 * @column_ret set on -EINVAL: where in @line the fault is, from 0
 *
 * @return 0; -EINVAL; -ENOMEM. The caller frees *@edit with rl_edit_free() in every case.
 */
int rl_edit_add(struct rl_edit **edit, const char *line, size_t *column_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * Applies the commands to @len bytes of content, in order, each to all lines.
 *
 * @out gets the new content; what it held is lost
 *
 * @return 1 if the content has changed, 0 if not (@out is then the same), or -ENOMEM.
 */
int rl_edit_apply(
	const struct rl_edit *edit, const char *content, size_t len, struct rl_buf *out) RL_CHECKED;

/** Releases @edit. NULL is fine. */
void rl_edit_free(struct rl_edit *edit);

#endif
