#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <libtorrent/time.hpp>
#include <libtorrent/units.hpp>

#include "DiskBackend/io/jobs.hpp"
#include "block_pool.hpp"

namespace pierdat::disk {

struct TorrentEntry;

/// Blocks on their way from the disk to peers.
///
/// A peer asks for one block of a piece after the other. Neighbours that are asked for at once are read at
/// once; who goes on where it was gets more of the piece read than it asked for; and what was read to check
/// a piece is kept: what is asked for next then waits in memory. Bounded; for the network thread alone.
class ReadAhead {
public:
    using Torrent = std::shared_ptr<TorrentEntry>;
    /// A torrent by a number that no other has had, and a piece of it.
    using Key = std::pair<std::uint64_t, lt::piece_index_t>;
    using ReadNumber = std::uint64_t;

    /// What is kept at most, in bytes. A piece larger than this is read once more to be served.
    static constexpr int most_kept = 4 * 1024 * 1024;

    /// Blocks of a piece to be read: those that were asked for, and some behind them if they can be had.
    struct Read {
        Torrent torrent;
        ReadNumber number;
        lt::piece_index_t piece;
        int first;
        int asked;
        int ahead;
    };

    /// Hands over a block that waits in memory; an empty one where it does not.
    BlockReference take(Key key, int block);

    /// Has `handler` called with a block once it is read.
    void ask(Torrent const &torrent, lt::piece_index_t piece, int block, ReadHandler handler);

    /// What is to be read for all that was asked for since the last call.
    std::vector<Read> plan();

    /// A piece is about to be read from its first block on, though nobody has asked for it yet.
    ReadNumber begin(Torrent const &torrent, lt::piece_index_t piece);

    /// Tells what came of a read: its blocks from the first on, at least those asked for unless there is an
    /// error. Calls the handlers, and keeps what nobody waits for.
    void finish(ReadNumber number, std::vector<BlockReference> blocks, lt::storage_error const &error);

    /// What is on disk of a piece, or of a whole torrent, is about to change.
    void forget(Key key);
    void forget(std::uint64_t torrent);

private:
    struct Waiting {
        int block;
        ReadHandler handler;
    };

    /// What is known of a piece that peers ask for.
    struct Piece {
        /// By number.
        std::map<int, BlockReference> ready;
        /// The block after the last one that was read; and how many were read ahead then.
        int next = 0;
        int ahead = 0;
        lt::time_point last_use;
        std::list<Key>::iterator place;
    };

    struct Reading {
        Torrent torrent;
        lt::piece_index_t piece;
        int first;
        int end;
        int ahead;
        /// Nothing has changed since it began.
        bool is_current;
        std::vector<Waiting> waiting;
    };

    /// Asked for and not in a plan yet.
    struct Asked {
        Torrent torrent;
        lt::piece_index_t piece;
        int first;
        std::vector<Waiting> waiting;
    };

    bool join(Key key, int block, ReadHandler &handler);
    Read plan(Asked asked);
    int blocks_ahead(Key key, int first, int end, int block_count);
    bool is_coming(Key key, int block) const;
    Piece &piece(Key key);
    void keep(Reading const &reading, std::vector<BlockReference> blocks);
    void make_room();
    void drop(std::map<Key, Piece>::iterator position);

    /// In memory or on their way there, beyond what was asked for.
    static constexpr int most_blocks = most_kept / lt::default_block_size;
    /// At once: 512 KiB.
    static constexpr int most_ahead = 32;
    static constexpr std::size_t most_pieces = 256;
    /// Whoever asked for it has gone, or is so slow that to read again costs nothing.
    static constexpr lt::seconds longest{3};

    std::vector<Asked> asked_;
    std::map<ReadNumber, Reading> readings_;
    ReadNumber last_number_ = 0;
    std::map<Key, Piece> pieces_;
    /// The one whose last use is longest ago first.
    std::list<Key> order_;
    int ready_count_ = 0;
    int ahead_count_ = 0;
};

}  // namespace pierdat::disk
