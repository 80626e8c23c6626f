/* SPDX-License-Identifier: MIT */
#include "filters/layering_places.h"

#include <string.h>

const struct rl_place_facts rl_place_facts[RL_PLACE_COUNT] = {
	{"generated files", 0},
	{"system files of no package", 0},
	{"compiled Python", 3},
	{"local programs", 2},
	{"data", 2},
	{"variable data", 3},
	{"configuration", 0},
	{"state", 0},
};

/* The first that a path is in decides. */
static const struct {
	const char *path;
	enum rl_place place;
} places[] = {
	{"etc/alternatives", RL_PLACE_STATE},
	{"etc/ld.so.cache", RL_PLACE_STATE},
	{"etc/udev/hwdb.bin", RL_PLACE_GENERATED},
	{"etc", RL_PLACE_CONFIGURATION},
	{"usr/lib/apk/db", RL_PLACE_STATE},
	{"usr/lib/sysimage", RL_PLACE_STATE},
	{"usr/lib/locale", RL_PLACE_GENERATED},
	{"usr/lib/udev/hwdb.bin", RL_PLACE_GENERATED},
	{"usr/local", RL_PLACE_LOCAL},
	{"usr", RL_PLACE_SYSTEM},
	{"var/backups", RL_PLACE_STATE},
	{"var/cache", RL_PLACE_STATE},
	{"var/lib/apt", RL_PLACE_STATE},
	{"var/lib/dbus", RL_PLACE_STATE},
	{"var/lib/dnf", RL_PLACE_STATE},
	{"var/lib/dpkg", RL_PLACE_STATE},
	{"var/lib/pacman", RL_PLACE_STATE},
	{"var/lib/rpm", RL_PLACE_STATE},
	{"var/lib/systemd", RL_PLACE_STATE},
	{"var/lib/ucf", RL_PLACE_STATE},
	{"var/log", RL_PLACE_STATE},
	{"var/tmp", RL_PLACE_STATE},
	{"var", RL_PLACE_VARIABLE},
	{"bin", RL_PLACE_SYSTEM},
	{"boot", RL_PLACE_SYSTEM},
	{"lib/apk/db", RL_PLACE_STATE},
	{"lib/udev/hwdb.bin", RL_PLACE_GENERATED},
	{"lib", RL_PLACE_SYSTEM},
	{"lib32", RL_PLACE_SYSTEM},
	{"lib64", RL_PLACE_SYSTEM},
	{"libx32", RL_PLACE_SYSTEM},
	{"opt", RL_PLACE_LOCAL},
	{"run", RL_PLACE_STATE},
	{"sbin", RL_PLACE_SYSTEM},
	{"tmp", RL_PLACE_STATE},
};

/* Whether @path is @directory, or in it. */
static bool is_in(const char *path, const char *directory)
{
	size_t len = strlen(directory);

	return strncmp(path, directory, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

enum rl_place rl_place_of(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (is_in(path, places[i].path))
			return places[i].place;
	}
	return RL_PLACE_DATA;
}

static bool ends_with(const char *path, const char *end)
{
	size_t len = strlen(path), end_len = strlen(end);

	return len >= end_len && strcmp(path + len - end_len, end) == 0;
}

bool rl_place_is_bytecode(const char *path)
{
	return ends_with(path, ".pyc") || ends_with(path, ".pyo");
}

bool rl_place_is_made_anew(const char *path)
{
	return ends_with(path, ".cache") || ends_with(path, "/hwdb.bin") ||
	       strcmp(path, "usr/share/info/dir") == 0;
}
