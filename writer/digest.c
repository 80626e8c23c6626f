/* SPDX-License-Identifier: MIT */
/*
 * By libcrypto, which has SHA-256 for the instructions that processors have for it: a digest that costs a
 * fifth of one in plain C.
 */
#include "writer/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

#define PREFIX "sha256:"

struct rl_digest {
	/* Owned. */
	EVP_MD_CTX *state;
	bool has_failed;
};

int rl_digest_new(struct rl_digest **digest_ret)
{
	struct rl_digest *digest = calloc(1, sizeof(*digest));

	if (digest == NULL)
		return -ENOMEM;
	/* The host's configuration of libcrypto may name modules, which would be loaded into this process. */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1)
		digest->state = EVP_MD_CTX_new();
	if (digest->state == NULL || EVP_DigestInit_ex(digest->state, EVP_sha256(), NULL) != 1) {
		rl_digest_free(digest);
		return -ENOMEM;
	}
	*digest_ret = digest;
	return 0;
}

void rl_digest_add(struct rl_digest *digest, const void *data, size_t size)
{
	if (EVP_DigestUpdate(digest->state, data, size) != 1)
		digest->has_failed = true;
}

int rl_digest_finish_bytes(struct rl_digest *digest, unsigned char bytes[RL_DIGEST_BYTES])
{
	unsigned char all[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	if (digest->has_failed || EVP_DigestFinal_ex(digest->state, all, &len) != 1 ||
		len != RL_DIGEST_BYTES)
		return -EIO;
	memcpy(bytes, all, RL_DIGEST_BYTES);
	return 0;
}

int rl_digest_restart(struct rl_digest *digest)
{
	digest->has_failed = false;
	/* Without a type it is the one from before: looking that up takes longer than a small file does. */
	return EVP_DigestInit_ex(digest->state, NULL, NULL) == 1 ? 0 : -EIO;
}

int rl_digest_finish(struct rl_digest *digest, char text[RL_DIGEST_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[RL_DIGEST_BYTES];
	size_t i;

	if (rl_digest_finish_bytes(digest, bytes) != 0)
		return -EIO;
	memcpy(text, PREFIX, sizeof(PREFIX));
	text += sizeof(PREFIX) - 1;
	for (i = 0; i < RL_DIGEST_BYTES; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 15];
	}
	*text = '\0';
	return 0;
}

void rl_digest_free(struct rl_digest *digest)
{
	if (digest == NULL)
		return;
	EVP_MD_CTX_free(digest->state);
	free(digest);
}

int rl_digest_of(const void *data, size_t size, char text[RL_DIGEST_SIZE])
{
	struct rl_digest *digest;
	int ret = rl_digest_new(&digest);

	if (ret != 0)
		return ret;
	rl_digest_add(digest, data, size);
	ret = rl_digest_finish(digest, text);
	rl_digest_free(digest);
	return ret;
}
