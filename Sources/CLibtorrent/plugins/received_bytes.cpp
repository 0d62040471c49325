#include "received_bytes.hpp"

#include <utility>

#include <libtorrent/peer_connection_handle.hpp>
#include <libtorrent/peer_request.hpp>

namespace pierdat {

namespace {

/// Counts what one peer sends. Keeps the counters alive.
class PeerCounter final : public lt::peer_plugin {
public:
    PeerCounter(std::shared_ptr<ReceivedBytes> received, bool is_peer)
        : received_(std::move(received)), bytes_(is_peer ? received_->from_peers : received_->from_web_seeds) {}

    bool on_piece(lt::peer_request const &, lt::span<char const> block) override {
        bytes_ += block.size();
        return false;
    }

private:
    std::shared_ptr<ReceivedBytes> received_;
    std::atomic<std::int64_t> &bytes_;
};

class TorrentCounter final : public lt::torrent_plugin {
public:
    explicit TorrentCounter(std::shared_ptr<ReceivedBytes> received) : received_(std::move(received)) {}

    std::shared_ptr<lt::peer_plugin> new_connection(lt::peer_connection_handle const &peer) override {
        return std::make_shared<PeerCounter>(received_, peer.type() == lt::connection_type::bittorrent);
    }

private:
    std::shared_ptr<ReceivedBytes> received_;
};

}  // namespace

std::shared_ptr<lt::torrent_plugin> count_received_bytes(std::shared_ptr<ReceivedBytes> received) {
    return std::make_shared<TorrentCounter>(std::move(received));
}

}  // namespace pierdat
