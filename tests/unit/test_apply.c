/* SPDX-License-Identifier: MIT */
#include "archive/apply.h"

#include "common/buf.h"
#include "tests/unit/archive_made.h"

#include <sys/sysmacros.h>

static struct rl_tree *tree;
static struct rl_store *store;
/* What was told, "kind path: detail" and a newline each. */
static char told[1024];

static void tell(void *ctx, enum rl_exception_kind kind, const char *path, const char *detail)
{
	size_t len = strlen(told);

	(void)ctx;
	(void)snprintf(told + len, sizeof(told) - len, "%s %s: %s\n", rl_exception_info(kind)->name,
		path, detail != NULL ? detail : "-");
}

static const struct rl_exception_sink sink = {.tell = tell};

static int set_up(void **state)
{
	(void)state;
	told[0] = '\0';
	return rl_tree_new(&tree) != 0 || rl_store_new("/tmp", 1 << 20, &store, NULL) != 0;
}

static int tear_down(void **state)
{
	(void)state;
	rl_tree_free(rl_steal_ptr(&tree));
	rl_store_free(rl_steal_ptr(&store));
	return 0;
}

static int apply_bytes(const char *bytes, size_t size, const struct rl_apply_options *options,
	struct rl_error *err)
{
	struct made_stream stream = made_stream_of(bytes, size);
	int ret = rl_tree_apply(tree, &stream.stream, options, &sink, err);

	if (ret == 0)
		assert_true(stream.is_at_end);
	return ret;
}

static struct rl_apply_options layer_options(uint32_t layer)
{
	return (struct rl_apply_options){
		.is_layer = true, .layer = layer, .digests = true, .store = store};
}

/* Applies an archive of members that made_put() knows, up to a NULL. */
static int apply_texts(
	const struct rl_apply_options *options, const char *const *texts, struct rl_error *err)
{
	struct made made = made_begin("pax");
	int ret;

	made_open(&made);
	for (; *texts != NULL; texts++)
		made_put(&made, *texts);
	made_end(&made);
	ret = apply_bytes(made.bytes, made.size, options, err);
	made_free(&made);
	return ret;
}

static void apply_layer(uint32_t layer, const char *const *texts)
{
	const struct rl_apply_options options = layer_options(layer);
	struct rl_error err = {0};

	assert_int_equal(apply_texts(&options, texts, &err), 0);
	assert_string_equal(err.message, "");
}

#define LAYER(number, ...) apply_layer(number, (const char *const[]){__VA_ARGS__, NULL})

/* The tree, as made_put() would have it; "?" behind directories that are implied. */
static const char *listing(void)
{
	static char text[8192];
	const struct rl_node *node;
	size_t len = 0;

	rl_tree_sort(tree);
	text[0] = '\0';
	for (node = rl_tree_next(rl_tree_root(tree)); node != NULL; node = rl_tree_next(node)) {
		RL_AUTO_FREE char *path = rl_tree_path(node);
		const struct rl_inode *inode = node->inode;
		char content[256] = "";

		if (S_ISREG(inode->mode) && inode->size < sizeof(content)) {
			assert_int_equal(rl_store_read(store, inode->content, content,
						 (size_t)inode->size, NULL),
				0);
			content[inode->size] = '\0';
		}
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s%s%s%s ", path,
			S_ISDIR(inode->mode) ? "/" : "", node->is_implied ? "?" : "",
			S_ISREG(inode->mode) ? "=" : "", content);
		if (S_ISLNK(inode->mode))
			len += (size_t)snprintf(text + len - 1, sizeof(text) - len + 1, "->%s ",
				       inode->target) -
			       1;
	}
	return text;
}

static void paths_are_below_root(void **state)
{
	(void)state;
	LAYER(0, "./", "./a/", "/b=1", "././c//d=2", "a/e/", "x/./y=3");
	assert_string_equal(listing(), "a/ a/e/ b=1 c/? c/d=2 x/? x/y=3 ");
	assert_false(rl_tree_root(tree)->is_implied);
	assert_int_equal(rl_tree_root(tree)->inode->mode, S_IFDIR | 0750);
	assert_int_equal(rl_tree_find(tree, "b")->inode->uid, 1);
	assert_int_equal(rl_tree_find(tree, "b")->inode->gid, 2);
	assert_string_equal(told, "");
}

static void digests_and_contents_are_of_each_file(void **state)
{
	static const unsigned char nothing[] = {0xe3, 0xb0, 0xc4, 0x42};
	static const unsigned char abc[] = {0xba, 0x78, 0x16, 0xbf};
	struct rl_apply_options options = layer_options(0);
	const char *const texts[] = {"nothing=", "abc=abc", "abc-too==abc", "link->abc", NULL};

	(void)state;
	assert_int_equal(apply_texts(&options, texts, NULL), 0);
	assert_string_equal(listing(), "abc=abc abc-too=abc link->abc nothing= ");
	assert_true(rl_tree_find(tree, "abc-too")->inode->has_digest);
	assert_memory_equal(rl_tree_find(tree, "abc-too")->inode->digest, abc, sizeof(abc));
	assert_memory_equal(rl_tree_find(tree, "nothing")->inode->digest, nothing, sizeof(nothing));
	assert_false(rl_tree_find(tree, "link")->inode->has_digest);
	/* Without a store and digests, the content is passed over. */
	rl_tree_free(tree);
	assert_int_equal(rl_tree_new(&tree), 0);
	options = (struct rl_apply_options){0};
	assert_int_equal(apply_texts(&options, texts, NULL), 0);
	assert_int_equal(rl_tree_find(tree, "abc")->inode->size, 3);
	assert_true(rl_tree_find(tree, "abc")->inode->content == UINT64_MAX);
	assert_false(rl_tree_find(tree, "abc")->inode->has_digest);
}

static void holes_are_digested_as_zeros(void **state)
{
	const struct rl_apply_options options = layer_options(0);
	struct made made = made_begin("pax");
	struct archive_entry *entry = made_entry("sparse", S_IFREG | 0644);
	const struct rl_inode *sparse, *full;
	char content[20001] = "";

	(void)state;
	memcpy(content + 9000, "data", 4);
	made_open(&made);
	archive_entry_set_size(entry, 20000);
	archive_entry_sparse_add_entry(entry, 8192, 4096);
	assert_int_equal(archive_write_header(made.archive, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(made.archive, content, 20000), 20000);
	archive_entry_free(entry);
	entry = made_entry("full", S_IFREG | 0644);
	archive_entry_set_size(entry, 20000);
	assert_int_equal(archive_write_header(made.archive, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(made.archive, content, 20000), 20000);
	archive_entry_free(entry);
	made_end(&made);
	assert_int_equal(apply_bytes(made.bytes, made.size, &options, NULL), 0);
	made_free(&made);
	sparse = rl_tree_find(tree, "sparse")->inode;
	full = rl_tree_find(tree, "full")->inode;
	assert_memory_equal(sparse->digest, full->digest, RL_TREE_DIGEST_SIZE);
	assert_int_equal(rl_store_allocated(store, sparse->content, 20000), 4096);
	assert_int_equal(rl_store_allocated(store, full->content, 20000), 20000);
}

static void the_last_of_a_name_counts(void **state)
{
	(void)state;
	LAYER(0, "a=1", "d/", "d/x=2", "s->a", "a=3", "d=4", "s/", "s/y=5", "d/", "h==a", "h=6");
	assert_string_equal(listing(), "a=3 d/ h=6 s/ s/y=5 ");
	assert_int_equal(rl_tree_find(tree, "a")->inode->links, 1);
}

static void whiteouts_take_out_what_is_below(void **state)
{
	(void)state;
	LAYER(0, "a=1", "b/", "b/x=2", "b/y/", "b/y/z=3", "c=4", "d/", "d/e=5");
	LAYER(1, ".wh.a", ".wh.b", "d/.wh.e", "d/.wh.none", "no/.wh.none", "c=6");
	assert_string_equal(listing(), "c=6 d/ ");
	assert_int_equal(rl_tree_find(tree, "c")->layer, 1);
	assert_int_equal(rl_tree_find(tree, "d")->layer, 0);
}

static void whiteouts_leave_what_their_layer_brings(void **state)
{
	static const char *const orders[][6] = {
		{".wh.d", "d/", "d/new=1", ".wh.f", "f=2", NULL},
		{"d/", "d/new=1", ".wh.d", "f=2", ".wh.f", NULL},
		{"d/", ".wh.d", "d/new=1", "f=2", ".wh.f", NULL},
		{"d/new=1", "d/", "f=2", ".wh.f", ".wh.d", NULL},
		{"d/new=1", "f=2", "d/", "d/.wh..wh..opq", ".wh.f", NULL},
		{"d/.wh..wh..opq", "d/new=1", "f=2", "d/", ".wh.f", NULL},
		{"d/", "d/.wh..wh..opq", "d/new=1", ".wh.f", "f=2", NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(orders); i++) {
		rl_tree_free(tree);
		assert_int_equal(rl_tree_new(&tree), 0);
		LAYER(0, "d/", "d/old=1", "d/sub/", "d/sub/old=1", "f=1", "g=1");
		apply_layer(1, orders[i]);
		assert_string_equal(listing(), "d/ d/new=1 f=2 g=1 ");
	}
}

/* Of a directory that is hidden nothing is left, but what the layer itself has in it. */
static void what_is_brought_below_what_is_hidden_stays(void **state)
{
	static const char *const orders[][4] = {{".wh.d", "d/sub/new=1", NULL},
		{"d/sub/new=1", ".wh.d", NULL}, {"d/sub/new=1", ".wh..wh..opq", "g=1", NULL}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(orders); i++) {
		rl_tree_free(tree);
		assert_int_equal(rl_tree_new(&tree), 0);
		LAYER(0, "d/", "d/old=1", "d/sub/", "d/sub/old=1", "d/sub/s/", "d/z/", "d/z/z=1",
			"g=1");
		apply_layer(1, orders[i]);
		assert_string_equal(listing(), "d/? d/sub/? d/sub/new=1 g=1 ");
		assert_int_equal(rl_tree_find(tree, "d")->layer, 1);
		assert_int_equal(rl_tree_find(tree, "d")->inode->uid, 0);
	}
}

static void whiteouts_do_not_reach_higher_layers(void **state)
{
	(void)state;
	LAYER(0, "a=1", "d/", "d/a=1");
	LAYER(1, ".wh.a", "d/.wh..wh..opq");
	LAYER(2, "a=2", "d/b=2");
	LAYER(3, ".wh.none");
	assert_string_equal(listing(), "a=2 d/ d/b=2 ");
	LAYER(4, ".wh..wh..opq", "last=1");
	assert_string_equal(listing(), "last=1 ");
}

static void whiteouts_are_files_in_plain_tars(void **state)
{
	const struct rl_apply_options options = {.store = store};
	const char *const texts[] = {"a=1", ".wh.a", "d/.wh..wh..opq", NULL};

	(void)state;
	assert_int_equal(apply_texts(&options, texts, NULL), 0);
	assert_string_equal(listing(), ".wh.a= a=1 d/? d/.wh..wh..opq= ");
}

static void what_union_file_systems_leave_is_ignored(void **state)
{
	(void)state;
	LAYER(0, "a=1", ".wh..wh.aufs=", ".wh..wh.plnk/", ".wh..wh.plnk/1.2=x", ".wh..wh.orph/");
	assert_string_equal(listing(), "a=1 ");
}

static void other_types_replace_what_lower_layers_have(void **state)
{
	(void)state;
	LAYER(0, "d/", "d/a=1", "f=1", "l->d", "e/", "e/a=1");
	LAYER(1, "d=2", "f/", "f/a=2", "l/", "l/b=2", "e/");
	assert_string_equal(listing(), "d=2 e/ e/a=1 f/ f/a=2 l/ l/b=2 ");
}

static void hardlinks_reach_into_lower_layers(void **state)
{
	(void)state;
	LAYER(0, "a=1", "s->a", "d/");
	LAYER(1, "d/b==a", "t==./s", "a=2");
	assert_string_equal(listing(), "a=2 d/ d/b=1 s->a t->a ");
	assert_int_equal(rl_tree_find(tree, "d/b")->inode->links, 1);
	assert_int_equal(rl_tree_find(tree, "t")->inode->links, 2);
	LAYER(2, "a==d/b", "c==/a");
	assert_string_equal(listing(), "a=1 c=1 d/ d/b=1 s->a t->a ");
	assert_int_equal(rl_tree_find(tree, "c")->inode->links, 3);
}

static void symlinks_above_members_are_followed(void **state)
{
	(void)state;
	LAYER(0, "usr/", "usr/lib/", "usr/lib/old=1", "lib->usr/lib", "up->../../usr",
		"abs->/usr/lib", "two->lib", "gone->usr/gone");
	LAYER(1, "lib/a=1", "up/b=2", "abs/c=3", "two/d=4", "gone/e=5", "lib/.wh.old", "f==two/d",
		"usr/lib/self->.", "usr/lib/self/self/g=6", "usr/lib/abs->/usr", "lib/abs/h=7");
	assert_string_equal(listing(),
		"abs->/usr/lib f=4 gone->usr/gone lib->usr/lib two->lib up->../../usr usr/ usr/b=2 "
		"usr/gone/? usr/gone/e=5 usr/h=7 usr/lib/ usr/lib/a=1 usr/lib/abs->/usr "
		"usr/lib/c=3 usr/lib/d=4 usr/lib/g=6 "
		"usr/lib/self->. ");
}

static void impossible_members_are_refused(void **state)
{
	static const struct {
		const char *texts[4];
		int error;
		const char *message;
	} cases[] = {
		{{"a/../b=1"}, -EINVAL, "member 'a/../b' leads out of the root by '..'"},
		{{"../b=1"}, -EINVAL, "member '../b' leads out of the root by '..'"},
		{{"a=1", "b==../a"}, -EINVAL, "hardlink '../a' leads out of the root by '..'"},
		{{"b==a"}, -EINVAL, "member 'b' is a hardlink to 'a', which is not there"},
		{{"a/", "b==a"}, -EINVAL, "member 'b' is a hardlink to 'a', which is a directory"},
		{{"a=1", "a/b=1"}, -ENOTDIR, "member 'a/b' lies below what is no directory"},
		{{"a->b", "b->a", "a/c=1"}, -ELOOP,
			"cannot take member 'a/c': Too many levels of symbolic links"},
		{{".wh."}, -EINVAL, "whiteout '.wh.' is of nothing that can be"},
		{{"a/.wh..."}, -EINVAL, "whiteout 'a/.wh...' is of nothing that can be"},
		{{"a/.wh.."}, -EINVAL, "whiteout 'a/.wh..' is of nothing that can be"},
		{{".->b"}, -EINVAL, "the root itself is no directory in it"},
	};
	struct rl_apply_options options = layer_options(0);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct rl_error err = {0};

		rl_tree_free(tree);
		assert_int_equal(rl_tree_new(&tree), 0);
		assert_int_equal(apply_texts(&options, cases[i].texts, &err), cases[i].error);
		assert_string_equal(err.message, cases[i].message);
	}
}

static void names_have_their_limits(void **state)
{
	struct rl_apply_options options = layer_options(0);
	char name[5000], message[64];
	const char *const texts[] = {name, NULL};
	struct rl_error err = {0};
	size_t i;

	(void)state;
	memset(name, 'n', 255);
	(void)snprintf(name + 255, sizeof(name) - 255, "=1");
	assert_int_equal(apply_texts(&options, texts, NULL), 0);
	memset(name, 'n', 256);
	(void)snprintf(name + 256, sizeof(name) - 256, "=1");
	assert_int_equal(apply_texts(&options, texts, &err), -ENAMETOOLONG);
	(void)snprintf(message, sizeof(message), "%.30s", err.message);
	assert_string_equal(message, "cannot take member 'nnnnnnnnnn");
	for (i = 0; i < 4096; i += 2)
		memcpy(name + i, "d/", 2);
	(void)snprintf(name + 4094, sizeof(name) - 4094, "d=1");
	assert_int_equal(apply_texts(&options, texts, NULL), 0);
	(void)snprintf(name + 4094, sizeof(name) - 4094, "dd=1");
	assert_int_equal(apply_texts(&options, texts, NULL), -ENAMETOOLONG);
}

/* What comes of a symlink's target counts too. */
static void targets_have_their_limits(void **state)
{
	struct rl_apply_options options = layer_options(0);
	char link[5000] = "l->";
	const char *texts[] = {link, "l/x=1", NULL};

	(void)state;
	memset(link + 3, 'n', 255);
	assert_int_equal(apply_texts(&options, texts, NULL), 0);
	link[3 + 255] = 'n';
	assert_int_equal(apply_texts(&options, texts, NULL), -ENAMETOOLONG);
	memset(link + 3, '/', 4095);
	memcpy(link + 3 + 4093, "d", 2);
	assert_int_equal(apply_texts(&options, texts, NULL), 0);
	memset(link + 3, '/', 4095);
	memcpy(link + 3 + 4095, "d", 2);
	assert_int_equal(apply_texts(&options, texts, NULL), -ENAMETOOLONG);
	/* Each for itself is short enough. */
	memset(link + 3, 'n', 4000);
	for (size_t i = 0; i < 4000; i += 200)
		link[3 + i] = '/';
	link[4003] = '\0';
	assert_int_equal(apply_texts(&options, texts, NULL), 0);
	texts[1] = "l/nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn/"
		   "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
		   "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn/x=1";
	assert_int_equal(apply_texts(&options, texts, NULL), -ENAMETOOLONG);
}

static void there_are_limits_against_bombs(void **state)
{
	struct rl_apply_options options = {.members_max = 3, .store = store};
	const char *const few[] = {"a=1", "b=1", "c=1", NULL}, *const many[] = {"x=1",
								       "d/e/f/g/h=1", "x=1", NULL};
	const char *const four[] = {"a=1", "a=1", "a=1", "a=1", NULL};
	struct rl_error err = {0};

	(void)state;
	assert_int_equal(apply_texts(&options, four, &err), -EFBIG);
	assert_string_equal(err.message, "it has more than 3 files");
	assert_int_equal(apply_texts(&options, few, NULL), 0);
	assert_int_equal(apply_texts(&options, many, NULL), -EFBIG);
	rl_tree_free(tree);
	assert_int_equal(rl_tree_new(&tree), 0);
	options = (struct rl_apply_options){.content_max = 2};
	assert_int_equal(apply_texts(&options, few, &err), -EFBIG);
	assert_string_equal(err.message, "the files have more than 2 bytes of content");
	rl_store_free(store);
	assert_int_equal(rl_store_new("/tmp", 2, &store, NULL), 0);
	options = (struct rl_apply_options){.store = store};
	assert_int_equal(apply_texts(&options, few, &err), -EFBIG);
	assert_string_equal(err.message, "the files have more than 2 bytes of content");
}

static void all_metadata_are_taken(void **state)
{
	const struct rl_apply_options options = {.store = store};
	struct made made = made_begin("pax");
	struct archive_entry *entry;
	const struct rl_inode *inode;

	(void)state;
	made_open(&made);
	entry = made_entry("f", S_IFREG | 06755);
	archive_entry_set_uid(entry, 4294967294);
	archive_entry_set_gid(entry, 3000000);
	archive_entry_set_mtime(entry, -5, 123456789);
	archive_entry_xattr_add_entry(entry, "user.b", "x\0y", 3);
	archive_entry_xattr_add_entry(entry, "user.a", "1", 1);
	archive_entry_xattr_add_entry(entry, "security.capability", "\1\0\0\2", 4);
	archive_entry_xattr_add_entry(entry, "security.selinux", "u:r:t", 6);
	made_write(&made, entry, "x");
	entry = made_entry("c", S_IFCHR | 0600);
	archive_entry_set_rdevmajor(entry, 259);
	archive_entry_set_rdevminor(entry, 300000);
	made_write(&made, entry, NULL);
	made_write(&made, made_entry("b", S_IFBLK | 0600), NULL);
	made_write(&made, made_entry("p", S_IFIFO | 0600), NULL);
	made_end(&made);
	assert_int_equal(apply_bytes(made.bytes, made.size, &options, NULL), 0);
	made_free(&made);
	inode = rl_tree_find(tree, "f")->inode;
	assert_int_equal(inode->mode, S_IFREG | 06755);
	assert_int_equal(inode->uid, 4294967294);
	assert_int_equal(inode->gid, 3000000);
	assert_int_equal(inode->mtime.tv_sec, -5);
	assert_int_equal(inode->mtime.tv_nsec, 123456789);
	/* In both of libarchive's forms, but once, and sorted. */
	assert_int_equal(inode->extra->xattr_count, 3);
	assert_string_equal(inode->extra->xattrs[0].name, "security.capability");
	assert_string_equal(inode->extra->xattrs[1].name, "user.a");
	assert_int_equal(inode->extra->xattrs[2].size, 3);
	assert_memory_equal(inode->extra->xattrs[2].value, "x\0y", 3);
	assert_string_equal(inode->extra->label, "u:r:t");
	assert_int_equal(inode->extra->label_size, 6);
	inode = rl_tree_find(tree, "c")->inode;
	assert_int_equal(inode->mode, S_IFCHR | 0600);
	assert_true(inode->rdev == makedev(259, 300000));
	assert_int_equal(rl_tree_find(tree, "b")->inode->mode, S_IFBLK | 0600);
	assert_int_equal(rl_tree_find(tree, "p")->inode->mode, S_IFIFO | 0600);
	assert_string_equal(told, "");
}

/* An archive of GNU tar, which writes names, with the files that say who they are. */
static void names_in_acls_are_looked_up_in_the_archive(void **state)
{
	struct rl_apply_options options = {.store = store};
	const struct rl_inode_extra *extra;
	struct rl_buf tar = {0};
	FILE *pipe;
	char piece[4096];
	size_t len;

	(void)state;
	pipe = popen("d=$(mktemp -d) && cd $d && mkdir dir usr && "
		     "printf 'one:x:41:1::/:\\ndaemon:x:43:1::/:\\n' >usr/passwd && "
		     "printf 'daemon:x:44:\\n' >usr/group && ln -s usr etc && touch f g && "
		     "setfacl -m u:daemon:rwx,g:daemon:r-x,u:4321:r--,g:bin:r-- f && "
		     "setfacl -d -m u:daemon:rwx dir && ln f also && setfacl -m u:daemon:r g && "
		     "tar --format=posix --acls -c dir f also g usr etc && rm -r $d",
		"re");
	assert_non_null(pipe);
	while ((len = fread(piece, 1, sizeof(piece), pipe)) > 0)
		assert_int_equal(rl_buf_append(&tar, piece, len), 0);
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(apply_bytes(tar.data, tar.len, &options, NULL), 0);
	extra = rl_tree_find(tree, "also")->inode->extra;
	assert_string_equal(acl_text(&extra->acl_access),
		"1:-1:6 2:43:7 2:4321:4 4:-1:4 8:44:5 10:-1:7 20:-1:4 ");
	extra = rl_tree_find(tree, "dir")->inode->extra;
	assert_string_equal(acl_text(&extra->acl_default), "1:-1:7 2:43:7 4:-1:5 10:-1:7 20:-1:5 ");
	assert_string_equal(
		told, "metadata f: ACL entry of group 'bin', whose number is not known\n");
	assert_int_equal(rl_tree_find(tree, "f")->inode->mark, 0);
	assert_int_equal(rl_tree_find(tree, "g")->inode->mark, 0);
	/* Without contents nobody can say. */
	told[0] = '\0';
	options.store = NULL;
	assert_int_equal(apply_bytes(tar.data, tar.len, &options, NULL), 0);
	assert_non_null(strstr(
		told, "metadata g: ACL entry of user 'daemon', whose number is not known\n"));
	rl_buf_free(&tar);
}

/* Gives the header at @header another type. */
static void set_type(char *header, char type)
{
	unsigned int sum = 0;
	size_t i;

	header[156] = type;
	memset(header + 148, ' ', 8);
	for (i = 0; i < 512; i++)
		sum += (unsigned char)header[i];
	(void)snprintf(header + 148, 8, "%06o", sum);
}

static void what_cannot_be_kept_is_told(void **state)
{
	const struct rl_apply_options options = {.store = store};
	struct made made = made_begin("pax");
	struct archive_entry *entry = made_entry("i", S_IFREG | 0644);

	(void)state;
	made_open(&made);
	made_put(&made, "part=x");
	archive_entry_copy_fflags_text(entry, "schg");
	made_write(&made, entry, "x");
	made_end(&made);
	set_type(made.bytes, 'M');
	assert_int_equal(apply_bytes(made.bytes, made.size, &options, NULL), 0);
	made_free(&made);
	assert_string_equal(listing(), "i=x ");
	assert_string_equal(told, "unreadable part: a type that tar programs do not know\n"
				  "inode-flag i: -\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(paths_are_below_root),
		TEST(digests_and_contents_are_of_each_file),
		TEST(holes_are_digested_as_zeros),
		TEST(the_last_of_a_name_counts),
		TEST(whiteouts_take_out_what_is_below),
		TEST(whiteouts_leave_what_their_layer_brings),
		TEST(what_is_brought_below_what_is_hidden_stays),
		TEST(whiteouts_do_not_reach_higher_layers),
		TEST(whiteouts_are_files_in_plain_tars),
		TEST(what_union_file_systems_leave_is_ignored),
		TEST(other_types_replace_what_lower_layers_have),
		TEST(hardlinks_reach_into_lower_layers),
		TEST(symlinks_above_members_are_followed),
		TEST(impossible_members_are_refused),
		TEST(names_have_their_limits),
		TEST(targets_have_their_limits),
		TEST(there_are_limits_against_bombs),
		TEST(names_in_acls_are_looked_up_in_the_archive),
		TEST(what_cannot_be_kept_is_told),
		TEST(all_metadata_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
