/* SPDX-License-Identifier: MIT */
#include "cli/scratch_options.h"

#include <string.h>

bool rl_scratch_option_is_taken(const char *name)
{
	/* All but those of rules, of which it has its own, and of what is for whole systems. */
	static const char *const taken[] = {"output", "format", "compress", "cmd", "entrypoint",
		"env", "expose", "volume", "user", "workdir", "label", "stop-signal", "tag",
		"annotation", "author", "arch", "change", "dry-run", "report", "secrets", "mount",
		"no-mount", "no-clone", "mount-timeout", "fail-on", "jobs", "confine", "selinux",
		"xattrs", "mtime", "quiet", "verbose", "help"};
	size_t i;

	for (i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
		if (strcmp(name, taken[i]) == 0)
			return true;
	}
	return false;
}

/* Takes the list of --with. */
static int take_sets(struct rl_scratch_options *scratch, const char *list, struct rl_error *err)
{
	const struct {
		const char *word;
		bool *is_wanted;
	} known[] = {{"ca-certificates", &scratch->certificates}, {"tzdata", &scratch->zones},
		{"passwd", &scratch->passwd}};
	const char *word = list;
	size_t i;

	for (;;) {
		size_t len = strcspn(word, ",");

		for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
			if (strlen(known[i].word) == len && strncmp(known[i].word, word, len) == 0)
				break;
		}
		if (i == sizeof(known) / sizeof(*known))
			return rl_error_text(err, EINVAL,
				"--with takes ca-certificates, tzdata and passwd, not '%s'", list);
		*known[i].is_wanted = true;
		if (word[len] == '\0')
			return 0;
		word += len + 1;
	}
}

int rl_scratch_option(
	struct rl_options *options, int option, const char *value, struct rl_error *err)
{
	switch (option) {
	case RL_SCRATCH_OPTION_ROOT:
		options->root = value;
		return 0;
	case RL_SCRATCH_OPTION_ALSO:
		if (value[0] != '/')
			return rl_error_text(err, EINVAL,
				"--also names what is in ROOT, by a path that begins with /, "
				"unlike "
				"'%s'; a file of this directory is a further FILE",
				value);
		return rl_options_add_word(&options->scratch.also, value, err);
	case RL_SCRATCH_OPTION_WITH:
		return take_sets(&options->scratch, value, err);
	default:
		options->scratch.allow_missing = true;
		return 0;
	}
}

int rl_scratch_take_files(struct rl_options *options, int count, char **files, struct rl_error *err)
{
	int i;

	options->arguments = files;
	options->argument_count = (size_t)count;
	if (count == 0 && !options->help)
		return rl_error_text(err, EINVAL, "a FILE is missing: the program to put there");
	for (i = 0; i < count; i++) {
		if (files[i][0] == '\0')
			return rl_error_text(err, EINVAL, "a FILE's name is empty");
	}
	return options->root[0] != '\0' ? 0 : rl_error_text(err, EINVAL, "--root is empty");
}
