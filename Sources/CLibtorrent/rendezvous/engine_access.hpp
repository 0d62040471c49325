#pragma once

#include <string>

#include <libtorrent/peer_connection_handle.hpp>
#include <libtorrent/torrent_handle.hpp>

/// What the public interface of libtorrent does not offer. Call these on libtorrent's thread only.
namespace pierdat::rendezvous {

/// Never connects to a peer, but accepts peers, and announces. For a torrent without metadata.
void stay_passive(lt::torrent_handle const &torrent);

/// Disconnects the peer and ignores its address and port from now on, in this torrent.
void ban(lt::peer_connection_handle const &peer);

/// Disconnects the peer.
void drop(lt::peer_connection_handle const &peer);

/// How many bytes wait to be sent to the peer.
int unsent_bytes(lt::peer_connection_handle const &peer);

/// Sends an extended message (BEP 10) with the number `id`.
void send(lt::peer_connection_handle const &peer, int id, std::string const &payload);

}  // namespace pierdat::rendezvous
