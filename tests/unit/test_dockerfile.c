/* SPDX-License-Identifier: MIT */
/*
 * Instructions of a Dockerfile: what docker makes of each, and where rootlift is meant to differ. That the
 * list is right tests/e2e/config.t asks docker itself.
 */
#include "cli/dockerfile.h"
#include "tests/unit/unit.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* What docker makes of each, one JSON object a line; the first one tells of the others. */
static const char list[] = "tests/lib/dockerfile_changes.jsonl";

/* What is wrong, in one line; docker takes those that are marked. */
static const struct {
	const char *text, *expect;
} faults[] = {
	{"RUN x", "RUN builds an image, it does not change a config"},
	{"copy a b", "COPY builds an image, it does not change a config"},
	{"NOSUCH x",
		"'NOSUCH' is none of CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, "
		"STOPSIGNAL, USER, VOLUME, WORKDIR"},
	{"", "no instruction"},
	{"# x\n\n", "no instruction"},
	{"CMD", /* docker */
		"CMD: needs a command: a JSON array, [] for none, or a line for a shell"},
	{"CMD ['a']", /* docker */
		"CMD: not a JSON array of strings: invalid token near '''"},
	{"CMD [\"a\"] b", /* docker */
		"CMD: not a JSON array of strings: end of file expected near 'b'"},
	{"ENTRYPOINT [1]", "ENTRYPOINT: a JSON array here holds strings only"},
	{"CMD --x", "CMD: has no option '--x'"},
	{"ENV A", "ENV: 'A' is not NAME=VALUE"},
	{"ENV A=1 B", "ENV: 'B' is not NAME=VALUE"},
	{"ENV =x", "ENV: a name is empty"},
	{"ENV A='x", "ENV: a ' is not closed"},
	{"ENV A=\"x", "ENV: a \" is not closed"},
	{"ENV A=${A", "ENV: ${NAME is not followed by } or :"},
	{"ENV A=${A:-x", "ENV: a ${ is not closed"},
	{"ENV A=${A:=x}", "ENV: in ${NAME:...} only :-, :+ and :? are known"},
	{"ENV A=\"${A:?is needed}\"", "ENV: A: is needed"},
	{"EXPOSE 8080:80", /* docker */
		"EXPOSE: '8080:80' is no port: 80, 53/udp, 8000-8003 (0 to 65535)"},
	{"EXPOSE 80/icmp", "EXPOSE: the protocol of '80/icmp' is not tcp, udp or sctp"},
	{"VOLUME [\"/a\"", /* docker */
		"VOLUME: not a JSON array of strings: ']' expected near end of file"},
	{"STOPSIGNAL FOO", "STOPSIGNAL: 'FOO' is no signal: SIGTERM, QUIT, SIGRTMIN+3, 15"},
	{"STOPSIGNAL 0", "STOPSIGNAL: '0' is no signal: SIGTERM, QUIT, SIGRTMIN+3, 15"},
	{"STOPSIGNAL RTMIN+16",
		"STOPSIGNAL: 'RTMIN+16' is no signal: SIGTERM, QUIT, SIGRTMIN+3, 15"},
	{"STOPSIGNAL a b", "STOPSIGNAL: 'a b' is no signal: SIGTERM, QUIT, SIGRTMIN+3, 15"},
	{"WORKDIR", "WORKDIR: needs a directory"},
	{"USER", "USER: needs a user"},
	{"ONBUILD FROM x", "ONBUILD: 'FROM' cannot be done later"},
	{"ONBUILD nosuch", /* docker */ "ONBUILD: 'nosuch' cannot be done later"},
	{"HEALTHCHECK --interval=1us CMD a",
		"HEALTHCHECK: --interval takes a time of at least 1ms, as 30s or 1m30s, not '1us'"},
	{"HEALTHCHECK --retries=0 CMD a", "HEALTHCHECK: --retries takes a number from 1, not '0'"},
	{"HEALTHCHECK FOO", "HEALTHCHECK: takes CMD or NONE, not 'FOO'"},
	{"USER a\nRUN x", "RUN builds an image, it does not change a config"},
};

static void take(const char *text, const json_t *expect)
{
	RL_AUTO_FREE char *wanted = NULL,
			  *shown = json_dumps(expect, JSON_COMPACT | JSON_SORT_KEYS);
	struct rl_image_config config = {0};
	struct rl_buf json = {0};
	struct rl_error err = {0};

	assert_non_null(shown);
	if (rl_dockerfile_apply(&config, text, &err) != 0)
		fail_msg("%s: %s", text, err.message);
	assert_int_equal(rl_config_json(&config, NULL, 0, &json, &err), 0);
	assert_true(asprintf(&wanted,
			    "{\"config\":%s,\"history\":[],\"os\":\"linux\",\"rootfs\":{"
			    "\"diff_ids\":[],\"type\":\"layers\"}}",
			    shown) > 0);
	if (strcmp(json.data, wanted) != 0)
		fail_msg("%s\nis     %s\nis not %s", text, json.data, wanted);
	rl_buf_free(&json);
	rl_config_free(&config);
}

static void refuse(const char *text)
{
	struct rl_image_config config = {0};
	struct rl_error err = {0};

	if (rl_dockerfile_apply(&config, text, &err) != -EINVAL)
		fail_msg("taken: %s", text);
	assert_true(err.message[0] != '\0' && strchr(err.message, '\n') == NULL);
	rl_config_free(&config);
}

/* The instructions of a line of the list; NULL: it is the first. */
static const char *text_of(const json_t *line)
{
	static const char *const kinds[] = {"taken", "refused", "differs"};
	size_t i;

	for (i = 0; i < COUNT(kinds); i++) {
		if (json_object_get(line, kinds[i]) != NULL)
			return json_string_value(json_object_get(line, kinds[i]));
	}
	return NULL;
}

static void instructions_become_what_docker_makes_of_them(void **state)
{
	FILE *file = fopen(list, "re");
	size_t taken = 0, refused = 0;
	json_t *line;

	(void)state;
	if (file == NULL)
		fail_msg("%s is not here: run this in the project's directory", list);
	while ((line = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
		const char *text = text_of(line);
		json_t *config = json_object_get(line, "config");

		if (text != NULL && json_is_object(config)) {
			take(text, config);
			taken++;
		} else if (text != NULL) {
			refuse(text);
			refused++;
		}
		json_decref(line);
	}
	assert_true(feof(file));
	(void)fclose(file);
	assert_true(taken >= 120 && refused > 80);
}

static void faults_are_told_in_one_line(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(faults); i++) {
		struct rl_image_config config = {0};
		struct rl_error err = {0};

		if (rl_dockerfile_apply(&config, faults[i].text, &err) != -EINVAL)
			fail_msg("taken: %s", faults[i].text);
		assert_string_equal(err.message, faults[i].expect);
		rl_config_free(&config);
	}
}

/* Braces within braces end somewhere, and do so without taking all of the stack. */
static void nesting_has_an_end(void **state)
{
	struct rl_image_config config = {0};
	struct rl_error err = {0};
	struct rl_buf text = {0};
	size_t i;

	(void)state;
	assert_int_equal(rl_buf_append_str(&text, "ENV A="), 0);
	for (i = 0; i < 100000; i++)
		assert_int_equal(rl_buf_append_str(&text, "${A:-"), 0);
	assert_int_equal(rl_dockerfile_apply(&config, text.data, &err), -EINVAL);
	assert_string_equal(err.message, "ENV: too many ${...} in each other");
	rl_buf_free(&text);
	rl_config_free(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instructions_become_what_docker_makes_of_them),
		cmocka_unit_test(faults_are_told_in_one_line),
		cmocka_unit_test(nesting_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
