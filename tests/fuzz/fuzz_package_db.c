/* SPDX-License-Identifier: MIT */
/**
 * Any bytes as the text of a package database that packages are taken out of: the first byte says which.
 * What is left must not know the dropped package, and taking it out again must change nothing.
 */
#include "filters/package_db.h"
#include "scan/packages_parse.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = {"var/lib/dpkg/status", "var/lib/apt/extended_states",
	"lib/apk/db/installed", "lib/apk/db/triggers", "etc/apk/world", "var/lib/dpkg/diversions"};

static const char rules[] = "[drop cache]\n/**  package:victim  it goes\n";

static struct rl_chain *make_chain(const struct rl_profile *profile, const struct rl_facts *facts)
{
	const struct rl_chain_options options = {.facts = facts};
	struct rl_chain *chain;

	if (rl_chain_new(&profile, 1, &options, &chain, NULL) != 0)
		abort();
	return chain;
}

static struct rl_packages *make_packages(const char *path, const char *text, size_t len)
{
	static const char known[] = "Package: victim\nStatus: install ok installed\nVersion: 1\n"
				    "Architecture: all\n\n";
	struct rl_packages *packages = rl_packages_new();

	if (packages == NULL || rl_dpkg_parse_status(packages, known, sizeof(known) - 1) != 0 ||
		(strstr(path, "apk") != NULL ? rl_apk_parse(packages, text, len) != 0
					     : rl_dpkg_parse_status(packages, text, len) != 0))
		abort();
	(void)!rl_packages_sort(packages);
	return packages;
}

static void edit_twice(
	const struct rl_package_db *db, const char *path, const char *text, size_t len)
{
	struct rl_buf once = {0}, twice = {0};
	int ret = rl_package_db_edit(db, path, text, len, &once);

	if (ret < 0)
		abort();
	if (ret == 1 && rl_package_db_edit(db, path, once.data, once.len, &twice) == 1)
		abort();
	rl_buf_free(&once);
	rl_buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rl_profile_dirs dirs = {0};
	struct rl_facts facts = {.root_fd = -1};
	struct rl_profile *profile;
	struct rl_package_db *db;
	struct rl_chain *chain;
	const char *path;
	char *text;

	if (size == 0)
		return 0;
	path = paths[data[0] % (sizeof(paths) / sizeof(*paths))];
	text = malloc(size);
	if (text == NULL || rl_profile_parse(&dirs, "fuzz", "fuzz", rules, sizeof(rules) - 1,
				    &profile, NULL) != 0)
		abort();
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	facts.packages = make_packages(path, text, size - 1);
	chain = make_chain(profile, &facts);
	if (rl_package_db_new(chain, facts.packages, &db) != 0)
		abort();
	edit_twice(db, path, text, size - 1);
	rl_package_db_free(db);
	rl_chain_free(chain);
	rl_profile_free(profile);
	rl_facts_free(&facts);
	free(text);
	return 0;
}
