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

/// How a piece falls into blocks, for each kind of hash. A hybrid torrent's v1 piece counts padding, its
/// v2 piece does not.
struct PieceShape {
    /// Bytes; 0 where there is no such hash.
    int v1_size = 0;
    int v2_size = 0;

    int block_count() const;
    int v1_length(int block) const;
    int v2_length(int block) const;
};

/// How many blocks wait in memory to be hashed, over all pieces: for the ones before them, or for another piece.
class WaitingBlocks {
public:
    void set_limit(int blocks) { limit_ = blocks; }
    bool try_add() { return try_add(limit_); }
    /// For one that need not wait: there is always room for those that must.
    bool try_add_at_leisure() { return try_add(limit_ - limit_ / 4); }
    void remove() { --count_; }

private:
    bool try_add(int limit);

    std::atomic<int> count_{0};
    std::atomic<int> limit_{0};
};

/// The hashes of one piece, built up as its blocks arrive, in whatever order.
class PieceHash {
public:
    PieceHash(PieceShape shape, WaitingBlocks &waiting_blocks);
    PieceHash(PieceHash const &) = delete;
    PieceHash &operator=(PieceHash const &) = delete;
    ~PieceHash();

    /// Takes in what has arrived as block number `block`, as long as both kinds of hash want it.
    void add(int block, BlockReference const &data);

    /// Gives a block that has to be read back; an empty one on an error, which ends the matter.
    using ReadBack = std::function<BlockReference(int block)>;

    /// Whether hash_together takes it.
    bool goes_together() const { return goes_together_ && !v1_is_stale_; }

    /// Whether as much waits as makes other pieces worth waiting for (see hash_together).
    bool is_worth_waiting() const { return goes_together() && waiting_.size() >= worth_waiting; }

    /// With how many other pieces that have just come it is best hashed. Both hashes of two pieces are as much as SHA
    /// instructions can do at once, and of more less is still in the cache.
    std::size_t best_company() const { return v2_.empty() ? OrderedHasher::most_at_once - 1 : 1; }
    /// The same of pieces that are read.
    std::size_t best_company_on_disk() const {
        return sha256_lanes::are_available() ? OrderedHasher::most_at_once - 1 : best_company();
    }

    /// One of several pieces that are hashed together. `read` gives blocks that are not in memory.
    struct Member {
        PieceHash &hash;
        ReadBack read;
    };
    /// Hashes blocks of several pieces at once, as long as all have some and they can be read.
    static void hash_together(lt::span<Member const> members);

    /// The v1 hash, and the v2 hashes of the blocks in `v2` unless that is empty. Can be called once.
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
    /// Its blocks wait until there are some of another piece to be hashed with them.
    bool goes_together_;
    WaitingBlocks &waiting_blocks_;
    OrderedHasher v1_;
    /// The first block that is not in v1_.
    int next_ = 0;
    /// A block that is in v1_ came again: only the disk knows which one counts.
    bool v1_is_stale_ = false;
    std::map<int, BlockReference> waiting_;
    /// By block; zeros where it is not known.
    std::vector<lt::sha256_hash> v2_;
};

}  // namespace pierdat::disk
