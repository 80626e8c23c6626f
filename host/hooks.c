/* SPDX-License-Identifier: MIT */
#include "host/hooks.h"

#include "host/program.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static int is_hook_name(const struct dirent *dirent)
{
	size_t len = strlen(dirent->d_name);

	return dirent->d_name[0] != '.' && dirent->d_name[len - 1] != '~';
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool may_be_changed_by_others(const struct stat *st)
{
	return (st->st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
	       (st->st_uid != 0 && st->st_uid != geteuid());
}

static int add(struct rl_hooks *hooks, const char *dir, const char *name, struct rl_error *err)
{
	RL_AUTO_FREE char *path = NULL;
	char **more;
	struct stat st;

	if (asprintf(&path, "%s/%s", dir, name) < 0) {
		path = NULL;
		return rl_error_set(err, ENOMEM, "cannot look for hooks");
	}
	if (stat(path, &st) != 0)
		return rl_error_set(err, errno, "cannot look at the hook '%s'", path);
	if (!S_ISREG(st.st_mode) || (st.st_mode & S_IXUSR) == 0)
		return 0;
	if (may_be_changed_by_others(&st))
		return rl_error_text(err, EPERM,
			"will not run the hook '%s': others than its owner could change it, or the "
			"owner is not root",
			path);
	more = reallocarray(hooks->paths, hooks->count + 1, sizeof(*more));
	if (more == NULL)
		return rl_error_set(err, ENOMEM, "cannot look for hooks");
	more[hooks->count++] = rl_steal_ptr(&path);
	hooks->paths = more;
	return 0;
}

int rl_hooks_find(const char *dir, struct rl_hooks *hooks, struct rl_error *err)
{
	struct dirent **names;
	struct stat st;
	int i, ret = 0, count = scandir(dir, &names, is_hook_name, compare_names);

	if (count < 0 && errno == ENOENT)
		return 0;
	if (count < 0)
		return rl_error_set(err, errno, "cannot look for hooks in '%s'", dir);
	if (count > 0 && stat(dir, &st) == 0 && may_be_changed_by_others(&st))
		ret = rl_error_text(err, EPERM,
			"will not run the hooks in '%s': others could put some there", dir);
	for (i = 0; i < count; i++) {
		if (ret == 0)
			ret = add(hooks, dir, names[i]->d_name, err);
		free(names[i]);
	}
	free(names);
	return ret;
}

static int tell_end(const char *path, const char *what, int status, struct rl_error *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status))
		return rl_error_text(err, ECHILD, "the hook '%s %s' failed with status %d", path,
			what, WEXITSTATUS(status));
	return rl_error_text(err, ECHILD, "the hook '%s %s' was ended by signal %d", path, what,
		WTERMSIG(status));
}

/* Runs one hook, for as long as it may take. */
static int run(const struct rl_hooks *hooks, const char *path, const char *what, const char *root,
	bool (*wait)(void *ctx), void *ctx, struct rl_error *err)
{
	const char *const argv[] = {path, what, NULL};
	const struct rl_program program = {.argv = argv,
		.out_fd = STDERR_FILENO,
		.err_fd = STDERR_FILENO,
		.seconds = hooks->seconds,
		.wait = wait,
		.ctx = ctx};
	int status, ret = setenv("ROOTLIFT_ROOT", root, 1) == 0 ? 0 : -errno;

	if (ret == 0)
		ret = rl_program_run(&program, &status);
	if (ret == -ETIMEDOUT)
		return rl_error_text(err, ETIMEDOUT,
			"the hook '%s %s' took longer than %u s and was ended", path, what,
			hooks->seconds);
	if (ret == -EINTR)
		return rl_error_text(err, EINTR, "stopped by a signal");
	if (ret != 0)
		return rl_error_set(err, -ret, "cannot start the hook '%s'", path);
	return tell_end(path, what, status, err);
}

int rl_hooks_freeze(struct rl_hooks *hooks, const char *root, bool (*wait)(void *ctx), void *ctx,
	struct rl_error *err)
{
	int ret = 0;

	while (ret == 0 && hooks->frozen < hooks->count) {
		/* Also one that fails may have begun. */
		hooks->frozen++;
		ret = run(hooks, hooks->paths[hooks->frozen - 1], "freeze", root, wait, ctx, err);
	}
	return ret;
}

int rl_hooks_thaw(struct rl_hooks *hooks, const char *root, struct rl_error *err)
{
	struct rl_error first = {0};

	while (hooks->frozen > 0) {
		struct rl_error failure = {0};

		hooks->frozen--;
		if (run(hooks, hooks->paths[hooks->frozen], "thaw", root, NULL, NULL, &failure) !=
				0 &&
			first.code == 0)
			first = failure;
	}
	return first.code != 0 ? rl_error_text(err, first.code, "%s", first.message) : 0;
}

void rl_hooks_free(struct rl_hooks *hooks)
{
	size_t i;

	for (i = 0; i < hooks->count; i++)
		free(hooks->paths[i]);
	free(hooks->paths);
	*hooks = (struct rl_hooks){0};
}
