/* SPDX-License-Identifier: MIT */
#include "archive/gunzip.h"

#include "common/cleanup.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define BUFFER_SIZE ((size_t)256 << 10)
/* zlib's: the largest window, and gzip's header and no other. */
#define GZIP_WINDOW (15 + 16)

struct gunzip {
	struct rl_stream stream;
	/* Owned. */
	struct rl_stream *source;
	char *name;
	z_stream zlib;
	bool has_zlib;
	/* Within a member; there was one; the source has ended. */
	bool is_inside, has_member, is_ended;
	unsigned char data[BUFFER_SIZE];
};

static int fault(const struct gunzip *gunzip, const char *why, struct rl_error *err)
{
	return rl_error_text(err, EBADMSG, "%s cannot be decompressed: %s", gunzip->name, why);
}

/* Has bytes of the source there, if it has any. Returns 0 or < 0. */
static int feed(struct gunzip *gunzip, struct rl_error *err)
{
	const void *data;
	ssize_t len;

	if (gunzip->zlib.avail_in > 0 || gunzip->is_ended)
		return 0;
	len = rl_stream_read(gunzip->source, &data, err);
	if (len < 0)
		return (int)len;
	gunzip->is_ended = len == 0;
	/* zlib does not write there; it takes no const. */
	gunzip->zlib.next_in = (unsigned char *)(uintptr_t)data;
	gunzip->zlib.avail_in = (unsigned int)len;
	return 0;
}

/* Between two members: passes over padding. Returns 1 if there is another one, 0 at the end, < 0. */
static int look_for_member(struct gunzip *gunzip, struct rl_error *err)
{
	z_stream *zlib = &gunzip->zlib;

	for (;;) {
		int ret = feed(gunzip, err);

		if (ret != 0)
			return ret;
		if (gunzip->is_ended)
			return 0;
		while (zlib->avail_in > 0 && *zlib->next_in == 0) {
			zlib->next_in++;
			zlib->avail_in--;
		}
		if (zlib->avail_in == 0)
			continue;
		/* What is no member any more is passed over, as gzip(1) does. */
		if (gunzip->has_member && *zlib->next_in != 0x1f) {
			gunzip->is_ended = true;
			zlib->avail_in = 0;
			return 0;
		}
		gunzip->has_member = true;
		if (inflateReset(zlib) != Z_OK)
			return fault(gunzip, "zlib fails", err);
		gunzip->is_inside = true;
		return 1;
	}
}

/* What zlib has said. Returns 0 to go on, or < 0. */
static int judge(struct gunzip *gunzip, int said, struct rl_error *err)
{
	switch (said) {
	case Z_STREAM_END:
		gunzip->is_inside = false;
		return 0;
	case Z_OK:
		return 0;
	case Z_BUF_ERROR:
		return gunzip->is_ended ? fault(gunzip, "it is cut off", err) : 0;
	case Z_MEM_ERROR:
		return rl_error_set(err, ENOMEM, "cannot decompress %s", gunzip->name);
	default:
		return fault(
			gunzip, gunzip->zlib.msg != NULL ? gunzip->zlib.msg : "it is damaged", err);
	}
}

static ssize_t gunzip_read(struct rl_stream *stream, const void **data_ret, struct rl_error *err)
{
	struct gunzip *gunzip = (struct gunzip *)stream;
	z_stream *zlib = &gunzip->zlib;

	zlib->next_out = gunzip->data;
	zlib->avail_out = BUFFER_SIZE;
	while (zlib->avail_out == BUFFER_SIZE) {
		int ret = gunzip->is_inside ? 1 : look_for_member(gunzip, err);

		if (ret <= 0)
			return ret;
		ret = feed(gunzip, err);
		if (ret == 0)
			ret = judge(gunzip, inflate(zlib, Z_NO_FLUSH), err);
		if (ret != 0)
			return ret;
	}
	*data_ret = gunzip->data;
	return (ssize_t)(BUFFER_SIZE - zlib->avail_out);
}

static void gunzip_close(struct rl_stream *stream)
{
	struct gunzip *gunzip = (struct gunzip *)stream;

	if (gunzip->has_zlib)
		(void)inflateEnd(&gunzip->zlib);
	rl_stream_close(gunzip->source);
	free(gunzip->name);
	free(gunzip);
}

int rl_gunzip_open(struct rl_stream *source, const char *name, struct rl_stream **stream_ret,
	struct rl_error *err)
{
	struct gunzip *gunzip = calloc(1, sizeof(*gunzip));

	if (gunzip == NULL) {
		rl_stream_close(source);
		return rl_error_set(err, ENOMEM, "cannot decompress %s", name);
	}
	gunzip->stream = (struct rl_stream){.read = gunzip_read, .close = gunzip_close};
	gunzip->source = source;
	gunzip->name = strdup(name);
	gunzip->has_zlib = gunzip->name != NULL && inflateInit2(&gunzip->zlib, GZIP_WINDOW) == Z_OK;
	if (!gunzip->has_zlib) {
		gunzip_close(&gunzip->stream);
		return rl_error_set(err, ENOMEM, "cannot decompress %s", name);
	}
	*stream_ret = &gunzip->stream;
	return 0;
}
