/// The hash functions of OpenSSL for Swift.
#ifndef PIERDAT_CDIGEST_H
#define PIERDAT_CDIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum pierdat_digest_algorithm {
    PIERDAT_MD5,
    PIERDAT_SHA1,
    PIERDAT_SHA256,
    PIERDAT_SHA512
} pierdat_digest_algorithm;

/// The state of a hash function (FIPS 180-4, RFC 1321). Free it with pierdat_digest_free. Not thread-safe.
typedef struct pierdat_digest pierdat_digest;

/// Returns NULL if memory is lacking.
pierdat_digest *pierdat_digest_start(pierdat_digest_algorithm algorithm);

void pierdat_digest_add(pierdat_digest *digest, const void *bytes, size_t count);

/// Writes 16 bytes (MD5), 20 bytes (SHA-1), 32 bytes (SHA-256) or 64 bytes (SHA-512) to `result`. Call it
/// once, after the last byte.
void pierdat_digest_finish(pierdat_digest *digest, uint8_t *result);

void pierdat_digest_free(pierdat_digest *digest);

#endif
