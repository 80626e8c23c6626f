/* SPDX-License-Identifier: MIT */
#include "cli/scratch.h"

#include "common/escape.h"
#include "scan/far.h"
#include "scan/platform.h"
#include "scan/root_file.h"
#include "scan/stat.h"

#include <fcntl.h>
#include <string.h>

/* Who everybody knows, and nobody of ROOT. There is no shell in the image. */
static const char passwd[] = "root:x:0:0:root:/root:/sbin/nologin\n"
			     "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n";
static const char group[] = "root:x:0:\nnobody:x:65534:\n";

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot begin");
}

/* The path in the image of a FILE: it keeps its place in ROOT, or is put into the image's root. */
static const char *place_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	if (file[0] == '/')
		return file + strspn(file, "/");
	return slash != NULL ? slash + 1 : file;
}

/* Opens a FILE of the present directory. */
static int open_file(const char *file, struct stat *st, struct rl_error *err)
{
	RL_AUTO_FD int fd = open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT && strchr(file, '/') == NULL)
		return rl_error_text(err, EINVAL,
			"there is no '%s' in this directory; what is installed is named by its "
			"absolute path, as /usr/bin/%s",
			file, file);
	if (fd < 0 || fstat(fd, st) != 0)
		return rl_error_set(err, errno, "cannot open '%s'", file);
	if (!S_ISREG(st->st_mode))
		return rl_error_text(err, EINVAL, "'%s' is no regular file", file);
	return rl_steal_fd(&fd);
}

/* Takes a FILE of the present directory. */
static int place_file(struct rl_scratch *scratch, const char *file, struct rl_error *err)
{
	const char *place = place_of(file);
	struct stat st;
	size_t i;
	int fd;

	if (place[0] == '\0' || strcmp(place, ".") == 0 || strcmp(place, "..") == 0)
		return rl_error_text(err, EINVAL, "'%s' is no regular file", file);
	for (i = 0; i < scratch->placed_count; i++) {
		if (strcmp(scratch->placed[i].path, place) == 0)
			return rl_error_text(
				err, EINVAL, "two FILEs would both be '/%s' in the image", place);
	}
	fd = open_file(file, &st, err);
	if (fd < 0)
		return fd;
	scratch->placed[scratch->placed_count++] = (struct rl_placed_file){.path = place, .fd = fd};
	scratch->added[scratch->added_count++] = (struct rl_added_file){.path = place,
		.mode = S_IFREG | 0755,
		.size = (size_t)st.st_size,
		.content_fd = fd,
		.has_mtime = true,
		.mtime = st.st_mtim};
	return 0;
}

static void add_text(struct rl_scratch *scratch, const char *path, const char *text)
{
	scratch->added[scratch->added_count++] = (struct rl_added_file){.path = path,
		.mode = S_IFREG | 0644,
		.content = text,
		.size = strlen(text),
		.content_fd = -1};
}

static int place_files(
	struct rl_scratch *scratch, const struct rl_options *options, struct rl_error *err)
{
	size_t i;
	int ret = 0;

	scratch->placed = calloc(options->argument_count + 1, sizeof(*scratch->placed));
	/* And two for accounts. */
	scratch->added = calloc(options->argument_count + 2, sizeof(*scratch->added));
	if (scratch->placed == NULL || scratch->added == NULL)
		return no_memory(err);
	for (i = 0; ret == 0 && i < options->argument_count; i++) {
		if (options->arguments[i][0] != '/')
			ret = place_file(scratch, options->arguments[i], err);
	}
	if (options->scratch.passwd) {
		add_text(scratch, "etc/passwd", passwd);
		add_text(scratch, "etc/group", group);
	}
	return ret;
}

/* Whether each can be put there. What leads on to other files would take those away. */
static int check_places(const struct rl_scratch *scratch, int root_fd, struct rl_error *err)
{
	struct rl_entry entry = {0};
	size_t i;

	for (i = 0; i < scratch->placed_count; i++) {
		if (rl_root_stat(root_fd, scratch->placed[i].path, &entry) == 0 &&
			!S_ISREG(entry.mode))
			return rl_error_text(err, EINVAL,
				"'/%s' in ROOT is no regular file, so that no FILE can be put "
				"there",
				scratch->placed[i].path);
	}
	return 0;
}

/* Adds all FILEs, and what --also names. */
static int add_files(
	struct rl_scratch *scratch, const struct rl_options *options, struct rl_error *err)
{
	const struct rl_words *also = &options->scratch.also;
	enum rl_closure_kind kind;
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < options->argument_count; i++) {
		const char *file = options->arguments[i];

		ret = rl_elf_closure_add(
			scratch->closure, file[0] == '/' ? file : place_of(file), true, &kind, err);
		if (ret == 0 && kind == RL_CLOSURE_DIRECTORY)
			ret = rl_error_text(
				err, EINVAL, "'%s' is a directory, which --also takes along", file);
		if (ret == 0 && i == 0 && kind == RL_CLOSURE_DATA &&
			!options->image.config.has_command && !options->image.config.has_entrypoint)
			ret = rl_error_text(err, ENOEXEC,
				"'%s' is no program, which the first FILE is unless --cmd names "
				"one",
				file);
	}
	for (i = 0; ret == 0 && i < also->count; i++) {
		ret = rl_elf_closure_add(scratch->closure, also->words[i], true, NULL, err);
		if (ret != 0)
			rl_error_wrap(err, "--also");
	}
	return ret;
}

/* Whether a name is one by which OpenSSL looks certificates up: eight digits, a point, a number. */
static bool is_hash(const char *name)
{
	static const char digits[] = "0123456789abcdef";
	size_t len = strspn(name, digits);

	return len == 8 && name[len] == '.' && name[len + 1] != '\0' &&
	       name[len + 1 + strspn(name + len + 1, "0123456789")] == '\0';
}

/* Whether everybody may read what @path leads to, so that there is no secret in it. */
static bool is_public(int root_fd, const char *path)
{
	RL_AUTO_ANY_FD int fd = rl_root_open(root_fd, path, O_PATH);
	struct rl_entry entry = {0};

	return fd >= 0 && rl_stat(fd, "", &entry) == 0 && S_ISREG(entry.mode) &&
	       (entry.mode & S_IROTH) != 0;
}

/* Adds the certificates by their hashes, for programs that do not take them all in one file. */
static int add_hashes(struct rl_scratch *scratch, int root_fd, struct rl_error *err)
{
	struct rl_buf names = {0};
	const char *name;
	int ret = rl_root_list(root_fd, "etc/ssl/certs", &names);

	if (ret != 0)
		(void)rl_error_set(err, -ret, "cannot list '/etc/ssl/certs' of ROOT");
	for (name = names.data; ret == 0 && name != NULL && name < names.data + names.len;
		name += strlen(name) + 1) {
		char path[64];

		if (!is_hash(name) || strlen(name) > 32)
			continue;
		(void)snprintf(path, sizeof(path), "etc/ssl/certs/%s", name);
		if (is_public(root_fd, path))
			ret = rl_elf_closure_add(scratch->closure, path, false, NULL, err);
	}
	rl_buf_free(&names);
	return ret;
}

static int add_certificates(struct rl_scratch *scratch, int root_fd, struct rl_error *err)
{
	/* Of Debian and Alpine, of RHEL, of SUSE; then where OpenSSL of Debian looks. */
	static const char *const bundles[] = {"etc/ssl/certs/ca-certificates.crt",
		"etc/ssl/cert.pem", "etc/pki/tls/certs/ca-bundle.crt", "etc/pki/tls/cert.pem",
		"etc/ssl/certs/ca-bundle.crt", "etc/ssl/ca-bundle.pem",
		"usr/lib/ssl/certs/ca-certificates.crt", "usr/lib/ssl/cert.pem"};
	bool has_any = false;
	size_t i;
	int ret = 0;

	for (i = 0; ret == 0 && i < sizeof(bundles) / sizeof(*bundles); i++) {
		if (!is_public(root_fd, bundles[i]))
			continue;
		has_any = true;
		ret = rl_elf_closure_add(scratch->closure, bundles[i], false, NULL, err);
	}
	if (ret == 0 && !has_any)
		return rl_error_text(err, ENOENT,
			"--with ca-certificates: there are none in ROOT, as in "
			"/etc/ssl/certs/ca-certificates.crt");
	return ret == 0 ? add_hashes(scratch, root_fd, err) : ret;
}

static int add_sets(struct rl_scratch *scratch, const struct rl_options *options, int root_fd,
	struct rl_error *err)
{
	int ret = 0;

	if (options->scratch.certificates)
		ret = add_certificates(scratch, root_fd, err);
	if (ret == 0 && options->scratch.zones) {
		ret = rl_elf_closure_add(scratch->closure, "/usr/share/zoneinfo", false, NULL, err);
		if (ret != 0)
			rl_error_wrap(err, "--with tzdata");
	}
	return ret;
}

/* What is missing is no image, unless the user wants one. */
static int tell_missing(const struct rl_scratch *scratch, bool is_allowed,
	const struct rl_exception_sink *exceptions, struct rl_error *err)
{
	size_t i, count;
	const struct rl_closure_missing *missing = rl_elf_closure_missing(scratch->closure, &count);
	char more[64] = "";

	if (count == 0)
		return 0;
	for (i = 0; is_allowed && i < count; i++)
		rl_exception_tell(
			exceptions, RL_EXC_MISSING, missing[i].needed_by, missing[i].name);
	if (is_allowed)
		return 0;
	if (count > 1)
		(void)snprintf(more, sizeof(more), ", and neither %s",
			count > 2 ? "are others" : "is another");
	return rl_error_text(err, ENOENT,
		"the %s '%s', which '/%s' needs, is not where it is looked for in ROOT%s "
		"(--allow-missing goes on without)",
		missing[0].kind, missing[0].name, missing[0].needed_by, more);
}

/* Adds a rule for the very path @path. */
static int add_rule(
	struct rl_profile *profile, const char *path, const char *reason, struct rl_error *err)
{
	struct rl_buf pattern = {0};
	int ret = rl_buf_append_str(&pattern, "/");

	for (; ret == 0 && *path != '\0'; path++) {
		if (strchr("*?[]\\", *path) != NULL)
			ret = rl_buf_append_str(&pattern, "\\");
		if (ret == 0)
			ret = rl_buf_append(&pattern, path, 1);
	}
	if (ret == 0)
		ret = rl_buf_append_str(&pattern, "");
	if (ret != 0)
		ret = no_memory(err);
	else
		ret = rl_profile_add(profile, RL_ACTION_KEEP, RL_CATEGORY_USER, pattern.data,
			reason, "scratch", 0, err);
	rl_buf_free(&pattern);
	return ret;
}

/* Has the rules about secrets hold in directories that come along whole. */
static int add_secrets(struct rl_profile *profile, struct rl_error *err)
{
	static const struct rl_profile_dirs dirs;
	struct rl_profile *secrets;
	size_t i;
	int ret = rl_profile_load(&dirs, "secrets", &secrets, err);

	if (ret != 0)
		return ret;
	for (i = 0; ret == 0 && i < secrets->rule_count; i++) {
		/* A rule that keeps would keep what nobody has asked for. */
		if (secrets->rules[i].action != RL_ACTION_DROP)
			continue;
		ret = rl_profile_append(profile, &secrets->rules[i]);
		secrets->rules[i] = (struct rl_rule){0};
	}
	rl_profile_free(secrets);
	return ret == 0 ? 0 : no_memory(err);
}

/* Makes the rules: the last that matches wins. */
static int make_rules(struct rl_scratch *scratch, struct rl_options *options, struct rl_error *err)
{
	const struct rl_paths *files = rl_elf_closure_files(scratch->closure);
	const struct rl_paths *directories = rl_elf_closure_directories(scratch->closure);
	struct rl_profile *profile = rl_profile_new("scratch");
	size_t i;
	int ret;

	if (profile == NULL)
		return no_memory(err);
	options->user_rules = profile;
	ret = rl_profile_add(
		profile, RL_ACTION_DROP, RL_CATEGORY_USER, "/*", "not needed", "scratch", 0, err);
	for (i = 0; ret == 0 && i < directories->count; i++)
		ret = add_rule(profile, directories->paths[i], "asked for", err);
	if (ret == 0 && directories->count > 0)
		ret = add_secrets(profile, err);
	for (i = 0; ret == 0 && i < files->count; i++)
		ret = add_rule(profile, files->paths[i], "needed", err);
	for (i = 0; ret == 0 && i < scratch->added_count; i++)
		ret = add_rule(profile, scratch->added[i].path, "asked for", err);
	return ret;
}

/* Notes what has to be in the image. */
static int note_wanted(struct rl_scratch *scratch, struct rl_error *err)
{
	size_t i;

	if (rl_paths_add_all(&scratch->wanted, rl_elf_closure_files(scratch->closure)) != 0 ||
		rl_paths_add_all(&scratch->wanted, rl_elf_closure_directories(scratch->closure)) !=
			0)
		return no_memory(err);
	for (i = 0; i < scratch->added_count; i++) {
		if (rl_paths_add(&scratch->wanted, scratch->added[i].path) < 0)
			return no_memory(err);
	}
	rl_paths_sort(&scratch->wanted);
	scratch->is_there = calloc(scratch->wanted.count + 1, sizeof(bool));
	return scratch->is_there != NULL ? 0 : no_memory(err);
}

/* Sets the image's command, if none was given: the first FILE. */
static int complete_command(struct rl_options *options, struct rl_error *err)
{
	struct rl_image_config *config = &options->image.config;
	const char *place = place_of(options->arguments[0]);
	RL_AUTO_FREE char *path = NULL;

	if (config->has_command || config->has_entrypoint)
		return 0;
	if (!rl_is_utf8(place))
		return !rl_image_format_has_config(options->image.format)
			       ? 0
			       : rl_error_text(err, EINVAL,
					 "the first FILE's name is not UTF-8, which a command has "
					 "to be: --cmd names another one");
	if (asprintf(&path, "/%s", place) < 0) {
		path = NULL;
		return no_memory(err);
	}
	if (rl_strings_add(&config->command, path, strlen(path)) != 0)
		return no_memory(err);
	config->has_command = true;
	return 0;
}

/* Sets the image's platform, if none was given: that of the first FILE which has one. */
static int complete_platform(const struct rl_scratch *scratch, struct rl_options *options,
	int root_fd, struct rl_error *err)
{
	struct rl_image_config *config = &options->image.config;
	struct rl_trails trails = {.root_fd = root_fd,
		.placed = scratch->placed,
		.placed_count = scratch->placed_count};
	struct rl_platform platform = {0};
	size_t i;

	for (i = 0; config->architecture == NULL && i < options->argument_count; i++) {
		RL_AUTO_ANY_FD int fd = rl_trails_open(&trails, place_of(options->arguments[i]));

		if (fd < 0 || !rl_platform_of_program(fd, &platform))
			continue;
		if (rl_config_set(&config->architecture, platform.architecture,
			    strlen(platform.architecture)) != 0 ||
			rl_config_set(
				&config->variant, platform.variant, strlen(platform.variant)) != 0)
			return no_memory(err);
	}
	return 0;
}

int rl_scratch_prepare(struct rl_scratch *scratch, struct rl_options *options, int root_fd,
	const struct rl_exception_sink *exceptions, struct rl_error *err)
{
	struct rl_closure_options closure = {.root_fd = root_fd,
		.library_path =
			rl_pairs_get(&options->image.config.environment, "LD_LIBRARY_PATH")};
	int ret = place_files(scratch, options, err);

	closure.placed = scratch->placed;
	closure.placed_count = scratch->placed_count;
	if (ret == 0)
		ret = check_places(scratch, root_fd, err);
	if (ret == 0)
		ret = rl_elf_closure_new(&closure, &scratch->closure, err);
	if (ret == 0)
		ret = add_files(scratch, options, err);
	if (ret == 0)
		ret = add_sets(scratch, options, root_fd, err);
	if (ret == 0)
		ret = rl_elf_closure_finish(scratch->closure, err);
	if (ret == 0)
		ret = tell_missing(scratch, options->scratch.allow_missing, exceptions, err);
	if (ret == 0)
		ret = make_rules(scratch, options, err);
	if (ret == 0)
		ret = note_wanted(scratch, err);
	if (ret == 0)
		ret = complete_command(options, err);
	return ret == 0 ? complete_platform(scratch, options, root_fd, err) : ret;
}

static int compare_wanted(const void *path, const void *element)
{
	return strcmp(path, *(char *const *)element);
}

void rl_scratch_observe(void *ctx, const struct rl_entry *entry, int count, uint64_t bytes,
	const struct rl_rule *rule)
{
	struct rl_scratch *scratch = ctx;
	char **found;

	(void)bytes;
	if (rule != NULL || count != 1 || scratch->wanted.count == 0)
		return;
	found = bsearch(entry->path, scratch->wanted.paths, scratch->wanted.count, sizeof(*found),
		compare_wanted);
	if (found != NULL &&
		S_ISDIR(entry->mode) ==
			rl_paths_have(rl_elf_closure_directories(scratch->closure), entry->path))
		scratch->is_there[found - scratch->wanted.paths] = true;
}

int rl_scratch_check(void *ctx, struct rl_error *err)
{
	const struct rl_scratch *scratch = ctx;
	size_t i;

	for (i = 0; i < scratch->wanted.count; i++) {
		if (!scratch->is_there[i])
			return rl_error_text(err, ENOENT,
				"'/%s' could not be taken along: it has vanished, cannot be read, "
				"or is on a mount that is left out (--mount PATH takes it)",
				scratch->wanted.paths[i]);
	}
	return 0;
}

void rl_scratch_free(struct rl_scratch *scratch)
{
	size_t i;

	for (i = 0; i < scratch->placed_count; i++)
		(void)close(scratch->placed[i].fd);
	free(scratch->placed);
	free(scratch->added);
	free(scratch->is_there);
	rl_paths_free(&scratch->wanted);
	rl_elf_closure_free(scratch->closure);
	*scratch = (struct rl_scratch){0};
}
