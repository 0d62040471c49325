#pragma once

#include "piece_reader.hpp"

namespace pierdat::disk {

/// A piece that is read to hash it.
struct PieceOnDisk {
    PieceOnDisk(TorrentEntry &torrent, lt::piece_index_t piece, int size, BlockPool &pool, bool keeps_blocks = false)
        : reader(torrent.storage, pool, piece, size, keeps_blocks) {}

    PieceReader reader;
    /// The error of the read.
    lt::storage_error error;
    PieceHash::ReadBack const read = [this](int block) { return reader.block(block, error); };
};

/// A piece on disk with empty hash state.
struct HashedPiece {
    HashedPiece(TorrentEntry &torrent, lt::piece_index_t piece, PieceShape const &shape, BlockPool &pool,
                WaitingBlocks &waiting, bool keeps_blocks = false)
        : disk(torrent, piece, size_to_read(torrent, piece, shape), pool, keeps_blocks), hash(shape, waiting) {}

    PieceHash::Member member() { return {hash, disk.read}; }

    PieceOnDisk disk;
    PieceHash hash;
};

}  // namespace pierdat::disk
