/* SPDX-License-Identifier: MIT */
/** What `rootlift scratch` makes of its FILEs: rules that keep just what they need, and files of its own. */

#ifndef RL_CLI_SCRATCH_H
#define RL_CLI_SCRATCH_H

#include "cli/options.h"
#include "common/exception.h"
#include "scan/added.h"
#include "scan/elf_closure.h"
#include "scan/entry.h"

/** The files of one image; `= {0}` is none. Release with rl_scratch_free(). */
struct rl_scratch {
	/** What is needed of ROOT. Owned. */
	struct rl_elf_closure *closure;
	/** Files of the present directory, each with its place in the image; their paths and files owned. */
	struct rl_placed_file *placed;
	size_t placed_count;
	/** These and further ones for the image, in no order. Owned: the array. */
	struct rl_added_file *added;
	size_t added_count;
	/** What has to be in the image: all paths, sorted, and whether each is. Owned. */
	struct rl_paths wanted;
	bool *is_there;
};

/**
 * Finds out what the FILEs in @options need in ROOT, and has rules in it keep that and nothing else; sets
 * the image's command and platform, if they are not said.
 *
 * @exceptions is told what is missing, if that is allowed
 *
 * @return 0; -EINVAL for wrong usage; another negative errno.
 */
int rl_scratch_prepare(struct rl_scratch *scratch, struct rl_options *options, int root_fd,
	const struct rl_exception_sink *exceptions, struct rl_error *err) RL_CHECKED;

/** Notes what is in the image: an rl_report_observer, whose @ctx is a struct rl_scratch. */
void rl_scratch_observe(void *ctx, const struct rl_entry *entry, int count, uint64_t bytes,
	const struct rl_rule *rule);

/** Whether all is in the image that has to be; @ctx is a struct rl_scratch. @return 0 or -ENOENT. */
int rl_scratch_check(void *ctx, struct rl_error *err) RL_CHECKED;

/** Releases what @scratch owns. */
void rl_scratch_free(struct rl_scratch *scratch);

#endif
