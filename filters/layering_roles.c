/* SPDX-License-Identifier: MIT */
/*
 * dpkg says which packages a system is made of. For others there are the names of what each such system
 * has; what these depend on belongs to them, so that the lists are short and outlive renamed libraries.
 */
#include "filters/layering_roles.h"

#include <string.h>

/* Names of packages of one manager, NULL behind the last. */
struct seed {
	enum rl_package_manager manager;
	enum rl_role role;
	const char *names[32];
};

static const struct seed seeds[] = {
	/* The smallest system that debootstrap makes has it, whatever its priority is. */
	{RL_MANAGER_DPKG, RL_ROLE_BASE, {"apt"}},
	{RL_MANAGER_RPM, RL_ROLE_BASE,
		{"basesystem", "bash", "coreutils", "coreutils-single", "filesystem", "glibc",
			"rpm", "setup", "system-release", "aaa_base"}},
	/* The group "core" of Fedora and its kin, and SUSE's pattern of that name, as far as they agree. */
	{RL_MANAGER_RPM, RL_ROLE_USUAL,
		{"audit", "cronie", "curl", "dnf", "e2fsprogs", "firewalld", "hostname", "iproute",
			"iputils", "less", "logrotate", "microdnf", "ncurses", "NetworkManager",
			"openssh-clients", "openssh-server", "passwd", "policycoreutils",
			"procps-ng", "selinux-policy-targeted", "shadow-utils", "sudo", "systemd",
			"util-linux", "vim-minimal", "yum", "zypper"}},
	{RL_MANAGER_APK, RL_ROLE_BASE,
		{"alpine-baselayout", "alpine-keys", "alpine-release", "apk-tools", "busybox",
			"libc-utils", "musl", "musl-utils", "ssl_client"}},
	{RL_MANAGER_APK, RL_ROLE_USUAL, {"alpine-base", "alpine-conf", "openrc"}},
	{RL_MANAGER_PACMAN, RL_ROLE_BASE, {"base"}},
};

/* Sections of Debian, and how packages are called where there are no sections. */
static const char *const library_sections[] = {"libs", "oldlibs", "libdevel", NULL};
static const char *const runtime_sections[] = {"gnu-r", "golang", "haskell", "interpreters", "java",
	"javascript", "lisp", "ocaml", "perl", "php", "python", "ruby", "rust", NULL};
static const char *const runtime_names[] = {
	"java-", "lua", "nodejs", "openjdk", "perl", "php", "python", "ruby", "tcl", NULL};

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (strcmp(word, *words) == 0)
			return true;
	}
	return false;
}

static bool begins_with_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (strncmp(word, *words, strlen(*words)) == 0)
			return true;
	}
	return false;
}

static bool ends_with(const char *word, const char *end)
{
	size_t len = strlen(word), end_len = strlen(end);

	return len >= end_len && strcmp(word + len - end_len, end) == 0;
}

static enum rl_role role_by_name(const struct rl_package *package)
{
	if (is_one_of(package->section, runtime_sections) ||
		(package->section[0] == '\0' && begins_with_one_of(package->name, runtime_names)))
		return RL_ROLE_RUNTIME;
	if (is_one_of(package->section, library_sections) ||
		(package->section[0] == '\0' && (strncmp(package->name, "lib", 3) == 0 ||
							ends_with(package->name, "-libs"))))
		return RL_ROLE_LIBRARY;
	return RL_ROLE_PROGRAM;
}

static bool is_seed(const struct rl_package *package, enum rl_role role)
{
	size_t i;

	if (!package->is_installed)
		return false;
	if (package->priority == RL_PRIORITY_REQUIRED)
		return role == RL_ROLE_BASE;
	if (package->priority == RL_PRIORITY_IMPORTANT && role == RL_ROLE_USUAL)
		return true;
	for (i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		if (seeds[i].manager == package->manager && seeds[i].role == role &&
			is_one_of(package->name, seeds[i].names))
			return true;
	}
	return false;
}

int rl_roles_find(const struct rl_packages *packages, enum rl_role *roles_ret)
{
	size_t i, count = rl_packages_count(packages);
	RL_AUTO_FREE bool *selected = calloc(count + 1, sizeof(*selected));
	int role;

	if (selected == NULL)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		roles_ret[i] = role_by_name(rl_packages_get(packages, i));
	/* What both need is of the first. */
	for (role = RL_ROLE_USUAL; role >= RL_ROLE_BASE; role--) {
		for (i = 0; i < count; i++)
			selected[i] = is_seed(rl_packages_get(packages, i), (enum rl_role)role);
		if (rl_packages_complete(packages, selected) != 0)
			return -ENOMEM;
		for (i = 0; i < count; i++) {
			if (selected[i])
				roles_ret[i] = (enum rl_role)role;
		}
	}
	return 0;
}
