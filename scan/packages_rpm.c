/* SPDX-License-Identifier: MIT */
/* rpm: what its database says is asked for in lines of a letter, a tab and a value. */
#include "scan/packages_parse.h"

#include "scan/rpm_db.h"

#include <string.h>

static const char query[] =
	"N\t%{NAME}\\nV\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\n"
	"K\t%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\\nA\t%{ARCH}\\nO\t%{SOURCERPM}\\nS\t%{SIZE}\\n"
	"[R\t%{REQUIRENAME}\\n][P\t%{PROVIDENAME}\\n][F\t%{FILEFLAGS:fflags}%{FILENAMES}\\n]";

/* Conditions of rpm itself, and those that are expressions ("(a if b)"), are no names. */
static bool is_name(const char *value, size_t len)
{
	return len > 0 && value[0] != '(' && !(len > 7 && memcmp(value, "rpmlib(", 7) == 0);
}

/* "glibc-2.34-60.el9.src.rpm" is made of "glibc"; "(none)" of nothing that is known. */
static int take_source(struct rl_package *package, const char *value, size_t len)
{
	size_t i, cut = 0, dashes = 0;

	for (i = len; i > 0 && dashes < 2; i--) {
		if (value[i - 1] == '-') {
			cut = i - 1;
			dashes++;
		}
	}
	return dashes == 2 ? rl_packages_set(&package->source, value, cut) : 0;
}

/* "/bin/sh", and before it letters for what else rpm knows of it; "g" is %ghost. */
static int take_file(struct rl_packages *packages, const char *value, size_t len)
{
	const char *path = memchr(value, '/', len);
	size_t flags, index = rl_packages_count(packages) - 1;

	/* A package without files. */
	if (path == NULL)
		return 0;
	flags = (size_t)(path - value);
	if (memchr(value, 'g', flags) != NULL)
		return rl_packages_own_ghost(packages, index, path, len - flags);
	return rl_packages_own(packages, index, path, len - flags);
}

static int take_line(struct rl_packages *packages, char letter, const char *value, size_t len)
{
	struct rl_package *package = rl_packages_last(packages);
	int ret;

	switch (letter) {
	case 'V':
		return rl_packages_set(&package->version, value, len);
	case 'K':
		return rl_packages_set(&package->key, value, len);
	case 'A':
		return rl_packages_set(&package->arch, value, len);
	case 'O':
		return take_source(package, value, len);
	case 'S':
		package->size = strtoull(value, NULL, 10);
		return 0;
	case 'P':
		return is_name(value, len) ? rl_packages_provide(package, value, len) : 0;
	case 'F':
		return take_file(packages, value, len);
	case 'R':
		ret = is_name(value, len) ? rl_packages_require(package) : 1;
		if (ret != 0)
			return ret < 0 ? ret : 0;
		return rl_packages_require_name(package, value, len);
	default:
		return 0;
	}
}

int rl_rpm_parse(struct rl_packages *packages, const char *text, size_t len)
{
	const char *end = text + len;
	struct rl_line line;
	bool is_open = false;
	int ret = 0;

	while (ret == 0 && rl_line_next(&text, end, &line)) {
		if (line.len < 2 || line.text[1] != '\t')
			continue;
		if (line.text[0] != 'N') {
			if (is_open)
				ret = take_line(
					packages, line.text[0], line.text + 2, line.len - 2);
			continue;
		}
		/* Keys that packages are signed with are no packages. */
		is_open = line.len != strlen("N\tgpg-pubkey") ||
			  memcmp(line.text, "N\tgpg-pubkey", line.len) != 0;
		if (!is_open)
			continue;
		if (rl_packages_add(packages, RL_MANAGER_RPM) == NULL)
			return -ENOMEM;
		ret = rl_packages_set(
			&rl_packages_last(packages)->name, line.text + 2, line.len - 2);
	}
	return ret;
}

int rl_rpm_read(
	int root_fd, const char *tmp_dir, struct rl_packages *packages, struct rl_error *err)
{
	struct rl_rpm_db db = {0};
	struct rl_buf text = {0};
	int ret = rl_rpm_db_copy(root_fd, tmp_dir, &db, err);

	if (ret == 1) {
		ret = rl_rpm_db_query(&db, query, &text, err);
		if (ret == 0) {
			ret = rl_rpm_parse(packages, text.data, text.len);
			if (ret != 0)
				(void)rl_error_set(err, -ret, "cannot read the rpm database");
		}
	}
	rl_rpm_db_free(&db);
	rl_buf_free(&text);
	return ret;
}
