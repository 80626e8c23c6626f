/* SPDX-License-Identifier: MIT */
#include "archive/reference.h"

#include "archive/blobs.h"

#include <string.h>
#include <sys/stat.h>

/* Finds out what is in the archive or directory that was opened; NULL: it is no image's. */
static int kind_of(const struct rl_blobs *blobs, bool is_directory, enum rl_image_kind *kind)
{
	if (blobs != NULL && rl_blobs_has(blobs, "index.json") &&
		(is_directory || rl_blobs_has(blobs, "oci-layout")))
		*kind = is_directory ? RL_IMAGE_OCI : RL_IMAGE_OCI_ARCHIVE;
	else if (is_directory && rl_blobs_has(blobs, "oci-layout"))
		*kind = RL_IMAGE_OCI;
	else if (!is_directory && blobs != NULL && rl_blobs_has(blobs, "manifest.json"))
		*kind = RL_IMAGE_DOCKER_ARCHIVE;
	else if (!is_directory)
		*kind = RL_IMAGE_TAR;
	else
		return -EINVAL;
	return 0;
}

static int look(const char *path, enum rl_image_kind *kind, struct rl_error *err)
{
	struct rl_blobs *blobs = NULL;
	bool is_directory;
	struct stat st;
	int ret;

	*kind = RL_IMAGE_TAR;
	if (strcmp(path, "-") == 0)
		return 0;
	if (stat(path, &st) != 0)
		return rl_error_set(err, errno, "cannot read '%s'", path);
	is_directory = S_ISDIR(st.st_mode);
	/* A pipe has been read once it has been looked at. */
	if (!is_directory && !S_ISREG(st.st_mode))
		return 0;
	ret = is_directory ? rl_blobs_open(path, &blobs, err) : rl_blobs_try(path, &blobs, err);
	if (ret != 0)
		return ret;
	ret = kind_of(blobs, is_directory, kind);
	rl_blobs_free(blobs);
	if (ret != 0)
		return rl_error_text(err, EINVAL,
			"'%s' is a directory without index.json and oci-layout: no image", path);
	return 0;
}

/* Takes "WORD:" apart. Returns what is behind it, or NULL if there is no word that is known. */
static const char *take_word(const char *text, enum rl_image_kind *kind)
{
	static const char *const words[] = {
		[RL_IMAGE_OCI] = "oci:",
		[RL_IMAGE_OCI_ARCHIVE] = "oci-archive:",
		[RL_IMAGE_DOCKER_ARCHIVE] = "docker-archive:",
		[RL_IMAGE_TAR] = "tar:",
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strncmp(text, words[i], strlen(words[i])) == 0) {
			*kind = (enum rl_image_kind)i;
			return text + strlen(words[i]);
		}
	}
	return NULL;
}

int rl_image_reference_parse(
	const char *text, struct rl_image_reference *reference_ret, struct rl_error *err)
{
	struct rl_image_reference reference = {0};
	const char *path = take_word(text, &reference.kind), *colon = NULL;
	size_t len;
	int ret = 0;

	if (path == NULL) {
		path = text;
		ret = text[0] != '\0' ? look(text, &reference.kind, err) : 0;
	} else if (reference.kind != RL_IMAGE_TAR) {
		colon = strchr(path, ':');
	}
	if (ret != 0)
		return ret;
	len = colon != NULL ? (size_t)(colon - path) : strlen(path);
	if (len == 0 || (colon != NULL && colon[1] == '\0'))
		return rl_error_text(err, EINVAL, "'%s' has no %s", text,
			len == 0 ? "file in it" : "name of an image behind the last colon");
	if (reference.kind != RL_IMAGE_TAR && len == 1 && path[0] == '-')
		return rl_error_text(err, EINVAL,
			"'%s': an image is read more than once, so it cannot come from standard "
			"input; a plain tar can (-)",
			text);
	reference.path = strndup(path, len);
	reference.name = colon != NULL ? strdup(colon + 1) : NULL;
	if (reference.path == NULL || (colon != NULL && reference.name == NULL)) {
		rl_image_reference_free(&reference);
		return rl_error_set(err, ENOMEM, "cannot read '%s'", text);
	}
	*reference_ret = reference;
	return 0;
}

void rl_image_reference_free(struct rl_image_reference *reference)
{
	free(reference->path);
	free(reference->name);
	*reference = (struct rl_image_reference){0};
}
