/* SPDX-License-Identifier: MIT */
#include "cli/session.h"

#include "cli/commands.h"
#include "cli/confinement.h"
#include "cli/image_files.h"
#include "cli/snapshots.h"

#include <string.h>
#include <time.h>

/*
 * How many threads read ahead by default. So many waits of a disk overlap: where all is in memory two do as
 * well, and more of them are in nobody's way.
 */
#define THREADS 8

/* How many threads read ahead. */
static unsigned int count_threads(const struct rl_options *options)
{
	/* Where few files of many are wanted, most of what lies ahead is not. */
	if (options->command == RL_COMMAND_SCRATCH && options->scratch.also.count == 0)
		return 0;
	if (options->jobs == 0)
		return THREADS;
	return options->jobs > 1 ? options->jobs : 0;
}

static int open_source(struct rl_session *session, struct rl_options *options,
	const struct rl_exception_sink *exceptions, struct rl_progress *progress,
	const volatile sig_atomic_t *stop, struct rl_error *err)
{
	struct rl_live_options live = {
		.root = options->root,
		.mounts = {.one_file_system = options->one_file_system,
			.wanted = options->mounts.words,
			.wanted_count = options->mounts.count,
			.unwanted = options->no_mounts.words,
			.unwanted_count = options->no_mounts.count},
		.meta = {.selinux = options->selinux},
		.no_clone = options->no_clone,
		.keeps_page_cache = !options->fast,
		.threads = count_threads(options),
		/* Most files will be what they were. */
		.reads_content = options->command == RL_COMMAND_CAPTURE && !options->dry_run &&
				 options->since == NULL,
		.far = {.seconds = options->mount_seconds,
			.stop = stop,
			.confine = rl_confinement_take_helper,
			.confine_ctx = options,
			.waiting = progress != NULL ? rl_progress_waiting : NULL,
			.waiting_ctx = progress},
		.exceptions = exceptions,
	};
	static const char *const none[1];
	int ret;

	if (!options->all_xattrs) {
		live.meta.namespaces =
			options->namespaces.count > 0 ? options->namespaces.words : none;
		live.meta.namespace_count = options->namespaces.count;
	}
	ret = rl_live_open(&live, &session->live_source, err);
	if (ret != 0)
		return ret == -EINVAL ? RL_EXIT_USAGE : RL_EXIT_FAILED;
	session->source = session->live_source;
	rl_live_info(session->source, &session->live);
	return RL_EXIT_OK;
}

/* The same for an archive, of which no mounts are known. */
static int open_archive(struct rl_session *session, const struct rl_options *options,
	const struct rl_exception_sink *exceptions, struct rl_progress *progress,
	const volatile sig_atomic_t *stop, struct rl_error *err)
{
	static const struct rl_mounts no_mounts;
	int status = rl_archive_open(
		&session->archive, options, exceptions, progress, stop, &session->source, err);

	session->live = (struct rl_live_info){
		.root = options->root, .clone_reason = "an archive", .mounts = &no_mounts};
	return status;
}

/*
 * One file that cannot be read does not stop a capture: what it would have told is unknown. But rules may
 * have done nothing for it, so that it is told as what is missing is.
 */
static void tell_unknown(
	const struct rl_exception_sink *exceptions, const char *path, const struct rl_error *err)
{
	rl_print_error(err);
	rl_exception_tell(exceptions, RL_EXC_FACTS, path, rl_errno_text(err->code));
}

/*
 * Takes that @path could not be read. Returns 0, or a negative errno with @err set where that is this
 * process's own trouble and no property of the file: then all the rest would be guessed.
 */
static int take_unknown(const struct rl_exception_sink *exceptions, const char *path,
	const struct rl_error *why, struct rl_error *err)
{
	if (why->code == ENOMEM || why->code == EMFILE || why->code == ENFILE) {
		*err = *why;
		return -why->code;
	}
	tell_unknown(exceptions, path, why);
	return 0;
}

static int find_facts(struct rl_session *session, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	struct rl_facts *facts = &session->facts;
	struct rl_error why = {0};
	const char *path;
	int ret = 0;

	if (session->live_source != NULL)
		facts->root_fd = rl_live_root_fd(session->live_source);
	else
		rl_archive_facts(&session->archive, facts);
	if (rl_distro_detect(facts->root_fd, &facts->distro, &why) != 0)
		ret = take_unknown(exceptions, facts->distro.file, &why, err);
	if (ret == 0 && rl_accounts_read(facts->root_fd, &facts->accounts, &path, &why) != 0)
		ret = take_unknown(exceptions, path, &why, err);
	rl_facts_find_arch(facts->root_fd, facts->arch);
	return ret;
}

/* Appends a profile, which the session then owns. */
static int take_profile(
	struct rl_session *session, struct rl_profile *profile, struct rl_error *err)
{
	struct rl_profile **more = reallocarray(
		session->profiles, session->profile_count + 1, sizeof(struct rl_profile *));

	if (more == NULL) {
		rl_profile_free(profile);
		return rl_error_set(err, ENOMEM, "cannot load profiles");
	}
	more[session->profile_count++] = profile;
	session->profiles = more;
	if (profile->secrets != RL_SECRETS_UNSET)
		session->secrets = profile->secrets;
	return 0;
}

int rl_session_profile_dirs(
	const struct rl_options *options, const char ***dirs_ret, size_t *count_ret)
{
	size_t count = options->profile_dirs.count;
	const char **dirs = calloc(count + 2, sizeof(*dirs));

	if (dirs == NULL)
		return -ENOMEM;
	if (count > 0)
		memcpy(dirs, options->profile_dirs.words, count * sizeof(*dirs));
	dirs[count++] = "/etc/rootlift/profiles";
	dirs[count++] = RL_PROFILE_DIR;
	*dirs_ret = dirs;
	*count_ret = count;
	return 0;
}

/* Loads one profile; "detected" is the one for the distribution. */
static int load_profile(struct rl_session *session, const struct rl_profile_dirs *dirs,
	const char *word, struct rl_error *err)
{
	struct rl_profile *profile;
	int ret = strcmp(word, "detected") == 0
			  ? rl_profile_load_for(dirs, &session->facts.distro, &profile, err)
			  : rl_profile_load(dirs, word, &profile, err);

	return ret == 0 ? take_profile(session, profile, err) : ret;
}

static int load_profiles(
	struct rl_session *session, const struct rl_options *options, struct rl_error *err)
{
	RL_AUTO_FREE const char **words = NULL;
	bool has_distro = false;
	struct rl_profile_dirs dirs = {.distro = &session->facts.distro, .has_distro = &has_distro};
	size_t i;
	int ret;

	if (rl_session_profile_dirs(options, &words, &dirs.count) != 0)
		return rl_error_set(err, ENOMEM, "cannot load profiles");
	dirs.dirs = words;
	/* These rules are all there are. */
	if (options->command == RL_COMMAND_SCRATCH)
		return 0;
	/* An archive is converted as it is. */
	if (options->profiles.count == 0)
		return load_profile(session, &dirs,
			options->command == RL_COMMAND_CONVERT ? "none" : "detected", err);
	for (i = 0; i < options->profiles.count; i++) {
		ret = load_profile(session, &dirs, options->profiles.words[i], err);
		if (ret != 0)
			return ret;
	}
	return 0;
}

int rl_session_load_profiles(
	struct rl_session *session, struct rl_options *options, struct rl_error *err)
{
	int ret = load_profiles(session, options, err);

	if (ret == 0 && options->user_rules != NULL)
		ret = take_profile(session, rl_steal_ptr(&options->user_rules), err);
	if (options->secrets != RL_SECRETS_UNSET)
		session->secrets = options->secrets;
	if (session->secrets == RL_SECRETS_UNSET)
		session->secrets = RL_SECRETS_DROP;
	if (ret == 0)
		return RL_EXIT_OK;
	return ret == -ENOMEM ? RL_EXIT_FAILED : RL_EXIT_USAGE;
}

static bool asks_packages(const struct rl_term *terms, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (terms[i].kind == RL_TERM_PACKAGE || terms[i].kind == RL_TERM_UNOWNED ||
			terms[i].kind == RL_TERM_IF_PACKAGE)
			return true;
	}
	return false;
}

/* Whether any rule asks what is installed, or who owns a file. */
static bool needs_packages(const struct rl_session *session)
{
	size_t i, j;

	for (i = 0; i < session->profile_count; i++) {
		for (j = 0; j < session->profiles[i]->rule_count; j++) {
			const struct rl_rule *rule = &session->profiles[i]->rules[j];

			if (asks_packages(rule->conditions, rule->condition_count) ||
				asks_packages(rule->selectors, rule->selector_count))
				return true;
		}
	}
	return false;
}

static int64_t present(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	/* Its form has been checked. The same tree has to give the same image at any time. */
	if (epoch != NULL && epoch[0] != '\0')
		return strtoll(epoch, NULL, 10);
	return (int64_t)time(NULL);
}

static int make_chain(struct rl_session *session, struct rl_error *err)
{
	struct rl_chain_options options = {
		.facts = &session->facts, .secrets = session->secrets, .now = present()};
	int ret = rl_chain_new((const struct rl_profile *const *)session->profiles,
		session->profile_count, &options, &session->chain, err);

	if (ret == 0)
		return RL_EXIT_OK;
	return ret == -ENOMEM ? RL_EXIT_FAILED : RL_EXIT_USAGE;
}

/* Reads the package databases; as find_facts(). Rules about packages have no effect without. */
static int read_packages(struct rl_session *session, const struct rl_exception_sink *exceptions,
	struct rl_error *err)
{
	struct rl_error why = {0};
	const char *path;

	if (rl_packages_read(session->facts.root_fd, NULL, &session->facts.packages, &path, &why) ==
		0)
		return 0;
	/* What rpm could not do may be for want of an rpm on this machine, which is no fault of ROOT. */
	if (strcmp(path, "var/lib/rpm") != 0 || why.code == ENOMEM)
		return take_unknown(exceptions, path, &why, err);
	rl_print_error(&why);
	return 0;
}

/* Makes the rules of `scratch` of what its FILEs need in ROOT. */
static int prepare_scratch(struct rl_session *session, struct rl_options *options,
	const struct rl_exception_sink *exceptions, struct rl_error *err)
{
	int ret;

	if (options->command != RL_COMMAND_SCRATCH)
		return RL_EXIT_OK;
	ret = rl_scratch_prepare(
		&session->scratch, options, session->facts.root_fd, exceptions, err);
	if (ret == 0)
		return RL_EXIT_OK;
	return ret == -EINVAL ? RL_EXIT_USAGE : RL_EXIT_FAILED;
}

int rl_session_open(struct rl_session *session, struct rl_options *options,
	const struct rl_exception_sink *exceptions, bool wants_packages,
	struct rl_progress *progress, const volatile sig_atomic_t *stop, struct rl_error *err)
{
	int status;

	session->facts.root_fd = -1;
	if (options->command == RL_COMMAND_CONVERT)
		status = open_archive(session, options, exceptions, progress, stop, err);
	else
		status = open_source(session, options, exceptions, progress, stop, err);
	if (status == RL_EXIT_OK && session->live_source != NULL)
		status = rl_snapshots_begin(
			&session->keeper, options, session->live_source, stop, err);
	if (status != RL_EXIT_OK)
		return status;
	if (find_facts(session, exceptions, err) != 0)
		return RL_EXIT_FAILED;
	status = prepare_scratch(session, options, exceptions, err);
	if (status == RL_EXIT_OK)
		status = rl_session_load_profiles(session, options, err);
	if (status != RL_EXIT_OK)
		return status;
	if ((wants_packages || needs_packages(session)) &&
		read_packages(session, exceptions, err) != 0)
		return RL_EXIT_FAILED;
	status = make_chain(session, err);
	if (status == RL_EXIT_OK && !options->keeps_package_db)
		status = rl_image_prepare(session, !options->keeps_rpm, exceptions, err);
	return status == RL_EXIT_OK ? rl_image_add_files(session, exceptions, err) : status;
}

void rl_session_settle(struct rl_session *session)
{
	rl_archive_settle(&session->archive);
}

void rl_session_close(struct rl_session *session)
{
	size_t i;

	rl_source_close(session->source);
	rl_archive_close(&session->archive);
	rl_keeper_free(&session->keeper);
	rl_image_free(session);
	rl_scratch_free(&session->scratch);
	rl_package_db_free(session->package_db);
	rl_chain_free(session->chain);
	for (i = 0; i < session->profile_count; i++)
		rl_profile_free(session->profiles[i]);
	free(session->profiles);
	rl_facts_free(&session->facts);
	*session = (struct rl_session){0};
}
