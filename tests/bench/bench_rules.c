/* SPDX-License-Identifier: MIT */
/**
 * What rules cost: bench_rules DIR PROFILE... walks DIR and reads all metadata, without rules and with
 * those of the profiles, in turn, and prints the medians.
 */
#include "filters/chain.h"
#include "scan/live.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define RUNS 7
#define PROFILES_MAX 16

struct result {
	double seconds;
	size_t entries;
	size_t dropped;
};

static double now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_rules: %s\n", what);
	exit(3);
}

/* Walks once. @chain NULL: nothing is decided. */
static struct result walk(const char *dir, struct rl_chain *chain)
{
	struct rl_live_options options = {.root = dir, .meta = {.selinux = true}};
	struct result result = {0};
	struct rl_source *source;
	struct rl_entry *entry;
	double begin = now();

	if (rl_live_open(&options, &source, NULL) != 0)
		die("cannot open the directory");
	while (rl_source_next(source, &entry, NULL) == 1) {
		struct rl_decision decision = {.action = RL_ACTION_KEEP};

		if (chain != NULL && rl_chain_decide(chain, entry, &decision) != 0)
			die("cannot decide");
		if (rl_source_load(source, entry, NULL) < 0)
			die("cannot load");
		result.entries++;
		result.dropped += decision.action == RL_ACTION_DROP;
	}
	rl_source_close(source);
	result.seconds = now() - begin;
	return result;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double values[RUNS])
{
	qsort(values, RUNS, sizeof(*values), compare);
	return values[RUNS / 2];
}

int main(int argc, char **argv)
{
	struct rl_distro distro = {.id = "debian", .version = "12"};
	struct rl_facts facts = {.root_fd = -1, .distro = distro};
	const struct rl_profile_dirs dirs = {.distro = &distro};
	struct rl_chain_options options = {.facts = &facts};
	struct rl_profile *profiles[PROFILES_MAX] = {NULL};
	double without[RUNS], with[RUNS], base, ruled;
	struct rl_chain *chain;
	struct rl_error err = {0};
	size_t i, rules = 0, count = (size_t)argc > 2 ? (size_t)argc - 2 : 0;
	struct result result = {0};

	if (count == 0 || count > PROFILES_MAX)
		die("usage: bench_rules DIR PROFILE...");
	for (i = 0; i < count; i++) {
		if (rl_profile_load(&dirs, argv[2 + i], &profiles[i], &err) != 0)
			die(err.message);
		rules += profiles[i]->rule_count;
	}
	for (i = 0; i < RUNS; i++) {
		without[i] = walk(argv[1], NULL).seconds;
		if (rl_chain_new((const struct rl_profile *const *)profiles, count, &options,
			    &chain, &err) != 0)
			die(err.message);
		result = walk(argv[1], chain);
		with[i] = result.seconds;
		rl_chain_free(chain);
	}
	base = median(without);
	ruled = median(with);
	(void)printf("%zu entries, %zu rules: walk %.3f s, with rules %.3f s, %.1f %% more; %zu "
		     "dropped\n",
		result.entries, rules, base, ruled, (ruled / base - 1) * 100, result.dropped);
	for (i = 0; i < count; i++)
		rl_profile_free(profiles[i]);
	return 0;
}
