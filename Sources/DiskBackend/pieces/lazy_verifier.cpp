#include "lazy_verifier.hpp"

#include <algorithm>

#include <libtorrent/disk_interface.hpp>
#include <libtorrent/hasher.hpp>

namespace pierdat::disk {

namespace {

/// The Merkle root (BEP 52) of `leaves`, padded with zeros to `count`, a power of two.
lt::sha256_hash merkle_root(lt::span<lt::sha256_hash const> leaves, std::size_t count) {
    std::vector<lt::sha256_hash> layer(leaves.begin(), leaves.end());
    layer.resize(count);
    for (; layer.size() > 1; layer.resize(layer.size() / 2)) {
        for (std::size_t i = 0; i < layer.size() / 2; ++i)
            layer[i] = lt::hasher256().update(layer[2 * i]).update(layer[2 * i + 1]).final();
    }
    return layer.front();
}

/// The Merkle root of each piece, from the piece layers of the files.
std::vector<lt::sha256_hash> roots_of(lt::add_torrent_params const &params) {
    auto const &files = params.ti->orig_files();
    auto const &layers = params.merkle_trees;
    if (!files.v2() || layers.empty()) return {};
    std::vector<lt::sha256_hash> roots(static_cast<std::size_t>(files.num_pieces()));
    for (lt::file_index_t file(0); file < std::min(files.end_file(), layers.end_index()); ++file) {
        auto const &layer = layers[file];
        bool const is_known = !layer.empty() && layer.size() == static_cast<std::size_t>(files.file_num_pieces(file));
        if (is_known) std::copy(layer.begin(), layer.end(), roots.begin() + static_cast<int>(files.piece_index_at_file(file)));
    }
    return roots;
}

}  // namespace

LazyVerifier::LazyVerifier(lt::add_torrent_params const &params)
    : metadata_(params.ti), roots_(roots_of(params)), states_(static_cast<std::size_t>(params.ti->num_pieces())) {
    auto const end = std::min(params.have_pieces.end_index(), params.ti->end_piece());
    for (lt::piece_index_t piece(0); piece < end; ++piece)
        if (params.have_pieces.get_bit(piece)) states_[index(piece)] = State::unverified;
}

bool LazyVerifier::passes(lt::piece_index_t piece, lt::sha1_hash const &v1, lt::span<lt::sha256_hash const> v2) {
    bool const is_right = uses_v2(piece) ? matches_v2(piece, v2)
                                         : metadata_->info_hashes().has_v1() && v1 == metadata_->hash_for_piece(piece);
    if (is_right) states_[index(piece)] = State::passed;
    return is_right;
}

bool LazyVerifier::matches_v2(lt::piece_index_t piece, lt::span<lt::sha256_hash const> blocks) const {
    if (blocks.empty()) return false;
    auto const &files = metadata_->orig_files();
    bool const is_only_one = files.file_num_pieces(files.file_index_at_piece(piece)) == 1;
    // The tree of a file with one piece contains only its own blocks.
    auto count = static_cast<std::size_t>(is_only_one ? 1 : files.blocks_per_piece());
    while (count < static_cast<std::size_t>(blocks.size())) count *= 2;
    return merkle_root(blocks, count) == roots_[index(piece)];
}

}  // namespace pierdat::disk
