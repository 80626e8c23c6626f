/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"
#include "writer/digest.h"

#include <string.h>

#define MILLION ((size_t)1000000)

/* Examples of FIPS 180-2, B, and of nothing. */
static void known_vectors(void **state)
{
	static const struct {
		const char *in, *expect;
	} rows[] = {
		{"", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "sha256:"
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"sha256:"
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	char text[RL_DIGEST_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_int_equal(rl_digest_of(rows[i].in, strlen(rows[i].in), text), 0);
		assert_string_equal(text, rows[i].expect);
	}
}

static void pieces_of_any_size(void **state)
{
	static const size_t pieces[] = {1, 63, 64, 65, 4096, 99999};
	char *input = malloc(MILLION), text[RL_DIGEST_SIZE];
	size_t i;

	(void)state;
	assert_non_null(input);
	memset(input, 'a', MILLION);
	for (i = 0; i < COUNT(pieces); i++) {
		struct rl_digest *digest;
		size_t left = MILLION;

		assert_int_equal(rl_digest_new(&digest), 0);
		while (left > 0) {
			size_t len = left < pieces[i] ? left : pieces[i];

			rl_digest_add(digest, input, len);
			left -= len;
		}
		assert_int_equal(rl_digest_finish(digest, text), 0);
		rl_digest_free(digest);
		assert_string_equal(text,
			"sha256:"
			"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	}
	free(input);
}

static void given_up(void **state)
{
	struct rl_digest *digest;

	(void)state;
	assert_int_equal(rl_digest_new(&digest), 0);
	rl_digest_add(digest, "abc", 3);
	rl_digest_free(digest);
	rl_digest_free(NULL);
}

static void one_after_the_other(void **state)
{
	static const unsigned char abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41,
		0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a,
		0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
	unsigned char bytes[RL_DIGEST_BYTES];
	struct rl_digest *digest;
	int i;

	(void)state;
	assert_int_equal(rl_digest_new(&digest), 0);
	rl_digest_add(digest, "what is begun and left", 5);
	for (i = 0; i < 2; i++) {
		assert_int_equal(rl_digest_restart(digest), 0);
		rl_digest_add(digest, "abc", 3);
		assert_int_equal(rl_digest_finish_bytes(digest, bytes), 0);
		assert_memory_equal(bytes, abc, sizeof(abc));
	}
	rl_digest_free(digest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_vectors),
		cmocka_unit_test(pieces_of_any_size),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
