/* SPDX-License-Identifier: MIT */
#include "scan/mountinfo.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <sys/sysmacros.h>

/* The byte of an octal escape, "\040"; 0 if @text does not begin with one. */
static unsigned int escaped_byte(const char *text)
{
	unsigned int byte = 0;
	size_t i;

	if (text[0] != '\\' || text[1] > '3')
		return 0;
	for (i = 1; i <= 3; i++) {
		if (text[i] < '0' || text[i] > '7')
			return 0;
		byte = byte << 3 | (unsigned int)(text[i] - '0');
	}
	return byte;
}

/* Undoes the octal escapes (of blank, tab, newline and backslash) that the kernel writes. */
static void unescape(char *text)
{
	char *to = text;

	while (*text != '\0') {
		unsigned int byte = escaped_byte(text);

		*to++ = byte != 0 ? (char)byte : *text;
		text += byte != 0 ? 4 : 1;
	}
	*to = '\0';
}

/* Cuts the next field off *@line; NULL if there is none. */
static char *cut_field(char **line)
{
	char *field = strsep(line, " ");

	return field != NULL && *field != '\0' ? field : NULL;
}

/* Parses a whole number of @text that ends at @end (a character). */
static bool parse_number(const char **text, char end, unsigned int max, unsigned int *number_ret)
{
	unsigned long number;
	char *rest;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	number = strtoul(*text, &rest, 10);
	if (errno != 0 || *rest != end || number > max)
		return false;
	*number_ret = (unsigned int)number;
	*text = end == '\0' ? rest : rest + 1;
	return true;
}

static bool parse_id(const char *field, int *id_ret)
{
	unsigned int id;

	if (field == NULL || !parse_number(&field, '\0', INT_MAX, &id))
		return false;
	*id_ret = (int)id;
	return true;
}

static bool parse_dev(const char *field, dev_t *dev_ret)
{
	unsigned int major_number, minor_number;

	if (field == NULL || !parse_number(&field, ':', UINT_MAX, &major_number) ||
		!parse_number(&field, '\0', UINT_MAX, &minor_number))
		return false;
	*dev_ret = makedev(major_number, minor_number);
	return true;
}

static void free_entry(struct rl_mountinfo_entry *entry)
{
	free(entry->fs_root);
	free(entry->mount_point);
	free(entry->type);
	free(entry->source);
	free(entry->super_options);
}

/* A copy of a field without its escapes; NULL if there is no memory. */
static char *take_field(char *field)
{
	unescape(field);
	return strdup(field);
}

/* Takes one line apart. Returns 0, -EBADMSG or -ENOMEM; owns nothing on failure. */
static int parse_line(char *line, struct rl_mountinfo_entry *entry)
{
	char *fs_root, *mount_point, *field, *type, *source;

	*entry = (struct rl_mountinfo_entry){0};
	if (!parse_id(cut_field(&line), &entry->id) ||
		!parse_id(cut_field(&line), &entry->parent) ||
		!parse_dev(cut_field(&line), &entry->dev))
		return -EBADMSG;
	fs_root = cut_field(&line);
	mount_point = cut_field(&line);
	if (fs_root == NULL || mount_point == NULL || mount_point[0] != '/' ||
		cut_field(&line) == NULL)
		return -EBADMSG;
	/* Any number of optional fields, then "-". */
	while ((field = cut_field(&line)) != NULL && strcmp(field, "-") != 0)
		;
	type = field != NULL ? cut_field(&line) : NULL;
	/* The source of some mounts is empty, but has its blanks. */
	source = type != NULL ? strsep(&line, " ") : NULL;
	if (source == NULL || line == NULL || *line == '\0')
		return -EBADMSG;
	entry->fs_root = take_field(fs_root);
	entry->mount_point = take_field(mount_point);
	entry->type = take_field(type);
	entry->source = take_field(source);
	entry->super_options = take_field(line);
	if (entry->fs_root == NULL || entry->mount_point == NULL || entry->type == NULL ||
		entry->source == NULL || entry->super_options == NULL) {
		free_entry(entry);
		return -ENOMEM;
	}
	return 0;
}

static int add_entry(struct rl_mountinfo *info, char *line)
{
	struct rl_mountinfo_entry *more =
		reallocarray(info->entries, info->count + 1, sizeof(*more));
	int ret;

	if (more == NULL)
		return -ENOMEM;
	info->entries = more;
	ret = parse_line(line, &more[info->count]);
	if (ret == 0)
		info->count++;
	return ret;
}

const char *rl_mountinfo_below(const char *path, const char *dir)
{
	size_t len = strcmp(dir, "/") == 0 ? 0 : strlen(dir);

	if (strncmp(path, dir, len) != 0 || (path[len] != '\0' && path[len] != '/'))
		return NULL;
	path += len;
	return *path == '/' ? path + 1 : path;
}

static void find_outermost(struct rl_mountinfo *info)
{
	size_t i, j;

	for (i = 0; i < info->count; i++) {
		struct rl_mountinfo_entry *entry = &info->entries[i];

		entry->is_outermost = true;
		for (j = 0; j < info->count; j++) {
			if (i != j && info->entries[j].id == entry->parent)
				entry->is_outermost = false;
		}
	}
}

int rl_mountinfo_read(const char *path, struct rl_mountinfo *info, struct rl_error *err)
{
	RL_AUTO_FILE FILE *file = fopen(path, "re");
	RL_AUTO_FREE char *line = NULL;
	size_t cap = 0, number = 0;
	ssize_t len;
	int ret = 0;

	*info = (struct rl_mountinfo){0};
	if (file == NULL)
		return rl_error_set(err, errno, "cannot read '%s'", path);
	errno = 0;
	while (ret == 0 && (len = getline(&line, &cap, file)) >= 0) {
		number++;
		if (len > 0 && line[len - 1] == '\n')
			line[--len] = '\0';
		ret = strlen(line) == (size_t)len ? add_entry(info, line) : -EBADMSG;
	}
	if (ret == -EBADMSG)
		(void)rl_error_text(
			err, EBADMSG, "%s:%zu: expected a line as proc(5) has it", path, number);
	else if (ret != 0)
		(void)rl_error_set(err, -ret, "cannot read '%s'", path);
	else if (feof(file) == 0)
		ret = rl_error_set(err, errno != 0 ? errno : EIO, "cannot read '%s'", path);
	if (ret != 0)
		rl_mountinfo_free(info);
	find_outermost(info);
	return ret;
}

/*
 * The mount on @mount (NONE: the outermost) that a lookup of @path comes to first: the one with the
 * shortest mount point. One mounted on the root of @mount itself hides all of it.
 */
static size_t next_mount(const struct rl_mountinfo *info, size_t mount, const char *path)
{
	size_t i, found = RL_MOUNTINFO_NONE, least = SIZE_MAX;

	for (i = 0; i < info->count; i++) {
		const struct rl_mountinfo_entry *entry = &info->entries[i];
		bool is_child = mount != RL_MOUNTINFO_NONE
					? entry->parent == info->entries[mount].id && i != mount
					: entry->is_outermost;

		if (!is_child || rl_mountinfo_below(path, entry->mount_point) == NULL)
			continue;
		if (strlen(entry->mount_point) <= least) {
			least = strlen(entry->mount_point);
			found = i;
		}
	}
	return found;
}

size_t rl_mountinfo_lookup(const struct rl_mountinfo *info, const char *path)
{
	size_t mount = RL_MOUNTINFO_NONE, next, steps = 0;

	/* A list that goes round in circles is no kernel's, but must not hang. */
	while ((next = next_mount(info, mount, path)) != RL_MOUNTINFO_NONE &&
		steps++ <= info->count)
		mount = next;
	return mount;
}

void rl_mountinfo_free(struct rl_mountinfo *info)
{
	size_t i;

	for (i = 0; i < info->count; i++)
		free_entry(&info->entries[i]);
	free(info->entries);
	*info = (struct rl_mountinfo){0};
}
