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

/// The data of one block, reference-counted. It stays in its slab.
struct Block {
    static constexpr std::size_t capacity = lt::default_block_size;

    std::atomic<int> references;
    BlockSlab *slab;
    Block *next_free;
    alignas(64) char data[capacity];
};

/// A reference to a block. The last one returns the block to its pool.
class BlockReference {
public:
    BlockReference() = default;
    /// Takes over one reference.
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

    /// Passes the reference to libtorrent, which sends the first `length` bytes and releases it.
    lt::disk_buffer_holder into_holder(int length) &&;

private:
    Block *block_ = nullptr;
};

/// Allocates thousands of blocks a second and reuses memory while it is warm in the cache.
///
/// The blocks are in slabs of 64, apart from the heap. On the heap, small long-lived allocations
/// between them would prevent their memory from being reused.
class BlockPool final : public lt::buffer_allocator_interface {
public:
    BlockPool();
    BlockPool(BlockPool const &) = delete;
    BlockPool &operator=(BlockPool const &) = delete;
    /// All blocks must have been returned.
    ~BlockPool();

    /// Throws std::bad_alloc.
    BlockReference allocate();

    void free_disk_buffer(char *data) override;

private:
    friend class BlockReference;
    friend struct BlockSlab;
    using Slabs = std::list<std::unique_ptr<BlockSlab>>;

    /// Releases a reference.
    static void release(Block *block);
    void take_back(Block *block);

    /// The number of empty slabs kept for the next burst: 8 MiB.
    static constexpr int most_empty = 8;
    std::mutex mutex_;
    /// Slabs with free blocks: the most recently released first, empty ones last.
    Slabs open_;
    Slabs full_;
    int empty_count_ = 0;
};

}  // namespace pierdat::disk
