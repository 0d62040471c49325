#include "engine_access.hpp"

#include <array>
#include <cstdint>

#include <libtorrent/peer_connection.hpp>
#include <libtorrent/torrent.hpp>

namespace pierdat::rendezvous {

void stay_passive(lt::torrent_handle const &torrent) {
    // In this state libtorrent looks for no peers. A torrent without metadata never leaves it.
    if (auto const native = torrent.native_handle()) native->set_state(lt::torrent_status::checking_resume_data);
}

void ban(lt::peer_connection_handle const &peer) {
    auto const native = peer.native_handle();
    if (!native) return;
    auto const torrent = native->associated_torrent().lock();
    auto *const entry = native->peer_info_struct();
    if (torrent && entry != nullptr) torrent->ban_peer(entry);
    drop(peer);
}

void drop(lt::peer_connection_handle const &peer) {
    auto connection = peer;
    if (!connection.is_disconnecting()) connection.disconnect(lt::errors::invalid_message, lt::operation_t::bittorrent);
}

int unsent_bytes(lt::peer_connection_handle const &peer) {
    auto const native = peer.native_handle();
    return native ? native->send_buffer_size() : 0;
}

void send(lt::peer_connection_handle const &peer, int id, std::string const &payload) {
    constexpr char extended = 20;
    auto const length = static_cast<std::uint32_t>(payload.size() + 2);
    auto const byte = [&](int shift) { return static_cast<char>(length >> shift & 0xFF); };
    std::array<char, 6> const head{byte(24), byte(16), byte(8), byte(0), extended, static_cast<char>(id)};
    auto connection = peer;
    connection.send_buffer(head.data(), static_cast<int>(head.size()));
    connection.send_buffer(payload.data(), static_cast<int>(payload.size()));
}

}  // namespace pierdat::rendezvous
