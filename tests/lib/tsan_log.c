/* SPDX-License-Identifier: MIT */
/*
 * Linked into builds with ThreadSanitizer: its reports go to the file that TSAN_LOG names. Where they go
 * otherwise, tests expect messages, or look at nothing. It is opened at the beginning, since nothing can
 * be opened for writing later on.
 */
#include <fcntl.h>
#include <sanitizer/common_interface_defs.h>
#include <stdint.h>
#include <stdlib.h>

__attribute__((constructor)) static void open_log(void)
{
	const char *path = getenv("TSAN_LOG");
	int fd = path != NULL ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;

	if (fd >= 0)
		__sanitizer_set_report_fd((void *)(intptr_t)fd);
}
