/* SPDX-License-Identifier: MIT */
/** Any bytes as etc/passwd, and what follows a zero byte as etc/group. */
#include "scan/accounts.h"
#include "tests/fuzz/scratch_root.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *zero = size > 0 ? memchr(data, 0, size) : NULL;
	size_t users = zero != NULL ? (size_t)(zero - data) : size;
	struct rl_accounts accounts = {0};
	const char *path;
	uint32_t id;

	fuzz_root_mkdir("etc");
	fuzz_root_write("etc/passwd", data, users);
	if (zero != NULL)
		fuzz_root_write("etc/group", zero + 1, size - users - 1);
	if (rl_accounts_read(fuzz_root(), &accounts, &path, NULL) != 0)
		abort();
	(void)rl_accounts_user(&accounts, "daemon", &id);
	(void)rl_accounts_group(&accounts, "", &id);
	/* A number stands for itself, whatever the lists say. */
	if (!rl_accounts_user(&accounts, "1234567", &id) || id != 1234567)
		abort();
	rl_accounts_free(&accounts);
	fuzz_root_remove("etc/passwd");
	if (zero != NULL)
		fuzz_root_remove("etc/group");
	return 0;
}
