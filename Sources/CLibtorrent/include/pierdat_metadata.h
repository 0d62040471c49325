#ifndef PIERDAT_METADATA_H
#define PIERDAT_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pierdat_error.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The description of a torrent before it is added to a session: lt::add_torrent_params. Created
/// from a magnet link or a .torrent file. Free it with pierdat_params_free.
typedef struct pierdat_params pierdat_params;

/// A byte buffer. The receiver frees it with pierdat_bytes_free.
typedef struct pierdat_bytes {
    uint8_t *data;
    size_t length;
} pierdat_bytes;

void pierdat_bytes_free(pierdat_bytes bytes);

/// Creates a torrent without metadata, as from a magnet link. `v1` has 20 bytes and `v2` has 32.
/// Either is NULL if the torrent has no such info-hash. `name` is for display and may be empty.
/// Returns NULL and fills `error` on failure. The caller owns the result.
pierdat_params *pierdat_params_from_hashes(const uint8_t *v1, const uint8_t *v2, const char *name,
                                           pierdat_error *error);

/// Parses a .torrent file, including Pierdat's additions (see pierdat_params_write). Returns NULL
/// and fills `error` if it is malformed. The caller owns the result.
pierdat_params *pierdat_params_from_torrent(const void *bytes, size_t length, pierdat_error *error);

void pierdat_params_free(pierdat_params *params);

/// Writes a .torrent file with all of `params`: metadata, trackers and web seeds under their
/// standard keys, and peers, the file selection and the digest of the content in our own dictionary
/// "pierdat". `data` is NULL on failure, for example without metadata.
pierdat_bytes pierdat_params_write(const pierdat_params *params, pierdat_error *error);

/// The name and info-hashes of a torrent. Free it with pierdat_identity_free.
typedef struct pierdat_identity {
    /// The first component of the file paths: BEP 3 "name" unchanged, or "dn" of a magnet link. May
    /// be empty.
    char *name;
    bool has_v1;
    uint8_t v1[20];
    bool has_v2;
    uint8_t v2[32];
    bool has_metadata;
    /// If the metadata is known: the total size of all files without padding in bytes, and their
    /// number.
    int64_t size;
    int64_t file_count;
    /// Peers come only from the trackers (BEP 27). False without metadata.
    bool is_private;
    /// Only some of the files are selected (BEP 53).
    bool is_selection;
    /// For a selection: it is recorded which pieces are complete.
    bool knows_pieces;
} pierdat_identity;

pierdat_identity pierdat_params_identity(const pierdat_params *params);
void pierdat_identity_free(pierdat_identity identity);

/// Calls `each` for every file of the metadata. `path` is relative to the folder, and `size` is in
/// bytes. Padding is not stored.
void pierdat_params_files(const pierdat_params *params, void *context,
                          void (*each)(void *context, const char *path, int64_t size, bool is_padding,
                                       bool is_wanted));

/// Whether a torrent's files exist, determined without reading them.
typedef struct pierdat_presence {
    /// The number of wanted files, without padding and links.
    int64_t files;
    /// The number of files that are missing, unreadable or too short.
    int64_t absent_files;
    /// The number of files that are longer than in the torrent.
    int64_t long_files;
    /// Changes if any of the files is created, deleted, replaced or written to.
    uint64_t signature;
} pierdat_presence;

/// Checks whether the files of `params` are in `folder`. The message of `error` describes the first
/// file with a problem and is empty if there is none. Returns false without metadata.
bool pierdat_params_presence(const pierdat_params *params, const char *folder, pierdat_presence *presence,
                             pierdat_error *error);

/// Selects files. `wanted` has `count` entries, one for each file of the metadata. Without
/// metadata, `count` must be 0, and no file is wanted.
void pierdat_params_select(pierdat_params *params, const bool *wanted, size_t count);

/// Calls `each` for the URL of every tracker, ordered by tier.
void pierdat_params_trackers(const pierdat_params *params, void *context,
                             void (*each)(void *context, const char *url));

/// Calls `each` for every peer with a known numeric address.
void pierdat_params_peers(const pierdat_params *params, void *context,
                          void (*each)(void *context, const char *address, uint16_t port));

/// Calls `each` for the URL of every web seed, in order.
void pierdat_params_web_seeds(const pierdat_params *params, void *context,
                              void (*each)(void *context, const char *url));

/// Passes every tracker and web seed to `parse` and replaces it with the result, which is released
/// with free(3). A NULL result removes the URL. `url` has `length` bytes and is not NUL-terminated.
void pierdat_params_parse_urls(pierdat_params *params, void *context,
                               char *(*parse)(void *context, const char *url, size_t length, bool is_tracker));

/// The digest of the content as text, which the caller frees with free(3). NULL if it is not known. A
/// parsed .torrent file may contain any text.
char *pierdat_params_digest(const pierdat_params *params);

/// Sets the digest of the content. Empty: it is not known.
void pierdat_params_set_digest(pierdat_params *params, const char *digest);

/// Adds a tracker in tier `tier` unless it is already present.
void pierdat_params_add_tracker(pierdat_params *params, const char *url, int tier);

/// Adds a web seed (BEP 19).
void pierdat_params_add_web_seed(pierdat_params *params, const char *url);

/// Adds a peer by its numeric address. Ignores other addresses.
void pierdat_params_add_peer(pierdat_params *params, const char *address, uint16_t port);

/// Adds a DHT node by name or address.
void pierdat_params_add_node(pierdat_params *params, const char *host, uint16_t port);

/// A copy of `params` with the metadata of `other`. NULL if they share no info-hash or `other` has
/// no metadata. The caller owns the result.
pierdat_params *pierdat_params_with_metadata(const pierdat_params *params, const pierdat_params *other,
                                             pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
