/* SPDX-License-Identifier: MIT */
#include "host/confine.h"

#include "host/landlock.h"
#include "host/syscalls.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

const char *rl_measure_name(enum rl_measure measure)
{
	static const char *const names[] = {
		[RL_MEASURE_CAPABILITIES] = "capabilities",
		[RL_MEASURE_LANDLOCK] = "landlock",
		[RL_MEASURE_SECCOMP] = "seccomp",
	};

	return names[measure];
}

/* In a sticky directory only the owner of a file, or of the directory, may put another in its place. */
static bool is_stuck(const struct rl_output_place *place)
{
	struct stat dir, file;

	return place->name != NULL && fstatat(place->dir_fd, ".", &dir, 0) == 0 &&
	       (dir.st_mode & S_ISVTX) != 0 && dir.st_uid != geteuid() &&
	       fstatat(place->dir_fd, place->name, &file, AT_SYMLINK_NOFOLLOW) == 0 &&
	       file.st_uid != geteuid();
}

/*
 * Whether this process may make names in @dir_fd with the rights that it has now. The C library's
 * own answer is a guess where it does not know the call: root may do anything.
 */
static bool may_name_in(int dir_fd)
{
#ifdef SYS_faccessat2
	return syscall(SYS_faccessat2, dir_fd, ".", W_OK | X_OK, AT_EACCESS) == 0;
#else
	(void)dir_fd;
	return false;
#endif
}

/* What naming the output takes: root itself has no right to the directories of others. */
static rl_capabilities needed_for(const struct rl_output_place *place)
{
	rl_capabilities needed = 0;

	if (place->dir_fd < 0)
		return 0;
	if (!may_name_in(place->dir_fd))
		needed |= RL_CAPABILITY(CAP_DAC_OVERRIDE);
	if (is_stuck(place))
		needed |= RL_CAPABILITY(CAP_FOWNER);
	return needed;
}

static int drop_capabilities(
	const struct rl_confine_options *options, struct rl_confinement *result)
{
	rl_capabilities kept = options->reading;
	size_t i;
	int ret = rl_capabilities_lower(kept);

	/* Looked at with the rights that will be left. */
	for (i = 0; ret == 0 && i < options->place_count; i++)
		kept |= needed_for(&options->places[i]);
	if (ret == 0)
		ret = rl_capabilities_keep(kept);
	result->kept = rl_capabilities_held();
	return ret;
}

static int restrict_files(const struct rl_confine_options *options, struct rl_confinement *result)
{
	struct rl_landlock_names names[RL_CONFINE_PLACES];
	size_t i;

	for (i = 0; i < options->place_count; i++)
		names[i] = (struct rl_landlock_names){.dir_fd = options->places[i].dir_fd,
			.of_directories = options->places[i].is_directory};
	result->landlock = rl_landlock_restrict(names, options->place_count);
	return result->landlock < 0 ? result->landlock : 0;
}

/* Versions of Landlock that do not know truncating do what they can. */
static int keep_sizes(void)
{
	int ret = rl_landlock_keep_sizes();

	return ret >= 0 || ret == -EOPNOTSUPP ? 0 : ret;
}

static int take(enum rl_measure measure, const struct rl_confine_options *options,
	struct rl_confinement *result)
{
	switch (measure) {
	case RL_MEASURE_CAPABILITIES:
		return drop_capabilities(options, result);
	case RL_MEASURE_LANDLOCK:
		return restrict_files(options, result);
	default:
		result->syscalls = rl_syscalls_restrict();
		return result->syscalls < 0 ? result->syscalls : 0;
	}
}

void rl_confine(const struct rl_confine_options *options, struct rl_confinement *result)
{
	int measure, no_privs = 0;

	*result = (struct rl_confinement){.kept = rl_capabilities_held()};
	/* Nothing that is executed from here on gets more rights; the other measures ask for it. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		no_privs = -errno;
	for (measure = 0; measure < RL_MEASURE_COUNT; measure++) {
		int ret = no_privs;

		if (!options->measures[measure])
			ret = -ECANCELED;
		if (ret == 0)
			ret = take((enum rl_measure)measure, options, result);
		result->results[measure] = ret;
	}
	/* The list of system calls has nothing that truncates. */
	if (result->results[RL_MEASURE_SECCOMP] != 0 && result->results[RL_MEASURE_LANDLOCK] == 0)
		result->results[RL_MEASURE_LANDLOCK] = keep_sizes();
}
