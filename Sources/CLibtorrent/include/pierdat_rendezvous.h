#ifndef PIERDAT_RENDEZVOUS_H
#define PIERDAT_RENDEZVOUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pierdat_error.h"
#include "pierdat_metadata.h"
#include "pierdat_session.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Writes the 20 bytes of a rendezvous' info-hash. `digest` is "sha256:" or "sha512:" and lowercase
/// hexadecimal digits.
void pierdat_rendezvous_hash(const char *digest, uint8_t *hash);

/// Announces us at the rendezvous `hash` (20 bytes) and answers the peers that ask there. It connects to no peers
/// itself. `trackers` has `count` URLs. Returns NULL and fills `error` on failure. The caller frees the
/// result with pierdat_torrent_free after pierdat_session_remove. It takes no part in events.
pierdat_torrent *pierdat_session_meet(pierdat_session *session, const uint8_t *hash, const char *const *trackers,
                                      size_t count, pierdat_error *error);

/// Names `torrent` at the rendezvous `meeting`. Returns false if that must not or cannot be: it is private
/// (BEP 27), has no metadata, or too much of it.
bool pierdat_rendezvous_offer(const pierdat_torrent *meeting, const pierdat_torrent *torrent);

/// No longer names the torrent with the info-hashes of `torrent`.
void pierdat_rendezvous_withdraw(const pierdat_torrent *meeting, const pierdat_params *torrent);

/// Searches the rendezvous that the v1 info-hash of `params` names. Its trackers and peers are asked.
/// `token` identifies it in events. Returns NULL and fills `error` on failure.
pierdat_torrent *pierdat_session_search(pierdat_session *session, const pierdat_params *params, uint64_t token,
                                        pierdat_error *error);

/// Passes on the metadata (info dictionaries) that arrived since the last call. It has the info-hashes that
/// a peer named, but may describe any data. Calls `each_peer` before `each` for every peer that names the
/// torrent, the sender first. The session's `wake` is signalled when there is more.
void pierdat_search_take(const pierdat_torrent *search, void *context,
                         void (*each_peer)(void *context, const char *address, uint16_t port),
                         void (*each)(void *context, const uint8_t *info, size_t length));

/// The torrent is of no use. Bans the peers that name only such torrents.
void pierdat_search_refuse(const pierdat_torrent *search, const pierdat_params *torrent);

/// Asks nothing of the peer that listens at a numeric address and port.
void pierdat_search_exclude(const pierdat_torrent *search, const char *address, uint16_t port);

/// A torrent of an info dictionary, without trackers. Returns NULL and fills `error` if it is malformed.
/// The caller owns the result.
pierdat_params *pierdat_params_from_info(const void *bytes, size_t length, pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
