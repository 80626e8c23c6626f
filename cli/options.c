/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include <getopt.h>
#include <string.h>

enum {
	OPT_REPORT = 256,
	OPT_PROFILE,
	OPT_PROFILE_DIR,
	OPT_EXCLUDE,
	OPT_INCLUDE,
	OPT_ONE_FILE_SYSTEM,
	OPT_MOUNT,
	OPT_NO_MOUNT,
	OPT_NO_CLONE,
	OPT_SELINUX,
	OPT_XATTRS,
	OPT_NUMERIC,
	OPT_MTIME,
	OPT_SPARSE
};

static const struct option long_options[] = {
	{"output", required_argument, NULL, 'o'},
	{"dry-run", no_argument, NULL, 'n'},
	{"report", required_argument, NULL, OPT_REPORT},
	{"profile", required_argument, NULL, OPT_PROFILE},
	{"profile-dir", required_argument, NULL, OPT_PROFILE_DIR},
	{"exclude", required_argument, NULL, OPT_EXCLUDE},
	{"include", required_argument, NULL, OPT_INCLUDE},
	{"one-file-system", no_argument, NULL, OPT_ONE_FILE_SYSTEM},
	{"mount", required_argument, NULL, OPT_MOUNT},
	{"no-mount", required_argument, NULL, OPT_NO_MOUNT},
	{"no-clone", no_argument, NULL, OPT_NO_CLONE},
	{"selinux", required_argument, NULL, OPT_SELINUX},
	{"xattrs", required_argument, NULL, OPT_XATTRS},
	{"numeric", no_argument, NULL, OPT_NUMERIC},
	{"mtime", required_argument, NULL, OPT_MTIME},
	{"sparse", no_argument, NULL, OPT_SPARSE},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static const char help_text[] =
	"Usage: rootlift capture [OPTION]... [ROOT]\n"
	"\n"
	"Turn the system in ROOT (default /) into a tar that `docker import` takes.\n"
	"\n"
	"Output:\n"
	"  -o, --output FILE    write to FILE, which appears when it is complete;\n"
	"                       - or nothing: standard output, if that is no terminal\n"
	"  -n, --dry-run        say what would be captured, write nothing\n"
	"      --report FILE    write a JSON report that names every exception to FILE\n"
	"      --sparse         write holes as GNU.sparse 1.0, not as zeros: smaller, but\n"
	"                       engines cannot push or save the image\n"
	"      --mtime s|ns     dates in whole seconds (default) or with nanoseconds\n"
	"  -q, --quiet          no progress, no summary\n"
	"  -v, --verbose        say how and what is read\n"
	"\n"
	"What is left out:\n"
	"      --profile P      use profile P instead of the one for the distribution\n"
	"                       that ROOT holds: a name, a file (with a / in it), or\n"
	"                       none; may be given several times\n"
	"      --profile-dir D  look for profiles in D first; may be given several times\n"
	"      --exclude PATTERN, --include PATTERN\n"
	"                       leave out, or keep after all, what matches; the last that\n"
	"                       matches wins, over all profiles too\n"
	"\n"
	"File systems (all that are local and real, by default):\n"
	"      --one-file-system  nothing that is mounted beneath ROOT\n"
	"      --mount PATH       what is mounted at PATH, whatever it is\n"
	"      --no-mount PATH    not what is mounted at PATH\n"
	"      --no-clone         read plain paths, not read-only clones of the mounts\n"
	"\n"
	"Metadata:\n"
	"      --xattrs LIST    attributes of these namespaces: user, trusted, security,\n"
	"                       system (ACLs); all (default) or none\n"
	"      --selinux keep|drop  SELinux labels (default keep)\n"
	"      --numeric        owners as numbers, which is the only way there is\n"
	"\n"
	"Patterns are those of .gitignore: `/var/cache`, `*.log`, `/srv/**/tmp/`.\n"
	"SOURCE_DATE_EPOCH, if set, is the latest date that files get.\n"
	"\n"
	"Exit status: 0 all that was asked for is in the output; 1 the output is written,\n"
	"with exceptions that the report names; 2 wrong usage or profile; 3 failed, and\n"
	"there is no output.\n"
	"\n"
	"Examples:\n"
	"  rootlift capture | docker import - myhost\n"
	"  rootlift capture -o host.tar --report host.json\n"
	"  rootlift capture --dry-run -v /mnt/old-server\n"
	"  rootlift capture --profile none --exclude '/srv/backup' /srv/root -o root.tar\n";

const char *rl_options_help(void)
{
	return help_text;
}

static int add_word(struct rl_words *words, const char *word, struct rl_error *err)
{
	const char **more = reallocarray(words->words, words->count + 1, sizeof(*more));

	if (more == NULL)
		return rl_error_set(err, ENOMEM, "cannot take the options");
	more[words->count++] = word;
	words->words = more;
	return 0;
}

/* Takes an option that may be given once. */
static int set_once(const char **to, const char *name, const char *value, struct rl_error *err)
{
	if (*to != NULL)
		return rl_error_text(err, EINVAL, "%s is given twice", name);
	if (value[0] == '\0')
		return rl_error_text(err, EINVAL, "%s needs a file's name", name);
	*to = value;
	return 0;
}

static int add_rule(struct rl_options *options, enum rl_action action, const char *name,
	const char *pattern, struct rl_error *err)
{
	int ret;

	if (options->user_rules == NULL) {
		options->user_rules = rl_profile_new("command line");
		if (options->user_rules == NULL)
			return rl_error_set(err, ENOMEM, "cannot take the options");
	}
	ret = rl_profile_add(
		options->user_rules, action, RL_CATEGORY_USER, pattern, name, name, 0, err);
	if (ret == -EINVAL)
		rl_error_wrap(err, "%s '%s'", name, pattern);
	return ret;
}

static int take_choice(const char *name, const char *value, const char *const choices[2],
	bool *is_second, struct rl_error *err)
{
	if (strcmp(value, choices[0]) != 0 && strcmp(value, choices[1]) != 0)
		return rl_error_text(err, EINVAL, "%s is %s or %s, not '%s'", name, choices[0],
			choices[1], value);
	*is_second = strcmp(value, choices[1]) == 0;
	return 0;
}

static int take_namespaces(struct rl_options *options, const char *list, struct rl_error *err)
{
	static const char *const known[] = {"user", "trusted", "security", "system"};
	char *word, *rest;

	free(options->namespace_text);
	options->namespaces.count = 0;
	options->all_xattrs = strcmp(list, "all") == 0;
	options->namespace_text = rest = strdup(list);
	if (rest == NULL)
		return rl_error_set(err, ENOMEM, "cannot take the options");
	if (options->all_xattrs || strcmp(list, "none") == 0)
		return 0;
	while ((word = strsep(&rest, ",")) != NULL) {
		size_t i, count = sizeof(known) / sizeof(*known);
		int ret;

		for (i = 0; i < count && strcmp(word, known[i]) != 0; i++)
			;
		if (i == count)
			return rl_error_text(err, EINVAL,
				"--xattrs takes user, trusted, security, system, all or none, not "
				"'%s'",
				word);
		ret = add_word(&options->namespaces, known[i], err);
		if (ret != 0)
			return ret;
	}
	return 0;
}

/* Takes the options that have an argument. */
static int take_valued(
	struct rl_options *options, int option, const char *value, struct rl_error *err)
{
	static const char *const selinux[] = {"drop", "keep"}, *const mtime[] = {"s", "ns"};

	switch (option) {
	case 'o':
		return set_once(&options->output, "--output", value, err);
	case OPT_REPORT:
		return set_once(&options->report, "--report", value, err);
	case OPT_PROFILE:
		return add_word(&options->profiles, value, err);
	case OPT_PROFILE_DIR:
		return add_word(&options->profile_dirs, value, err);
	case OPT_EXCLUDE:
		return add_rule(options, RL_ACTION_DROP, "--exclude", value, err);
	case OPT_INCLUDE:
		return add_rule(options, RL_ACTION_KEEP, "--include", value, err);
	case OPT_MOUNT:
		return add_word(&options->mounts, value, err);
	case OPT_NO_MOUNT:
		return add_word(&options->no_mounts, value, err);
	case OPT_XATTRS:
		return take_namespaces(options, value, err);
	case OPT_SELINUX:
		return take_choice("--selinux", value, selinux, &options->selinux, err);
	default:
		return take_choice("--mtime", value, mtime, &options->mtime_ns, err);
	}
}

/* The option as it was typed; getopt leaves optind behind it. */
static const char *typed(char *const argv[], char shorts[3])
{
	if (optopt > 0 && optopt < 256) {
		shorts[1] = (char)optopt;
		return shorts;
	}
	return argv[optind - 1];
}

static int take_option(
	struct rl_options *options, int option, char *const argv[], struct rl_error *err)
{
	char shorts[3] = "-?";

	switch (option) {
	case 'n':
		options->dry_run = true;
		return 0;
	case 'q':
		options->quiet = true;
		return 0;
	case 'v':
		options->verbose = true;
		return 0;
	case 'h':
		options->help = true;
		return 0;
	case OPT_ONE_FILE_SYSTEM:
		options->one_file_system = true;
		return 0;
	case OPT_NO_CLONE:
		options->no_clone = true;
		return 0;
	case OPT_SPARSE:
		options->sparse = true;
		return 0;
	case OPT_NUMERIC:
		return 0;
	case ':':
		return rl_error_text(err, EINVAL, "option '%s' needs a value", typed(argv, shorts));
	case '?':
		return rl_error_text(
			err, EINVAL, "unknown or ambiguous option '%s'", typed(argv, shorts));
	default:
		return take_valued(options, option, optarg, err);
	}
}

int rl_options_parse(int argc, char **argv, struct rl_options *options, struct rl_error *err)
{
	int option, ret;

	options->root = "/";
	options->selinux = true;
	options->all_xattrs = true;
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":o:nqvh", long_options, NULL)) != -1) {
		ret = take_option(options, option, argv, err);
		if (ret != 0)
			return ret;
	}
	if (argc - optind > 1)
		return rl_error_text(
			err, EINVAL, "there can be one ROOT only, not also '%s'", argv[optind + 1]);
	if (optind < argc)
		options->root = argv[optind];
	if (options->root[0] == '\0')
		return rl_error_text(err, EINVAL, "ROOT is empty");
	return 0;
}

void rl_options_free(struct rl_options *options)
{
	free(options->profiles.words);
	free(options->profile_dirs.words);
	free(options->mounts.words);
	free(options->no_mounts.words);
	free(options->namespaces.words);
	free(options->namespace_text);
	rl_profile_free(options->user_rules);
	*options = (struct rl_options){0};
}
