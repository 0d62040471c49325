#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/sha1_hash.hpp>
#include <libtorrent/span.hpp>
#include <libtorrent/torrent_info.hpp>
#include <libtorrent/units.hpp>

namespace pierdat::disk {

/// The right hashes of a seeded torrent's pieces, and which pieces on disk have passed. A piece is
/// checked by its v2 hash if that is known, otherwise by its v1 hash. Thread-safe unless said
/// otherwise.
class LazyVerifier {
public:
    /// `params` must contain the metadata and the pieces that are seeded.
    explicit LazyVerifier(lt::add_torrent_params const &params);

    bool has_passed(lt::piece_index_t piece) const { return states_[index(piece)] == State::passed; }
    bool is_unverified(lt::piece_index_t piece) const { return states_[index(piece)] == State::unverified; }
    bool uses_v2(lt::piece_index_t piece) const { return !roots_.empty() && !roots_[index(piece)].is_all_zeros(); }

    /// True if these are the hashes of the piece: the v2 hashes of its blocks if it uses v2, otherwise
    /// its v1 hash. Remembers a piece that passes.
    bool passes(lt::piece_index_t piece, lt::sha1_hash const &v1, lt::span<lt::sha256_hash const> v2);

    using Begin = std::function<void(lt::piece_index_t)>;
    /// `begin` starts the verification of a piece. Only for the network thread.
    void set_begin(Begin begin) { begin_ = std::move(begin); }
    /// Has a piece verified that a peer has requested and that will be read soon. Only for the network
    /// thread.
    void expect(lt::piece_index_t piece) const {
        bool const is_valid = piece >= lt::piece_index_t(0) && index(piece) < states_.size();
        if (is_valid && is_unverified(piece) && begin_) begin_(piece);
    }

private:
    enum class State : unsigned char { absent, unverified, passed };

    static std::size_t index(lt::piece_index_t piece) { return static_cast<std::size_t>(static_cast<int>(piece)); }
    bool matches_v2(lt::piece_index_t piece, lt::span<lt::sha256_hash const> blocks) const;

    std::shared_ptr<lt::torrent_info const> metadata_;
    /// By piece: the Merkle root of its blocks (BEP 52). Zeros if unknown, empty without v2.
    std::vector<lt::sha256_hash> roots_;
    std::vector<std::atomic<State>> states_;
    Begin begin_;
};

}  // namespace pierdat::disk
