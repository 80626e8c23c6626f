/* SPDX-License-Identifier: MIT */
/** Where output goes: a pipe, or a file or directory that appears under its name only when it is whole. */

#ifndef RL_WRITER_SINK_H
#define RL_WRITER_SINK_H

#include "common/error.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** A sink; opaque. */
struct rl_sink;

/**
 * A sink over a descriptor that the caller owns and keeps open (standard output).
 *
 * @return 0 with *@sink_ret set, -ENOMEM, or the errno of fstat().
 */
int rl_sink_open_fd(
	int fd, const char *name, struct rl_sink **sink_ret, struct rl_error *err) RL_CHECKED;

/**
 * A sink that makes the regular file @path (writer/new_file.h). A FIFO or character device that is there
 * is written to as it is; of a symlink the file that it leads to is replaced. The file has that name
 * from rl_sink_commit() on.
 *
 * @return 0 with *@sink_ret set, or a negative errno (-EISDIR if @path is a directory, -EINVAL if it
 *         is a block device or a socket, ...).
 */
int rl_sink_open_file(const char *path, struct rl_sink **sink_ret, struct rl_error *err) RL_CHECKED;

/**
 * A sink that makes the directory @path (writer/new_dir.h) of files, which are sinks of their own:
 * rl_sink_open_inside(). Nothing can be written to it itself; its position is how much has been committed in
 * it. It has its name from rl_sink_commit() on.
 *
 * @return 0 with *@sink_ret set, or a negative errno, as rl_new_dir_open().
 */
int rl_sink_open_directory(
	const char *path, struct rl_sink **sink_ret, struct rl_error *err) RL_CHECKED;

/** The directory that the sink makes, for making directories in it; -1 if it makes none. Owned by the sink. */
int rl_sink_inside(const struct rl_sink *sink);

/**
 * A sink that makes a file in a directory's sink, under a name that rl_sink_commit_as() gives it.
 *
 * @directory must outlive the sink
 * @dir_fd    rl_sink_inside(), or a directory below it; borrowed for as long as the sink is there
 *
 * @return 0 with *@sink_ret set, or a negative errno.
 */
int rl_sink_open_inside(struct rl_sink *directory, int dir_fd, struct rl_sink **sink_ret,
	struct rl_error *err) RL_CHECKED;

/**
 * A sink that makes a file without a name, for a while, on the file system that the file of @beside is on.
 *
 * @beside a file's sink; must outlive this one
 *
 * @return 0 with *@sink_ret set, or a negative errno.
 */
int rl_sink_open_scratch(
	const struct rl_sink *beside, struct rl_sink **sink_ret, struct rl_error *err) RL_CHECKED;

/**
 * A sink that takes everything and keeps nothing.
 *
 * @return 0 with *@sink_ret set, or -ENOMEM.
 */
int rl_sink_open_null(struct rl_sink **sink_ret) RL_CHECKED;

/**
 * What a sink of rl_sink_open_call() calls with each piece of its output, of any size.
 *
 * @return 0 or a negative errno.
 */
typedef int rl_sink_call(void *ctx, const void *data, size_t size, struct rl_error *err);

/**
 * A sink that hands all that it gets to @call at once, with @ctx, which is borrowed. It can neither go back, nor
 * move, nor share.
 *
 * @return 0 with *@sink_ret set, or -ENOMEM.
 */
int rl_sink_open_call(rl_sink_call *call, void *ctx, struct rl_sink **sink_ret) RL_CHECKED;

/**
 * From now on what is written to a file of its own goes past the page cache, if its file system can do
 * that: a large output pushes out nothing that the host works with, and costs half the copying. To be
 * called before anything is written. Does nothing with other sinks.
 */
void rl_sink_write_directly(struct rl_sink *sink);

/**
 * From now on what is written to a regular file goes to the disk soon, and out of the page cache once
 * it is there: a large output neither pushes out what the host works with, nor gathers as dirty pages
 * that others have to wait for. Does nothing with other sinks, nor after rl_sink_write_directly() if that
 * works.
 */
void rl_sink_write_behind(struct rl_sink *sink);

/**
 * Writes @size bytes; may hold them back in a buffer.
 *
 * @return 0 or a negative errno (-EPIPE: the reader has gone away).
 */
int rl_sink_write(
	struct rl_sink *sink, const void *data, size_t size, struct rl_error *err) RL_CHECKED;

/**
 * Writes all that has been written to @from, of rl_sink_open_scratch(). Of that nothing is kept in the page
 * cache.
 *
 * @return 0 or a negative errno.
 */
int rl_sink_copy(struct rl_sink *sink, struct rl_sink *from, struct rl_error *err) RL_CHECKED;

/** Writes @size zeros; as rl_sink_write(). */
int rl_sink_write_zeros(struct rl_sink *sink, uint64_t size, struct rl_error *err) RL_CHECKED;

/** Whether rl_sink_share() may work: the sink is a file that is written past the page cache. */
bool rl_sink_can_share(const struct rl_sink *sink);

/**
 * Writes up to @size bytes of the file @fd from @offset on by sharing the blocks of a file system that
 * both are in (FICLONERANGE): all of them as they are at one moment. Whole blocks only, from a multiple
 * of RL_DIRECT_ALIGNMENT (writer/direct.h) on in both files.
 *
 * @return how many bytes were written, perhaps 0; -EOPNOTSUPP if they cannot be shared, with @err
 *         untouched; another negative errno.
 */
int64_t rl_sink_share(struct rl_sink *sink, int fd, uint64_t offset, uint64_t size,
	struct rl_error *err) RL_CHECKED;

/**
 * Whether rl_sink_move() can work: the sink is a pipe. What is moved there are the pages of the file, not
 * copies: if the file changes before the reader takes them, the reader gets what is new.
 */
bool rl_sink_can_move(const struct rl_sink *sink);

/**
 * Writes up to @size bytes of the file @fd from @offset on without copying them (splice(2)).
 *
 * @return how many bytes were written; 0 at the end of the file; -EOPNOTSUPP if the file's pages cannot
 *         be had so, with @err untouched; another negative errno.
 */
ssize_t rl_sink_move(struct rl_sink *sink, int fd, uint64_t offset, uint64_t size,
	struct rl_error *err) RL_CHECKED;

/** As rl_sink_position(), but without what could not be written. */
uint64_t rl_sink_reached(const struct rl_sink *sink);

/** Of what was written, how many bytes have left the pipe for certain. */
uint64_t rl_sink_taken(const struct rl_sink *sink);

/**
 * Writes out what is held back, and waits until the pipe is empty, its reader is gone, or *@stop is not
 * zero.
 *
 * @return 0 or a negative errno.
 */
int rl_sink_drain(
	struct rl_sink *sink, const volatile sig_atomic_t *stop, struct rl_error *err) RL_CHECKED;

/** Writes out what is held back. @return 0 or a negative errno. */
int rl_sink_flush(struct rl_sink *sink, struct rl_error *err) RL_CHECKED;

/** Bytes written so far, those held back included. */
uint64_t rl_sink_position(const struct rl_sink *sink);

/** Whether rl_sink_rewind() can work: the sink is a regular file of its own. */
bool rl_sink_can_rewind(const struct rl_sink *sink);

/**
 * Goes back to @position, which rl_sink_position() gave, and forgets all that came after it.
 *
 * @return 0 or a negative errno.
 */
int rl_sink_rewind(struct rl_sink *sink, uint64_t position, struct rl_error *err) RL_CHECKED;

/**
 * Puts @size bytes in the place of those at @position, which have been written before. Only where
 * rl_sink_can_rewind().
 *
 * @return 0 or a negative errno.
 */
int rl_sink_patch(struct rl_sink *sink, uint64_t position, const void *data, size_t size,
	struct rl_error *err) RL_CHECKED;

/**
 * The inodes of the sink's file or directory and of what it will replace, if any: neither may end up
 * in a capture.
 *
 * @devs, @inos filled in, two of each at most
 *
 * @return how many.
 */
size_t rl_sink_files(const struct rl_sink *sink, dev_t devs[2], ino_t inos[2]);

/**
 * Where the sink's file or directory will get its name.
 *
 * @name_ret the name in the directory; owned by the sink
 *
 * @return a descriptor of the directory, owned by the sink; -1 if nothing gets a name.
 */
int rl_sink_directory(const struct rl_sink *sink, const char **name_ret);

/**
 * Does all that can fail of rl_sink_commit(), but for giving a file or directory its name: writes out what
 * a file's sink holds back, and has it on the disk. What others hold back stays so.
 *
 * @return 0 or a negative errno.
 */
int rl_sink_settle(struct rl_sink *sink, struct rl_error *err) RL_CHECKED;

/** Forgets what is held back, as if it had not been written. */
void rl_sink_forget(struct rl_sink *sink);

/**
 * The file that a sink of rl_sink_open_file() makes, for somebody else to write it; owned by the sink.
 *
 * @return a descriptor; -1 if the sink makes no regular file.
 */
int rl_sink_file(const struct rl_sink *sink);

/** That file has been written by somebody else: its size is the sink's position. @return 0 or a negative errno. */
int rl_sink_fill(struct rl_sink *sink, struct rl_error *err) RL_CHECKED;

/**
 * After writing has failed: of a regular file that somebody else has opened nothing stays, and what is written
 * next begins it. Does nothing with other sinks.
 */
void rl_sink_restart(struct rl_sink *sink);

/** Takes the name from a file that was committed. Others are left alone. */
void rl_sink_withdraw(struct rl_sink *sink);

/**
 * As rl_sink_commit(), of a file of rl_sink_open_inside().
 *
 * @name its name; borrowed until the sink is released
 *
 * @return 0 or a negative errno; on failure nothing appears under the name.
 */
int rl_sink_commit_as(struct rl_sink *sink, const char *name, struct rl_error *err) RL_CHECKED;

/**
 * Writes out what is held back; a file or a directory is fsynced and gets its name.
 *
 * @return 0 or a negative errno; on failure nothing appears under the name.
 */
int rl_sink_commit(struct rl_sink *sink, struct rl_error *err) RL_CHECKED;

/**
 * Releases the sink. A file or directory that was not committed is gone; what a descriptor's sink held back is
 * written out. NULL is fine.
 */
void rl_sink_free(struct rl_sink *sink);

#endif
