/* SPDX-License-Identifier: MIT */
/*
 * Layers, from the lowest on: for what all systems have, then what most have, some of small packages (by
 * the hash of their source's name) and one for each large package; one for each other large package,
 * libraries first; some of small packages; and those of places, for what no package owns or hosts change.
 *
 * How many large packages have layers of their own is what is left of the limit, the largest first. So
 * near the limit one more package makes one other small, and moves nothing else.
 */
#include "filters/layering.h"

#include "common/buf.h"
#include "filters/layering_places.h"
#include "filters/layering_roles.h"

#include <stdio.h>
#include <string.h>

/*
 * Packages from this size on are large, in bytes: a layer is a request to the registry as well. Those that
 * all systems have are in layers that all have, and need ones of their own for the sake of upgrades alone.
 */
#define LARGE ((uint64_t)512 << 10)

/* Owners that are looked at; what has more is of the lowest layer. */
#define OWNERS_MAX 16

#define NO_LAYER UINT32_MAX
/* Of a package that is going to have a layer of its own. */
#define OWN_LAYER (UINT32_MAX - 1)

/* From this number on distributions leave it to hosts who is who (Debian policy, 9.2.2). */
#define FIRST_CHOSEN 100
#define NOBODY 65534

/* Small packages share layers with others of their kind. */
enum kind { KIND_BASE, KIND_USUAL, KIND_OTHER, KIND_COUNT };

static const char *const kind_names[] = {"base system", "usual system", "packages"};

#define BUCKETS_MAX 8

/*
 * How the layers are divided up to a number of them. Small packages of a kind have powers of two of them,
 * so that with fewer layers two become one; where there is none they are with the next kind, and in the
 * end with places. Places of one number are in one layer.
 */
static const struct plan {
	size_t max_layers;
	unsigned char small[KIND_COUNT];
	unsigned char places[RL_PLACE_COUNT];
	/* How many layers the places with a depth have; more than one only if they are not with others. */
	unsigned char parts;
	/* From how many MiB on packages of the base and usual system are large; 0: none is. */
	unsigned char large_mib;
} plans[] = {
	{1, {0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0}, 1, 0},
	{2, {0, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 0}, 1, 0},
	{3, {1, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 0}, 1, 0},
	{4, {1, 1, 1}, {0, 0, 0, 0, 0, 0, 0, 0}, 1, 0},
	{5, {1, 1, 1}, {1, 1, 1, 0, 0, 0, 1, 1}, 1, 0},
	{6, {1, 1, 1}, {1, 1, 1, 0, 0, 1, 2, 2}, 1, 0},
	{11, {1, 1, 1}, {0, 0, 0, 1, 1, 2, 3, 3}, 1, 0},
	{31, {2, 2, 1}, {0, 0, 0, 1, 1, 2, 3, 4}, 1, 0},
	{63, {4, 4, 4}, {0, 1, 2, 3, 4, 5, 6, 7}, 1, 8},
	{95, {8, 8, 8}, {0, 1, 2, 3, 4, 5, 6, 7}, 2, 8},
	{SIZE_MAX, {8, 8, 8}, {0, 1, 2, 3, 4, 5, 6, 7}, 4, 3},
};

/* dpkg's name of a package, by which files about it are called. */
struct key {
	const char *name;
	uint32_t package;
};

struct rl_layering {
	/* NULL: none are known. */
	const struct rl_packages *packages;
	/* Of each package; NO_LAYER: it is not installed, and what is left of it is nobody's. */
	uint32_t *of_package;
	/* Of each place, the first layer and how many it has. */
	uint32_t of_place[RL_PLACE_COUNT];
	uint32_t parts[RL_PLACE_COUNT];
	/* Sorted by name. */
	struct key *keys;
	size_t key_count;
	char **names;
	size_t count;
};

/* What is needed while the layers are decided. */
struct builder {
	struct rl_layering *layering;
	const struct plan *plan;
	/* How many packages there are, and the role of each. */
	size_t count;
	enum rl_role *roles;
	/* Packages with a layer of their own. */
	uint32_t *large;
	size_t large_count;
};

size_t rl_layering_count(const struct rl_layering *layering)
{
	return layering->count;
}

const char *rl_layering_name(const struct rl_layering *layering, size_t index)
{
	return layering->names[index];
}

/* Appends a layer, whose name is taken. Returns its number; NO_LAYER without memory. */
static uint32_t add_layer(struct rl_layering *layering, char *name)
{
	char **more;

	if (name == NULL)
		return NO_LAYER;
	more = reallocarray(layering->names, layering->count + 1, sizeof(*more));
	if (more == NULL) {
		free(name);
		return NO_LAYER;
	}
	layering->names = more;
	more[layering->count] = name;
	return (uint32_t)layering->count++;
}

/* The order of packages whatever that of the database is. */
static int compare_packages(const struct rl_package *a, const struct rl_package *b)
{
	int order = strcmp(a->name, b->name);

	if (order == 0)
		order = strcmp(a->arch, b->arch);
	if (order == 0)
		order = strcmp(a->version, b->version);
	return order != 0 ? order : strcmp(a->key, b->key);
}

/* Whether what else is installed is nothing to the layer of a package: hosts have it in common. */
static bool is_common(const struct builder *builder, uint32_t package)
{
	return builder->roles[package] <= RL_ROLE_USUAL;
}

/* The order in which layers are given to them: what hosts have in common, then the largest. */
static int compare_sizes(const void *a, const void *b, void *data)
{
	const struct builder *builder = data;
	const struct rl_packages *packages = builder->layering->packages;
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	const struct rl_package *x = rl_packages_get(packages, i);
	const struct rl_package *y = rl_packages_get(packages, j);

	if (is_common(builder, i) != is_common(builder, j))
		return is_common(builder, i) ? -1 : 1;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return compare_packages(x, y);
}

/* What most hosts have first. */
static int compare_roles(const void *a, const void *b, void *data)
{
	const struct builder *builder = data;
	const struct rl_packages *packages = builder->layering->packages;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (builder->roles[x] != builder->roles[y])
		return builder->roles[x] < builder->roles[y] ? -1 : 1;
	return compare_packages(rl_packages_get(packages, x), rl_packages_get(packages, y));
}

static bool is_large(const struct builder *builder, uint32_t index)
{
	const struct rl_package *package = rl_packages_get(builder->layering->packages, index);
	uint64_t mib = builder->plan->large_mib;

	if (!package->is_installed)
		return false;
	if (!is_common(builder, index))
		return package->size >= LARGE;
	return mib > 0 && package->size >= mib << 20;
}

/* Finds the packages that have a layer of their own, of which there may be @room. */
static void find_large(struct builder *builder, size_t room)
{
	size_t i;

	for (i = 0; i < builder->count; i++) {
		if (is_large(builder, (uint32_t)i))
			builder->large[builder->large_count++] = (uint32_t)i;
	}
	qsort_r(builder->large, builder->large_count, sizeof(*builder->large), compare_sizes,
		builder);
	if (builder->large_count > room)
		builder->large_count = room;
	qsort_r(builder->large, builder->large_count, sizeof(*builder->large), compare_roles,
		builder);
	for (i = 0; i < builder->large_count; i++)
		builder->layering->of_package[builder->large[i]] = OWN_LAYER;
}

static char *large_name(const struct rl_package *package)
{
	char *name, *at;

	/* Longer names are none of a distribution. */
	if (asprintf(&name, "package %.200s", package->name) < 0)
		return NULL;
	for (at = name; *at != '\0'; at++) {
		if (*at < ' ' || *at > '~')
			*at = '?';
	}
	return name;
}

/* Gives layers to the large packages of a role and those before it that have none yet, from *@at on. */
static int number_large(struct builder *builder, enum rl_role role, size_t *at)
{
	struct rl_layering *layering = builder->layering;

	for (; *at < builder->large_count; (*at)++) {
		uint32_t package = builder->large[*at];

		if (builder->roles[package] > role)
			break;
		layering->of_package[package] = add_layer(
			layering, large_name(rl_packages_get(layering->packages, package)));
		if (layering->of_package[package] == NO_LAYER)
			return -ENOMEM;
	}
	return 0;
}

/* The kind of a small package; KIND_COUNT: it is with places. */
static enum kind kind_of(const struct plan *plan, enum rl_role role)
{
	int kind = role == RL_ROLE_BASE    ? KIND_BASE
		   : role == RL_ROLE_USUAL ? KIND_USUAL
					   : KIND_OTHER;

	while (kind < KIND_COUNT && plan->small[kind] == 0)
		kind++;
	return (enum kind)kind;
}

static char *part_name(const char *name, size_t part, size_t parts)
{
	char *text;

	if (parts == 1)
		return strdup(name);
	return asprintf(&text, "%s, part %zu of %zu", name, part + 1, parts) < 0 ? NULL : text;
}

/* Gives layers to the small packages of a kind. A part without packages is none. */
static int number_small(struct builder *builder, enum kind kind)
{
	struct rl_layering *layering = builder->layering;
	uint32_t parts[BUCKETS_MAX];
	size_t i, buckets = builder->plan->small[kind];
	bool has_packages[BUCKETS_MAX] = {false};
	RL_AUTO_FREE unsigned char *buckets_of = calloc(builder->count + 1, 1);

	if (buckets_of == NULL)
		return -ENOMEM;
	for (i = 0; i < builder->count; i++) {
		const struct rl_package *package = rl_packages_get(layering->packages, i);
		const char *source = package->source[0] != '\0' ? package->source : package->name;

		buckets_of[i] = BUCKETS_MAX;
		if (!package->is_installed || layering->of_package[i] != NO_LAYER ||
			kind_of(builder->plan, builder->roles[i]) != kind)
			continue;
		buckets_of[i] = (unsigned char)(rl_packages_hash(0, source) % buckets);
		has_packages[buckets_of[i]] = true;
	}
	for (i = 0; i < buckets; i++) {
		parts[i] = NO_LAYER;
		if (has_packages[i])
			parts[i] = add_layer(layering, part_name(kind_names[kind], i, buckets));
		if (has_packages[i] && parts[i] == NO_LAYER)
			return -ENOMEM;
	}
	for (i = 0; i < builder->count; i++) {
		if (buckets_of[i] < BUCKETS_MAX)
			layering->of_package[i] = parts[buckets_of[i]];
	}
	return 0;
}

/* The places of layer @number among those of places, with ", " between them. */
static char *place_name(const struct plan *plan, size_t number)
{
	struct rl_buf name = {0};
	size_t i;

	for (i = 0; i < RL_PLACE_COUNT; i++) {
		if (plan->places[i] != number)
			continue;
		if ((name.len > 0 && rl_buf_append_str(&name, ", ") != 0) ||
			rl_buf_append_str(&name, rl_place_facts[i].name) != 0) {
			rl_buf_free(&name);
			return NULL;
		}
	}
	return name.data;
}

static size_t count_parts(const struct plan *plan, size_t place)
{
	return rl_place_facts[place].depth > 0 ? plan->parts : 1;
}

/* How many layers of places there are. */
static size_t count_places(const struct plan *plan)
{
	size_t i, count = (size_t)plan->places[RL_PLACE_STATE] + 1;

	for (i = 0; i < RL_PLACE_COUNT; i++)
		count += count_parts(plan, i) - 1;
	return count;
}

/* Gives layers to places, those of one number the same. */
static int number_places(struct rl_layering *layering, const struct plan *plan)
{
	size_t number, i, j;

	for (number = 0; number <= plan->places[RL_PLACE_STATE]; number++) {
		/* The only layer has packages as well. */
		RL_AUTO_FREE char *name =
			plan->max_layers == 1 ? strdup("all files") : place_name(plan, number);
		size_t parts = 1, first = layering->count;

		for (i = 0; i < RL_PLACE_COUNT; i++) {
			if (plan->places[i] != number)
				continue;
			parts = count_parts(plan, i);
			layering->of_place[i] = (uint32_t)first;
			layering->parts[i] = (uint32_t)parts;
		}
		for (j = 0; name != NULL && j < parts; j++) {
			if (add_layer(layering, part_name(name, j, parts)) == NO_LAYER)
				return -ENOMEM;
		}
		if (name == NULL)
			return -ENOMEM;
	}
	return 0;
}

static int number_all(struct builder *builder)
{
	const struct plan *plan = builder->plan;
	size_t at = 0;
	enum kind kind;
	int ret = 0;

	for (kind = KIND_BASE; ret == 0 && kind < KIND_OTHER; kind++) {
		if (plan->small[kind] > 0)
			ret = number_small(builder, kind);
		if (ret == 0)
			ret = number_large(
				builder, kind == KIND_BASE ? RL_ROLE_BASE : RL_ROLE_USUAL, &at);
	}
	if (ret == 0)
		ret = number_large(builder, RL_ROLE_PROGRAM, &at);
	if (ret == 0 && plan->small[KIND_OTHER] > 0)
		ret = number_small(builder, KIND_OTHER);
	return ret == 0 ? number_places(builder->layering, plan) : ret;
}

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->package > y->package) - (x->package < y->package);
}

static int collect_keys(struct rl_layering *layering)
{
	size_t i, count = rl_packages_count(layering->packages);

	layering->keys = calloc(count + 1, sizeof(*layering->keys));
	if (layering->keys == NULL)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		const struct rl_package *package = rl_packages_get(layering->packages, i);

		if (package->is_installed && package->manager == RL_MANAGER_DPKG)
			layering->keys[layering->key_count++] =
				(struct key){package->key, (uint32_t)i};
	}
	qsort(layering->keys, layering->key_count, sizeof(*layering->keys), compare_keys);
	return 0;
}

/* Decides about packages, of which there are some. */
static int build(struct rl_layering *layering, const struct plan *plan, size_t max_layers)
{
	size_t i, used = count_places(plan), count = rl_packages_count(layering->packages);
	RL_AUTO_FREE enum rl_role *roles = calloc(count, sizeof(*roles));
	RL_AUTO_FREE uint32_t *large = calloc(count, sizeof(*large));
	struct builder builder = {
		.layering = layering, .plan = plan, .count = count, .roles = roles, .large = large};

	layering->of_package = calloc(count, sizeof(*layering->of_package));
	if (roles == NULL || large == NULL || layering->of_package == NULL ||
		rl_roles_find(layering->packages, roles) != 0 || collect_keys(layering) != 0)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		layering->of_package[i] = NO_LAYER;
	for (i = 0; i < KIND_COUNT; i++)
		used += plan->small[i];
	find_large(&builder, max_layers - used);
	return number_all(&builder);
}

int rl_layering_new(const struct rl_packages *packages, const struct rl_layering_options *options,
	struct rl_layering **layering_ret, struct rl_error *err)
{
	size_t max_layers = options->max_layers > 0 ? options->max_layers : RL_LAYERING_DEFAULT;
	struct rl_layering *layering = calloc(1, sizeof(*layering));
	const struct plan *plan = plans;
	int ret;

	while (plan->max_layers < max_layers)
		plan++;
	if (layering == NULL)
		return rl_error_set(err, ENOMEM, "cannot divide the image into layers");
	if (packages != NULL && rl_packages_count(packages) > 0) {
		layering->packages = packages;
		ret = build(layering, plan, max_layers);
	} else {
		ret = number_places(layering, plan);
	}
	if (ret != 0) {
		rl_layering_free(layering);
		return rl_error_set(err, -ret, "cannot divide the image into layers");
	}
	*layering_ret = layering;
	return 0;
}

/*
 * The layer of the package that a file of dpkg's database is about. All but the list of its files come
 * out of the package, with their dates.
 */
static uint32_t layer_of_info(const struct rl_layering *layering, const char *path)
{
	static const char info[] = "var/lib/dpkg/info/";
	const char *name = path + strlen(info), *dot;
	size_t low = 0, high = layering->key_count;

	if (layering->packages == NULL || strncmp(path, info, strlen(info)) != 0)
		return NO_LAYER;
	dot = strrchr(name, '.');
	if (dot == NULL || strcmp(dot, ".list") == 0)
		return NO_LAYER;
	while (low < high) {
		size_t middle = low + (high - low) / 2, len = (size_t)(dot - name);
		const struct key *key = &layering->keys[middle];
		int order = strncmp(key->name, name, len);

		if (order == 0 && key->name[len] == '\0')
			return layering->of_package[key->package];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NO_LAYER;
}

/* The lowest layer of the packages that own a file; NO_LAYER: none does. */
static uint32_t layer_of_owners(const struct rl_layering *layering, const char *path)
{
	uint32_t owners[OWNERS_MAX], layer = NO_LAYER;
	size_t i, count;

	/* How the root's directories are linked to those in usr differs between hosts with the same packages. */
	if (layering->packages == NULL || strchr(path, '/') == NULL)
		return NO_LAYER;
	count = rl_packages_bringers(
		layering->packages, rl_packages_hash_path(path), owners, OWNERS_MAX);
	if (count > OWNERS_MAX)
		return 0;
	for (i = 0; i < count; i++) {
		if (layering->of_package[owners[i]] < layer)
			layer = layering->of_package[owners[i]];
	}
	return layer;
}

/* The layer of a file of a place; where it has several, that of the directory which the file is in. */
static uint32_t layer_of_place(
	const struct rl_layering *layering, enum rl_place place, const char *path)
{
	size_t depth = rl_place_facts[place].depth;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	if (layering->parts[place] == 1)
		return layering->of_place[place];
	/* FNV-1a, of the first components. */
	for (; *path != '\0' && (*path != '/' || --depth > 0); path++)
		hash = (hash ^ (unsigned char)*path) * UINT64_C(0x100000001b3);
	return layering->of_place[place] +
	       (uint32_t)((hash ^ (hash >> 32)) % layering->parts[place]);
}

/* The layer of the package that has the file at @path; NO_LAYER: none, or it is not for packages to say. */
static uint32_t layer_of_packages(
	const struct rl_layering *layering, const char *path, enum rl_place place)
{
	switch (place) {
	case RL_PLACE_STATE:
		return layer_of_info(layering, path);
	case RL_PLACE_CONFIGURATION:
	/* What packages have in /var, hosts write to. */
	case RL_PLACE_VARIABLE:
		return NO_LAYER;
	default:
		return rl_place_is_made_anew(path) ? NO_LAYER : layer_of_owners(layering, path);
	}
}

static size_t layer_of(const struct rl_layering *layering, const char *path, bool is_foreign)
{
	enum rl_place place = rl_place_of(path);
	uint32_t layer = is_foreign ? NO_LAYER : layer_of_packages(layering, path, place);

	if (layer != NO_LAYER)
		return layer;
	if (place == RL_PLACE_SYSTEM && rl_place_is_bytecode(path))
		place = RL_PLACE_BYTECODE;
	return layer_of_place(layering, place, path);
}

size_t rl_layering_of(const struct rl_layering *layering, const char *path)
{
	return layer_of(layering, path, false);
}

/* Whether the number of a user or group is not the same on all hosts; nobody's is. */
static bool is_chosen(uint32_t id)
{
	return id >= FIRST_CHOSEN && id != NOBODY;
}

size_t rl_layering_of_entry(const struct rl_layering *layering, const struct rl_entry *entry)
{
	return layer_of(layering, entry->path, is_chosen(entry->uid) || is_chosen(entry->gid));
}

void rl_layering_free(struct rl_layering *layering)
{
	size_t i;

	if (layering == NULL)
		return;
	for (i = 0; i < layering->count; i++)
		free(layering->names[i]);
	free(layering->names);
	free(layering->of_package);
	free(layering->keys);
	free(layering);
}
