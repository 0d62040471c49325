#include "offers.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

#include <libtorrent/bdecode.hpp>
#include <libtorrent/peer_connection_handle.hpp>

#include "engine_access.hpp"
#include "extension.hpp"

namespace pierdat::rendezvous {

namespace {

using Clock = std::chrono::steady_clock;

/// Only answers are longer.
constexpr int max_question = max_dictionary;
/// More is queued only when this much was sent, as in libtorrent's own exchange of metadata.
constexpr int max_unsent = 10 * part_length;
constexpr std::size_t max_waiting = 1024;
constexpr int max_asks = 4;
constexpr int max_questions = 20'000;
/// Each part may be requested twice.
constexpr std::int64_t max_repeats = 2;
/// A peer that asks for nothing for this long leaves its place to others.
constexpr auto max_silence = std::chrono::seconds(20);
constexpr auto max_stay = std::chrono::seconds(300);

/// A peer that may ask us.
class Asker final : public lt::peer_plugin {
public:
    Asker(lt::peer_connection_handle peer, std::shared_ptr<Offers> offers)
        : peer_(std::move(peer)), offers_(std::move(offers)) {}

    void add_handshake(lt::entry &handshake) override { announce_extension(handshake); }

    bool on_extension_handshake(lt::bdecode_node const &handshake) override {
        id_ = extension_id_in(handshake);
        return true;
    }

    bool on_extended(int length, int id, lt::span<char const> body) override {
        if (id != extension_id) return false;
        if (length > max_question || id_ == 0) {
            drop(peer_);
        } else if (lt::bt_peer_connection_handle(peer_).packet_finished()) {
            take(body);
        }
        return true;
    }

    void tick() override {
        serve();
        auto const now = Clock::now();
        if (now - last_question_ > max_silence || now - start_ > max_stay) drop(peer_);
    }

private:
    void take(lt::span<char const> body) {
        auto const message = parse(body);
        if (!message || ++questions_ > max_questions) return drop(peer_);
        last_question_ = Clock::now();
        if (message->kind == Kind::ask) {
            if (++asks_ > max_asks) return drop(peer_);
            send(peer_, id_, encode_names(offers_->named()));
        } else if (message->kind == Kind::request) {
            if (waiting_.size() < max_waiting) waiting_.emplace_back(message->torrent, message->part);
            else send(peer_, id_, encode_refuse(message->torrent, message->part));
            serve();
        }
    }

    void serve() {
        while (!waiting_.empty() && !peer_.is_disconnecting() && unsent_bytes(peer_) < max_unsent) {
            auto const [torrent, part] = waiting_.front();
            waiting_.pop_front();
            answer(torrent, part);
        }
    }

    void answer(std::string const &torrent, int part) {
        auto const metadata = offers_->find(torrent);
        auto const bytes = metadata ? metadata->info_section() : lt::span<char const>();
        auto const size = static_cast<int>(bytes.size());
        if (part >= parts_of(size)) return send(peer_, id_, encode_refuse(torrent, part));
        auto const length = length_of(part, size);
        sent_ += length;
        allowed_ = std::max(allowed_, max_repeats * max_named * std::int64_t(size));
        if (sent_ > allowed_) return drop(peer_);
        send(peer_, id_, encode_part(torrent, part, bytes.subspan(part * part_length, length)));
    }

    lt::peer_connection_handle peer_;
    std::shared_ptr<Offers> offers_;
    /// The number of the extension at the peer. 0 if it does not have the extension.
    int id_ = 0;
    int asks_ = 0;
    int questions_ = 0;
    std::deque<std::pair<std::string, int>> waiting_;
    std::int64_t sent_ = 0;
    std::int64_t allowed_ = 0;
    Clock::time_point const start_ = Clock::now();
    Clock::time_point last_question_ = start_;
};

class Answering final : public lt::torrent_plugin {
public:
    explicit Answering(std::shared_ptr<Offers> offers) : offers_(std::move(offers)) {}

    std::shared_ptr<lt::peer_plugin> new_connection(lt::peer_connection_handle const &peer) override {
        if (peer.type() != lt::connection_type::bittorrent) return nullptr;
        return std::make_shared<Asker>(peer, offers_);
    }

private:
    std::shared_ptr<Offers> offers_;
};

}  // namespace

bool Offers::add(Metadata const &torrent) {
    if (!torrent || !torrent->is_valid() || torrent->priv()) return false;
    if (torrent->info_section().size() > max_metadata) return false;
    std::lock_guard const lock(mutex_);
    torrents_.push_back(torrent);
    return true;
}

void Offers::remove(lt::info_hash_t const &hashes) {
    std::lock_guard const lock(mutex_);
    auto const is_it = [&](Metadata const &torrent) { return torrent->info_hashes() == hashes; };
    torrents_.erase(std::remove_if(torrents_.begin(), torrents_.end(), is_it), torrents_.end());
}

std::vector<Named> Offers::named() const {
    std::lock_guard const lock(mutex_);
    std::vector<Named> named;
    for (auto const &torrent : torrents_) {
        if (named.size() == max_named) break;
        named.push_back({torrent->info_hashes(), static_cast<int>(torrent->info_section().size())});
    }
    return named;
}

Offers::Metadata Offers::find(std::string const &key) const {
    std::lock_guard const lock(mutex_);
    auto const is_it = [&](Metadata const &torrent) { return key_of(torrent->info_hashes()) == key; };
    auto const found = std::find_if(torrents_.begin(), torrents_.end(), is_it);
    return found == torrents_.end() ? nullptr : *found;
}

std::shared_ptr<lt::torrent_plugin> answer(lt::torrent_handle const &torrent, std::shared_ptr<Offers> offers) {
    stay_passive(torrent);
    return std::make_shared<Answering>(std::move(offers));
}

}  // namespace pierdat::rendezvous
