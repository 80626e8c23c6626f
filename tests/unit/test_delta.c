/* SPDX-License-Identifier: MIT */
/*
 * What a delta writes is applied to the tree as overlayfs does: the layer is unpacked into a directory of its
 * own, and lies over the tree then. What comes of that has to be what was given.
 */
#include "tests/unit/unit.h"
#include "writer/delta.h"
#include "writer/digest.h"
#include "writer/writer_ops.h"

#include <stdio.h>

#define FILES_MAX 200
#define PATH_SIZE 64

/* A file: of one inode all is the same but the path. */
struct file {
	char path[PATH_SIZE];
	/* 'd', 'f', 'l' (a symlink), 'p' (a FIFO), 'h' (in a layer: a further name of @target). */
	char type;
	unsigned int mode;
	/* Of files: text; of symlinks: where they lead. */
	char content[24];
	char target[PATH_SIZE];
	/* Of a further name, which file it is. */
	int inode;
};

/* A tree in the order of a walk, or what was written in the order of that. */
struct files {
	struct file files[FILES_MAX];
	size_t count;
};

/* Records what is written. */
struct recorder {
	struct rl_writer writer;
	struct files *layer;
};

static int record_begin(
	struct rl_writer *writer, const struct rl_member *member, struct rl_error *err)
{
	struct files *layer = ((struct recorder *)writer)->layer;
	struct file *file = &layer->files[layer->count++];
	const struct rl_entry *entry = member->entry;

	(void)err;
	assert_true(layer->count < FILES_MAX);
	*file = (struct file){.type = 'p', .mode = entry->mode & 07777};
	(void)snprintf(file->path, sizeof(file->path), "%s", entry->path);
	if (S_ISDIR(entry->mode))
		file->type = 'd';
	else if (S_ISREG(entry->mode))
		file->type = 'f';
	else if (S_ISLNK(entry->mode))
		file->type = 'l';
	if (file->type == 'l')
		(void)snprintf(file->content, sizeof(file->content), "%s", entry->target);
	if (member->hardlink != NULL) {
		file->type = 'h';
		(void)snprintf(file->target, sizeof(file->target), "%s", member->hardlink);
	}
	return 0;
}

static int record_data(
	struct rl_writer *writer, const void *data, size_t size, struct rl_error *err)
{
	struct files *layer = ((struct recorder *)writer)->layer;
	struct file *file = &layer->files[layer->count - 1];

	(void)err;
	(void)snprintf(file->content, sizeof(file->content), "%.*s", (int)size, (const char *)data);
	return 0;
}

static int record_nothing(struct rl_writer *writer, struct rl_error *err)
{
	(void)writer;
	(void)err;
	return 0;
}

static void record_free(struct rl_writer *writer)
{
	free(writer);
}

static const struct rl_writer_ops record_ops = {
	.begin = record_begin,
	.data = record_data,
	.end = record_nothing,
	.finish = record_nothing,
	.free = record_free,
};

static struct rl_writer *new_recorder(struct files *layer)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));

	assert_non_null(recorder);
	recorder->writer.ops = &record_ops;
	recorder->layer = layer;
	return &recorder->writer;
}

static struct file *find(struct files *files, const char *path)
{
	size_t i;

	for (i = 0; i < files->count; i++) {
		if (strcmp(files->files[i].path, path) == 0)
			return &files->files[i];
	}
	return NULL;
}

/* The first name of the same file, which may be itself. */
static struct file *first_name(struct files *files, const struct file *file)
{
	size_t i;

	for (i = 0; file->type != 'd' && i < files->count; i++) {
		if (files->files[i].inode == file->inode)
			return &files->files[i];
	}
	return find(files, file->path);
}

static void make_entry(const struct file *file, struct rl_entry *entry)
{
	static const char letters[] = "dflp";
	static const mode_t types[] = {S_IFDIR, S_IFREG, S_IFLNK, S_IFIFO};

	*entry = (struct rl_entry){.is_loaded = true};
	assert_int_equal(rl_entry_set_path(entry, file->path), 0);
	entry->mode = types[strchr(letters, file->type) - letters] | file->mode;
	entry->mtime.tv_sec = 1000;
	if (file->type == 'f')
		entry->size = strlen(file->content);
	if (file->type == 'l')
		entry->target = strdup(file->content);
}

static void set_digest(struct rl_inode *inode, const char *content)
{
	char text[RL_DIGEST_SIZE];
	size_t i;

	assert_int_equal(rl_digest_of(content, strlen(content), text), 0);
	for (i = 0; i < RL_TREE_DIGEST_SIZE; i++) {
		char digits[3] = {text[7 + 2 * i], text[8 + 2 * i], '\0'};

		inode->digest[i] = (unsigned char)strtoul(digits, NULL, 16);
	}
	inode->has_digest = true;
}

static struct rl_tree *make_tree(struct files *files)
{
	struct rl_tree *tree;
	size_t i;

	assert_int_equal(rl_tree_new(&tree), 0);
	for (i = 0; i < files->count; i++) {
		const struct file *file = &files->files[i], *first = first_name(files, file);
		struct rl_entry entry;
		struct rl_node *node;

		make_entry(file, &entry);
		assert_int_equal(
			rl_tree_add(tree, &entry, first != file ? first->path : NULL, &node), 0);
		if (file->type == 'f')
			set_digest(node->inode, file->content);
		rl_entry_clear(&entry);
	}
	return tree;
}

/* Writes one member once. */
static int give(struct rl_writer *delta, const struct file *file, const char *hardlink)
{
	struct rl_entry entry;
	struct rl_member member = {.entry = &entry, .hardlink = hardlink};
	int ret;

	make_entry(file, &entry);
	ret = rl_writer_begin(delta, &member, NULL);
	if (ret == 0 && hardlink == NULL && file->type == 'f' && entry.size > 0)
		assert_int_equal(rl_writer_data(delta, file->content, entry.size, NULL), 0);
	if (ret == 0)
		ret = rl_writer_end(delta, NULL);
	rl_entry_clear(&entry);
	return ret;
}

/* A number below @below. */
static unsigned int draw(unsigned int below)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005U + 1442695040888963407U;
	return (unsigned int)(state >> 33) % below;
}

/* Gives a file as a capture does; now and then it is taken back and given again. */
static int give_file(
	struct rl_writer *delta, struct files *layer, const struct file *file, bool may_take_back)
{
	size_t was;
	int ret;

	assert_int_equal(rl_writer_prepare(delta, file->path, NULL), 0);
	was = layer->count;
	ret = give(delta, file, NULL);
	if (ret == -EAGAIN)
		ret = may_take_back && draw(8) == 0 ? -ENOENT : give(delta, file, NULL);
	if (ret == 0 && may_take_back && file->type == 'f' && draw(4) == 0) {
		layer->count = was;
		ret = give(delta, file, NULL);
		if (ret == -EAGAIN)
			ret = give(delta, file, NULL);
	}
	return ret;
}

/* Takes out of @files what is no longer there. */
static void take_out(struct files *files, size_t index)
{
	memmove(&files->files[index], &files->files[index + 1],
		(files->count - index - 1) * sizeof(struct file));
	files->count--;
}

/* Writes @given over @old. What could not be given is taken out of it, if that may happen. */
static struct rl_delta_facts write_delta(
	struct files *old, struct files *given, struct files *layer, bool may_fail)
{
	static const struct rl_delta_options options;
	struct rl_tree *tree = make_tree(old);
	struct rl_delta_facts facts;
	struct rl_writer *delta;
	size_t i = 0;

	layer->count = 0;
	assert_int_equal(rl_delta_new(new_recorder(layer), tree, &options, &delta, NULL), 0);
	while (i < given->count) {
		struct file *file = &given->files[i], *first = first_name(given, file);
		bool is_further = first != file && file->type != 'l';
		int ret = is_further ? give(delta, file, first->path) : -EAGAIN;

		if (ret == -EAGAIN)
			ret = is_further && may_fail && draw(8) == 0
				      ? -ENOENT
				      : give_file(delta, layer, file, may_fail);
		if (ret == 0)
			i++;
		else
			take_out(given, i);
	}
	assert_int_equal(rl_writer_finish(delta, NULL), 0);
	rl_delta_facts(delta, &facts);
	rl_writer_free(delta);
	rl_tree_free(tree);
	return facts;
}

static bool is_below(const char *path, const char *directory)
{
	size_t len = strlen(directory);

	return len == 0 || (strncmp(path, directory, len) == 0 && path[len] == '/');
}

/* The path of what @path lies in. */
static void parent_of(const char *path, char *parent)
{
	const char *slash = strrchr(path, '/');

	(void)snprintf(parent, PATH_SIZE, "%.*s", slash != NULL ? (int)(slash - path) : 0, path);
}

/* Takes what lies below @path, and perhaps itself, out of @files. */
static void remove_below(struct files *files, const char *path, bool itself)
{
	size_t i = 0;

	while (i < files->count) {
		const char *at = files->files[i].path;

		if (is_below(at, path) || (itself && strcmp(at, path) == 0))
			take_out(files, i);
		else
			i++;
	}
}

/* Applies a whiteout to what is below the layer. */
static void hide(struct files *below, const char *path)
{
	char parent[PATH_SIZE], hidden[2 * PATH_SIZE];
	const char *name = strstr(path, ".wh.") + 4;

	parent_of(path, parent);
	if (strcmp(name, ".wh..opq") == 0) {
		remove_below(below, parent, false);
		return;
	}
	(void)snprintf(
		hidden, sizeof(hidden), "%s%s%s", parent, parent[0] != '\0' ? "/" : "", name);
	assert_non_null(find(below, hidden));
	remove_below(below, hidden, true);
}

/* Lays the layer over @below, as overlayfs does. */
static void apply(struct files *below, struct files *layer)
{
	struct files upper = {.count = 0};
	size_t i;

	for (i = 0; i < layer->count; i++) {
		struct file file = layer->files[i];
		char parent[PATH_SIZE];

		parent_of(file.path, parent);
		/* Engines make up no directory then, and take no path twice. */
		if (parent[0] != '\0')
			assert_non_null(find(&upper, parent));
		assert_null(find(&upper, file.path));
		if (strstr(file.path, ".wh.") != NULL) {
			assert_int_equal(file.mode, 0);
			hide(below, file.path);
			continue;
		}
		file.inode = 1000000 + (int)i;
		if (file.type == 'h') {
			const struct file *target = find(&upper, file.target);

			assert_non_null(target);
			file = *target;
			(void)snprintf(file.path, sizeof(file.path), "%s", layer->files[i].path);
		}
		upper.files[upper.count++] = file;
	}
	for (i = 0; i < upper.count; i++) {
		const struct file *file = &upper.files[i], *was = find(below, file->path);

		if (file->type != 'd' || (was != NULL && was->type != 'd'))
			remove_below(below, file->path, true);
		else
			remove_below(below, "\n", was != NULL);
		if (find(below, file->path) != NULL)
			*find(below, file->path) = *file;
		else
			below->files[below->count++] = *file;
	}
}

/* Whether the names of one file in @a are those in @b. */
static void same_names(struct files *a, struct files *b, const struct file *file)
{
	const struct file *in_b = find(b, file->path);
	size_t i;

	for (i = 0; file->type != 'd' && file->type != 'l' && i < a->count; i++) {
		const struct file *other = find(b, a->files[i].path);

		if (a->files[i].type != 'd' &&
			(a->files[i].inode == file->inode) != (other->inode == in_b->inode))
			fail_msg("'%s' and '%s' are not one file in both", file->path, other->path);
	}
}

static void same_files(struct files *want, struct files *have)
{
	size_t i;

	assert_int_equal(want->count, have->count);
	for (i = 0; i < want->count; i++) {
		const struct file *file = &want->files[i], *other = find(have, file->path);

		if (other == NULL)
			fail_msg("'%s' is missing", file->path);
		assert_int_equal(file->type, other->type);
		assert_int_equal(file->mode, other->mode);
		assert_string_equal(file->content, other->content);
		same_names(want, have, file);
	}
}

/* A file in words: "d PATH", "f PATH CONTENT", "h PATH TARGET"; "D": a directory of another mode. */
static void add(struct files *files, const char *line)
{
	struct file *file = &files->files[files->count], *target;
	char rest[PATH_SIZE] = "";

	*file = (struct file){.mode = line[0] == 'D' ? 0700 : 0755, .inode = (int)files->count + 1};
	assert_true(sscanf(line, "%c %63s %63s", &file->type, file->path, rest) >= 2);
	(void)snprintf(file->content, sizeof(file->content), "%.23s", rest);
	files->count++;
	if (file->type == 'D') {
		file->type = 'd';
	} else if (file->type == 'h') {
		target = find(files, rest);
		assert_non_null(target);
		file->type = target->type;
		file->inode = target->inode;
		memcpy(file->content, target->content, sizeof(file->content));
	}
}

/* Lines with ";" between them. */
static void add_all(struct files *files, const char *lines)
{
	char copy[1000], *rest = copy, *line;

	(void)snprintf(copy, sizeof(copy), "%s", lines);
	files->count = 0;
	while ((line = strsep(&rest, ";")) != NULL) {
		if (line[0] != '\0')
			add(files, line);
	}
}

/* What was written, in the same words. */
static void tell(const struct files *layer, char *text, size_t size)
{
	size_t i, len = 0;

	text[0] = '\0';
	for (i = 0; i < layer->count; i++) {
		const struct file *file = &layer->files[i];
		const char *rest = file->type == 'h' ? file->target : file->content;

		len += (size_t)snprintf(text + len, size - len, "%s%c %s%s%s", i > 0 ? ";" : "",
			file->type == 'd' && file->mode == 0700 ? 'D' : file->type, file->path,
			rest[0] != '\0' ? " " : "", rest);
		assert_true(len < size);
	}
}

static void transitions_are_written_as_little_as_engines_take(void **state)
{
	static const struct {
		const char *old, *given, *layer;
	} cases[] = {
		{"d a;f a/x one;l a/y x;p a/z", "d a;f a/x one;l a/y x;p a/z", ""},
		{"", "d a;f a/x one", "d a;f a/x one"},
		{"d a;f a/x one", "d a;f a/x two", "d a;f a/x two"},
		{"d a;f a/x one", "D a;f a/x one", "D a"},
		{"d a;d a/b;f a/b/x one;d c", "d a;d a/b;f a/b/x uno;d c", "d a;d a/b;f a/b/x uno"},
		{"d a;l a/x one", "d a;l a/x two", "d a;l a/x two"},
		/* Removed. */
		{"f a one;f b two", "f a one", "f .wh.b"},
		{"f a one;f b two", "", "f .wh.a;f .wh.b"},
		{"d a;f a/x one;f a/y two", "d a;f a/x one", "d a;f a/.wh.y"},
		{"d a;f a/x one;f a/y two", "d a", "d a;f a/.wh..wh..opq"},
		{"d a;f a/x one;f a/y two;f a/z three", "d a;f a/y dos",
			"d a;f a/y dos;f a/.wh..wh..opq"},
		{"d a;d a/s;f a/x one;f a/y two", "d a;D a/s", "d a;D a/s;f a/.wh.x;f a/.wh.y"},
		{"d a;f a/x one", "d a", "d a;f a/.wh.x"},
		{"d a;d a/b;f a/b/x one;f z two", "f z two", "f .wh.a"},
		/* Of another type. */
		{"d a;f a/x one;f b two", "f a one;f b two", "f a one"},
		{"f a one;f b two", "d a;f a/x one;f b two", "d a;f a/x one"},
		{"d a;f a/x one;d b;f b/x one", "l a b;d b;f b/x one", "l a b"},
		{"l a b;d b;f b/x one", "d a;f a/x one;d b;f b/x one", "d a;f a/x one"},
		/* Hardlinks. */
		{"f a one;h b a", "f a one;h b a", ""},
		{"f a one;h b a;h c a", "f a one;h b a", "f .wh.c"},
		{"f a one;h b a;h c a", "f b one;h c b", "f .wh.a"},
		{"f a one;h b a", "f a two;h b a", "f a two;h b a"},
		{"f a one;h b a", "f a one;h b a;h c a", "f c one;h a c;h b c"},
		{"d d;f d/a one;h d/b d/a", "d d;f d/a one;h d/b d/a;d e;h e/c d/a;h e/d d/a",
			"d e;f e/c one;d d;h d/a e/c;h d/b e/c;h e/d d/a"},
		{"f a one;h b a;f c one", "f a one;h b a;h c a", "f c one;h a c;h b c"},
		{"f a one;h b a", "f a one;f b one", "f b one"},
		{"f a one;h b a;h c a", "f a one;f b one;h c b", "f b one;h c b"},
		{"f a one;f b one", "f a one;h b a", "f b one;h a b"},
		{"f b one;h c b", "f a one;h b a;h c a", "f a one;h b a;h c a"},
		{"f a one;f b one;h c b", "f a one;h b a;h c a", "f b one;h a b;h c a"},
		{"p a;h b a", "p a;h b a;h c a", "p c;h a c;h b c"},
		{"p a;h b a", "p a;p b", "p b"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct files old, given, layer;
		char text[1000];

		add_all(&old, cases[i].old);
		add_all(&given, cases[i].given);
		(void)write_delta(&old, &given, &layer, false);
		tell(&layer, text, sizeof(text));
		assert_string_equal(text, cases[i].layer);
		apply(&old, &layer);
		same_files(&given, &old);
	}
}

/* Fills in what a file made up has. */
static void make_up(struct files *files, struct file *file, int *inodes)
{
	static const char types[] = "ddfffflp";
	size_t i;

	file->type = types[draw(sizeof(types) - 1)];
	/* That of a symlink means nothing. */
	file->mode = file->type != 'l' && draw(4) == 0 ? 0700 : 0755;
	file->inode = ++*inodes;
	if (file->type == 'f' || file->type == 'l')
		(void)snprintf(file->content, sizeof(file->content), "%.*s", (int)draw(2) + 1,
			file->type == 'f' && draw(6) == 0 ? "" : "xy");
	if (file->type == 'l' && file->content[0] == '\0')
		file->content[0] = 'x';
	/* Or a further name of what is there. */
	i = draw(12);
	if (file->type == 'f' && i < files->count && strchr("fp", files->files[i].type) != NULL) {
		char path[PATH_SIZE];

		memcpy(path, file->path, sizeof(path));
		*file = files->files[i];
		memcpy(file->path, path, sizeof(path));
	}
}

/* Fills a directory; what is not made up is as in @old, which may be NULL. */
static void fill(
	struct files *files, struct files *old, const char *directory, int depth, int *inodes)
{
	static const char names[] = "abc";
	size_t i;

	for (i = 0; i < sizeof(names) - 1; i++) {
		struct file file = {.type = 0};
		const struct file *was;

		(void)snprintf(file.path, sizeof(file.path), "%.40s%s%c", directory,
			directory[0] != '\0' ? "/" : "", names[i]);
		was = old != NULL ? find(old, file.path) : NULL;
		if (was != NULL && draw(5) > 0)
			file = *was;
		else if (draw(3) > 0)
			make_up(files, &file, inodes);
		else
			continue;
		/* All names of a file are the same. */
		if (first_name(files, &file) != NULL) {
			struct file same = *first_name(files, &file);

			memcpy(same.path, file.path, sizeof(same.path));
			file = same;
		} else if (was != NULL && file.type == 'f' && draw(6) == 0) {
			file.content[0] = 'z';
		}
		files->files[files->count++] = file;
		if (file.type == 'd' && depth < 2)
			fill(files, old, file.path, depth + 1, inodes);
	}
}

static void any_change_comes_out_right(void **state)
{
	int i, rounds = is_under_valgrind() ? 300 : 30000;

	(void)state;
	for (i = 0; i < rounds; i++) {
		struct files old = {.count = 0}, given = {.count = 0}, layer;
		int inodes = 0;

		fill(&old, NULL, "", 0, &inodes);
		fill(&given, &old, "", 0, &inodes);
		(void)write_delta(&old, &given, &layer, true);
		apply(&old, &layer);
		same_files(&given, &old);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transitions_are_written_as_little_as_engines_take),
		cmocka_unit_test(any_change_comes_out_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
