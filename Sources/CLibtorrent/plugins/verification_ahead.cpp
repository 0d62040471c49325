#include "verification_ahead.hpp"

#include <utility>

#include <libtorrent/peer_connection_handle.hpp>
#include <libtorrent/peer_request.hpp>

namespace pierdat {

namespace {

using Verifier = std::shared_ptr<disk::LazyVerifier>;

class PeerRequests final : public lt::peer_plugin {
public:
    PeerRequests(lt::peer_connection_handle peer, Verifier verifier)
        : peer_(std::move(peer)), verifier_(std::move(verifier)) {}

    bool on_request(lt::peer_request const &request) override {
        if (!peer_.is_choked()) verifier_->expect(request.piece);
        return false;
    }

private:
    lt::peer_connection_handle peer_;
    Verifier verifier_;
};

class VerificationAhead final : public lt::torrent_plugin {
public:
    explicit VerificationAhead(Verifier verifier) : verifier_(std::move(verifier)) {}

    std::shared_ptr<lt::peer_plugin> new_connection(lt::peer_connection_handle const &peer) override {
        if (peer.type() != lt::connection_type::bittorrent) return nullptr;
        return std::make_shared<PeerRequests>(peer, verifier_);
    }

private:
    Verifier verifier_;
};

}  // namespace

std::shared_ptr<lt::torrent_plugin> verify_ahead(std::shared_ptr<disk::LazyVerifier> verifier) {
    return std::make_shared<VerificationAhead>(std::move(verifier));
}

}  // namespace pierdat
