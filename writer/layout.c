/* SPDX-License-Identifier: MIT */
#include "writer/layout_ops.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "sha256:"

int rl_layout_open(
	struct rl_sink *sink, size_t layers, struct rl_layout **layout_ret, struct rl_error *err)
{
	if (rl_sink_inside(sink) >= 0)
		return rl_layout_open_directory(sink, layers, layout_ret, err);
	if (rl_sink_can_rewind(sink))
		return rl_layout_open_archive(sink, layers, layout_ret, err);
	return rl_error_text(
		err, EINVAL, "an image's files are put together in a file: name one (-o FILE)");
}

bool rl_layout_is_directory(const struct rl_layout *layout)
{
	return rl_sink_inside(layout->sink) >= 0;
}

int rl_layout_open_blob(
	struct rl_layout *layout, struct rl_layout_blob **blob_ret, struct rl_error *err)
{
	struct rl_layout_blob *blob = calloc(1, sizeof(*blob));
	int ret;

	if (blob == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin a blob");
	blob->layout = layout;
	ret = layout->ops->open_blob(blob, err);
	if (ret != 0) {
		free(blob);
		return ret;
	}
	blob->next = layout->open;
	layout->open = blob;
	*blob_ret = blob;
	return 0;
}

struct rl_sink *rl_layout_blob_sink(const struct rl_layout_blob *blob)
{
	return blob->sink;
}

static void release(struct rl_layout_blob *blob)
{
	struct rl_layout_blob **at = &blob->layout->open;

	while (*at != blob)
		at = &(*at)->next;
	*at = blob->next;
	if (blob->is_apart)
		rl_sink_free(blob->sink);
	free(blob);
}

static bool is_there(const struct rl_layout *layout, const char *name)
{
	size_t i;

	for (i = 0; i < layout->count; i++) {
		if (strcmp(layout->names[i], name) == 0)
			return true;
	}
	return false;
}

/* Remembers the name of a blob. Returns it, or NULL: no memory. */
static const char *note(struct rl_layout *layout, const char *name)
{
	void *names = reallocarray(layout->names, layout->count + 1, sizeof(*layout->names));

	if (names == NULL)
		return NULL;
	layout->names = names;
	(void)snprintf(layout->names[layout->count], RL_DIGEST_SIZE, "%s", name);
	return layout->names[layout->count++];
}

int rl_layout_close_blob(struct rl_layout_blob *blob, const char *digest, struct rl_error *err)
{
	struct rl_layout *layout = blob->layout;
	const char *name = digest + strlen(PREFIX);
	int ret;

	if (is_there(layout, name))
		return rl_layout_drop_blob(blob, err);
	name = note(layout, name);
	ret = name != NULL ? layout->ops->keep_blob(blob, name, err)
			   : rl_error_set(err, ENOMEM, "cannot end a blob");
	release(blob);
	return ret;
}

int rl_layout_drop_blob(struct rl_layout_blob *blob, struct rl_error *err)
{
	int ret = blob->layout->ops->drop_blob(blob, err);

	release(blob);
	return ret;
}

int rl_layout_add_blob(struct rl_layout *layout, const void *data, size_t size,
	struct rl_blob *blob, struct rl_error *err)
{
	struct rl_layout_blob *to;
	int ret = rl_digest_of(data, size, blob->digest);

	if (ret != 0)
		return rl_error_set(err, -ret, "cannot make a digest");
	blob->size = size;
	ret = rl_layout_open_blob(layout, &to, err);
	if (ret == 0)
		ret = rl_sink_write(to->sink, data, size, err);
	return ret == 0 ? rl_layout_close_blob(to, blob->digest, err) : ret;
}

int rl_layout_add_file(struct rl_layout *layout, const char *name, const void *data, size_t size,
	struct rl_error *err)
{
	return layout->ops->add_file(layout, name, data, size, err);
}

int rl_layout_finish(struct rl_layout *layout, struct rl_error *err)
{
	return layout->ops->finish(layout, err);
}

void rl_layout_free(struct rl_layout *layout)
{
	if (layout == NULL)
		return;
	while (layout->open != NULL)
		release(layout->open);
	free(layout->names);
	layout->ops->free(layout);
}
