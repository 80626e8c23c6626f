/* SPDX-License-Identifier: MIT */
/* Which image is meant, and what its texts say. */
#include "tests/unit/image_maker.h"

#include "archive/image_json.h"

#include <sys/utsname.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static const struct recipe plain = {.compress = "cat", .layer_type = LAYER_TYPE};

/* An image with a word of its own and a descriptor with @more in it. */
static char *make_named(const char *word, const char *more)
{
	char config[128];
	struct recipe recipe = plain;

	(void)snprintf(config, sizeof(config), "\"author\":\"%s\",", word);
	recipe.config = config;
	recipe.more = more;
	return make_image(&recipe);
}

/* What is opened is the image with this word. */
static void expect(const char *reference, const char *architecture, const char *word)
{
	struct rl_image *image;

	if (open_image(reference, architecture, &image) != 0)
		fail_msg("%s: %s", reference, err.message);
	assert_string_equal(rl_image_config(image)->author, word);
	rl_image_close(image);
}

/* Puts descriptors one behind the other, which are freed. */
static void put_all(char **descriptors, size_t count)
{
	char all[8192] = "";
	size_t i, len = 0;

	for (i = 0; i < count; i++) {
		len += (size_t)snprintf(
			all + len, sizeof(all) - len, "%s%s", i > 0 ? "," : "", descriptors[i]);
		free(descriptors[i]);
	}
	put_index(all);
}

static void references(void **state)
{
	static const struct {
		const char *text, *path, *name;
		enum rl_image_kind kind;
	} good[] = {
		{"oci:l", "l", NULL, RL_IMAGE_OCI},
		{"oci:/a/l:1.0", "/a/l", "1.0", RL_IMAGE_OCI},
		{"oci:l:example.org:5000/a:1", "l", "example.org:5000/a:1", RL_IMAGE_OCI},
		{"oci-archive:x.tar:a", "x.tar", "a", RL_IMAGE_OCI_ARCHIVE},
		{"docker-archive:x.tar", "x.tar", NULL, RL_IMAGE_DOCKER_ARCHIVE},
		{"docker-archive:x.tar:a/b:1", "x.tar", "a/b:1", RL_IMAGE_DOCKER_ARCHIVE},
		{"docker-archive:x.tar:@2", "x.tar", "@2", RL_IMAGE_DOCKER_ARCHIVE},
		{"tar:x:y.tar", "x:y.tar", NULL, RL_IMAGE_TAR},
		{"tar:-", "-", NULL, RL_IMAGE_TAR},
		{"-", "-", NULL, RL_IMAGE_TAR},
	};
	static const struct {
		const char *text, *words;
		int code;
	} bad[] = {
		{"", "has no file in it", EINVAL},
		{"oci:", "has no file in it", EINVAL},
		{"oci::x", "has no file in it", EINVAL},
		{"oci:l:", "no name of an image", EINVAL},
		{"docker-archive:-", "cannot come from standard input", EINVAL},
		{"no-such-file", "cannot read 'no-such-file': No such file", ENOENT},
		{"oci-archive", "cannot read 'oci-archive'", ENOENT},
	};
	struct rl_image_reference reference;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		if (rl_image_reference_parse(good[i].text, &reference, &err) != 0)
			fail_msg("%s: %s", good[i].text, err.message);
		assert_int_equal(reference.kind, good[i].kind);
		assert_string_equal(reference.path, good[i].path);
		if (good[i].name == NULL)
			assert_null(reference.name);
		else
			assert_string_equal(reference.name, good[i].name);
		rl_image_reference_free(&reference);
	}
	for (i = 0; i < COUNT(bad); i++) {
		if (rl_image_reference_parse(bad[i].text, &reference, &err) != -bad[i].code ||
			strstr(err.message, bad[i].words) == NULL)
			fail_msg("%s: %s", bad[i].text, err.message);
	}
}

static enum rl_image_kind kind_of(const char *path)
{
	struct rl_image_reference reference;
	enum rl_image_kind kind;

	if (rl_image_reference_parse(path, &reference, &err) != 0)
		fail_msg("%s: %s", path, err.message);
	kind = reference.kind;
	assert_string_equal(reference.path, path);
	rl_image_reference_free(&reference);
	return kind;
}

static void found_by_looking(void **state)
{
	struct rl_image_reference reference;

	(void)state;
	make_layout(&plain);
	run("tar -C l --force-local -cf a:1.tar . && tar -C l -czf a.tgz index.json oci-layout "
	    "blobs");
	assert_int_equal(kind_of("l"), RL_IMAGE_OCI);
	assert_int_equal(kind_of("a:1.tar"), RL_IMAGE_OCI_ARCHIVE);
	assert_int_equal(kind_of("a.tgz"), RL_IMAGE_OCI_ARCHIVE);
	run("rm l/oci-layout");
	assert_int_equal(kind_of("l"), RL_IMAGE_OCI);
	run("tar -C l -cf b.tar index.json blobs");
	assert_int_equal(kind_of("b.tar"), RL_IMAGE_TAR);
	run("mkdir p && echo >p/manifest.json && tar -C p -cf p.tar manifest.json");
	assert_int_equal(kind_of("p.tar"), RL_IMAGE_DOCKER_ARCHIVE);
	/* A root with such a file is a root. */
	run("mkdir p/etc p/bin && tar -C p -cf p.tar manifest.json etc bin");
	assert_int_equal(kind_of("p.tar"), RL_IMAGE_TAR);
	run("mkfifo p/fifo && tar -C p -cf p.tar manifest.json fifo");
	assert_int_equal(kind_of("p.tar"), RL_IMAGE_TAR);
	run("tar -C p -cPf p.tar --transform 's,^,/,' manifest.json");
	assert_int_equal(kind_of("p.tar"), RL_IMAGE_TAR);
	run("echo no tar >p.tar");
	assert_int_equal(kind_of("p.tar"), RL_IMAGE_TAR);
	assert_int_equal(kind_of("p/fifo"), RL_IMAGE_TAR);
	assert_int_equal(rl_image_reference_parse("p", &reference, &err), -EINVAL);
	assert_non_null(strstr(err.message, "without index.json"));
}

#define TAG(tag) "\"annotations\":{\"org.opencontainers.image.ref.name\":\"" tag "\"}"

static void tags(void **state)
{
	char *all[4];

	(void)state;
	begin_layout();
	all[0] = make_named("one", TAG("1.0"));
	all[1] = make_named("two", TAG("example.org:5000/a/b:2"));
	all[2] = make_named("two", TAG("also"));
	all[3] = make_named("three",
		"\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\","
		"\"io.containerd.image.name\":\"docker.io/library/x:latest\"}");
	put_all(all, 4);
	expect("oci:l:1.0", NULL, "one");
	expect("oci:l:example.org:5000/a/b:2", NULL, "two");
	expect("oci:l:2", NULL, "two");
	expect("oci:l:also", NULL, "two");
	expect("oci:l:x", NULL, "three");
	expect("oci:l:x:latest", NULL, "three");
	expect("oci:l:latest", NULL, "three");
	expect("oci:l:@1", NULL, "two");
	refuse("oci:l", NULL, EINVAL,
		"'l' has several images: say which, as in oci:DIR:NAME or oci-archive:FILE:NAME; "
		"it "
		"has: 1.0, example.org:5000/a/b:2, also, docker.io/library/x:latest");
	refuse("oci:l:no", NULL, ENOENT, "'l' has no image 'no'; it has: 1.0, ");
	refuse("oci:l:@4", NULL, ENOENT, "has no image '@4'");
}

static void one_image_of_two_tags(void **state)
{
	char *all[2];
	struct rl_image *image;

	(void)state;
	begin_layout();
	all[0] = make_named("one", TAG("1"));
	all[1] = make_named("one", TAG("2"));
	put_all(all, 2);
	assert_int_equal(open_image("oci:l", NULL, &image), 0);
	assert_int_equal(rl_image_tags(image)->count, 2);
	assert_string_equal(rl_image_tags(image)->strings[1], "2");
	assert_string_equal(rl_pairs_get(&rl_image_config(image)->annotations, "a"), "b");
	rl_image_close(image);
	/* Without names there is no telling. */
	begin_layout();
	all[0] = make_named("one", "");
	all[1] = make_named("two", "");
	put_all(all, 2);
	refuse("oci:l", NULL, EINVAL, "it has: @0, @1 and so on");
	expect("oci:l:@1", NULL, "two");
}

#define PLATFORM(os, arch) "\"platform\":{\"os\":\"" os "\",\"architecture\":\"" arch "\"}"
#define VARIANT(arch, v) \
	"\"platform\":{\"os\":\"linux\",\"architecture\":\"" arch "\",\"variant\":\"" v "\"}"

/* Images for many platforms; @is_nested: in an index that index.json names, else there. */
static void make_platforms(bool is_nested)
{
	char *all[8], digest[RL_DIGEST_SIZE];
	static char index[8192];
	int len = 0;
	size_t i;

	begin_layout();
	all[0] = make_named("windows", PLATFORM("windows", "amd64"));
	all[1] = make_named("arm64", VARIANT("arm64", "v8"));
	all[2] = make_named("armv6", VARIANT("arm", "v6"));
	all[3] = make_named("armv7", VARIANT("arm", "v7"));
	all[4] = make_named("amd64v3", VARIANT("amd64", "v3"));
	all[5] = make_named("amd64", PLATFORM("linux", "amd64"));
	/* What docker's buildx adds. */
	all[6] = make_named("remark", PLATFORM("unknown", "unknown"));
	all[7] = make_named("remark",
		PLATFORM("linux", "amd64") ",\"annotations\":{\"vnd.docker.reference.type\":"
					   "\"attestation-manifest\"}");
	if (!is_nested) {
		put_all(all, 8);
		return;
	}
	for (i = 0; i < 8; i++) {
		len += snprintf(index + len, sizeof(index) - (size_t)len, "%s%s",
			i > 0 ? "," : "{\"manifests\":[", all[i]);
		free(all[i]);
	}
	len += snprintf(index + len, sizeof(index) - (size_t)len, "]}");
	put_blob(index, (size_t)len, digest);
	all[0] = describe(INDEX_TYPE, digest, TAG("many"));
	put_all(all, 1);
}

/* As expect(), with a whole platform. */
static int open_platform(const struct rl_image_wanted *wanted, const char **word)
{
	static char author[64];
	struct rl_image_reference reference = {.kind = RL_IMAGE_OCI, .path = (char[]){"l"}};
	struct rl_image *image = NULL;
	int ret = rl_image_open(&reference, wanted, &image, &err);

	if (ret == 0)
		(void)snprintf(author, sizeof(author), "%s", rl_image_config(image)->author);
	rl_image_close(image);
	*word = author;
	return ret;
}

static void platforms(void **state)
{
	/* All configs here say linux/amd64, which is held against what is wanted. */
	const struct rl_image_wanted amd64 = {"linux", "amd64", NULL}, v3 = {NULL, "amd64", "v3"};
	const struct rl_image_wanted v2 = {NULL, "amd64", "v2"}, arm = {NULL, "arm", "v5"};
	const char *word;
	struct utsname running;
	int nested;

	(void)state;
	assert_int_equal(uname(&running), 0);
	for (nested = 0; nested < 2; nested++) {
		make_platforms(nested == 1);
		if (strcmp(running.machine, "x86_64") == 0)
			expect("oci:l", NULL, "amd64");
		if (strcmp(running.machine, "aarch64") == 0)
			expect("oci:l", NULL, "arm64");
		assert_int_equal(open_platform(&amd64, &word), 0);
		assert_string_equal(word, "amd64");
		assert_int_equal(open_platform(&v3, &word), 0);
		assert_string_equal(word, "amd64v3");
		assert_int_equal(open_platform(&v2, &word), -ENOENT);
		assert_non_null(strstr(err.message,
			"'l' has no image for the platform that is wanted; it has: "
			"windows/amd64, linux/arm64/v8, linux/arm/v6, linux/arm/v7, "
			"linux/amd64/v3, linux/amd64"));
		assert_null(strstr(err.message, "unknown"));
		assert_int_equal(open_platform(&arm, &word), -ENOENT);
		/* It is found, but its config says else. */
		refuse("oci:l", "arm64", ENOENT, "is for linux/amd64");
	}
	expect("oci:l:many", "amd64", "amd64");
}

/* By names first, then by platforms. */
static void names_and_platforms(void **state)
{
	char *all[3];

	(void)state;
	begin_layout();
	all[0] = make_named("one", PLATFORM("linux", "amd64") "," TAG("1"));
	all[1] = make_named("two", PLATFORM("linux", "s390x") "," TAG("2"));
	all[2] = make_named("other", PLATFORM("linux", "s390x") "," TAG("1"));
	put_all(all, 3);
	refuse("oci:l", "amd64", EINVAL, "say which");
	expect("oci:l:1", "amd64", "one");
	expect("oci:l:2", "amd64", "two");
}

/* One image is taken whatever it is for, unless something else is wanted. */
static void one_platform(void **state)
{
	char *all[2];

	(void)state;
	begin_layout();
	all[0] = make_named("one", PLATFORM("plan9", "mips"));
	put_all(all, 1);
	expect("oci:l", NULL, "one");
	refuse("oci:l", "arm64", ENOENT, "the image of 'l' is for linux/amd64");
	begin_layout();
	all[0] = make_named("one", PLATFORM("linux", "amd64"));
	all[1] = make_named("two", PLATFORM("linux", "amd64"));
	put_all(all, 2);
	refuse("oci:l", "amd64", EINVAL, "has several images for the platform");
}

/* An index in an index in an index... */
static void nested_indexes(void **state)
{
	char digest[RL_DIGEST_SIZE], index[1024];
	char *described;
	int depth, len;

	(void)state;
	begin_layout();
	described = make_named("deep", "");
	for (depth = 1; depth <= 9; depth++) {
		len = snprintf(index, sizeof(index), "{\"manifests\":[%s]}", described);
		put_blob(index, (size_t)len, digest);
		free(described);
		described = describe(INDEX_TYPE, digest, "");
		put_index(described);
		if (depth == 8)
			expect("oci:l", NULL, "deep");
	}
	free(described);
	refuse("oci:l", NULL, EINVAL, "more than 8 deep");
	/* One that names itself has to have another digest than it is named by. */
	(void)snprintf(index, sizeof(index),
		"{\"manifests\":[{\"mediaType\":\"" INDEX_TYPE
		"\",\"size\":%d,\"digest\":\"sha256:" ZEROS "\"}]}",
		0);
	len = (int)strlen(index);
	put_file("l/blobs/sha256/" ZEROS, index, (size_t)len);
	described = describe(INDEX_TYPE, "sha256:" ZEROS, "");
	put_index(described);
	free(described);
	refuse("oci:l", NULL, EBADMSG, "an index should be sha256:" ZEROS ", but is ");
}

static void wrong_texts(void **state)
{
	static const struct {
		const char *index, *words;
		int code;
	} indexes[] = {
		{"", "index.json is not JSON: line ", EINVAL},
		{"[]", "index.json is an array, not an object", EINVAL},
		{"{}", "index.json has no 'manifests'", EINVAL},
		{"{\"manifests\":{}}", "'manifests' is an object, not an array", EINVAL},
		{"{\"manifests\":[]}", "'l' has no image in it", ENOENT},
		{"{\"manifests\":null}", "index.json has no 'manifests'", EINVAL},
		{"{\"manifests\":[1]}", "'manifests' is a whole number, not an object", EINVAL},
		{"{\"manifests\":[],\"layers\":[]}", "index.json has 'layers'", EINVAL},
		{"{\"manifests\":[{\"digest\":\"sha256:00\"}]}", "'digest' is 'sha256:00', not",
			EINVAL},
		{"{\"manifests\":[{\"digest\":\"sha512:" ZEROS "\"}]}",
			"'digest' is 'sha512:", EINVAL},
		{"{\"manifests\":[{\"digest\":\"sha256:../../../../../../../../../../../../../../"
		 "etc/passwd0000000000\"}]}",
			"not sha256: and 64 digits", EINVAL},
		{"{\"manifests\":[{\"digest\":\"sha256:" ZEROS "\",\"size\":-1}]}",
			"a size is less than nothing", EINVAL},
		{"{\"manifests\":[{\"digest\":\"sha256:" ZEROS "\",\"size\":\"1\"}]}",
			"'size' is a string, not a whole number", EINVAL},
		{"{\"manifests\":[{\"digest\":\"sha256:" ZEROS "\",\"size\":1}]}",
			"'l' has no file 'blobs/sha256/000", ENOENT},
		{"{\"manifests\":[{\"mediaType\":\"text/plain\",\"digest\":\"sha256:" ZEROS "\"}]}",
			"'l' has no image in it", ENOENT},
	};
	size_t i;

	(void)state;
	make_layout(&plain);
	for (i = 0; i < COUNT(indexes); i++) {
		put_file("l/index.json", indexes[i].index, strlen(indexes[i].index));
		refuse("oci:l", NULL, indexes[i].code, indexes[i].words);
	}
	run("truncate -s 5M l/index.json");
	refuse("oci:l", NULL, EFBIG, "'index.json' in 'l' is larger than 4194304 bytes");
	make_layout(&plain);
	put_file("l/oci-layout", "{\"imageLayoutVersion\":\"2.0.0\"}", 30);
	refuse("oci:l", NULL, EINVAL, "'imageLayoutVersion' is '2.0.0', not 1.x");
	make_layout(&plain);
	run("find l/blobs -type f -size -1000c | while read -r f; do echo >>$f; done");
	refuse("oci:l", NULL, EBADMSG, "the manifest, sha256:");
	make_layout(&plain);
	run("find l/blobs -type f -size -1000c | while read -r f; do tr 2 3 <$f >x; cat x >$f; "
	    "done");
	refuse("oci:l", NULL, EBADMSG, "'l': the manifest should be sha256:");
}

static void wrong_manifests(void **state)
{
	static const struct {
		struct recipe recipe;
		const char *words;
		int code;
	} wrong[] = {
		{{.layer_type = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"},
			"a layer that is not in it", ENOTSUP},
		{{.layer_type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"},
			"a layer that is not in it", ENOTSUP},
		{{.layer_type = LAYER_TYPE "+gzip+encrypted"}, "an encrypted layer", ENOTSUP},
		{{.layer_type = "text/plain"}, "a layer that is no tar, but 'text/plain'", ENOTSUP},
		{{.config_type = "application/vnd.oci.empty.v1+json"},
			"holds no image of a root file system, but 'application/vnd.oci.empty",
			ENOTSUP},
		{{.layers = 2}, "the manifest has 2 layers, but the config 1", EINVAL},
		{{.diff_id = "sha256:0"}, "'diff_ids' is 'sha256:0', not", EINVAL},
		{{.config = "\"created\":\"yesterday\","}, "'created' is no date: 'yesterday'",
			EINVAL},
		{{.config = "\"config\":[],"}, "'config' is an array, not an object", EINVAL},
		{{.config = "\"config\":{\"Cmd\":\"x\"},"}, "'Cmd' is a string, not an array",
			EINVAL},
		{{.config = "\"config\":{\"Env\":[1]},"}, "'Env' is a whole number, not a string",
			EINVAL},
		{{.config = "\"config\":{\"Labels\":{\"a\":{}}},"},
			"'a' is an object, not a string", EINVAL},
		{{.config = "\"config\":{\"Healthcheck\":{\"Interval\":1.5}},"},
			"'Interval' is a number, not a whole number", EINVAL},
		{{.config = "\"history\":[{\"empty_layer\":1}],"},
			"'empty_layer' is a whole number, not true", EINVAL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++) {
		make_layout(&wrong[i].recipe);
		refuse("oci:l", NULL, wrong[i].code, wrong[i].words);
	}
}

static void all_of_a_config(void **state)
{
	const struct recipe recipe = {
		.config =
			"\"created\":\"2020-01-02T03:04:05.123456789+01:30\",\"author\":\"me\","
			"\"variant\":\"v2\",\"unknown\":[{}],\"config\":{\"Cmd\":[\"a\",\"b\"],"
			"\"Entrypoint\":null,\"Env\":[\"Z=1\",\"A=b=c\",\"NONE\"],\"User\":\"0:0\","
			"\"WorkingDir\":\"/srv\",\"StopSignal\":\"\",\"ExposedPorts\":{\"80/"
			"tcp\":{}},"
			"\"Volumes\":{\"/v\":{},\"/a\":{}},\"Labels\":{\"k\":\"\",\"j\":\"w\"},"
			"\"OnBuild\":[\"RUN "
			"x\"],\"Healthcheck\":{\"Test\":[\"CMD\",\"t\"],\"Interval\":5,"
			"\"Timeout\":6,\"StartPeriod\":7,\"Retries\":8},\"ArgsEscaped\":true},"
			"\"history\":[{\"created_by\":\"x\",\"empty_layer\":true},{\"comment\":"
			"\"y\"}],"};
	const struct rl_image_config *config;
	struct rl_image *image;

	(void)state;
	make_layout(&recipe);
	assert_int_equal(open_image("oci:l", NULL, &image), 0);
	config = rl_image_config(image);
	assert_true(config->has_created && config->has_command && config->has_entrypoint);
	assert_int_equal(config->created, 1577928845);
	assert_string_equal(config->author, "me");
	assert_string_equal(config->variant, "v2");
	assert_string_equal(config->os, "linux");
	assert_int_equal(config->command.count, 2);
	assert_string_equal(config->command.strings[1], "b");
	assert_int_equal(config->entrypoint.count, 0);
	assert_int_equal(config->environment.count, 3);
	assert_string_equal(config->environment.pairs[0].name, "Z");
	assert_string_equal(config->environment.pairs[1].value, "b=c");
	assert_string_equal(config->environment.pairs[2].value, "");
	assert_string_equal(config->user, "0:0");
	assert_string_equal(config->working_dir, "/srv");
	assert_null(config->stop_signal);
	assert_string_equal(config->ports.strings[0], "80/tcp");
	assert_string_equal(config->volumes.strings[0], "/v");
	assert_string_equal(config->labels.pairs[1].name, "j");
	assert_string_equal(config->on_build.strings[0], "RUN x");
	assert_int_equal(config->health.test.count, 2);
	assert_int_equal(config->health.interval, 5);
	assert_int_equal(config->health.timeout, 6);
	assert_int_equal(config->health.start_period, 7);
	assert_int_equal(config->health.retries, 8);
	assert_int_equal(config->history_count, 2);
	assert_true(config->history[0].is_empty && !config->history[1].is_empty);
	assert_string_equal(config->history[1].comment, "y");
	assert_null(config->history[1].created_by);
	rl_image_close(image);
}

static void dates(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-11-25T03:00:00Z", 1795575600},
		{"2026-11-25t03:00:00.5z", 1795575600},
		{"2026-11-25T03:00:00.000000001-02:00", 1795582800},
		{"2024-02-29T23:59:60Z", 1709251200},
		{"0001-01-01T00:00:00Z", -62135596800},
		{"1969-12-31T23:59:59Z", -1},
	};
	static const char *const bad[] = {"", "2026", "2026-11-25", "2026-11-25T03:00:00",
		"2026-11-25T03:00:00ZZ", "2026-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
		"2026-00-10T00:00:00Z", "2026-11-25T24:00:00Z", "2026-11-25T03:00:00.Z",
		"2026-11-25T03:00:00+2:00", "2026-11-25T03:00:00+02:60", " 2026-11-25T03:00:00Z",
		"-026-11-25T03:00:00Z"};
	int64_t seconds;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		if (rl_read_date(good[i].text, &seconds) != 0 || seconds != good[i].seconds)
			fail_msg("%s", good[i].text);
	}
	for (i = 0; i < COUNT(bad); i++) {
		if (rl_read_date(bad[i], &seconds) != -EINVAL)
			fail_msg("%s", bad[i]);
	}
}

/* Go's way to say that there is no date. */
static void no_date(void **state)
{
	const struct recipe recipe = {.config = "\"created\":\"0001-01-01T00:00:00Z\","};
	struct rl_image *image;

	(void)state;
	make_layout(&recipe);
	assert_int_equal(open_image("oci:l", NULL, &image), 0);
	assert_false(rl_image_config(image)->has_created);
	rl_image_close(image);
}

/* The config and manifest.json of a docker archive of several images. */
static void docker_names(void **state)
{
	static const char manifest[] =
		"[{\"Config\":\"a.json\",\"RepoTags\":[\"a:1\",\"docker.io/library/b:latest\"],"
		"\"Layers\":null},{\"Config\":\"b.json\",\"RepoTags\":null,\"Layers\":[]}]";
	static const char config[] =
		"{\"architecture\":\"amd64\",\"os\":\"linux\",\"author\":\"%s\",\"rootfs\":{}}";
	int len;

	(void)state;
	run("rm -rf d && mkdir d");
	put_file("d/manifest.json", manifest, strlen(manifest));
	len = snprintf(text, sizeof(text), config, "one");
	put_file("d/a.json", text, (size_t)len);
	len = snprintf(text, sizeof(text), config, "two");
	put_file("d/b.json", text, (size_t)len);
	run("tar -C d -cf d.tar .");
	expect("docker-archive:d.tar:a:1", NULL, "one");
	expect("docker-archive:d.tar:b", NULL, "one");
	expect("docker-archive:d.tar:docker.io/a:1", NULL, "one");
	expect("docker-archive:d.tar:@1", NULL, "two");
	refuse("d.tar", NULL, EINVAL, "it has: a:1, docker.io/library/b:latest, @1");
	refuse("docker-archive:d.tar:a:2", NULL, ENOENT, "'d.tar' has no image 'a:2'; it has: a:1");
	refuse("docker-archive:d.tar:@1", "arm64", ENOENT, "is for linux/amd64");
	run("tar -C d -cf d.tar manifest.json");
	refuse("docker-archive:d.tar:a:1", NULL, ENOENT, "has no file 'a.json'");
	refuse("oci-archive:d.tar", NULL, ENOENT, "has no file 'index.json'");
	refuse("tar:d.tar", NULL, EINVAL, "is a plain tar");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references),
		cmocka_unit_test(found_by_looking),
		cmocka_unit_test(tags),
		cmocka_unit_test(one_image_of_two_tags),
		cmocka_unit_test(platforms),
		cmocka_unit_test(names_and_platforms),
		cmocka_unit_test(one_platform),
		cmocka_unit_test(nested_indexes),
		cmocka_unit_test(wrong_texts),
		cmocka_unit_test(wrong_manifests),
		cmocka_unit_test(all_of_a_config),
		cmocka_unit_test(dates),
		cmocka_unit_test(no_date),
		cmocka_unit_test(docker_names),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
