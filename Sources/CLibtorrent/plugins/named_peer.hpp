#pragma once

#include <libtorrent/peer_info.hpp>
#include <libtorrent/socket.hpp>
#include <libtorrent/torrent_handle.hpp>

namespace pierdat {

/// Connects to a peer from the magnet link or command line before the peers from trackers, which
/// may include thousands of unreachable ones. libtorrent prefers a peer with two sources.
inline void connect_to_named(lt::torrent_handle const &torrent, lt::tcp::endpoint const &peer) {
    torrent.connect_peer(peer, lt::peer_info::tracker | lt::peer_info::lsd);
    // If later only a tracker names the peer again, a failed peer gets another chance.
    torrent.connect_peer(peer, lt::peer_info::tracker);
}

}  // namespace pierdat
