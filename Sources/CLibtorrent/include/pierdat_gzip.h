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

/// Unpacks what gzip has packed (RFC 1952), up to `longest` bytes of it; `is_whole` tells whether that is all.
/// What follows the packed data is ignored, as gzip(1) does. The result is freed with pierdat_bytes_free; its
/// data is NULL and `error` filled if the input is damaged or ends too soon.
pierdat_bytes pierdat_gunzip(const uint8_t *packed, size_t length, size_t longest, bool *is_whole,
                             pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
