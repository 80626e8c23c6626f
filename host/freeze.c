/* SPDX-License-Identifier: MIT */
/*
 * The watch does by itself whatever may hang: FIFREEZE writes the file system out, FITHAW writes its
 * superblock. From the freeze on it touches nothing but its socket and the descriptor: no file, no
 * memory that could have to be got by writing to what is frozen.
 */
#include "host/freeze.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Linux 5.6. */
#ifndef PR_SET_IO_FLUSHER
#define PR_SET_IO_FLUSHER 57
#endif

/* Descriptors above this are not closed one by one. */
#define FD_MAX 65535

/* What the watch says: how the freeze went, and, if it went well, how its end did. */
struct answer {
	bool is_end;
	/* What FIFREEZE or FITHAW failed with, or 0. */
	int code;
	unsigned int milliseconds;
};

atomic_int *rl_freeze_share(size_t count)
{
	void *memory = mmap(NULL, (count + 1) * sizeof(atomic_int), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory != MAP_FAILED ? memory : NULL;
}

void rl_freeze_unshare(atomic_int *thaws, size_t count)
{
	if (thaws != NULL)
		(void)munmap(thaws, (count + 1) * sizeof(atomic_int));
}

static int milliseconds_between(const struct timespec *begin, const struct timespec *end)
{
	int64_t between = (int64_t)(end->tv_sec - begin->tv_sec) * 1000 +
			  (end->tv_nsec - begin->tv_nsec) / 1000000;

	if (between < 0)
		return 0;
	return between < INT32_MAX ? (int)between : INT32_MAX;
}

/* What is left of the time: milliseconds for poll(2), rounded up, so that none is asked for too early. */
static int time_left(const struct timespec *until)
{
	struct timespec now;
	int left;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	left = milliseconds_between(&now, until);
	if (now.tv_sec > until->tv_sec ||
		(now.tv_sec == until->tv_sec && now.tv_nsec >= until->tv_nsec))
		return 0;
	return left < INT32_MAX ? left + 1 : left;
}

/* Waits for something to read, or an end. Returns whether there was one before @until. */
static bool wait_until(int fd, const struct timespec *until)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	int left;

	for (;;) {
		left = time_left(until);
		if (poll(&poll_fd, 1, left) > 0)
			return true;
		if (left == 0)
			return false;
	}
}

static void close_from_to(unsigned int first, unsigned int last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	for (; first <= last && first <= FD_MAX; first++)
		(void)close((int)first);
}

/* Closes all descriptors but these two: others could keep a pipe open whose end somebody waits for. */
static void close_others(int a, int b)
{
	unsigned int low = (unsigned int)(a < b ? a : b), high = (unsigned int)(a < b ? b : a);

	close_from_to(STDERR_FILENO + 1, low - 1);
	close_from_to(low + 1, high - 1);
	close_from_to(high + 1, ~0U);
}

/* Makes the watch depend on as little as can be. What fails here is no reason not to go on. */
static void stand_alone(const struct rl_freeze *freeze, int socket)
{
	int fd, null = open("/dev/null", O_RDWR);

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		(void)dup2(null, fd);
	close_others(freeze->fd, socket);
	/* Nobody ends it by ending the terminal's, or the keeper's, processes. */
	(void)setsid();
	(void)chdir("/");
	(void)prctl(PR_SET_NAME, "rootlift-freeze");
	fd = open("/proc/self/oom_score_adj", O_WRONLY);
	if (fd >= 0) {
		(void)!write(fd, "-1000", 5);
		(void)close(fd);
	}
	(void)mlockall(MCL_CURRENT | MCL_FUTURE);
	/* Memory is not to be got for it by writing files out. */
	(void)prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0);
}

static void say(int socket, const struct answer *answer)
{
	while (send(socket, answer, sizeof(*answer), MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

/* Why the freeze has to end now. Whoever reads what is frozen has to know before it can change. */
static enum rl_thaw wait_for_reason(
	const struct rl_freeze *freeze, int socket, const struct timespec *until)
{
	enum rl_thaw thaw = RL_THAW_TIME_UP;
	char byte;

	if (wait_until(socket, until))
		thaw = read(socket, &byte, 1) == 1 ? RL_THAW_MEANT : RL_THAW_KILLED;
	if (thaw != RL_THAW_MEANT)
		atomic_store(freeze->thaw, thaw);
	return thaw;
}

static _Noreturn void watch(
	const struct rl_freeze *freeze, int socket, const struct timespec *until)
{
	struct answer answer = {0};
	struct timespec begin, end;
	enum rl_thaw thaw;
	char byte;

	stand_alone(freeze, socket);
	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	if (ioctl(freeze->fd, FIFREEZE, 0) != 0)
		answer.code = errno;
	say(socket, &answer);
	if (answer.code != 0)
		_exit(0);
	thaw = wait_for_reason(freeze, socket, until);
	if (ioctl(freeze->fd, FITHAW, 0) == 0)
		atomic_store(freeze->thaw, thaw);
	else if (errno == EINVAL)
		atomic_store(freeze->thaw, RL_THAW_FOREIGN);
	else
		answer.code = errno;
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	answer.milliseconds = (unsigned int)milliseconds_between(&begin, &end);
	answer.is_end = true;
	say(socket, &answer);
	/* To close while something lies here unread would take the answer away. */
	while (read(socket, &byte, 1) > 0)
		;
	_exit(0);
}

/* Starts the watch, which holds nothing of its beginner but the descriptor. */
static int start_watch(struct rl_freeze *freeze, const struct timespec *until)
{
	int sockets[2];

	freeze->watch_fd = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
		return -errno;
	freeze->watch = fork();
	if (freeze->watch == 0)
		watch(freeze, sockets[1], until);
	(void)close(sockets[1]);
	if (freeze->watch < 0) {
		int code = errno;

		(void)close(sockets[0]);
		return -code;
	}
	freeze->watch_fd = sockets[0];
	return 0;
}

/* Reads what the watch says. Returns 1, or 0 if it is gone. */
static int hear(const struct rl_freeze *freeze, struct answer *answer)
{
	ssize_t len;

	do
		len = read(freeze->watch_fd, answer, sizeof(*answer));
	while (len < 0 && errno == EINTR);
	return len == sizeof(*answer) ? 1 : 0;
}

/* It has ended, or never began. */
static void forget_watch(struct rl_freeze *freeze)
{
	rl_cleanup_fd(&freeze->watch_fd);
	freeze->watch_fd = -1;
	while (waitpid(freeze->watch, NULL, 0) < 0 && errno == EINTR)
		;
}

static int wait_for_freeze(struct rl_freeze *freeze, const struct timespec *until, int stop_fd)
{
	struct pollfd fds[] = {
		{.fd = freeze->watch_fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
	struct answer answer;
	int left;

	for (;;) {
		left = time_left(until);
		if (poll(fds, 2, left) > 0)
			break;
		if (left == 0)
			return -ETIMEDOUT;
	}
	if (fds[1].revents != 0)
		return -EINTR;
	if (hear(freeze, &answer) == 0)
		return -EPIPE;
	/* Then there is nothing to thaw: what somebody else has frozen least of all. */
	if (answer.code != 0)
		forget_watch(freeze);
	return -answer.code;
}

int rl_freeze_begin(
	struct rl_freeze *freeze, const struct timespec *until, int stop_fd, struct rl_error *err)
{
	int ret = start_watch(freeze, until);

	if (ret == 0)
		ret = wait_for_freeze(freeze, until, stop_fd);
	switch (ret) {
	case 0:
		return 0;
	case -EINTR:
		return rl_error_text(err, EINTR, "stopped by a signal");
	case -ETIMEDOUT:
		return rl_error_text(err, ETIMEDOUT,
			"cannot freeze '/%s': the time for that was up before it was written out",
			freeze->path);
	case -EBUSY:
		return rl_error_text(
			err, EBUSY, "cannot freeze '/%s': it is frozen already", freeze->path);
	case -EOPNOTSUPP:
		return rl_error_text(err, EOPNOTSUPP,
			"cannot freeze '/%s': no file system of this kind can be frozen",
			freeze->path);
	default:
		return rl_error_set(err, -ret, "cannot freeze '/%s'", freeze->path);
	}
}

void rl_freeze_ask_end(const struct rl_freeze *freeze)
{
	if (freeze->watch_fd >= 0)
		(void)send(freeze->watch_fd, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Waits for the watch's last words. Returns -EPIPE if it is gone without them. */
static int wait_for_thaw(struct rl_freeze *freeze)
{
	struct answer answer;

	while (hear(freeze, &answer) == 1) {
		if (answer.is_end)
			freeze->milliseconds = answer.milliseconds;
		if (answer.is_end || answer.code != 0)
			return answer.is_end ? -answer.code : 0;
	}
	return -EPIPE;
}

int rl_freeze_end(struct rl_freeze *freeze, struct rl_error *err)
{
	int ret;

	if (freeze->watch_fd < 0)
		return 0;
	rl_freeze_ask_end(freeze);
	ret = wait_for_thaw(freeze);
	forget_watch(freeze);
	if (ret == -EPIPE) {
		atomic_store(freeze->thaw, RL_THAW_KILLED);
		ret = ioctl(freeze->fd, FITHAW, 0) == 0 || errno == EINVAL ? 0 : -errno;
	}
	if (ret == 0)
		return 0;
	return rl_error_set(err, -ret, "cannot thaw '/%s' (fsfreeze -u tries again)", freeze->path);
}

bool rl_freeze_is_any(const struct rl_freeze *freezes, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (freezes[i].watch_fd >= 0)
			return true;
	}
	return false;
}

int rl_freeze_end_all(struct rl_freeze *freezes, size_t count, struct rl_error *err)
{
	struct rl_error first = {0};
	size_t i;

	for (i = 0; i < count; i++)
		rl_freeze_ask_end(&freezes[i]);
	for (i = count; i > 0; i--) {
		struct rl_error failure = {0};

		if (rl_freeze_end(&freezes[i - 1], &failure) != 0 && first.code == 0)
			first = failure;
	}
	return first.code != 0 ? rl_error_text(err, first.code, "%s", first.message) : 0;
}

bool rl_freeze_wait(const struct rl_freeze *freezes, size_t count, int stop_fd)
{
	RL_AUTO_FREE struct pollfd *fds = calloc(count + 1, sizeof(*fds));
	size_t i;

	/* Without memory the watches keep to the time, and the rest waits for @stop_fd. */
	if (fds == NULL)
		count = 0;
	for (i = 0; i < count; i++)
		fds[i] = (struct pollfd){.fd = freezes[i].watch_fd, .events = POLLIN};
	for (;;) {
		struct pollfd stop = {.fd = stop_fd, .events = POLLIN | POLLRDHUP};

		if (fds != NULL)
			fds[count] = stop;
		if (poll(fds != NULL ? fds : &stop, count + 1, -1) > 0)
			return fds == NULL || fds[count].revents != 0;
	}
}
