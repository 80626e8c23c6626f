/* SPDX-License-Identifier: MIT */
#include "writer/ustar.h"

#include <string.h>
#include <sys/sysmacros.h>

#define NAME_SIZE 100
/* Where fields begin. */
#define MODE_AT 100
#define UID_AT 108
#define GID_AT 116
#define SIZE_AT 124
#define MTIME_AT 136
#define CHECKSUM_AT 148
#define TYPEFLAG_AT 156
#define LINKNAME_AT 157
#define MAGIC_AT 257
#define MAJOR_AT 329
#define MINOR_AT 337
/* How many octal digits they have, and the largest number of so many. */
#define MODE_DIGITS 7
#define ID_DIGITS 6
#define ID_MAX 0777777U
#define LONG_DIGITS 11
#define SIZE_MAX_VALUE 077777777777ULL
/* Not more: some readers take the field for 32 bits, and libarchive writes a pax record then. */
#define MTIME_MAX_VALUE 0x7ffffffe

static void put_octal(char *field, size_t digits, uint64_t value)
{
	while (digits > 0) {
		field[--digits] = (char)('0' + (value & 7));
		value >>= 3;
	}
}

/* Digits with a blank behind them. */
static void put_number(char *field, size_t digits, uint64_t value)
{
	put_octal(field, digits, value);
	field[digits] = ' ';
}

/* Puts a name of at most @room bytes, which has to be ASCII. */
static bool put_name(char *field, size_t room, const char *name)
{
	size_t i;

	for (i = 0; name[i] != '\0'; i++) {
		if (i == room || (unsigned char)name[i] >= 0x80)
			return false;
		field[i] = name[i];
	}
	return true;
}

static char typeflag(const struct rl_member *member)
{
	if (member->hardlink != NULL)
		return '1';
	switch (member->entry->mode & S_IFMT) {
	case S_IFREG:
		return '0';
	case S_IFLNK:
		return '2';
	case S_IFCHR:
		return '3';
	case S_IFBLK:
		return '4';
	case S_IFDIR:
		return '5';
	case S_IFIFO:
		return '6';
	default:
		return '\0';
	}
}

/* Whether numbers and metadata, but for names, are such that a plain header says all. */
static bool is_plain(const struct rl_member *member, bool keeps_ns)
{
	const struct rl_entry *entry = member->entry;

	if (entry->uid > ID_MAX || entry->gid > ID_MAX || entry->mtime.tv_sec < 0 ||
		entry->mtime.tv_sec > MTIME_MAX_VALUE || (keeps_ns && entry->mtime.tv_nsec != 0))
		return false;
	if (member->hardlink != NULL)
		return true;
	return member->extents == NULL && entry->size <= SIZE_MAX_VALUE &&
	       major(entry->rdev) <= ID_MAX && minor(entry->rdev) <= ID_MAX &&
	       entry->xattr_count == 0 && entry->acl_access.count == 0 &&
	       entry->acl_default.count == 0 && entry->label == NULL &&
	       (!entry->inherits_acl || S_ISLNK(entry->mode));
}

static bool put_names(const struct rl_member *member, char *header)
{
	const struct rl_entry *entry = member->entry;
	bool is_directory = S_ISDIR(entry->mode);

	if (!put_name(header, NAME_SIZE - is_directory, entry->path))
		return false;
	if (is_directory)
		header[strlen(header)] = '/';
	if (member->hardlink != NULL)
		return put_name(header + LINKNAME_AT, NAME_SIZE, member->hardlink);
	return !S_ISLNK(entry->mode) || put_name(header + LINKNAME_AT, NAME_SIZE, entry->target);
}

/* The checksum is the sum of the header's bytes with its own field as blanks. */
static void put_checksum(char *header)
{
	const uint64_t every_second = UINT64_C(0x00ff00ff00ff00ff);
	uint64_t sums = 0, sum = 0, word;
	size_t i;

	memset(header + CHECKSUM_AT, ' ', 8);
	/* Eight bytes at a time, into four sums of at most 64 times two bytes each. */
	for (i = 0; i < RL_TAR_BLOCK; i += sizeof(word)) {
		memcpy(&word, header + i, sizeof(word));
		sums += (word & every_second) + (word >> 8 & every_second);
	}
	for (; sums > 0; sums >>= 16)
		sum += sums & 0xffff;
	put_octal(header + CHECKSUM_AT, 6, sum);
	header[CHECKSUM_AT + 6] = '\0';
}

void rl_ustar_set_size(char *header, uint64_t size)
{
	size_t i;

	if (size <= SIZE_MAX_VALUE) {
		put_number(header + SIZE_AT, LONG_DIGITS, size);
	} else {
		memset(header + SIZE_AT, 0, LONG_DIGITS + 1);
		header[SIZE_AT] = (char)0x80;
		for (i = 0; i < sizeof(size); i++)
			header[SIZE_AT + LONG_DIGITS - i] = (char)(size >> (8 * i));
	}
	put_checksum(header);
}

bool rl_ustar_header(const struct rl_member *member, bool keeps_ns, char *header)
{
	const struct rl_entry *entry = member->entry;
	bool is_device = S_ISCHR(entry->mode) || S_ISBLK(entry->mode);
	char type = typeflag(member);

	if (type == '\0' || !is_plain(member, keeps_ns))
		return false;
	memset(header, 0, RL_TAR_BLOCK);
	if (!put_names(member, header))
		return false;
	put_octal(header + MODE_AT, MODE_DIGITS, entry->mode & 07777);
	put_number(header + UID_AT, ID_DIGITS, entry->uid);
	put_number(header + GID_AT, ID_DIGITS, entry->gid);
	put_number(header + SIZE_AT, LONG_DIGITS, type == '0' ? entry->size : 0);
	put_number(header + MTIME_AT, LONG_DIGITS, (uint64_t)entry->mtime.tv_sec);
	header[TYPEFLAG_AT] = type;
	/* "ustar", a NUL, and the version. */
	memcpy(header + MAGIC_AT, "ustar\00000", 8);
	put_number(header + MAJOR_AT, ID_DIGITS, is_device && type != '1' ? major(entry->rdev) : 0);
	put_number(header + MINOR_AT, ID_DIGITS, is_device && type != '1' ? minor(entry->rdev) : 0);
	put_checksum(header);
	return true;
}
