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

/// A file or link in a new torrent.
typedef struct pierdat_source {
    /// The path, starting with the name of the published file or folder: "folder/file".
    const char *path;
    /// In bytes. 0 for a link.
    int64_t size;
    bool is_executable;
    /// The target of a link, relative to the published folder. NULL for a file.
    const char *link;
} pierdat_source;

/// The description of a new torrent. Strings are borrowed for the call.
typedef struct pierdat_blueprint {
    /// The absolute path of the published file or folder.
    const char *path;
    const pierdat_source *sources;
    size_t source_count;
    /// The name of the torrent (BEP 3 "name").
    const char *name;
    /// In bytes: a power of two, at least 16 KiB.
    int piece_length;
    /// One tier per tracker, in order.
    const char *const *trackers;
    size_t tracker_count;
    const char *const *web_seeds;
    size_t web_seed_count;
    /// BEP 27.
    bool is_private;
    /// True for BEP 3 only, false for a hybrid of BEP 3 and BEP 52.
    bool is_v1_only;
    /// True to name the program that created the torrent.
    bool names_creator;
    /// NULL for none.
    const char *comment;
    /// In seconds since 1970. 0 for none.
    int64_t creation_date;
    int threads;
    /// NULL if the data is complete. Otherwise it is still being written, and a single file is renamed to `name` when
    /// it is complete. Called before each piece is read, with the `context` of pierdat_create and on its thread.
    /// Blocks until the first `end` bytes of the torrent, including padding, are final. Returns false to cancel:
    /// pierdat_create then fails soon.
    bool (*wait)(void *context, int64_t end);
} pierdat_blueprint;

/// Reads and hashes the data and creates a torrent. Calls `progress` after each piece, never
/// concurrently. Returns NULL and fills `error` on failure. The caller owns the result, which also
/// records the name of the data on disk if that differs from `name`.
pierdat_params *pierdat_create(const pierdat_blueprint *blueprint, void *context,
                               void (*progress)(void *context, int64_t pieces, int64_t total),
                               pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
