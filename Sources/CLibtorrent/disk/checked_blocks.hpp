#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include <libtorrent/time.hpp>
#include <libtorrent/units.hpp>

#include "block_pool.hpp"

namespace pierdat::disk {

/// Blocks that were read to check the hash of their piece, until a peer is sent them: a seeder checks a
/// piece because one of its blocks was asked for, and the others are asked for next.
///
/// Bounded: of a piece that finds too little room the first blocks are kept. Any number of threads may use it at once.
class CheckedBlocks {
public:
    /// A torrent by a number that no other has had, and a piece of it.
    using Key = std::pair<std::uint64_t, lt::piece_index_t>;

    /// Counts the changes to what is on disk. Taken before a piece is read.
    std::uint64_t changes() const;

    /// Keeps the blocks of a piece, from its first on, in place of what is kept of it; unless something
    /// has changed since `changes`.
    void keep(Key key, std::vector<BlockReference> blocks, std::uint64_t changes);

    /// Hands over a block; empty where it is not kept, or was handed over before.
    BlockReference take(Key key, int block);

    /// What is on disk of a piece, or of a whole torrent, is not what it was, or may not be.
    void forget(Key key);
    void forget(std::uint64_t torrent);

private:
    struct Piece {
        Key key;
        std::vector<BlockReference> blocks;
        int count;
        lt::time_point since;
    };
    using Pieces = std::list<Piece>;
    using Position = std::map<Key, Pieces::iterator>::iterator;

    void extract(Position position, Pieces &dropped);

    static constexpr int most_blocks = 256;
    /// Whoever asked for it has gone, or is so slow that to read again costs nothing.
    static constexpr lt::seconds longest{3};

    std::mutex mutable mutex_;
    std::uint64_t changes_ = 0;
    int count_ = 0;
    /// The longest kept first.
    Pieces pieces_;
    std::map<Key, Pieces::iterator> index_;
};

}  // namespace pierdat::disk
