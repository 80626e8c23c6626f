/* SPDX-License-Identifier: MIT */
/* The options that say what image is written, and what is in it if they do not say. */
#include "cli/image_options.h"
#include "cli/options.h"
#include "cli/reference.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define WORDS_MAX 8
#define OCI "--format=oci"

/* Words of a command line, and the config that they give. */
static const struct {
	const char *words[WORDS_MAX], *expect;
} taken[] = {
	{{OCI}, "{}"},
	{{"--format", "docker"}, "{}"},
	{{OCI, "--cmd", "[\"a\",\"b c\"]"}, "{\"Cmd\":[\"a\",\"b c\"]}"},
	{{OCI, "--cmd", "exec a  b"}, "{\"Cmd\":[\"/bin/sh\",\"-c\",\"exec a  b\"]}"},
	{{OCI, "--cmd", "[ -e /x ] && y"}, "{\"Cmd\":[\"/bin/sh\",\"-c\",\"[ -e /x ] && y\"]}"},
	{{OCI, "--cmd=a", "--cmd=[]"}, "{}"},
	{{OCI, "--entrypoint", "[\"/bin/tini\",\"--\"]"},
		"{\"Entrypoint\":[\"/bin/tini\",\"--\"]}"},
	/* What a shell has done once is not done again. */
	{{OCI, "--env", "A=$B \"c\" \\d", "--env=C="},
		"{\"Env\":[\"A=$B \\\"c\\\" \\\\d\",\"C=\"]}"},
	{{OCI, "--env=A=1", "--env=B=2", "--env=A=3"}, "{\"Env\":[\"A=3\",\"B=2\"]}"},
	{{OCI, "--expose=80", "--expose=8000-8001/udp"},
		"{\"ExposedPorts\":{\"80/tcp\":{},\"8000/udp\":{},\"8001/udp\":{}}}"},
	{{OCI, "--volume=/b c", "--volume=/a"}, "{\"Volumes\":{\"/a\":{},\"/b c\":{}}}"},
	{{OCI, "--user=1:2", "--workdir=/srv"}, "{\"User\":\"1:2\",\"WorkingDir\":\"/srv\"}"},
	{{OCI, "--label=b=1=2", "--label=a="}, "{\"Labels\":{\"a\":\"\",\"b\":\"1=2\"}}"},
	{{OCI, "--stop-signal=SIGRTMIN+3"}, "{\"StopSignal\":\"SIGRTMIN+3\"}"},
	{{OCI, "--env=A=1", "--change=ENV B=$A", "--change", "env A 2"},
		"{\"Env\":[\"A=2\",\"B=1\"]}"},
	/* These are not of the config's inner part. */
	{{OCI, "--annotation=a=b", "--author=me", "--arch=arm/v7", "--tag=a", "--compress=zstd:3"},
		"{}"},
	{{"--compress=gzip"}, "{}"},
};

/* Words that are refused, and the line that says why. */
static const struct {
	const char *words[WORDS_MAX], *expect;
} refused[] = {
	{{"--format=zip"}, "--format: tar, oci, docker, squashfs or erofs, not 'zip'"},
	{{"--cmd=a"}, "--cmd needs --format oci or docker: a tar has no config, which `docker "
		      "import --change` gives it"},
	{{"--format=oci", "--change=CMD a", "--format=tar"},
		"--change needs --format oci or docker: a tar has no config, which `docker import "
		"--change` gives it"},
	{{OCI, "--cmd="}, "--cmd needs a value"},
	{{OCI, "--cmd=[\"a\""},
		"--cmd: not a JSON array of strings: ']' expected near end of file"},
	{{OCI, "--entrypoint=['a']"},
		"--entrypoint: not a JSON array of strings: invalid token near "
		"'''"},
	{{OCI, "--layers="}, "--layers needs a value"},
	{{OCI, "--layers=0"}, "--layers: single, auto or 1 to 100, not '0'"},
	{{OCI, "--layers=101"}, "--layers: single, auto or 1 to 100, not '101'"},
	{{OCI, "--layers=18446744073709551617"},
		"--layers: single, auto or 1 to 100, not '18446744073709551617'"},
	{{OCI, "--layers=3x"}, "--layers: single, auto or 1 to 100, not '3x'"},
	{{OCI, "--env=A"}, "--env: 'A' is not NAME=VALUE"},
	{{OCI, "--env==A"}, "--env: '=A' is not NAME=VALUE"},
	{{OCI, "--label=A"}, "--label: 'A' is not NAME=VALUE"},
	{{OCI, "--annotation=A"}, "--annotation: 'A' is not NAME=VALUE"},
	{{OCI, "--label=A=\xff"},
		"--label: 'A=\\xff' is not UTF-8, which an image's config has to be"},
	{{OCI, "--expose=70000"},
		"--expose: '70000' is no port: 80, 53/udp, 8000-8003 (0 to 65535)"},
	{{OCI, "--expose=80/x"}, "--expose: the protocol of '80/x' is not tcp, udp or sctp"},
	{{OCI, "--volume=a"}, "--volume: a path in the image begins with /, unlike 'a'"},
	{{OCI, "--workdir=a"}, "--workdir: a path in the image begins with /, unlike 'a'"},
	{{OCI, "--stop-signal=x"},
		"--stop-signal: 'x' is no signal: SIGTERM, QUIT, SIGRTMIN+3, 15"},
	{{OCI, "--arch=x86_64"}, "--arch: x86_64 is called amd64 here"},
	{{OCI, "--arch=armv7l"}, "--arch: armv7l is called arm/v7 here"},
	{{OCI, "--arch=a b"}, "--arch: 'a b' is not ARCH or ARCH/VARIANT, as amd64 or arm/v7"},
	{{OCI, "--arch=a/"}, "--arch: 'a/' is not ARCH or ARCH/VARIANT, as amd64 or arm/v7"},
	{{OCI, "--change=RUN x\ny"},
		"--change: 'RUN x\\ny': RUN builds an image, it does not change "
		"a config"},
	{{OCI, "--tag=a@sha256:0"}, "--tag: 'a@sha256:0' has a digest, which only the image can "
				    "tell"},
};

static int parse(
	const char *const words[WORDS_MAX], struct rl_options *options, struct rl_error *err)
{
	static char name[] = "capture";
	char *argv[WORDS_MAX + 2] = {name}, *copies[WORDS_MAX] = {NULL};
	int argc = 1, i, ret;

	for (i = 0; i < WORDS_MAX && words[i] != NULL; i++)
		argv[argc++] = copies[i] = strdup(words[i]);
	ret = rl_options_parse(RL_COMMAND_CAPTURE, argc, argv, options, err);
	for (i = 0; i < WORDS_MAX; i++)
		free(copies[i]);
	return ret;
}

static void options_become_a_config(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(taken); i++) {
		struct rl_options options = {0};
		struct rl_error err = {0};
		struct rl_buf text = {0};
		char wanted[1024];

		if (parse(taken[i].words, &options, &err) != 0)
			fail_msg("row %zu: %s", i, err.message);
		assert_int_equal(rl_config_json(&options.image.config, NULL, 0, &text, &err), 0);
		(void)snprintf(
			wanted, sizeof(wanted), "\"config\":%s,\"history\"", taken[i].expect);
		if (strstr(text.data, wanted) == NULL)
			fail_msg("%s has no %s", text.data, wanted);
		rl_buf_free(&text);
		rl_options_free(&options);
	}
}

static void wrong_ones_are_told_in_one_line(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(refused); i++) {
		struct rl_options options = {0};
		struct rl_error err = {0};

		assert_int_equal(parse(refused[i].words, &options, &err), -EINVAL);
		assert_string_equal(err.message, refused[i].expect);
		rl_options_free(&options);
	}
}

/* Names of images; NULL: none. */
static const char *const names[][2] = {
	{"a", "a:latest"},
	{"team/host", "team/host:latest"},
	{"a:1.0", "a:1.0"},
	{"a:_X.y-z", "a:_X.y-z"},
	{"localhost/a", "localhost/a:latest"},
	{"localhost:5000/a", "localhost:5000/a:latest"},
	{"Example.ORG:80/a/b:t", "Example.ORG:80/a/b:t"},
	{"g/a.b-c_d__e---f", "g/a.b-c_d__e---f:latest"},
	{"", NULL},
	{"A", NULL},
	{"a/B", NULL},
	{"Example/a", NULL},
	/* A domain, which has no "_". */
	{"a.b_c/d", NULL},
	{"a:", NULL},
	{"a:.x", NULL},
	{"a:-x", NULL},
	{"a:b:c", NULL},
	{"a/", NULL},
	{"/a", NULL},
	{"a//b", NULL},
	{"-a", NULL},
	{"a-", NULL},
	{"a..b", NULL},
	{"a___b", NULL},
	{"a._b", NULL},
	{"a b", NULL},
	{"a.-b.c/x", NULL},
	{"a.b:x/c", NULL},
	{"a.b:/c", NULL},
	{"x@sha256:00", NULL},
	{"\xc3\xa9", NULL},
	{"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", NULL},
};

static void names_have_their_grammar(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		RL_AUTO_FREE char *reference = NULL;
		struct rl_error err = {0};
		int ret = rl_reference_parse(names[i][0], &reference, &err);

		if (ret != (names[i][1] != NULL ? 0 : -EINVAL))
			fail_msg("'%s': %d %s", names[i][0], ret, err.message);
		if (names[i][1] != NULL)
			assert_string_equal(reference, names[i][1]);
		else
			assert_true(err.message[0] != '\0');
	}
}

static void lengths_have_limits(void **state)
{
	char text[300];
	RL_AUTO_FREE char *reference = NULL;
	struct rl_error err = {0};

	(void)state;
	memset(text, 'a', sizeof(text));
	text[255] = '\0';
	assert_int_equal(rl_reference_parse(text, &reference, &err), 0);
	text[255] = 'a';
	text[256] = '\0';
	assert_int_equal(rl_reference_parse(text, &reference, &err), -EINVAL);
	text[1] = ':';
	text[130] = '\0';
	free(rl_steal_ptr(&reference));
	assert_int_equal(rl_reference_parse(text, &reference, &err), 0);
	text[130] = 'a';
	text[131] = '\0';
	assert_int_equal(rl_reference_parse(text, &reference, &err), -EINVAL);
}

/* A root of its own, with these files. */
static int make_root(char dir[64], const char *const files[], size_t count)
{
	size_t i;
	int root_fd;

	(void)snprintf(dir, 64, "/var/tmp/rootlift-test.XXXXXX");
	assert_non_null(mkdtemp(dir));
	root_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(root_fd >= 0);
	assert_int_equal(mkdirat(root_fd, "bin", 0755), 0);
	for (i = 0; i < count; i++) {
		int fd = openat(root_fd, files[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0755);

		assert_true(fd >= 0);
		(void)close(fd);
	}
	return root_fd;
}

static void remove_root(const char *dir, int root_fd)
{
	char command[96];

	(void)close(root_fd);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* What is added for these words, in a root with these files: "CMD|PATH|VERSION|CREATED|ARCH". */
static void expect_complete(const char *const words[WORDS_MAX], const char *const files[],
	size_t count, const char *wanted)
{
	char dir[64], text[512];
	struct rl_facts facts = {.root_fd = make_root(dir, files, count)};
	struct rl_options options = {0};
	struct rl_image_config *config = &options.image.config;
	struct rl_platform platform;
	struct rl_error err = {0};
	const char *version, *created;

	(void)snprintf(facts.distro.version, sizeof(facts.distro.version), "12");
	assert_int_equal(parse(words, &options, &err), 0);
	config->has_created = true;
	assert_int_equal(rl_image_options_complete(&options.image, &facts, &platform, &err), 0);
	version = rl_pairs_get(&config->annotations, "org.opencontainers.image.version");
	created = rl_pairs_get(&config->annotations, "org.opencontainers.image.created");
	assert_non_null(version);
	assert_non_null(created);
	(void)snprintf(text, sizeof(text), "%s|%s|%s|%s|%d",
		config->command.count > 0 ? config->command.strings[0] : "",
		rl_pairs_get(&config->environment, "PATH"), version, created, platform.is_guess);
	assert_string_equal(text, wanted);
	remove_root(dir, facts.root_fd);
	rl_options_free(&options);
}

#define PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static void what_is_not_said_comes_from_the_root(void **state)
{
	static const char *const shells[] = {"bin/sh", "bin/bash"};
	static const char *const words[][WORDS_MAX] = {{OCI},
		{OCI, "--cmd=[\"x\"]", "--env=PATH=/x", "--arch=arm64",
			"--annotation=org.opencontainers.image.version=v"},
		{OCI, "--entrypoint=[\"x\"]"}, {OCI, "--cmd=[]"}};

	(void)state;
	expect_complete(words[0], shells, 2, "/bin/bash|" PATH "|12|1970-01-01T00:00:00Z|1");
	expect_complete(words[0], shells, 1, "/bin/sh|" PATH "|12|1970-01-01T00:00:00Z|1");
	expect_complete(words[0], NULL, 0, "|" PATH "|12|1970-01-01T00:00:00Z|1");
	expect_complete(words[1], shells, 2, "x|/x|v|1970-01-01T00:00:00Z|0");
	expect_complete(words[2], shells, 2, "|" PATH "|12|1970-01-01T00:00:00Z|1");
	expect_complete(words[3], shells, 2, "|" PATH "|12|1970-01-01T00:00:00Z|1");
}

static void layers_are_a_word_or_a_number(void **state)
{
	static const struct {
		const char *words[WORDS_MAX];
		bool is_layered;
		size_t max_layers;
	} cases[] = {{{OCI}, false, 0}, {{OCI, "--layers=single"}, false, 0},
		{{OCI, "--layers=auto"}, true, 0}, {{OCI, "--layers=1"}, true, 1},
		{{OCI, "--layers=100"}, true, 100}, {{OCI, "--layers=7", "--layers=auto"}, true, 0},
		{{OCI, "--layers=7", "--layers=single"}, false, 0}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_options options = {0};
		struct rl_error err = {0};

		assert_int_equal(parse(cases[i].words, &options, &err), 0);
		assert_int_equal(options.image.is_layered, cases[i].is_layered);
		assert_int_equal(options.image.max_layers, cases[i].max_layers);
		rl_options_free(&options);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_become_a_config),
		cmocka_unit_test(wrong_ones_are_told_in_one_line),
		cmocka_unit_test(names_have_their_grammar),
		cmocka_unit_test(lengths_have_limits),
		cmocka_unit_test(layers_are_a_word_or_a_number),
		cmocka_unit_test(what_is_not_said_comes_from_the_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
