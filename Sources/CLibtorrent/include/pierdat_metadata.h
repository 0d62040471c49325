#ifndef PIERDAT_METADATA_H
#define PIERDAT_METADATA_H

#include <stdbool.h>
#include <stddef.h>

#include "pierdat_error.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What is known of one torrent before it is added to a session: lt::add_torrent_params.
/// Made from a magnet link or a .torrent file; freed with pierdat_params_free.
typedef struct pierdat_params pierdat_params;

/// Returns NULL and fills `error` when the link is malformed. The caller owns the result.
pierdat_params *pierdat_params_from_magnet(const char *uri, pierdat_error *error);

/// Reads the bytes of a .torrent file. Returns NULL and fills `error` when they are malformed.
/// The caller owns the result.
pierdat_params *pierdat_params_from_torrent(const void *bytes, size_t length, pierdat_error *error);

void pierdat_params_free(pierdat_params *params);

#ifdef __cplusplus
}
#endif

#endif
