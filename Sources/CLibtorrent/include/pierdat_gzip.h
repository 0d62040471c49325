#ifndef PIERDAT_GZIP_H
#define PIERDAT_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pierdat_error.h"
#include "pierdat_metadata.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Decompresses gzip data (RFC 1952), up to `longest` bytes. `is_whole` is false if there was more.
/// Data after the compressed data is ignored, as by gzip(1). Free the result with
/// pierdat_bytes_free. If the input is damaged or truncated, the result's data is NULL and `error`
/// is filled.
pierdat_bytes pierdat_gunzip(const uint8_t *packed, size_t length, size_t longest, bool *is_whole,
                             pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
