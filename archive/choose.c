/* SPDX-License-Identifier: MIT */
/*
 * Names are looked at in index.json alone. What is left of it is made flat: the indexes that it names are read, and
 * those that they name, until there are manifests only, of which platforms tell one.
 */
#include "archive/image_parts.h"

#include "scan/platform.h"

#include <string.h>
#include <sys/utsname.h>

#define DEPTH_MAX 8
#define INDEXES_MAX 32
#define CANDIDATES_MAX 10000
/* How many bytes of names a message has room for. */
#define SHOWN_MAX 400
#define FITS_EXACTLY 1000

struct candidate {
	/* The manifest; owned by the index that it is in. */
	const struct rl_descriptor *manifest;
	/* What leads to it in index.json; owned by that. */
	const struct rl_descriptor *top;
};

/* Manifests among which is the one that is wanted. */
struct choice {
	struct rl_image *image;
	struct rl_error *err;
	/* Owned. */
	struct candidate *list;
	size_t count;
	/* index.json and the indexes that were read behind it. Owned. */
	struct rl_descriptors indexes[INDEXES_MAX];
	/* The digests of those, "" of the first. */
	char digests[INDEXES_MAX][RL_DIGEST_SIZE];
	size_t index_count;
};

static bool is_index(const struct rl_descriptor *descriptor)
{
	const char *type = descriptor->media_type;

	return type != NULL &&
	       (strcmp(type, "application/vnd.oci.image.index.v1+json") == 0 ||
		       strcmp(type, "application/vnd.docker.distribution.manifest.list.v2+json") ==
			       0);
}

static bool is_manifest(const struct rl_descriptor *descriptor)
{
	const char *type = descriptor->media_type;

	return type == NULL || strcmp(type, "application/vnd.oci.image.manifest.v1+json") == 0 ||
	       strncmp(type, "application/vnd.docker.distribution.manifest.v", 46) == 0;
}

/* Whether it tells about another image: docker's attestations have no platform. */
static bool is_remark(const struct rl_descriptor *descriptor)
{
	return descriptor->is_remark ||
	       (descriptor->os != NULL && strcmp(descriptor->os, "unknown") == 0);
}

bool rl_image_is_same_name(const char *name, const char *known)
{
	static const char *const domains[] = {"docker.io/library/", "docker.io/"};
	size_t i, len;

	for (i = 0; i < 2; i++) {
		len = strlen(domains[i]);
		name += strncmp(name, domains[i], len) == 0 ? len : 0;
		known += strncmp(known, domains[i], len) == 0 ? len : 0;
	}
	len = strlen(name);
	return strncmp(name, known, len) == 0 &&
	       (known[len] == '\0' || strcmp(known + len, ":latest") == 0);
}

/* The tag at the end of a name, or NULL. */
static const char *tag_of(const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *colon = strrchr(slash != NULL ? slash : name, ':');

	return colon != NULL ? colon + 1 : NULL;
}

/* How well a descriptor fits a name: 2 by all of it, 1 by its tag, 0 not. */
static int fits_name(const struct rl_descriptor *descriptor, const char *name)
{
	const char *const known[] = {descriptor->tag, descriptor->full_name};
	int fit = 0;
	size_t i;

	for (i = 0; i < 2; i++) {
		const char *tag = known[i] != NULL ? tag_of(known[i]) : NULL;

		if (known[i] != NULL && rl_image_is_same_name(name, known[i]))
			return 2;
		if (tag != NULL && strcmp(tag, name) == 0)
			fit = 1;
	}
	return fit;
}

void rl_image_show(struct rl_buf *shown, const char *text)
{
	/* Without memory the message is shorter. */
	if (shown->len > SHOWN_MAX || (shown->len > 0 && rl_buf_append_str(shown, ", ") != 0))
		return;
	(void)!rl_buf_append_str(shown, shown->len > SHOWN_MAX - strlen(", ") ? "..." : text);
}

/* Tells that there is no image by @name; NULL: that one has to be named. */
static int name_fault(const struct choice *choice, const char *name)
{
	const struct rl_descriptors *index = &choice->indexes[0];
	const char *path = choice->image->path;
	struct rl_buf shown = {0};
	size_t i;
	int ret;

	for (i = 0; i < index->count; i++) {
		const struct rl_descriptor *descriptor = &index->list[i];
		const char *known =
			descriptor->full_name != NULL ? descriptor->full_name : descriptor->tag;

		if (!is_remark(descriptor) && known != NULL)
			rl_image_show(&shown, known);
	}
	if (name != NULL)
		ret = rl_error_text(choice->err, ENOENT, "'%s' has no image '%s'; it has: %s", path,
			name, shown.len > 0 ? shown.data : "none with a name");
	else
		ret = rl_error_text(choice->err, EINVAL,
			"'%s' has several images: say which, as in oci:DIR:NAME or "
			"oci-archive:FILE:NAME; it has: %s",
			path, shown.len > 0 ? shown.data : "@0, @1 and so on, without names");
	rl_buf_free(&shown);
	return ret;
}

static int add_candidate(struct choice *choice, const struct rl_descriptor *top,
	const struct rl_descriptor *manifest)
{
	struct candidate *more;
	size_t i;

	for (i = 0; i < choice->count; i++) {
		if (strcmp(choice->list[i].manifest->digest, manifest->digest) == 0)
			return 0;
	}
	if (choice->count == CANDIDATES_MAX)
		return rl_error_text(choice->err, EINVAL, "'%s' has more than %d images",
			choice->image->path, CANDIDATES_MAX);
	more = reallocarray(choice->list, choice->count + 1, sizeof(*more));
	if (more == NULL)
		return rl_error_set(choice->err, ENOMEM, "cannot read '%s'", choice->image->path);
	choice->list = more;
	more[choice->count++] = (struct candidate){.manifest = manifest, .top = top};
	return 0;
}

/* Reads the next index. Returns 1 if it has been read. */
static int read_index(
	struct choice *choice, const struct rl_descriptor *descriptor, size_t *number_ret)
{
	struct rl_buf text = {0};
	size_t i;
	int ret;

	for (i = 0; i < choice->index_count; i++) {
		if (strcmp(choice->digests[i], descriptor->digest) == 0)
			return 1;
	}
	if (choice->index_count == INDEXES_MAX)
		return rl_error_text(choice->err, EINVAL, "'%s' has more than %d indexes",
			choice->image->path, INDEXES_MAX);
	ret = rl_image_read_text(choice->image, descriptor, "an index", &text, choice->err);
	if (ret == 0) {
		*number_ret = choice->index_count++;
		memcpy(choice->digests[*number_ret], descriptor->digest, RL_DIGEST_SIZE);
		ret = rl_read_index(
			&text, descriptor->digest, &choice->indexes[*number_ret], choice->err);
	}
	rl_buf_free(&text);
	return ret;
}

/* Adds the manifests that a descriptor leads to; @depth indexes were come through since @top. */
static int add_all(struct choice *choice, const struct rl_descriptor *top,
	const struct rl_descriptor *descriptor, int depth)
{
	size_t i, number = 0;
	int ret;

	if (is_remark(descriptor))
		return 0;
	if (!is_index(descriptor))
		return is_manifest(descriptor) ? add_candidate(choice, top, descriptor) : 0;
	if (depth == DEPTH_MAX)
		return rl_error_text(choice->err, EINVAL,
			"'%s' has indexes in indexes, more than %d deep", choice->image->path,
			DEPTH_MAX);
	ret = read_index(choice, descriptor, &number);
	if (ret != 0)
		return ret == 1 ? 0 : ret;
	for (i = 0; ret == 0 && i < choice->indexes[number].count; i++)
		ret = add_all(choice, top, &choice->indexes[number].list[i], depth + 1);
	return ret;
}

static bool is_same(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* Whether a descriptor of index.json may be what is meant by @name, which fits so well at best. */
static bool is_meant(const struct rl_descriptor *descriptor, const char *name, int best)
{
	return !is_remark(descriptor) && (is_index(descriptor) || is_manifest(descriptor)) &&
	       (name == NULL || fits_name(descriptor, name) == best);
}

/* Whether descriptors that may be meant stand for different images by different names. */
static bool has_several_names(const struct rl_descriptors *index, const char *name, int best)
{
	const struct rl_descriptor *first = NULL;
	size_t i;

	for (i = 0; i < index->count; i++) {
		const struct rl_descriptor *descriptor = &index->list[i];

		if (!is_meant(descriptor, name, best))
			continue;
		if (first == NULL)
			first = descriptor;
		else if (strcmp(first->digest, descriptor->digest) != 0 &&
			 (!is_same(first->tag, descriptor->tag) ||
				 !is_same(first->full_name, descriptor->full_name)))
			return true;
	}
	return false;
}

/* The descriptor of index.json that "@NUMBER" says, or NULL. */
static const struct rl_descriptor *by_number(const struct rl_descriptors *index, const char *name)
{
	char *end;
	unsigned long number;

	if (name[0] != '@' || name[1] < '0' || name[1] > '9')
		return NULL;
	errno = 0;
	number = strtoul(name + 1, &end, 10);
	return *end == '\0' && errno == 0 && number < index->count ? &index->list[number] : NULL;
}

/* Adds the manifests of the image by a name; NULL: there is to be only one. */
static int add_named(struct choice *choice, const char *name)
{
	const struct rl_descriptors *index = &choice->indexes[0];
	const struct rl_descriptor *numbered = name != NULL ? by_number(index, name) : NULL;
	int ret = 0, best = 0;
	size_t i;

	if (numbered != NULL)
		return add_all(choice, numbered, numbered, 0);
	for (i = 0; name != NULL && i < index->count; i++) {
		int fit = fits_name(&index->list[i], name);

		best = fit > best ? fit : best;
	}
	if (name != NULL && best == 0)
		return name_fault(choice, name);
	if (has_several_names(index, name, best))
		return name_fault(choice, NULL);
	for (i = 0; ret == 0 && i < index->count; i++) {
		if (is_meant(&index->list[i], name, best))
			ret = add_all(choice, &index->list[i], &index->list[i], 0);
	}
	return ret;
}

/* arm64 has one variant that matters, and mostly it is not said. */
static const char *variant_of(const char *architecture, const char *variant)
{
	bool is_arm64 = architecture != NULL && strcmp(architecture, "arm64") == 0;

	return variant == NULL && is_arm64 ? "v8" : variant;
}

/* How well a platform fits: FITS_EXACTLY, less if another variant will do, 0 if not. */
static int fits_platform(
	const struct rl_descriptor *descriptor, const struct rl_image_wanted *wanted, bool is_said)
{
	const char *variant = variant_of(descriptor->architecture, descriptor->variant);
	const char *best = variant_of(wanted->architecture, wanted->variant);

	if ((wanted->os != NULL && !is_same(wanted->os, descriptor->os)) ||
		(wanted->architecture != NULL &&
			!is_same(wanted->architecture, descriptor->architecture)))
		return 0;
	if (is_same(variant, best))
		return FITS_EXACTLY;
	if (is_said && wanted->variant != NULL)
		return 0;
	if (best == NULL || variant == NULL)
		return 1;
	/* What is for an older arm runs on a newer one; the newest of those is best. */
	return strcmp(variant, best) < 0 ? 1 + (unsigned char)variant[strlen(variant) - 1] : 0;
}

static int platform_fault(const struct choice *choice, bool is_missing)
{
	struct rl_buf shown = {0};
	size_t i;
	int ret;

	for (i = 0; i < choice->count; i++) {
		const struct rl_descriptor *descriptor = choice->list[i].manifest;
		char platform[128];

		(void)snprintf(platform, sizeof(platform), "%s/%s%s%s",
			descriptor->os != NULL ? descriptor->os : "unknown",
			descriptor->architecture != NULL ? descriptor->architecture : "unknown",
			descriptor->variant != NULL ? "/" : "",
			descriptor->variant != NULL ? descriptor->variant : "");
		rl_image_show(&shown, platform);
	}
	ret = rl_error_text(choice->err, is_missing ? ENOENT : EINVAL,
		is_missing ? "'%s' has no image for the platform that is wanted; it has: %s"
			   : "'%s' has several images for the platform that is wanted, of: %s",
		choice->image->path, shown.data != NULL ? shown.data : "none");
	rl_buf_free(&shown);
	return ret;
}

/* The platform of the running machine. */
static void take_own(struct rl_platform *platform, struct rl_image_wanted *wanted)
{
	struct utsname running;

	rl_platform_of_machine(uname(&running) == 0 ? running.machine : "", platform);
	wanted->architecture = platform->architecture;
	wanted->variant = platform->variant[0] != '\0' ? platform->variant : NULL;
}

/* The one manifest that fits best. */
static int pick(const struct choice *choice, const struct rl_image_wanted *wanted,
	const struct candidate **picked_ret)
{
	bool is_said = wanted->os != NULL || wanted->architecture != NULL || wanted->variant;
	struct rl_image_wanted meant = *wanted;
	struct rl_platform platform;
	bool is_known = false;
	int best = 0, count = 0;
	size_t i;

	if (choice->count == 0)
		return rl_error_text(
			choice->err, ENOENT, "'%s' has no image in it", choice->image->path);
	/* If it is the only one its config is asked for its platform. */
	*picked_ret = &choice->list[0];
	if (choice->count == 1)
		return 0;
	if (!is_said)
		take_own(&platform, &meant);
	/* All that is done with images is done with those of Linux. */
	if (meant.os == NULL)
		meant.os = "linux";
	for (i = 0; i < choice->count; i++) {
		const struct rl_descriptor *manifest = choice->list[i].manifest;
		int fit = fits_platform(manifest, &meant, is_said);

		is_known = is_known || manifest->architecture != NULL;
		if (fit > best)
			*picked_ret = &choice->list[i];
		count = fit > best ? 1 : count + (fit == best);
		best = fit > best ? fit : best;
	}
	if (!is_known)
		return name_fault(choice, NULL);
	if (best == 0 || (best == FITS_EXACTLY && count > 1))
		return platform_fault(choice, best == 0);
	return 0;
}

/* The names by which index.json has what leads to the image. */
static int take_names(const struct choice *choice, const struct rl_descriptor *top)
{
	const struct rl_descriptors *index = &choice->indexes[0];
	size_t i;

	for (i = 0; i < index->count; i++) {
		const struct rl_descriptor *descriptor = &index->list[i];
		const char *name =
			descriptor->full_name != NULL ? descriptor->full_name : descriptor->tag;

		if (name != NULL && strcmp(descriptor->digest, top->digest) == 0 &&
			rl_strings_add(&choice->image->tags, name, strlen(name)) != 0)
			return rl_error_set(
				choice->err, ENOMEM, "cannot read '%s'", choice->image->path);
	}
	return 0;
}

int rl_image_choose(struct rl_image *image, const char *name, const struct rl_image_wanted *wanted,
	struct rl_buf *text, struct rl_error *err)
{
	struct choice *choice = calloc(1, sizeof(*choice));
	const struct candidate *picked = NULL;
	size_t i;
	int ret;

	if (choice == NULL)
		return rl_error_set(err, ENOMEM, "cannot read '%s'", image->path);
	choice->image = image;
	choice->err = err;
	choice->index_count = 1;
	ret = rl_blobs_read(image->blobs, "index.json", RL_IMAGE_TEXT_MAX, text, err);
	if (ret == 0)
		ret = rl_read_index(text, "index.json", &choice->indexes[0], err);
	if (ret == 0)
		ret = add_named(choice, name);
	if (ret == 0)
		ret = pick(choice, wanted, &picked);
	if (ret == 0)
		ret = take_names(choice, picked->top);
	if (ret == 0)
		ret = rl_image_read_text(image, picked->manifest, "the manifest", text, err);
	if (ret == 0)
		memcpy(image->digest, picked->manifest->digest, RL_DIGEST_SIZE);
	for (i = 0; i < choice->index_count; i++)
		rl_descriptors_free(&choice->indexes[i]);
	free(choice->list);
	free(choice);
	return ret;
}
