/* SPDX-License-Identifier: MIT */
/**
 * rootlift: turns a live root file system into a container image's tar.
 *
 * Where things are:
 *
 * - cli/                  the command line; the only place that prints
 *     - main.c            the table of commands
 *     - cmd_capture.c cmd_convert.c cmd_scratch.c    `rootlift capture`, `convert` and `scratch`; run.[ch]:
 *                         opens all that they need, and releases it
 *     - scratch.[ch]      the rules of `rootlift scratch`; scratch_options.[ch] shell_words.[ch]: its command line
 *     - cmd_plan.c        `rootlift plan`; plan.[ch] plan_print.c: its sums, and how they look
 *     - cmd_profile.c     `rootlift profile`; explain.[ch]: what there is to say of one path
 *     - cmd_cleanup.c     `rootlift cleanup`: abandoned snapshots
 *     - options.[ch]      their options, option_values.[ch]: what those take; help.[ch]: their help texts
 *     - image_options.[ch]   those that say what an image is to be; reference.[ch]: its names
 *     - dockerfile.[ch] dockerfile_*.[ch]   a Dockerfile's instructions
 *     - session.[ch]      what they all open: the source, what is known of ROOT, the rules
 *     - archive_source.[ch]   what a conversion reads
 *     - output.[ch]       what is written; fs_output.[ch]: a file system image, by another program
 *     - layers.[ch]       which layer of an image files go to
 *     - image_files.[ch]  files of the image that are not ROOT's: what rules write, a changed rpm database
 *     - baseline.[ch]     what a capture is compared with: a parent image, a manifest
 *     - capture.[ch]      the way of each entry from the source to the writer
 *     - change.[ch]       what rules change of it
 *     - snapshots.[ch]    what is read instead of the live file systems; frozen.[ch]: which are frozen
 *     - member.[ch]       regular files, which may change while they are read
 *     - unsettled.[ch]    files whose pages are still in the pipe
 *     - report.[ch]       what is counted, and the JSON report; json.[ch]: JSON of what all tell
 *     - summary.[ch]      what people are told
 *     - progress.[ch]     the progress line
 *     - privilege.[ch]    which rights are missing; confinement.[ch]: which are given up
 *     - stop.[ch]         signals
 *     - format.[ch]       numbers and names for people
 * - scan/                 where entries come from
 *     - entry.[ch]        everything known about one file: the common currency
 *     - source.[ch]       a source of entries; source_ops.h: what each kind implements
 *     - live.[ch]         a directory of this machine
 *     - ahead.[ch]        threads that fetch files before they are asked for
 *     - discover.[ch]     the walk through directories and mounts; slot.[ch]: one step of it
 *     - fetch.[ch]        what is read of each file at once
 *     - added.[ch]        another source, with further files put in
 *     - walk.[ch] dir.[ch]   the stack of directories of a walk
 *     - mounts.[ch]       which mounts to capture; mountinfo.[ch]: the kernel's list of them
 *     - filesystem.[ch]   which file system a file is on, and what that lies on
 *     - clone.[ch]        detached read-only clones of mounts; substitute.[ch]: snapshots instead
 *     - far.[ch] far_call.h far_helper.c far_mounts.[ch]   mounts that may not answer
 *     - stat.[ch] handle.[ch] meta.[ch] xattr.[ch] acl.[ch] label.[ch]   metadata
 *     - content.[ch]      content, with its holes; page_cache.[ch]: reading it without a trace
 *     - facts.[ch]        what is known of a root: distro.[ch], accounts.[ch], packages.[ch]
 *     - platform.[ch]     the architecture that its programs are for
 *     - packages_*.c      the package databases; rpm_db.[ch]: a copy of rpm's
 *     - elf_closure.[ch]  which files programs need: elf.[ch]: what they say; elf_roots.c: where one
 *                         begins; elf_search.c: how libraries are found, by loader.[ch] ld_cache.[ch]
 *     - paths.[ch]        sets of paths, and the symlinks on them; bytes.[ch]: numbers in files
 *     - root_file.[ch]    files of a root by their path
 *     - database.[ch]     databases in use; open_files.[ch]: what is open for writing
 * - filters/              what is left out or changed
 *     - pattern.[ch]      path patterns and globs
 *     - term.[ch]         conditions and selectors; condition.[ch] selector.c: whether they hold
 *     - edit.[ch]         edits of lines
 *     - rule.[ch]         one rule; words.[ch]: the words of the language
 *     - profile.[ch]      profiles; profile_find.[ch] profile_parse.[ch]: their places and language
 *     - active.[ch]       the rules that hold in a root
 *     - matcher.[ch]      which patterns match the entries of a walk
 *     - chain.[ch]        all profiles of a run deciding about each entry
 *     - shadow.[ch]       rules that can never decide anything
 *     - package_db.[ch]   the image's package database
 *     - layering.[ch]     which layer of an image each file goes to; layering_roles.[ch]: what packages are
 *     - layering_places.[ch]   what files are by their path
 * - writer/               what is written
 *     - writer.[ch]       a writer; writer_ops.h: what each format implements
 *     - tar.[ch]          the tar stream; ustar.[ch] pax.[ch]: its headers
 *     - packed.[ch]       a tar that is compressed on its way
 *     - portable.[ch]     what engines can take
 *     - hardlink.[ch]     inodes with several names
 *     - sink.[ch]         where bytes go: pipes, and files and directories that appear when they are whole
 *                         (sink_inside.c: what goes with another one; sink_parts.h)
 *     - new_file.[ch] new_dir.[ch]    such a file, or directory; direct.[ch]: writing past the page cache
 *     - image.[ch]        an image: parents.[ch]: directories of its layers; layout.[ch]: its files, in one
 *                         archive or in a directory (layout_archive.c, layout_directory.c, layout_ops.h);
 *                         config.[ch] manifest.[ch]: what is said of it, by image_json.[ch]
 *     - fs_image.[ch]     a file system image, which a program makes; fs_date.[ch]: dating it
 *     - unpack.[ch]       the tree, for a program that takes no tars
 *     - layer.[ch]        layers of images: digest.[ch]: hashed, compress.[ch]: compressed, on the threads
 *                         of layer_pool.[ch]
 *     - compress_*.c      each method of compression
 *     - delta.[ch]        only what differs from a tree: compare.[ch]: whether a file does; delta_layer.[ch]:
 *                         directories, other names and whiteouts; history.[ch]: a history with a parent's
 *     - inventory.[ch]    a list of what is written
 * - archive/              images and tars that are there already
 *     - reference.[ch]    where an image is, as users say it
 *     - blobs.[ch]        its files, below a directory or in an archive: members.[ch]
 *     - image.[ch]        the image: choose.c: which is meant; image_json.[ch]: what its texts say;
 *                         image_layer.c: its layers
 *     - stream.[ch]       bytes that come in pieces, decompressed; gunzip.[ch]: by gzip
 *     - tar_reader.[ch]   members of tars, in all forms: acl_xattr.[ch] acl_names.[ch]
 *     - tree.[ch]         the files of an image: name_table.[ch]: by name; resolve.[ch]: by a path with symlinks
 *     - apply.[ch]        a tar put into a tree; flatten.[ch]: all layers of an image
 *     - store.[ch]        what is in files
 *     - tree_source.[ch]  a tree as a source; shadow.[ch]: what is asked of its root as a whole
 *     - inventory.[ch]    what an earlier capture listed
 * - host/                 what is done about the host itself
 *     - confine.[ch]      giving up what reading does not take, by capabilities.[ch] landlock.[ch]
 *                         syscalls.[ch]
 *     - jail.[ch]         running another program on data that nobody trusts
 *     - maker.[ch]        a program that makes the output of a tar
 *     - keeper.[ch]       the process beside a capture that makes and removes snapshots
 *     - snapshot.[ch]     lists of them; snapshot_btrfs.c, snapshot_lvm.c: each kind;
 *                         private_mount.[ch]: mounts for them
 *     - program.[ch]      other programs, with a time limit
 *     - freeze.[ch]       freezing file systems, with a watch that thaws them
 *     - hooks.[ch]        programs of the administrator that are called before and after
 *     - pace.[ch]         priority, and a limit of bytes a second
 * - common/               errors, exceptions, buffers, memory, threads, escaping, cleanup
 */
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/version.h"
#include "common/escape.h"

#include <string.h>

/** One command. */
struct command {
	/** What is typed. */
	const char *name;
	/** What it does, for the list. */
	const char *summary;
	/** Runs it; argv[0] is the name. */
	int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{"capture", "turn the running system, or one in a directory, into a tar", rl_cmd_capture},
	{"scratch", "turn programs and what they need into an image", rl_cmd_scratch},
	{"convert", "turn an archive or an image into another one", rl_cmd_convert},
	{"plan", "say what a capture would keep and leave out", rl_cmd_plan},
	{"cleanup", "remove snapshots that runs which were killed left behind", rl_cmd_cleanup},
	{"profile", "list, show, check and explain profiles", rl_cmd_profile},
};

static void print_help(FILE *to)
{
	size_t i;

	(void)fputs("Usage: rootlift COMMAND [OPTION]...\n\nCommands:\n", to);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		(void)fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].summary);
	(void)fputs("\n`rootlift COMMAND --help` tells more of one; `rootlift --version` tells the "
		    "version.\n\n"
		    "Example:\n  rootlift capture | docker import - myhost\n",
		to);
}

void rl_print_error(const struct rl_error *err)
{
	RL_AUTO_FREE char *message = rl_escape(err->message);

	(void)fprintf(stderr, "rootlift: %s\n", message != NULL ? message : "out of memory");
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static int fail_usage(const char *what, const char *word)
{
	struct rl_error err = {0};

	(void)rl_error_text(&err, EINVAL, "%s%s%s%s", what, word != NULL ? " '" : "",
		word != NULL ? word : "", word != NULL ? "'" : "");
	rl_print_error(&err);
	(void)fputs("Try 'rootlift --help'.\n", stderr);
	return RL_EXIT_USAGE;
}

static int run_help(int argc, char **argv)
{
	char help[] = "--help", *args[3];
	const struct command *command;

	if (argc < 3) {
		print_help(stdout);
		return RL_EXIT_OK;
	}
	command = find_command(argv[2]);
	if (command == NULL)
		return fail_usage("there is no command", argv[2]);
	args[0] = argv[2];
	args[1] = help;
	args[2] = NULL;
	return command->run(2, args);
}

int main(int argc, char **argv)
{
	const struct command *command;

	rl_json_begin();
	if (argc < 2)
		return fail_usage("a command is missing", NULL);
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
		strcmp(argv[1], "-h") == 0)
		return run_help(argc, argv);
	if (strcmp(argv[1], "--version") == 0) {
		(void)printf("rootlift %s\n", RL_VERSION);
		return RL_EXIT_OK;
	}
	command = find_command(argv[1]);
	if (command == NULL)
		return fail_usage("there is no command", argv[1]);
	return command->run(argc - 1, argv + 1);
}
