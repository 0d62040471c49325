#include "published_file.hpp"

#include <algorithm>
#include <iterator>

#include <libtorrent/bencode.hpp>
#include <libtorrent/disk_interface.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/hasher.hpp>
#include <libtorrent/load_torrent.hpp>
#include <libtorrent/torrent_info.hpp>

namespace comparison {

namespace {

/// The Merkle root (BEP 52) of a piece, whose tree has at least `leaves` leaves.
lt::sha256_hash root_of(lt::span<char const> piece, std::size_t leaves) {
    constexpr std::ptrdiff_t block_size = lt::default_block_size;
    std::vector<lt::sha256_hash> layer;
    for (std::ptrdiff_t offset = 0; offset < piece.size(); offset += block_size)
        layer.push_back(lt::hasher256(piece.subspan(offset, std::min(block_size, piece.size() - offset))).final());
    while (leaves < layer.size()) leaves *= 2;
    for (layer.resize(leaves); layer.size() > 1;) {
        std::vector<lt::sha256_hash> above;
        for (std::size_t i = 0; i < layer.size(); i += 2)
            above.push_back(lt::hasher256().update(layer[i]).update(layer[i + 1]).final());
        layer = std::move(above);
    }
    return layer.front();
}

}  // namespace

lt::add_torrent_params published_file(std::string const &name, std::vector<char> const &bytes, int piece_length,
                                      lt::create_flags_t flags) {
    lt::file_storage files;
    files.add_file(name, static_cast<std::int64_t>(bytes.size()));
    lt::create_torrent torrent(files, piece_length, flags);
    bool const has_v1 = !(flags & lt::create_torrent::v2_only);
    bool const has_v2 = !(flags & lt::create_torrent::v1_only);
    auto const leaves = static_cast<std::size_t>(torrent.num_pieces() > 1 ? piece_length / lt::default_block_size : 1);
    for (int i = 0; i < torrent.num_pieces(); ++i) {
        auto const start = std::ptrdiff_t{i} * piece_length;
        lt::span<char const> const all(bytes);
        auto const piece = all.subspan(start, std::min<std::ptrdiff_t>(piece_length, all.size() - start));
        if (has_v1) torrent.set_hash(lt::piece_index_t(i), lt::hasher(piece).final());
        if (has_v2) torrent.set_hash2(lt::file_index_t(0), lt::piece_index_t::diff_type(i), root_of(piece, leaves));
    }
    std::vector<char> encoded;
    lt::bencode(std::back_inserter(encoded), torrent.generate());
    auto params = lt::load_torrent_buffer(encoded);
    params.have_pieces.resize(params.ti->num_pieces(), true);
    return params;
}

}  // namespace comparison
