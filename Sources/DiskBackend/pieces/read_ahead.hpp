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

/// Caches blocks on their way from the disk to peers.
///
/// A peer requests one block of a piece after the other. Adjacent blocks requested together are
/// read together. Sequential requests trigger read-ahead. Blocks read for a hash check are kept. So
/// the next requests are served from memory. The memory is bounded. Only for the network thread.
class ReadAhead {
public:
    using Torrent = std::shared_ptr<TorrentEntry>;
    /// A torrent's unique number and a piece.
    using Key = std::pair<std::uint64_t, lt::piece_index_t>;
    using ReadNumber = std::uint64_t;

    /// The maximum size of the cache in bytes. A larger piece is read again when it is served.
    static constexpr int most_kept = 4 * 1024 * 1024;

    /// A read of requested blocks, followed by read-ahead if possible.
    struct Read {
        Torrent torrent;
        ReadNumber number;
        lt::piece_index_t piece;
        int first;
        int asked;
        int ahead;
    };

    /// Removes and returns a cached block. Empty if it is not cached.
    BlockReference take(Key key, int block);

    /// Calls `handler` with a block when it is read.
    void ask(Torrent const &torrent, lt::piece_index_t piece, int block, ReadHandler handler);

    /// The reads for all requests since the last call.
    std::vector<Read> plan();

    /// Announces that a piece will be read from its first block, before anyone has requested it.
    ReadNumber begin(Torrent const &torrent, lt::piece_index_t piece);

    /// Reports the result of a read: its blocks, at least the requested ones unless there was an
    /// error. Calls the handlers and caches the other blocks.
    void finish(ReadNumber number, std::vector<BlockReference> blocks, lt::storage_error const &error);

    /// Forgets a piece or a whole torrent whose data is about to change.
    void forget(Key key);
    void forget(std::uint64_t torrent);

private:
    struct Waiting {
        int block;
        ReadHandler handler;
    };

    /// The state of a piece that peers request.
    struct Piece {
        /// Cached blocks by number.
        std::map<int, BlockReference> ready;
        /// The block after the last one read, and the size of the last read-ahead.
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
        /// False if the data has changed since the read began.
        bool is_current;
        std::vector<Waiting> waiting;
    };

    /// Requested, but not yet planned.
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

    /// The maximum number of cached blocks and blocks being read ahead.
    static constexpr int most_blocks = most_kept / lt::default_block_size;
    /// The largest read-ahead: 512 KiB.
    static constexpr int most_ahead = 32;
    static constexpr std::size_t most_pieces = 256;
    /// Unused data is dropped after this time: the peer has left, or it is so slow that reading
    /// again costs nothing.
    static constexpr lt::seconds longest{3};

    std::vector<Asked> asked_;
    std::map<ReadNumber, Reading> readings_;
    ReadNumber last_number_ = 0;
    std::map<Key, Piece> pieces_;
    /// Least recently used first.
    std::list<Key> order_;
    int ready_count_ = 0;
    int ahead_count_ = 0;
};

}  // namespace pierdat::disk
