/* SPDX-License-Identifier: MIT */
/**
 * Path patterns as in gitignore(5), over bytes: no locale, non-UTF-8 names are fine.
 *
 * A pattern with "/" at its beginning or in its middle is matched from ROOT; one without matches in
 * every directory. "/" at its end: directories only. In a component `*` is any bytes, `?` one byte,
 * `[a-z]` and `[!a-z]` one byte of a set, `\` takes the next byte as it is; `**` as a whole
 * component is any number of directories, and at the end everything inside. A component that begins
 * with "." needs no special care.
 */

#ifndef RL_FILTERS_PATTERN_H
#define RL_FILTERS_PATTERN_H

#include "common/error.h"

#include <stddef.h>

/** What kind of component it is. */
enum rl_component_kind {
	/** These very bytes. */
	RL_COMPONENT_LITERAL,
	/** With wildcards. */
	RL_COMPONENT_GLOB,
	/** `**`: any number of directories, none included. */
	RL_COMPONENT_ANY_DEPTH
};

/** One component of a pattern. */
struct rl_component {
	/** Its kind. */
	enum rl_component_kind kind;
	/** LITERAL: the bytes, escapes undone. GLOB: as written. ANY_DEPTH: NULL. Owned. */
	char *text;
	/** GLOB: the byte that every name it matches ends with; NUL if there is no such byte. */
	char last;
};

/** A compiled pattern; release with rl_pattern_free(). */
struct rl_pattern {
	/** The pattern as written; owned. */
	char *text;
	/** The components from ROOT on; one matched everywhere begins with ANY_DEPTH. Owned. */
	struct rl_component *components;
	/** How many; at least one. */
	size_t count;
	/** It matches directories only. */
	bool directories_only;
};

/**
 * Compiles @text. "", "/", "." and ".." components, and an unfinished `[` or `\` are errors.
 *
 * @column_ret set, if not NULL, on -EINVAL: where in @text the fault is, from 1
 *
 * @return 0 with @pattern filled in; -EINVAL; -ENOMEM.
 */
int rl_pattern_compile(const char *text, struct rl_pattern *pattern, size_t *column_ret,
	struct rl_error *err) RL_CHECKED;

/** Whether @component, which is not ANY_DEPTH, matches the file name @name. */
bool rl_component_matches(const struct rl_component *component, const char *name);

/** Whether @pattern is one very path: it begins with "/", and has no wildcards. */
bool rl_pattern_is_path(const struct rl_pattern *pattern);

/**
 * Whether @text matches the glob @glob: as a component does, but "/" is a byte like any other. The
 * glob must have passed rl_glob_check().
 */
bool rl_glob_matches(const char *glob, const char *text);

/** As rl_glob_matches(), for @len bytes of @text, which may have any byte but NUL in them. */
bool rl_glob_matches_bytes(const char *glob, const char *text, size_t len);

/**
 * Checks a glob: an unfinished `[` or `\` is an error.
 *
 * @column_ret set on -EINVAL: where in @glob the fault is, from 0
 *
 * @return 0 or -EINVAL.
 */
int rl_glob_check(const char *glob, size_t *column_ret, struct rl_error *err) RL_CHECKED;

/** Releases what @pattern owns. */
void rl_pattern_free(struct rl_pattern *pattern);

#endif
