/* SPDX-License-Identifier: MIT */
#include "writer/pax.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define BLOCK 512
#define MODE_AT 100
#define MODE_LEN 8
#define SIZE_AT 124
#define SIZE_LEN 12
#define CHECKSUM_AT 148
#define CHECKSUM_LEN 8
#define TYPEFLAG_AT 156
#define LINKNAME_AT 157
#define LINKNAME_LEN 100
#define PREFIX_AT 345
#define PREFIX_LEN 155

static size_t padded(size_t size)
{
	return (size + BLOCK - 1) / BLOCK * BLOCK;
}

/* Writes @value as octal digits with a NUL behind them: @len bytes in all. */
static void put_octal(char *field, size_t len, uint64_t value)
{
	field[--len] = '\0';
	while (len > 0) {
		field[--len] = (char)('0' + (value & 7));
		value >>= 3;
	}
}

static size_t get_octal(const char *field, size_t len)
{
	size_t value = 0, i;

	for (i = 0; i < len && field[i] >= '0' && field[i] <= '7'; i++)
		value = value * 8 + (size_t)(field[i] - '0');
	return value;
}

/* The checksum is the sum of the header's bytes with its own field as blanks. */
static void put_checksum(char *header)
{
	uint64_t sum = 0;
	size_t i;

	memset(header + CHECKSUM_AT, ' ', CHECKSUM_LEN);
	for (i = 0; i < BLOCK; i++)
		sum += (unsigned char)header[i];
	put_octal(header + CHECKSUM_AT, CHECKSUM_LEN - 1, sum);
}

/* Appends "LENGTH KEY=VALUE\n", where LENGTH counts its own digits too. */
static int add_record(struct rl_buf *out, const char *key, const char *value, size_t size)
{
	size_t rest = strlen(key) + size + 3; /* blank, "=", newline */
	size_t len = rest + 1;
	char number[24];
	int ret, digits = snprintf(number, sizeof(number), "%zu", len);

	while (len != rest + (size_t)digits) {
		len = rest + (size_t)digits;
		digits = snprintf(number, sizeof(number), "%zu", len);
	}
	ret = rl_buf_append(out, number, (size_t)digits);
	if (ret == 0)
		ret = rl_buf_append(out, " ", 1);
	if (ret == 0)
		ret = rl_buf_append(out, key, strlen(key));
	if (ret == 0)
		ret = rl_buf_append(out, "=", 1);
	if (ret == 0)
		ret = rl_buf_append(out, value, size);
	return ret == 0 ? rl_buf_append(out, "\n", 1) : ret;
}

/* Whether a record, from the blank behind its length on, is one that is better not written. */
static bool is_unwanted(const char *record, size_t len, bool is_binary)
{
	static const struct {
		const char *begin;
		bool also_binary;
	} unwanted[] = {{" hdrcharset=BINARY\n", false}, {" SCHILY.devmajor=", true},
		{" SCHILY.devminor=", true}};
	size_t i;

	for (i = 0; i < sizeof(unwanted) / sizeof(*unwanted); i++) {
		size_t begin = strlen(unwanted[i].begin);

		if (len >= begin && memcmp(record, unwanted[i].begin, begin) == 0)
			return unwanted[i].also_binary || !is_binary;
	}
	return false;
}

/* Copies the records of @data that are wanted to @out. */
static int copy_records(const char *data, size_t size, bool is_binary, struct rl_buf *out)
{
	while (size > 0) {
		size_t len = 0, i;
		int ret = 0;

		for (i = 0; i < size && data[i] >= '0' && data[i] <= '9'; i++) {
			if (len > size)
				return -EINVAL;
			len = len * 10 + (size_t)(data[i] - '0');
		}
		if (len <= i || len > size)
			return -EINVAL;
		if (!is_unwanted(data + i, len - i, is_binary))
			ret = rl_buf_append(out, data, len);
		if (ret != 0)
			return ret;
		data += len;
		size -= len;
	}
	return 0;
}

/* Puts @records in place of the @old bytes of records of the extended header, or takes it away. */
static int replace_records(struct rl_buf *blocks, size_t old, const struct rl_buf *records)
{
	size_t before = BLOCK + padded(old);
	size_t after = records->len > 0 ? BLOCK + padded(records->len) : 0;
	size_t rest = blocks->len - before;

	if (after > before && rl_buf_reserve(blocks, after - before) != 0)
		return -ENOMEM;
	memmove(blocks->data + after, blocks->data + before, rest);
	blocks->len = after + rest;
	if (after == 0)
		return 0;
	memcpy(blocks->data + BLOCK, records->data, records->len);
	memset(blocks->data + BLOCK + records->len, 0, after - BLOCK - records->len);
	put_octal(blocks->data + SIZE_AT, SIZE_LEN, records->len);
	put_checksum(blocks->data);
	return 0;
}

static int fix_records(struct rl_buf *blocks, const struct rl_pax_fix *fix)
{
	struct rl_buf records = {0};
	size_t i, size = get_octal(blocks->data + SIZE_AT, SIZE_LEN);
	int ret = 0;

	if (size > blocks->len || BLOCK + padded(size) + BLOCK > blocks->len)
		return -EINVAL;
	/* First, so that what readers make of them gives way to the records that follow. */
	for (i = 0; ret == 0 && i < fix->record_count; i++)
		ret = add_record(
			&records, fix->records[i].key, fix->records[i].value, fix->records[i].size);
	if (ret == 0)
		ret = copy_records(blocks->data + BLOCK, size, fix->is_binary, &records);
	if (ret == 0)
		ret = replace_records(blocks, size, &records);
	rl_buf_free(&records);
	return ret;
}

/* Appends a comment that takes @size bytes with all that belongs to the record. */
static int add_comment(struct rl_buf *out, size_t size)
{
	static const char key[] = " comment=";
	char number[24];
	int digits = snprintf(number, sizeof(number), "%zu", size);
	size_t begin = (size_t)digits + sizeof(key) - 1;

	if (digits < 0 || size <= begin || rl_buf_reserve(out, size) != 0)
		return -ENOMEM;
	memcpy(out->data + out->len, number, (size_t)digits);
	memcpy(out->data + out->len + digits, key, sizeof(key) - 1);
	memset(out->data + out->len + begin, ' ', size - begin - 1);
	out->data[out->len + size - 1] = '\n';
	out->len += size;
	return 0;
}

/* Puts an empty extended header before the header that stands alone in @blocks. */
static int add_extended_header(struct rl_buf *blocks)
{
	static const char name[] = "PaxHeader";
	char *header;

	if (rl_buf_reserve(blocks, BLOCK) != 0)
		return -ENOMEM;
	memmove(blocks->data + BLOCK, blocks->data, blocks->len);
	blocks->len += BLOCK;
	header = blocks->data;
	/* Owner, date and the magic are the file's, as libarchive has them too. */
	memset(header, 0, MODE_AT);
	memcpy(header, name, sizeof(name));
	memset(header + LINKNAME_AT, 0, LINKNAME_LEN);
	memset(header + PREFIX_AT, 0, PREFIX_LEN);
	put_octal(header + SIZE_AT, SIZE_LEN, 0);
	header[TYPEFLAG_AT] = 'x';
	return 0;
}

int rl_pax_align(struct rl_buf *blocks, uint64_t position, size_t alignment)
{
	size_t gap = (size_t)(-(position + blocks->len) % alignment), size = 0;
	struct rl_buf records = {0};
	int ret = 0;

	if (blocks->len < BLOCK)
		return -EINVAL;
	if (gap == 0)
		return 0;
	if (blocks->data[TYPEFLAG_AT] != 'x') {
		/* The extended header itself, and one block of what is in it at least. */
		gap += gap < 2 * BLOCK ? alignment : 0;
		gap -= BLOCK;
		ret = add_extended_header(blocks);
	} else {
		size = get_octal(blocks->data + SIZE_AT, SIZE_LEN);
	}
	if (ret == 0 && BLOCK + padded(size) + BLOCK > blocks->len)
		ret = -EINVAL;
	/* What readers make of a record gives way to those that follow: last it disturbs nothing. */
	if (ret == 0)
		ret = rl_buf_append(&records, blocks->data + BLOCK, size);
	if (ret == 0)
		ret = add_comment(&records, padded(size) - size + gap);
	if (ret == 0)
		ret = replace_records(blocks, size, &records);
	rl_buf_free(&records);
	return ret;
}

int rl_pax_fix(struct rl_buf *blocks, const struct rl_pax_fix *fix)
{
	char *header;
	int ret;

	if (blocks->len < BLOCK)
		return -EINVAL;
	if (blocks->data[TYPEFLAG_AT] == 'x') {
		ret = fix_records(blocks, fix);
		if (ret != 0)
			return ret;
	}
	header = blocks->data;
	if (header[TYPEFLAG_AT] == 'x')
		header += BLOCK + padded(get_octal(header + SIZE_AT, SIZE_LEN));
	put_octal(header + MODE_AT, MODE_LEN, fix->mode & 07777);
	put_checksum(header);
	return 0;
}

int rl_pax_acl_xattr(const struct rl_acl *acl, struct rl_buf *out)
{
	const uint32_t version = htole32(2);
	size_t i;
	int ret;

	rl_buf_truncate(out, 0);
	ret = rl_buf_append(out, &version, sizeof(version));
	for (i = 0; ret == 0 && i < acl->count; i++) {
		const struct rl_acl_entry *entry = &acl->entries[i];
		struct {
			uint16_t tag;
			uint16_t perm;
			uint32_t id;
		} binary = {htole16((uint16_t)entry->tag), htole16((uint16_t)entry->perm),
			htole32(entry->id)};

		ret = rl_buf_append(out, &binary, sizeof(binary));
	}
	return ret;
}

/* The word for an entry's tag in ACL texts (acl(5), "ACL text forms"). */
static const char *tag_word(enum rl_acl_tag tag)
{
	switch (tag) {
	case RL_ACL_USER_OBJ:
	case RL_ACL_USER:
		return "user";
	case RL_ACL_GROUP_OBJ:
	case RL_ACL_GROUP:
		return "group";
	case RL_ACL_MASK:
		return "mask";
	case RL_ACL_OTHER:
		return "other";
	}
	return "other";
}

int rl_pax_acl_text(const struct rl_acl *acl, struct rl_buf *out)
{
	size_t i;
	int ret = 0;

	rl_buf_truncate(out, 0);
	for (i = 0; ret == 0 && i < acl->count; i++) {
		const struct rl_acl_entry *entry = &acl->entries[i];
		char id[16] = "", text[48];

		if (entry->id != RL_ACL_NO_ID)
			(void)snprintf(id, sizeof(id), "%u", (unsigned int)entry->id);
		(void)snprintf(text, sizeof(text), "%s%s:%s:%c%c%c", i > 0 ? "," : "",
			tag_word(entry->tag), id, (entry->perm & 4) != 0 ? 'r' : '-',
			(entry->perm & 2) != 0 ? 'w' : '-', (entry->perm & 1) != 0 ? 'x' : '-');
		ret = rl_buf_append_str(out, text);
	}
	return ret;
}
