/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"
#include "writer/pax.h"

#include <stdio.h>
#include <string.h>

#define BLOCK 512

/* An empty header of type @type for content of @size bytes. */
static void add_header(struct rl_buf *buf, char type, size_t size)
{
	char block[BLOCK] = "name";

	(void)snprintf(block + 100, 8, "%07o", 0777U);
	(void)snprintf(block + 124, 12, "%011o", (unsigned int)size);
	block[156] = type;
	assert_int_equal(rl_buf_append(buf, block, sizeof(block)), 0);
}

/* An extended header with these records, and the header of a regular file behind it. */
static void make_blocks(struct rl_buf *buf, const char *records)
{
	char zeros[BLOCK] = {0};
	size_t len = strlen(records);

	if (len > 0) {
		add_header(buf, 'x', len);
		assert_int_equal(rl_buf_append(buf, records, len), 0);
		assert_int_equal(rl_buf_append(buf, zeros, (BLOCK - len % BLOCK) % BLOCK), 0);
	}
	add_header(buf, '0', 0);
}

static unsigned long field(const struct rl_buf *buf, size_t at)
{
	return strtoul(buf->data + at, NULL, 8);
}

/* The sum of the header's bytes, its checksum field as blanks. */
static unsigned long sum_of(const char *header)
{
	unsigned long sum = 0;
	size_t i;

	for (i = 0; i < BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)header[i];
	return sum;
}

static void sets_mode_and_checksum(void **state)
{
	struct rl_buf buf = {0};
	struct rl_pax_fix fix = {.mode = 0104751};

	(void)state;
	make_blocks(&buf, "");
	assert_int_equal(rl_pax_fix(&buf, &fix), 0);
	assert_int_equal(buf.len, BLOCK);
	assert_int_equal(field(&buf, 100), 04751);
	assert_int_equal(field(&buf, 148), sum_of(buf.data));
	rl_buf_free(&buf);
}

static void takes_out_what_is_better_not_said(void **state)
{
	static const struct {
		const char *in, *expect;
		bool is_binary;
	} cases[] = {
		{"21 hdrcharset=BINARY\n9 path=x\n", "9 path=x\n", false},
		{"9 path=x\n21 hdrcharset=BINARY\n", "9 path=x\n", false},
		{"21 hdrcharset=BINARY\n9 path=x\n", "21 hdrcharset=BINARY\n9 path=x\n", true},
		{"26 SCHILY.devminor=300000\n9 path=x\n", "9 path=x\n", true},
		{"30 comment=21 hdrcharset=BINAR\n9 path=x\n", NULL, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_buf buf = {0};
		struct rl_pax_fix fix = {.mode = 0644, .is_binary = cases[i].is_binary};

		make_blocks(&buf, cases[i].in);
		if (cases[i].expect == NULL) {
			/* The length does not fit the record. */
			assert_int_equal(rl_pax_fix(&buf, &fix), -EINVAL);
			rl_buf_free(&buf);
			continue;
		}
		assert_int_equal(rl_pax_fix(&buf, &fix), 0);
		assert_int_equal(buf.len, 3 * BLOCK);
		assert_int_equal(field(&buf, 124), strlen(cases[i].expect));
		assert_memory_equal(buf.data + BLOCK, cases[i].expect, strlen(cases[i].expect));
		assert_int_equal(buf.data[BLOCK + strlen(cases[i].expect)], 0);
		assert_int_equal(field(&buf, 148), sum_of(buf.data));
		assert_int_equal(field(&buf, 2 * BLOCK + 100), 0644);
		rl_buf_free(&buf);
	}
}

static void an_extended_header_without_records_goes(void **state)
{
	struct rl_buf buf = {0};
	struct rl_pax_fix fix = {.mode = 0600};

	(void)state;
	make_blocks(&buf, "21 hdrcharset=BINARY\n");
	assert_int_equal(rl_pax_fix(&buf, &fix), 0);
	assert_int_equal(buf.len, BLOCK);
	assert_int_equal(buf.data[156], '0');
	assert_int_equal(field(&buf, 100), 0600);
	rl_buf_free(&buf);
}

static void lengths_count_their_own_digits(void **state)
{
	size_t size;

	(void)state;
	/* Across 9 to 10, 99 to 100 and 999 to 1000 bytes. */
	for (size = 1; size < 1100; size++) {
		char value[1100];
		struct rl_buf buf = {0};
		const struct rl_pax_record record = {"k", value, size};
		struct rl_pax_fix fix = {.mode = 0600, .records = &record, .record_count = 1};
		unsigned long len;
		char *end;

		memset(value, 'v', size);
		make_blocks(&buf, "9 path=x\n");
		assert_int_equal(rl_pax_fix(&buf, &fix), 0);
		len = strtoul(buf.data + BLOCK, &end, 10);
		assert_int_equal(buf.data[BLOCK + len - 1], '\n');
		assert_memory_equal(end, " k=v", 4);
		assert_int_equal(len, (size_t)(end - buf.data - BLOCK) + 4 + size);
		/* It comes first, and the other record is still there. */
		assert_memory_equal(buf.data + BLOCK + len, "9 path=x\n", 9);
		assert_int_equal(field(&buf, 124), len + 9);
		assert_int_equal(buf.len % BLOCK, 0);
		assert_int_equal(buf.data[buf.len - BLOCK + 156], '0');
		rl_buf_free(&buf);
	}
}

static void malformed_headers_are_errors(void **state)
{
	static const char *const cases[] = {"path=x\n", "99 path=x\n", "0 path=x\n", "9path=x\n9 x",
		"99999999999999999999 path=x\n", "1 x\n"};
	struct rl_pax_fix fix = {.mode = 0600};
	struct rl_buf buf = {0};
	size_t i;

	(void)state;
	assert_int_equal(rl_pax_fix(&buf, &fix), -EINVAL);
	for (i = 0; i < COUNT(cases); i++) {
		make_blocks(&buf, cases[i]);
		assert_int_equal(rl_pax_fix(&buf, &fix), -EINVAL);
		rl_buf_free(&buf);
	}
	/* The header says more than there is. */
	add_header(&buf, 'x', 5000);
	add_header(&buf, '0', 0);
	assert_int_equal(rl_pax_fix(&buf, &fix), -EINVAL);
	rl_buf_free(&buf);
}

static void acls_have_the_form_of_the_kernel(void **state)
{
	struct rl_acl_entry entries[] = {{RL_ACL_USER_OBJ, 7, RL_ACL_NO_ID},
		{RL_ACL_USER, 5, 0x01020304}, {RL_ACL_GROUP_OBJ, 4, RL_ACL_NO_ID},
		{RL_ACL_MASK, 5, RL_ACL_NO_ID}, {RL_ACL_OTHER, 0, RL_ACL_NO_ID}};
	static const unsigned char expect[] = {2, 0, 0, 0, /* version */
		1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 5, 0, 4, 3, 2, 1, 4, 0, 4, 0, 255, 255, 255,
		255, 16, 0, 5, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255};
	const struct rl_acl acl = {entries, COUNT(entries)}, none = {NULL, 0};
	struct rl_buf buf = {0};

	(void)state;
	assert_int_equal(rl_pax_acl_xattr(&acl, &buf), 0);
	assert_int_equal(buf.len, sizeof(expect));
	assert_memory_equal(buf.data, expect, sizeof(expect));
	assert_int_equal(rl_pax_acl_xattr(&none, &buf), 0);
	assert_int_equal(buf.len, 4);
	rl_buf_free(&buf);
}

static void acls_have_a_text_form(void **state)
{
	struct rl_acl_entry entries[] = {{RL_ACL_USER_OBJ, 7, RL_ACL_NO_ID},
		{RL_ACL_USER, 5, 4294967294U}, {RL_ACL_GROUP_OBJ, 4, RL_ACL_NO_ID},
		{RL_ACL_GROUP, 2, 0}, {RL_ACL_MASK, 5, RL_ACL_NO_ID},
		{RL_ACL_OTHER, 0, RL_ACL_NO_ID}};
	const struct rl_acl acl = {entries, COUNT(entries)};
	struct rl_buf buf = {0};

	(void)state;
	assert_int_equal(rl_pax_acl_text(&acl, &buf), 0);
	assert_string_equal(buf.data,
		"user::rwx,user:4294967294:r-x,group::r--,group:0:-w-,mask::r-x,other::---");
	rl_buf_free(&buf);
}

/* @wanted: what the header takes in the end, in bytes. */
static void check_aligned(const char *records, uint64_t position, size_t wanted)
{
	struct rl_buf buf = {0}, before = {0};
	size_t size;

	make_blocks(&buf, records);
	make_blocks(&before, records);
	assert_int_equal(rl_pax_align(&buf, position, 4096), 0);
	assert_int_equal(buf.len, wanted);
	assert_int_equal((position + buf.len) % 4096, 0);
	/* The header itself is as it was. */
	assert_memory_equal(buf.data + buf.len - BLOCK, before.data + before.len - BLOCK, BLOCK);
	if (wanted > before.len) {
		const char *comment;
		char text[24];

		size = field(&buf, 124);
		assert_int_equal(buf.data[156], 'x');
		assert_int_equal(field(&buf, 148), sum_of(buf.data));
		assert_int_equal(size, buf.len - 2 * (size_t)BLOCK);
		assert_memory_equal(buf.data + BLOCK, records, strlen(records));
		comment = buf.data + BLOCK + strlen(records);
		(void)snprintf(text, sizeof(text), "%zu comment= ", size - strlen(records));
		assert_memory_equal(comment, text, strlen(text));
		assert_int_equal(buf.data[BLOCK + size - 1], '\n');
	}
	rl_buf_free(&buf);
	rl_buf_free(&before);
}

static void contents_begin_where_they_are_to(void **state)
{
	(void)state;
	/* The header alone is right; one block is too little for an extended one, and goes a round. */
	check_aligned("", 4096 - 512, 512);
	check_aligned("", 4096 - 1024, 512 + 4608);
	check_aligned("", 4096 - 1536, 512 + 1024);
	check_aligned("", 0, 4096);
	check_aligned("", 512 + (UINT64_C(1) << 40), 3584);
	check_aligned("11 key=abc\n", 4096 - 1536, 1536);
	check_aligned("11 key=abc\n", 4096 - 2048, 1536 + 512);
	check_aligned("11 key=abc\n", 4096 - 1024, 1536 + 3584);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_mode_and_checksum),
		cmocka_unit_test(takes_out_what_is_better_not_said),
		cmocka_unit_test(an_extended_header_without_records_goes),
		cmocka_unit_test(lengths_count_their_own_digits),
		cmocka_unit_test(malformed_headers_are_errors),
		cmocka_unit_test(acls_have_the_form_of_the_kernel),
		cmocka_unit_test(acls_have_a_text_form),
		cmocka_unit_test(contents_begin_where_they_are_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
