#pragma once

#include <libtorrent/peer_info.hpp>
#include <libtorrent/socket.hpp>
#include <libtorrent/torrent_handle.hpp>

namespace pierdat {

/// Has a peer that the user or the link has named connected to, before all that a tracker tells, which may be
/// thousands that nobody listens at: what has two sources comes first.
inline void connect_to_named(lt::torrent_handle const &torrent, lt::tcp::endpoint const &peer) {
    torrent.connect_peer(peer, lt::peer_info::tracker | lt::peer_info::lsd);
    // Where a tracker alone says it again, one that has failed has another chance.
    torrent.connect_peer(peer, lt::peer_info::tracker);
}

}  // namespace pierdat
