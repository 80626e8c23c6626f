/* SPDX-License-Identifier: MIT */
/** Any words as a command line, a line each: the first byte says of which command. */
#include "cli/options.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char name[] = "rootlift";
	char *argv[WORDS_MAX + 2] = {name};
	struct rl_options options = {0};
	struct rl_error err = {0};
	char *text, *rest, *word;
	int argc = 1, ret;

	if (size == 0)
		return 0;
	text = rest = strndup((const char *)data + 1, size - 1);
	if (text == NULL)
		abort();
	while (argc <= WORDS_MAX && (word = strsep(&rest, "\n")) != NULL)
		argv[argc++] = word;
	ret = rl_options_parse((enum rl_command)(data[0] % 5), argc, argv, &options, &err);
	if (ret == 0 &&
		(options.root[0] == '\0' || options.depth > 64 || options.hook_seconds == 0))
		abort();
	if (ret != 0 && (ret != -EINVAL || err.code != EINVAL || err.message[0] == '\0'))
		abort();
	rl_options_free(&options);
	free(text);
	return 0;
}
