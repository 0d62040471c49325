#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <vector>

#include <libtorrent/sha1_hash.hpp>
#include <libtorrent/span.hpp>

#include "PieceHashing/ordered_hasher.hpp"
#include "block_pool.hpp"

namespace pierdat::disk {

/// The sizes of a piece for each kind of hash. In a hybrid torrent, v1 pieces include padding and
/// v2 pieces do not.
struct PieceShape {
    /// In bytes. 0 if the piece has no such hash.
    int v1_size = 0;
    int v2_size = 0;

    int block_count() const;
    int v1_length(int block) const;
    int v2_length(int block) const;
};

/// Counts the blocks of all pieces that wait in memory to be hashed: for earlier blocks or for
/// another piece.
class WaitingBlocks {
public:
    void set_limit(int blocks) { limit_ = blocks; }
    bool try_add() { return try_add(limit_); }
    /// For a block that could be hashed now. Reserves room for blocks that must wait.
    bool try_add_at_leisure() { return try_add(limit_ - limit_ / 4); }
    void remove() { --count_; }

private:
    bool try_add(int limit);

    std::atomic<int> count_{0};
    std::atomic<int> limit_{0};
};

/// The hashes of one piece, computed as its blocks arrive in any order.
class PieceHash {
public:
    PieceHash(PieceShape shape, WaitingBlocks &waiting_blocks);
    PieceHash(PieceHash const &) = delete;
    PieceHash &operator=(PieceHash const &) = delete;
    ~PieceHash();

    /// Adds block number `block`. Keeps its data until it is hashed.
    void add(int block, BlockReference const &data);

    /// Reads a block back from disk. Returns an empty one on an error, which ends the operation.
    using ReadBack = std::function<BlockReference(int block)>;

    /// True if hash_together() supports this piece.
    bool goes_together() const { return goes_together_ && !v1_is_stale_; }

    /// True if enough blocks wait to make it worth waiting for other pieces (see hash_together).
    bool is_worth_waiting() const { return goes_together() && waiting_.size() >= worth_waiting; }

    /// The best number of other downloaded pieces to hash together with this one. For both hashes,
    /// SHA instructions are saturated by two pieces, and more pieces would exceed the cache.
    std::size_t best_company() const { return v2_.empty() ? sha_extensions::Sha1::most_at_once - 1 : 1; }
    /// The same for pieces on disk. More of them can be hashed together, because they need not arrive first.
    std::size_t best_company_on_disk() const {
        return sha256_lanes::are_available() ? OrderedHasher::most_at_once() - 1 : best_company();
    }

    /// A piece to be hashed together with others. `read` reads blocks that are not in memory.
    struct Member {
        PieceHash &hash;
        ReadBack read;
    };
    /// Hashes blocks of several pieces in parallel while all have blocks and reads succeed.
    static void hash_together(lt::span<Member const> members);

    /// Returns the v1 hash and writes the v2 hashes of the blocks to `v2`, unless that is empty.
    /// Call it once.
    lt::sha1_hash finish(bool wants_v1, lt::span<lt::sha256_hash> v2, ReadBack const &read_back);

private:
    void add_in_order(int block, BlockReference const &data);
    bool keep_waiting(int block, BlockReference const &data);
    void hash_waiting();
    bool has_next() const { return next_ < shape_.block_count(); }
    BlockReference take_next(ReadBack const &read);
    void hash_next(char const *data, bool with_v2);
    class V2Batch;
    static void hash_next_of_all(lt::span<Member const> members, lt::span<BlockReference const> blocks,
                                 V2Batch &batch);
    static void hash_both_of_two(PieceHash &first, BlockReference const &block, PieceHash &second,
                                 BlockReference const &other);
    OrderedHasher::Step next_step(BlockReference const &block);
    bool goes_with_v2(int block) const;
    void hash_v2(int block, char const *data);
    bool read_back_v2(int block, int end, ReadBack const &read_back);
    void forget_waiting();
    bool lacks_v2(int block) const;

    static constexpr std::size_t worth_waiting = 16;

    PieceShape shape_;
    /// Blocks wait for blocks of another piece to be hashed with.
    bool goes_together_;
    WaitingBlocks &waiting_blocks_;
    OrderedHasher v1_;
    /// The first block that v1_ does not include.
    int next_ = 0;
    /// A block that v1_ includes arrived again. Only the data on disk counts.
    bool v1_is_stale_ = false;
    std::map<int, BlockReference> waiting_;
    /// By block. Zeros if unknown.
    std::vector<lt::sha256_hash> v2_;
};

}  // namespace pierdat::disk
