/* SPDX-License-Identifier: MIT */
/* Layers of images as they are read; gzip, zstd, xz, tar, cmp and sha256sum make and judge them. */
#include "tests/unit/image_maker.h"

static const struct {
	const char *compress, *type;
	enum rl_filter filter;
} ways[] = {
	{"cat", LAYER_TYPE, RL_FILTER_NONE},
	{"gzip -1", LAYER_TYPE "+gzip", RL_FILTER_GZIP},
	{"zstd -1", LAYER_TYPE "+zstd", RL_FILTER_ZSTD},
	{"gzip -1", DOCKER_LAYER ".gzip", RL_FILTER_GZIP},
	/* What comes behind belongs to the blob. */
	{"sh -c 'gzip -1; echo more'", LAYER_TYPE "+gzip", RL_FILTER_GZIP},
	{"sh -c 'head -c 1000 | gzip; cat | gzip -1'", LAYER_TYPE "+gzip", RL_FILTER_GZIP},
	/* As zstd:chunked: frames, and some that are to be skipped, at the end or before. */
	{"sh -c 'head -c 1000 | zstd; printf \"\\120\\052\\115\\030\\003\\000\\000\\000abc\"; "
	 "zstd'",
		LAYER_TYPE "+zstd", RL_FILTER_ZSTD},
	{"sh -c 'printf \"\\120\\052\\115\\030\\003\\000\\000\\000abc\"; zstd;"
	 " printf \"\\120\\052\\115\\030\\003\\000\\000\\000abc\"'",
		LAYER_TYPE "+zstd", RL_FILTER_ZSTD},
	/* The content tells, as for engines. */
	{"zstd -1", LAYER_TYPE "+gzip", RL_FILTER_ZSTD},
	{"gzip -1", LAYER_TYPE, RL_FILTER_GZIP},
};

static void all_ways(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ways); i++) {
		const struct recipe recipe = {
			.compress = ways[i].compress, .layer_type = ways[i].type};

		make_layout(&recipe);
		judge("oci:l", ways[i].filter, 1);
		judge("l", ways[i].filter, 1);
		run("tar -C l -cf a.tar . && tar -C l -czf a.tgz blobs index.json oci-layout");
		judge("oci-archive:a.tar", ways[i].filter, 1);
		judge("a.tgz", ways[i].filter, 1);
	}
}

/* A docker archive in the directory "d", of one image. */
static void make_docker(const char *compress, const char *layers)
{
	char diff_id[RL_DIGEST_SIZE], config[RL_DIGEST_SIZE], line[512];
	int len;

	run("rm -rf d d.tar && mkdir -p d/abc d/def");
	put_file("in", tar, LAYER_SIZE);
	(void)snprintf(line, sizeof(line), "%s <in >out && cp out d/abc/layer.tar", compress);
	run(line);
	assert_int_equal(rl_digest_of(tar, LAYER_SIZE, diff_id), 0);
	len = snprintf(text, sizeof(text),
		"{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[\"%s\"]}}",
		diff_id);
	assert_int_equal(rl_digest_of(text, (size_t)len, config), 0);
	(void)snprintf(line, sizeof(line), "d/%s.json", config + 7);
	put_file(line, text, (size_t)len);
	len = snprintf(text, sizeof(text),
		"[{\"Config\":\"%s.json\",\"RepoTags\":[\"x:1\"],\"Layers\":[%s]}]", config + 7,
		layers);
	put_file("d/manifest.json", text, (size_t)len);
}

/* A tar that begins as if it were compressed is none. */
static void name_like_gzip(void **state)
{
	const struct recipe recipe = {.compress = "cat", .layer_type = LAYER_TYPE};
	const struct recipe twice = {.compress = "gzip -1"};

	(void)state;
	memcpy(tar, "\x1f\x8b\x08", 3);
	make_layout(&recipe);
	judge("oci:l", RL_FILTER_NONE, 1);
	make_layout(&twice);
	judge("oci:l", RL_FILTER_GZIP, 1);
	/* In a docker archive nothing but the content tells. */
	memcpy(tar + 257, "ustar", 5);
	make_docker("cat", "\"abc/layer.tar\"");
	run("tar -C d -cf d.tar .");
	judge("docker-archive:d.tar", RL_FILTER_NONE, 1);
	memcpy(tar, "BZh", 3);
	make_docker("gzip", "\"abc/layer.tar\"");
	run("tar -C d -cf d.tar .");
	judge("docker-archive:d.tar", RL_FILTER_GZIP, 1);
	memcpy(tar + 257, "xxxxx", 5);
	memcpy(tar, "xxx", 3);
}

static void damaged_blobs(void **state)
{
	const char *other = "sha256:"
			    "0000000000000000000000000000000000000000000000000000000000000000";
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct recipe recipe = {.compress = ways[i].compress, .layer_type = ways[i].type};

		/* Another size shows at once. */
		recipe.layer_more = -1;
		make_layout(&recipe);
		refuse("oci:l", NULL, EBADMSG, "should have");
		recipe.layer_more = 1;
		make_layout(&recipe);
		refuse("oci:l", NULL, EBADMSG, "should have");
		recipe.layer_more = 0;
		recipe.is_changed = true;
		make_layout(&recipe);
		refuse_layer("oci:l", EBADMSG, "is damaged: ");
		recipe.is_changed = false;
		recipe.diff_id = other;
		make_layout(&recipe);
		refuse_layer("oci:l", EBADMSG, "000000, but is sha256:");
	}
}

/* A blob that its digest fits, but that nothing can be made of. */
static void cut_before_hashing(void **state)
{
	static const char *const cuts[] = {"sh -c 'gzip | head -c 190000'",
		"sh -c 'zstd | head -c 190000'", "sh -c 'head -c 0 | gzip'",
		"sh -c 'gzip | head -c 5'"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cuts); i++) {
		const struct recipe recipe = {.compress = cuts[i]};

		make_layout(&recipe);
		refuse_layer("oci:l", EBADMSG, i != 2 ? "cannot be decompressed: " : "a layer");
	}
}

/* What comes behind what is compressed is looked at, too. */
static void changed_behind(void **state)
{
	const struct recipe recipe = {
		.compress = "sh -c 'gzip; seq 100000'", .is_end_changed = true};

	(void)state;
	make_layout(&recipe);
	refuse_layer("oci:l", EBADMSG, "a layer should be sha256:");
}

/* A copy is held against its digest, too. */
static void copies_are_checked(void **state)
{
	const struct recipe recipe = {.compress = "gzip", .is_changed = true};
	struct rl_image *image;

	(void)state;
	make_layout(&recipe);
	assert_int_equal(open_image("oci:l", NULL, &image), 0);
	assert_int_equal(copy_layer(image, 0), -EBADMSG);
	assert_non_null(strstr(err.message, "a layer should be sha256:"));
	rl_image_close(image);
}

static void bombs(void **state)
{
	const struct recipe recipe = {.compress = "gzip"};
	struct rl_image *image;

	(void)state;
	make_layout(&recipe);
	assert_int_equal(open_image("oci:l", NULL, &image), 0);
	assert_int_equal(read_layer(image, 0, LAYER_SIZE), 0);
	assert_int_equal(read_layer(image, 0, LAYER_SIZE - 1), -EFBIG);
	assert_non_null(strstr(err.message, "of more than 299999 bytes"));
	rl_image_close(image);
}

static void docker_archives(void **state)
{
	static const struct {
		const char *compress;
		enum rl_filter filter;
	} forms[] = {{"cat", RL_FILTER_NONE}, {"gzip", RL_FILTER_GZIP}, {"xz", RL_FILTER_XZ},
		{"bzip2", RL_FILTER_BZIP2}, {"lz4 -q", RL_FILTER_LZ4}, {"zstd", RL_FILTER_ZSTD}};
	struct rl_image *image;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(forms); i++) {
		make_docker(forms[i].compress, "\"abc/layer.tar\"");
		run("tar -C d -cf d.tar .");
		judge("docker-archive:d.tar", forms[i].filter, 1);
		judge("docker-archive:d.tar:x:1", forms[i].filter, 1);
		judge("d.tar", forms[i].filter, 1);
		assert_int_equal(open_image("d.tar", NULL, &image), 0);
		assert_int_equal(
			rl_image_layer(image, 0)->has_method, forms[i].filter <= RL_FILTER_ZSTD);
		assert_string_equal(rl_image_tags(image)->strings[0], "x:1");
		rl_image_close(image);
		if (i > 1)
			continue;
		run("for by in gzip xz zstd bzip2; do $by <d.tar >d.$by || exit; done");
		judge("d.gzip", forms[i].filter, 1);
		judge("d.xz", forms[i].filter, 1);
		judge("d.zstd", forms[i].filter, 1);
		judge("d.bzip2", forms[i].filter, 1);
	}
}

/* As old versions of docker save link layers that they have written. */
static void links_in_archives(void **state)
{
	(void)state;
	make_docker("cat", "\"def/layer.tar\"");
	run("ln -s ../abc/layer.tar d/def/layer.tar && tar -C d -cf d.tar .");
	judge("d.tar", RL_FILTER_NONE, 1);
	run("rm d/def/layer.tar && ln d/abc/layer.tar d/def/layer.tar && tar -C d -cf d.tar .");
	judge("d.tar", RL_FILTER_NONE, 1);
	/* Those that lead out, nowhere, or to themselves. */
	run("ln -sf ../../d/abc/layer.tar d/def/layer.tar && tar -C d -cf d.tar .");
	refuse("docker-archive:d.tar", NULL, ENOENT, "has no file 'def/layer.tar'");
	run("ln -sf $PWD/in d/def/layer.tar && tar -C d -cf d.tar .");
	refuse("docker-archive:d.tar", NULL, ENOENT, "has no file 'def/layer.tar'");
	run("ln -sf layer.tar d/def/layer.tar && tar -C d -cf d.tar .");
	refuse("docker-archive:d.tar", NULL, ELOOP, "'def/layer.tar' that is nothing but links");
	run("ln -sf ../nothing d/def/layer.tar && tar -C d -cf d.tar .");
	refuse("docker-archive:d.tar", NULL, ENOENT, "has no file 'nothing'");
}

/* docker load would take the last. */
static void same_name_twice(void **state)
{
	(void)state;
	make_docker("cat", "\"abc/layer.tar\"");
	run("mv d/abc/layer.tar l.tar && echo >d/abc/layer.tar && tar -C d -cf d.tar ."
	    " && mv l.tar d/abc/layer.tar && tar -C d -rf d.tar abc/layer.tar");
	judge("d.tar", RL_FILTER_NONE, 1);
	run("echo >d/abc/layer.tar && tar -C d -rf d.tar abc/layer.tar");
	refuse_layer("d.tar", EBADMSG, "is damaged");
}

static void names_that_lead_out(void **state)
{
	(void)state;
	make_docker("cat", "\"abc/layer.tar\"");
	run("tar -C d -cf d.tar . && tar -rPf d.tar --transform 's,^,../,' in");
	refuse("docker-archive:d.tar", NULL, EINVAL, "name leads out of it: '../in'");
	run("tar -C d -cf d.tar . && tar -rPf d.tar --transform 's,^,/,' in");
	refuse("docker-archive:d.tar", NULL, EINVAL, "name leads out of it: '/in'");
	run("tar -C d -cf d.tar . && tar -rPf d.tar --transform 's,^,a/../,' in");
	refuse("docker-archive:d.tar", NULL, EINVAL, "name leads out of it");
}

static void damaged_archives(void **state)
{
	(void)state;
	make_docker("cat", "\"abc/layer.tar\"");
	run("tar -C d -cf d.tar manifest.json abc $(cd d && echo *.json) && gzip -k d.tar"
	    " && truncate -s 100000 d.tar && truncate -s -1000 d.tar.gz");
	refuse("docker-archive:d.tar", NULL, EBADMSG, "'d.tar' is no whole tar: ");
	refuse("docker-archive:d.tar.gz", NULL, EBADMSG, "'d.tar.gz' is no whole tar: ");
	put_file("d.tar", "no tar", 6);
	refuse("docker-archive:d.tar", NULL, EBADMSG, "'d.tar' is no whole tar: ");
	/* Another one is told as such. */
	make_docker("cat", "\"abc/layer.tar\"");
	run("printf y | dd of=d/abc/layer.tar conv=notrunc status=none && tar -C d -cf d.tar .");
	refuse_layer("docker-archive:d.tar", EBADMSG, "the tar of a layer should be ");
	run("cd d && mv *.json .. && mv ../manifest.json . && for f in ../*.json; do"
	    " tr 6 7 <$f >${f##*/}; rm $f; done; tar -cf ../d.tar .");
	refuse("docker-archive:d.tar", NULL, EBADMSG, "the config should be ");
}

/* A sparse member would be as large as it says. */
static void sparse_members(void **state)
{
	(void)state;
	make_docker("cat", "\"abc/layer.tar\"");
	run("truncate -s 0 d/abc/layer.tar && truncate -s 10M d/abc/layer.tar && tar -C d -Scf "
	    "d.tar .");
	refuse_layer("docker-archive:d.tar", EBADMSG, "with holes in it");
}

/* What links in a directory lead to is below it, or not there. */
static void links_in_directories(void **state)
{
	const struct recipe recipe = {.compress = "gzip"};

	(void)state;
	make_layout(&recipe);
	run("mv l/blobs l/other && ln -s other l/blobs");
	judge("oci:l", RL_FILTER_GZIP, 1);
	run("rm l/blobs && mv l/other blobs && ln -s ../blobs l/blobs");
	refuse("oci:l", NULL, ENOENT, "has no file 'blobs/sha256/");
	run("ln -sfn $PWD/blobs l/blobs");
	refuse("oci:l", NULL, ENOENT, "has no file 'blobs/sha256/");
	run("rm -r l/blobs && mv blobs l && mkfifo l/fifo && ln -sf fifo l/index.json");
	refuse("oci:l", NULL, ENOENT, "has no file 'index.json'");
}

/* Streams of one archive do not disturb each other. */
static void side_by_side(void **state)
{
	const struct recipe recipe = {.compress = "cat", .layer_type = LAYER_TYPE};
	struct rl_stream *streams[2];
	struct rl_image *image;
	const void *data;
	ssize_t len;
	int i;

	(void)state;
	make_layout(&recipe);
	run("tar -C l -czf a.tgz .");
	assert_int_equal(open_image("a.tgz", NULL, &image), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(rl_image_layer_open(image, 0, NULL, &streams[i], &err), 0);
	do {
		assert_true(streams[0]->read(streams[0], &data, &err) >= 0);
		len = streams[1]->read(streams[1], &data, &err);
		assert_true(len >= 0);
	} while (len > 0);
	streams[0]->close(streams[0]);
	streams[1]->close(streams[1]);
	rl_image_close(image);
}

static void plain_streams(void **state)
{
	struct rl_stream *stream = NULL;
	const void *data;
	size_t total = 0;
	ssize_t len;

	(void)state;
	put_file("in", tar, LAYER_SIZE);
	assert_int_equal(rl_stream_open_file("in", &stream, &err), 0);
	while ((len = stream->read(stream, &data, &err)) > 0) {
		assert_memory_equal(tar + total, data, (size_t)len);
		total += (size_t)len;
	}
	assert_int_equal(len, 0);
	assert_int_equal(total, LAYER_SIZE);
	stream->close(stream);
	assert_int_equal(rl_stream_open_file(".", &stream, &err), -EISDIR);
	assert_int_equal(rl_stream_open_file("nothing", &stream, &err), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_ways),
		cmocka_unit_test(name_like_gzip),
		cmocka_unit_test(damaged_blobs),
		cmocka_unit_test(cut_before_hashing),
		cmocka_unit_test(changed_behind),
		cmocka_unit_test(copies_are_checked),
		cmocka_unit_test(bombs),
		cmocka_unit_test(docker_archives),
		cmocka_unit_test(links_in_archives),
		cmocka_unit_test(same_name_twice),
		cmocka_unit_test(names_that_lead_out),
		cmocka_unit_test(damaged_archives),
		cmocka_unit_test(sparse_members),
		cmocka_unit_test(links_in_directories),
		cmocka_unit_test(side_by_side),
		cmocka_unit_test(plain_streams),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
