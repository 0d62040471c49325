#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include <libtorrent/disk_observer.hpp>

#include "DiskBackend/io/jobs.hpp"
#include "DiskBackend/io/completion_queue.hpp"
#include "piece_hash.hpp"

namespace pierdat::disk {

struct TorrentEntry;

/// The part of a downloading piece that is in memory.
struct BufferedPiece {
    BufferedPiece(PieceShape shape, WaitingBlocks &waiting_blocks) : hash(shape, waiting_blocks) {
        held.resize(static_cast<std::size_t>(shape.block_count()));
    }

    std::vector<WriteJob> arrived;
    std::vector<HashJob> hash_requests;
    /// Blocks that are not on disk yet, by number, for reads meanwhile.
    std::vector<BlockReference> held;
    /// A PieceTurn is queued or running. There is one at a time, and it handles whatever arrives.
    bool has_turn = false;
    /// Only for the turn.
    PieceHash hash;
};

/// Blocks that have arrived but are not on disk. Bounded: if there are too many, peers must wait.
class WriteBuffer {
public:
    explicit WriteBuffer(CompletionQueue &completions) : completions_(completions) {}

    void set_limit(int bytes);

    /// Counts an arriving block. Returns true if there are too many. Then `observer` is notified
    /// when there is room.
    bool reserve(std::shared_ptr<lt::disk_observer> const &observer);

    /// Uncounts blocks that were written or never will be.
    void release(int blocks);

    /// Adds a block to its piece. Returns true if the piece needs a turn.
    bool add(TorrentEntry &torrent, WriteJob job);

    enum class HashRequest { not_buffered, needs_turn, has_turn };
    /// Makes the piece's turn answer `job` if the piece is in memory.
    HashRequest request_hash(TorrentEntry &torrent, HashJob &job);

    struct Work {
        std::shared_ptr<BufferedPiece> piece;
        /// Ordered by block, without duplicates.
        std::vector<WriteJob> writes;
        std::vector<HashJob> hash_requests;
    };
    Work take_work(TorrentEntry &torrent, lt::piece_index_t piece);

    /// Removes written blocks from memory.
    void drop_written(BufferedPiece &piece, std::vector<WriteJob> const &writes);

    /// Ends a turn. Returns true if more has arrived and another turn is needed.
    bool end_turn(TorrentEntry &torrent, lt::piece_index_t piece, bool was_hashed);

    /// Forgets a piece or all pieces, whose blocks must all be on disk.
    void forget(TorrentEntry &torrent, lt::piece_index_t piece);
    void forget(TorrentEntry &torrent);

    /// The data of a block that is not on disk yet, otherwise empty.
    BlockReference find(TorrentEntry &torrent, lt::piece_index_t piece, int block);

    int blocks_in_use() const;
    WaitingBlocks &waiting_blocks() { return waiting_blocks_; }

private:
    /// The maximum number of pieces per torrent that keep a partial hash. Others are read back from
    /// disk.
    static constexpr std::size_t most_stored_pieces = 1024;

    CompletionQueue &completions_;
    std::mutex mutable mutex_;
    WaitingBlocks waiting_blocks_;
    std::vector<std::weak_ptr<lt::disk_observer>> observers_;
    int limit_ = 64;
    int in_use_ = 0;
    bool is_full_ = false;
};

/// The sizes of a piece for all hashes of the torrent.
PieceShape shape_of(TorrentEntry const &torrent, lt::piece_index_t piece);

/// The sizes of a piece for the given kinds of hash.
PieceShape shape_of(TorrentEntry const &torrent, lt::piece_index_t piece, bool wants_v1, bool wants_v2);

}  // namespace pierdat::disk
