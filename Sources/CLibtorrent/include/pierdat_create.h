#ifndef PIERDAT_CREATE_H
#define PIERDAT_CREATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pierdat_error.h"
#include "pierdat_metadata.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A file or link that a torrent is made of.
typedef struct pierdat_source {
    /// From the name of the file or folder that the torrent is made of: "folder/file".
    const char *path;
    /// Bytes; 0 for a link.
    int64_t size;
    bool is_executable;
    /// What a link leads to: a path below the folder that the torrent is made of. NULL: a file.
    const char *link;
} pierdat_source;

/// What a torrent is made of. Strings are borrowed for the call.
typedef struct pierdat_blueprint {
    /// The file or folder, absolute.
    const char *path;
    const pierdat_source *sources;
    size_t source_count;
    /// What the torrent's root is called (BEP 3 "name").
    const char *name;
    /// Bytes; a power of two from 16 KiB on.
    int piece_length;
    /// One tier each, the first one first.
    const char *const *trackers;
    size_t tracker_count;
    const char *const *web_seeds;
    size_t web_seed_count;
    /// BEP 27.
    bool is_private;
    /// BEP 3 alone; else a hybrid of BEP 3 and BEP 52.
    bool is_v1_only;
    /// NULL: none.
    const char *comment;
    /// Seconds since 1970; 0: none.
    int64_t creation_date;
    int threads;
} pierdat_blueprint;

/// Reads and hashes the data and makes a torrent of it. Calls `progress` after each piece, on one thread at a
/// time. Returns NULL and fills `error` on failure. The caller owns the result, which also knows the data's
/// own place where `name` is not what it is called on disk.
pierdat_params *pierdat_create(const pierdat_blueprint *blueprint, void *context,
                               void (*progress)(void *context, int64_t pieces, int64_t total),
                               pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
