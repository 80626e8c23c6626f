/* SPDX-License-Identifier: MIT */
/*
 * Only what a loader looks at is read: the program headers, of them the interpreter and the dynamic section,
 * and through that the strings. There are more of all three in no real file than the limits below.
 */
#include "scan/elf.h"

#include "scan/bytes.h"
#include "scan/facts.h"

#include <elf.h>
#include <limits.h>
#include <string.h>

/* The kernel takes 64 KiB of program headers. */
#define HEADERS_MAX 1024
/* Bytes of the dynamic section. */
#define DYNAMIC_MAX ((uint64_t)256 << 10)
#define NEEDED_MAX 4096
/* Bytes of the names of what is needed. */
#define NAMES_MAX ((size_t)1 << 20)
#define STRING_MAX (4 * PATH_MAX)
#define STRINGS_MAX ((uint64_t)16 << 20)

/* A field of a structure that has another form for 32 and for 64 bits. */
#define FIELD(file, bytes, at, type, field)                                                \
	((file)->elf->class == ELFCLASS64 ? RL_BYTES_FIELD(bytes, at, Elf64_##type, field) \
					  : RL_BYTES_FIELD(bytes, at, Elf32_##type, field))
#define SIZE(file, type) \
	((file)->elf->class == ELFCLASS64 ? sizeof(Elf64_##type) : sizeof(Elf32_##type))

/* A file that is being read. */
struct file {
	int fd;
	struct rl_elf *elf;
	struct rl_bytes headers, dynamic;
	/* Room for a string. */
	char *string;
	/* Bytes of the names of what is needed so far. */
	size_t names_size;
};

/* The one header of this type, or SIZE_MAX. */
static size_t find_header(const struct file *file, uint32_t type)
{
	size_t at;

	for (at = 0; at + SIZE(file, Phdr) <= file->headers.len; at += SIZE(file, Phdr)) {
		if (FIELD(file, &file->headers, at, Phdr, p_type) == type)
			return at;
	}
	return SIZE_MAX;
}

/* Where in the file is what will be at @address in memory. Returns 0 with the bytes left of that segment. */
static int find_address(
	const struct file *file, uint64_t address, uint64_t *offset_ret, uint64_t *size_ret)
{
	size_t at;

	for (at = 0; at + SIZE(file, Phdr) <= file->headers.len; at += SIZE(file, Phdr)) {
		uint64_t start = FIELD(file, &file->headers, at, Phdr, p_vaddr);
		uint64_t size = FIELD(file, &file->headers, at, Phdr, p_filesz);
		uint64_t offset = FIELD(file, &file->headers, at, Phdr, p_offset);

		if (FIELD(file, &file->headers, at, Phdr, p_type) != PT_LOAD || address < start ||
			address - start >= size || offset > UINT64_MAX - (address - start))
			continue;
		*offset_ret = offset + (address - start);
		*size_ret = size - (address - start);
		return 0;
	}
	return -ENOEXEC;
}

/* Copies the string that begins at @offset, and ends within @size bytes. */
static int copy_string(const struct file *file, uint64_t offset, uint64_t size, char **to)
{
	struct rl_bytes bytes;
	size_t max = size < STRING_MAX ? (size_t)size : STRING_MAX;
	char *copy;
	int ret = rl_bytes_read(file->fd, offset, max, (unsigned char *)file->string, &bytes);

	if (ret != 0)
		return ret;
	if (memchr(file->string, '\0', bytes.len) == NULL)
		return -ENOEXEC;
	copy = strdup(file->string);
	if (copy == NULL)
		return -ENOMEM;
	free(*to);
	*to = copy;
	return 0;
}

/* Copies a string of the dynamic section by its place in the table. */
static int take_string(const struct file *file, uint64_t at, char **to)
{
	const struct rl_elf *elf = file->elf;

	if (at >= elf->strings_size)
		return -ENOEXEC;
	return copy_string(file, elf->strings_at + at, elf->strings_size - at, to);
}

static int add_needed(struct file *file, uint64_t at)
{
	struct rl_elf *elf = file->elf;
	char **more;
	int ret;

	if (elf->needed_count == NEEDED_MAX)
		return -ENOEXEC;
	more = reallocarray(elf->needed, elf->needed_count + 1, sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	elf->needed = more;
	more[elf->needed_count] = NULL;
	ret = take_string(file, at, &more[elf->needed_count]);
	if (ret != 0)
		return ret;
	file->names_size += strlen(more[elf->needed_count++]);
	return file->names_size <= NAMES_MAX ? 0 : -ENOEXEC;
}

/* Takes one entry of the dynamic section that stands for a string, or for a flag. */
static int take_entry(struct file *file, uint64_t tag, uint64_t value)
{
	struct rl_elf *elf = file->elf;

	switch (tag) {
	case DT_NEEDED:
		return add_needed(file, value);
	case DT_SONAME:
		return take_string(file, value, &elf->soname);
	case DT_RPATH:
		return take_string(file, value, &elf->rpath);
	case DT_RUNPATH:
		return take_string(file, value, &elf->runpath);
	case DT_FLAGS_1:
		elf->nodeflib = (value & DF_1_NODEFLIB) != 0;
		return 0;
	default:
		return 0;
	}
}

/* Finds the table of strings, which may stand behind what points into it. */
static int find_strings(const struct file *file)
{
	struct rl_elf *elf = file->elf;
	uint64_t address = 0, size = 0, rest = 0;
	bool has_strings = false;
	size_t at;

	for (at = 0; at + SIZE(file, Dyn) <= file->dynamic.len; at += SIZE(file, Dyn)) {
		uint64_t tag = FIELD(file, &file->dynamic, at, Dyn, d_tag);
		uint64_t value = FIELD(file, &file->dynamic, at, Dyn, d_un);

		if (tag == DT_NULL)
			break;
		if (tag == DT_STRTAB) {
			address = value;
			has_strings = true;
		} else if (tag == DT_STRSZ) {
			size = value;
		}
	}
	/* What has none needs nothing, or take_string() will say that it does not fit. */
	if (!has_strings)
		return 0;
	if (find_address(file, address, &elf->strings_at, &rest) != 0)
		return -ENOEXEC;
	if (size < rest)
		rest = size;
	elf->strings_size = (size_t)(rest < STRINGS_MAX ? rest : STRINGS_MAX);
	return 0;
}

static int read_dynamic(struct file *file, unsigned char *data, size_t size, uint64_t offset)
{
	size_t at;
	int ret = rl_bytes_read(file->fd, offset, size, data, &file->dynamic);

	if (ret == 0)
		ret = find_strings(file);
	for (at = 0; ret == 0 && at + SIZE(file, Dyn) <= file->dynamic.len; at += SIZE(file, Dyn)) {
		uint64_t tag = FIELD(file, &file->dynamic, at, Dyn, d_tag);

		if (tag == DT_NULL)
			break;
		ret = take_entry(file, tag, FIELD(file, &file->dynamic, at, Dyn, d_un));
	}
	return ret;
}

/* Reads what the program headers lead to. */
static int read_segments(struct file *file)
{
	size_t interpreter = find_header(file, PT_INTERP), dynamic = find_header(file, PT_DYNAMIC);
	RL_AUTO_FREE unsigned char *data = NULL;
	uint64_t size;
	int ret;

	if (interpreter != SIZE_MAX) {
		ret = copy_string(file, FIELD(file, &file->headers, interpreter, Phdr, p_offset),
			FIELD(file, &file->headers, interpreter, Phdr, p_filesz),
			&file->elf->interpreter);
		if (ret != 0)
			return ret;
	}
	if (dynamic == SIZE_MAX)
		return 0;
	size = FIELD(file, &file->headers, dynamic, Phdr, p_filesz);
	if (size > DYNAMIC_MAX)
		size = DYNAMIC_MAX;
	data = malloc((size_t)size + 1);
	if (data == NULL)
		return -ENOMEM;
	return read_dynamic(
		file, data, (size_t)size, FIELD(file, &file->headers, dynamic, Phdr, p_offset));
}

static int read_headers(struct file *file, const struct rl_bytes *header)
{
	uint64_t count = FIELD(file, header, 0, Ehdr, e_phnum);
	RL_AUTO_FREE unsigned char *data = NULL;
	RL_AUTO_FREE char *string = NULL;
	int ret;

	/* What has no program headers can be loaded by nobody. */
	if (count == 0 || count > HEADERS_MAX ||
		FIELD(file, header, 0, Ehdr, e_phentsize) != SIZE(file, Phdr))
		return -ENOEXEC;
	data = malloc((size_t)count * SIZE(file, Phdr));
	string = malloc(STRING_MAX);
	if (data == NULL || string == NULL)
		return -ENOMEM;
	file->string = string;
	ret = rl_bytes_read(file->fd, FIELD(file, header, 0, Ehdr, e_phoff),
		(size_t)count * SIZE(file, Phdr), data, &file->headers);
	if (ret == 0 && file->headers.len < (size_t)count * SIZE(file, Phdr))
		ret = -ENOEXEC;
	return ret == 0 ? read_segments(file) : ret;
}

int rl_elf_read(int fd, struct rl_elf *elf)
{
	unsigned char data[sizeof(Elf64_Ehdr)];
	struct rl_bytes header;
	struct file file = {.fd = fd, .elf = elf};
	uint64_t type;
	int ret = rl_bytes_read(fd, 0, sizeof(data), data, &header);

	*elf = (struct rl_elf){.arch = ""};
	if (ret != 0)
		return ret;
	if (header.len < EI_NIDENT || memcmp(data, ELFMAG, SELFMAG) != 0)
		return 0;
	elf->class = data[EI_CLASS];
	elf->is_big = data[EI_DATA] == ELFDATA2MSB;
	if ((elf->class != ELFCLASS32 && elf->class != ELFCLASS64) ||
		header.len < SIZE(&file, Ehdr))
		return -ENOEXEC;
	header.is_big = file.headers.is_big = file.dynamic.is_big = elf->is_big;
	type = FIELD(&file, &header, 0, Ehdr, e_type);
	if (type != ET_EXEC && type != ET_DYN)
		return 0;
	elf->machine = (uint16_t)FIELD(&file, &header, 0, Ehdr, e_machine);
	elf->arch = rl_facts_arch_of(data);
	ret = read_headers(&file, &header);
	if (ret == 0)
		return 1;
	rl_elf_free(elf);
	return ret;
}

bool rl_elf_fits(const struct rl_elf *a, const struct rl_elf *b)
{
	return a->class == b->class && a->is_big == b->is_big && a->machine == b->machine;
}

int rl_elf_has_string(int fd, const struct rl_elf *elf, const char *string)
{
	RL_AUTO_FREE unsigned char *data = malloc(elf->strings_size + 1);
	const unsigned char *at;
	struct rl_bytes bytes;
	int ret;

	if (data == NULL)
		return -ENOMEM;
	ret = rl_bytes_read(fd, elf->strings_at, elf->strings_size, data, &bytes);
	if (ret != 0)
		return ret;
	/* With the NUL before it, which all but the empty string at the table's beginning have. */
	for (at = data; (at = memmem(at, bytes.len - (size_t)(at - data), string,
				 strlen(string) + 1)) != NULL;
		at++) {
		if (at > data && at[-1] == '\0')
			return 1;
	}
	return 0;
}

void rl_elf_free(struct rl_elf *elf)
{
	size_t i;

	for (i = 0; i < elf->needed_count; i++)
		free(elf->needed[i]);
	free(elf->needed);
	free(elf->interpreter);
	free(elf->soname);
	free(elf->rpath);
	free(elf->runpath);
	*elf = (struct rl_elf){.arch = ""};
}
