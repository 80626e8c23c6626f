/* SPDX-License-Identifier: MIT */
/*
 * What a capture cannot be faster than: the calls that it has to make, and nothing else.
 *
 *   floor read DIR THREADS    walk; open, statx, flistxattr and read each file, to nothing
 *   floor splice DIR          walk; open, statx each file, a block and then its data to standard output,
 *                             by splice where it is large; holes are passed over
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define BUFFER_SIZE (1 << 20)
#define SPLICE_MIN (64 << 10)
#define BLOCK 512

/* Directories that are still to be walked; and how many threads are in one. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t more;
	char **paths;
	size_t count, cap, busy;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};
static bool splices;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void push(char *path)
{
	(void)pthread_mutex_lock(&queue.lock);
	if (queue.count == queue.cap) {
		queue.cap = queue.cap * 2 + 64;
		queue.paths = reallocarray(queue.paths, queue.cap, sizeof(*queue.paths));
		if (queue.paths == NULL)
			die("floor");
	}
	queue.paths[queue.count++] = path;
	(void)pthread_cond_signal(&queue.more);
	(void)pthread_mutex_unlock(&queue.lock);
}

/* Takes a directory; NULL: there are no more. */
static char *pop(void)
{
	char *path = NULL;

	(void)pthread_mutex_lock(&queue.lock);
	while (queue.count == 0 && queue.busy > 0)
		(void)pthread_cond_wait(&queue.more, &queue.lock);
	if (queue.count > 0) {
		path = queue.paths[--queue.count];
		queue.busy++;
	}
	(void)pthread_mutex_unlock(&queue.lock);
	return path;
}

static void done(void)
{
	(void)pthread_mutex_lock(&queue.lock);
	queue.busy--;
	(void)pthread_cond_broadcast(&queue.more);
	(void)pthread_mutex_unlock(&queue.lock);
}

static void put(const char *data, size_t size)
{
	while (size > 0) {
		ssize_t len = write(STDOUT_FILENO, data, size);

		if (len < 0)
			die("floor: write");
		data += len;
		size -= (size_t)len;
	}
}

/* Moves or reads from @at to @end. */
static void take_range(int fd, off_t at, off_t end, char *buffer)
{
	while (at < end) {
		size_t left = (size_t)(end - at);
		ssize_t len;

		if (splices && end - at >= SPLICE_MIN) {
			len = splice(fd, &at, STDOUT_FILENO, NULL, left, SPLICE_F_MORE);
		} else {
			len = pread(fd, buffer, left < BUFFER_SIZE ? left : BUFFER_SIZE, at);
			if (len > 0 && splices)
				put(buffer, (size_t)len);
			at += len > 0 ? len : 0;
		}
		if (len <= 0)
			return;
	}
}

static void take_file(int dir, const char *name, char *buffer)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOATIME);
	struct statx stx;
	off_t at = 0;

	if (fd < 0)
		return;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &stx) != 0)
		die("floor: statx");
	(void)!flistxattr(fd, buffer, BUFFER_SIZE);
	if (splices)
		put(memset(buffer, 'h', BLOCK), BLOCK);
	if (stx.stx_blocks * 512 >= stx.stx_size)
		take_range(fd, 0, (off_t)stx.stx_size, buffer);
	while (stx.stx_blocks * 512 < stx.stx_size && (at = lseek(fd, at, SEEK_DATA)) >= 0) {
		off_t end = lseek(fd, at, SEEK_HOLE);

		take_range(fd, at, end, buffer);
		at = end;
	}
	(void)close(fd);
}

static void take_directory(const char *path, char *buffer)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *dirent;

	if (dir == NULL)
		return;
	while ((dirent = readdir(dir)) != NULL) {
		char *below;

		if (strcmp(dirent->d_name, ".") == 0 || strcmp(dirent->d_name, "..") == 0)
			continue;
		if (dirent->d_type == DT_REG) {
			take_file(fd, dirent->d_name, buffer);
		} else if (dirent->d_type == DT_DIR) {
			if (asprintf(&below, "%s/%s", path, dirent->d_name) < 0)
				die("floor");
			push(below);
		}
	}
	(void)closedir(dir);
}

static void *run(void *unused)
{
	char *path, *buffer = malloc(BUFFER_SIZE);

	(void)unused;
	if (buffer == NULL)
		die("floor");
	while ((path = pop()) != NULL) {
		take_directory(path, buffer);
		free(path);
		done();
	}
	free(buffer);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[64];
	int i, count = 1;

	if (argc == 4 && strcmp(argv[1], "read") == 0) {
		count = atoi(argv[3]);
	} else if (argc == 3 && strcmp(argv[1], "splice") == 0) {
		splices = true;
	} else {
		(void)fputs("usage: floor read DIR THREADS | floor splice DIR\n", stderr);
		return 2;
	}
	if (count < 1 || count > 64)
		return 2;
	(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 1 << 20);
	push(strdup(argv[2]));
	for (i = 0; i < count; i++) {
		if (pthread_create(&threads[i], NULL, run, NULL) != 0)
			die("floor");
	}
	for (i = 0; i < count; i++)
		(void)pthread_join(threads[i], NULL);
	free(queue.paths);
	return 0;
}
