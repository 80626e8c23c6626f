/* SPDX-License-Identifier: MIT */
/*
 * To be preloaded: lets an allocation fail, and counts.
 *
 * FAILMALLOC_STATE names a file of at least sizeof(struct state) bytes, which is mapped, so that counting
 * goes on where nothing can be opened or written any more. Allocations are counted from 1. Calls of the
 * dynamic loader's before this library begins are not.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/** What is in the file; native numbers. */
struct state {
	/** Which allocation is to fail; 0: none. Set by the caller. */
	int64_t at;
	/** Whether all after it fail as well. Set by the caller. */
	int64_t goes_on;
	/** How many there were. */
	int64_t count;
	/** How many failed. */
	int64_t failed;
	/** How many blocks of the first process have not been released. */
	int64_t live;
	/** Whether it was libarchive whose allocation failed. */
	int64_t in_archive;
};

static struct state *state;
static pid_t first_process;
static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void *(*real_memalign)(size_t, size_t);
static void (*real_free)(void *);
/* For dlsym(), should it need some while the real functions are not known yet. */
static _Alignas(max_align_t) char early[4096];
static size_t early_used;

static void *find(const char *name)
{
	void *symbol = dlsym(RTLD_NEXT, name);

	if (symbol == NULL)
		abort();
	return symbol;
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("FAILMALLOC_STATE");
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *at;

	if (fd < 0)
		return;
	at = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)close(fd);
	first_process = getpid();
	if (at != MAP_FAILED)
		state = at;
}

static void find_all(void)
{
	static int is_finding;

	if (real_free != NULL || is_finding)
		return;
	is_finding = 1;
	*(void **)&real_malloc = find("malloc");
	*(void **)&real_calloc = find("calloc");
	*(void **)&real_realloc = find("realloc");
	*(void **)&real_memalign = find("memalign");
	*(void **)&real_free = find("free");
	is_finding = 0;
}

static int is_early(const void *block)
{
	return (const char *)block >= early && (const char *)block < early + sizeof(early);
}

static void *take_early(size_t size)
{
	void *block = early + early_used;

	early_used += (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (early_used > sizeof(early))
		abort();
	return block;
}

static int is_in(const void *caller, const char *library)
{
	Dl_info info;

	return dladdr(caller, &info) != 0 && strstr(info.dli_fname, library) != NULL;
}

/* Whether the allocation that comes now, and that @caller asks for, fails. */
static int fails(const void *caller)
{
	int64_t number;

	find_all();
	if (state == NULL || is_in(caller, "/libseccomp.so"))
		return 0;
	number = __atomic_add_fetch(&state->count, 1, __ATOMIC_RELAXED);
	if (state->at == 0 || number < state->at || (number > state->at && !state->goes_on))
		return 0;
	state->failed++;
	state->in_archive |= is_in(caller, "/libarchive.so");
	errno = ENOMEM;
	return 1;
}

static void *counted(void *block)
{
	if (block != NULL && state != NULL && getpid() == first_process)
		state->live++;
	return block;
}

void *malloc(size_t size)
{
	if (fails(__builtin_return_address(0)))
		return NULL;
	return real_free != NULL ? counted(real_malloc(size)) : take_early(size);
}

void *calloc(size_t count, size_t size)
{
	if (fails(__builtin_return_address(0)))
		return NULL;
	return real_free != NULL ? counted(real_calloc(count, size)) : take_early(count * size);
}

void *realloc(void *block, size_t size)
{
	if (fails(__builtin_return_address(0)))
		return NULL;
	if (is_early(block))
		abort();
	return block != NULL ? real_realloc(block, size) : counted(real_realloc(NULL, size));
}

void *memalign(size_t alignment, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : counted(real_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : counted(real_memalign(alignment, size));
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
	*block = aligned_alloc(alignment, size);
	return *block != NULL ? 0 : ENOMEM;
}

void free(void *block)
{
	find_all();
	if (block == NULL || is_early(block))
		return;
	if (state != NULL && getpid() == first_process)
		state->live--;
	real_free(block);
}
