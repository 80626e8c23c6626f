/* SPDX-License-Identifier: MIT */
#include "cli/frozen.h"

#include "scan/filesystem.h"

#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>

/* A file system that is captured, beside its struct rl_freeze_place. */
struct found {
	struct rl_freeze_place place;
	struct rl_filesystem fs;
};

struct search {
	const struct rl_source *source;
	struct rl_mountinfo mounts;
	struct found *found;
	size_t count;
};

/* What the host itself writes to, or would have to wait for. */
static const struct {
	const char *path, *reason;
} needs[] = {
	{"/", "the host runs from it"},
	{"/var/log", "the host logs to it"},
	{"/etc/rootlift", "rootlift's own settings are on it"},
};

/* Adds the file system at @path below ROOT, unless it is there already: by another mount of it. */
static int add(struct search *search, const char *path)
{
	struct found *more = reallocarray(search->found, search->count + 1, sizeof(*more));
	struct rl_filesystem fs;
	size_t i;
	int ret, fd;

	if (more == NULL)
		return -ENOMEM;
	search->found = more;
	fd = rl_live_open_mount(search->source, path);
	/* A mount on a file has nothing in it that is captured with a directory's consistency. */
	if (fd < 0)
		return fd == -ENOTDIR ? 0 : fd;
	ret = rl_filesystem_find(fd, &search->mounts, &fs);
	for (i = 0; ret == 0 && i < search->count; i++) {
		if (more[i].fs.devs[0] == fs.devs[0])
			break;
	}
	if (ret != 0 || i < search->count) {
		(void)close(fd);
		return ret;
	}
	more[search->count++] = (struct found){.place = {.path = path, .fd = fd}, .fs = fs};
	return 0;
}

static int add_all(struct search *search)
{
	struct rl_live_info info;
	size_t i;
	int ret;

	rl_live_info(search->source, &info);
	ret = add(search, "");
	for (i = 0; ret == 0 && i < info.mounts->count; i++) {
		if (rl_mount_is_captured(info.mounts->mounts[i].class))
			ret = add(search, info.mounts->mounts[i].path);
	}
	return ret;
}

/* Finds the file system of what is open as @fd, or at @path if that is not NULL. */
static bool find_filesystem(
	const struct search *search, int fd, const char *path, struct rl_filesystem *fs)
{
	RL_AUTO_FD int opened = path != NULL ? open(path, O_PATH | O_CLOEXEC) : -1;

	return (path == NULL || opened >= 0) &&
	       rl_filesystem_find(path != NULL ? opened : fd, &search->mounts, fs) == 0;
}

/* Gives those the reason that the host's path lies on. */
static void spare(struct search *search, const char *path, const char *reason)
{
	struct rl_filesystem fs;
	size_t i;

	if (!find_filesystem(search, -1, path, &fs))
		return;
	for (i = 0; i < search->count; i++) {
		if (search->found[i].place.reason == NULL &&
			rl_filesystem_lies_on(&fs, &search->found[i].fs))
			search->found[i].place.reason = reason;
	}
}

/* Fails if what is open as @fd, or at @path, would wait for the end of a freeze. */
static int refuse(const struct search *search, int fd, const char *path, const char *what,
	struct rl_error *err)
{
	struct rl_filesystem fs;
	size_t i;

	if (!find_filesystem(search, fd, path, &fs))
		return 0;
	for (i = 0; i < search->count; i++) {
		const struct rl_freeze_place *place = &search->found[i].place;

		if (place->reason == NULL && rl_filesystem_lies_on(&fs, &search->found[i].fs))
			return rl_error_text(err, EBUSY,
				"cannot freeze '/%s': %s is on it, and would wait for its end",
				place->path, what);
	}
	return 0;
}

/* As refuse(), of a file or directory that is going to be made. */
static int refuse_file(
	const struct search *search, const char *path, const char *what, struct rl_error *err)
{
	struct stat st;
	char *directory;
	int ret;

	/* A FIFO or a device holds nothing there itself. */
	if (stat(path, &st) == 0)
		return S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)
			       ? refuse(search, -1, path, what, err)
			       : 0;
	directory = strdup(path);
	if (directory == NULL)
		return rl_error_set(err, ENOMEM, "cannot find out what to freeze");
	ret = refuse(search, -1, dirname(directory), what, err);
	free(directory);
	return ret;
}

static int refuse_descriptor(
	const struct search *search, int fd, const char *what, struct rl_error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	return refuse(search, fd, NULL, what, err);
}

static int judge(struct search *search, const struct rl_options *options, struct rl_error *err)
{
	const char *tmp = getenv("TMPDIR");
	bool is_to_stdout = options->output == NULL || strcmp(options->output, "-") == 0;
	size_t i;
	int ret = 0;

	for (i = 0; i < sizeof(needs) / sizeof(*needs); i++)
		spare(search, needs[i].path, needs[i].reason);
	spare(search, tmp != NULL && tmp[0] != '\0' ? tmp : "/var/tmp",
		"rootlift's own temporary files are on it (TMPDIR)");
	if (!options->dry_run && !is_to_stdout)
		ret = refuse_file(search, options->output, "the output", err);
	else if (!options->dry_run)
		ret = refuse_descriptor(search, STDOUT_FILENO, "the output", err);
	if (ret == 0 && options->report != NULL)
		ret = refuse_file(search, options->report, "the report", err);
	if (ret == 0)
		ret = refuse_descriptor(search, STDERR_FILENO, "standard error", err);
	return ret;
}

/* What lies on another one first. */
static int compare(const void *a, const void *b)
{
	size_t deep = ((const struct found *)a)->fs.count,
	       other = ((const struct found *)b)->fs.count;

	if (deep != other)
		return deep > other ? -1 : 1;
	return strcmp(((const struct found *)b)->place.path, ((const struct found *)a)->place.path);
}

int rl_frozen_find(struct rl_frozen_places *places, const struct rl_options *options,
	const struct rl_source *source, struct rl_error *err)
{
	struct search search = {.source = source};
	size_t i;
	int ret = rl_mountinfo_read("/proc/self/mountinfo", &search.mounts, err);

	if (ret != 0)
		return ret;
	ret = add_all(&search);
	if (ret != 0)
		(void)rl_error_set(err, -ret, "cannot find out what to freeze");
	else
		ret = judge(&search, options, err);
	if (search.count > 0)
		qsort(search.found, search.count, sizeof(*search.found), compare);
	places->items = calloc(search.count + 1, sizeof(*places->items));
	if (places->items == NULL && ret == 0)
		ret = rl_error_set(err, ENOMEM, "cannot find out what to freeze");
	for (i = 0; i < search.count; i++) {
		if (places->items != NULL)
			places->items[places->count++] = search.found[i].place;
		else
			(void)close(search.found[i].place.fd);
	}
	free(search.found);
	rl_mountinfo_free(&search.mounts);
	return ret;
}

void rl_frozen_free(struct rl_frozen_places *places)
{
	size_t i;

	for (i = 0; i < places->count; i++)
		(void)close(places->items[i].fd);
	free(places->items);
	*places = (struct rl_frozen_places){0};
}

const char *rl_frozen_thaw_text(enum rl_thaw thaw)
{
	switch (thaw) {
	case RL_THAW_TIME_UP:
		return "the time of --fsfreeze was up";
	case RL_THAW_KILLED:
		return "a process of rootlift was killed";
	case RL_THAW_FOREIGN:
		return "somebody else thawed it";
	default:
		return NULL;
	}
}
