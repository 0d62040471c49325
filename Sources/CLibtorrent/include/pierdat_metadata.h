#ifndef PIERDAT_METADATA_H
#define PIERDAT_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pierdat_error.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What is known of one torrent before it is added to a session: lt::add_torrent_params.
/// Made from a magnet link or a .torrent file; freed with pierdat_params_free.
typedef struct pierdat_params pierdat_params;

/// A run of bytes; whoever gets one frees it with pierdat_bytes_free.
typedef struct pierdat_bytes {
    uint8_t *data;
    size_t length;
} pierdat_bytes;

void pierdat_bytes_free(pierdat_bytes bytes);

/// A torrent that is known by its info-hashes alone, as by a magnet link: the 20 bytes of v1 and the 32 of v2,
/// NULL where it has none, and a name for display, which may be empty. NULL and `error` filled where it fails.
/// The caller owns the result.
pierdat_params *pierdat_params_from_hashes(const uint8_t *v1, const uint8_t *v2, const char *name,
                                           pierdat_error *error);

/// Reads the bytes of a .torrent file, with what Pierdat added to it (see pierdat_params_write).
/// Returns NULL and fills `error` when they are malformed. The caller owns the result.
pierdat_params *pierdat_params_from_torrent(const void *bytes, size_t length, pierdat_error *error);

void pierdat_params_free(pierdat_params *params);

/// The bytes of a .torrent file that holds all of `params`: metadata, trackers and web seeds in their
/// standard keys, peers and the selection of files in a dictionary "pierdat" of our own.
/// `data` is NULL where it fails, for want of metadata say.
pierdat_bytes pierdat_params_write(const pierdat_params *params, pierdat_error *error);

/// What a torrent is called and which info-hashes it has. Freed with pierdat_identity_free.
typedef struct pierdat_identity {
    /// The first component of the files' paths: BEP 3 "name", as it is; "dn" of a magnet; may be empty.
    char *name;
    bool has_v1;
    uint8_t v1[20];
    bool has_v2;
    uint8_t v2[32];
    bool has_metadata;
    /// Where the metadata is known: bytes of all files without padding, and their number.
    int64_t size;
    int64_t file_count;
    /// A part of the files was chosen (BEP 53).
    bool is_selection;
    /// Of a selection it is known which pieces are there.
    bool knows_pieces;
} pierdat_identity;

pierdat_identity pierdat_params_identity(const pierdat_params *params);
void pierdat_identity_free(pierdat_identity identity);

/// Calls `each` for every file of the metadata: its path below the folder, its size in bytes, whether it is
/// padding, which is nowhere kept, and whether it is wanted.
void pierdat_params_files(const pierdat_params *params, void *context,
                          void (*each)(void *context, const char *path, int64_t size, bool is_padding,
                                       bool is_wanted));

/// What a look at the files of a torrent has found, without reading any of them.
typedef struct pierdat_presence {
    /// Files that are wanted, and their bytes; neither padding nor links.
    int64_t files;
    int64_t bytes;
    /// Files that are missing, unreadable or too short, and the bytes that they should have.
    int64_t absent_files;
    int64_t absent_bytes;
    /// Another number when any of the files comes, goes, is replaced, or is written to.
    uint64_t signature;
} pierdat_presence;

/// Looks whether the files of `params` lie in `folder`. The message of `error` is what is wrong with the first
/// that does not, and empty if all do. Returns false without metadata.
bool pierdat_params_presence(const pierdat_params *params, const char *folder, pierdat_presence *presence,
                             pierdat_error *error);

/// Chooses files: `wanted` has `count` entries, one for each file of the metadata. Without metadata `count`
/// is 0, and no file is wanted.
void pierdat_params_select(pierdat_params *params, const bool *wanted, size_t count);

/// Calls `each` for the URL of every tracker, in the order of their tiers.
void pierdat_params_trackers(const pierdat_params *params, void *context,
                             void (*each)(void *context, const char *url));

/// Calls `each` for every peer that is known by its numeric address.
void pierdat_params_peers(const pierdat_params *params, void *context,
                          void (*each)(void *context, const char *address, uint16_t port));

/// Calls `each` for the URL of every web seed, in order.
void pierdat_params_web_seeds(const pierdat_params *params, void *context,
                              void (*each)(void *context, const char *url));

/// Hands every tracker and web seed over to `parse`, and puts what that gives in its place: freed with free(3) then;
/// NULL: the URL is left out. `url` has `length` bytes and is not NUL-terminated.
void pierdat_params_parse_urls(pierdat_params *params, void *context,
                               char *(*parse)(void *context, const char *url, size_t length, bool is_tracker));

/// Adds a tracker in tier `tier`, unless it is there.
void pierdat_params_add_tracker(pierdat_params *params, const char *url, int tier);

/// Adds a web seed (BEP 19).
void pierdat_params_add_web_seed(pierdat_params *params, const char *url);

/// Adds a peer by its numeric address; any other is ignored.
void pierdat_params_add_peer(pierdat_params *params, const char *address, uint16_t port);

/// Adds a node of the DHT, by its name or its address.
void pierdat_params_add_node(pierdat_params *params, const char *host, uint16_t port);

/// A copy of `params` with the metadata of `other`. NULL where they share no info-hash or `other` has
/// no metadata. The caller owns the result.
pierdat_params *pierdat_params_with_metadata(const pierdat_params *params, const pierdat_params *other,
                                             pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
