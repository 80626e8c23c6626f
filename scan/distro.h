/* SPDX-License-Identifier: MIT */
/** Which distribution a root holds (os-release(5), and the files of older systems). */

#ifndef RL_SCAN_DISTRO_H
#define RL_SCAN_DISTRO_H

#include "common/error.h"

/** The words of ID_LIKE that are looked at. */
#define RL_DISTRO_LIKE_MAX 8

/** A distribution; `= {0}` is "unknown". Owns nothing. */
struct rl_distro {
	/** os-release's ID, lower case: "debian". "" if unknown. */
	char id[64];
	/** os-release's ID_LIKE, a word each, the closest first. */
	char like[RL_DISTRO_LIKE_MAX][64];
	/** How many words. */
	size_t like_count;
	/** os-release's VERSION_ID, "12"; "" if unknown. */
	char version[64];
	/** A name for people, "Debian GNU/Linux 12 (bookworm)"; raw bytes. "" if unknown. */
	char pretty_name[256];
	/** The file that told, below ROOT: "etc/os-release". "" if none did. */
	char file[64];
};

/**
 * Looks into a root for etc/os-release, usr/lib/os-release, and where neither is there (legacy
 * hosts) etc/debian_version, etc/redhat-release, etc/SuSE-release, etc/alpine-release,
 * etc/arch-release, etc/gentoo-release. Symlinks are followed inside the root only, content is
 * never trusted: at most 64 KiB are read, FIFOs and devices are not opened.
 *
 * @root_fd the root, a directory
 * @distro  filled in; unknown if no file tells
 *
 * @return 0, or a negative errno if a file that is there cannot be read, which rl_distro::file then is.
 */
int rl_distro_detect(int root_fd, struct rl_distro *distro, struct rl_error *err) RL_CHECKED;

/**
 * Parses the text of an os-release file (shell-like assignments, quotes and backslashes undone).
 * Lines that are not assignments are passed over.
 *
 * @return 0 or -ENOMEM.
 */
int rl_distro_parse_os_release(const char *text, size_t len, struct rl_distro *distro) RL_CHECKED;

#endif
