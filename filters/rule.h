/* SPDX-License-Identifier: MIT */
/** One rule of a profile: what it matches, what it does, and why. See docs/PROFILES.md. */

#ifndef RL_FILTERS_RULE_H
#define RL_FILTERS_RULE_H

#include "common/error.h"
#include "filters/edit.h"
#include "filters/pattern.h"
#include "filters/term.h"
#include "filters/words.h"

#include <sys/types.h>

/** What a rule does with what it matches. Of the first ones and WRITE, LINK, MKNOD later rules win. */
enum rl_action {
	/** Kept as it is (also what no rule matches). */
	RL_ACTION_KEEP,
	/** Left out, with all that is in it. */
	RL_ACTION_DROP,
	/** A directory is kept, what is in it is left out. Matches directories only. */
	RL_ACTION_EMPTY,
	/** A regular file is kept without its content. Matches regular files only. */
	RL_ACTION_TRUNCATE,
	/** A regular file is put there, or in the place of what is there. */
	RL_ACTION_WRITE,
	/** A symlink is put there. */
	RL_ACTION_LINK,
	/** A device or a FIFO is put there. */
	RL_ACTION_MKNOD,
	/** What is kept is changed: the lines of a regular file. */
	RL_ACTION_EDIT,
	/** The permission bits. */
	RL_ACTION_CHMOD,
	/** The owner and the group. */
	RL_ACTION_CHOWN,
	/** Extended attributes are left out. */
	RL_ACTION_STRIP_XATTR,
	/** The name, in the same directory. */
	RL_ACTION_RENAME
};

/** What a rule's matches are to people and in the summary. */
enum rl_category {
	RL_CATEGORY_CACHE,
	RL_CATEGORY_LOG,
	RL_CATEGORY_TEMP,
	RL_CATEGORY_KERNEL,
	RL_CATEGORY_IDENTITY,
	RL_CATEGORY_SECRET,
	RL_CATEGORY_DOCS,
	RL_CATEGORY_PSEUDO,
	/** Storage of container engines. */
	RL_CATEGORY_ENGINE,
	/** Swap files. */
	RL_CATEGORY_SWAP,
	/** What running as a container wants. */
	RL_CATEGORY_CONTAINER,
	/** --exclude and --include. */
	RL_CATEGORY_USER,
	RL_CATEGORY_COUNT
};

/** What the words with "=" say. */
struct rl_parameters {
	/** mode=: the new mode is (old & @mode_and) | @mode_or. */
	mode_t mode_and, mode_or;
	/** There is a mode=. */
	bool has_mode;
	/** owner=: USER[:GROUP], numbers or names of ROOT's passwd and group; owned; NULL: none. */
	char *owner;
	/** to=: where a link leads; owned; NULL: none. */
	char *target;
	/** name=: a glob for attributes' names, or a new name; owned; NULL: none. */
	char *name;
	/** node=: the type of a device or FIFO (S_IFMT), 0: none. */
	mode_t node;
	/** node=: which device. */
	dev_t device;
};

/** One rule. Owned by its profile. */
struct rl_rule {
	/** What it does. */
	enum rl_action action;
	/** What its matches are. */
	enum rl_category category;
	/** What it matches. */
	struct rl_pattern pattern;
	/** The pattern begins in each home directory, not in ROOT: it was written with "~/". */
	bool is_in_homes;
	/** What has to hold for it in ROOT; owned. */
	struct rl_term *conditions;
	/** How many. */
	size_t condition_count;
	/** What has to hold for a file; owned. */
	struct rl_term *selectors;
	/** How many. */
	size_t selector_count;
	/** The words with "=". */
	struct rl_parameters parameters;
	/** WRITE: the content; owned; NULL is empty. */
	char *content;
	/** WRITE: its length in bytes. */
	size_t content_len;
	/** EDIT: what to do; owned. */
	struct rl_edit *edit;
	/** It as it is written, without the reason: for people; owned. */
	char *text;
	/** Why, for people; owned. */
	char *reason;
	/** The profile's file or name that it was read from (an included one's own); owned. */
	char *origin;
	/** Its line there, from 1; 0 for the command line's. */
	unsigned int line;
};

/** The words for actions, in the order of enum rl_action. */
extern const struct rl_word_list rl_action_words;

/** The words for categories in profiles, in the order of enum rl_category, without USER. */
extern const struct rl_word_list rl_category_words;

/** The word for @action in profiles: "drop"; static. */
const char *rl_action_name(enum rl_action action);

/** The word for @category in profiles: "cache"; static. */
const char *rl_category_name(enum rl_category category);

/** Whether @action decides if a file is in the image, rather than changing what is. */
bool rl_action_decides(enum rl_action action);

/** Whether @action puts a file there that need not be in the source. */
bool rl_action_adds(enum rl_action action);

/**
 * Parses a word with "=" into @parameters.
 *
 * @column_ret set on -EINVAL: where in @word the fault is, from 0
 *
 * @return 1; 0 if the word is none; -EINVAL; -ENOMEM.
 */
int rl_parameters_take(struct rl_parameters *parameters, const char *word, size_t len,
	size_t *column_ret, struct rl_error *err) RL_CHECKED;

/**
 * Compiles the pattern of @rule as it is written in a profile: "~/" begins in homes, and a "!"
 * before it makes it a rule that keeps.
 *
 * @column_ret set on -EINVAL: where in @text the fault is, from 0
 *
 * @return 0, -EINVAL, -ENOMEM.
 */
int rl_rule_set_pattern(struct rl_rule *rule, const char *text, size_t *column_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * Appends a copy of each of @count terms to those that an array of @*count_ret has.
 *
 * @return 0 or -ENOMEM.
 */
int rl_terms_append(struct rl_term **terms, size_t *count_ret, const struct rl_term *more,
	size_t count) RL_CHECKED;

/** Releases @count terms and their array. */
void rl_terms_free(struct rl_term *terms, size_t count);

/**
 * Checks that @rule has the parameters that its action needs and no others, and a pattern that its
 * action can have.
 *
 * @return 0 or -EINVAL.
 */
int rl_rule_check(const struct rl_rule *rule, struct rl_error *err) RL_CHECKED;

/** Releases what @rule owns. */
void rl_rule_free(struct rl_rule *rule);

#endif
