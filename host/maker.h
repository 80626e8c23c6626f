/* SPDX-License-Identifier: MIT */
/**
 * A program that makes a file of a tar, which this process writes to it. It is started while this process
 * may still do that, and looked after by a process of its own: so the program ends, and nothing of it is left
 * behind, also when this process has given up its rights, or is killed.
 */

#ifndef RL_HOST_MAKER_H
#define RL_HOST_MAKER_H

#include "common/error.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** What the program calls the file: the descriptor that it is given. */
#define RL_MAKER_FILE "/proc/self/fd/3"

/** The program, and what it is given. */
struct rl_maker_options {
	/** Its path and its arguments, then NULL; borrowed. */
	const char **argv;
	/** Its environment, then NULL; borrowed. */
	const char *const *environment;
	/** The file that it makes, open for reading and writing; borrowed. */
	int file;
	/** The capabilities that it keeps, bit CAP_X each. */
	uint64_t rights;
	/**
	 * Not NULL: the program does not read the tar, but a directory that it has been unpacked to by this,
	 * which is called there in a process of its own, with the directory as its root. Returns 0 or a
	 * negative errno.
	 */
	int (*unpack)(void *ctx, int tar, struct rl_error *err);
	/** Handed to @unpack. */
	void *ctx;
	/** Which of @argv is the directory. */
	size_t directory_index;
	/** The path of where that is made, with this process's user alone allowed in. */
	const char *place;
	/** The program says nothing if all is well: if it says something, that is a failure. */
	bool is_silent;
	/** All of it lets others go first (rl_pace_be_polite()). */
	bool is_polite;
};

/** A program at work; opaque. */
struct rl_maker;

/**
 * Starts the program.
 *
 * @return 0 with *@maker_ret set, which the caller frees with rl_maker_free(); a negative errno.
 */
int rl_maker_start(const struct rl_maker_options *options, struct rl_maker **maker_ret,
	struct rl_error *err) RL_CHECKED;

/** Where the tar is written to: a pipe, owned by the maker. */
int rl_maker_tar(const struct rl_maker *maker);

/** The directory that the tar is unpacked to. @return whether there is one. */
bool rl_maker_directory(const struct rl_maker *maker, dev_t *dev_ret, ino_t *ino_ret);

/**
 * Ends the tar, if that is whole or the program has ended by itself, and waits for the program's end.
 *
 * @stop not zero once a signal asks to stop
 *
 * @return 0 if the program has made the file; -ECHILD with what it said in one line; -EINTR.
 */
int rl_maker_finish(
	struct rl_maker *maker, const volatile sig_atomic_t *stop, struct rl_error *err) RL_CHECKED;

/** Ends the program, if it has not ended, waits until nothing of it is left, and frees @maker. NULL is fine. */
void rl_maker_free(struct rl_maker *maker);

#endif
