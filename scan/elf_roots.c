/* SPDX-License-Identifier: MIT */
/* Where a closure begins: programs, scripts, directories, and what libc loads by itself. */
#include "scan/elf_closure_parts.h"
#include "scan/far.h"
#include "scan/root_file.h"

#include <string.h>

/* As many scripts as the kernel goes through (linux/binfmts.h, exec_binprm()). */
#define SCRIPTS_MAX 5
/* The first line of a script that the kernel looks at. */
#define LINE_MAX_BYTES 256
#define BLANKS " \t"
#define NSSWITCH_MAX ((size_t)64 << 10)
/* Directories in each other. */
#define DEPTH_MAX 64

/* Loads a program with its loader. */
static int add_program(struct rl_elf_closure *closure, const struct rl_object *object)
{
	const struct rl_object *loader_file;
	struct rl_loader **more, *loader;
	size_t i;
	int ret = rl_closure_look(closure, object->elf.interpreter, &loader_file);

	if (ret == 0 && loader_file->type != S_IFREG)
		return rl_closure_miss(closure, object->real, object->elf.interpreter, "loader");
	if (ret == 0)
		ret = rl_closure_take(closure, loader_file);
	if (ret != 0)
		return ret;
	for (i = 0; i < closure->loader_count; i++) {
		loader = closure->loaders[i];
		if (strcmp(loader->path, loader_file->path) == 0 &&
			rl_elf_fits(&loader->loads, &object->elf))
			return rl_closure_load(closure, object, loader, "");
	}
	more = reallocarray(closure->loaders, closure->loader_count + 1, sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	closure->loaders = more;
	loader = calloc(1, sizeof(*loader));
	if (loader == NULL)
		return -ENOMEM;
	more[closure->loader_count++] = loader;
	ret = rl_loader_find(&closure->trails, loader_file->path, &object->elf, loader);
	return ret == 0 ? rl_closure_load(closure, object, loader, "") : ret;
}

/* Keeps a library until all loaders are known. */
static int add_library(struct rl_elf_closure *closure, const struct rl_object *object)
{
	const struct rl_object **more =
		reallocarray(closure->libraries, closure->library_count + 1, sizeof(*more));

	if (more == NULL)
		return -ENOMEM;
	closure->libraries = more;
	more[closure->library_count++] = object;
	return 0;
}

/* Whether an ELF file that is named, or in a directory that is, is started rather than loaded. */
static bool is_program(const struct rl_object *object)
{
	return object->elf.interpreter != NULL && object->elf.soname == NULL;
}

static int add_elf(struct rl_elf_closure *closure, const struct rl_object *object)
{
	int ret;

	if (!is_program(object))
		/* One that is linked statically needs nothing. */
		return object->elf.needed_count > 0 ? add_library(closure, object) : 0;
	/* To its program $ORIGIN is where it really is. */
	ret = rl_closure_look(closure, object->real, &object);
	return ret == 0 ? add_program(closure, object) : ret;
}

/* Adds the program @name that env(1) would start. */
static int add_by_name(struct rl_elf_closure *closure, const struct rl_object *script,
	const char *name, unsigned int depth)
{
	static const char *const directories[] = {
		"usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"};
	const struct rl_object *object;
	enum rl_closure_kind unused;
	size_t i;

	for (i = 0; i < sizeof(directories) / sizeof(*directories); i++) {
		RL_AUTO_FREE char *path = NULL;
		int ret;

		if (asprintf(&path, "%s/%s", directories[i], name) < 0) {
			path = NULL;
			return -ENOMEM;
		}
		ret = rl_closure_look(closure, path, &object);
		if (ret == 0 && object->type != S_IFREG)
			continue;
		if (ret == 0)
			ret = rl_closure_take(closure, object);
		return ret == 0 ? rl_closure_add_object(closure, object, depth, &unused) : ret;
	}
	return rl_closure_miss(closure, script->real, name, "interpreter");
}

/* Adds what a script names as its interpreter, or has env(1) start. */
static int add_interpreter(struct rl_elf_closure *closure, const struct rl_object *script,
	const char *path, unsigned int depth)
{
	const struct rl_object *object;
	enum rl_closure_kind unused;
	int ret;

	if (path[0] != '/')
		return strchr(path, '/') == NULL
			       ? add_by_name(closure, script, path, depth)
			       : rl_closure_miss(closure, script->real, path, "interpreter");
	ret = rl_closure_look(closure, path, &object);
	if (ret != 0)
		return ret;
	if (object->type != S_IFREG)
		return rl_closure_miss(closure, script->real, path, "interpreter");
	ret = rl_closure_take(closure, object);
	return ret == 0 ? rl_closure_add_object(closure, object, depth, &unused) : ret;
}

/* Adds what env(1) starts by the words behind its name: options, NAME=VALUE, then the program. */
static int add_of_env(struct rl_elf_closure *closure, const struct rl_object *script, char *words,
	unsigned int depth)
{
	char *word;

	while ((word = strsep(&words, BLANKS)) != NULL) {
		if (word[0] == '\0' || word[0] == '-' || strchr(word, '=') != NULL)
			continue;
		return add_interpreter(closure, script, word, depth);
	}
	return 0;
}

/* Adds the interpreter of a script, whose first line is @line, without "#!". */
static int add_script(struct rl_elf_closure *closure, const struct rl_object *script, char *line,
	unsigned int depth)
{
	char *path = line + strspn(line, BLANKS), *words = path + strcspn(path, BLANKS);
	const char *name;
	int ret;

	if (path[0] == '\0')
		return 0;
	if (depth == SCRIPTS_MAX)
		return -ELOOP;
	if (*words != '\0')
		*words++ = '\0';
	ret = path[0] == '/' ? add_interpreter(closure, script, path, depth + 1)
			     : rl_closure_miss(closure, script->real, path, "interpreter");
	name = strrchr(path, '/');
	if (ret == 0 && name != NULL && strcmp(name, "/env") == 0)
		ret = add_of_env(closure, script, words, depth + 1);
	return ret;
}

/* Reads the first line of a file, if it is a script. Returns 1, or 0. */
static int read_line(
	const struct rl_elf_closure *closure, const char *real, char line[LINE_MAX_BYTES])
{
	RL_AUTO_ANY_FD int fd = rl_trails_open(&closure->trails, real);
	ssize_t len;

	if (fd < 0)
		return fd;
	do
		len = rl_pread(fd, line, LINE_MAX_BYTES - 1, 0);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	line[len] = '\0';
	if (line[0] != '#' || line[1] != '!')
		return 0;
	line[strcspn(line, "\r\n")] = '\0';
	return 1;
}

int rl_closure_add_object(struct rl_elf_closure *closure, const struct rl_object *object,
	unsigned int depth, enum rl_closure_kind *kind_ret)
{
	char line[LINE_MAX_BYTES];
	int ret;

	*kind_ret = RL_CLOSURE_PROGRAM;
	if (object->is_damaged)
		return -ENOEXEC;
	if (object->is_elf)
		return add_elf(closure, object);
	ret = read_line(closure, object->real, line);
	if (ret == 1)
		return add_script(closure, object, line + 2, depth);
	*kind_ret = RL_CLOSURE_DATA;
	return ret;
}

/* Adds what a symlink in @directory leads to, if that is outside. */
static int add_link(
	struct rl_elf_closure *closure, const char *directory, const struct rl_object *object)
{
	struct rl_entry entry = {0};
	size_t len = strlen(directory);
	int ret;

	if (object->type != S_IFREG || rl_trails_is_placed(&closure->trails, object->real) ||
		(strncmp(object->real, directory, len) == 0 && object->real[len] == '/'))
		return 0;
	/* What not everybody may read is nothing that comes along by itself. */
	ret = rl_root_stat(closure->options.root_fd, object->real, &entry);
	if (ret != 0 || (entry.mode & S_IROTH) == 0)
		return ret == -ENOMEM ? ret : 0;
	return rl_closure_take(closure, object);
}

/* A directory that is gone through. */
struct directory {
	struct rl_elf_closure *closure;
	/* The path that was named; without symlinks. */
	const char *top;
	bool wants_elf;
};

static int add_names(const struct directory *directory, const char *path, unsigned int depth);

/* Adds what is at @path. */
static int add_inner(const struct directory *directory, const char *path, unsigned int depth)
{
	struct rl_elf_closure *closure = directory->closure;
	const struct rl_object *object;
	struct rl_entry entry = {0};
	int ret = rl_root_stat(closure->options.root_fd, path, &entry);

	if (ret != 0)
		return ret == -ENOENT ? 0 : ret;
	if (S_ISDIR(entry.mode))
		return depth < DEPTH_MAX ? add_names(directory, path, depth + 1) : -ENAMETOOLONG;
	if (!S_ISLNK(entry.mode) && (!S_ISREG(entry.mode) || !directory->wants_elf))
		return 0;
	ret = rl_closure_look(closure, path, &object);
	if (ret == 0 && S_ISLNK(entry.mode))
		ret = add_link(closure, directory->top, object);
	/* Of a damaged file nobody has said that it is needed. */
	if (ret == 0 && directory->wants_elf && object->is_elf)
		ret = add_elf(closure, object);
	return ret;
}

static int add_names(const struct directory *directory, const char *path, unsigned int depth)
{
	struct rl_buf names = {0};
	const char *name;
	int ret = rl_root_list(directory->closure->options.root_fd, path, &names);

	for (name = names.data; ret == 0 && name != NULL && name < names.data + names.len;
		name += strlen(name) + 1) {
		RL_AUTO_FREE char *inner = NULL;

		if (asprintf(&inner, "%s/%s", path, name) < 0) {
			inner = NULL;
			ret = -ENOMEM;
			break;
		}
		ret = add_inner(directory, inner, depth);
	}
	rl_buf_free(&names);
	return ret;
}

int rl_closure_add_directory(
	struct rl_elf_closure *closure, const char *path, bool wants_elf, struct rl_error *err)
{
	struct directory directory = {.closure = closure, .top = path, .wants_elf = wants_elf};
	int ret = add_names(&directory, path, 0);

	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot read what is in '%s'", path);
}

/* Takes the module of one service, if there is one. Returns 1, or 0. */
static int add_service(
	struct rl_elf_closure *closure, const struct rl_node *libc, const char *service)
{
	RL_AUTO_FREE char *name = NULL;
	const char *path = libc->object->path, *slash = strrchr(path, '/');
	RL_AUTO_FREE char *origin = strndup(path, slash != NULL ? (size_t)(slash - path) : 0);
	struct rl_search search = {.node = libc, .rpath = "", .runpath = ""};

	if (origin == NULL || asprintf(&name, "libnss_%s.so.2", service) < 0) {
		name = NULL;
		return -ENOMEM;
	}
	search.name = name;
	search.origin = origin;
	return rl_closure_search(closure, &search, "");
}

/* Whether these are in libc itself, as since glibc 2.34. */
static int has_services(const struct rl_elf_closure *closure, const struct rl_object *libc)
{
	RL_AUTO_ANY_FD int fd = rl_trails_open(&closure->trails, libc->real);

	return fd >= 0 ? rl_elf_has_string(fd, &libc->elf, "GLIBC_2.34") : fd;
}

/* Takes the modules that nsswitch.conf(5) names. */
static int add_services(
	struct rl_elf_closure *closure, const struct rl_node *libc, const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	int ret = has_services(closure, libc->object);
	bool is_inside = ret == 1;
	size_t len;

	for (; ret >= 0 && *text != '\0'; text += len) {
		char service[64];

		len = strspn(text, letters);
		if (*text == '#')
			len = strcspn(text, "\n");
		else if (*text == '[')
			len = strcspn(text, "]\n");
		else if (len == 0)
			len = 1;
		/* What has a colon behind it is what the services are asked for. */
		if (strspn(text, letters) != len || len >= sizeof(service) || text[len] == ':')
			continue;
		(void)snprintf(service, sizeof(service), "%.*s", (int)len, text);
		if (is_inside && (strcmp(service, "files") == 0 || strcmp(service, "dns") == 0))
			continue;
		ret = add_service(closure, libc, service);
	}
	return ret < 0 ? ret : 0;
}

/* Without the file these are asked. */
#define NO_NSSWITCH "hosts: files dns\n"

int rl_closure_add_name_services(struct rl_elf_closure *closure)
{
	const struct rl_object *object;
	struct rl_buf text = {0};
	size_t i, count = closure->node_count;
	int ret = rl_root_read(closure->options.root_fd, "etc/nsswitch.conf", NSSWITCH_MAX, &text);
	bool has_file = ret == 1, has_libc = false;

	if (ret == 0)
		ret = rl_buf_append_str(&text, NO_NSSWITCH);
	for (i = 0; ret >= 0 && i < count; i++) {
		const char *soname = closure->nodes[i]->object->elf.soname;

		if (soname == NULL || strcmp(soname, "libc.so.6") != 0)
			continue;
		has_libc = true;
		ret = add_services(closure, closure->nodes[i], text.data);
	}
	rl_buf_free(&text);
	if (ret < 0 || !has_libc || !has_file)
		return ret < 0 ? ret : 0;
	/* Also if all is in libc: without it a resolver is asked before /etc/hosts, which engines write. */
	ret = rl_closure_look(closure, "etc/nsswitch.conf", &object);
	return ret == 0 ? rl_closure_take(closure, object) : ret;
}
