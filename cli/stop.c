/* SPDX-License-Identifier: MIT */
#include "cli/stop.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t stop;
/* Where a signal is passed on to, or -1. */
static volatile sig_atomic_t listener = -1;

/*
 * The first signal ends the run in order: the stream is ended so that no reader takes it for whole,
 * which may take until a slow reader reads on. The second one does not wait for that.
 */
static void on_signal(int number)
{
	if (stop != 0) {
		(void)signal(number, SIG_DFL);
		(void)raise(number);
	}
	stop = number;
	if (listener >= 0) {
		int saved = errno;

		(void)!write(listener, "", 1);
		errno = saved;
	}
}

const volatile sig_atomic_t *rl_stop_catch(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal};
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		(void)sigaction(numbers[i], &action, NULL);
	/* Readers that go away and limits of file sizes are errors of write(2), which are told. */
	action.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &action, NULL);
	(void)sigaction(SIGXFSZ, &action, NULL);
	return &stop;
}

void rl_stop_pass_on(int fd)
{
	listener = fd;
}
