/* SPDX-License-Identifier: MIT */
/** The command lines of the commands that look at a ROOT: capture, convert, plan, profile explain. */

#ifndef RL_CLI_OPTIONS_H
#define RL_CLI_OPTIONS_H

#include "cli/image_options.h"
#include "common/error.h"
#include "filters/profile.h"
#include "host/confine.h"
#include "host/snapshot.h"

#include <stddef.h>

/** A list of words; borrowed from argv. */
struct rl_words {
	/** The words. Owned: the array only. */
	const char **words;
	/** How many. */
	size_t count;
};

/** Which command is being told. */
enum rl_command {
	RL_COMMAND_CAPTURE,
	RL_COMMAND_PLAN,
	RL_COMMAND_PROFILE,
	RL_COMMAND_CONVERT,
	RL_COMMAND_SCRATCH
};

/** --snapshot: what is read instead of the live file systems. */
enum rl_snapshot_mode {
	/** Nothing. */
	RL_SNAPSHOT_NONE,
	/** A snapshot of each file system that can have one. */
	RL_SNAPSHOT_AUTO,
	/** Of each that can have one of one kind. */
	RL_SNAPSHOT_ONE_KIND
};

/** What only `scratch` is told, besides its FILEs. */
struct rl_scratch_options {
	/** --also. */
	struct rl_words also;
	/** --with ca-certificates, tzdata, passwd. */
	bool certificates, zones, passwd;
	/** --allow-missing. */
	bool allow_missing;
};

/** What a command was told. Zeroed first; release with rl_options_free(). */
struct rl_options {
	/** Which command it is. */
	enum rl_command command;
	/** The directory to look at; convert: the image or archive. */
	const char *root;
	/**
	 * profile: its arguments, which begin with the subcommand's name; scratch: its FILEs; borrowed from
	 * argv.
	 */
	char **arguments;
	/** How many. */
	size_t argument_count;
	/** scratch: what else it is told. */
	struct rl_scratch_options scratch;
	/** --secrets; UNSET: what the profiles say. */
	enum rl_secrets secrets;
	/** plan, profile explain: no changed rpm database is wanted. */
	bool keeps_rpm;
	/** --package-db keep. */
	bool keeps_package_db;
	/** plan: --depth: how many directories deep the tree is shown; 0: the default. */
	unsigned int depth;
	/** --json. */
	bool json;
	/** --format, and what the image is to be. */
	struct rl_image_options image;
	/** The output file; NULL or "-": standard output. */
	const char *output;
	/** Where the JSON report goes; NULL: nowhere. */
	const char *report;
	/** --manifest: where the list of files goes; NULL: nowhere. */
	const char *manifest;
	/** --since: the list of an earlier capture; NULL: none. */
	const char *since;
	/** --parent: the image below the one that is written; NULL: none. */
	const char *parent;
	/** --with-parent-layers: its layers are put into the output, too. */
	bool with_parent_layers;
	/** --profile, in order; none: the detected one. */
	struct rl_words profiles;
	/** --profile-dir, in order. */
	struct rl_words profile_dirs;
	/** The rules of --exclude and --include, in order; NULL if there are none. Owned. */
	struct rl_profile *user_rules;
	/** --mount. */
	struct rl_words mounts;
	/** --no-mount. */
	struct rl_words no_mounts;
	/** --xattrs: namespaces; @all_xattrs is then false. */
	struct rl_words namespaces;
	/** The text that @namespaces point into; owned. */
	char *namespace_text;
	/** --confine: which measures to take. */
	bool measures[RL_MEASURE_COUNT];
	/** --snapshot. */
	enum rl_snapshot_mode snapshot;
	/** Which kind that is. */
	const struct rl_snapshot_kind *snapshot_kind;
	/** --snapshot-size: how much a snapshot of a thick volume holds, in bytes; 0: a part of the volume. */
	uint64_t snapshot_size;
	/** --fsfreeze: how long file systems may stay frozen, in seconds; 0: none is frozen. */
	unsigned int freeze_seconds;
	/** --hooks: a directory; NULL: the default one. */
	const char *hooks;
	/** --mount-timeout: how long a mount may take to answer, in seconds. */
	unsigned int mount_seconds;
	/** --hook-timeout: how long a hook may take, in seconds. */
	unsigned int hook_seconds;
	/** --jobs: how many threads read ahead; 1: none; 0: as many as suit the machine. */
	unsigned int jobs;
	/** --max-size: what each layer, or the tar, may come to without being compressed, in bytes; 0: see --help. */
	uint64_t max_size;
	/** --bwlimit: bytes a second; 0: no limit. */
	uint64_t bytes_per_second;
	/** --fail-on: bit RL_EXC_X for each kind of exception that ends the capture. */
	uint32_t fatal;
	/** Attributes of all namespaces. */
	bool all_xattrs;
	/** --selinux keep. */
	bool selinux;
	/** --mtime ns. */
	bool mtime_ns;
	/** Switches. */
	bool one_file_system, no_clone, sparse, reflink, dry_run, quiet, verbose, help, polite,
		fast;
};

/**
 * Parses the arguments of the command: argv[0] is the command's name.
 *
 * @return 0, -EINVAL with a usage error in @err, or -ENOMEM. Release @options in every case.
 */
int rl_options_parse(enum rl_command command, int argc, char **argv, struct rl_options *options,
	struct rl_error *err) RL_CHECKED;

/** Adds a word, which is borrowed. @return 0 or -ENOMEM with @err set. */
int rl_options_add_word(struct rl_words *words, const char *word, struct rl_error *err) RL_CHECKED;

/** Releases what @options own. */
void rl_options_free(struct rl_options *options);

#endif
