#include "lazy_verifier.hpp"

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

}  // namespace

LazyVerifier::LazyVerifier(lt::add_torrent_params const &params)
    : metadata_(params.ti), layers_(params.merkle_trees),
      passed_(static_cast<std::size_t>(params.ti->num_pieces())) {}

bool LazyVerifier::passes(lt::piece_index_t piece, lt::sha1_hash const &v1,
                        lt::span<lt::sha256_hash const> v2) {
    bool const is_right = has_v1() ? v1 == metadata_->hash_for_piece(piece) : matches_v2(piece, v2);
    if (is_right) passed_[index(piece)] = true;
    return is_right;
}

bool LazyVerifier::matches_v2(lt::piece_index_t piece, lt::span<lt::sha256_hash const> blocks) const {
    auto const &files = metadata_->orig_files();
    auto const file = files.file_index_at_piece(piece);
    if (blocks.empty() || file >= layers_.end_index()) return false;
    auto const number = index(piece) - index(files.piece_index_at_file(file));
    auto const &layer = layers_[file];
    if (number >= layer.size()) return false;
    // The tree of a file with one piece contains only its own blocks.
    auto const most = static_cast<std::size_t>(files.piece_length() / lt::default_block_size);
    std::size_t count = layer.size() > 1 ? most : 1;
    while (count < static_cast<std::size_t>(blocks.size())) count *= 2;
    return merkle_root(blocks, count) == layer[static_cast<int>(number)];
}

}  // namespace pierdat::disk
