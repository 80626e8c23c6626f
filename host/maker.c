/* SPDX-License-Identifier: MIT */
/*
 * Three pipes lead to the process that looks after the program: the tar, which it hands on; one whose other
 * end only has to stay open ("life"), so that it notices when it is not wanted any more; and one that it
 * says in what has gone wrong, and whose end tells that it is done. So nobody has to wait for a process or
 * send it a signal, which those who have given up their rights may not be able to.
 */
#include "host/maker.h"

#include "host/capabilities.h"
#include "host/pace.h"
#include "host/program.h"
#include "host/syscalls.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* How often is looked whether the program has ended, in milliseconds. */
#define LOOK_INTERVAL 10
/* How much is told of what the program says, in bytes. */
#define WORDS_MAX 400
/* Where a process that is started finds what it needs. */
#define FILE_FD 3
#define LIFE_FD 4
#define REPORT_FD 5
#define MESSAGES_FD 6
#define TAR_FD 7
#define SAID_FD 8
#define FD_COUNT 9

struct rl_maker {
	/* The ends of the pipes that are this process's. Owned. */
	int tar, life, report;
	char *directory;
	dev_t dev;
	ino_t ino;
};

/* What the process that looks after the program has. */
struct keeper {
	const struct rl_maker_options *options;
	const char *directory;
};

static void close_pair(int pair[2])
{
	rl_cleanup_fd(&pair[0]);
	rl_cleanup_fd(&pair[1]);
}

/* Puts the descriptors where they are expected, and closes all others. */
static void take_descriptors(const int from[FD_COUNT])
{
	int high[FD_COUNT], fd;

	for (fd = 0; fd < FD_COUNT; fd++)
		high[fd] = from[fd] >= 0 ? fcntl(from[fd], F_DUPFD, FD_COUNT) : -1;
	for (fd = 0; fd < FD_COUNT; fd++) {
		if (high[fd] >= 0 && dup2(high[fd], fd) < 0)
			_exit(126);
	}
	rl_close_from(FD_COUNT);
}

static void take_signals(sighandler_t handler)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		(void)signal(numbers[i], handler);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Waits for @pid to end, or ends it with all that it has started, once nobody wants it any more. */
static int wait_for(pid_t pid)
{
	struct pollfd life = {.fd = LIFE_FD};
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (poll(&life, 1, LOOK_INTERVAL) > 0) {
			(void)kill(-pid, SIGKILL);
			(void)kill(pid, SIGKILL);
			(void)waitpid(pid, &status, 0);
			return -1;
		}
	}
	return status;
}

/* The child: unpacks the tar, with the directory as its root. */
static _Noreturn void unpack(const struct keeper *keeper)
{
	struct rl_error err = {0};

	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* So that libarchive leaves names as they are. What it takes for that is outside. */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	if (chdir(keeper->directory) != 0 || chroot(".") != 0)
		_exit(126);
	if (keeper->options->unpack(keeper->options->ctx, TAR_FD, &err) == 0)
		_exit(0);
	(void)dprintf(MESSAGES_FD, "%s\n", err.message);
	_exit(1);
}

/* The child: becomes the program, which has what it needs and no more. */
static _Noreturn void become(const struct keeper *keeper)
{
	const struct rl_maker_options *options = keeper->options;
	int null = open("/dev/null", O_RDWR);

	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	take_signals(SIG_DFL);
	/* What is too large is to be told. */
	(void)signal(SIGXFSZ, SIG_IGN);
	if (dup2(options->unpack != NULL ? null : TAR_FD, STDIN_FILENO) < 0 ||
		dup2(null, STDOUT_FILENO) < 0 || dup2(MESSAGES_FD, STDERR_FILENO) < 0)
		_exit(126);
	rl_close_from(FILE_FD + 1);
	if (options->unpack != NULL)
		options->argv[options->directory_index] = keeper->directory;
	(void)unshare(CLONE_NEWNET);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (rl_capabilities_keep(options->rights) != 0 && geteuid() == 0)
		_exit(126);
	(void)!rl_syscalls_forbid();
	(void)execve(options->argv[0], (char *const *)options->argv,
		(char *const *)options->environment);
	_exit(127);
}

static int run(const struct keeper *keeper, void (*child)(const struct keeper *keeper))
{
	pid_t pid = fork();

	if (pid == 0)
		child(keeper);
	return pid > 0 ? wait_for(pid) : -1;
}

/* Paths in it may be longer than the kernel takes at once: rm knows how. */
static void remove_directory(const struct keeper *keeper)
{
	const char *const argv[] = {"rm", "-rf", "--", keeper->directory, NULL};
	pid_t pid = fork();

	if (pid == 0) {
		(void)execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The end of what the program has said, or of the first 64 KiB, as one line. */
static const char *last_words(void)
{
	static char text[(64 << 10) + 1];
	ssize_t len = read(SAID_FD, text, sizeof(text) - 1), i;
	char *from = text;

	text[len > 0 ? len : 0] = '\0';
	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	if (len > WORDS_MAX) {
		from = text + len - WORDS_MAX;
		from = strchr(from, '\n') != NULL ? strchr(from, '\n') + 1 : from;
	}
	for (i = from - text; i < len; i++) {
		if (text[i] == '\n')
			text[i] = ';';
	}
	return from;
}

/* Says what has gone wrong, in one line; nothing if nothing has. */
static void report(const struct keeper *keeper, const char *what, int status)
{
	const char *slash = strrchr(keeper->options->argv[0], '/');
	const char *name = slash != NULL ? slash + 1 : keeper->options->argv[0];
	const char *line = last_words();

	if (status == 0 && (line[0] == '\0' || !keeper->options->is_silent))
		return;
	if (line[0] != '\0')
		(void)dprintf(REPORT_FD, "%s: %s", what != NULL ? what : name, line);
	else if (status > 0 && WIFSIGNALED(status))
		(void)dprintf(REPORT_FD, "%s was ended by signal %d", what != NULL ? what : name,
			WTERMSIG(status));
	else
		(void)dprintf(REPORT_FD, "%s failed with status %d", what != NULL ? what : name,
			status > 0 ? WEXITSTATUS(status) : 0);
}

/* The process that looks after the program. */
static _Noreturn void keep(struct keeper *keeper)
{
	const struct rl_maker_options *options = keeper->options;
	const char *what = options->unpack != NULL ? "cannot unpack the tree" : NULL;
	int status = 0;

	take_signals(SIG_IGN);
	if (options->is_polite)
		(void)!rl_pace_be_polite();
	if (options->unpack != NULL)
		status = run(keeper, unpack);
	if (status == 0) {
		what = NULL;
		status = run(keeper, become);
	}
	(void)close(TAR_FD);
	report(keeper, what, status);
	if (keeper->directory != NULL)
		remove_directory(keeper);
	_exit(0);
}

static int make_directory(const char *place, struct rl_maker *maker, struct rl_error *err)
{
	struct stat st;

	if (asprintf(&maker->directory, "%s/.rootlift-%ld-XXXXXX", place, (long)getpid()) < 0) {
		maker->directory = NULL;
		return rl_error_set(err, ENOMEM, "cannot begin");
	}
	if (mkdtemp(maker->directory) == NULL || stat(maker->directory, &st) != 0) {
		int code = errno;

		free(rl_steal_ptr(&maker->directory));
		return rl_error_set(err, code, "cannot make a directory in '%s'", place);
	}
	maker->dev = st.st_dev;
	maker->ino = st.st_ino;
	return 0;
}

/* Starts the process that looks after the program, which has the other ends of the pipes. */
static int start(const struct rl_maker_options *options, struct rl_maker *maker, int tar[2],
	int life[2], int report_pipe[2], int messages[2])
{
	struct keeper keeper = {.options = options, .directory = maker->directory};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid = null >= 0 ? fork() : -1;

	if (pid == 0) {
		const int from[FD_COUNT] = {null, null, null, options->file, life[0],
			report_pipe[1], messages[1], tar[0], messages[0]};

		/* One that nobody reads before the end, and that nobody waits for. */
		(void)fcntl(messages[1], F_SETFL, O_NONBLOCK);
		(void)fcntl(messages[0], F_SETFL, O_NONBLOCK);
		take_descriptors(from);
		keep(&keeper);
	}
	if (null >= 0)
		(void)close(null);
	return pid > 0 ? 0 : -errno;
}

int rl_maker_start(
	const struct rl_maker_options *options, struct rl_maker **maker_ret, struct rl_error *err)
{
	struct rl_maker *maker = calloc(1, sizeof(*maker));
	int tar[2] = {-1, -1}, life[2] = {-1, -1}, back[2] = {-1, -1}, messages[2] = {-1, -1};
	int ret = 0;

	if (maker == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin");
	*maker = (struct rl_maker){.tar = -1, .life = -1, .report = -1};
	if (options->unpack != NULL)
		ret = make_directory(options->place, maker, err);
	if (ret == 0 && (pipe2(tar, O_CLOEXEC) != 0 || pipe2(life, O_CLOEXEC) != 0 ||
				pipe2(back, O_CLOEXEC) != 0 || pipe2(messages, O_CLOEXEC) != 0))
		ret = rl_error_set(err, errno, "cannot start %s", options->argv[0]);
	if (ret == 0) {
		ret = start(options, maker, tar, life, back, messages);
		if (ret != 0)
			(void)rl_error_set(err, -ret, "cannot start %s", options->argv[0]);
	}
	if (ret == 0) {
		maker->tar = rl_steal_fd(&tar[1]);
		maker->life = rl_steal_fd(&life[1]);
		maker->report = rl_steal_fd(&back[0]);
		*maker_ret = rl_steal_ptr(&maker);
	} else if (maker->directory != NULL) {
		(void)rmdir(maker->directory);
	}
	close_pair(tar);
	close_pair(life);
	close_pair(back);
	close_pair(messages);
	if (maker != NULL)
		rl_maker_free(maker);
	return ret;
}

int rl_maker_tar(const struct rl_maker *maker)
{
	return maker->tar;
}

bool rl_maker_directory(const struct rl_maker *maker, dev_t *dev_ret, ino_t *ino_ret)
{
	*dev_ret = maker->dev;
	*ino_ret = maker->ino;
	return maker->directory != NULL;
}

int rl_maker_finish(struct rl_maker *maker, const volatile sig_atomic_t *stop, struct rl_error *err)
{
	char text[sizeof(err->message)] = "";
	size_t len = 0;
	ssize_t got;

	rl_cleanup_fd(&maker->tar);
	do {
		got = read(maker->report, text + len, sizeof(text) - 1 - len);
		len += got > 0 ? (size_t)got : 0;
		if (*stop != 0)
			return rl_error_text(err, EINTR, "stopped by a signal");
	} while (got > 0 || (got < 0 && errno == EINTR));
	text[len] = '\0';
	return len == 0 ? 0 : rl_error_text(err, ECHILD, "%s", text);
}

void rl_maker_free(struct rl_maker *maker)
{
	char rest[64];

	if (maker == NULL)
		return;
	rl_cleanup_fd(&maker->life);
	rl_cleanup_fd(&maker->tar);
	if (maker->report >= 0) {
		ssize_t got;

		do
			got = read(maker->report, rest, sizeof(rest));
		while (got > 0 || (got < 0 && errno == EINTR));
	}
	rl_cleanup_fd(&maker->report);
	free(maker->directory);
	free(maker);
}
