#include <stdlib.h>

#include <openssl/evp.h>

#include "CDigest.h"

// EVP functions fail only if memory is lacking when the context is prepared, or if they are misused.

static EVP_MD const *function_of(pierdat_digest_algorithm algorithm) {
    switch (algorithm) {
        case PIERDAT_MD5: return EVP_md5();
        case PIERDAT_SHA1: return EVP_sha1();
        case PIERDAT_SHA256: return EVP_sha256();
        case PIERDAT_SHA512: return EVP_sha512();
    }
    abort();
}

pierdat_digest *pierdat_digest_start(pierdat_digest_algorithm algorithm) {
    EVP_MD_CTX *const context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestInit_ex(context, function_of(algorithm), NULL) == 1) return (pierdat_digest *)context;
    EVP_MD_CTX_free(context);
    return NULL;
}

void pierdat_digest_add(pierdat_digest *digest, const void *bytes, size_t count) {
    if (EVP_DigestUpdate((EVP_MD_CTX *)digest, bytes, count) != 1) abort();
}

void pierdat_digest_finish(pierdat_digest *digest, uint8_t *result) {
    if (EVP_DigestFinal_ex((EVP_MD_CTX *)digest, result, NULL) != 1) abort();
}

void pierdat_digest_free(pierdat_digest *digest) {
    EVP_MD_CTX_free((EVP_MD_CTX *)digest);
}
