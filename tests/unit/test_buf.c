/* SPDX-License-Identifier: MIT */
#include "common/buf.h"
#include "tests/unit/unit.h"

#include <string.h>

static void grows_and_keeps_its_bytes(void **state)
{
	struct rl_buf buf = {0};
	size_t i;

	(void)state;
	for (i = 0; i < 10000; i++)
		assert_int_equal(rl_buf_append(&buf, "abc", 3), 0);
	assert_int_equal(buf.len, 30000);
	for (i = 0; i < buf.len; i++)
		assert_int_equal(buf.data[i], "abc"[i % 3]);
	rl_buf_free(&buf);
	assert_null(buf.data);
}

static void strings_are_terminated_but_not_counted(void **state)
{
	struct rl_buf buf = {0};

	(void)state;
	assert_int_equal(rl_buf_append_str(&buf, "one"), 0);
	assert_int_equal(rl_buf_append_str(&buf, "two"), 0);
	assert_int_equal(buf.len, 6);
	assert_string_equal(buf.data, "onetwo");
	rl_buf_truncate(&buf, 2);
	assert_string_equal(buf.data, "on");
	rl_buf_free(&buf);
}

static void a_size_that_overflows_is_no_memory(void **state)
{
	struct rl_buf buf = {0};

	(void)state;
	assert_int_equal(rl_buf_append(&buf, "x", 1), 0);
	assert_int_equal(rl_buf_reserve(&buf, SIZE_MAX), -ENOMEM);
	assert_int_equal(buf.len, 1);
	rl_buf_free(&buf);
}

static void an_empty_one_can_be_truncated_and_freed(void **state)
{
	struct rl_buf buf = {0};

	(void)state;
	rl_buf_truncate(&buf, 0);
	assert_int_equal(rl_buf_append(&buf, NULL, 0), 0);
	rl_buf_free(&buf);
	rl_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_keeps_its_bytes),
		cmocka_unit_test(strings_are_terminated_but_not_counted),
		cmocka_unit_test(a_size_that_overflows_is_no_memory),
		cmocka_unit_test(an_empty_one_can_be_truncated_and_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
