/* SPDX-License-Identifier: MIT */
#include "scan/database.h"

#include <string.h>

/* How databases are known by the files that their servers hold open. */
static const struct known {
	/* The path's end. */
	const char *name;
	/* How many components that has: the directory is what is before them. */
	int components;
	/* Nobody holds the file open: the server works in its directory. */
	bool is_in_working_dir;
	/* What it is, and how to get a good copy. */
	const char *text;
} known[] = {
	{"postmaster.pid", 1, true,
		"PostgreSQL, captured live: restore it from a dump (pg_dumpall)"},
	{"ibdata1", 1, false, "MySQL, captured live: restore it from a dump (mysqldump)"},
	{"mysql.ibd", 1, false, "MySQL, captured live: restore it from a dump (mysqldump)"},
	{"aria_log_control", 1, false, "MySQL, captured live: restore it from a dump (mysqldump)"},
	{"member/snap/db", 3, false,
		"etcd, captured live: restore it from a dump (etcdctl snapshot)"},
	{"data.mdb", 1, false,
		"LMDB, as LDAP servers use, captured live: restore it from a dump (slapcat)"},
	{"id2entry.bdb", 1, false, "LDAP, captured live: restore it from a dump (slapcat)"},
	{"WiredTiger.wt", 1, false, "MongoDB, captured live: restore it from a dump (mongodump)"},
};

static const char sqlite_head[16] = "SQLite format 3";
static const char sqlite_text[] =
	"SQLite, captured live: restore it from a dump (sqlite3 FILE .dump)";

/* The directory of @path that is @components up: how long its name is. */
static size_t directory_length(const char *path, int components)
{
	size_t len = strlen(path);

	while (components-- > 0) {
		while (len > 0 && path[len - 1] != '/')
			len--;
		if (len > 0)
			len--;
	}
	return len;
}

/* Where the last @components of @path begin; NULL if it has fewer. */
static const char *tail_of(const char *path, int components)
{
	const char *at = path + strlen(path);

	for (;;) {
		while (at > path && at[-1] != '/')
			at--;
		if (--components == 0)
			return at;
		if (at == path)
			return NULL;
		at--;
	}
}

static const struct known *find_known(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const char *tail = tail_of(path, known[i].components);

		if (tail != NULL && strcmp(tail, known[i].name) == 0)
			return &known[i];
	}
	return NULL;
}

/* Tells about the database at the first @len bytes of @path, if that has not been told. */
static int tell(struct rl_databases *databases, const char *path, size_t len, const char *text,
	const struct rl_exception_sink *exceptions)
{
	struct rl_buf *told = &databases->told;
	size_t at, start = told->len;

	if (rl_buf_append(told, path, len) != 0 || rl_buf_append(told, "", 1) != 0)
		return -ENOMEM;
	for (at = 0; at < start; at += strlen(told->data + at) + 1) {
		if (strcmp(told->data + at, told->data + start) == 0) {
			rl_buf_truncate(told, start);
			return 0;
		}
	}
	rl_exception_tell(exceptions, RL_EXC_DATABASE, told->data + start, text);
	return 0;
}

/* Returns 1 if the file begins as SQLite's do, 0 if not, or < 0. */
static int is_sqlite(struct rl_source *source, struct rl_entry *entry, struct rl_error *err)
{
	struct rl_content *content;
	struct rl_chunk chunk;
	int ret;

	if (entry->size < sizeof(sqlite_head))
		return 0;
	ret = rl_source_open(source, entry, &content, err);
	if (ret <= 0)
		return ret;
	ret = rl_content_next_up_to(content, sizeof(sqlite_head), &chunk) == 1 &&
	      chunk.data != NULL && chunk.size >= sizeof(sqlite_head) &&
	      memcmp(chunk.data, sqlite_head, sizeof(sqlite_head)) == 0;
	rl_content_close(content);
	return ret;
}

/* Whether @path is that of a file in the directory that was found last in which a process works. */
static bool is_in_working_dir(const struct rl_databases *databases, const char *path)
{
	const struct rl_buf *dir = &databases->working_dir;

	return dir->data != NULL && directory_length(path, 1) == dir->len &&
	       memcmp(path, dir->data, dir->len) == 0;
}

static int check_file(struct rl_databases *databases, struct rl_source *source,
	struct rl_entry *entry, const struct rl_exception_sink *exceptions, struct rl_error *err)
{
	bool is_open = rl_open_files_has(&databases->open, entry->dev, entry->ino);
	bool is_worked_in = is_in_working_dir(databases, entry->path);
	const struct known *kind;
	int ret;

	/* Nearly all files. */
	if (!is_open && !is_worked_in)
		return 0;
	kind = find_known(entry->path);
	if (kind == NULL) {
		ret = is_open ? is_sqlite(source, entry, err) : 0;
		return ret == 1 ? tell(databases, entry->path, strlen(entry->path), sqlite_text,
					  exceptions)
				: ret;
	}
	if (kind->is_in_working_dir ? !is_worked_in : !is_open)
		return 0;
	return tell(databases, entry->path, directory_length(entry->path, kind->components),
		kind->text, exceptions);
}

int rl_databases_find(struct rl_databases *databases, struct rl_error *err)
{
	if (rl_open_files_read(NULL, &databases->open) == -ENOMEM)
		return rl_error_set(err, ENOMEM, "cannot look for databases");
	return 0;
}

int rl_databases_check(struct rl_databases *databases, struct rl_source *source,
	struct rl_entry *entry, const struct rl_exception_sink *exceptions, struct rl_error *err)
{
	int ret = 0;

	if (databases->open.count == 0)
		return 0;
	if (S_ISREG(entry->mode)) {
		ret = check_file(databases, source, entry, exceptions, err);
	} else if (S_ISDIR(entry->mode) &&
		   rl_open_files_has(&databases->open, entry->dev, entry->ino)) {
		rl_buf_truncate(&databases->working_dir, 0);
		ret = rl_buf_append_str(&databases->working_dir, entry->path);
	}
	return ret == -ENOMEM ? rl_error_set(err, ENOMEM, "cannot look for databases") : ret;
}

void rl_databases_free(struct rl_databases *databases)
{
	rl_open_files_free(&databases->open);
	rl_buf_free(&databases->working_dir);
	rl_buf_free(&databases->told);
}
