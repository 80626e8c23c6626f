/* SPDX-License-Identifier: MIT */
#include "host/jail.h"

#include "host/capabilities.h"
#include "host/landlock.h"
#include "host/program.h"
#include "host/syscalls.h"

#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* How often is looked whether the program has ended, in nanoseconds. */
#define LOOK_INTERVAL 5000000L
/* Far from all ids that are given to somebody; each process has its own. */
#define FIRST_USER 0x70000000U
#define NOBODY 65534U
/* A place that is everywhere, and that every user may reach. */
#define PLACE "/tmp"
#define PROCESSES 32
#define DESCRIPTORS 256

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* What is installed. */
static const char *const readable[] = {
	"/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin", "/etc", "/nix", "/gnu"};
/* What programs expect to be there. */
static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"};

uid_t rl_jail_take_user(const char *dir)
{
	uid_t users[] = {FIRST_USER + (uid_t)getpid(), NOBODY};
	size_t i;

	if (geteuid() != 0)
		return RL_JAIL_NO_USER;
	/* A user namespace may know few ids. */
	for (i = 0; i < COUNT(users); i++) {
		if (chown(dir, users[i], users[i]) == 0)
			return users[i];
	}
	return RL_JAIL_NO_USER;
}

/* Standard input is empty, the other two are the jail's, and nothing else is open. */
static void take_descriptors(const struct rl_jail *jail)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), fd;
	int from[3] = {fcntl(null, F_DUPFD, 3), fcntl(jail->out, F_DUPFD, 3),
		fcntl(jail->messages, F_DUPFD, 3)};

	for (fd = 0; fd < 3; fd++) {
		if (from[fd] < 0 || dup2(from[fd], fd) < 0)
			_exit(126);
	}
#ifdef SYS_close_range
	if (syscall(SYS_close_range, 3U, UINT_MAX, 0U) == 0)
		return;
#endif
	for (fd = 3; fd < (int)sysconf(_SC_OPEN_MAX); fd++)
		(void)close(fd);
}

static void reset_signals(void)
{
	sigset_t none;
	int number;

	for (number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * A network and mounts of its own. The directory is seen at a place that other users can reach, which
 * its own path may not be. Returns where it is seen.
 */
static const char *take_namespaces(const char *dir)
{
	(void)unshare(CLONE_NEWNET);
	(void)unshare(CLONE_NEWIPC);
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount(dir, PLACE, NULL, MS_BIND, NULL) != 0)
		return dir;
	return PLACE;
}

static void give_up_rights(const struct rl_jail *jail)
{
	gid_t group = (gid_t)jail->user;

	if (jail->user != RL_JAIL_NO_USER &&
		(setgroups(0, NULL) != 0 || setresgid(group, group, group) != 0 ||
			setresuid(jail->user, jail->user, jail->user) != 0))
		_exit(126);
	if (rl_capabilities_keep(0) != 0 && geteuid() == 0)
		_exit(126);
}

/* The directory above the one that @program really is in: what belongs to it is there too. */
static void find_home(const char *program, char home[PATH_MAX])
{
	RL_AUTO_FREE char *real = realpath(program, NULL);
	char *slash;
	int ups;

	(void)snprintf(home, PATH_MAX, "%s", real != NULL ? real : program);
	for (ups = 0; ups < 2; ups++) {
		slash = strrchr(home, '/');
		if (slash != NULL && slash != home)
			*slash = '\0';
	}
}

static void restrict_files(const char *program, const char *place)
{
	struct rl_landlock_place places[2 + COUNT(readable) + COUNT(devices)];
	char home[PATH_MAX];
	size_t i, count = 0;

	find_home(program, home);
	places[count++] = (struct rl_landlock_place){place, RL_LANDLOCK_WRITE};
	places[count++] = (struct rl_landlock_place){home, RL_LANDLOCK_READ};
	for (i = 0; i < COUNT(readable); i++)
		places[count++] = (struct rl_landlock_place){readable[i], RL_LANDLOCK_READ};
	for (i = 0; i < COUNT(devices); i++)
		places[count++] = (struct rl_landlock_place){devices[i], RL_LANDLOCK_DEVICE};
	(void)!rl_landlock_shut_in(places, count);
}

static void limit(int resource, uint64_t value)
{
	struct rlimit now, wanted = {.rlim_cur = (rlim_t)value, .rlim_max = (rlim_t)value};

	if (getrlimit((__rlimit_resource_t)resource, &now) == 0 && now.rlim_max < wanted.rlim_max)
		wanted.rlim_cur = wanted.rlim_max = now.rlim_max;
	(void)setrlimit((__rlimit_resource_t)resource, &wanted);
}

static void set_limits(const struct rl_jail *jail)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, jail->seconds);
	limit(RLIMIT_FSIZE, jail->file_size);
	limit(RLIMIT_NOFILE, DESCRIPTORS);
	/* Those of a user whom others are too count as well. */
	if (jail->user != RL_JAIL_NO_USER && jail->user != NOBODY)
		limit(RLIMIT_NPROC, PROCESSES);
	limit(RLIMIT_AS, jail->memory);
}

/* The child: gives up all it can, and becomes the program. */
static _Noreturn void become(const struct rl_jail *jail, const char *program, char *const *path_env)
{
	char *const environment[] = {
		path_env[0], (char *)"HOME=/nonexistent", (char *)"LC_ALL=C", NULL};
	static char path[PATH_MAX];
	const char *place;

	(void)setpgid(0, 0);
	reset_signals();
	take_descriptors(jail);
	place = take_namespaces(jail->dir);
	if ((size_t)snprintf(path, sizeof(path), "%s%s", place, jail->argv[jail->path_index]) >=
			sizeof(path) ||
		chdir(place) != 0)
		_exit(126);
	jail->argv[jail->path_index] = path;
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	give_up_rights(jail);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	restrict_files(program, place);
	(void)!rl_syscalls_forbid();
	/* The last, for what comes before takes memory too. */
	set_limits(jail);
	(void)execve(program, (char *const *)jail->argv, environment);
	_exit(127);
}

static double seconds_since(const struct timespec *begin)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

/* Ends the program, and what it has started. */
static void end(pid_t pid)
{
	(void)kill(-pid, SIGKILL);
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static int tell_end(const char *name, int status, struct rl_error *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status))
		return rl_error_text(
			err, ECHILD, "%s failed with status %d", name, WEXITSTATUS(status));
	return rl_error_text(err, ECHILD, "%s was ended by signal %d", name, WTERMSIG(status));
}

static int wait_for(const struct rl_jail *jail, pid_t pid, struct rl_error *err)
{
	const struct timespec interval = {.tv_nsec = LOOK_INTERVAL};
	struct timespec begin;
	int status;

	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	for (;;) {
		pid_t ended = waitpid(pid, &status, WNOHANG);

		if (ended == pid) {
			(void)kill(-pid, SIGKILL);
			return tell_end(jail->argv[0], status, err);
		}
		if (seconds_since(&begin) > (double)jail->seconds) {
			end(pid);
			return rl_error_text(err, ETIMEDOUT,
				"%s took longer than %u s and was ended", jail->argv[0],
				jail->seconds);
		}
		if (nanosleep(&interval, NULL) != 0 && errno == EINTR) {
			end(pid);
			return rl_error_text(err, EINTR, "stopped by a signal");
		}
	}
}

int rl_jail_run(const struct rl_jail *jail, struct rl_error *err)
{
	RL_AUTO_FREE char *program = NULL;
	RL_AUTO_FREE char *path_env = NULL;
	const char *path = getenv("PATH");
	int ret = rl_program_find(jail->argv[0], &program);
	pid_t pid;

	if (ret == -ENOENT)
		return ret;
	if (ret == 0 && asprintf(&path_env, "PATH=%s", path != NULL ? path : "/usr/bin:/bin") < 0) {
		path_env = NULL;
		ret = -ENOMEM;
	}
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot run %s", jail->argv[0]);
	pid = fork();
	if (pid < 0)
		return rl_error_set(err, errno, "cannot run %s", jail->argv[0]);
	if (pid == 0)
		become(jail, program, &path_env);
	return wait_for(jail, pid, err);
}
