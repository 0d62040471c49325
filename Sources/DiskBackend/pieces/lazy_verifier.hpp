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

/// The hashes that pieces must have before the first of their bytes is given away.
///
/// libtorrent's seed mode does the same for torrents that are whole. Of a part it would have all checked
/// before it seeds any. Any number of threads may ask at once.
class LazyVerifier {
public:
    /// `params` has the metadata.
    explicit LazyVerifier(lt::add_torrent_params const &params);

    bool has_v1() const { return metadata_->info_hashes().has_v1(); }
    bool is_passed(lt::piece_index_t piece) const { return passed_[index(piece)]; }

    /// Whether these are the piece's hashes: the v1 hash where there is one, else the v2 hashes of its
    /// blocks. Remembers a piece that passes.
    bool passes(lt::piece_index_t piece, lt::sha1_hash const &v1, lt::span<lt::sha256_hash const> v2);

private:
    static std::size_t index(lt::piece_index_t piece) { return static_cast<std::size_t>(static_cast<int>(piece)); }
    bool matches_v2(lt::piece_index_t piece, lt::span<lt::sha256_hash const> blocks) const;

    std::shared_ptr<lt::torrent_info const> metadata_;
    /// BEP 52's piece layers, file by file.
    decltype(lt::add_torrent_params::merkle_trees) layers_;
    std::vector<std::atomic<bool>> passed_;
};

}  // namespace pierdat::disk
