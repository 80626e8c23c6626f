/* SPDX-License-Identifier: MIT */
/**
 * Any words as what an image is to be: the first byte of each says which option it is for, and a line of
 * two tabs ends it. What is taken makes a config.
 */
#include "cli/image_options.h"
#include "writer/image_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PORTS_MAX 1000
#define OPTION_COUNT (RL_IMAGE_OPTION_CHANGE - RL_IMAGE_OPTION_FORMAT + 1)

/* One value after the other; the first letter of each says of which option. */
static int take_values(struct rl_image_options *options, char *text, struct rl_error *err)
{
	char *value, *next;
	int ret = 0;

	for (value = text; ret == 0 && value != NULL && value[0] != '\0'; value = next) {
		next = strstr(value, "\n\t\t\n");
		if (next != NULL) {
			*next = '\0';
			next += 4;
		}
		ret = rl_image_option(options,
			RL_IMAGE_OPTION_FORMAT + (unsigned char)value[0] % OPTION_COUNT, value + 1,
			err);
	}
	return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const ids[] = {"sha256:0"};
	char *text = strndup((const char *)data, size);
	struct rl_image_options options = {0};
	struct rl_error err = {0};
	struct rl_buf json = {0};
	struct rl_image_json made = {.err = &err};
	int ret;

	if (text == NULL)
		abort();
	ret = take_values(&options, text, &err);
	if (ret == 0)
		ret = rl_image_options_check(&options, &err);
	if (ret != 0 && (ret != -EINVAL || err.code != EINVAL || err.message[0] == '\0'))
		abort();
	/* What was taken can be written, whatever it is; many thousand ports would only take time. */
	if (ret == 0 && options.config.ports.count < PORTS_MAX &&
		(rl_config_json(&options.config, ids, 1, &json, &err) != 0 || json.data[0] != '{'))
		abort();
	if (ret == 0 &&
		rl_image_json_finish(&made,
			rl_image_json_pairs(&made, "an annotation", &options.config.annotations),
			&json) != 0)
		abort();
	rl_buf_free(&json);
	rl_image_options_free(&options);
	free(text);
	return 0;
}
