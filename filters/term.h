/* SPDX-License-Identifier: MIT */
/**
 * Terms: what a rule asks besides a path. Conditions ask about the whole root and hold or do not
 * hold for all of a run; selectors ask about one file.
 */

#ifndef RL_FILTERS_TERM_H
#define RL_FILTERS_TERM_H

#include "common/error.h"

#include <stdint.h>

/** What is asked. Conditions come first. */
enum rl_term_kind {
	/** os-release's ID is one of the values. */
	RL_TERM_ID,
	/** ID or a word of ID_LIKE is one of the values. */
	RL_TERM_LIKE,
	/** VERSION_ID compares so with the value: "8", ">=9.2", "<12". */
	RL_TERM_VERSION,
	/** The path is there in ROOT. */
	RL_TERM_EXISTS,
	/** ROOT's programs are for one of these machines, as uname(1) calls them. */
	RL_TERM_ARCH,
	/** A package whose name matches is installed. */
	RL_TERM_IF_PACKAGE,
	/** The file is owned by a package whose name matches. The first selector. */
	RL_TERM_PACKAGE,
	/** The file is owned by no package. */
	RL_TERM_UNOWNED,
	/** The file is of one of these types: letters as of find(1), fdlcbp. */
	RL_TERM_TYPE,
	/** The file's owner is this one: a number, or a name in ROOT's passwd. */
	RL_TERM_OWNER,
	/** The file's content is longer than so many bytes. */
	RL_TERM_LARGER,
	/** The file's content last changed before so many seconds, or before a day. */
	RL_TERM_OLDER,
	/** The type of the file system that the file lies on matches. */
	RL_TERM_FSTYPE,
	/** A line of the file's content matches. */
	RL_TERM_CONTAINS
};

/** The first kind that is a selector. */
#define RL_TERM_FIRST_SELECTOR RL_TERM_PACKAGE

/** How RL_TERM_VERSION compares. */
enum rl_compare { RL_COMPARE_EQ, RL_COMPARE_LT, RL_COMPARE_LE, RL_COMPARE_GT, RL_COMPARE_GE };

/** One term. */
struct rl_term {
	/** What is asked. */
	enum rl_term_kind kind;
	/** It is to be false. */
	bool is_negated;
	/** VERSION: how to compare. */
	enum rl_compare compare;
	/** What stands behind the ":", escapes undone but in globs, and without VERSION's "<="; owned. */
	char *value;
	/** LARGER: bytes. OLDER: seconds, or, if @is_date, seconds since 1970. */
	int64_t number;
	/** OLDER: @number is a date. */
	bool is_date;
};

/** Where a word of the language stands. */
enum rl_term_place {
	/** In a match line: conditions alone. */
	RL_PLACE_MATCH,
	/** Before a pattern: selectors, and conditions with "if-" before them. */
	RL_PLACE_RULE
};

/**
 * Parses one word of @len bytes.
 *
 * @column_ret set on -EINVAL: where in @word the fault is, from 0
 *
 * @return 1 with @term set, which the caller releases with rl_term_free(); 0 if the word is no term,
 *         as far as its beginning tells (RL_PLACE_RULE only); -EINVAL; -ENOMEM.
 */
int rl_term_parse(enum rl_term_place place, const char *word, size_t len, struct rl_term *term,
	size_t *column_ret, struct rl_error *err) RL_CHECKED;

/**
 * Copies @from.
 *
 * @return 0 or -ENOMEM.
 */
int rl_term_copy(const struct rl_term *from, struct rl_term *to) RL_CHECKED;

/** Releases what @term owns. */
void rl_term_free(struct rl_term *term);

/**
 * @len bytes of @word with backslashes taken out.
 *
 * @return a new string, or NULL if out of memory.
 */
char *rl_term_unescape(const char *word, size_t len) RL_CHECKED;

#endif
