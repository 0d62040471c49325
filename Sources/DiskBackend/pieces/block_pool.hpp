#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include <libtorrent/disk_buffer_holder.hpp>
#include <libtorrent/disk_interface.hpp>

namespace pierdat::disk {

class BlockPool;
struct BlockSlab;

/// Room for the data of one block, shared by all who refer to it; it stays in its slab.
struct Block {
    static constexpr std::size_t capacity = lt::default_block_size;

    std::atomic<int> references;
    BlockSlab *slab;
    Block *next_free;
    alignas(64) char data[capacity];
};

/// A share in a block; the last one gives it back to its pool.
class BlockReference {
public:
    BlockReference() = default;
    /// Takes over one share.
    explicit BlockReference(Block *block) : block_(block) {}
    BlockReference(BlockReference const &other) : block_(other.block_) {
        if (block_) block_->references.fetch_add(1, std::memory_order_relaxed);
    }
    BlockReference(BlockReference &&other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    BlockReference &operator=(BlockReference other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~BlockReference();

    char *data() const { return block_->data; }
    explicit operator bool() const { return block_ != nullptr; }
    bool operator==(BlockReference const &other) const { return block_ == other.block_; }

    /// Hands the share to libtorrent, which sends the first `length` bytes and gives it back.
    lt::disk_buffer_holder into_holder(int length) &&;

private:
    Block *block_ = nullptr;
};

/// Blocks by the thousand a second, from memory that is used again while it is warm in the cache.
///
/// They lie in slabs of their own, 64 in each, away from the heap, where what is small and lives long would come to
/// lie between them and keep their memory from being used for anything else.
class BlockPool final : public lt::buffer_allocator_interface {
public:
    BlockPool();
    BlockPool(BlockPool const &) = delete;
    BlockPool &operator=(BlockPool const &) = delete;
    /// Every block has come back by now.
    ~BlockPool();

    /// Throws std::bad_alloc.
    BlockReference allocate();

    void free_disk_buffer(char *data) override;

private:
    friend class BlockReference;
    friend struct BlockSlab;
    using Slabs = std::list<std::unique_ptr<BlockSlab>>;

    /// Gives a share back.
    static void release(Block *block);
    void take_back(Block *block);

    /// What is kept for the next burst: 8 MiB.
    static constexpr int most_empty = 8;
    std::mutex mutex_;
    /// Those with room: who has got some last comes first, the empty ones come last.
    Slabs open_;
    Slabs full_;
    int empty_count_ = 0;
};

}  // namespace pierdat::disk
