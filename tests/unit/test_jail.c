/* SPDX-License-Identifier: MIT */
/* What becomes of programs in a jail; what they can do there is tried in tests/e2e/hostile.t. */
#include "host/jail.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static char scratch[] = "/var/tmp/rootlift-jail-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(scratch) == NULL || chmod(scratch, 0755) != 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	return rmdir(scratch);
}

/* Runs @script with sh; what it says is in @said. */
static int run(const char *script, unsigned int seconds, uint64_t file_size, char *said,
	size_t size, struct rl_error *err)
{
	const char *argv[] = {"sh", "-c", script, "/", NULL};
	RL_AUTO_FD int out = memfd_create("out", MFD_CLOEXEC);
	const struct rl_jail jail = {.argv = argv,
		.path_index = 3,
		.dir = scratch,
		.user = RL_JAIL_NO_USER,
		.out = out,
		.messages = out,
		.seconds = seconds,
		.memory = UINT64_C(4) << 30,
		.file_size = file_size};
	int ret = rl_jail_run(&jail, err);
	ssize_t len = pread(out, said, size - 1, 0);

	assert_true(len >= 0);
	said[len] = '\0';
	return ret;
}

static void its_end_is_told(void **state)
{
	struct rl_error err = {0};
	char said[256];

	(void)state;
	assert_int_equal(run("echo it; echo ran >&2", 60, 1000, said, sizeof(said), &err), 0);
	assert_string_equal(said, "it\nran\n");
	assert_int_equal(err.code, 0);
	assert_int_equal(run("exit 3", 60, 1000, said, sizeof(said), &err), -ECHILD);
	assert_string_equal(err.message, "sh failed with status 3");
	assert_int_equal(run("kill -9 $$", 60, 1000, said, sizeof(said), &err), -ECHILD);
	assert_string_equal(err.message, "sh was ended by signal 9");
}

static void it_has_a_time_and_a_size(void **state)
{
	struct rl_error err = {0};
	char said[256];

	(void)state;
	assert_int_equal(run("sleep 1000", 1, 1000, said, sizeof(said), &err), -ETIMEDOUT);
	assert_string_equal(err.message, "sh took longer than 1 s and was ended");
	assert_int_equal(
		run("while :; do echo 0123456789; done", 60, 100, said, sizeof(said), &err),
		-ECHILD);
	assert_int_equal(strlen(said), 100);
}

static void nothing_but_its_directory_is_left(void **state)
{
	static const char script[] = "set -f; cd $0 && echo $0; echo ${HOME}; read x && echo $x;"
				     "test -e /proc/self/fd/9 && echo open; umask";
	RL_AUTO_FD int fd = dup2(open("/dev/null", O_RDONLY), 9);
	struct rl_error err = {0};
	char said[256];

	(void)state;
	assert_int_equal(fd, 9);
	assert_int_equal(run(script, 60, 1000, said, sizeof(said), &err), 0);
	assert_null(strstr(said, "open"));
	assert_non_null(strstr(said, "\n/nonexistent\n"));
}

static void a_program_that_is_not_there(void **state)
{
	const char *argv[] = {"rootlift-no-such-program", "/", NULL};
	const struct rl_jail jail = {.argv = argv, .path_index = 1, .dir = scratch, .seconds = 1};
	struct rl_error err = {0};

	(void)state;
	assert_int_equal(rl_jail_run(&jail, &err), -ENOENT);
	assert_int_equal(err.code, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_end_is_told),
		cmocka_unit_test(it_has_a_time_and_a_size),
		cmocka_unit_test(nothing_but_its_directory_is_left),
		cmocka_unit_test(a_program_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
