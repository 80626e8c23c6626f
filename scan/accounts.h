/* SPDX-License-Identifier: MIT */
/** The users and groups of a root, as its own passwd(5) and group(5) have them. */

#ifndef RL_SCAN_ACCOUNTS_H
#define RL_SCAN_ACCOUNTS_H

#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** One user or group. */
struct rl_account {
	/** The name; raw bytes; owned. */
	char *name;
	/** The uid or gid. */
	uint32_t id;
	/** A user's home directory, "" if there is none; NULL of a group; owned. */
	char *home;
};

/** All accounts; `= {0}` is none. Release with rl_accounts_free(). */
struct rl_accounts {
	/** The users in the file's order; owned. */
	struct rl_account *users;
	/** How many. */
	size_t user_count;
	/** The groups in the file's order; owned. */
	struct rl_account *groups;
	/** How many. */
	size_t group_count;
};

/**
 * Reads etc/passwd and etc/group of a root. Files that are not there, and lines that are no account,
 * are passed over.
 *
 * @path_ret the file that was read last, static
 *
 * @return 0, or a negative errno if *@path_ret is there and cannot be read.
 */
int rl_accounts_read(int root_fd, struct rl_accounts *accounts, const char **path_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * Adds the accounts of a text, of passwd(5) or with @are_groups of group(5).
 *
 * @text NUL-terminated; changed
 *
 * @return 0 or -ENOMEM.
 */
int rl_accounts_add(struct rl_accounts *accounts, char *text, bool are_groups) RL_CHECKED;

/**
 * Finds the number for @word, which may be a number itself.
 *
 * @return true with *@id_ret set, or false if there is no such account.
 */
bool rl_accounts_user(const struct rl_accounts *accounts, const char *word, uint32_t *id_ret);

/** As rl_accounts_user(), for groups. */
bool rl_accounts_group(const struct rl_accounts *accounts, const char *word, uint32_t *id_ret);

/** Releases what @accounts owns. */
void rl_accounts_free(struct rl_accounts *accounts);

#endif
