/* SPDX-License-Identifier: MIT */
#include "scan/accounts.h"

#include "common/buf.h"
#include "scan/root_file.h"

#include <ctype.h>
#include <string.h>

/* Of a larger file no more is looked at. */
#define TEXT_MAX ((size_t)16 << 20)
#define HOME_FIELD 5

/* A whole number up to 2^32-2, as ids are: all ones means "none". */
static bool take_id(const char *word, uint32_t *id_ret)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)word[0]))
		return false;
	errno = 0;
	value = strtoull(word, &end, 10);
	if (errno != 0 || *end != '\0' || value >= UINT32_MAX)
		return false;
	*id_ret = (uint32_t)value;
	return true;
}

/* Takes one line, which is changed, as an account. Returns 0 or -ENOMEM. */
static int take_line(char *line, bool has_home, struct rl_account **list, size_t *count)
{
	char *fields[HOME_FIELD + 1] = {NULL}, *field;
	struct rl_account account = {0}, *more = *list;
	size_t i = 0;

	while (i <= HOME_FIELD && (field = strsep(&line, ":")) != NULL)
		fields[i++] = field;
	/* "+" and "-" are what compat(5) of NIS has in the place of accounts. */
	if (i < 3 || fields[0][0] == '\0' || strchr("+-", fields[0][0]) != NULL ||
		!take_id(fields[2], &account.id))
		return 0;
	/* It doubles whenever the count is a power of two. */
	if ((*count & (*count - 1)) == 0)
		more = reallocarray(*list, *count == 0 ? 1 : *count * 2, sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	*list = more;
	account.name = strdup(fields[0]);
	if (has_home)
		account.home = strdup(i > HOME_FIELD ? fields[HOME_FIELD] : "");
	if (account.name == NULL || (has_home && account.home == NULL)) {
		free(account.name);
		free(account.home);
		return -ENOMEM;
	}
	more[(*count)++] = account;
	return 0;
}

int rl_accounts_add(struct rl_accounts *accounts, char *text, bool are_groups)
{
	struct rl_account **list = are_groups ? &accounts->groups : &accounts->users;
	size_t *count = are_groups ? &accounts->group_count : &accounts->user_count;
	char *line;
	int ret = 0;

	while (ret == 0 && (line = strsep(&text, "\n")) != NULL)
		ret = take_line(line, !are_groups, list, count);
	return ret;
}

static int read_list(int root_fd, const char *path, bool are_groups, struct rl_accounts *accounts,
	struct rl_error *err)
{
	struct rl_buf text = {0};
	int ret = rl_root_read(root_fd, path, TEXT_MAX, &text);

	if (ret == 1)
		ret = rl_accounts_add(accounts, text.data, are_groups);
	rl_buf_free(&text);
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot read '%s' in ROOT", path);
}

int rl_accounts_read(
	int root_fd, struct rl_accounts *accounts, const char **path_ret, struct rl_error *err)
{
	int ret;

	*path_ret = "etc/passwd";
	ret = read_list(root_fd, "etc/passwd", false, accounts, err);
	if (ret != 0)
		return ret;
	*path_ret = "etc/group";
	return read_list(root_fd, "etc/group", true, accounts, err);
}

static bool find(const struct rl_account *list, size_t count, const char *word, uint32_t *id_ret)
{
	size_t i;

	if (take_id(word, id_ret))
		return true;
	for (i = 0; i < count; i++) {
		if (strcmp(list[i].name, word) == 0) {
			*id_ret = list[i].id;
			return true;
		}
	}
	return false;
}

bool rl_accounts_user(const struct rl_accounts *accounts, const char *word, uint32_t *id_ret)
{
	return find(accounts->users, accounts->user_count, word, id_ret);
}

bool rl_accounts_group(const struct rl_accounts *accounts, const char *word, uint32_t *id_ret)
{
	return find(accounts->groups, accounts->group_count, word, id_ret);
}

static void free_list(struct rl_account *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		free(list[i].name);
		free(list[i].home);
	}
	free(list);
}

void rl_accounts_free(struct rl_accounts *accounts)
{
	free_list(accounts->users, accounts->user_count);
	free_list(accounts->groups, accounts->group_count);
	*accounts = (struct rl_accounts){0};
}
