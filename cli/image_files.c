/* SPDX-License-Identifier: MIT */
#include "cli/image_files.h"

#include "cli/commands.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

static int no_memory(struct rl_error *err)
{
	(void)rl_error_set(err, ENOMEM, "cannot begin");
	return RL_EXIT_FAILED;
}

/* The keys of all packages of rpm's that are dropped. */
static const char **dropped_rpms(const struct rl_session *session, size_t *count_ret)
{
	const struct rl_packages *packages = session->facts.packages;
	const char **keys = calloc(rl_chain_dropped_packages(session->chain) + 1, sizeof(*keys));
	size_t i, count = 0;

	for (i = 0; keys != NULL && i < rl_packages_count(packages); i++) {
		const struct rl_package *package = rl_packages_get(packages, i);

		if (package->manager == RL_MANAGER_RPM &&
			rl_chain_drops_package(session->chain, i) != NULL)
			keys[count++] = package->key;
	}
	*count_ret = count;
	return keys;
}

/* Opens one file of the changed copy, for the image. */
static int take_rpm_file(struct rl_session *session, int dir_fd, const char *name)
{
	char **paths = reallocarray(session->rpm_paths, session->rpm_count + 1, sizeof(char *));
	int *fds = paths != NULL
			   ? reallocarray(session->rpm_fds, session->rpm_count + 1, sizeof(*fds))
			   : NULL;

	if (paths != NULL)
		session->rpm_paths = paths;
	if (fds == NULL)
		return -ENOMEM;
	session->rpm_fds = fds;
	if (asprintf(&paths[session->rpm_count], "%s/%s", session->rpm.path, name) < 0)
		return -ENOMEM;
	fds[session->rpm_count] =
		openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fds[session->rpm_count] < 0) {
		int ret = -errno;

		free(paths[session->rpm_count]);
		return ret;
	}
	session->rpm_count++;
	return 0;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_file(const struct dirent *dirent)
{
	return dirent->d_name[0] != '.' && dirent->d_type == DT_REG;
}

static int take_rpm_files(struct rl_session *session)
{
	RL_AUTO_FREE char *dir = NULL;
	RL_AUTO_FD int dir_fd = -1;
	struct dirent **names;
	int i, count, ret = 0;

	if (asprintf(&dir, "%s/var/lib/rpm", session->rpm.dir) < 0) {
		dir = NULL;
		return -ENOMEM;
	}
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	count = dir_fd >= 0 ? scandir(dir, &names, is_file, compare_names) : -1;
	if (count < 0)
		return -errno;
	for (i = 0; i < count; i++) {
		if (ret == 0)
			ret = take_rpm_file(session, dir_fd, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return ret;
}

/* Takes the @count dropped packages that are called @keys out of a copy of the rpm database. */
static int change_rpm(
	struct rl_session *session, const char *const *keys, size_t count, struct rl_error *err)
{
	int ret = rl_rpm_db_copy(session->facts.root_fd, NULL, &session->rpm, err);

	if (ret <= 0)
		return ret;
	ret = rl_rpm_db_erase(&session->rpm, keys, count, err);
	if (ret == 0) {
		ret = take_rpm_files(session);
		if (ret != 0)
			(void)rl_error_set(err, -ret, "cannot change the rpm database");
	}
	/* Later this process can remove nothing any more, nor would it if it were killed. */
	rl_rpm_db_remove(&session->rpm);
	return ret;
}

static void forget_rpm(struct rl_session *session)
{
	size_t i;

	for (i = 0; i < session->rpm_count; i++) {
		(void)close(session->rpm_fds[i]);
		free(session->rpm_paths[i]);
	}
	free(rl_steal_ptr(&session->rpm_paths));
	free(rl_steal_ptr(&session->rpm_fds));
	session->rpm_count = 0;
	rl_rpm_db_free(&session->rpm);
}

int rl_image_prepare(struct rl_session *session, bool changes_rpm,
	const struct rl_exception_sink *exceptions, struct rl_error *err)
{
	RL_AUTO_FREE const char **rpms = NULL;
	struct rl_error why = {0};
	size_t rpm_count;

	if (session->facts.packages == NULL || rl_chain_dropped_packages(session->chain) == 0)
		return RL_EXIT_OK;
	rpms = dropped_rpms(session, &rpm_count);
	if (rpms == NULL || rl_package_db_new(session->chain, session->facts.packages,
				    &session->package_db) != 0)
		return no_memory(err);
	session->dropped_packages = rl_chain_dropped_packages(session->chain);
	if (rpm_count == 0 || !changes_rpm)
		return RL_EXIT_OK;
	if (change_rpm(session, rpms, rpm_count, &why) != 0) {
		session->dropped_packages -= rpm_count;
		/* The image is good but for that, so it is no reason to have none. */
		rl_exception_tell(exceptions, RL_EXC_PACKAGE_DB,
			session->rpm.path != NULL ? session->rpm.path : "var/lib/rpm", why.message);
		forget_rpm(session);
	}
	return RL_EXIT_OK;
}

/* The file that a rule puts there. */
static struct rl_added_file file_of(const struct rl_addition *addition)
{
	const struct rl_change *change = addition->change;
	const struct rl_rule *rule = change->rule;
	const struct rl_parameters *parameters = &rule->parameters;
	mode_t mode = parameters->has_mode ? parameters->mode_or : 0644;
	struct rl_added_file file = {.path = addition->path,
		.uid = change->uid,
		.gid = change->has_group ? change->gid : 0,
		.content_fd = -1};

	switch (rule->action) {
	case RL_ACTION_LINK:
		file.mode = S_IFLNK | 0777;
		file.target = parameters->target;
		break;
	case RL_ACTION_MKNOD:
		file.mode = parameters->node | mode;
		file.rdev = parameters->device;
		break;
	default:
		file.mode = S_IFREG | mode;
		file.content = rule->content;
		file.size = rule->content_len;
		break;
	}
	return file;
}

static int compare_files(const void *a, const void *b)
{
	const struct rl_added_file *x = a, *y = b;

	return rl_added_compare(x->path, y->path);
}

int rl_image_add_files(struct rl_session *session, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	size_t i, count = 0;

	if (rl_chain_additions(session->chain, &session->additions, &count) != 0)
		return no_memory(err);
	session->added = calloc(count + session->rpm_count + session->scratch.added_count + 1,
		sizeof(*session->added));
	if (session->added == NULL)
		return no_memory(err);
	for (i = 0; i < count; i++) {
		session->added[i] = file_of(&session->additions[i]);
		session->added[i].keeps_there =
			rl_chain_renames(session->chain, session->additions[i].path);
	}
	for (i = 0; i < session->rpm_count; i++) {
		struct stat st;

		if (fstat(session->rpm_fds[i], &st) != 0)
			st.st_size = 0;
		session->added[count++] = (struct rl_added_file){.path = session->rpm_paths[i],
			.mode = S_IFREG | 0644,
			.size = (size_t)st.st_size,
			.content_fd = session->rpm_fds[i],
			.keeps_metadata = true};
	}
	for (i = 0; i < session->scratch.added_count; i++)
		session->added[count++] = session->scratch.added[i];
	session->added_count = count;
	if (count == 0)
		return RL_EXIT_OK;
	qsort(session->added, count, sizeof(*session->added), compare_files);
	if (rl_added_open(session->source, session->added, count, exceptions, &session->source) !=
		0) {
		session->source = NULL;
		return no_memory(err);
	}
	return RL_EXIT_OK;
}

bool rl_image_replaces(const struct rl_session *session, const struct rl_entry *entry)
{
	size_t len;

	if (session->rpm_count == 0 || entry->is_added || S_ISDIR(entry->mode))
		return false;
	len = strlen(session->rpm.path);
	return strncmp(entry->path, session->rpm.path, len) == 0 && entry->path[len] == '/' &&
	       strchr(entry->path + len + 1, '/') == NULL;
}

void rl_image_free(struct rl_session *session)
{
	forget_rpm(session);
	free(rl_steal_ptr(&session->added));
	free(rl_steal_ptr(&session->additions));
}
