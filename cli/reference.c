/* SPDX-License-Identifier: MIT */
/*
 * The grammar (github.com/distribution/reference):
 *
 *	reference      := [domain "/"] component ["/" component]* [":" tag]
 *	domain         := host ["." host]* [":" digits]
 *	component      := alphanumerics [("." | "_" | "__" | "-"+) alphanumerics]*, in lower case
 *	tag            := [A-Za-z0-9_][A-Za-z0-9_.-]{0,127}
 *
 * The first word is a domain if it has a "." or ":", or is "localhost".
 */
#include "cli/reference.h"

#include <string.h>

#define NAME_MAX_LEN 255
#define TAG_MAX_LEN 128
/* A name of so many hexadecimal digits would be taken for an image's ID. */
#define ID_LEN 64

static bool is_lower_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Without the locale's letters. */
static bool is_alnum(char c)
{
	return is_lower_alnum(c) || (c >= 'A' && c <= 'Z');
}

/* How much of @text separates the alphanumerics of a component; 0: nothing. */
static size_t separator_length(const char *text)
{
	if (text[0] == '.')
		return 1;
	if (text[0] == '_')
		return text[1] == '_' ? 2 : 1;
	return strspn(text, "-");
}

/* Whether the @len bytes at @text are a component of a path. */
static bool is_component(const char *text, size_t len)
{
	size_t at = 0;

	for (;;) {
		size_t start = at;

		while (at < len && is_lower_alnum(text[at]))
			at++;
		if (at == start || at == len)
			return at > start;
		start = at;
		at += separator_length(text + at);
		if (at == start)
			return false;
	}
}

static bool is_tag(const char *text)
{
	size_t i, len = strlen(text);

	if (len == 0 || len > TAG_MAX_LEN || text[0] == '.' || text[0] == '-')
		return false;
	for (i = 0; i < len; i++) {
		if (!is_alnum(text[i]) && strchr("_.-", text[i]) == NULL)
			return false;
	}
	return true;
}

/* Whether the @len bytes at @text are one host's name: no "-" at its ends. */
static bool is_host(const char *text, size_t len)
{
	size_t i;

	if (len == 0 || text[0] == '-' || text[len - 1] == '-')
		return false;
	for (i = 0; i < len; i++) {
		if (!is_alnum(text[i]) && text[i] != '-')
			return false;
	}
	return true;
}

static bool is_domain(const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	size_t at = 0, hosts = colon != NULL ? (size_t)(colon - text) : len;

	if (colon != NULL &&
		(hosts + 1 == len || strspn(colon + 1, "0123456789") < len - hosts - 1))
		return false;
	for (;;) {
		size_t end = at;

		while (end < hosts && text[end] != '.')
			end++;
		if (!is_host(text + at, end - at))
			return false;
		if (end == hosts)
			return true;
		at = end + 1;
	}
}

/* The domain at the beginning of @name with its "/", or 0. */
static size_t domain_length(const char *name)
{
	size_t len = strcspn(name, "/");
	bool has_mark = memchr(name, '.', len) != NULL || memchr(name, ':', len) != NULL;

	if (name[len] == '\0' || (!has_mark && (len != 9 || memcmp(name, "localhost", 9) != 0)))
		return 0;
	return len + 1;
}

static bool is_name(const char *name)
{
	size_t domain = domain_length(name);
	const char *component = name + domain;

	if (domain > 0 && !is_domain(name, domain - 1))
		return false;
	for (;;) {
		size_t len = strcspn(component, "/");

		if (!is_component(component, len))
			return false;
		if (component[len] == '\0')
			return true;
		component += len + 1;
	}
}

int rl_reference_parse(const char *text, char **reference_ret, struct rl_error *err)
{
	const char *slash = strrchr(text, '/'), *tag;
	RL_AUTO_FREE char *name = NULL;

	if (strchr(text, '@') != NULL)
		return rl_error_text(
			err, EINVAL, "'%s' has a digest, which only the image can tell", text);
	/* A colon before the last "/" is that of a port. */
	tag = strchr(slash != NULL ? slash : text, ':');
	name = tag != NULL ? strndup(text, (size_t)(tag - text)) : strdup(text);
	if (name == NULL)
		return rl_error_set(err, ENOMEM, "cannot take the options");
	if (tag != NULL && !is_tag(tag + 1))
		return rl_error_text(err, EINVAL,
			"the tag of '%s' is not made of letters, digits and _.- (at most %d)", text,
			TAG_MAX_LEN);
	if (!is_name(name))
		return rl_error_text(err, EINVAL,
			"'%s' is no name of an image: lower case letters and digits, with single "
			".-_ between them, as example.org/team/host:1.0",
			text);
	if (strlen(name) > NAME_MAX_LEN)
		return rl_error_text(err, EINVAL,
			"a name of an image has at most %d letters, not %zu", NAME_MAX_LEN,
			strlen(name));
	if (strlen(name) == ID_LEN && strspn(name, "0123456789abcdef") == ID_LEN)
		return rl_error_text(
			err, EINVAL, "'%s' would be taken for the ID of an image", text);
	if (asprintf(reference_ret, "%s:%s", name, tag != NULL ? tag + 1 : "latest") < 0) {
		*reference_ret = NULL;
		return rl_error_set(err, ENOMEM, "cannot take the options");
	}
	return 0;
}
