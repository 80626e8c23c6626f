/* SPDX-License-Identifier: MIT */
/**
 * The config of an image (OCI image-spec, config.md; application/vnd.oci.image.config.v1+json) and the
 * annotations of its manifest. What `docker load` takes is the same with more members, of which OnBuild and
 * Healthcheck are here; an OCI engine passes over what it does not know.
 */

#ifndef RL_WRITER_CONFIG_H
#define RL_WRITER_CONFIG_H

#include "common/buf.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

/** Strings; `= {0}` is none. Release with rl_strings_free(). */
struct rl_strings {
	/** The strings; owned. */
	char **strings;
	/** How many. */
	size_t count;
};

/** A name with a value. */
struct rl_pair {
	/** A name that no other one has; owned. */
	char *name;
	/** What it stands for; owned. */
	char *value;
};

/** Names with values, in the order in which they were named first; `= {0}` is none. */
struct rl_pairs {
	/** The pairs; owned. */
	struct rl_pair *pairs;
	/** How many. */
	size_t count;
};

/** How an engine finds out whether a container works (docker's config; not of OCI). */
struct rl_health {
	/** "NONE", "CMD" and its words, or "CMD-SHELL" and a line; none: nothing is said. */
	struct rl_strings test;
	/** Time between two tests, for one, and before failures count, in nanoseconds; 0: the engine's. */
	int64_t interval, timeout, start_period;
	/** Failures in a row that count; 0: the engine's. */
	int64_t retries;
};

/** One line of an image's history (config.md, "history"). */
struct rl_history {
	/** How it was made; owned; NULL: not said. */
	char *created_by;
	/** Any remark; owned; NULL: none. */
	char *comment;
	/** It made no layer. */
	bool is_empty;
};

/** An image's config; `= {0}` says nothing. Owns all; release with rl_config_free(). */
struct rl_image_config {
	/** "architecture" and "variant" (scan/platform.h); variant may be NULL or "". */
	char *architecture, *variant;
	/** "os"; NULL: "linux". */
	char *os;
	/** "author"; NULL: not said. */
	char *author;
	/** Whether there is a date. */
	bool has_created;
	/** "created": seconds since 1970. */
	int64_t created;
	/** config.Cmd. */
	struct rl_strings command;
	/** config.Entrypoint. */
	struct rl_strings entrypoint;
	/** Cmd and Entrypoint were given, perhaps as none: there is to be no default. */
	bool has_command, has_entrypoint;
	/** config.Env: "NAME=VALUE" in the text. */
	struct rl_pairs environment;
	/** config.ExposedPorts: "80/tcp"; one that is there twice counts once. */
	struct rl_strings ports;
	/** config.Volumes: paths; likewise. */
	struct rl_strings volumes;
	/** config.OnBuild (docker's): instructions of a Dockerfile. */
	struct rl_strings on_build;
	/** config.Labels. */
	struct rl_pairs labels;
	/** config.User, config.WorkingDir, config.StopSignal; NULL: not said. */
	char *user, *working_dir, *stop_signal;
	/** config.Healthcheck (docker's). */
	struct rl_health health;
	/** "history", the oldest first; none: "rootlift" made each layer. */
	struct rl_history *history;
	/** How many lines. */
	size_t history_count;
	/** The manifest's annotations (annotations.md): not in the config itself. */
	struct rl_pairs annotations;
};

/**
 * Makes the config's text: keys sorted, no blanks, so that the same config has the same digest.
 *
 * @diff_ids "sha256:..." of each layer's tar, the lowest first
 * @out      what it held is lost; NUL-terminated
 *
 * @return 0; -EINVAL if a string is not UTF-8, there is no such date in RFC 3339, or the history has not as
 *         many layers as there are; -ENOMEM.
 */
int rl_config_json(const struct rl_image_config *config, const char *const *diff_ids, size_t count,
	struct rl_buf *out, struct rl_error *err) RL_CHECKED;

/**
 * A date as RFC 3339 has it, in UTC: "2026-11-25T00:00:00Z".
 *
 * @seconds since 1970
 *
 * @return 0, or -EINVAL if its year has not four digits.
 */
int rl_config_date(int64_t seconds, char text[32]) RL_CHECKED;

/**
 * Dates the image, @seconds after the beginning of 1970: its config, and the manifest's annotation of that
 * unless there is one.
 *
 * @return 0; -EINVAL if there is no such date in RFC 3339; -ENOMEM.
 */
int rl_config_set_date(
	struct rl_image_config *config, int64_t seconds, struct rl_error *err) RL_CHECKED;

/** Adds a line to the history; strings are copied and may be NULL. @return 0 or -ENOMEM. */
int rl_config_add_history(struct rl_image_config *config, const char *created_by,
	const char *comment, bool is_empty) RL_CHECKED;

/**
 * Takes from @base what @config does not say, as an image that is made FROM another one does. Not the date, the
 * history and the annotations.
 *
 * @return 0 or -ENOMEM.
 */
int rl_config_inherit(
	struct rl_image_config *config, const struct rl_image_config *base) RL_CHECKED;

/** Releases what @config owns; it then says nothing. */
void rl_config_free(struct rl_image_config *config);

/** Puts the @len bytes at @string in the place of what *@to owned. @return 0 or -ENOMEM. */
int rl_config_set(char **to, const char *string, size_t len) RL_CHECKED;

/** Appends a copy of the @len bytes at @string. @return 0 or -ENOMEM. */
int rl_strings_add(struct rl_strings *strings, const char *string, size_t len) RL_CHECKED;

/** Releases them; there are none then. */
void rl_strings_free(struct rl_strings *strings);

/** Has @name stand for @value, from now on if it has stood for another. @return 0 or -ENOMEM. */
int rl_pairs_set(struct rl_pairs *pairs, const char *name, const char *value) RL_CHECKED;

/** What @name stands for, or NULL. */
const char *rl_pairs_get(const struct rl_pairs *pairs, const char *name);

/** Releases them; there are none then. */
void rl_pairs_free(struct rl_pairs *pairs);

#endif
