/* SPDX-License-Identifier: MIT */
/* The JSON of an image's config: its text to the byte, since the image's digest is made of it. */
#include "tests/unit/unit.h"
#include "writer/history.h"
#include "writer/image_json.h"

#include <string.h>

static const char *const ids[] = {"sha256:aa", "sha256:bb"};

static void set(char **to, const char *text)
{
	assert_int_equal(rl_config_set(to, text, strlen(text)), 0);
}

static void add(struct rl_strings *strings, const char *text)
{
	assert_int_equal(rl_strings_add(strings, text, strlen(text)), 0);
}

static void pair(struct rl_pairs *pairs, const char *name, const char *value)
{
	assert_int_equal(rl_pairs_set(pairs, name, value), 0);
}

static void expect(struct rl_image_config *config, size_t layers, const char *wanted)
{
	struct rl_buf text = {0};
	struct rl_error err = {0};

	assert_int_equal(rl_config_json(config, ids, layers, &text, &err), 0);
	assert_string_equal(text.data, wanted);
	assert_int_equal(text.len, strlen(wanted));
	rl_buf_free(&text);
	rl_config_free(config);
}

static void expect_fault(struct rl_image_config *config, size_t layers, const char *wanted)
{
	struct rl_buf text = {0};
	struct rl_error err = {0};

	assert_int_equal(rl_config_json(config, ids, layers, &text, &err), -EINVAL);
	assert_string_equal(err.message, wanted);
	rl_buf_free(&text);
	rl_config_free(config);
}

static void a_config_that_says_nothing_is_valid(void **state)
{
	struct rl_image_config config = {0};

	(void)state;
	set(&config.architecture, "amd64");
	expect(&config, 1,
		"{\"architecture\":\"amd64\",\"config\":{},\"history\":[{\"created_by\":"
		"\"rootlift\"}],\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[\"sha256:aa\"],"
		"\"type\":\"layers\"}}");
}

static void all_has_its_place(void **state)
{
	struct rl_image_config config = {.has_created = true, .created = 1700000000};

	(void)state;
	set(&config.architecture, "arm");
	set(&config.variant, "v7");
	set(&config.author, "Ann");
	add(&config.command, "-b");
	add(&config.entrypoint, "/bin/top");
	pair(&config.environment, "B", "2");
	pair(&config.environment, "A", "1=\"\n");
	pair(&config.environment, "B", "3");
	add(&config.ports, "80/tcp");
	add(&config.ports, "53/udp");
	add(&config.ports, "80/tcp");
	add(&config.volumes, "/srv");
	add(&config.on_build, "RUN x");
	pair(&config.labels, "z", "");
	pair(&config.labels, "a", "\xc3\xa9");
	set(&config.user, "1000:1000");
	set(&config.working_dir, "/srv");
	set(&config.stop_signal, "SIGQUIT");
	add(&config.health.test, "CMD");
	add(&config.health.test, "/bin/check");
	config.health.interval = 1500000000;
	config.health.retries = 3;
	assert_int_equal(rl_config_add_history(&config, "base", NULL, false), 0);
	assert_int_equal(rl_config_add_history(&config, "CMD x", "by hand", true), 0);
	assert_int_equal(rl_config_add_history(&config, "top", NULL, false), 0);
	expect(&config, 2,
		"{\"architecture\":\"arm\",\"author\":\"Ann\",\"config\":{\"Cmd\":[\"-b\"],"
		"\"Entrypoint\":[\"/bin/top\"],\"Env\":[\"B=3\",\"A=1=\\\"\\n\"],"
		"\"ExposedPorts\":{\"53/udp\":{},\"80/tcp\":{}},\"Healthcheck\":{\"Interval\":"
		"1500000000,\"Retries\":3,\"Test\":[\"CMD\",\"/bin/check\"]},\"Labels\":{\"a\":"
		"\"\xc3\xa9\",\"z\":\"\"},\"OnBuild\":[\"RUN x\"],\"StopSignal\":\"SIGQUIT\","
		"\"User\":\"1000:1000\",\"Volumes\":{\"/srv\":{}},\"WorkingDir\":\"/srv\"},"
		"\"created\":\"2023-11-14T22:13:20Z\",\"history\":["
		"{\"author\":\"Ann\",\"created\":\"2023-11-14T22:13:20Z\",\"created_by\":\"base\"},"
		"{\"author\":\"Ann\",\"comment\":\"by hand\",\"created\":\"2023-11-14T22:13:20Z\","
		"\"created_by\":\"CMD x\",\"empty_layer\":true},"
		"{\"author\":\"Ann\",\"created\":\"2023-11-14T22:13:20Z\",\"created_by\":\"top\"}],"
		"\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[\"sha256:aa\",\"sha256:bb\"],\"type\":"
		"\"layers\"},\"variant\":\"v7\"}");
}

static void what_is_not_utf8_is_refused(void **state)
{
	struct rl_image_config config = {0};

	(void)state;
	pair(&config.labels, "a", "x\xff");
	expect_fault(
		&config, 1, "a label is not UTF-8, which an image's config has to be: 'x\\xff'");
	pair(&config.labels, "\xff", "x");
	expect_fault(
		&config, 1, "a label is not UTF-8, which an image's config has to be: '\\xff'");
	add(&config.volumes, "/\xff");
	expect_fault(
		&config, 1, "Volumes is not UTF-8, which an image's config has to be: '/\\xff'");
	pair(&config.environment, "A", "\xed\xa0\x80");
	expect_fault(&config, 1,
		"Env is not UTF-8, which an image's config has to be: 'A=\\xed\\xa0\\x80'");
}

static void a_history_has_all_layers(void **state)
{
	struct rl_image_config config = {0};

	(void)state;
	assert_int_equal(rl_config_add_history(&config, "x", NULL, false), 0);
	assert_int_equal(rl_config_add_history(&config, "y", NULL, true), 0);
	expect_fault(&config, 2, "the history of the image has 1 layers, but there are 2");
}

static void dates_are_rfc3339(void **state)
{
	static const struct {
		int64_t seconds;
		const char *expect;
	} rows[] = {{0, "1970-01-01T00:00:00Z"}, {951782400, "2000-02-29T00:00:00Z"},
		{-1, "1969-12-31T23:59:59Z"}, {253402300799, "9999-12-31T23:59:59Z"},
		{253402300800, NULL}, {-62167219200, "0000-01-01T00:00:00Z"}, {-62167219201, NULL},
		{INT64_MAX, NULL}, {INT64_MIN, NULL}};
	struct rl_image_config config = {.has_created = true, .created = INT64_MAX};
	char text[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_int_equal(rl_config_date(rows[i].seconds, text),
			rows[i].expect != NULL ? 0 : -EINVAL);
		if (rows[i].expect != NULL)
			assert_string_equal(text, rows[i].expect);
	}
	expect_fault(&config, 0,
		"9223372036854775807 seconds since 1970 is no date that an image can have");
}

static int pairs_json(const struct rl_pairs *pairs, struct rl_buf *text, struct rl_error *err)
{
	struct rl_image_json json = {.err = err};

	return rl_image_json_finish(
		&json, rl_image_json_pairs(&json, "an annotation", pairs), text);
}

static void pairs_are_an_object(void **state)
{
	struct rl_pairs pairs = {0};
	struct rl_buf text = {0};
	struct rl_error err = {0};

	(void)state;
	assert_int_equal(pairs_json(&pairs, &text, &err), 0);
	assert_string_equal(text.data, "{}");
	pair(&pairs, "b", "2");
	pair(&pairs, "a", "1");
	assert_int_equal(pairs_json(&pairs, &text, &err), 0);
	assert_string_equal(text.data, "{\"a\":\"1\",\"b\":\"2\"}");
	pair(&pairs, "c", "\xff");
	assert_int_equal(pairs_json(&pairs, &text, &err), -EINVAL);
	rl_buf_free(&text);
	rl_pairs_free(&pairs);
}

static void inherit(const struct rl_image_config *parent, size_t layers, const char *wanted)
{
	struct rl_image_config config = {0};

	set(&config.architecture, "amd64");
	assert_int_equal(rl_config_inherit_history(&config, parent, layers), 0);
	expect(&config, 2, wanted);
}

#define HEAD "{\"architecture\":\"amd64\",\"config\":{},\"history\":["
#define TAIL                                                                                       \
	"{\"created_by\":\"rootlift\"}],\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[\"sha256:aa\"," \
	"\"sha256:bb\"],\"type\":\"layers\"}}"

static void the_history_of_a_parent_comes_first(void **state)
{
	struct rl_image_config parent = {0};

	(void)state;
	inherit(&parent, 1, HEAD "{}," TAIL);
	assert_int_equal(rl_config_add_history(&parent, "FROM", "c", false), 0);
	assert_int_equal(rl_config_add_history(&parent, "ENV", NULL, true), 0);
	inherit(&parent, 1,
		HEAD "{\"comment\":\"c\",\"created_by\":\"FROM\"},{\"created_by\":\"ENV\","
		     "\"empty_layer\":true}," TAIL);
	/* It is about one layer too many. */
	assert_int_equal(rl_config_add_history(&parent, "x", NULL, false), 0);
	inherit(&parent, 1, HEAD "{}," TAIL);
	rl_config_free(&parent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_config_that_says_nothing_is_valid),
		cmocka_unit_test(all_has_its_place),
		cmocka_unit_test(what_is_not_utf8_is_refused),
		cmocka_unit_test(a_history_has_all_layers),
		cmocka_unit_test(dates_are_rfc3339),
		cmocka_unit_test(pairs_are_an_object),
		cmocka_unit_test(the_history_of_a_parent_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
