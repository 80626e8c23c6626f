/* SPDX-License-Identifier: MIT */
/* What is given up is given up for good, so each test is a process of its own. */
#include "host/confine.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A scratch directory with a file "file" and a directory "out". */
static char scratch[] = "/tmp/rootlift-confine-XXXXXX";

/* What a child says: everything went as it should, the kernel has no such measure, or the line. */
enum { CHILD_OK = 0, CHILD_NOT_HERE = 255 };

#define EXPECT(condition)                       \
	do {                                    \
		if (!(condition))               \
			_exit(__LINE__ & 0x7f); \
	} while (0)

static int set_up(void **state)
{
	int fd;

	(void)state;
	if (mkdtemp(scratch) == NULL || chdir(scratch) != 0 || mkdir("out", 0700) != 0)
		return -1;
	fd = open("file", O_CREAT | O_WRONLY, 0600);
	return fd < 0 || close(fd) != 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink("file");
	(void)unlink("out/renamed");
	/* A test that was skipped has left things. */
	if (system("rm -rf out/* other") != 0)
		return -1;
	return rmdir("out") != 0 || chdir("/") != 0 || rmdir(scratch) != 0 ? -1 : 0;
}

/*
 * Runs @test in a child that has taken @measure alone, with "out" as the place of the output: of a file or,
 * with files in "out/part", of a directory.
 */
static void in_child_with(
	enum rl_measure measure, rl_capabilities reading, bool is_directory, void (*test)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct rl_output_place places[] = {{.dir_fd = open("out", O_PATH | O_DIRECTORY),
							   .name = "renamed",
							   .is_directory = is_directory},
			{.dir_fd = open("out/part", O_PATH | O_DIRECTORY)}};
		struct rl_confine_options options = {
			.reading = reading, .places = places, .place_count = is_directory ? 2 : 1};
		struct rl_confinement result;

		options.measures[measure] = true;
		rl_confine(&options, &result);
		if (result.results[measure] != 0)
			_exit(CHILD_NOT_HERE);
		test();
		_exit(CHILD_OK);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == CHILD_NOT_HERE)
		skip();
	if (WEXITSTATUS(status) != CHILD_OK)
		fail_msg("failed at a line that is %d modulo 128", WEXITSTATUS(status));
}

static void in_child(enum rl_measure measure, rl_capabilities reading, void (*test)(void))
{
	in_child_with(measure, reading, false, test);
}

static void try_rights(void)
{
	rl_capabilities left = rl_capabilities_held();

	EXPECT((left & ~RL_CAPABILITY(CAP_DAC_READ_SEARCH)) == 0);
	EXPECT(chown("file", 1, 1) != 0 && errno == EPERM);
	EXPECT(mount("none", "out", "tmpfs", 0, NULL) != 0 && errno == EPERM);
	EXPECT(rl_capabilities_keep(UINT64_MAX) == 0 && rl_capabilities_held() == left);
}

static void rights_are_gone(void **state)
{
	(void)state;
	in_child(RL_MEASURE_CAPABILITIES, RL_CAPABILITY(CAP_DAC_READ_SEARCH), try_rights);
}

static void try_files(void)
{
	int fd = open("out/.", O_TMPFILE | O_WRONLY, 0600);

	EXPECT(fd < 0 && errno == EACCES);
	EXPECT(open("file", O_WRONLY) < 0 && errno == EACCES);
	EXPECT(open("file", O_RDONLY | O_TRUNC) < 0 && errno == EACCES);
	EXPECT(truncate("file", 0) != 0 && errno == EACCES);
	EXPECT(open("new", O_WRONLY | O_CREAT, 0600) < 0 && errno == EACCES);
	EXPECT(unlink("file") != 0 && errno == EACCES);
	EXPECT(mkdir("dir", 0700) != 0 && errno == EACCES);
	EXPECT(mkdir("out/dir", 0700) != 0 && errno == EACCES);
	EXPECT(symlink("x", "link") != 0 && errno == EACCES);
	EXPECT(mkfifo("fifo", 0600) != 0 && errno == EACCES);
	EXPECT(rename("file", "out/file") != 0);
	fd = open("file", O_RDONLY);
	EXPECT(fd >= 0);
	EXPECT(open("/dev/null", O_WRONLY) < 0 && errno == EACCES);
}

static void only_the_place_of_the_output_takes_names(void **state)
{
	(void)state;
	in_child(RL_MEASURE_LANDLOCK, UINT64_MAX, try_files);
}

static void try_naming(void)
{
	/* What writes the output does: a file that was opened before gets its name at the end. */
	EXPECT(rename("out/part", "out/renamed") == 0);
	EXPECT(unlinkat(AT_FDCWD, "out/renamed", 0) == 0);
}

static void the_output_gets_its_name(void **state)
{
	int measure;

	(void)state;
	for (measure = 0; measure < RL_MEASURE_COUNT; measure++) {
		int fd = open("out/part", O_CREAT | O_WRONLY, 0600);

		assert_true(fd >= 0);
		(void)close(fd);
		in_child((enum rl_measure)measure, 0, try_naming);
	}
}

static void try_directory(void)
{
	/* What writes an output that is a directory does. */
	EXPECT(rename("out/part/sub/one", "out/part/sub/named") == 0);
	EXPECT(unlinkat(AT_FDCWD, "out/part/sub/two", 0) == 0);
	EXPECT(unlinkat(AT_FDCWD, "out/part/empty", AT_REMOVEDIR) == 0);
	EXPECT(rename("out/part", "out/renamed") == 0);
	EXPECT(unlinkat(AT_FDCWD, "out/renamed/sub/named", 0) == 0);
	EXPECT(unlinkat(AT_FDCWD, "out/renamed/sub", AT_REMOVEDIR) == 0);
	EXPECT(unlinkat(AT_FDCWD, "out/renamed", AT_REMOVEDIR) == 0);
}

static void try_other_directory(void)
{
	EXPECT(open("out/file", O_WRONLY | O_CREAT, 0600) < 0 && errno == EACCES);
	EXPECT(open("out/part/file", O_WRONLY | O_CREAT, 0600) < 0 && errno == EACCES);
	EXPECT(rename("out/old", "out/new") != 0 && errno == EACCES);
	EXPECT(unlink("out/old") != 0 && errno == EACCES);
	EXPECT(rename("out/part/sub/one", "out/one") != 0);
	EXPECT(mkdir("dir", 0700) != 0 && errno == EACCES);
	EXPECT(rmdir("other") != 0 && errno == EACCES);
}

/* An output that is a directory: made before, with its files; they get their names at the end. */
static void a_directory_gets_its_name(void **state)
{
	static const char prepare[] = "rm -rf out/* other && mkdir -p out/part/sub out/part/empty "
				      "out/renamed other && cd out &&"
				      " touch old part/sub/one part/sub/two";
	int measure;

	(void)state;
	for (measure = 0; measure < RL_MEASURE_COUNT; measure++) {
		assert_int_equal(system(prepare), 0);
		in_child_with((enum rl_measure)measure, 0, true, try_directory);
		assert_int_not_equal(access("out/renamed", F_OK), 0);
	}
	assert_int_equal(system(prepare), 0);
	in_child_with(RL_MEASURE_LANDLOCK, UINT64_MAX, true, try_other_directory);
	assert_int_equal(system("rm -r other out/*"), 0);
}

static void try_calls(void)
{
	char buffer[1];
	int fd = open("file", O_RDONLY | O_CLOEXEC);

	EXPECT(fd >= 0 && read(fd, buffer, 1) == 0);
	EXPECT(open("file", O_WRONLY) < 0 && errno == ENOSYS);
	EXPECT(open("file", O_RDWR) < 0 && errno == ENOSYS);
	EXPECT(open("file", O_RDONLY | O_TRUNC) < 0 && errno == ENOSYS);
	EXPECT(open("new", O_RDONLY | O_CREAT, 0600) < 0 && errno == ENOSYS);
	EXPECT(chmod("file", 0644) != 0 && errno == ENOSYS);
	EXPECT(truncate("file", 1) != 0 && errno == ENOSYS);
	EXPECT(mkdir("dir", 0700) != 0 && errno == ENOSYS);
	EXPECT(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == ENOSYS);
	EXPECT(mount("none", "out", "tmpfs", 0, NULL) != 0 && errno == ENOSYS);
	EXPECT(execl("/bin/true", "true", NULL) != 0 && errno == ENOSYS);
}

static void only_the_calls_of_reading_work(void **state)
{
	(void)state;
	/* Valgrind makes calls of its own in the same process. */
	if (is_under_valgrind())
		skip();
	in_child(RL_MEASURE_SECCOMP, UINT64_MAX, try_calls);
}

static void says_what_is_left(void **state)
{
	char *names;

	(void)state;
	names = rl_capabilities_names(0);
	assert_string_equal(names, "none");
	free(names);
	names = rl_capabilities_names(
		RL_CAPABILITY(CAP_SYS_ADMIN) | RL_CAPABILITY(CAP_DAC_READ_SEARCH));
	assert_string_equal(names, "dac_read_search sys_admin");
	free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rights_are_gone),
		cmocka_unit_test(only_the_place_of_the_output_takes_names),
		cmocka_unit_test(the_output_gets_its_name),
		cmocka_unit_test(a_directory_gets_its_name),
		cmocka_unit_test(only_the_calls_of_reading_work),
		cmocka_unit_test(says_what_is_left),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
