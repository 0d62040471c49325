#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/sha1_hash.hpp>
#include <libtorrent/span.hpp>
#include <libtorrent/torrent_info.hpp>
#include <libtorrent/units.hpp>

namespace pierdat::disk {

/// Verifies each piece before any of it is sent to a peer.
///
/// libtorrent's seed mode does this for complete torrents only. It would check a partial torrent
/// completely before seeding. Thread-safe.
class LazyVerifier {
public:
    /// `params` must contain the metadata.
    explicit LazyVerifier(lt::add_torrent_params const &params);

    bool has_v1() const { return metadata_->info_hashes().has_v1(); }
    bool is_passed(lt::piece_index_t piece) const { return passed_[index(piece)]; }

    /// True if these are the hashes of the piece: the v1 hash if the torrent has one, otherwise the
    /// v2 hashes of its blocks. Remembers a piece that passes.
    bool passes(lt::piece_index_t piece, lt::sha1_hash const &v1, lt::span<lt::sha256_hash const> v2);

private:
    static std::size_t index(lt::piece_index_t piece) { return static_cast<std::size_t>(static_cast<int>(piece)); }
    bool matches_v2(lt::piece_index_t piece, lt::span<lt::sha256_hash const> blocks) const;

    std::shared_ptr<lt::torrent_info const> metadata_;
    /// The piece layers (BEP 52) by file.
    decltype(lt::add_torrent_params::merkle_trees) layers_;
    std::vector<std::atomic<bool>> passed_;
};

}  // namespace pierdat::disk
