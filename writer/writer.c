/* SPDX-License-Identifier: MIT */
#include "writer/writer.h"

#include "writer/writer_ops.h"

int rl_writer_prepare(struct rl_writer *writer, const char *path, struct rl_error *err)
{
	return writer->ops->prepare != NULL ? writer->ops->prepare(writer, path, err) : 0;
}

int rl_writer_knows(struct rl_writer *writer, const struct rl_entry *entry,
	const unsigned char **digest_ret, struct rl_error *err)
{
	return writer->ops->knows != NULL ? writer->ops->knows(writer, entry, digest_ret, err) : 0;
}

int rl_writer_begin(struct rl_writer *writer, const struct rl_member *member, struct rl_error *err)
{
	return writer->ops->begin(writer, member, err);
}

int rl_writer_data(struct rl_writer *writer, const void *data, size_t size, struct rl_error *err)
{
	return writer->ops->data(writer, data, size, err);
}

ssize_t rl_writer_move(
	struct rl_writer *writer, int fd, uint64_t offset, uint64_t size, struct rl_error *err)
{
	if (writer->ops->move == NULL)
		return -EOPNOTSUPP;
	return writer->ops->move(writer, fd, offset, size, err);
}

int64_t rl_writer_share(
	struct rl_writer *writer, int fd, uint64_t offset, uint64_t size, struct rl_error *err)
{
	if (writer->ops->share == NULL)
		return -EOPNOTSUPP;
	return writer->ops->share(writer, fd, offset, size, err);
}

int rl_writer_hole(struct rl_writer *writer, uint64_t size, struct rl_error *err)
{
	return writer->ops->hole(writer, size, err);
}

int rl_writer_end(struct rl_writer *writer, struct rl_error *err)
{
	return writer->ops->end(writer, err);
}

void rl_writer_disown(struct rl_writer *writer)
{
	if (writer->ops->disown != NULL)
		writer->ops->disown(writer);
}

int rl_writer_finish(struct rl_writer *writer, struct rl_error *err)
{
	return writer->ops->finish(writer, err);
}

void rl_writer_abort(struct rl_writer *writer)
{
	writer->ops->abort(writer);
}

void rl_writer_free(struct rl_writer *writer)
{
	if (writer != NULL)
		writer->ops->free(writer);
}
