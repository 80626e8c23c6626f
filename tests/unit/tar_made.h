/* SPDX-License-Identifier: MIT */
/** Tars that a test makes header by header, and a reader of them. */

#ifndef RL_TESTS_TAR_MADE_H
#define RL_TESTS_TAR_MADE_H

#include "archive/tar_reader.h"

#include "tests/unit/archive_made.h"

/* An archive in the making. */
static char bytes[1 << 20];
static size_t size;
/* What was told, "path: detail" and a newline each. */
static char told[1024];

static inline void tell(
	void *ctx, enum rl_exception_kind kind, const char *path, const char *detail)
{
	size_t len = strlen(told);

	(void)ctx;
	assert_int_equal(kind, RL_EXC_METADATA);
	(void)snprintf(told + len, sizeof(told) - len, "%s: %s\n", path, detail);
}

static const struct rl_exception_sink sink = {.tell = tell};

static inline int set_up(void **state)
{
	(void)state;
	memset(bytes, 0, sizeof(bytes));
	size = 0;
	told[0] = '\0';
	return 0;
}

/* Appends a ustar header, whose name may have 100 bytes, and content. */
static inline void put(
	const char *name, char type, const char *link, const void *content, size_t len)
{
	char *header = bytes + size;
	unsigned int sum = 0;
	size_t i;

	memcpy(header, name, strlen(name));
	(void)snprintf(header + 100, 8, "%07o", 0664);
	(void)snprintf(header + 108, 8, "%07o", 1);
	(void)snprintf(header + 116, 8, "%07o", 2);
	(void)snprintf(header + 124, 12, "%011zo", len);
	(void)snprintf(header + 136, 12, "%011o", 1000000000);
	header[156] = type;
	memcpy(header + 157, link, strlen(link));
	memcpy(header + 257,
		"ustar\0"
		"00",
		8);
	memset(header + 148, ' ', 8);
	for (i = 0; i < 512; i++)
		sum += (unsigned char)header[i];
	(void)snprintf(header + 148, 8, "%06o", sum);
	if (len > 0)
		memcpy(header + 512, content, len);
	size += 512 + (len + 511) / 512 * 512;
}

/* Appends a record to an extended header. */
static inline void record(
	char *records, size_t *len, const char *key, const void *value, size_t value_len)
{
	size_t rest = strlen(key) + value_len + 3, all = rest + 1;
	char number[24];

	while (all != rest + (size_t)snprintf(number, sizeof(number), "%zu", all))
		all = rest + strlen(number);
	*len += (size_t)snprintf(records + *len, rest + 24, "%s %s=", number, key);
	memcpy(records + *len, value, value_len);
	*len += value_len;
	records[(*len)++] = '\n';
}

/* Appends an extended header of up to three records, whose values are texts. */
static inline void put_pax(const char *const *pairs)
{
	char records[4096];
	size_t len = 0;

	for (; pairs[0] != NULL; pairs += 2)
		record(records, &len, pairs[0], pairs[1], strlen(pairs[1]));
	put("PaxHeader", 'x', "", records, len);
}

#define PAX(...) put_pax((const char *const[]){__VA_ARGS__, NULL})

/* Appends the two blocks at an archive's end. */
static inline void end(void)
{
	size += 1024;
}

static struct made_stream stream;

static inline struct rl_tar_reader *reader_of(
	const char *data, size_t len, enum rl_tar_reader_flags flags)
{
	struct rl_tar_reader *reader;

	stream = made_stream_of(data, len);
	assert_int_equal(rl_tar_reader_new(&stream.stream, flags, &sink, &reader, NULL), 0);
	return reader;
}

/* Reads the one member that the archive has, and takes its entry. */
static inline struct rl_entry only(void)
{
	struct rl_tar_reader *reader;
	struct rl_tar_member *member;
	struct rl_entry entry;

	end();
	reader = reader_of(bytes, size, RL_TAR_READER_PLAIN);
	assert_int_equal(rl_tar_reader_next(reader, &member, NULL), 1);
	assert_null(member->hardlink);
	entry = member->entry;
	member->entry = (struct rl_entry){0};
	assert_int_equal(rl_tar_reader_next(reader, &member, NULL), 0);
	assert_true(stream.is_at_end);
	rl_tar_reader_free(reader);
	size = 0;
	memset(bytes, 0, 16384);
	return entry;
}

#endif
