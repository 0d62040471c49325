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

/// What is in memory of a piece that is being downloaded.
struct BufferedPiece {
    BufferedPiece(PieceShape shape, WaitingBlocks &waiting_blocks) : hash(shape, waiting_blocks) {
        held.resize(static_cast<std::size_t>(shape.block_count()));
    }

    std::vector<WriteJob> arrived;
    std::vector<HashJob> hash_requests;
    /// By block: what is not on disk yet, for whoever reads it meanwhile.
    std::vector<BlockReference> held;
    /// A PieceTurn is queued or runs: one at a time, and whatever arrives is seen by it.
    bool has_turn = false;
    /// Belongs to the turn.
    PieceHash hash;
};

/// Blocks between their arrival and the disk. Bounded: a peer is told to wait when there are too many.
class WriteBuffer {
public:
    explicit WriteBuffer(CompletionQueue &completion_queue) : completions_(completion_queue) {}

    void set_limit(int bytes);

    /// Counts a block in. True: there are too many; `observer` is told when there is room.
    bool reserve(std::shared_ptr<lt::disk_observer> const &observer);

    /// Counts blocks out that are written, or never will be.
    void release(int blocks);

    /// Puts a block in its piece. True: the piece needs a turn.
    bool add(TorrentEntry &torrent, WriteJob job);

    enum class HashRequest { not_buffered, needs_turn, has_turn };
    /// Lets the piece's turn answer `job`, if anything of the piece is in memory.
    HashRequest request_hash(TorrentEntry &torrent, HashJob &job);

    struct Work {
        std::shared_ptr<BufferedPiece> piece;
        /// Ordered by block, no block twice.
        std::vector<WriteJob> writes;
        std::vector<HashJob> hash_requests;
    };
    Work take_work(TorrentEntry &torrent, lt::piece_index_t piece);

    /// What `writes` holds is on disk: nobody finds it in memory from now on.
    void drop_written(BufferedPiece &piece, std::vector<WriteJob> const &writes);

    /// Ends a turn. True: more has arrived, another turn is needed.
    bool end_turn(TorrentEntry &torrent, lt::piece_index_t piece, bool was_hashed);

    /// Forgets what is known of a piece, or all, whose blocks are all on disk.
    void forget(TorrentEntry &torrent, lt::piece_index_t piece);
    void forget(TorrentEntry &torrent);

    /// The block's data while it is not on disk; else empty.
    BlockReference find(TorrentEntry &torrent, lt::piece_index_t piece, int block);

    int blocks_in_use() const;
    WaitingBlocks &waiting_blocks() { return waiting_blocks_; }

private:
    /// How many pieces of a torrent keep a hash that was begun; beyond, it is read back from disk.
    static constexpr std::size_t most_stored_pieces = 1024;

    CompletionQueue &completions_;
    std::mutex mutable mutex_;
    WaitingBlocks waiting_blocks_;
    std::vector<std::weak_ptr<lt::disk_observer>> observers_;
    int limit_ = 64;
    int in_use_ = 0;
    bool is_full_ = false;
};

/// What the hashes of a piece are made of.
PieceShape shape_of(TorrentEntry const &torrent, lt::piece_index_t piece);

/// The same for the kinds of hash that are asked for, whatever the torrent has.
PieceShape shape_of(TorrentEntry const &torrent, lt::piece_index_t piece, bool wants_v1, bool wants_v2);

}  // namespace pierdat::disk
