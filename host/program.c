/* SPDX-License-Identifier: MIT */
#include "host/program.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* How often is looked whether a program has ended, in nanoseconds. */
#define LOOK_INTERVAL 10000000L
/* How long a delicate program that was asked to end is waited for, in seconds. */
#define GRACE_SECONDS 10
/* Kernels before 5.9 have no close_range(2): descriptors below this one are closed one by one. */
#define OLD_FD_MAX 1024

void rl_close_from(int first)
{
	int fd;

#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned int)first, ~0U, 0) == 0)
		return;
#endif
	for (fd = first; fd < OLD_FD_MAX; fd++)
		(void)close(fd);
}

int rl_program_find(const char *name, char **path_ret)
{
	const char *path = getenv("PATH");
	RL_AUTO_FREE char *copy = strdup(path != NULL ? path : "/usr/bin:/bin");
	char *rest = copy, *dir;

	if (copy == NULL)
		return -ENOMEM;
	while ((dir = strsep(&rest, ":")) != NULL) {
		if (dir[0] != '/')
			continue;
		if (asprintf(path_ret, "%s/%s", dir, name) < 0) {
			*path_ret = NULL;
			return -ENOMEM;
		}
		if (access(*path_ret, X_OK) == 0)
			return 0;
		free(rl_steal_ptr(path_ret));
	}
	return -ENOENT;
}

/* The child: becomes the program, as it would be started from a shell. */
static _Noreturn void become(const struct rl_program *program)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
	const char *const *environment = program->environment;
	sigset_t none;
	size_t i;
	int null = open("/dev/null", O_RDONLY);

	(void)setpgid(0, 0);
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		(void)signal(numbers[i], SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(program->out_fd, STDOUT_FILENO);
	(void)dup2(program->err_fd, STDERR_FILENO);
	rl_close_from(STDERR_FILENO + 1);
	(void)execve(program->argv[0], (char *const *)program->argv,
		environment != NULL ? (char *const *)environment : environ);
	_exit(127);
}

static double seconds_since(const struct timespec *begin)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

/* Waits for so many seconds for @pid to end. Returns whether it has. */
static bool wait_for(pid_t pid, unsigned int seconds, const struct rl_program *program,
	bool *is_stopped, int *status)
{
	const struct timespec interval = {.tv_nsec = LOOK_INTERVAL};
	struct timespec begin;

	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	do {
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		*is_stopped = program->wait != NULL && program->wait(program->ctx);
		(void)nanosleep(&interval, NULL);
	} while (!*is_stopped && seconds_since(&begin) <= (double)seconds);
	return false;
}

/* Ends a program, with what it has started. */
static void end(pid_t pid)
{
	(void)kill(-pid, SIGKILL);
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

int rl_program_run(const struct rl_program *program, int *status_ret)
{
	bool is_stopped = false;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0)
		become(program);
	if (wait_for(pid, program->seconds, program, &is_stopped, status_ret))
		return 0;
	if (!program->is_delicate) {
		end(pid);
		return is_stopped ? -EINTR : -ETIMEDOUT;
	}
	(void)kill(pid, SIGTERM);
	if (wait_for(pid, GRACE_SECONDS, program, &is_stopped, status_ret) && *status_ret == 0)
		return 0;
	return is_stopped ? -EINTR : -ETIMEDOUT;
}
