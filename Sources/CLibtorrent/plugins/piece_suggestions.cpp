#include "piece_suggestions.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include <libtorrent/bitfield.hpp>
#include <libtorrent/peer_connection_handle.hpp>
#include <libtorrent/peer_request.hpp>

namespace pierdat {

namespace {

class Downloader;

/// The pieces of a torrent that no peer has, has requested or was suggested.
class FreshPieces {
public:
    void add(Downloader *peer) { peers_.push_back(peer); }
    void remove(Downloader *peer) {
        peers_.erase(std::remove(peers_.begin(), peers_.end(), peer), peers_.end());
        // Peers that connect later may meet nobody who has these pieces.
        if (peers_.size() < 2) begun_ = false;
    }

    /// True if several peers are downloading. `count` is the number of the torrent's pieces.
    bool begin(int count);

    void asked_for(lt::piece_index_t piece) { fresh_.clear_bit(piece); }

    /// Removes and returns the next piece. -1 if there is none.
    lt::piece_index_t take();

private:
    bool is_wanted_by_several() const;
    bool has_anybody(lt::piece_index_t piece) const;

    std::vector<Downloader *> peers_;
    bool begun_ = false;
    lt::typed_bitfield<lt::piece_index_t> fresh_;
    /// The next piece to look at, and the number of pieces left.
    int next_ = 0;
    int left_ = 0;
};

/// A peer that supports suggestions.
class Downloader final : public lt::peer_plugin {
public:
    Downloader(lt::peer_connection_handle peer, std::shared_ptr<FreshPieces> fresh, int count)
        : peer_(std::move(peer)), fresh_(std::move(fresh)), count_(count) {
        fresh_->add(this);
    }
    ~Downloader() override { fresh_->remove(this); }

    bool on_handshake(lt::span<char const> reserved) override {
        constexpr int fast_extension = 0x04;
        return (reserved[7] & fast_extension) != 0;
    }

    bool on_request(lt::peer_request const &request) override {
        bool const is_valid = request.piece >= lt::piece_index_t(0) && request.piece < lt::piece_index_t(count_);
        if (is_valid && !peer_.is_choked() && request.piece != last_) follow(request.piece);
        return false;
    }

    bool is_interested() const { return !peer_.is_disconnecting() && peer_.is_peer_interested(); }
    bool has(lt::piece_index_t piece) const { return peer_.has_piece(piece); }

private:
    void follow(lt::piece_index_t piece) {
        last_ = piece;
        suggested_.erase(std::remove(suggested_.begin(), suggested_.end(), piece), suggested_.end());
        if (!fresh_->begin(count_)) return;
        fresh_->asked_for(piece);
        while (suggested_.size() < most_suggested) {
            auto const next = fresh_->take();
            if (next < lt::piece_index_t(0)) return;
            suggested_.push_back(next);
            suggest(next);
        }
    }

    void suggest(lt::piece_index_t piece) {
        constexpr char suggest_piece = 13;
        auto const number = static_cast<std::uint32_t>(static_cast<int>(piece));
        auto const byte = [&](int shift) { return static_cast<char>(number >> shift & 0xFF); };
        std::array<char, 9> const message{0, 0, 0, 5, suggest_piece, byte(24), byte(16), byte(8), byte(0)};
        peer_.send_buffer(message.data(), static_cast<int>(message.size()));
    }

    /// Enough for a full request queue. With more, other peers could wait for a slow peer to
    /// request its pieces.
    static constexpr std::size_t most_suggested = 8;

    lt::peer_connection_handle peer_;
    std::shared_ptr<FreshPieces> fresh_;
    int count_;
    lt::piece_index_t last_{-1};
    /// Suggested pieces that the peer has not requested yet.
    std::vector<lt::piece_index_t> suggested_;
};

bool FreshPieces::is_wanted_by_several() const {
    auto const is_interested = [](Downloader const *peer) { return peer->is_interested(); };
    auto const first = std::find_if(peers_.begin(), peers_.end(), is_interested);
    return first != peers_.end() && std::any_of(first + 1, peers_.end(), is_interested);
}

bool FreshPieces::has_anybody(lt::piece_index_t piece) const {
    return std::any_of(peers_.begin(), peers_.end(), [&](Downloader const *peer) { return peer->has(piece); });
}

bool FreshPieces::begin(int count) {
    if (begun_) return true;
    if (!is_wanted_by_several()) return false;
    begun_ = true;
    fresh_.resize(count, true);
    fresh_.set_all();
    // A random start, so that several seeders of a torrent start at different pieces.
    next_ = static_cast<int>(std::random_device()() % static_cast<unsigned>(count));
    left_ = count;
    return true;
}

lt::piece_index_t FreshPieces::take() {
    for (; left_ > 0; --left_) {
        lt::piece_index_t const piece(next_);
        next_ = (next_ + 1) % fresh_.size();
        if (!fresh_.get_bit(piece) || has_anybody(piece)) continue;
        fresh_.clear_bit(piece);
        --left_;
        return piece;
    }
    return lt::piece_index_t(-1);
}

class FirstCopies final : public lt::torrent_plugin {
public:
    explicit FirstCopies(int count) : count_(count) {}

    std::shared_ptr<lt::peer_plugin> new_connection(lt::peer_connection_handle const &peer) override {
        if (peer.type() != lt::connection_type::bittorrent) return nullptr;
        return std::make_shared<Downloader>(peer, fresh_, count_);
    }

private:
    std::shared_ptr<FreshPieces> fresh_ = std::make_shared<FreshPieces>();
    int count_;
};

}  // namespace

std::shared_ptr<lt::torrent_plugin> suggest_pieces(int piece_count) {
    return std::make_shared<FirstCopies>(piece_count);
}

}  // namespace pierdat
