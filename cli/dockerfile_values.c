/* SPDX-License-Identifier: MIT */
/* The values that instructions and options have in common: commands, ports, signals, directories. */
#include "cli/dockerfile.h"
#include "cli/dockerfile_words.h"
#include "cli/json.h"

#include <ctype.h>
#include <signal.h>
#include <string.h>

/* Real-time signals as Linux numbers them; those below RTMIN are kept by libc. */
#define SIGNAL_MAX 64
#define REALTIME_SPAN 15
/* Each port of each protocol; more say nothing new. */
#define PORTS_MAX ((size_t)3 << 16)

static int no_memory(struct rl_error *err)
{
	return rl_error_set(err, ENOMEM, "cannot take the options");
}

/* Takes the strings of a JSON array. */
static int take_array(struct rl_strings *to, json_t *array, struct rl_error *err)
{
	json_t *element;
	size_t i;

	json_array_foreach(array, i, element)
	{
		const char *word = json_string_value(element);

		if (word == NULL)
			return rl_error_text(err, EINVAL, "a JSON array here holds strings only");
		if (rl_strings_add(to, word, strlen(word)) != 0)
			return no_memory(err);
	}
	return 0;
}

/*
 * Whether @text begins as only a JSON array does: `[ "$A" = x ]` is a shell's test, which needs the
 * blank, while no shell has a command that is called ["a".
 */
static bool must_be_array(const char *text)
{
	return text[0] == '[' && (text[1] == '"' || text[1] == '\'' || text[1] == ']');
}

int rl_dockerfile_array(
	struct rl_strings *to, const char *text, bool *is_array_ret, struct rl_error *err)
{
	json_error_t where;
	json_t *array = text[0] == '[' ? json_loads(text, 0, &where) : NULL;
	int ret;

	*is_array_ret = array != NULL;
	if (array == NULL)
		return must_be_array(text) ? rl_error_text(err, EINVAL,
						     "not a JSON array of strings: %s", where.text)
					   : 0;
	ret = take_array(to, array, err);
	json_decref(array);
	return ret;
}

/* Takes the form that CMD and ENTRYPOINT have. */
static int take_command(struct rl_strings *to, const char *text, struct rl_error *err)
{
	struct rl_strings words = {0};
	bool is_array = false;
	int ret;

	if (text[0] == '\0')
		return rl_error_text(err, EINVAL,
			"needs a command: a JSON array, [] for none, or a line for a shell");
	ret = rl_dockerfile_array(&words, text, &is_array, err);
	if (ret == 0 && !is_array &&
		(rl_strings_add(&words, "/bin/sh", 7) != 0 ||
			rl_strings_add(&words, "-c", 2) != 0 ||
			rl_strings_add(&words, text, strlen(text)) != 0))
		ret = no_memory(err);
	if (ret != 0) {
		rl_strings_free(&words);
		return ret;
	}
	rl_strings_free(to);
	*to = words;
	return 0;
}

int rl_dockerfile_set_command(
	struct rl_image_config *config, const char *text, struct rl_error *err)
{
	int ret = take_command(&config->command, text, err);

	config->has_command |= ret == 0;
	return ret;
}

int rl_dockerfile_set_entrypoint(
	struct rl_image_config *config, const char *text, struct rl_error *err)
{
	int ret = take_command(&config->entrypoint, text, err);

	config->has_entrypoint |= ret == 0;
	return ret;
}

/* A decimal port at *@at, which is moved behind it. */
static bool take_port(const char **at, unsigned int *port)
{
	unsigned int number = 0;
	size_t digits = 0;

	for (; isdigit((unsigned char)**at) && digits < 5; digits++)
		number = number * 10 + (unsigned int)(*(*at)++ - '0');
	*port = number;
	return digits > 0 && number <= UINT16_MAX;
}

int rl_dockerfile_expose(struct rl_image_config *config, const char *word, struct rl_error *err)
{
	static const char *const protocols[] = {"tcp", "udp", "sctp"};
	const char *at = word, *protocol = NULL;
	unsigned int first, last, port;
	bool is_port = take_port(&at, &first);
	size_t i;

	last = first;
	if (is_port && *at == '-') {
		at++;
		is_port = take_port(&at, &last) && first <= last;
	}
	if (!is_port || (*at != '\0' && *at != '/'))
		return rl_error_text(
			err, EINVAL, "'%s' is no port: 80, 53/udp, 8000-8003 (0 to 65535)", word);
	at += *at == '/';
	for (i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
		if (strcasecmp(at, protocols[i]) == 0 || (i == 0 && *at == '\0'))
			protocol = protocols[i];
	}
	if (protocol == NULL)
		return rl_error_text(
			err, EINVAL, "the protocol of '%s' is not tcp, udp or sctp", word);
	if (config->ports.count + (last - first + 1) > PORTS_MAX)
		return rl_error_text(err, EINVAL, "there are no more than %zu ports", PORTS_MAX);
	for (port = first; port <= last; port++) {
		char text[32];

		(void)snprintf(text, sizeof(text), "%u/%s", port, protocol);
		if (rl_strings_add(&config->ports, text, strlen(text)) != 0)
			return no_memory(err);
	}
	return 0;
}

/* Whether @name, without SIG, is RTMIN, RTMAX, RTMIN+N or RTMAX-N. */
static bool is_realtime(const char *name)
{
	bool is_min = strncasecmp(name, "RTMIN", 5) == 0;
	unsigned int number;
	const char *at;

	if (!is_min && strncasecmp(name, "RTMAX", 5) != 0)
		return false;
	at = name + 5;
	if (*at == '\0')
		return true;
	if (*at++ != (is_min ? '+' : '-'))
		return false;
	return take_port(&at, &number) && *at == '\0' && number >= 1 && number <= REALTIME_SPAN;
}

static bool is_signal(const char *word)
{
	const char *name = strncasecmp(word, "SIG", 3) == 0 ? word + 3 : word, *at = word;
	unsigned int number;
	int i;

	if (take_port(&at, &number) && *at == '\0')
		return number >= 1 && number <= SIGNAL_MAX;
	for (i = 1; i < 32; i++) {
		const char *known = sigabbrev_np(i);

		if (known != NULL && strcasecmp(name, known) == 0)
			return true;
	}
	return is_realtime(name) || strcasecmp(name, "IOT") == 0 || strcasecmp(name, "CLD") == 0;
}

int rl_dockerfile_set_stop_signal(
	struct rl_image_config *config, const char *word, struct rl_error *err)
{
	if (!is_signal(word))
		return rl_error_text(
			err, EINVAL, "'%s' is no signal: SIGTERM, QUIT, SIGRTMIN+3, 15", word);
	return rl_config_set(&config->stop_signal, word, strlen(word)) == 0 ? 0 : no_memory(err);
}

/* @path, which begins with "/", without empty components, "." and "..". */
static int clean_path(const char *path, struct rl_buf *clean)
{
	int ret = 0;

	while (ret == 0 && *(path += strspn(path, "/")) != '\0') {
		size_t len = strcspn(path, "/");

		if (len == 2 && memcmp(path, "..", 2) == 0) {
			while (clean->len > 0 && clean->data[--clean->len] != '/')
				;
		} else if (len != 1 || path[0] != '.') {
			ret = rl_buf_append(clean, "/", 1);
			if (ret == 0)
				ret = rl_buf_append(clean, path, len);
		}
		path += len;
	}
	return ret == 0 ? rl_buf_append_str(clean, clean->len == 0 ? "/" : "") : ret;
}

int rl_dockerfile_set_working_dir(
	struct rl_image_config *config, const char *path, struct rl_error *err)
{
	RL_AUTO_FREE char *joined = NULL;
	struct rl_buf clean = {0};
	int ret;

	if (path[0] == '\0')
		return rl_error_text(err, EINVAL, "needs a directory");
	/* An absolute path stays as it is written: docker does the same. */
	if (path[0] == '/')
		return rl_config_set(&config->working_dir, path, strlen(path)) == 0
			       ? 0
			       : no_memory(err);
	if (asprintf(&joined, "%s/%s", config->working_dir != NULL ? config->working_dir : "",
		    path) < 0) {
		joined = NULL;
		return no_memory(err);
	}
	ret = clean_path(joined, &clean);
	if (ret == 0)
		ret = rl_config_set(&config->working_dir, clean.data, clean.len);
	rl_buf_free(&clean);
	return ret == 0 ? 0 : no_memory(err);
}
