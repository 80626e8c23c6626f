/* SPDX-License-Identifier: MIT */
#include "archive/inventory.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include <sys/sysmacros.h>

/* No line of a capture has as many bytes: a path may take six times its own, attributes some kB. */
#define LINE_MAX_BYTES ((size_t)1 << 20)

/* A line that is read. What is wrong with it is said once. */
struct line {
	/* What it says; owned. */
	json_t *object;
	/* What is wrong, or NULL. */
	const char *fault;
	/* There was no memory. */
	bool has_no_memory;
	/* The file; owned. */
	struct rl_entry entry;
	/* The path of which it is a further name; owned. */
	char *hardlink;
	/* Its SHA-256, if it has one; and which file of the host it was, if that is known. */
	unsigned char digest[RL_TREE_DIGEST_SIZE];
	bool has_digest;
	uint64_t dev, ino;
	struct timespec ctime;
};

static void fail(struct line *line, const char *fault)
{
	if (line->fault == NULL)
		line->fault = fault;
}

static int value_of(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* The bytes of hexadecimal digits, with a NUL behind them, or NULL. */
static char *unhex(struct line *line, const char *text, size_t *size_ret)
{
	size_t i, size = strlen(text) / 2;
	char *bytes = malloc(size + 1);

	if (bytes == NULL) {
		line->has_no_memory = true;
		return NULL;
	}
	for (i = 0; i < size; i++) {
		int high = value_of(text[2 * i]), low = value_of(text[2 * i + 1]);

		if (high < 0 || low < 0)
			break;
		bytes[i] = (char)(high << 4 | low);
	}
	if (i < size || strlen(text) % 2 != 0) {
		free(bytes);
		fail(line, "hexadecimal digits are wrong");
		return NULL;
	}
	bytes[size] = '\0';
	*size_ret = size;
	return bytes;
}

static const char *text_of(const struct line *line, const char *key)
{
	return json_string_value(json_object_get(line->object, key));
}

/* A string of any bytes but NUL, as a new one; NULL: there is none. */
static char *get_bytes(struct line *line, const char *key, const char *hex_key)
{
	const char *text = text_of(line, hex_key);
	char *bytes;
	size_t size;

	if (text != NULL) {
		bytes = unhex(line, text, &size);
		if (bytes != NULL && strlen(bytes) != size)
			fail(line, "a name has a NUL in it");
		return bytes;
	}
	text = text_of(line, key);
	if (text == NULL)
		return NULL;
	bytes = strdup(text);
	if (bytes == NULL)
		line->has_no_memory = true;
	return bytes;
}

/* A number from 0 to @max. */
static uint64_t get_number(struct line *line, const char *key, uint64_t max)
{
	const json_t *value = json_object_get(line->object, key);
	json_int_t number = json_integer_value(value);

	if (json_is_integer(value) && number >= 0 && (uint64_t)number <= max)
		return (uint64_t)number;
	fail(line, "a number is missing, or out of range");
	return 0;
}

/* Takes a number at *@text, which is then behind it and @end. */
static uint64_t take_number(struct line *line, const char **text, int base, char end)
{
	char *behind;
	unsigned long long number;

	errno = 0;
	number = strtoull(*text, &behind, base);
	if (**text < '0' || **text > '9' || errno != 0 || *behind != end) {
		fail(line, "a number in a text is wrong");
		return 0;
	}
	*text = behind + (end != '\0');
	return number;
}

/* Takes "SECONDS.NANOSECONDS", the rest of @text. */
static void take_time(struct line *line, const char *text, struct timespec *time)
{
	bool is_negative = text[0] == '-';
	uint64_t seconds, nanoseconds;

	text += is_negative;
	seconds = take_number(line, &text, 10, '.');
	nanoseconds = line->fault == NULL ? take_number(line, &text, 10, '\0') : 0;
	if (seconds > INT64_MAX || nanoseconds > 999999999) {
		fail(line, "a time is out of range");
		return;
	}
	time->tv_sec = is_negative ? -(time_t)seconds : (time_t)seconds;
	time->tv_nsec = (long)nanoseconds;
}

static void get_type(struct line *line)
{
	static const struct {
		const char *name;
		mode_t type;
	} types[] = {{"file", S_IFREG}, {"directory", S_IFDIR}, {"symlink", S_IFLNK},
		{"fifo", S_IFIFO}, {"char", S_IFCHR}, {"block", S_IFBLK}};
	const char *type = text_of(line, "type"), *mode = text_of(line, "mode");
	uint64_t bits = mode != NULL ? take_number(line, &mode, 8, '\0') : UINT64_MAX;
	size_t i;

	for (i = 0; type != NULL && i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(type, types[i].name) == 0)
			line->entry.mode = types[i].type;
	}
	if (line->entry.mode == 0)
		fail(line, "the type is missing, or unknown");
	if (bits > 07777)
		fail(line, "the mode is missing, or out of range");
	line->entry.mode |= (mode_t)(bits & 07777);
}

static void get_device(struct line *line)
{
	const char *text = text_of(line, "rdev");
	uint64_t high = 0, low = 0;

	if (text == NULL) {
		fail(line, "a device has no number");
		return;
	}
	high = take_number(line, &text, 10, ':');
	if (line->fault == NULL)
		low = take_number(line, &text, 10, '\0');
	if (high > UINT32_MAX || low > UINT32_MAX)
		fail(line, "a device's number is out of range");
	line->entry.rdev = makedev((unsigned int)high, (unsigned int)low);
}

static void get_digest(struct line *line)
{
	const char *text = text_of(line, "sha256");
	RL_AUTO_FREE char *bytes = NULL;
	size_t size = 0;

	if (text == NULL)
		return;
	bytes = unhex(line, text, &size);
	if (bytes == NULL || size != sizeof(line->digest)) {
		fail(line, "the digest is none");
		return;
	}
	memcpy(line->digest, bytes, sizeof(line->digest));
	line->has_digest = true;
}

/* "DEVICE:INODE:CTIME". */
static void get_identity(struct line *line)
{
	const char *text = text_of(line, "host");

	if (text == NULL)
		return;
	line->dev = take_number(line, &text, 10, ':');
	if (line->fault == NULL)
		line->ino = take_number(line, &text, 10, ':');
	if (line->fault == NULL)
		take_time(line, text, &line->ctime);
}

static void get_xattrs(struct line *line)
{
	json_t *xattrs = json_object_get(line->object, "xattrs"), *value;
	const char *name;

	if (xattrs != NULL && !json_is_object(xattrs))
		fail(line, "the attributes are no object");
	json_object_foreach(xattrs, name, value)
	{
		const char *text = json_string_value(value);
		size_t size = 0;
		RL_AUTO_FREE char *bytes = text != NULL ? unhex(line, text, &size) : NULL;

		if (bytes == NULL)
			fail(line, "an attribute has no value");
		else if (rl_entry_add_xattr(&line->entry, name, bytes, size) != 0)
			line->has_no_memory = true;
	}
}

/* Whether an ACL's entry can be one. */
static bool get_acl_entry(const json_t *value, struct rl_acl_entry *entry)
{
	json_int_t tag, perm, id;

	if (json_unpack((json_t *)value, "[I, I, I!]", &tag, &perm, &id) != 0 || perm < 0 ||
		perm > 7 || id < 0 || id > UINT32_MAX || tag < 1 || tag > RL_ACL_OTHER ||
		(tag & (tag - 1)) != 0)
		return false;
	*entry = (struct rl_acl_entry){(enum rl_acl_tag)tag, (unsigned int)perm, (uint32_t)id};
	return true;
}

static void get_acl(struct line *line, const char *key, struct rl_acl *acl)
{
	const json_t *array = json_object_get(line->object, key);
	size_t i, count = json_array_size(array);

	if (array == NULL)
		return;
	acl->entries = calloc(count > 0 ? count : 1, sizeof(*acl->entries));
	if (acl->entries == NULL) {
		line->has_no_memory = true;
		return;
	}
	acl->count = count;
	for (i = 0; i < count; i++) {
		if (!get_acl_entry(json_array_get(array, i), &acl->entries[i]))
			fail(line, "an ACL is wrong");
	}
}

/* All that is known of a file but its path. */
static void get_file(struct line *line)
{
	struct rl_entry *entry = &line->entry;
	const char *mtime = text_of(line, "mtime");

	get_type(line);
	entry->uid = (uid_t)get_number(line, "uid", UINT32_MAX);
	entry->gid = (gid_t)get_number(line, "gid", UINT32_MAX);
	if (mtime != NULL)
		take_time(line, mtime, &entry->mtime);
	else
		fail(line, "the date is missing");
	if (S_ISREG(entry->mode)) {
		entry->size = get_number(line, "size", INT64_MAX);
		get_digest(line);
		get_identity(line);
	}
	if (S_ISCHR(entry->mode) || S_ISBLK(entry->mode))
		get_device(line);
	if (S_ISLNK(entry->mode)) {
		entry->target = get_bytes(line, "target", "target_hex");
		if (entry->target == NULL)
			fail(line, "a symlink leads nowhere");
	}
	get_xattrs(line);
	get_acl(line, "acl", &entry->acl_access);
	get_acl(line, "default_acl", &entry->acl_default);
	entry->label = get_bytes(line, "label", "label_hex");
	entry->label_size = entry->label != NULL ? strlen(entry->label) + 1 : 0;
	entry->is_loaded = true;
}

/* Puts the file of a line into the tree. */
static void add_file(struct rl_tree *tree, struct line *line)
{
	RL_AUTO_FREE char *path = get_bytes(line, "path", "path_hex");
	struct rl_node *node;
	int ret;

	line->hardlink = get_bytes(line, "hardlink", "hardlink_hex");
	if (path == NULL || path[0] == '\0')
		fail(line, "the path is missing");
	if (line->hardlink == NULL)
		get_file(line);
	if (line->fault != NULL || line->has_no_memory)
		return;
	if (rl_entry_set_path(&line->entry, path) != 0) {
		line->has_no_memory = true;
		return;
	}
	ret = rl_tree_add(tree, &line->entry, line->hardlink, &node);
	line->has_no_memory = ret == -ENOMEM;
	if (ret != 0)
		fail(line, ret == -ENOTDIR  ? "what is above it is no directory"
			   : ret == -ENOENT ? "there is no such file to be a further name of"
					    : "there can be no such path");
	if (ret != 0 || line->hardlink != NULL)
		return;
	memcpy(node->inode->digest, line->digest, sizeof(line->digest));
	node->inode->has_digest = line->has_digest;
	node->inode->host_dev = (dev_t)line->dev;
	node->inode->host_ino = (ino_t)line->ino;
	node->inode->host_ctime = line->ctime;
}

/* A list in the course of being read. */
struct reader {
	struct rl_tree *tree;
	struct rl_inventory_facts *facts;
	/* How many lines were read, with the first one. */
	uint64_t number;
	/* The last line has been read. */
	bool is_over;
};

/* Takes what the first line says. */
static void take_head(struct reader *reader, struct line *line)
{
	const char *rules = text_of(line, "rules");

	if (json_integer_value(json_object_get(line->object, "rootlift_manifest")) != 1)
		fail(line, "this is not what --manifest of this version writes");
	if (rules == NULL)
		return;
	reader->facts->rules = strdup(rules);
	if (reader->facts->rules == NULL)
		line->has_no_memory = true;
}

/* Takes what the last line says. */
static void take_end(struct reader *reader, struct line *line)
{
	const char *image = text_of(line, "image");

	reader->is_over = true;
	if (image == NULL)
		return;
	reader->facts->image = strdup(image);
	if (reader->facts->image == NULL)
		line->has_no_memory = true;
}

/* Takes a line of @len bytes. */
static void take_line(struct reader *reader, const char *text, size_t len, struct line *line)
{
	json_error_t error;

	line->object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (line->object == NULL && json_error_code(&error) == json_error_out_of_memory)
		line->has_no_memory = true;
	else if (!json_is_object(line->object))
		fail(line, "it is no JSON object");
	else if (reader->is_over)
		fail(line, "there is something behind the end");
	else if (reader->number == 1)
		take_head(reader, line);
	else if (json_object_get(line->object, "entries") == NULL)
		add_file(reader->tree, line);
	else if (get_number(line, "entries", INT64_MAX) != reader->number - 2)
		fail(line, "lines are missing before it");
	else
		take_end(reader, line);
}

/* Reads one line. Returns 1, 0 at the end, or a negative errno. */
static int read_line(
	struct reader *reader, FILE *file, char *text, const char *name, struct rl_error *err)
{
	struct line line = {.fault = NULL};
	size_t len;
	int ret = 1;

	if (fgets(text, (int)LINE_MAX_BYTES, file) == NULL)
		return feof(file) != 0 ? 0 : rl_error_set(err, errno, "cannot read '%s'", name);
	reader->number++;
	len = strlen(text);
	if (len == 0 || text[len - 1] != '\n')
		fail(&line, "it has no end, or is too long");
	else
		take_line(reader, text, len, &line);
	if (line.has_no_memory)
		ret = rl_error_set(err, ENOMEM, "cannot read '%s'", name);
	else if (line.fault != NULL)
		ret = rl_error_text(err, EINVAL, "'%s', line %" PRIu64 ": %s", name, reader->number,
			line.fault);
	json_decref(line.object);
	rl_entry_clear(&line.entry);
	free(line.hardlink);
	return ret;
}

int rl_inventory_read(FILE *file, const char *name, struct rl_tree *tree,
	const volatile sig_atomic_t *stop, struct rl_inventory_facts *facts, struct rl_error *err)
{
	struct reader reader = {.tree = tree, .facts = facts};
	RL_AUTO_FREE char *text = malloc(LINE_MAX_BYTES);
	int ret;

	*facts = (struct rl_inventory_facts){0};
	if (text == NULL)
		return rl_error_set(err, ENOMEM, "cannot read '%s'", name);
	do
		ret = read_line(&reader, file, text, name, err);
	while (ret == 1 && (stop == NULL || *stop == 0));
	if (ret == 1)
		return rl_error_text(err, EINTR, "stopped by a signal");
	if (ret == 0 && !reader.is_over)
		ret = rl_error_text(
			err, EINVAL, "'%s' is not complete: its last line is missing", name);
	return ret;
}

void rl_inventory_facts_free(struct rl_inventory_facts *facts)
{
	free(facts->rules);
	free(facts->image);
	*facts = (struct rl_inventory_facts){0};
}
